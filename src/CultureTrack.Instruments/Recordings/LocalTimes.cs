namespace CultureTrack.Instruments.Recordings;

/// <summary>
/// Turns wall-clock stamps into instants. In the hour that exists twice when summer time ends, the order of the entries decides: the
/// clock stepping back separates the two passes. Where it does not, the arrival time or an unbroken series of readings decides;
/// else the entry is left out with the reason, never guessed.
/// </summary>
internal static class LocalTimes
{
    /// <summary>A clock may run this much ahead of the recorder's.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    /// <summary>Readings this close together belong to one series.</summary>
    private static readonly TimeSpan SeriesStepMax = TimeSpan.FromMinutes(10);

    /// <summary>A step back of at least this much is the clock change; a smaller one is a late reading.</summary>
    private static readonly TimeSpan StepBackMin = TimeSpan.FromMinutes(20);

    public static Dictionary<RecordedEntry, (DateTimeOffset? At, string? Why)> Resolve(IReadOnlyList<RecordedEntry> entries, TimeZoneInfo zone)
    {
        var resolved = new Dictionary<RecordedEntry, (DateTimeOffset?, string?)>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < entries.Count;)
        {
            var local = entries[i].Local!.Value;
            if (!zone.IsAmbiguousTime(local))
            {
                resolved[entries[i++]] = zone.IsInvalidTime(local)
                    ? (null, $"{local:yyyy-MM-dd HH:mm:ss} does not exist in {zone.Id}: the clock was set forward")
                    : (new DateTimeOffset(local, zone.GetUtcOffset(local)), null);
                continue;
            }
            var end = i;
            while (end < entries.Count && zone.IsAmbiguousTime(entries[end].Local!.Value)) end++;
            ResolveRun(entries, i, end, zone, resolved);
            i = end;
        }
        return resolved;
    }

    private static void ResolveRun(
        IReadOnlyList<RecordedEntry> entries, int start, int end, TimeZoneInfo zone, Dictionary<RecordedEntry, (DateTimeOffset?, string?)> resolved)
    {
        var back = Enumerable.Range(start + 1, Math.Max(0, end - start - 1)).FirstOrDefault(i => entries[i - 1].Local - entries[i].Local >= StepBackMin, -1);
        var before = start > 0 && resolved[entries[start - 1]].Item1 is { } previous ? previous : (DateTimeOffset?)null;
        var after = end < entries.Count && !zone.IsInvalidTime(entries[end].Local!.Value) ? new DateTimeOffset(entries[end].Local!.Value, zone.GetUtcOffset(entries[end].Local!.Value)) : (DateTimeOffset?)null;
        var followsEarly = before is not null && IsSeries(before.Value, Early(entries[start], zone));
        var leadsLate = after is not null && IsSeries(Late(entries[end - 1], zone), after.Value);
        for (var i = start; i < end; i++)
        {
            var (early, late) = (Early(entries[i], zone), Late(entries[i], zone));
            var arrived = entries[i].ArrivedAt;
            resolved[entries[i]] = (back, followsEarly, leadsLate) switch
            {
                _ when arrived < late - ClockTolerance => (early, null), // nothing arrives before it was measured
                ( > 0, _, _) => (i < back ? early : late, null),
                (_, true, false) => (early, null),
                (_, false, true) => (late, null),
                _ when arrived <= late + ClockTolerance => (late, null), // it came at once
                _ => (null, $"{entries[i].Local:yyyy-MM-dd HH:mm:ss} exists twice in {zone.Id} and nothing tells which of the two it is"),
            };
        }
    }

    private static bool IsSeries(DateTimeOffset first, DateTimeOffset second) => second - first >= -ClockTolerance && second - first <= SeriesStepMax;

    private static DateTimeOffset Early(RecordedEntry entry, TimeZoneInfo zone) => new(entry.Local!.Value, zone.GetAmbiguousTimeOffsets(entry.Local.Value).Max());

    private static DateTimeOffset Late(RecordedEntry entry, TimeZoneInfo zone) => new(entry.Local!.Value, zone.GetAmbiguousTimeOffsets(entry.Local.Value).Min());
}
