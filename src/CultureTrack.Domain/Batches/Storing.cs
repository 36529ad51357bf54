using System.Text.RegularExpressions;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum RemovalPurpose { Thaw, Ship, Discard, Move }

public sealed record StoredAt(IReadOnlyList<string> ContainerIds, string EquipmentId, IReadOnlyList<string> Positions) : EventData;

public sealed record RemovedFromStorage(IReadOnlyList<string> ContainerIds, RemovalPurpose Purpose) : EventData;

internal static partial class StoringRules
{
    private const int LongestOutMin = 5;

    // 4.7: shelf/box, rack/box/well or canister/cane/slot under the equipment's own id.
    [GeneratedRegex("^(/[A-Za-z0-9]{1,8}){2,3}$")]
    private static partial Regex Place();

    public static void Check(StoredAt e, Judgement j)
    {
        j.Require(e.ContainerIds.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name what is stored.");
        j.Require(e.Positions.Count == e.ContainerIds.Count, Codes.ValFormat, Judgement.Data("positions"), "Each container has one position.");
        j.Require(e.ContainerIds.Distinct().Count() == e.ContainerIds.Count, Codes.ValDuplicate, Judgement.Data("containerIds"), "A container is named twice.");
        CheckEquipment(e, j);
        CheckPositions(e, j);
        for (var i = 0; i < e.ContainerIds.Count; i++)
        {
            var container = Known(e.ContainerIds[i], $"containerIds[{i}]", j);
            if (container is null) continue;
            j.Guard(container.StoredIn is null, $"containerIds[{i}]", $"{container.Id} is already stored in {container.StoredIn}.");
            FlagOut(container, $"containerIds[{i}]", j);
        }
    }

    public static void Check(RemovedFromStorage e, Judgement j)
    {
        j.Require(e.ContainerIds.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name what is taken out.");
        for (var i = 0; i < e.ContainerIds.Count; i++)
            if (Known(e.ContainerIds[i], $"containerIds[{i}]", j) is { } container)
                j.Guard(container.StoredIn is not null, $"containerIds[{i}]", $"{container.Id} is not in storage.");
    }

    /// <summary>FLAG Interval for a container that was out of storage for more than 5 min.</summary>
    public static void FlagOut(Container container, string field, Judgement j)
    {
        if (container.RemovedAt is { } removed) j.ComputedWindow(field, (j.At - removed).TotalMinutes, null, LongestOutMin, 0, Flags.Interval);
    }

    private static Container? Known(string id, string field, Judgement j)
    {
        var container = j.State.Product.Containers.GetValueOrDefault(id);
        return j.Guard(container is { Withdrawn: false, Administered: false }, field,
            $"{id} is no container of this batch that could be stored.") ? container : null;
    }

    private static void CheckEquipment(StoredAt e, Judgement j)
    {
        var equipment = j.Facts.Equipment.GetValueOrDefault(e.EquipmentId);
        if (!j.Guard(equipment is not null and not { Kind: "Incubator" or "Cabinet" }, "equipmentId", $"{e.EquipmentId} stores no containers.")) return;
        j.Guard(equipment!.Status == "InService", "equipmentId", $"{e.EquipmentId} is {equipment.Status}.");
        j.Guard(equipment.CalibrationOverdue.Count == 0, "equipmentId", $"Calibration overdue: {string.Join(", ", equipment.CalibrationOverdue)}.");
    }

    private static void CheckPositions(StoredAt e, Judgement j)
    {
        var equipment = j.Facts.Equipment.GetValueOrDefault(e.EquipmentId);
        var occupied = equipment?.OccupiedPositions;
        var taken = j.State.Product.Containers.Values.Where(c => c.Position is not null).Select(c => c.Position!).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < e.Positions.Count; i++)
        {
            var position = e.Positions[i];
            var isThere = equipment?.Layout is { } layout ? layout.Parts(e.EquipmentId, position) is not null
                : position.StartsWith(e.EquipmentId, StringComparison.Ordinal) && Place().IsMatch(position[e.EquipmentId.Length..]);
            j.Require(isThere, Codes.ValFormat,
                Judgement.Data($"positions[{i}]"), $"{position} is no position of {e.EquipmentId}.");
            j.Require(taken.Add(position) && occupied?.ContainsKey(position) != true, Codes.ValDuplicate, Judgement.Data($"positions[{i}]"),
                $"{position} is occupied.");
        }
    }
}
