using System.Collections.Immutable;

namespace CultureTrack.Domain.Telemetry;

/// <summary>What changed between two sets of excursions.</summary>
/// <param name="Facts">Openings, closings, amendments and withdrawals, in order of time.</param>
/// <param name="Renamed">Ids of the later set that stand for an earlier excursion, with the id it keeps.</param>
public sealed record LedgerChanges(IReadOnlyList<TelemetryFact> Facts, IReadOnlyDictionary<string, string> Renamed);

/// <summary>Compares excursions before and after late data, a stuck sensor or simply one more reading.</summary>
public static class LedgerDiff
{
    /// <summary>
    /// An excursion is the same when its id is, or when it overlaps an earlier one of the same channel, side and severity; then it keeps the
    /// earlier id.
    /// </summary>
    public static LedgerChanges Between(IReadOnlyList<Excursion> before, IReadOnlyList<Excursion> after, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var facts = new List<TelemetryFact>();
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        var left = before.ToDictionary(e => e.ExcursionId, StringComparer.Ordinal);
        var fresh = new List<Excursion>();
        foreach (var excursion in after)
            if (left.Remove(excursion.ExcursionId, out var same)) Compare(same, excursion, at, facts);
            else fresh.Add(excursion);
        foreach (var excursion in fresh)
        {
            if (left.Values.FirstOrDefault(e => IsSameRun(e, excursion)) is not { } earlier) { Told(excursion, facts); continue; }
            left.Remove(earlier.ExcursionId);
            renamed[excursion.ExcursionId] = earlier.ExcursionId;
            Compare(earlier, excursion with { ExcursionId = earlier.ExcursionId }, at, facts);
        }
        facts.AddRange(left.Values.Select(e => new ExcursionTakenBack(at, e)));
        return new([.. facts.OrderBy(f => f.At)], renamed);
    }

    /// <summary>Compares whole memories after a replay and gives the replayed one the ids that have been told.</summary>
    /// <returns>The changes and the memory to go on with.</returns>
    public static (IReadOnlyList<TelemetryFact> Facts, IncubatorMemory Memory) AfterReplay(
        IncubatorJudge judge, IncubatorMemory before, IncubatorMemory after, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(judge);
        var changes = Between([.. judge.Ledger(before).Excursions], [.. judge.Ledger(after).Excursions], at);
        if (changes.Renamed.Count == 0) return (changes.Facts, after);
        var channels = after.Channels.ToImmutableSortedDictionary(c => c.Key, c => Rename(c.Value, changes.Renamed), StringComparer.Ordinal);
        return (changes.Facts, after with { Channels = channels });
    }

    private static bool IsSameRun(Excursion a, Excursion b) =>
        (a.Channel, a.Side, a.Severity) == (b.Channel, b.Side, b.Severity)
        && a.StartAt <= (b.EndAt ?? DateTimeOffset.MaxValue) && b.StartAt <= (a.EndAt ?? DateTimeOffset.MaxValue);

    private static void Told(Excursion excursion, List<TelemetryFact> facts)
    {
        facts.Add(new ExcursionBegan(excursion.OpenedAt, excursion));
        if (excursion.ClosedAt is { } closed) facts.Add(new ExcursionEnded(closed, excursion));
    }

    private static void Compare(Excursion before, Excursion after, DateTimeOffset at, List<TelemetryFact> facts)
    {
        if (before.IsOpen && after.ClosedAt is { } closed && before.StartAt == after.StartAt && before.OpenedAt == after.OpenedAt)
            facts.Add(new ExcursionEnded(closed, after));
        else if (before.StartAt != after.StartAt || before.OpenedAt != after.OpenedAt || before.EndAt != after.EndAt || before.ClosedAt != after.ClosedAt
                 || !after.IsOpen && (before.Peak != after.Peak || before.Raw != after.Raw))
            facts.Add(new ExcursionRevised(at, before, after));
    }

    private static ChannelMemory Rename(ChannelMemory memory, IReadOnlyDictionary<string, string> renamed) => memory with
    {
        Settled = Rename(memory.Settled, renamed),
        State = Rename(memory.State, renamed),
        Flat = memory.Flat is { } flat ? flat with { Before = Rename(flat.Before, renamed) } : null,
        Door = memory.Door is { } door ? door with { Before = Rename(door.Before, renamed) } : null,
    };

    private static ChannelState Rename(ChannelState state, IReadOnlyDictionary<string, string> renamed) => state with
    {
        Pending = Rename(state.Pending, renamed),
        ActionLow = Rename(state.ActionLow, renamed),
        ActionHigh = Rename(state.ActionHigh, renamed),
        CriticalLow = Rename(state.CriticalLow, renamed),
        CriticalHigh = Rename(state.CriticalHigh, renamed),
    };

    private static ExcursionTracker Rename(ExcursionTracker tracker, IReadOnlyDictionary<string, string> renamed) =>
        renamed.TryGetValue(tracker.Id, out var id) ? tracker with { Id = id } : tracker;

    private static LedgerPart Rename(LedgerPart part, IReadOnlyDictionary<string, string> renamed) => part with
    {
        Excursions = [.. part.Excursions.Select(e => renamed.TryGetValue(e.ExcursionId, out var id) ? e with { ExcursionId = id } : e)],
    };
}
