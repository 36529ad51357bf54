using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record PassagePerformed(
    CellLine CellLine, IReadOnlyList<string> FromVesselIds, string ReagentLot, decimal ExposureMin, decimal ViableHarvested, decimal ViabilityPct) : EventData;

internal static class PassageRules
{
    public static void Check(PassagePerformed e, Judgement j)
    {
        j.Lot("reagentLot", e.ReagentLot);
        if (j.Above("exposureMin", e.ExposureMin, 0, 60)) j.Window("exposureMin", e.ExposureMin, null, e.CellLine == CellLine.Keratinocyte ? 40 : 15);
        j.Range("viabilityPct", e.ViabilityPct, 0, 100);
        j.Above("viableHarvested", e.ViableHarvested, 0);
        if (GrowthRules.Check(e.FromVesselIds, "fromVesselIds", e.CellLine, e.ViableHarvested, "viableHarvested", j) is not { } growth) return;
        if (growth.TdHours is { } td && j.Require(td >= 10, Codes.ValRange, Judgement.Data("viableHarvested"),
            $"A doubling time of {td:0.0} h is impossible for human cells."))
            FlagDoublingTime(e.CellLine, td, j);
        j.ComputedWindow("pd", growth.Pd, 0.5m, 6, 1);
    }

    private static void FlagDoublingTime(CellLine line, double td, Judgement j)
    {
        if (line != CellLine.Fibroblast) j.ComputedWindow("tdHours", td, line == CellLine.Keratinocyte ? 16 : 18, 120, 0);
    }
}

/// <summary>What passage and harvest have in common: vessels in culture, a possible yield, and growth computed from it.</summary>
internal static class GrowthRules
{
    private const decimal MostPerCm2 = 1e6m;

    public static GrowthStep? Check(IReadOnlyList<string> vesselIds, string vesselsField, CellLine line, decimal viable, string viableField, Judgement j)
    {
        var vessels = CultureRules.InUse(vesselIds, vesselsField, j);
        if (vessels.Count == 0 || vessels.Count < vesselIds.Count) return null;
        j.Guard(vessels.DistinctBy(v => v.Passage).Count() == 1, vesselsField, "Vessels of different passages are not detached together.");
        j.Guard(vessels.All(v => v.CellLine == line), vesselsField, $"Not all of these vessels hold {line} cells.");
        var area = vessels.Sum(v => v.AreaCm2);
        j.Require(area <= 0 || viable / area <= MostPerCm2, Codes.ValRange, Judgement.Data(viableField),
            "More than 1e6 cells per cm² of a monolayer are impossible.");
        var c = j.State.Culture;
        var growth = Lineage.Measure(c, Guid.Empty, vesselIds, viable, j.At);
        if (growth is not null) Compute(growth, vesselIds, j);
        return growth;
    }

    public static void Compute(GrowthStep growth, IReadOnlyList<string> vesselIds, Judgement j)
    {
        var c = j.State.Culture;
        var usesP0 = c.ClonogenicFraction is not null && growth.CellLine == CellLine.Msc;
        var inputs = Lineage.SeedEvents(c, vesselIds).Concat(usesP0 ? ApprovedResults.EvidenceOfP0(j.State.History) : []);
        var formula = growth.Passage == 0 && growth.CellLine == CellLine.Msc ? "5.5@1;5.6@1;5.7@1" : "5.4@1;5.6@1;5.7@1";
        j.Compute(formula, inputs, ("pd", growth.Pd), ("cpdl", growth.Cpdl), ("tdHours", growth.TdHours));
        if (c.P0Unknown || growth.WaitsForClonogenicFraction) j.Compute("2.6@1", [], ("cpdlFlag", "P0Unknown"));
    }
}
