using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>Something asked of an alarm, by a watch or a person.</summary>
public abstract record AlarmCommand(DateTimeOffset At)
{
    /// <summary>The condition stands at this severity.</summary>
    public sealed record Raise(DateTimeOffset At, Severity Severity, string? ExcursionId = null) : AlarmCommand(At);

    /// <summary>The condition is gone.</summary>
    public sealed record Clear(DateTimeOffset At) : AlarmCommand(At);

    public sealed record Acknowledge(DateTimeOffset At, string User, string Cause, string Action) : AlarmCommand(At);

    /// <param name="At">Now.</param>
    /// <param name="User">Who.</param>
    /// <param name="Until">At most 60 min away.</param>
    /// <param name="Reason">At least ten characters.</param>
    /// <param name="Once">Ends at return to normal too.</param>
    public sealed record Shelve(DateTimeOffset At, string User, DateTimeOffset Until, string Reason, bool Once = false) : AlarmCommand(At);

    public sealed record Unshelve(DateTimeOffset At, string User, string Reason) : AlarmCommand(At);

    /// <summary>The clock reached the end of a shelving.</summary>
    public sealed record EndShelving(DateTimeOffset At) : AlarmCommand(At);

    public sealed record Reset(DateTimeOffset At, string User, string Reason) : AlarmCommand(At);

    /// <summary>By design: a decontamination cycle without vessels inside.</summary>
    public sealed record Suppress(DateTimeOffset At, bool On) : AlarmCommand(At);

    /// <summary>By QA, while the incubator is empty.</summary>
    public sealed record TakeOutOfService(DateTimeOffset At, bool On) : AlarmCommand(At);
}

/// <summary>What happened to an alarm.</summary>
public abstract record AlarmEvent(DateTimeOffset At)
{
    public sealed record Raised(DateTimeOffset At, Severity Severity, string? ExcursionId) : AlarmEvent(At);

    public sealed record Cleared(DateTimeOffset At) : AlarmEvent(At);

    public sealed record Acknowledged(DateTimeOffset At, string User, string Cause, string Action) : AlarmEvent(At);

    public sealed record Shelved(DateTimeOffset At, string User, DateTimeOffset Until, string Reason, bool Once) : AlarmEvent(At);

    /// <param name="At">When.</param>
    /// <param name="User">Null: by itself.</param>
    /// <param name="Reason">Null: by itself.</param>
    public sealed record Unshelved(DateTimeOffset At, string? User, string? Reason) : AlarmEvent(At);

    public sealed record WasReset(DateTimeOffset At, string User, string Reason) : AlarmEvent(At);

    public sealed record SuppressionChanged(DateTimeOffset At, bool On) : AlarmEvent(At);

    public sealed record ServiceChanged(DateTimeOffset At, bool IsOut) : AlarmEvent(At);
}

/// <summary>Events to fold, perhaps none, or findings that refuse the command; flags go with the event.</summary>
public sealed record AlarmDecision(IReadOnlyList<AlarmEvent> Events, IReadOnlyList<Finding> Findings, IReadOnlyList<Flag> Flags)
{
    public static readonly AlarmDecision Nothing = new([], [], []);

    public static AlarmDecision Of(AlarmEvent e, params Flag[] flags) => new([e], [], flags);

    public static AlarmDecision Refused(params Finding[] findings) => new([], findings, []);
}

/// <summary>The rules of domain.md 4.6 and 2.4 for one alarm. Nothing here touches excursions or exposure: they count in every state.</summary>
public static class AlarmDecider
{
    private static readonly TimeSpan LongestShelving = TimeSpan.FromMinutes(60);
    private const int MostShelvesInARow = 2;
    private const int ShortestReason = 10;

