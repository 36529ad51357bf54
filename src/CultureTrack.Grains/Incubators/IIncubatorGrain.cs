using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
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

    /// <summary>What the readings of [from, to] amount to (gaps, time beyond limits, excursions), what was found about its sensors, and all calibrations; null when it is not in the register.</summary>
    [AlwaysInterleave] Task<IncubatorEnvironment?> Environment(DateTimeOffset from, DateTimeOffset to);

    /// <summary>Status or calibration in the register changed.</summary>
    Task RegisterChanged();

    /// <summary>Vessels went in or out. Calls nobody back.</summary>
    [AlwaysInterleave] Task OccupancyChanged();

    /// <summary>Runs what is due by the lab clock: silence, escalation, shelving that ends.</summary>
    Task Due();

    /// <summary>Acknowledge, shelve, unshelve or reset, by a person.</summary>
    Task<AlarmAnswer> Act(string alarmId, AlarmCommand command, Actor actor, string? comment = null);

    /// <summary>A message on the device's own alarm topic.</summary>
    Task DeviceAlarm(string code, string? text, bool active, DateTimeOffset at);
}

/// <summary>What the lab floor shows of one incubator.</summary>
/// <param name="Trust">How far its sensors can be relied on, and why not; null: not known.</param>
public sealed record LiveState(
    string IncubatorId, DateTimeOffset At, IReadOnlyDictionary<string, LiveValue> Values, IReadOnlyList<AlarmView> Alarms, int Vessels,
    IReadOnlyList<string> Batches, IReadOnlyList<ChannelTrust>? Trust = null);

/// <param name="State">ok, alert, action, critical or stale.</param>
public sealed record LiveValue(decimal? Value, string? Text, DateTimeOffset At, double AgeSeconds, string State);

public sealed record AlarmView(
    string AlarmId, string IncubatorId, string? Channel, string Kind, string Severity, string State, DateTimeOffset RaisedAt, DateTimeOffset? ClearedAt,
    string? AcknowledgedBy, int Level, DateTimeOffset? ShelvedUntil, string? ExcursionId)
{
    /// <summary>Since when it counts as a nuisance, because it chatters; null: it is none.</summary>
    public DateTimeOffset? NuisanceSince { get; init; }

    /// <summary>Gone within 60 s, before anyone could act.</summary>
    public bool IsFleeting { get; init; }

    /// <summary>Active for more than 24 h.</summary>
    public bool IsStale { get; init; }
}

/// <summary>The alarm after the action, or why not.</summary>
public sealed record AlarmAnswer(AlarmView? Alarm, IReadOnlyList<Finding> Findings, IReadOnlyList<Flag> Flags);
