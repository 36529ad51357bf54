using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Products;

/// <summary>What a filled product became: frozen or fresh as filled, or freeze-dried, which changes where and how long it keeps.</summary>
public enum ProductForm { AsFilled, Lyophilised }

/// <summary>How long a filled product may be used (3.10): hours from fill, or calendar months to the end of that day in the batch's zone.</summary>
public sealed record ExpiryRule(
    Storage Storage, decimal? Hours, int? Months, decimal? AfterThawHours, decimal StorageMinC, decimal StorageMaxC, string StorageText,
    ProductForm Form = ProductForm.AsFilled);

/// <summary>How long may lie between two steps; outside, the later one is flagged (2.2). Bounds are allowed values, in days or in hours.</summary>
/// <param name="Since">Step it is counted from, its first one; as in <see cref="ProductType.Steps"/>, or an event that enters no phase.</param>
/// <param name="Until">Step that is flagged.</param>
public sealed record StepWindow(string Since, string Until, decimal? MinDays = null, decimal? MaxDays = null, decimal? MaxHours = null);

/// <summary>A use a jurisdiction does not permit.</summary>
public sealed record BarredUse(Jurisdiction Jurisdiction, IntendedUse Use, string Why);

/// <summary>What a scheduled task hangs on: a group of vessels seeded together, a step of the batch, or the planned fill.</summary>
public enum TaskAnchor { Culture, Step, PlannedFill }

/// <summary>Due times between 18:00 and 07:00 site time stay, move back to 17:00 of the afternoon, or forward to 08:00 of the morning (2.5).</summary>
public enum NightRule { Stays, Afternoon, Morning }

/// <summary>One line of a product's schedule (2.5). The first line of a row that fits a culture holds for it.</summary>
/// <param name="Row">D-number, or a site's own.</param>
/// <param name="Hours">Offset from the anchor; negative before the planned fill.</param>
/// <param name="CompletedBy">Event, or step, that does it.</param>
/// <param name="After">Step it hangs on, for <see cref="TaskAnchor.Step"/>.</param>
/// <param name="Purposes">Cultures it is for; none named: all.</param>
/// <param name="FirstPassage">True: cultures of passage 0 only; false: later ones only.</param>
/// <param name="RepeatHours">Again that long after it was done.</param>
/// <param name="ConfluencePct">Due already <paramref name="ConfluenceHours"/> after this confluence was first seen.</param>
/// <param name="Criterion">Sample or result it is about.</param>
public sealed record TaskRule(
    string Row, string Title, TaskAnchor Per, decimal Hours, string CompletedBy, string Role, decimal LeadHours, decimal GraceHours, string? After = null,
    IReadOnlyList<SeedingPurpose>? Purposes = null, bool? FirstPassage = null, decimal? RepeatHours = null, decimal? ConfluencePct = null,
    decimal ConfluenceHours = 0, NightRule Night = NightRule.Stays, string? Criterion = null);

