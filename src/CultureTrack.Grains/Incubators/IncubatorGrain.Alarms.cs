using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Live;
using CultureTrack.Store.Readings;
using Marten;

namespace CultureTrack.Grains.Incubators;

public sealed partial class IncubatorGrain
{
    private AlarmBook _alarms = AlarmBook.Empty("");
    private CommsWatch _comms = CommsWatch.Of([], null);
    private DateTimeOffset? _powerLostSince;
    private DateTimeOffset _escalatedUpTo;

    private bool IsRoster => Id == AlarmCalls.RosterSubject;
    private bool IsOccupied => _occupancy.Any(o => o.To is null);
    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(_zone);

    /// <summary>Runs what is due: silence, an open door, a power cut that lasts, shelvings that end, escalation.</summary>
    public async Task Due()
    {
        if (_equipment is null) return;
        await Keep(ByTime(clock.GetUtcNow()));
        PublishLive();
        ScheduleNext();
    }

    public async Task<AlarmAnswer> Act(string alarmId, AlarmCommand command, Actor actor, string? comment)
    {
        if (actor.RoleFor(IsRoster ? [Roles.Technician, Roles.QualityAssurance, Roles.Administrator] : [Roles.Technician, Roles.QualityAssurance]) is not { } role)
            return new(null, [new(Codes.SodRole, "", IsRoster ? "Technicians, supervisors, QA and administrators handle alarms about the roster." : "Technicians, supervisors and QA handle this alarm; administrators only those about the roster.")], []);
        var (decision, book, changes) = _alarms.Command(alarmId, command);
        if (decision is null) return new(null, [new(Codes.NotFound, "alarmId", $"There is no standing alarm {alarmId}.")], []);
        if (decision.Findings.Count > 0) return new(null, decision.Findings, []);
        if (decision.Flags.Count > 0 && string.IsNullOrWhiteSpace(comment))
            return new(null, [new(Codes.ValComment, "comment", $"A comment is needed for: {string.Join(", ", decision.Flags.Select(f => f.Code))}.")], decision.Flags);
        _alarms = book;
        await Keep(changes, session => AppendEntry(session, alarmId, command, actor, role, comment, decision.Flags));
        ScheduleNext();
        PublishLive();
        return new(View(changes[^1].Alarm), [], decision.Flags);
    }

    public async Task DeviceAlarm(string code, string? text, bool active, DateTimeOffset at)
    {
        await Keep(Set([StateWatch.OfDeviceMessage(code, active)], at));
        PublishLive();
        ScheduleNext();
    }

    private async Task RestoreAlarms(CancellationToken ct)
    {
        _alarms = AlarmBook.Empty(Id);
        await using var session = store.QuerySession();
        if (await session.LoadAsync<AlarmMemory>(Id, ct) is { } memory)
            (_alarms, _powerLostSince, _escalatedUpTo) = (memory.Book, memory.PowerLostSince, memory.EscalatedUpTo);
        else _escalatedUpTo = clock.GetUtcNow();
    }

    private void WatchChannels()
    {
        var received = _comms.LastReceivedAt;
        var channels = _equipment!.Channels.Select(c => c.Channel);
        _comms = CommsWatch.Of(channels, _equipment.InServiceSince) with { LastReceivedAt = received };
    }

    private async Task UpdateAlarms(IReadOnlyList<ReadingRow> committed, IReadOnlyList<TelemetryFact> facts)
    {
        var changes = new List<AlarmChange>();
        foreach (var row in committed)
        {
            foreach (var (channel, value) in row.Values.All())
            {
                _comms = _comms.Received(channel, row.ReceivedAt);
                changes.AddRange(Heard(channel, value, row));
            }
            if (row.DeviceTime is { } device && !row.Buffered) changes.AddRange(Set([StateWatch.OfSkew(device - row.ReceivedAt)], row.ReceivedAt));
        }
        foreach (var fact in facts)
        {
            (_alarms, var more) = _alarms.Hear(fact);
            changes.AddRange(more);
        }
        changes.AddRange(ByTime(clock.GetUtcNow()));
        await Keep(changes);
    }

    private IReadOnlyList<AlarmChange> Heard(string channel, double value, ReadingRow row)
    {
        if (row.Buffered && row.EffectiveAt < row.ReceivedAt.AddMinutes(-5)) return [];    // nobody is called for the past
        switch (channel)
        {
            case Channels.Power:
                _powerLostSince = value == 0 ? null : _powerLostSince ?? row.EffectiveAt;
                return Set([StateWatch.OfPower(_powerLostSince, row.EffectiveAt)], row.EffectiveAt);
            case Channels.DeviceAlarm: return Set([StateWatch.OfDeviceAlarm(value != 0)], row.EffectiveAt);
            case Channels.Decon:
                (_alarms, var suppressed) = _alarms.Suppress(value != 0 && !IsOccupied, row.EffectiveAt);
                return [.. suppressed, .. Set([StateWatch.OfDecon(value != 0, IsOccupied)], row.EffectiveAt)];
            default: return [];
        }
    }

