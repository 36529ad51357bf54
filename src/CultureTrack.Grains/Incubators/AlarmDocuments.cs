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
        State, Alarm.RaisedAt, Alarm.ClearedAt, Alarm.AcknowledgedBy, Escalation.LevelAt(Alarm, now), Alarm.ShelvedUntil, Alarm.ExcursionId)
    {
        NuisanceSince = Alarm.NuisanceSince,
        IsFleeting = AlarmQuality.IsFleeting(Alarm),
        IsStale = AlarmQuality.IsStale(Alarm, now),
    };
}

/// <summary>What an incubator's grain keeps of its alarms over a restart.</summary>
public sealed record AlarmMemory
{
    public required string Id { get; init; }
    public required AlarmBook Book { get; init; }
    public DateTimeOffset? PowerLostSince { get; init; }
    public DateTimeOffset EscalatedUpTo { get; init; }

    /// <summary>Deadlines up to here have run; null in what was stored before that was kept.</summary>
    public DateTimeOffset? RanUpTo { get; init; }

    /// <summary>Receipt of the last message of each channel.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Received { get; init; }

    /// <summary>Readings received before this instant have been heard; of those received at it, the ones of <see cref="Newest"/>.</summary>
    public DateTimeOffset? HeardUpTo { get; init; }
    public IReadOnlyList<string>? Newest { get; init; }

    /// <summary>Lines of the history so far.</summary>
    public long Lines { get; init; }

    /// <summary>Circumstances as last recorded, and how many were.</summary>
    public Circumstances? Circumstances { get; init; }
    public long CircumstancesRecorded { get; init; }
}

/// <summary>Circumstances of an incubator from an instant on. Added, never changed: a backtest reads what the alarms of then rested on.</summary>
public sealed record RecordedCircumstances
{
    /// <summary>Incubator and number.</summary>
    public required string Id { get; init; }
    public required string IncubatorId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required ReadingPlace Place { get; init; }
    public required Circumstances Circumstances { get; init; }
}
