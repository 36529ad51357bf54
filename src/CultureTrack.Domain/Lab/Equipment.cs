using System.Collections.Immutable;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Lab;

public enum EquipmentKind { Incubator, Freezer, LN2, Refrigerator, Cabinet }
public enum ServiceStatus { InService, OutOfService, Decon, Retired }

/// <param name="Resolution">Smallest step of the sensor, in the channel's unit.</param>
public sealed record EquipmentChannel(string Channel, decimal Resolution, DateTimeOffset CalibratedAt, DateTimeOffset DueAt);

/// <summary>An incubator, freezer, LN2 vessel, refrigerator or cabinet enters the register.</summary>
/// <param name="PeriodSeconds">How often it sends, 1 to 3600 s.</param>
public sealed record EquipmentRegistered(
    string IncubatorId, EquipmentKind Kind, string Site, string Profile, int PeriodSeconds, IReadOnlyList<EquipmentChannel> Channels,
    ServiceStatus Status, int Shelves = 0, int? Positions = null, string? RoomId = null) : EventData;

/// <summary>Equipment stands in another room, or its room is told for the first time.</summary>
public sealed record EquipmentPlaced(string RoomId, string? EquipmentId = null) : EventData;

public sealed record IncubatorServiceChanged(ServiceStatus Status, string Reason, string? EquipmentId = null) : EventData;

/// <summary>A channel as the register knows it now.</summary>
public sealed record ChannelState(string Channel, decimal Resolution, DateTimeOffset CalibratedAt, DateTimeOffset DueAt)
{
    /// <summary>The calibration before the present one; after an as-found failure it is the last good one.</summary>
    public DateTimeOffset? LastGoodAt { get; init; }
    public AsFound AsFound { get; init; } = AsFound.Within;
}

/// <summary>One period of service: from when which status held.</summary>
public sealed record StatusChange(ServiceStatus Status, DateTimeOffset At, string By, string Reason);

/// <summary>When somebody last went to look, and whether all was in order.</summary>
public sealed record WalkRound(DateTimeOffset At, string By, bool AllOk);

/// <summary>One piece of equipment as the register knows it.</summary>
public sealed record Equipment(
    string EquipmentId, EquipmentKind Kind, string Site, string Profile, int PeriodSeconds, int Shelves, int? Positions, DateTimeOffset RegisteredAt, long Version)
{
    public ServiceStatus Status { get; init; }
    public string? RoomId { get; init; }
    public ImmutableList<ChannelState> Channels { get; init; } = [];
    public ImmutableList<StatusChange> History { get; init; } = [];

    /// <summary>The site's own division of a store; null until it is given.</summary>
    public StorageLayout? Layout { get; init; }
    public WalkRound? LastWalkRound { get; init; }

    public static string Stream(string equipmentId) => $"equipment/{equipmentId}";

    public IReadOnlyList<string> CalibrationOverdue(DateTimeOffset at) => [.. Channels.Where(c => c.DueAt <= at).Select(c => c.Channel)];

    public ServiceStatus StatusAt(DateTimeOffset at) => History.LastOrDefault(h => h.At <= at)?.Status ?? ServiceStatus.OutOfService;

    public static Equipment Apply(Equipment? equipment, Recorded e) => (equipment, e.Body) switch
    {
        (null, EquipmentRegistered r) => new(r.IncubatorId, r.Kind, r.Site, r.Profile, r.PeriodSeconds, r.Shelves, r.Positions, e.OccurredAt, e.Version)
        {
            Status = r.Status,
            RoomId = r.RoomId,
            Channels = [.. r.Channels.Select(c => new ChannelState(c.Channel, c.Resolution, c.CalibratedAt, c.DueAt))],
            History = [new(r.Status, e.OccurredAt, e.ActorId, "Registered")],
        },
        ({ } q, IncubatorServiceChanged s) => q with
        {
            Status = s.Status,
            History = q.History.Add(new(s.Status, e.OccurredAt, e.ActorId, s.Reason)),
            Version = e.Version,
        },
        ({ } q, EquipmentPlaced p) => q with { RoomId = p.RoomId, Version = e.Version },
        ({ } q, StorageLayoutDefined l) => q with { Layout = new(l.Levels), Version = e.Version },
        ({ } q, WalkRoundDone w) => q with { LastWalkRound = q.LastWalkRound?.At > e.OccurredAt ? q.LastWalkRound : new(e.OccurredAt, e.ActorId, w.Items.All(i => i.Ok)), Version = e.Version },
        ({ } q, CalibrationRecorded c) => CalibrationRules.Apply(q, c) with { Version = e.Version },
        ({ } q, CredentialIssued or CredentialRevoked or CabinetUsed) => q with { Version = e.Version },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };
}

