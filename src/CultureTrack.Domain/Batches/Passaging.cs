using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record PassagePerformed(
    CellLine CellLine, IReadOnlyList<string> FromVesselIds, string ReagentLot, decimal ExposureMin, decimal ViableHarvested, decimal ViabilityPct) : EventData;

public sealed record CulturesPooled(IReadOnlyList<string> FromIds, IReadOnlyList<string> ToIds, IReadOnlyList<decimal> ViableEach) : EventData;

public sealed record SubLotSplit(IReadOnlyList<string> FromIds, IReadOnlyList<string> ToIds, IReadOnlyList<decimal> ViableEach) : EventData;

internal static class PassageRules
{
    public static void Check(PassagePerformed e, Judgement j) { }
}
