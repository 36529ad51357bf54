namespace CultureTrack.Domain.Telemetry;

/// <summary>Stretches of time.</summary>
public static class TimeSpans
{
    /// <summary>The same time as few stretches that do not touch, in order.</summary>
    public static IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Merged(IEnumerable<(DateTimeOffset From, DateTimeOffset To)> stretches)
    {
        var merged = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach (var (from, to) in stretches.Where(s => s.To > s.From).OrderBy(s => s.From))
        {
            if (merged.Count > 0 && from <= merged[^1].To) merged[^1] = (merged[^1].From, to > merged[^1].To ? to : merged[^1].To);
            else merged.Add((from, to));
        }
        return merged;
    }
}
