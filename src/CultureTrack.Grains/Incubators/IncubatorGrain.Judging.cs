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

    /// <summary>Takes readings into the judgement, reading after reading, so that every band change gets the time it belongs to.</summary>
    private async Task<EnvironmentNews> Judge(IReadOnlyList<ReadingRow> committed)
    {
        var facts = new List<TelemetryFact>();
        var instants = new SortedSet<DateTimeOffset>();
        DateTimeOffset? lateFrom = null;
        foreach (var group in committed.SelectMany(ToReadings).GroupBy(r => r.At).OrderBy(g => g.Key))
        {
            var before = _track!.Memory;
            facts.AddRange(_track.Take(group, out var late));
            if (late < lateFrom || lateFrom is null) lateFrom = late ?? lateFrom;
            if (IsNoteworthy(before, _track.Memory)) instants.Add(group.Key);
        }
        if (lateFrom is { } from)
        {
            facts.AddRange(await Replay(from));
            instants.Add(clock.GetUtcNow());
        }
        return new([.. facts.OrderBy(f => f.At)], [.. instants]);
    }

    private async Task<IReadOnlyList<TelemetryFact>> Replay(DateTimeOffset lateFrom)
    {
        var (memory, after) = _track!.ReplayPoint(lateFrom);
        var stored = new List<Reading>();
        var from = after ?? DateTimeOffset.UnixEpoch;
        await foreach (var row in readings.Rows(Id, from, clock.GetUtcNow().AddDays(2), CancellationToken.None)) stored.AddRange(ToReadings(row));
        return _track.Replay(memory, stored, clock.GetUtcNow());
    }

    private static IEnumerable<Reading> ToReadings(ReadingRow row) =>
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
