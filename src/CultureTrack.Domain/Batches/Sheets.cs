using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum SheetBacking { PetrolatumGauze, SiliconeMesh, Membrane }

public sealed record DetachedSheet(string SheetId, string FromVesselId, decimal AreaBeforeCm2, decimal AreaAfterCm2, int Tears, decimal MaxTearMm);

public sealed record SheetDetached(
    IReadOnlyList<DetachedSheet> Sheets, decimal DispaseUPerMl, decimal DurationMin, string QcVesselId, decimal? QcViableHarvested,
    decimal? QcViabilityPct) : EventData;

public sealed record SheetMounted(IReadOnlyList<string> SheetIds, SheetBacking Backing, bool FixingsComplete, bool BasalSideMarked) : EventData;

internal static class SheetRules
{
    public static void Check(SheetDetached e, Judgement j) { }
    public static void Check(SheetMounted e, Judgement j) { }
}