    public static AlarmDecision Decide(Alarm alarm, AlarmCommand command)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        return command switch
        {
            AlarmCommand.Raise c => alarm.IsActive && alarm.Severity >= c.Severity ? AlarmDecision.Nothing : AlarmDecision.Of(new AlarmEvent.Raised(c.At, c.Severity, c.ExcursionId)),
            AlarmCommand.Clear c => Clear(alarm, c),
            AlarmCommand.Acknowledge c => Acknowledge(alarm, c),
            AlarmCommand.Shelve c => Shelve(alarm, c),
            AlarmCommand.Unshelve c when alarm.ShelvedUntil is null => Guard("alarmId", "The alarm is not shelved."),
            AlarmCommand.Unshelve c when TooShort(c.Reason) is { } finding => AlarmDecision.Refused(finding),
            AlarmCommand.Unshelve c => AlarmDecision.Of(new AlarmEvent.Unshelved(c.At, c.User, c.Reason)),
            AlarmCommand.EndShelving c => alarm.ShelvedUntil <= c.At ? AlarmDecision.Of(new AlarmEvent.Unshelved(c.At, null, null)) : AlarmDecision.Nothing,
            AlarmCommand.Reset c => Reset(alarm, c),
            AlarmCommand.Suppress c => alarm.IsSuppressed == c.On ? AlarmDecision.Nothing : AlarmDecision.Of(new AlarmEvent.SuppressionChanged(c.At, c.On)),
            AlarmCommand.TakeOutOfService c => alarm.IsOutOfService == c.On ? AlarmDecision.Nothing : AlarmDecision.Of(new AlarmEvent.ServiceChanged(c.At, c.On)),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "No such command."),
        };
    }

    public static Alarm Evolve(Alarm alarm, AlarmEvent e)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        return e switch
        {
            AlarmEvent.Raised r => Raise(alarm, r),
            AlarmEvent.Cleared c => alarm with { IsActive = false, ClearedAt = c.At },
            AlarmEvent.Acknowledged a => alarm with { AcknowledgedAt = a.At, AcknowledgedBy = a.User, Cause = a.Cause, Action = a.Action },
            AlarmEvent.Shelved s => alarm with { ShelvedUntil = s.Until, ShelvedOnce = s.Once, ShelvesInARow = alarm.ShelvesInARow + 1 },
            AlarmEvent.Unshelved => alarm with { ShelvedUntil = null, ShelvedOnce = false },
            AlarmEvent.WasReset => alarm with { WasReset = true },
            AlarmEvent.SuppressionChanged s => alarm with { IsSuppressed = s.On },
            AlarmEvent.ServiceChanged s => alarm with { IsOutOfService = s.IsOut },
            _ => throw new ArgumentOutOfRangeException(nameof(e), e, "No such event."),
        };
    }

    // Only what was normal is activated: an action alarm that turns critical is the same activation.
    private static Alarm Raise(Alarm alarm, AlarmEvent.Raised r)
    {
        var raised = alarm with
        {
            IsActive = true,
            Severity = r.Severity,
            RaisedAt = r.At,
            ClearedAt = null,
            ExcursionId = r.ExcursionId ?? alarm.ExcursionId,
            AcknowledgedAt = null,
            AcknowledgedBy = null,
            Cause = null,
            Action = null,
            WasReset = false,
            // A critical alarm is never shelved, also not one that was an action alarm when it was.
            ShelvedUntil = r.Severity == Severity.Critical ? null : alarm.ShelvedUntil,
        };
        return alarm.IsActive ? raised : raised.Activated(r.At);
    }

    private static AlarmDecision Clear(Alarm alarm, AlarmCommand.Clear c)
    {
        if (!alarm.IsActive) return AlarmDecision.Nothing;
        var cleared = new AlarmEvent.Cleared(c.At);
        return alarm is { ShelvedUntil: not null, ShelvedOnce: true } ? new([cleared, new AlarmEvent.Unshelved(c.At, null, null)], [], []) : AlarmDecision.Of(cleared);
    }

    private static AlarmDecision Acknowledge(Alarm alarm, AlarmCommand.Acknowledge c)
    {
        var missing = new[] { (Name: "cause", Text: c.Cause), (Name: "action", Text: c.Action) }.Where(f => string.IsNullOrWhiteSpace(f.Text))
            .Select(f => new Finding(Codes.ValRequired, f.Name, $"Acknowledging names the {f.Name}.")).ToArray();
        if (missing.Length > 0) return AlarmDecision.Refused(missing);
        return alarm.IsAcknowledged ? Guard("alarmId", "The alarm is acknowledged already.") : AlarmDecision.Of(new AlarmEvent.Acknowledged(c.At, c.User, c.Cause.Trim(), c.Action.Trim()));
    }

    private static AlarmDecision Shelve(Alarm alarm, AlarmCommand.Shelve c)
    {
        var findings = new List<Finding>();
        if (c.Until <= c.At || c.Until - c.At > LongestShelving) findings.Add(new(Codes.ValRange, "until", "An alarm is shelved for at most 60 minutes."));
        if (TooShort(c.Reason) is { } reason) findings.Add(reason);
        if (findings.Count > 0) return AlarmDecision.Refused([.. findings]);
        if (alarm.Severity == Severity.Critical) return Guard("alarmId", "A critical alarm is never shelved.");
        if (alarm.State is not (AlarmState.UnackActive or AlarmState.AckActive or AlarmState.RtnUnack)) return Guard("alarmId", $"An alarm in state {alarm.State} is not shelved.");
        if (alarm.ShelvesInARow >= MostShelvesInARow) return Guard("alarmId", "An alarm is shelved at most twice in a row.");
        var shelved = new AlarmEvent.Shelved(c.At, c.User, c.Until, c.Reason.Trim(), c.Once);
        return alarm.ShelvesInARow == 0 ? AlarmDecision.Of(shelved) : AlarmDecision.Of(shelved, new Flag(Flags.Shelving, "alarmId", "once in a row", alarm.ShelvesInARow + 1));
    }

    private static AlarmDecision Reset(Alarm alarm, AlarmCommand.Reset c)
    {
        if (TooShort(c.Reason) is { } finding) return AlarmDecision.Refused(finding);
        if (alarm.Severity != Severity.Critical) return Guard("alarmId", "Only critical alarms are reset.");
        if (alarm.IsActive) return Guard("alarmId", "The condition still stands: the alarm can be reset when it is normal again.");
        if (!alarm.IsAcknowledged) return Guard("alarmId", "Acknowledge the alarm before resetting it.");
        return alarm.WasReset ? Guard("alarmId", "The alarm has been reset already.") : AlarmDecision.Of(new AlarmEvent.WasReset(c.At, c.User, c.Reason.Trim()));
    }

    private static Finding? TooShort(string? reason) =>
        reason?.Trim().Length >= ShortestReason ? null : new(Codes.ValReason, "reason", $"A reason of at least {ShortestReason} characters is needed.");

    private static AlarmDecision Guard(string field, string message) => AlarmDecision.Refused(new Finding(Codes.StateGuard, field, message));
}
