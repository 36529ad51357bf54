using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

// A departure that belongs to no batch: equipment, a room, a way of working. One that touches a batch is an entry of that batch.

/// <summary>Something departed from instruction at a piece of equipment, in a room, or anywhere in the lab.</summary>
/// <param name="DeviationId">Given by the software when left out.</param>
public sealed record LabDeviationOpened(string? DeviationId, string Text, DeviationClass? Class, string? EquipmentId = null, string? RoomId = null) : EventData;

public sealed record LabDeviationClassified(DeviationClass Class) : EventData;

public sealed record LabDeviationClosed(string RootCause, string Impact, IReadOnlyList<string>? CapaRefs = null) : EventData;

/// <summary>One of them as the register knows it.</summary>
public sealed record LabDeviation(
    string DeviationId, string Text, DeviationClass? Class, string? EquipmentId, string? RoomId, string OpenedBy, DateTimeOffset OpenedAt, long Version)
{
    public string? RootCause { get; init; }
    public string? Impact { get; init; }
    public IReadOnlyList<string> CapaRefs { get; init; } = [];
    public string? ClosedBy { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    public bool IsOpen => ClosedAt is null;

    public static string Stream(string deviationId) => $"deviation/{deviationId}";

    public static LabDeviation Apply(LabDeviation? deviation, Recorded e) => (deviation, e.Body) switch
    {
        (null, LabDeviationOpened d) => new(d.DeviationId!, d.Text, d.Class, d.EquipmentId, d.RoomId, e.ActorId, e.OccurredAt, e.Version),
        ({ } d, LabDeviationClassified c) => d with { Class = c.Class, Version = e.Version },
        ({ } d, LabDeviationClosed c) => d with
        {
            RootCause = c.RootCause,
            Impact = c.Impact,
            CapaRefs = c.CapaRefs ?? [],
            ClosedBy = e.ActorId,
            ClosedAt = e.OccurredAt,
            Version = e.Version,
        },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };
}

/// <summary>The same rules as for deviations of a batch (2.4, R-22).</summary>
public static class LabDeviationRules
{
    private const int LongestOpenDays = 30;

    public static void Check(LabDeviationOpened e, LabDeviation? known, bool equipmentKnown, LabJudgement j)
    {
        j.Id("deviationId", e.DeviationId);
        j.Id("roomId", e.RoomId);
        j.Text("text", e.Text);
        j.Require(known is null, Codes.ValDuplicate, "deviationId", $"{e.DeviationId} is in use.");
        j.Require(e.EquipmentId is null || equipmentKnown, Codes.ValFormat, "equipmentId", $"No equipment {e.EquipmentId} is registered.");
    }

    public static void Check(LabDeviationClassified e, LabDeviation deviation, LabJudgement j) =>
        j.Require(deviation.IsOpen, Codes.StateGuard, "deviationId", $"{deviation.DeviationId} is closed.");

    public static void Check(LabDeviationClosed e, LabDeviation deviation, LabJudgement j)
    {
        j.Text("rootCause", e.RootCause);
        j.Text("impact", e.Impact);
        j.Require(deviation.IsOpen, Codes.StateGuard, "deviationId", $"{deviation.DeviationId} is closed already.");
        j.Require(deviation.Class is not null, Codes.StateGuard, "deviationId", $"{deviation.DeviationId} has not been classified.");
        j.Require(deviation.OpenedBy != j.Entry.Actor.UserId, Codes.SodCloser, "type", "A deviation is not closed by who opened it.");
        var open = (j.At - deviation.OpenedAt).TotalDays;
        j.FlagIf(open > LongestOpenDays, Flags.Interval, "deviationId", $"{LongestOpenDays} d", Math.Round((decimal)open, 1));
    }
}