    private List<AlarmChange> ByTime(DateTimeOffset now)
    {
        var changes = new List<AlarmChange>();
        if (_equipment?.InServiceSince is not null) changes.AddRange(Set(_comms.Conditions(now, IsOccupied), now));
        if (_track is not null) changes.AddRange(Set(DoorWatch.Conditions(_track.Memory.Door, now, Zone), now));
        changes.AddRange(Set([StateWatch.OfPower(_powerLostSince, now)], now));
        (_alarms, var ended) = _alarms.EndShelvings(now);
        changes.AddRange(ended);
        return changes;
    }

    private IReadOnlyList<AlarmChange> Set(IEnumerable<AlarmCondition> conditions, DateTimeOffset at)
    {
        (_alarms, var changes) = _alarms.Set(conditions, at);
        return changes;
    }

    /// <summary>Stores what changed, and with it the calls that became due since.</summary>
    private async Task Keep(IReadOnlyList<AlarmChange> changes, Func<IDocumentSession, Task>? also = null)
    {
        var now = clock.GetUtcNow();
        var due = CallsDue(changes, now);
        _escalatedUpTo = now;
        if (changes.Count == 0 && due.Count == 0 && also is null) return;
        await using var session = store.LightweightSession();
        foreach (var alarm in changes.GroupBy(c => c.Alarm.AlarmId).Select(g => g.Last().Alarm))
            session.Store(new AlarmRecord { Id = alarm.AlarmId, IncubatorId = Id, State = alarm.State.ToString(), RaisedAt = alarm.RaisedAt, Alarm = alarm });
        session.Store(new AlarmMemory { Id = Id, Book = _alarms, PowerLostSince = _powerLostSince, EscalatedUpTo = _escalatedUpTo });
        foreach (var change in changes) calls.Put(session, change);
        var missing = await Call(session, due);
        if (also is not null) await also(session);
        await session.SaveChangesAsync();
        calls.Sent();
        foreach (var alarm in changes.Select(c => c.Alarm)) live.Publish(new LiveEvent("alarms", "alarm", View(alarm)));
        foreach (var duty in missing) await GrainFactory.GetGrain<IIncubatorGrain>(AlarmCalls.RosterSubject).DeviceAlarm(AlarmCalls.Code(duty), null, true, now);
    }

    // After a pause in which nobody could be called only the last step of an alarm is made up for, and one just raised always calls.
    private List<(Alarm Alarm, EscalationStep Step)> CallsDue(IReadOnlyList<AlarmChange> changes, DateTimeOffset now)
    {
        var raised = changes.Where(c => c.Event is AlarmEvent.Raised).Select(c => c.Alarm.AlarmId).ToHashSet(StringComparer.Ordinal);
        return [.. from alarm in _alarms.All
                   let steps = Escalation.Between(alarm, raised.Contains(alarm.AlarmId) ? alarm.RaisedAt.AddTicks(-1) : _escalatedUpTo, now).ToList()
                   where steps.Count > 0
                   select (alarm, steps[^1])];
    }

    private async Task<IReadOnlyList<Domain.Lab.Duty>> Call(IDocumentSession session, List<(Alarm Alarm, EscalationStep Step)> due)
    {
        if (!IsRoster) return due.Count == 0 ? [] : await calls.Put(session, due, CancellationToken.None);
        foreach (var (alarm, step) in due) await calls.PutForAdministrators(session, alarm, step.At, CancellationToken.None);
        return [];
    }

    private async Task AppendEntry(IDocumentSession session, string alarmId, AlarmCommand command, Actor actor, string role, string? comment, IReadOnlyList<Flag> flags)
    {
        var now = clock.GetUtcNow();
        var stream = AlarmEntries.Stream(alarmId);
        var version = ((await session.Events.FetchStreamStateAsync(stream))?.Version ?? 0) + 1;
        var e = new Stamp(stream, now, now, actor, role, _zone, Comment: comment, DeviceId: actor.DeviceId).Record(AlarmEntries.Of(alarmId, command), version);
        session.Events.Append(stream, version, e with { Flags = flags });
    }

    private AlarmView View(Alarm alarm) =>
        new AlarmRecord { Id = alarm.AlarmId, IncubatorId = Id, State = alarm.State.ToString(), RaisedAt = alarm.RaisedAt, Alarm = alarm }.View(clock.GetUtcNow());

    private IReadOnlyList<AlarmView> OpenAlarms() => [.. _alarms.All.OrderByDescending(a => a.RaisedAt).Select(View)];

    private void ScheduleNext()
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? next = new[]
        {
            _comms.NextDue(now), _track is null ? null : DoorWatch.NextDue(_track.Memory.Door, now, Zone), StateWatch.NextDue(_powerLostSince, now),
            _alarms.NextDue(now),
        }.Min();
        // The scheduler calls from outside of the grain, where only a reference may be used.
        var self = GrainFactory.GetGrain<IIncubatorGrain>(Id);
        scheduler.Schedule($"incubator/{Id}", next, () => self.Due());
    }
}
