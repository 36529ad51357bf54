using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

[JsonConverter(typeof(JsonStringEnumConverter<AlarmKind>))]
public enum AlarmKind { Limit, CommsLost, Door, ClockSkew, DeviceAlarm, SensorFault }

/// <summary>States of ANSI/ISA-18.2 as the API shows them (domain.md 4.6).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmState>))]
public enum AlarmState { Normal, UnackActive, AckActive, RtnUnack, Latched, Shelved, Suppressed, OutOfService }

/// <summary>What can alarm: at most one alarm of a point stands at a time.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Channel">Canonical name; null when it is not about one channel.</param>
/// <param name="Detail">Tells points of one channel apart, such as <c>high.critical</c> or a device's code.</param>
public sealed record AlarmPoint(AlarmKind Kind, string? Channel, string Detail = "")
{
    /// <summary>The point of an excursion: action and critical, high and low are alarms of their own.</summary>
    public static AlarmPoint Of(Excursion excursion)
    {
        ArgumentNullException.ThrowIfNull(excursion);
        var (side, severity) = (excursion.Side == Side.High ? "high" : "low", excursion.Severity == Severity.Critical ? "critical" : "action");
        return new(AlarmKind.Limit, excursion.Channel, $"{side}.{severity}");
    }

    public override string ToString() => string.Join('.', new[] { Kind.ToString(), Channel, Detail }.Where(p => !string.IsNullOrEmpty(p)));
}

/// <summary>A condition as a watch finds it: <see cref="Severity"/> null means normal.</summary>
public sealed record AlarmCondition(AlarmPoint Point, Severity? Severity, string? ExcursionId = null);

/// <summary>One alarm from its first activation until it is normal again. Immutable; changed by <see cref="AlarmDecider"/> only.</summary>
public sealed record Alarm
{
    private const int ActivationsKept = 8;

    public required string AlarmId { get; init; }
    public required string IncubatorId { get; init; }
    public required AlarmPoint Point { get; init; }
    public required Severity Severity { get; init; }

    /// <summary>Latest activation, event time.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    public string? ExcursionId { get; init; }
    public bool IsActive { get; init; } = true;
    public DateTimeOffset? ClearedAt { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public string? AcknowledgedBy { get; init; }
    public string? Cause { get; init; }
    public string? Action { get; init; }
    public bool WasReset { get; init; }
    public DateTimeOffset? ShelvedUntil { get; init; }
    public bool ShelvedOnce { get; init; }
    public int ShelvesInARow { get; init; }
    public bool IsSuppressed { get; init; }
    public bool IsOutOfService { get; init; }

    /// <summary>The latest activations of its point, oldest first: those of an earlier alarm of the point too, when it ended less than a minute before.</summary>
    public ImmutableList<DateTimeOffset> Activations { get; init; } = [];

    /// <summary>Since when it counts as a nuisance, because it chatters (<see cref="AlarmQuality.IsChattering"/>); it stays one until it is normal. Null: it is none.</summary>
    public DateTimeOffset? NuisanceSince { get; init; }

    [JsonIgnore] public bool IsAcknowledged => AcknowledgedAt is not null;

    /// <summary>Critical alarms stay until they are reset, even when the condition is gone and acknowledged.</summary>
    [JsonIgnore]
    public AlarmState State => this switch
    {
        { IsOutOfService: true } => AlarmState.OutOfService,
        { IsSuppressed: true } => AlarmState.Suppressed,
        { ShelvedUntil: not null } => AlarmState.Shelved,
        _ => Underlying,
    };

    /// <summary>The state that shelving, suppression and out-of-service hide.</summary>
    [JsonIgnore]
    public AlarmState Underlying => (IsActive, IsAcknowledged) switch
    {
        (true, false) => AlarmState.UnackActive,
        (true, true) => AlarmState.AckActive,
        (false, false) => AlarmState.RtnUnack,
        _ => Severity == Severity.Critical && !WasReset ? AlarmState.Latched : AlarmState.Normal,
    };

    internal Alarm Activated(DateTimeOffset at)
    {
        var after = this with { Activations = (Activations.Count < ActivationsKept ? Activations : Activations.RemoveAt(0)).Add(at) };
        return after with { NuisanceSince = NuisanceSince ?? (AlarmQuality.IsChattering(after) ? at : null) };
    }
}
