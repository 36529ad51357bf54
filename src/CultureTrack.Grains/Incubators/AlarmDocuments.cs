using CultureTrack.Domain.Alarms;

namespace CultureTrack.Grains.Incubators;

/// <summary>One alarm as the list shows it, also after it is normal again.</summary>
public sealed record AlarmRecord
{
    public required string Id { get; init; }
    public required string IncubatorId { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public required Alarm Alarm { get; init; }

    public AlarmView View(DateTimeOffset now) => new(
        Id, IncubatorId, Alarm.Point.Channel, Alarm.Point.Kind.ToString(), Alarm.Severity == Domain.Telemetry.Severity.Critical ? "critical" : "action",
        State, Alarm.RaisedAt, Alarm.ClearedAt, Alarm.AcknowledgedBy, Escalation.LevelAt(Alarm, now), Alarm.ShelvedUntil, Alarm.ExcursionId);
}

/// <summary>What an incubator's grain keeps of its alarms over a restart.</summary>
public sealed record AlarmMemory
{
    public required string Id { get; init; }
    public required AlarmBook Book { get; init; }
    public DateTimeOffset? PowerLostSince { get; init; }
    public DateTimeOffset EscalatedUpTo { get; init; }
}
