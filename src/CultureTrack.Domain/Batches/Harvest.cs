using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record HarvestPerformed(
    CellLine CellLine, IReadOnlyList<string> VesselIds, decimal Viable, decimal ViabilityPct, decimal VolumeMl) : EventData;

internal static class HarvestRules
{
    public static void Check(HarvestPerformed e, Judgement j)
    {
        j.Above("viable", e.Viable, 0);
        j.Above("volumeMl", e.VolumeMl, 0);
        if (j.Range("viabilityPct", e.ViabilityPct, 0, 100)) j.Window("viabilityPct", e.ViabilityPct, 80, null);
        GrowthRules.Check(e.VesselIds, "vesselIds", e.CellLine, e.Viable, "viable", j);
    }
}
