using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum FeedKind { Full, Half, TopUp }
public enum LookMethod { Visual, Image }
public enum Contamination { None, Suspected }

public sealed record MediumChanged(IReadOnlyList<string> VesselIds, string MediumLot, decimal RemovedMl, decimal AddedMl, FeedKind Kind) : EventData;

public sealed record ConfluenceObserved(string VesselId, decimal Pct, LookMethod Method, string Morphology, Contamination Contamination) : EventData;

internal static class CultureRules
{
    public static void Check(MediumChanged e, Judgement j)
    {
        j.Lot("mediumLot", e.MediumLot);
        j.Range("removedMl", e.RemovedMl, 0, null);
        j.Range("addedMl", e.AddedMl, 0, null);
        var vessels = InUse(e.VesselIds, "vesselIds", j);
        if (vessels.Count == 0 || vessels.Count < e.VesselIds.Count) return;
        var (area, before) = (vessels.Sum(v => v.AreaCm2), vessels.Sum(v => v.MediumMl));
        if (area <= 0) return;
        var depth = (before - e.RemovedMl + e.AddedMl) / area;
        j.Compute("2.4@1", Lineage.SeedEvents(j.State.Culture, e.VesselIds), ("depthMlPerCm2", depth));
        if (j.Require(depth is >= 0.05m and <= 1.0m, Codes.ValRange, Judgement.Data("addedMl"),
            $"The medium would stand {depth:0.000} mL/cm²; allowed is 0.05 to 1.0."))
            FlagDepth(vessels, depth, j);
        foreach (var hours in vessels.Where(v => v.MediumAt is not null).Select(v => (j.At - v.MediumAt!.Value).TotalHours).Distinct())
            j.ComputedWindow("vesselIds", hours, 12, 96, 0, Flags.Interval);
    }

    // At the air–liquid interface the medium must not reach the top.
    private static void FlagDepth(IReadOnlyList<Vessel> vessels, decimal depth, Judgement j)
    {
        var lifted = vessels.All(v => v is { AirLiftFrom: not null, AirLiftTo: null });
        j.ComputedWindow("depthMlPerCm2", (double)depth, lifted ? 0.05m : 0.15m, lifted ? 0.3m : 0.5m, 2);
    }

    public static void Check(ConfluenceObserved e, Judgement j)
    {
        j.Range("pct", e.Pct, 0, 100);
        if (e.Contamination == Contamination.Suspected) j.Flag(Flags.SuspectedContamination, "contamination", null, e.VesselId);
        if (e.Method == LookMethod.Visual && e.Pct % 5 != 0) j.Flag(Flags.OutOfWindow, "pct", "multiples of 5", e.Pct);
        if (InUse([e.VesselId], "vesselId", j) is not [var vessel]) return;
        if (vessel.ConfluencePct is { } before && before - e.Pct > 10) j.Flag(Flags.OutOfWindow, "pct", $"{before - 10} or more", e.Pct);
        if (vessel.Purpose == SeedingPurpose.Expansion) j.Window("pct", e.Pct, null, 95);
    }

    /// <summary>STATE-GUARD for vessels that hold no culture of this batch; returns the others.</summary>
    public static IReadOnlyList<Vessel> InUse(IReadOnlyList<string> ids, string field, Judgement j)
    {
        j.Require(ids.Count > 0, Codes.ValRequired, Judgement.Data(field), "Name the vessels.");
        j.Require(ids.Distinct(StringComparer.Ordinal).Count() == ids.Count, Codes.ValDuplicate, Judgement.Data(field), "A vessel is named twice.");
        var vessels = new List<Vessel>();
        for (var i = 0; i < ids.Count; i++)
        {
            var vessel = j.State.Culture.Vessels.GetValueOrDefault(ids[i]);
            if (j.Guard(vessel is { Status: VesselStatus.InUse }, field.EndsWith('s') ? $"{field}[{i}]" : field,
                $"{ids[i]} holds no culture of this batch.")) vessels.Add(vessel!);
        }
        return vessels;
    }
}
