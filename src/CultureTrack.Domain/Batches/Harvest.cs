using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record HarvestPerformed(
    CellLine CellLine, IReadOnlyList<string> VesselIds, decimal Viable, decimal ViabilityPct, decimal VolumeMl) : EventData;

internal static class HarvestRules
{
    public static void Check(HarvestPerformed e, Judgement j) { }
}
