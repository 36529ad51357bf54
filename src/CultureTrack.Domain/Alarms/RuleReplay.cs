using System.Collections.Immutable;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>Rows of one receipt, as alarms and judge take them.</summary>
/// <param name="Rows">What the alarms hear.</param>
/// <param name="Readings">What the judge takes.</param>
public sealed record Receipt(DateTimeOffset ReceivedAt, IReadOnlyList<HeardRow> Rows, IReadOnlyList<Reading> Readings);

/// <summary>Where a replay begins.</summary>
/// <param name="At">First instant of the period.</param>
/// <param name="Standing">Alarms that stood then.</param>
/// <param name="Circumstances">As they were then.</param>
public sealed record ReplayStart(string IncubatorId, DateTimeOffset At, IReadOnlyList<Alarm> Standing, Circumstances Circumstances);

/// <summary>What rule is replayed and how its new alarms are answered.</summary>
/// <param name="Changes">Against the profile; none: the live rule.</param>
/// <param name="AnswerAfter">Alarms of a changed limit are taken as acknowledged this long after their call; all others as people really did it.</param>
public sealed record ReplayRule(IReadOnlyList<RuleChange> Changes, TimeSpan AnswerAfter)
{
    public static ReplayRule Live { get; } = new([], TimeSpan.Zero);
}

/// <summary>
/// Runs the stored past of an incubator through the same judge and the same alarms as live, in order of receipt. Without changes it comes to what happened;
/// with changes, to what would have happened. No I/O: late data are asked back for.
/// </summary>
public sealed class RuleReplay
{
    private readonly ReplayRule _rule;
    private readonly ReplayStart _start;
    private readonly ImmutableHashSet<string> _changed;
    private readonly PriorityQueue<string, DateTimeOffset> _answers = new();
    private readonly List<AlarmChange> _changes = [];
    private Circumstances _circumstances;
    private readonly AlarmKeeper _keeper;
    private IncubatorTrack _track;
    private bool _began;

