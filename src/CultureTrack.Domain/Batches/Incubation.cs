using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record MovedIntoIncubator(IReadOnlyList<string> VesselIds, string IncubatorId, int Shelf) : EventData;

public sealed record MovedOutOfIncubator(IReadOnlyList<string> VesselIds, string IncubatorId, string? Reason) : EventData;

internal static class IncubationRules
{
    private const int LongestOutMin = 30;

    public static void Check(MovedIntoIncubator e, Judgement j)
    {
        var equipment = j.Facts.Equipment.GetValueOrDefault(e.IncubatorId);
        if (j.Guard(equipment is { Kind: "Incubator" }, "incubatorId", $"{e.IncubatorId} is no incubator.")) CheckIncubator(e, equipment!, j);
        foreach (var (vessel, field) in Vessels(e.VesselIds, j))
        {
            j.Guard(vessel.Inside is null, field, $"{vessel.Id} is already inside {vessel.Inside?.IncubatorId}.");
            // Counted from the seeding on; an empty feeder layer is no culture yet.
            var outSince = vessel.Stays.LastOrDefault()?.To is { } left && left > vessel.SeededAt ? left : vessel.SeededAt;
            if (vessel.Inside is null && outSince is { } since) j.ComputedWindow("vesselIds", (j.At - since).TotalMinutes, null, LongestOutMin, 0, Flags.Interval);
        }
    }

    private static void CheckIncubator(MovedIntoIncubator e, EquipmentFact incubator, Judgement j)
    {
        j.Guard(incubator.Status == "InService", "incubatorId", $"{incubator.EquipmentId} is {incubator.Status}.");
        j.Guard(incubator.CalibrationOverdue.Count == 0, "incubatorId", $"Calibration overdue: {string.Join(", ", incubator.CalibrationOverdue)}.");
        j.Range("shelf", e.Shelf, 1, incubator.Shelves);
        var donors = incubator.DonorsByShelf.GetValueOrDefault(e.Shelf) ?? [];
        if (donors.FirstOrDefault(d => d != j.Registration.DonorRef) is { } other) j.Flag(Flags.CoLocated, "shelf", j.Registration.DonorRef, other);
    }

    public static void Check(MovedOutOfIncubator e, Judgement j)
    {
        foreach (var (vessel, field) in Vessels(e.VesselIds, j))
            j.Guard(vessel.Inside?.IncubatorId == e.IncubatorId, field, $"{vessel.Id} is not inside {e.IncubatorId}.");
    }

    private static IEnumerable<(Vessel Vessel, string Field)> Vessels(IReadOnlyList<string> ids, Judgement j)
    {
        j.Require(ids.Count > 0, Codes.ValRequired, Judgement.Data("vesselIds"), "Name the vessels.");
        j.Require(ids.Distinct(StringComparer.Ordinal).Count() == ids.Count, Codes.ValDuplicate, Judgement.Data("vesselIds"), "A vessel is named twice.");
        for (var i = 0; i < ids.Count; i++)
        {
            var vessel = j.State.Culture.Vessels.GetValueOrDefault(ids[i]);
            if (j.Guard(vessel is { Status: VesselStatus.InUse or VesselStatus.FeederOnly }, $"vesselIds[{i}]", $"{ids[i]} is no vessel in use of this batch."))
                yield return (vessel!, $"vesselIds[{i}]");
        }
    }
}
