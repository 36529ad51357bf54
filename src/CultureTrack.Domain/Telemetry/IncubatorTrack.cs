namespace CultureTrack.Domain.Telemetry;

/// <summary>
/// The running judgement of one incubator with older memories to go back to when data arrive late: one an hour for two days, one a day for
/// sixty. Not safe for several threads; its owner is the incubator's single writer.
/// </summary>
public sealed class IncubatorTrack
{
    private static readonly TimeSpan HourlyFor = TimeSpan.FromHours(48);
    private static readonly TimeSpan DailyFor = TimeSpan.FromDays(60);

    // Each holds every reading taken up to its own time, and none after it. That time is kept beside it: it is asked for at every reading.
    private readonly SortedList<DateTimeOffset, (IncubatorMemory Memory, DateTimeOffset TakenUpTo)> _checkpoints = [];

    // The hour whose checkpoint needs no further thought.
    private DateTimeOffset? _settledHour;

    public IncubatorTrack(IncubatorJudge judge, IncubatorMemory? memory = null)
    {
        (Judge, Memory) = (judge, memory ?? IncubatorMemory.Empty);
        if (Memory.TakenUpTo is { } upTo) _checkpoints[upTo] = (Memory, upTo);
    }

    public IncubatorJudge Judge { get; }

    /// <summary>The memory to store; a track made from it goes on where this one is.</summary>
    public IncubatorMemory Memory { get; private set; }

    /// <summary>Current ledgers.</summary>
    public IncubatorLedger Ledger => Judge.Ledger(Memory);

    /// <summary>
    /// Takes readings of one message, in any order. Late ones are not taken: they are in the store already, and <paramref name="lateFrom"/> says from
    /// when on to replay.
    /// </summary>
    public IReadOnlyList<TelemetryFact> Take(IEnumerable<Reading> readings, out DateTimeOffset? lateFrom)
    {
        lateFrom = null;
        var facts = new List<TelemetryFact>();
        foreach (var reading in Judge.InOrder(readings))
        {
            var judged = Apply(reading);
            if (judged.IsLate) lateFrom = lateFrom < reading.At ? lateFrom : reading.At;
            facts.AddRange(judged.Facts);
        }
        return facts;
    }

    /// <summary>
    /// The memory to replay late data from, and the instant after which all readings of the store are needed for it (null: all there are).
    /// </summary>
    public (IncubatorMemory From, DateTimeOffset? ReadingsAfter) ReplayPoint(DateTimeOffset lateFrom)
    {
        var last = _checkpoints.Values.LastOrDefault(c => c.TakenUpTo < lateFrom);
        return last.Memory is null ? (IncubatorMemory.Empty, null) : (last.Memory, last.TakenUpTo);
    }

    /// <summary>Judges again from a replay point with the stored readings after it, and tells what that changed.</summary>
    /// <param name="from">The memory of <see cref="ReplayPoint"/>.</param>
    /// <param name="stored">All stored readings after it, conflicting ones included, in any order.</param>
    /// <param name="at">Now, for the changes.</param>
    public IReadOnlyList<TelemetryFact> Replay(IncubatorMemory from, IEnumerable<Reading> stored, DateTimeOffset at)
    {
        var upTo = from.TakenUpTo;
        foreach (var stale in _checkpoints.Where(c => !(c.Value.TakenUpTo <= upTo)).Select(c => c.Key).ToArray()) _checkpoints.Remove(stale);
        var before = Memory;
        (Memory, _settledHour) = (from, null);
        foreach (var reading in Judge.InOrder(stored)) Apply(reading);
        (var facts, Memory) = LedgerDiff.AfterReplay(Judge, before, Memory, at);
        return facts;
    }

    private Judged Apply(Reading reading)
    {
        Checkpoint(reading.At);
        var judged = Judge.Take(Memory, reading);
        Memory = judged.Memory;
        // A channel that lags behind the others makes the checkpoints it overtakes incomplete.
        if (!judged.IsLate)
            while (_checkpoints.Count > 0 && _checkpoints.Values[^1].TakenUpTo >= reading.At)
            {
                _checkpoints.RemoveAt(_checkpoints.Count - 1);
                _settledHour = null;
            }
        return judged;
    }

    private void Checkpoint(DateTimeOffset at)
    {
        var hour = new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
        if (hour == _settledHour) return;
        var upTo = Memory.TakenUpTo;
        // Nothing taken yet: the first reading of this hour is still to come, so ask again.
        if (upTo is not null) _settledHour = hour;
        if (!(upTo < hour) || _checkpoints.ContainsKey(hour)) return;
        _checkpoints[hour] = (Memory, upTo.Value);
        foreach (var old in _checkpoints.Keys.Where(k => k < hour - DailyFor || k < hour - HourlyFor && k.UtcDateTime.TimeOfDay != TimeSpan.Zero).ToArray())
            _checkpoints.Remove(old);
    }
}
