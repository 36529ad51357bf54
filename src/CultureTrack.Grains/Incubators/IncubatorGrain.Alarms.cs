using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Live;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Incubators;

public sealed partial class IncubatorGrain
{
    private readonly List<AlarmLine> _unsaved = [];
    private readonly List<RecordedCircumstances> _unsavedCircumstances = [];
    private readonly Dictionary<string, Alarm> _toMend = new(StringComparer.Ordinal);
    private AlarmKeeper _keeper = new(AlarmBook.Empty(""), CommsWatch.Of([], null), DateTimeOffset.MinValue);
    private DateTimeOffset _escalatedUpTo;
    private Circumstances? _circumstances;
    private long _lines, _circumstancesRecorded;

    private bool IsRoster => Id == AlarmCalls.RosterSubject;
    private bool IsOccupied => _occupancy.Any(o => o.To is null);
    private ReadingPlace Place => new(_receivedUpTo, _newest.Count);

    /// <summary>Runs what is due: silence, an open door, a power cut that lasts, shelvings that end, escalation.</summary>
    public async Task Due()
    {
        if (_equipment is null) return;
        var now = clock.GetUtcNow();
        NoteCircumstances();
        await Keep([.. _keeper.RunTo(now), .. _keeper.Look(now)]);
        PublishLive();
        ScheduleNext();
    }

    public async Task<AlarmAnswer> Act(string alarmId, AlarmCommand command, Actor actor, string? comment)
    {
        if (actor.RoleFor(IsRoster ? [Roles.Technician, Roles.QualityAssurance, Roles.Administrator] : [Roles.Technician, Roles.QualityAssurance]) is not { } role)
            return new(null, [new(Codes.SodRole, "", IsRoster ? "Technicians, supervisors, QA and administrators handle alarms about the roster." : "Technicians, supervisors and QA handle this alarm; administrators only those about the roster.")], []);
        NoteCircumstances();
        await Keep(_keeper.RunTo(clock.GetUtcNow()));
        var before = _keeper.Book;
        var (decision, changes) = _keeper.Command(alarmId, command);
        if (decision is null) return new(null, [new(Codes.NotFound, "alarmId", $"There is no standing alarm {alarmId}.")], []);
        if (decision.Findings.Count > 0) return new(null, decision.Findings, []);
        if (decision.Flags.Count > 0 && string.IsNullOrWhiteSpace(comment))
        {
            _keeper.GoBackTo(before);
            return new(null, [new(Codes.ValComment, "comment", $"A comment is needed for: {string.Join(", ", decision.Flags.Select(f => f.Code))}.")], decision.Flags);
        }
        var kept = false;
        try
        {
            await Keep(changes, session => AppendEntry(session, alarmId, command, actor, role, comment, decision.Flags));
            kept = true;
        }
        finally
        {
            // The person was told that it failed, so it must not come true with the next thing that is stored.
            if (!kept) Undo(before, changes.Count);
        }
        ScheduleNext();
        PublishLive();
        return new(View(changes[^1].Alarm), [], decision.Flags);
    }

    public async Task DeviceAlarm(string code, string? text, bool active, DateTimeOffset at)
    {
        var now = clock.GetUtcNow();
        if (!IsRoster) NoteCircumstances();
        await Keep([.. _keeper.RunTo(now), .. _keeper.Set([StateWatch.OfDeviceMessage(code, active)], at)]);
        PublishLive();
        ScheduleNext();
    }

    private async Task<AlarmMemory?> RestoreAlarms(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var now = clock.GetUtcNow();
        if (await session.LoadAsync<AlarmMemory>(Id, ct) is not { } memory)
        {
            (_keeper, _escalatedUpTo) = (new(AlarmBook.Empty(Id), CommsWatch.Of([], null), now), now);
            return null;
        }
        var comms = CommsWatch.Of([], null);
        foreach (var (channel, at) in memory.Received ?? new Dictionary<string, DateTimeOffset>()) comms = comms.Received(channel, at);
        _keeper = new(memory.Book, comms, memory.RanUpTo ?? memory.EscalatedUpTo) { PowerLostSince = memory.PowerLostSince };
        (_escalatedUpTo, _lines) = (memory.EscalatedUpTo, memory.Lines);
        (_circumstances, _circumstancesRecorded) = (memory.Circumstances, memory.CircumstancesRecorded);
        if (_circumstances is { } known) _keeper.Apply(known);
        // The end may have come between the nuisance and its task.
        foreach (var alarm in memory.Book.All.Where(a => a.NuisanceSince is not null)) _toMend[alarm.AlarmId] = alarm;
        return memory;
    }

    /// <summary>Takes over what the register and the occupancy say, and records it when it changed.</summary>
    private void NoteCircumstances()
    {
        if (_equipment is not { } e || _profile is null) return;
        var now = new Circumstances(_profile.Id, e.Period, Circumstances.Text(e.Channels.Select(c => (c.Channel, c.Resolution))), _zone, e.InServiceSince, IsOccupied);
        if (now == _circumstances) return;
        _keeper.Apply(_circumstances = now);
        _unsavedCircumstances.Add(new() { Id = $"{Id}/{++_circumstancesRecorded:D10}", IncubatorId = Id, At = clock.GetUtcNow(), Place = Place, Circumstances = now });
    }

