using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Release;

/// <summary>F: needed before any release. C: may be pending at conditional release. I: informational (3.1).</summary>
public enum Gate { F, C, I, NotApplicable }

/// <summary>Facts of a batch that change a gate, a limit or whether something applies.</summary>
public enum Condition
{
    ConditionalReleaseNotAllowed, Cryo, Fresh, NotCultured, FinalSterilityPassed, FreshAutologousUpToP3, NoFeederUsed, NoBovineLot, ThawedAfterFill,
    Autologous, AllLyophilised,
}

/// <summary>Where a value comes from (3.11): approved results, or a named reading of the process record, which fails confirmed at once.</summary>
public enum ValueSource
{
    Qc, QcInterim, ChainOfIdentity, DonorTesting, Labelling, UnitInspection, CleanRoomParticles, RecordReview, RawMaterials, Environment, SheetAreas,
    Lineage, LinePassages, HarvestConfluence, TakeTime, AirLiftTime, DetachToFill, SheetIntegrity, FeederLot, OrderFulfilment, DoseOfLabel, DoublingTime,
    ApplicationDensity, UnitAreas, AreaOfOrder, UnitIntegrity, Scaffold, SourceCells, CellBanks, EndViability, FilterIntegrity,
}

public sealed record GateCase(Condition When, Gate Gate);

public sealed record LimitCase(Condition When, AcceptanceRange Limit);

/// <param name="FreshOnly">True when a frozen product keeps the result for the life of the lot.</param>
public sealed record Validity(decimal Hours, bool FreshOnly = false);

/// <summary>How long before fill the sample must be taken; samples outside do not stand for the product.</summary>
public sealed record SampleWindow(decimal? MinHours = null, decimal? MaxHours = null);

/// <summary>What must pass, wholly or in one part, for a slow test to be left pending; <paramref name="WithoutAlert"/>: not even alerted.</summary>
public sealed record Surrogate(string Criterion, string? Part = null, bool WithoutAlert = false);

/// <summary>One value of a criterion with its limits; a criterion of one value has one part without a name.</summary>
/// <param name="Alert">A tighter range; a value outside passes, but is alerted.</param>
/// <param name="Optional">Judged when reported, not asked for.</param>
/// <param name="IncubationHours">Earliest end of the incubation for a final negative.</param>
/// <param name="InterimHours">Earliest negative interim reading.</param>
/// <param name="OneOf">Of the optional parts that carry the same word one at least must be reported.</param>
/// <param name="PerContainer">The value is reported per mL and judged for the contents of one container.</param>
public sealed record CriterionPart(
    string? Name = null, string? Unit = null, AcceptanceRange? Limit = null, AcceptanceRange? Alert = null, ValueSource? Source = null, bool Optional = false,
    Condition? NotApplicableWhen = null, decimal? IncubationHours = null, decimal? InterimHours = null, IReadOnlyList<LimitCase>? LimitCases = null,
    bool PerContainer = false, string? OneOf = null);

/// <summary>One line of a specification. All of it is data: another version of the specification may say otherwise.</summary>
/// <param name="Common">The common criterion this line stands for (C-08: endotoxin, C-10: environment).</param>
/// <param name="ValidatedHours">Validated duration of the method, for the expected result date (D-17).</param>
/// <param name="Matrices">Sample matrices the method accepts.</param>
/// <param name="LimitText">The limit in words where it is no number.</param>
/// <param name="MinimumVolume">Rule for the smallest sample: <c>PhEur2627</c> or none.</param>
/// <param name="HarvestViabilityAlert">Alerts when the viability at harvest was below this percentage.</param>
public sealed record Criterion(
    string Id, string Attribute, string Method, Gate Gate, string Stage, ValueSource Source, IReadOnlyList<CriterionPart> Parts, string Reference,
    string? Common = null, IReadOnlyList<GateCase>? GateCases = null, Validity? Validity = null, decimal? ValidatedHours = null,
    SampleWindow? SampleBeforeFill = null, IReadOnlyList<SampleMatrix>? Matrices = null, IReadOnlyList<Surrogate>? Surrogates = null,
    string? LimitText = null, bool Sterility = false, bool Mycoplasma = false, string? MinimumVolume = null, int MethodVersion = 1,
    string? HarvestViabilityAlert = null)
{
    public bool HasNamedParts => Parts.Any(p => p.Name is not null);

    public ValueSource SourceOf(CriterionPart part) => part.Source ?? Source;

    public static bool IsLaboratory(ValueSource source) => source is ValueSource.Qc or ValueSource.QcInterim;

    /// <summary>The parts a laboratory reports.</summary>
    public IEnumerable<CriterionPart> LaboratoryParts => Parts.Where(p => IsLaboratory(SourceOf(p)));

    public CriterionPart? LaboratoryPart(string? name) => HasNamedParts
        ? LaboratoryParts.FirstOrDefault(p => SameName(p.Name, name))
        : name is null or "value" ? LaboratoryParts.FirstOrDefault() : null;

    /// <summary>Whether its gate, a limit of it or what applies depends on a condition.</summary>
    public bool LooksAt(Condition condition) => (GateCases ?? []).Any(g => g.When == condition)
        || Parts.Any(p => p.NotApplicableWhen == condition || (p.LimitCases ?? []).Any(l => l.When == condition));

    // Marker names are written with a hyphen or a minus sign.
    private static bool SameName(string? a, string? b) => a is not null && b is not null && Plain(a) == Plain(b);
    private static string Plain(string name) => name.Replace('−', '-').Replace('–', '-');
}
