using CultureTrack.Domain.Calculations;
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
    private const int LargestContractionPct = 55;

    public static void Check(SheetDetached e, Judgement j)
    {
        j.Above("dispaseUPerMl", e.DispaseUPerMl, 0);
        if (j.Above("durationMin", e.DurationMin, 0, 240)) j.Window("durationMin", e.DurationMin, null, 90);
        j.Above("qcViableHarvested", e.QcViableHarvested, 0);
        j.Range("qcViabilityPct", e.QcViabilityPct, 0, 100);
        if (!j.Require(e.Sheets.Count > 0, Codes.ValRequired, Judgement.Data("sheets"), "Name the sheets.")) return;
        // A sheet may carry the id of the container it will be packed in (K-03), but not that of another sheet.
        j.NewIds("sheets", [.. e.Sheets.Select(s => s.SheetId)]);
        var contractions = e.Sheets.Select((s, i) => CheckSheet(s, $"sheets[{i}]", j)).OfType<double>().ToList();
        if (contractions.Count == e.Sheets.Count) j.Compute("5.19@1", [], ("contractionPct", contractions.Average()));
        if (j.StepIsLegal) CheckTrays(e, j);
    }

    private static double? CheckSheet(DetachedSheet s, string field, Judgement j)
    {
        j.Range($"{field}.tears", s.Tears, 0, null);
        j.Range($"{field}.maxTearMm", s.MaxTearMm, 0, null);
        j.FlagIf(s.Tears > 0, Flags.OutOfWindow, $"{field}.tears", "0", (decimal)s.Tears);
        if (!j.Above($"{field}.areaBeforeCm2", s.AreaBeforeCm2, 0) | !j.Range($"{field}.areaAfterCm2", s.AreaAfterCm2, 0, s.AreaBeforeCm2)) return null;
        var pct = 100 * CellCounting.Contraction((double)s.AreaBeforeCm2, (double)s.AreaAfterCm2);
        j.ComputedWindow($"{field}.areaAfterCm2", pct, null, LargestContractionPct, 0);
        return pct;
    }

    private static void CheckTrays(SheetDetached e, Judgement j)
    {
        var c = j.State.Culture;
        for (var i = 0; i < e.Sheets.Count; i++)
            j.Guard(c.Vessels.GetValueOrDefault(e.Sheets[i].FromVesselId) is { Status: VesselStatus.InUse, Purpose: SeedingPurpose.Sheet },
                $"sheets[{i}].fromVesselId", $"{e.Sheets[i].FromVesselId} holds no sheet of this batch.");
        j.Require(e.Sheets.DistinctBy(s => s.FromVesselId).Count() == e.Sheets.Count, Codes.ValDuplicate, Judgement.Data("sheets"),
            "Two sheets come from one tray.");
        var tray = c.Vessels.GetValueOrDefault(e.QcVesselId);
        var earlier = j.State.Of<SheetDetached>().Any(d => d.Data.QcVesselId == e.QcVesselId);
        j.Guard(tray is { Status: VesselStatus.InUse } || earlier, "qcVesselId", $"{e.QcVesselId} holds no culture of this batch.");
        j.Require(e.Sheets.All(s => s.FromVesselId != e.QcVesselId), Codes.ValRange, Judgement.Data("qcVesselId"),
            "The QC tray is none of the trays of the product.");
        if (tray is { Status: VesselStatus.InUse } && e.QcViableHarvested is not null && Lineage.Measure(c, Guid.Empty, [tray.Id], e.QcViableHarvested, j.At) is { } growth)
            GrowthRules.Compute(growth, [tray.Id], j);
    }

    public static void Check(SheetMounted e, Judgement j)
    {
        j.Require(e.SheetIds.Count > 0, Codes.ValRequired, Judgement.Data("sheetIds"), "Name the sheets.");
        j.Require(e.SheetIds.Distinct(StringComparer.Ordinal).Count() == e.SheetIds.Count, Codes.ValDuplicate, Judgement.Data("sheetIds"),
            "A sheet is named twice.");
        j.FlagIf(!e.BasalSideMarked, Flags.OutOfWindow, "basalSideMarked", "true", false);
        j.FlagIf(!e.FixingsComplete, Flags.OutOfWindow, "fixingsComplete", "true", false);
        if (!j.StepIsLegal) return;
        j.Require(j.State.State == LifeState.Harvested, Codes.StateTransition, "type",
            $"Sheets are mounted after they were detached, not while the batch is {j.State.State}.");
        for (var i = 0; i < e.SheetIds.Count; i++)
        {
            j.Guard(j.State.Product.Sheets.ContainsKey(e.SheetIds[i]), $"sheetIds[{i}]", $"{e.SheetIds[i]} was not detached.");
            j.Guard(!j.State.Product.MountedSheetIds.Contains(e.SheetIds[i]), $"sheetIds[{i}]", $"{e.SheetIds[i]} is mounted already.");
        }
    }
}
