using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>A pair of numbers, one for each side; a missing one means that side is not limited.</summary>
public sealed record SidePair(decimal? Low = null, decimal? High = null)
{
    /// <summary>The number of one side.</summary>
    public decimal? Of(Side side) => side == Side.Low ? Low : High;
}

/// <summary>Below or above the set point.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Side>))]
public enum Side
{
    [JsonStringEnumMemberName("low")] Low,
    [JsonStringEnumMemberName("high")] High,
}

/// <summary>How far beyond: excursions and limit alarms exist for both.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    [JsonStringEnumMemberName("action")] Action,
    [JsonStringEnumMemberName("critical")] Critical,
}

/// <summary>Whether limits are written as offsets from the set point or as values.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitBasis>))]
public enum LimitBasis
{
    [JsonStringEnumMemberName("absolute")] Absolute,
    [JsonStringEnumMemberName("offset")] Offset,
}

/// <summary>When an unchanging value means a stuck sensor (domain.md 4.3.10).</summary>
/// <param name="CoarseMin">Minutes of an identical value; for a channel finer than <paramref name="FineResolution"/> see <paramref name="FineMin"/>.</param>
/// <param name="FineMin">Minutes when the resolution is at or below <paramref name="FineResolution"/>.</param>
/// <param name="FineResolution">In the unit of the channel.</param>
/// <param name="DoorResponse">Whether a missing response to a door opening counts too.</param>
public sealed record StuckRule(double CoarseMin, double? FineMin = null, decimal? FineResolution = null, bool DoorResponse = false);

/// <summary>Limits and habits of one channel of a profile (domain.md 4.1, 4.7). Units: those of the channel; delays in minutes.</summary>
public sealed record ChannelProfile
{
    public required string Channel { get; init; }
    public required string Unit { get; init; }
    public decimal? SetPoint { get; init; }
    public LimitBasis Basis { get; init; }
    public SidePair Alert { get; init; } = new();
    public SidePair Action { get; init; } = new();
    public SidePair Critical { get; init; } = new();
    public SidePair ActionDelayMin { get; init; } = new();
    public SidePair CriticalDelayMin { get; init; } = new();
    public decimal OffDelayMin { get; init; } = 5;
    public decimal Deadband { get; init; }
    public SidePair Physical { get; init; } = new();
    public SidePair? PhysicalDecon { get; init; }
    public decimal Sigma { get; init; }

    /// <summary>How far a sensor in order may be off, ±, in the unit of the channel (4.1); null where the profile states none.</summary>
    public decimal? Accuracy { get; init; }
    public decimal DefaultResolution { get; init; }
    public IReadOnlyList<Side> DoorExempt { get; init; } = [];
    public double DoorWindowMin { get; init; }
    public double? RateLimitPerMin { get; init; }
    public StuckRule? Stuck { get; init; }

    /// <summary>The channel belongs to the environment criteria E-12 and E-14.</summary>
    public bool Environment { get; init; }

    /// <summary>Not every piece of equipment of the profile has it.</summary>
    public bool Optional { get; init; }

    /// <summary>Longest calibration interval, months.</summary>
    public int CalibrationMonths { get; init; }

    /// <summary>True when the channel has an action limit and so can have excursions.</summary>
    [JsonIgnore] public bool IsJudged => Action.Low is not null || Action.High is not null;

    /// <summary>A limit as a value in the unit of the channel, null when that side is not limited. Summed in decimal, so that 37.0 + 2.0 is the
    /// very number a device sends as 39.0.</summary>
    public double? LimitOf(Severity severity, Side side) => Absolute((severity == Severity.Action ? Action : Critical).Of(side));

    /// <summary>The alert limit as a value.</summary>
    public double? AlertOf(Side side) => Absolute(Alert.Of(side));

    /// <summary>The value at which an excursion of that side begins to clear: the limit less (high) or plus (low) the deadband.</summary>
    public double? ClearOf(Severity severity, Side side)
    {
        var limit = AbsoluteDecimal((severity == Severity.Action ? Action : Critical).Of(side));
        return side == Side.High ? (double?)(limit - Deadband) : (double?)(limit + Deadband);
    }

    /// <summary>Time a value must stay beyond the limit before an excursion opens.</summary>
    public TimeSpan OnDelay(Severity severity, Side side) =>
        TimeSpan.FromMinutes((double)((severity == Severity.Action ? ActionDelayMin : CriticalDelayMin).Of(side) ?? 0));

    /// <summary>Time a value must stay clear before an excursion closes.</summary>
    [JsonIgnore] public TimeSpan OffDelay => TimeSpan.FromMinutes((double)OffDelayMin);

    /// <summary>Where a value stands, alarms apart: <c>ok</c>, <c>alert</c>, <c>action</c> or <c>critical</c>.</summary>
    public string StateOf(double value) =>
        Beyond(Severity.Critical, value) is not null ? "critical" :
        Beyond(Severity.Action, value) is not null ? "action" :
        value < AlertOf(Side.Low) || value > AlertOf(Side.High) ? "alert" : "ok";

    /// <summary>The side on which a value lies strictly beyond the limits of a severity, or null.</summary>
    public Side? Beyond(Severity severity, double value) =>
        value < LimitOf(severity, Side.Low) ? Side.Low : value > LimitOf(severity, Side.High) ? Side.High : null;

    private double? Absolute(decimal? limit) => (double?)AbsoluteDecimal(limit);

    private decimal? AbsoluteDecimal(decimal? limit) => Basis == LimitBasis.Offset ? SetPoint + limit : limit;
}

/// <summary>A named, versioned set of channels with their limits.</summary>
/// <param name="Id">Such as <c>P37-5</c> or <c>F-80</c>.</param>
/// <param name="Version">1 for the built-in ones.</param>
/// <param name="Kind"><c>Incubator</c>, <c>Freezer</c>, <c>LN2</c>, <c>Refrigerator</c> or <c>Cabinet</c>.</param>
/// <param name="Channels">Analog channels; state channels (door, power, …) are the same for all.</param>
public sealed record EquipmentProfile(string Id, int Version, string Kind, IReadOnlyList<ChannelProfile> Channels)
{
    /// <summary>The channel's profile, or null for one this profile does not know.</summary>
    public ChannelProfile? Find(string channel) => Channels.FirstOrDefault(c => c.Channel == channel);
}

/// <summary>The built-in profiles of domain.md 4.1 and 4.7.</summary>
public static class EquipmentProfiles
{
    private sealed record Document(int Version, IReadOnlyList<EquipmentProfile> Profiles);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly FrozenDictionary<string, EquipmentProfile> BuiltIn = Load().ToFrozenDictionary(p => p.Id, StringComparer.Ordinal);

    /// <summary>All built-in profiles.</summary>
    public static IReadOnlyCollection<EquipmentProfile> All => BuiltIn.Values;

    /// <summary>The built-in profile, or null.</summary>
    public static EquipmentProfile? Find(string id) => BuiltIn.GetValueOrDefault(id);

    /// <summary>The built-in profile; an unknown id is a bug of the caller.</summary>
    public static EquipmentProfile Get(string id) => Find(id) ?? throw new ArgumentOutOfRangeException(nameof(id), id, "No such profile.");

    private static IReadOnlyList<EquipmentProfile> Load()
    {
        var assembly = typeof(EquipmentProfiles).Assembly;
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith("Telemetry.profiles.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<Document>(stream, Json)!.Profiles;
    }
}