/// <summary>An entry of the product register (G-8): what a site makes. All of it is data; a site adds types of its own the same way.</summary>
/// <param name="Path">For each phase ("" = none yet) the phases that may be entered from it; a phase that lists itself may repeat.</param>
/// <param name="MaxRepeats">How often a repeating phase may be entered at most.</param>
/// <param name="Steps">
/// Event map: the phase each step enters. A step is an event type, for seedings with purpose and, where it matters, passage:
/// <c>VesselsSeeded/Culture</c>, <c>VesselsSeeded/Culture/1</c>. A step that is not listed is none of this product's.
/// </param>
/// <param name="MinimumProcessHours">From registration to planned use at the very least; an earlier planned use is flagged.</param>
/// <param name="FillLeadHours">Planned fill F = plannedUseAt − this (2.5).</param>
/// <param name="Tissues">Starting material; empty: cells allocated from another batch only.</param>
/// <param name="FillsFrom">State the product is filled from: Harvested (T08), or InProcess for what is packed as it grew (T07b).</param>
/// <param name="HoldsCells">False for what must hold no living cells.</param>
/// <param name="ExposedFrom">Step that exposure to the incubator counts from; null: first seeding (4.3.8).</param>
/// <param name="LabelTexts">Texts every label of the product must say, beside those of 3.8.</param>
/// <param name="StorageCriterion">Criterion judged by the storage of its containers until release, as CM-15.</param>
/// <param name="Events">Bench entries without a phase of their own that are made of this product; null: all.</param>
/// <param name="NotCultured">The same product made without culture, where that exists.</param>
public sealed record ProductType(
    string Code, string Name, IReadOnlyDictionary<string, IReadOnlyList<string>> Path, IReadOnlyDictionary<string, int> MaxRepeats,
    IReadOnlyDictionary<string, string> Steps, IReadOnlyList<TissueKind> Tissues, LifeState FillsFrom, bool ConditionalAllowed, bool NeedsPatientDose,
    decimal MinimumProcessHours, decimal FillLeadHours, IReadOnlyList<ExpiryRule> Expiry, IReadOnlyList<TaskRule>? Schedule = null,
    IReadOnlyList<StepWindow>? Windows = null, bool HoldsCells = true, bool ExceptionalAllowed = true, string? ExposedFrom = null, string? StorageCriterion = null,
    IReadOnlyList<string>? LabelTexts = null, IReadOnlyList<string>? ForbiddenTexts = null, IReadOnlyList<BarredUse>? BarredUses = null,
    IReadOnlyList<string>? Events = null, ProductType? NotCultured = null)
{
    /// <summary>The way it is made: cultured, or not where the register knows that way.</summary>
    public ProductType For(bool cultured) => cultured ? this : NotCultured ?? this;

    public ExpiryRule? ExpiryFor(Storage storage, ProductForm form = ProductForm.AsFilled) =>
        Expiry.FirstOrDefault(e => e.Storage == storage && e.Form == form) ?? Expiry.FirstOrDefault(e => e.Storage == storage);

    /// <summary>The phase an event enters in the making of this product; null when it enters none.</summary>
    public string? PhaseOf(EventData data) => ProductSteps.NamesOf(data).Select(n => Steps.GetValueOrDefault(n)).FirstOrDefault(p => p is not null);

    public bool Has(string step) => Steps.Keys.Any(k => k == step || k.StartsWith($"{step}/", StringComparison.Ordinal));

    /// <summary>True when the product starts from cells of another batch.</summary>
    public bool StartsFromCells => Has(nameof(SourceCellsAllocated));

    /// <summary>Fat and marrow are rich in viable leukocytes: their donors are tested for more (3.7).</summary>
    public bool IsLeukocyteRich => Tissues.Count > 0 && Tissues.All(t => t is TissueKind.Lipoaspirate or TissueKind.Marrow or TissueKind.BankVial)
        && Tissues.Any(t => t is not TissueKind.BankVial);
}

/// <summary>How steps of a product are named in data.</summary>
public static class ProductSteps
{
    /// <summary>Events that move a batch along its path (2.3); what the path of a product does not know of them is refused.</summary>
    public static readonly IReadOnlySet<string> Moving = new HashSet<string>(StringComparer.Ordinal)
    {
        nameof(IsolationPerformed), nameof(SourceCellsAllocated), nameof(VesselsSeeded), nameof(CellsFrozen), nameof(CellsThawed), nameof(DermalEquivalentCast),
        nameof(AirLiftStarted), nameof(ScaffoldSeeded), nameof(AttachmentAssessed), nameof(HarvestPerformed), nameof(SheetDetached), nameof(SheetMounted),
        nameof(SerumFreeWashDone), nameof(ConditioningStarted), nameof(ConditionedMediumCollected), nameof(Clarified), nameof(Concentrated),
        nameof(SterileFiltered), nameof(FillPerformed), nameof(Lyophilised),
    };

    /// <summary>The names an event goes by, the most particular first.</summary>
    public static IEnumerable<string> NamesOf(EventData data) => data is VesselsSeeded s
        ? [$"{nameof(VesselsSeeded)}/{s.Purpose}/{s.Passage}", $"{nameof(VesselsSeeded)}/{s.Purpose}"]
        : [data.GetType().Name];

    /// <summary>Test cultures (CFU-F, QC) are seeded beside the product and move nothing.</summary>
    public static bool Moves(EventData data) => Moving.Contains(data.GetType().Name) && data is not VesselsSeeded { Purpose: SeedingPurpose.CfuF or SeedingPurpose.Qc };

    public static bool Is(EventData data, string step) => NamesOf(data).Contains(step);
}
