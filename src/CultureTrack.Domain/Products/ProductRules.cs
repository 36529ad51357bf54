using System.Text.RegularExpressions;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Products;

/// <summary>One thing wrong with a product type: the member it is about, and what to change.</summary>
public sealed record ProductProblem(string Field, string Text);

/// <summary>Whether a site's own product type can be used at all; asked before it is registered, so that no batch gets stuck on a path that leads nowhere.</summary>
public static partial class ProductRules
{
    private const int MostPhases = 40;

    [GeneratedRegex("^[A-Z]{2,6}$")]
    private static partial Regex CodePattern();

    private static readonly string[] IntoProcess = [nameof(IsolationPerformed), nameof(CellsThawed), nameof(ScaffoldSeeded), nameof(SerumFreeWashDone)];
    private static readonly string[] Harvests = [nameof(HarvestPerformed), nameof(SheetDetached), nameof(ConditionedMediumCollected)];

    /// <summary>What is wrong with it, in words; empty when it can be registered.</summary>
    public static IReadOnlyList<ProductProblem> Problems(ProductType product) => HasGaps(product)
        ? [new("", "A list or a name in the definition is null; leave the member out instead.")]
        : [.. Found(product), .. product.NotCultured is { } other ? OfOther(product, other) : []];

    private static IEnumerable<ProductProblem> Found(ProductType p) =>
        [.. Identity(p), .. Path(p), .. Steps(p), .. Beginning(p), .. Keeping(p), .. Windows(p), .. Schedule(p), .. Events(p)];

    private static IEnumerable<ProductProblem> OfOther(ProductType p, ProductType other)
    {
        if (other.Code != p.Code) yield return new("notCultured.code", $"It is the same product, made another way: its code is {p.Code}.");
        if (other.NotCultured is not null) yield return new("notCultured.notCultured", "There is one way without culture at most.");
        if (HasGaps(other)) yield return new("notCultured", "A list or a name in the definition is null; leave the member out instead.");
        else foreach (var problem in Found(other)) yield return problem with { Field = $"notCultured.{problem.Field}" };
    }

    // JSON can put null where the type promises a value.
    private static bool HasGaps(ProductType p) =>
        p.Path.Values.Any(v => v is null || v.Contains(null!)) || p.Steps.Values.Contains(null!) || p.Expiry.Contains(null!) || p.Schedule?.Contains(null!) == true
        || p.Windows?.Contains(null!) == true || p.Events?.Contains(null!) == true || p.LabelTexts?.Contains(null!) == true || p.ForbiddenTexts?.Contains(null!) == true
        || p.BarredUses?.Contains(null!) == true;

    private static IEnumerable<ProductProblem> Identity(ProductType p)
    {
        if (!CodePattern().IsMatch(p.Code)) yield return new("code", "A product code is 2 to 6 capital letters.");
        if (ProductRegister.BuiltIn.ContainsKey(p.Code)) yield return new("code", $"{p.Code} is built in; a site's own type has a code of its own.");
        if (string.IsNullOrWhiteSpace(p.Name)) yield return new("name", "The product has a name; it stands on pages and labels.");
        if (p.MinimumProcessHours < 0) yield return new("minimumProcessHours", "Hours are not negative.");
        if (p.FillLeadHours < 0) yield return new("fillLeadHours", "Hours are not negative.");
    }

    private static HashSet<string> PhasesOf(ProductType p) =>
        p.Path.Keys.Where(k => k.Length > 0).Concat(p.Path.Values.SelectMany(v => v)).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<ProductProblem> Path(ProductType p)
    {
        var phases = PhasesOf(p);
        if (phases.Count > MostPhases) yield return new("path", $"A path has {MostPhases} phases at most.");
        if (p.Path.GetValueOrDefault("") is not { Count: > 0 }) yield return new("path", "The path does not say which phase comes first (the member with an empty name).");
        foreach (var phase in phases.Where(f => !p.Path.ContainsKey(f)).Order(StringComparer.Ordinal)) yield return new("path", $"The path does not say what follows {phase}.");
        foreach (var phase in phases.Except(Reached(p), StringComparer.Ordinal).Order(StringComparer.Ordinal)) yield return new("path", $"{phase} cannot be reached from the start.");
        foreach (var (phase, most) in p.MaxRepeats)
            if (!phases.Contains(phase) || most < 1) yield return new("maxRepeats", $"{phase} is no phase of the path, or its number is below 1.");
    }

    private static IEnumerable<ProductProblem> Steps(ProductType p)
    {
        var phases = PhasesOf(p);
        foreach (var step in p.Steps.Keys.Where(s => !IsStep(s)))
            yield return new("steps", $"{step} is no step that enters a phase; seedings are named with their purpose, such as VesselsSeeded/Culture or VesselsSeeded/Culture/1.");
        foreach (var phase in p.Steps.Values.Where(s => !phases.Contains(s)).Distinct()) yield return new("steps", $"A step enters {phase}, which is not on the path.");
        foreach (var phase in phases.Except(p.Steps.Values, StringComparer.Ordinal).Order(StringComparer.Ordinal)) yield return new("steps", $"No step enters {phase}.");
        if (!p.Steps.ContainsKey(nameof(FillPerformed))) yield return new("steps", "Nothing is filled.");
        if (p.FillsFrom is not (LifeState.Harvested or LifeState.InProcess)) yield return new("fillsFrom", "A product is filled from Harvested or InProcess.");
        else if (p.FillsFrom == LifeState.Harvested && !Harvests.Any(p.Has))
            yield return new("fillsFrom", $"Nothing brings the batch to Harvested; a step is one of {string.Join(", ", Harvests)}.");
    }

