using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Store.Readings;
using DomainQuality = CultureTrack.Domain.Telemetry.ReadingQuality;
using StoredQuality = CultureTrack.Store.Readings.ReadingQuality;

namespace CultureTrack.Grains.Incubators;

/// <summary>What a group of readings showed.</summary>
/// <param name="Facts">Excursions, sensor faults and door moves, in order of time.</param>
/// <param name="Instants">Reading times while something was beyond limits or a gap ended: bands may have changed there.</param>
internal sealed record EnvironmentNews(IReadOnlyList<TelemetryFact> Facts, IReadOnlyList<DateTimeOffset> Instants)
{
    public bool IsEmpty => Facts.Count == 0 && Instants.Count == 0;
}

public sealed partial class IncubatorGrain
{
    private static readonly TimeSpan ToldBack = TimeSpan.FromDays(1);

    /// <summary>
    /// Takes rows in, receipt by receipt: what was due before, then what they show, moment after moment, so that every band change gets the time it belongs
    /// to, then what the alarms make of it. Late data are judged again from the store at the end.
    /// </summary>
    /// <param name="isHeard">Whether the alarms heard a row before; the judge may have to be told again after a restart, they never.</param>
    private async Task<(EnvironmentNews News, List<AlarmChange> Changes)> TakeIn(IReadOnlyList<ReadingRow> rows, Func<ReadingRow, bool> isHeard)
    {
        var (facts, instants, changes) = (new List<TelemetryFact>(), new SortedSet<DateTimeOffset>(), new List<AlarmChange>());
        DateTimeOffset? lateFrom = null;
        foreach (var received in Receipts(rows))
        {
            var fresh = received.Where(r => !isHeard(r)).ToList();
            if (fresh.Count > 0) changes.AddRange(_keeper.RunTo(received[0].ReceivedAt));
            var shown = new List<TelemetryFact>();
            foreach (var moment in received.SelectMany(ToReadings).GroupBy(r => r.At).OrderBy(g => g.Key))
            {
                var before = _track!.Memory;
                shown.AddRange(_track.Take(moment, out var late));
                if (late < lateFrom || lateFrom is null) lateFrom = late ?? lateFrom;
                if (IsNoteworthy(before, _track.Memory)) instants.Add(moment.Key);
            }
            facts.AddRange(shown);
            foreach (var row in received) Remember(row);
            if (fresh.Count > 0) changes.AddRange(_keeper.Hear(received[0].ReceivedAt, fresh.Select(ToHeard), shown, _track!.Memory.Door));
            else _keeper.Door = _track!.Memory.Door;
        }
        if (lateFrom is { } from)
        {
            var receivedAt = rows[^1].ReceivedAt;
            var shown = await Replay(from, receivedAt);
            facts.AddRange(shown);
            changes.AddRange(_keeper.Hear(receivedAt, [], shown, _track!.Memory.Door));
            instants.Add(clock.GetUtcNow());
        }
        return (new([.. facts.OrderBy(f => f.At)], [.. instants]), changes);
    }

    /// <summary>Rows of one receipt together, in the order they came in.</summary>
    internal static IEnumerable<List<ReadingRow>> Receipts(IEnumerable<ReadingRow> rows)
    {
        List<ReadingRow> group = [];
        foreach (var row in rows)
        {
            if (group.Count > 0 && group[0].ReceivedAt != row.ReceivedAt)
            {
                yield return group;
                group = [];
            }
            group.Add(row);
        }
        if (group.Count > 0) yield return group;
    }

    private async Task<IReadOnlyList<TelemetryFact>> Replay(DateTimeOffset lateFrom, DateTimeOffset receivedAt)
    {
        var (memory, after) = _track!.ReplayPoint(lateFrom);
        var stored = new List<Reading>();
        var from = after ?? DateTimeOffset.UnixEpoch;
        await foreach (var row in readings.Rows(Id, from, clock.GetUtcNow().AddDays(2), CancellationToken.None)) stored.AddRange(ToReadings(row));
        return _track.Replay(memory, stored, receivedAt);
    }

    internal static HeardRow ToHeard(ReadingRow row) => new(row.ReceivedAt, row.EffectiveAt, row.DeviceTime, row.Buffered, row.Values.All());

    internal static IEnumerable<Reading> ToReadings(ReadingRow row) =>
        row.Values.All().Select(v => new Reading(row.EffectiveAt, v.Key, v.Value, QualityOf(row)));

    private static DomainQuality QualityOf(ReadingRow row) =>
        row.Flags.HasFlag(ReadingFlags.ClockUncertain) ? DomainQuality.ClockUncertain
        : row.Quality switch { StoredQuality.Good => DomainQuality.Good, StoredQuality.Uncertain => DomainQuality.Uncertain, _ => DomainQuality.Bad };

    // Beyond a limit or with an excursion open before or after the reading, or after a hole in the data.
    private bool IsNoteworthy(IncubatorMemory before, IncubatorMemory after) =>
        after.Channels.Any(c => c.Value != before.Channels.GetValueOrDefault(c.Key)
            && (IsAbnormal(c.Value) || (before.Channels.TryGetValue(c.Key, out var was) && (IsAbnormal(was) || c.Value.TakenUpTo - was.TakenUpTo > _track!.Judge.Hold))));

    private static bool IsAbnormal(ChannelMemory memory) => memory.State.HasOpenExcursion || !memory.State.Running.IsEmpty || memory.StuckAt is not null;

    private async Task TellBatches(EnvironmentNews news)
    {
        if (news.IsEmpty) return;
        // Late data may reach back into stays that are over; telling a batch twice changes nothing.
        var from = news.Facts.Select(f => f.At).Concat(news.Instants).Min() - ToldBack;
        var to = clock.GetUtcNow();
        foreach (var batch in _occupancy.Where(o => o.From <= to && (o.To is null || o.To >= from)).Select(o => o.BatchId).Distinct())
            await GrainFactory.GetGrain<IBatchGrain>(batch).EnvironmentChanged(Id);
    }
}
