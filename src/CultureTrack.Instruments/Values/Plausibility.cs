namespace CultureTrack.Instruments.Values;

/// <summary>Contradictions inside one record that a person should see before the numbers are used.</summary>
internal static class Plausibility
{
    public static void Check(Dictionary<string, ResultValue> values, List<string> warnings)
    {
        if (Number("viability") is { } viability and (< 0m or > 100m)) warnings.Add($"Viability of {viability} % is not possible.");
        if (Number("viableDensity") > Number("totalDensity") * 1.005m) warnings.Add("More viable cells per mL than cells per mL.");
        if (Number("viableCount") > Number("totalCount")) warnings.Add("More viable cells than cells.");
        foreach (var name in new[] { "viableDensity", "totalDensity", "deadDensity" })
            if (Number(name) < 0m) warnings.Add($"{name} is negative.");

        decimal? Number(string name) => values.TryGetValue(name, out var value) ? value.Value : null;
    }
}
