using System.Text.RegularExpressions;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Products;

/// <summary>Whether a site's own product type can be used at all; asked before it is registered, so that no batch gets stuck on a path that leads nowhere.</summary>
public static partial class ProductRules
{
    [GeneratedRegex("^[A-Z]{2,6}$")]
    private static partial Regex CodePattern();

    /// <summary>What is wrong with it, in words; empty when it can be registered.</summary>
    public static IReadOnlyList<string> Problems(ProductType product) => [.. Found(product), .. product.NotCultured is { } other ? Found(other) : []];

    private static IEnumerable<string> Found(ProductType p)
    {
        if (!CodePattern().IsMatch(p.Code)) yield return "A product code is 2 to 6 capital letters.";
        if (ProductRegister.BuiltIn.ContainsKey(p.Code)) yield return $"{p.Code} is built in; a site's own type has a code of its own.";
        var phases = p.Path.Keys.Where(k => k.Length > 0).Concat(p.Path.Values.SelectMany(v => v)).ToHashSet(StringComparer.Ordinal);
        foreach (var phase in phases.Where(f => !p.Path.ContainsKey(f)).Order(StringComparer.Ordinal)) yield return $"The path does not say what follows {phase}.";
        foreach (var step in p.Steps.Where(s => !phases.Contains(s.Value)).Select(s => s.Value).Distinct()) yield return $"A step enters {step}, which is not on the path.";
        foreach (var step in p.Steps.Keys.Where(s => !ProductSteps.Moving.Contains(s.Split('/')[0]))) yield return $"{step} is no step that enters a phase.";
        foreach (var phase in phases.Except(p.Steps.Values, StringComparer.Ordinal).Order(StringComparer.Ordinal)) yield return $"No step enters {phase}.";
        foreach (var phase in phases.Except(Reached(p), StringComparer.Ordinal).Order(StringComparer.Ordinal)) yield return $"{phase} cannot be reached from the start.";
        if (!p.Steps.ContainsKey(nameof(FillPerformed))) yield return "Nothing is filled.";
        if (p.FillsFrom is not (LifeState.Harvested or LifeState.InProcess)) yield return "A product is filled from Harvested or InProcess.";
        if (p.Expiry.Count == 0 || p.Expiry.Any(e => e.Hours is null == e.Months is null)) yield return "Each storage has an expiry in hours or in months.";
        if (p.Tissues.Count == 0 && !p.StartsFromCells) yield return "The product starts from nothing: name a tissue, or SourceCellsAllocated as a step.";
        foreach (var name in (p.Events ?? []).Where(e => !EventCatalogue.AtTheBench.Contains(e))) yield return $"{name} is no entry made at the bench.";
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