public static class EquipmentRules
{
    private const int MostShelves = 100, MostPositions = 100_000, LongestPeriodSeconds = 3600;

    public static void Check(EquipmentRegistered e, bool known, bool siteKnown, LabJudgement j)
    {
        j.Id("incubatorId", e.IncubatorId);
        j.Id("roomId", e.RoomId);
        j.Require(!known, Codes.ValDuplicate, "incubatorId", $"{e.IncubatorId} is registered already.");
        j.Require(siteKnown, Codes.ValFormat, "site", $"No site {e.Site} is registered.");
        var profiles = EquipmentProfiles.All.Where(p => p.Kind == e.Kind.ToString()).Select(p => p.Id).Order(StringComparer.Ordinal).ToList();
        j.Require(profiles.Contains(e.Profile), Codes.ValFormat, "profile", $"A {e.Kind} has one of the profiles {string.Join(", ", profiles)}.");
        j.Require(e.PeriodSeconds is >= 1 and <= LongestPeriodSeconds, Codes.ValRange, "periodSeconds", "The period is 1 to 3600 s.");
        j.Require(e.Shelves is >= 0 and <= MostShelves, Codes.ValRange, "shelves", "0 to 100 shelves.");
        j.Require(e.Kind != EquipmentKind.Incubator || e.Shelves > 0, Codes.ValRange, "shelves", "An incubator has at least one shelf.");
        j.Require(e.Positions is null or (> 0 and <= MostPositions), Codes.ValRange, "positions", "1 to 100 000 positions.");
        j.Require(e.Channels.Select(c => c.Channel).Distinct(StringComparer.Ordinal).Count() == e.Channels.Count, Codes.ValDuplicate, "channels", "A channel is listed twice.");
        for (var i = 0; i < e.Channels.Count; i++) CalibrationRules.CheckChannel(e.Profile, e.Channels[i], $"channels[{i}]", j);
    }

    public static void Check(EquipmentPlaced e, Equipment equipment, LabJudgement j)
    {
        j.Id("roomId", e.RoomId);
        j.Require(e.EquipmentId is null || e.EquipmentId == equipment.EquipmentId, Codes.ValFormat, "equipmentId", $"This is {equipment.EquipmentId}.");
    }

    /// <param name="inside">Vessels and containers inside now.</param>
    public static void Check(IncubatorServiceChanged e, Equipment equipment, int inside, LabJudgement j)
    {
        j.Require(e.EquipmentId is null || e.EquipmentId == equipment.EquipmentId, Codes.ValFormat, "equipmentId", $"This is {equipment.EquipmentId}.");
        j.Require(equipment.Status != ServiceStatus.Retired, Codes.StateTransition, "status", $"{equipment.EquipmentId} is retired.");
        j.Require(e.Status != equipment.Status, Codes.StateTransition, "status", $"{equipment.EquipmentId} is {e.Status} already.");
        j.Require(e.Status == ServiceStatus.InService || inside == 0, Codes.StateGuard, "status", $"{inside} vessels or containers are inside; move them out first.");
        LabDecider.RequireReason(j, e.Reason);
    }
}