    /// <summary>Stores what changed, and with it the calls that became due since. What could not be stored is stored with the next.</summary>
    private async Task Keep(IReadOnlyList<AlarmChange> changes, Func<IDocumentSession, Task>? also = null)
    {
        // Not up to now: a shelving that ends before now may still have to run, and its alarm calls as well.
        var upTo = _keeper.RanUpTo;
        _unsaved.AddRange(changes.Select(c => AlarmLine.Of(c, ++_lines, _equipment?.Site ?? "", Place)));
        var due = CallsDue(upTo);
        if (_unsaved.Count > 0 || _unsavedCircumstances.Count > 0 || due.Count > 0 || also is not null)
        {
            var missing = await Save(changes, due, upTo, also);
            foreach (var duty in missing) await GrainFactory.GetGrain<IIncubatorGrain>(AlarmCalls.RosterSubject).DeviceAlarm(AlarmCalls.Code(duty), null, true, clock.GetUtcNow());
        }
        else _escalatedUpTo = upTo;
        await Mend();
    }

    private async Task<IReadOnlyList<Domain.Lab.Duty>> Save(IReadOnlyList<AlarmChange> changes, List<(Alarm Alarm, EscalationStep Step)> due, DateTimeOffset upTo, Func<IDocumentSession, Task>? also)
    {
        await using var session = store.LightweightSession();
        foreach (var alarm in _unsaved.GroupBy(l => l.AlarmId).Select(g => g.Last().Alarm))
            session.Store(new AlarmRecord { Id = alarm.AlarmId, IncubatorId = Id, State = alarm.State.ToString(), RaisedAt = alarm.RaisedAt, Alarm = alarm });
        session.Store(_unsaved.ToArray());    // should the answer to an earlier commit have been lost, they are the same again
        session.Store(_unsavedCircumstances.ToArray());
        session.Store(AlarmsNow() with { EscalatedUpTo = upTo });
        foreach (var line in _unsaved) calls.Put(session, line);
        var missing = await Call(session, due);
        if (also is not null) await also(session);
        await session.SaveChangesAsync();
        _escalatedUpTo = upTo;
        foreach (var line in _unsaved.Where(l => l.Step == AlarmStep.Raised && l.Alarm.NuisanceSince == l.At)) _toMend[line.AlarmId] = line.Alarm;
        _unsaved.Clear();
        _unsavedCircumstances.Clear();
        calls.Sent();
        foreach (var alarm in changes.Select(c => c.Alarm)) live.Publish(new LiveEvent("alarms", "alarm", View(alarm)));
        return missing;
    }

    private AlarmMemory AlarmsNow() => new()
    {
        Id = Id,
        Book = _keeper.Book,
        PowerLostSince = _keeper.PowerLostSince,
        EscalatedUpTo = _escalatedUpTo,
        RanUpTo = _keeper.RanUpTo,
        Received = _keeper.Comms.LastReceivedAt,
        HeardUpTo = _receivedUpTo,
        Newest = [.. _newest],
        Lines = _lines,
        Circumstances = _circumstances,
        CircumstancesRecorded = _circumstancesRecorded,
    };

    private void Undo(AlarmBook before, int changes)
    {
        _keeper.GoBackTo(before);
        _unsaved.RemoveRange(_unsaved.Count - changes, changes);
        _lines -= changes;
    }

    // One task a chattering point; should it not be possible now, it is tried with the next thing that happens.
    private async Task Mend()
    {
        if (_toMend.Count == 0 || IsRoster) return;
        foreach (var alarm in _toMend.Values.ToList())
        {
            try
            {
                await nuisances.Open(alarm, CancellationToken.None);
                _toMend.Remove(alarm.AlarmId);
            }
            catch (Exception e) { log.LogError(e, "The task to mend {AlarmId} could not be opened and is tried again", alarm.AlarmId); }
        }
    }

    // After a pause in which nobody could be called only the last step of an alarm is made up for, and one just raised always calls.
    private List<(Alarm Alarm, EscalationStep Step)> CallsDue(DateTimeOffset upTo)
    {
        var raised = _unsaved.Where(l => l.Step == AlarmStep.Raised).Select(l => l.AlarmId).ToHashSet(StringComparer.Ordinal);
        return [.. (from alarm in _keeper.Book.All
                    let steps = Escalation.Between(alarm, raised.Contains(alarm.AlarmId) ? alarm.RaisedAt.AddTicks(-1) : _escalatedUpTo, upTo).ToList()
                    where steps.Count > 0
                    select (Alarm: alarm, Step: steps[^1])).OrderBy(c => c.Step.At)];
    }

    private async Task<IReadOnlyList<Domain.Lab.Duty>> Call(IDocumentSession session, List<(Alarm Alarm, EscalationStep Step)> due)
    {
        if (!IsRoster) return due.Count == 0 ? [] : await calls.Put(session, due, _equipment?.Site ?? "", CancellationToken.None);
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

    private IReadOnlyList<AlarmView> OpenAlarms() => [.. _keeper.Book.All.OrderByDescending(a => a.RaisedAt).Select(View)];

    private void ScheduleNext() => Schedule(new[] { _keeper.NextDue(), _keeper.Book.NextDue(_escalatedUpTo) }.Min());

    /// <summary>Looks at once: what the alarms rest on changed.</summary>
    private void ScheduleNow() => Schedule(clock.GetUtcNow());

    private void Schedule(DateTimeOffset? next)
    {
        // The scheduler calls from outside of the grain, where only a reference may be used.
        var self = GrainFactory.GetGrain<IIncubatorGrain>(Id);
        scheduler.Schedule($"incubator/{Id}", next, () => self.Due());
    }
}
