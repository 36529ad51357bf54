using CultureTrack.Domain.Telemetry;
using CultureTrack.Store.Readings;
using Orleans.Concurrency;

namespace CultureTrack.Grains.Incubators;

/// <summary>One incubator, freezer or refrigerator: live state, excursions and alarms. The key is the incubator id.</summary>
public interface IIncubatorGrain : IGrainWithStringKey
{
    /// <summary>Readings that are committed, in the order of commit.</summary>
    Task Committed([Immutable] IReadOnlyList<ReadingRow> committed);

    [AlwaysInterleave] Task<LiveState> Live();

    /// <summary>What the readings of [from, to] amount to: gaps, time beyond limits, excursions.</summary>
    [AlwaysInterleave] Task<IncubatorLedger?> Ledger(DateTimeOffset from, DateTimeOffset to);

    /// <summary>Status or calibration in the register changed.</summary>
    Task RegisterChanged();

    /// <summary>Vessels went in or out. Calls nobody back.</summary>
    [AlwaysInterleave] Task OccupancyChanged();

    /// <summary>Runs what is due by the lab clock: silence, escalation, shelving that ends.</summary>
    Task Due();

    Task<AlarmAnswer> Acknowledge(string alarmId, string user, string cause, string action);
    Task<AlarmAnswer> Shelve(string alarmId, string user, DateTimeOffset until, string reason);
    Task<AlarmAnswer> Unshelve(string alarmId, string user, string reason);
    Task<AlarmAnswer> Reset(string alarmId, string user, string reason);
}

/// <summary>What the lab floor shows of one incubator.</summary>
public sealed record LiveState(
    string IncubatorId, DateTimeOffset At, IReadOnlyDictionary<string, LiveValue> Values, IReadOnlyList<AlarmView> Alarms, int Vessels,
    IReadOnlyList<string> Batches);

/// <param name="State">ok, alert, action, critical or stale.</param>
public sealed record LiveValue(decimal? Value, string? Text, DateTimeOffset At, double AgeSeconds, string State);

public sealed record AlarmView(
    string AlarmId, string IncubatorId, string? Channel, string Kind, string Severity, string State, DateTimeOffset RaisedAt, DateTimeOffset? ClearedAt,
    string? AcknowledgedBy, int Level, DateTimeOffset? ShelvedUntil, string? ExcursionId);

/// <summary>The alarm after the action, or the code and sentence of the refusal.</summary>
public sealed record AlarmAnswer(AlarmView? Alarm, string? Code = null, string? Message = null);