    private static bool IsStep(string step)
    {
        var parts = step.Split('/');
        if (!ProductSteps.Moving.Contains(parts[0])) return false;
        if (parts[0] != nameof(VesselsSeeded)) return parts.Length == 1;
        return parts.Length is 2 or 3 && Enum.IsDefined(typeof(SeedingPurpose), parts[1])
            && (parts.Length == 2 || int.TryParse(parts[2], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _));
    }

    private static IEnumerable<ProductProblem> Beginning(ProductType p)
    {
        if (p.Tissues.Count == 0 && !p.StartsFromCells) yield return new("tissues", "The product starts from nothing: name a tissue, or SourceCellsAllocated as a step.");
        if (!IntoProcess.Any(p.Has)) yield return new("steps", $"Nothing takes cells into process; a step is one of {string.Join(", ", IntoProcess)}.");
    }

    private static IEnumerable<ProductProblem> Keeping(ProductType p)
    {
        if (p.Expiry.Count == 0 || p.Expiry.Any(e => e.Hours is null == e.Months is null)) yield return new("expiry", "Each storage has an expiry in hours or in months.");
        if (p.Expiry.Any(e => e.Hours <= 0 || e.Months <= 0 || e.AfterThawHours <= 0)) yield return new("expiry", "An expiry lies after the fill.");
        if (p.Expiry.Any(e => e.StorageMinC > e.StorageMaxC)) yield return new("expiry", "The lowest storage temperature is above the highest.");
        if (p.Expiry.Any(e => string.IsNullOrWhiteSpace(e.StorageText))) yield return new("expiry", "The storage range is written as it stands on the label.");
        if (p.Expiry.GroupBy(e => (e.Storage, e.Form)).Any(g => g.Count() > 1)) yield return new("expiry", "A storage and form is listed twice.");
    }

    private static bool IsEvent(string step) => step.Contains('/', StringComparison.Ordinal) ? IsStep(step) : EventCatalogue.ByName.ContainsKey(step);

    private static IEnumerable<ProductProblem> Windows(ProductType p)
    {
        foreach (var (w, i) in (p.Windows ?? []).Select((w, i) => (w, i)))
        {
            foreach (var name in new[] { w.Since, w.Until }.Where(n => !IsEvent(n))) yield return new($"windows[{i}]", $"{name} is no event.");
            if (w.MinDays is null && w.MaxDays is null && w.MaxHours is null) yield return new($"windows[{i}]", "The window has no bound.");
            if (w.MinDays > w.MaxDays) yield return new($"windows[{i}]", "minDays is above maxDays.");
        }
    }

    private static IEnumerable<ProductProblem> Schedule(ProductType p)
    {
        foreach (var (t, i) in (p.Schedule ?? []).Select((t, i) => (t, i)))
        {
            var field = $"schedule[{i}]";
            if (!IsEvent(t.CompletedBy)) yield return new(field, $"{t.CompletedBy} is no event that could complete the task.");
            if (t.Per == TaskAnchor.Step && (t.After is null || !IsEvent(t.After))) yield return new(field, $"{t.After ?? "Nothing"} is no event the task could hang on.");
            if (!Roles.OfPeople.Contains(t.Role)) yield return new(field, $"{t.Role} is no role.");
            if (t.LeadHours < 0 || t.GraceHours < 0 || t.RepeatHours <= 0) yield return new(field, "Lead and grace are not negative, a repeat is more than 0 h.");
            if (!IsTitle(t.Title)) yield return new(field, "The title is text; {0} stands for the vessels, other braces are not allowed.");
        }
    }

    private static bool IsTitle(string title) => title.Trim().Length > 0 && title.Replace("{0}", "", StringComparison.Ordinal).IndexOfAny(['{', '}']) < 0;

    private static IEnumerable<ProductProblem> Events(ProductType p)
    {
        foreach (var name in (p.Events ?? []).Where(e => !EventCatalogue.AtTheBench.Contains(e))) yield return new("events", $"{name} is no entry made at the bench.");
        if (p.ExposedFrom is { } from && !IsEvent(from)) yield return new("exposedFrom", $"{from} is no event.");
        if ((p.LabelTexts ?? []).Concat(p.ForbiddenTexts ?? []).Any(string.IsNullOrWhiteSpace)) yield return new("labelTexts", "A label text is not empty.");
    }

    private static HashSet<string> Reached(ProductType p)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(p.Path.GetValueOrDefault("") ?? []);
        while (open.TryPop(out var phase))
            if (reached.Add(phase))
                foreach (var next in p.Path.GetValueOrDefault(phase) ?? []) open.Push(next);
        return reached;
    }
}