    public RuleReplay(ReplayStart start, ReplayRule rule)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(rule);
        (_start, _rule, _circumstances, _changed) = (start, rule, start.Circumstances, CandidateRule.ChannelsOf(rule.Changes));
        var standing = start.Standing.Where(a => !IsModelled(a.Point)).ToImmutableSortedDictionary(a => a.AlarmId, a => a, StringComparer.Ordinal);
        _keeper = new(AlarmBook.Empty(start.IncubatorId) with { Standing = standing }, CommsWatch.Of([], null), start.At);
        _keeper.Apply(_circumstances);
        if (standing.Values.FirstOrDefault(a => a.IsActive && a.Point == new AlarmPoint(AlarmKind.DeviceAlarm, Channels.Power)) is { } power) _keeper.PowerLostSince = power.Activations[^1];
        _track = new(JudgeOf(_circumstances));
    }

    /// <summary>What happened to alarms from the start on, in order.</summary>
    public IReadOnlyList<AlarmChange> Changes => _changes;

    /// <summary>All excursions judged so far, those of the time before the start included.</summary>
    public IEnumerable<Excursion> Excursions => _track.Ledger.Excursions;

    /// <summary>Takes rows of one receipt. What was received before the start is judged, so that its state is known, and raises nothing.</summary>
    /// <returns>From when on readings came late: <see cref="ReplayPoint"/> and <see cref="Replay"/> must follow. Null: none.</returns>
    public DateTimeOffset? Take(Receipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (receipt.ReceivedAt >= _start.At) Begin();
        if (_began) RunTo(receipt.ReceivedAt);
        var facts = new List<TelemetryFact>();
        DateTimeOffset? lateFrom = null;
        foreach (var moment in receipt.Readings.GroupBy(r => r.At).OrderBy(g => g.Key))
        {
            facts.AddRange(_track.Take(moment, out var late));
            if (late < lateFrom || lateFrom is null) lateFrom = late ?? lateFrom;
        }
        if (_began) Note(_keeper.Hear(receipt.ReceivedAt, receipt.Rows, facts, _track.Memory.Door));
        else
            foreach (var row in receipt.Rows)
                foreach (var (channel, _) in row.Values)
                    _keeper.Comms = _keeper.Comms.Received(channel, row.ReceivedAt);
        return lateFrom;
    }

    /// <summary>The memory to judge late data from, and after when all readings received so far are needed for it; null: all there are.</summary>
    public (IncubatorMemory From, DateTimeOffset? ReadingsAfter) ReplayPoint(DateTimeOffset lateFrom) => _track.ReplayPoint(lateFrom);

    /// <summary>Judges again from a replay point.</summary>
    /// <param name="stored">All readings after it that had been received by then.</param>
    public void Replay(IncubatorMemory from, IEnumerable<Reading> stored, DateTimeOffset receivedAt)
    {
        var facts = _track.Replay(from, stored, receivedAt);
        if (_began) Note(_keeper.Hear(receivedAt, [], facts, _track.Memory.Door));
    }

    /// <summary>The circumstances changed.</summary>
    public void Change(Circumstances now, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (at >= _start.At) Begin();
        var sameJudge = (now.Profile, now.Period, now.Channels) == (_circumstances.Profile, _circumstances.Period, _circumstances.Channels);
        _circumstances = now;
        if (!sameJudge) _track = new(JudgeOf(now), _track.Memory);
        _keeper.Apply(now);
        if (!_began) return;
        RunTo(at);
        Note(_keeper.Look(at));
    }

    /// <summary>A line of the history that does not follow from readings and time: what a person did, or what a device said of itself.</summary>
    public void Happen(AlarmLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Begin();
        var point = line.Alarm.Point;
        if (IsSaidByDevice(line))
        {
            RunTo(line.At);
            Note(_keeper.Set([new AlarmCondition(point, line.Step == AlarmStep.Raised ? line.Severity : null)], line.At));
        }
        else if (CommandOf(line) is { } command && !IsModelled(point))
        {
            RunTo(line.At);
            // Under another rule the alarm may have an other id, or not stand at all; then nobody was there to do it.
            if (_keeper.Book.Find(point) is { } standing) Note(_keeper.Command(standing.AlarmId, command).Changes);
        }
    }

    /// <summary>Runs what was still due.</summary>
    public void Finish(DateTimeOffset to)
    {
        Begin();
        RunTo(to);
    }

    /// <summary>True for a line that <see cref="Happen"/> must be told: it follows from nothing else.</summary>
    public static bool IsInput(AlarmLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return IsSaidByDevice(line) || CommandOf(line) is not null;
    }

    private static bool IsSaidByDevice(AlarmLine line) =>
        line.Alarm.Point is { Kind: AlarmKind.DeviceAlarm, Channel: null } && line.Step is AlarmStep.Raised or AlarmStep.Cleared;

    private static AlarmCommand? CommandOf(AlarmLine line) => (line.Step, line.User) switch
    {
        (AlarmStep.Acknowledged, { } user) => new AlarmCommand.Acknowledge(line.At, user, line.Alarm.Cause ?? "-", line.Alarm.Action ?? "-"),
        (AlarmStep.Shelved, { } user) => new AlarmCommand.Shelve(line.At, user, line.Alarm.ShelvedUntil ?? line.At.AddMinutes(1), "As it was done then", line.Alarm.ShelvedOnce),
        (AlarmStep.Unshelved, { } user) => new AlarmCommand.Unshelve(line.At, user, "As it was done then"),
        (AlarmStep.Reset, { } user) => new AlarmCommand.Reset(line.At, user, "As it was done then"),
        _ => null,
    };

    private bool IsModelled(AlarmPoint point) => point.Kind == AlarmKind.Limit && point.Channel is { } channel && _changed.Contains(channel);

    private IncubatorJudge JudgeOf(Circumstances now)
    {
        var resolutions = now.ChannelList.Where(c => c.Resolution is not null).ToDictionary(c => c.Channel, c => c.Resolution!.Value, StringComparer.Ordinal);
        return new(new(_start.IncubatorId, CandidateRule.Apply(EquipmentProfiles.Get(now.Profile), _rule.Changes), now.Period, resolutions));
    }

    // What stands open under a changed limit stood before the period began, and called before it.
    private void Begin()
    {
        if (_began) return;
        _began = true;
        _keeper.Door = _track.Memory.Door;
        _keeper.GoBackTo(_keeper.Book with { IsSuppressed = _track.Memory.IsDecon && !_circumstances.IsOccupied });
        foreach (var open in Excursions.Where(e => e.IsOpen && _changed.Contains(e.Channel)))
            foreach (var change in _keeper.Set([new AlarmCondition(AlarmPoint.Of(open), open.Severity, open.ExcursionId)], open.OpenedAt)) Answer(change);
    }

    private void RunTo(DateTimeOffset at)
    {
        while (_answers.TryPeek(out _, out var due) && due <= at)
        {
            var alarmId = _answers.Dequeue();
            Note(_keeper.RunTo(due));
            Note(_keeper.Command(alarmId, new AlarmCommand.Acknowledge(due, "model", "-", "-")).Changes);
        }
        Note(_keeper.RunTo(at));
    }

    private void Note(IReadOnlyList<AlarmChange> changes)
    {
        foreach (var change in changes)
        {
            _changes.Add(change);
            Answer(change);
        }
    }

    private void Answer(AlarmChange change)
    {
        if (!IsModelled(change.Alarm.Point)) return;
        if (change.Event is AlarmEvent.Raised raised) _answers.Enqueue(change.Alarm.AlarmId, raised.At + _rule.AnswerAfter);
        // Latched: the condition is gone and somebody knows of it, so it is reset.
        if (change.Alarm.State == AlarmState.Latched) Note(_keeper.Command(change.Alarm.AlarmId, new AlarmCommand.Reset(change.Event.At, "model", "As the model has it")).Changes);
    }
}
