using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

// What people do with alarms is part of the record (2.4); one stream an alarm.

public sealed record AlarmAcknowledged(string AlarmId, string Cause, string Action) : EventData;

public sealed record AlarmShelved(string AlarmId, string Reason, DateTimeOffset UntilAt) : EventData;

public sealed record AlarmUnshelved(string AlarmId, string Reason) : EventData;

public sealed record AlarmReset(string AlarmId, string Reason) : EventData;

/// <summary>Stored names of the alarm events: contracts, never renamed.</summary>
public static class AlarmEntries
{
    public static IReadOnlyDictionary<Type, string> StoredNames { get; } = new Dictionary<Type, string>
    {
        [typeof(AlarmAcknowledged)] = "alarm_acknowledged",
        [typeof(AlarmShelved)] = "alarm_shelved",
        [typeof(AlarmUnshelved)] = "alarm_unshelved",
        [typeof(AlarmReset)] = "alarm_reset",
    };

    public static string Stream(string alarmId) => $"alarm/{alarmId}";

    /// <summary>The entry a person's command makes.</summary>
    public static EventData Of(string alarmId, AlarmCommand command) => command switch
    {
        AlarmCommand.Acknowledge c => new AlarmAcknowledged(alarmId, c.Cause, c.Action),
        AlarmCommand.Shelve c => new AlarmShelved(alarmId, c.Reason, c.Until),
        AlarmCommand.Unshelve c => new AlarmUnshelved(alarmId, c.Reason),
        AlarmCommand.Reset c => new AlarmReset(alarmId, c.Reason),
        _ => throw new ArgumentException($"{command.GetType().Name} is no command of a person.", nameof(command)),
    };
}
