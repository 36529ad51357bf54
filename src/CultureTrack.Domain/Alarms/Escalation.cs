using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>A call for somebody to look at an alarm.</summary>
/// <param name="At">When.</param>
/// <param name="Level">1 OnShift, 2 Supervisor, 3 QaOnCall.</param>
public readonly record struct EscalationStep(DateTimeOffset At, int Level);

/// <summary>
/// Escalation of unacknowledged alarms: critical after 0, 5 and 15 min, action after 0, 15 and 30 min, the last level again every 15 min
/// (domain.md 4.6). Shelved, suppressed and out-of-service alarms call nobody.
/// </summary>
public static class Escalation
{
    private const int RepeatMin = 15;
    private static readonly int[] CriticalMin = [0, 5, 15];
    private static readonly int[] ActionMin = [0, 15, 30];

    /// <summary>Level reached at an instant; acknowledging keeps the level reached.</summary>
    public static int LevelAt(Alarm alarm, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        var until = alarm.AcknowledgedAt < at ? alarm.AcknowledgedAt.Value : at;
        return Minutes(alarm).Count(m => alarm.RaisedAt.AddMinutes(m) <= until);
    }

    /// <summary>The next call after an instant; null when the alarm waits for nobody.</summary>
    public static EscalationStep? NextAfter(Alarm alarm, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        if (alarm.State is not (AlarmState.UnackActive or AlarmState.RtnUnack)) return null;
        var minutes = Minutes(alarm);
        for (var level = 0; level < minutes.Length; level++)
            if (alarm.RaisedAt.AddMinutes(minutes[level]) is var step && step > at) return new(step, level + 1);
        var repeats = Math.Floor((at - alarm.RaisedAt.AddMinutes(minutes[^1])).TotalMinutes / RepeatMin) + 1;
        return new(alarm.RaisedAt.AddMinutes(minutes[^1] + repeats * RepeatMin), minutes.Length);
    }

    /// <summary>All calls in (after, until].</summary>
    public static IEnumerable<EscalationStep> Between(Alarm alarm, DateTimeOffset after, DateTimeOffset until)
    {
        for (var step = NextAfter(alarm, after); step is { } s && s.At <= until; step = NextAfter(alarm, s.At)) yield return s;
    }

    private static int[] Minutes(Alarm alarm) => alarm.Severity == Severity.Critical ? CriticalMin : ActionMin;
}
