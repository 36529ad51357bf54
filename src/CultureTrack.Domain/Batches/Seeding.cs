using System.Globalization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum FeederArrest { Gamma, Mitomycin }

public sealed record FeederPlated(
    string FeederLot, IReadOnlyList<string> VesselIds, decimal CellsPerCm2, FeederArrest Arrest, decimal? DoseGy, DateTimeOffset ArrestedAt) : EventData;

public sealed record SeededVessel(string Id, string Type, decimal AreaCm2);

public sealed record VesselsSeeded(
    SeedingPurpose Purpose, CellLine CellLine, IReadOnlyList<string> SourceIds, IReadOnlyList<SeededVessel> Vessels, decimal ViableSeeded,
    decimal CellsPerCm2, int Passage, string MediumLot, decimal MediumMl) : EventData;

internal static class SeedingRules
{
    private const decimal MostOfSource = 1.05m;
    private const decimal Tolerance = 0.05m;

    public static void Check(FeederPlated e, Judgement j)
    {
        j.Require(j.State.State != LifeState.Planned, Codes.StateTransition, "type", "Feeder cells are plated once the tissue is here.");
        var lot = j.Lot("feederLot", e.FeederLot);
        j.Require(lot is null || lot.ArrestControlPassed == true, Codes.ValLot, Judgement.Data("feederLot"),
            $"Lot {e.FeederLot} has no passed growth-arrest control.");
        j.Require(e.VesselIds.Count > 0, Codes.ValRequired, Judgement.Data("vesselIds"), "Name the vessels.");
        j.NewIds("vesselIds", e.VesselIds, id => j.State.Culture.Vessels.GetValueOrDefault(id) is { Status: VesselStatus.FeederOnly });
        if (j.Above("cellsPerCm2", e.CellsPerCm2, 0, 2e5m)) j.Window("cellsPerCm2", e.CellsPerCm2, 2e4m, 6e4m);
        j.Require(e.Arrest != FeederArrest.Gamma || e.DoseGy is not null, Codes.ValRequired, Judgement.Data("doseGy"), "Irradiated feeder cells have a dose.");
        if (j.Above("doseGy", e.DoseGy, 0, 200) && e.Arrest == FeederArrest.Gamma) j.Window("doseGy", e.DoseGy, 30, 60);
        if (j.Require(e.ArrestedAt <= j.At, Codes.ValOrder, Judgement.Data("arrestedAt"), "Plated before they were arrested."))
            j.ComputedWindow("arrestedAt", (j.At - e.ArrestedAt).TotalHours, null, 72, 0, Flags.Interval);
    }

    public static void Check(VesselsSeeded e, Judgement j)
    {
        j.Lot("mediumLot", e.MediumLot);
        j.Above("mediumMl", e.MediumMl, 0);
        j.Above("viableSeeded", e.ViableSeeded, 0);
        CheckVessels(e, j);
        if (j.Above("cellsPerCm2", e.CellsPerCm2, 0, 1e6m)) FlagDensity(e, j);
        if (j.StepIsLegal) CheckSources(e, j);
    }

    private static void CheckVessels(VesselsSeeded e, Judgement j)
    {
        if (!j.Require(e.Vessels.Count > 0, Codes.ValRequired, Judgement.Data("vessels"), "Name the vessels.")) return;
        j.NewIds("vessels", [.. e.Vessels.Select(v => v.Id)], id => IsReady(id, e, j));
        var positive = true;
        for (var i = 0; i < e.Vessels.Count; i++) positive &= j.Above($"vessels[{i}].areaCm2", e.Vessels[i].AreaCm2, 0);
        if (!positive || e.ViableSeeded <= 0) return;
        var sum = e.Vessels.Sum(v => v.AreaCm2) * e.CellsPerCm2;
        j.Require(Math.Abs(sum - e.ViableSeeded) <= Tolerance * e.ViableSeeded, Codes.ValRange, Judgement.Data("viableSeeded"),
            string.Create(CultureInfo.InvariantCulture, $"Density times area is {sum:G4}, more than 5 % off {e.ViableSeeded:G4}."));
    }

    // Onto a feeder layer, or an epidermis onto a dermal equivalent.
    private static bool IsReady(string id, VesselsSeeded e, Judgement j) => j.State.Culture.Vessels.GetValueOrDefault(id) switch
    {
        { Status: VesselStatus.FeederOnly } => true,
        { Status: VesselStatus.InUse, IsConstruct: true, Purpose: null } => e.Purpose == SeedingPurpose.EpidermalSeeding,
        _ => false,
    };

    private static void FlagDensity(VesselsSeeded e, Judgement j)
    {
        (decimal Low, decimal High)? window = e switch
        {
            { Purpose: SeedingPurpose.CfuF or SeedingPurpose.Qc } => null,
            { Purpose: SeedingPurpose.EpidermalSeeding } => (5e4m, 3e5m),
            { CellLine: CellLine.Keratinocyte } => (5e3m, 5e4m),
            { CellLine: CellLine.Msc, Passage: 0 } => IsMarrow(j.State) ? (5e4m, 5e5m) : (5e3m, 5e4m),
            { CellLine: CellLine.Msc } => (1e3m, 1e4m),
            _ => null,
        };
        if (window is { } w) j.Window("cellsPerCm2", e.CellsPerCm2, w.Low, w.High);
    }

    // Fresh marrow cells come from the density gradient; fat cells (SVF) from collagenase.
    private static bool IsMarrow(BatchState state) =>
        state.Last<IsolationPerformed>() is { Data.Method: IsolationMethod.DensityGradient } || state.Last<TissueReceived>() is { Data.Tissue: TissueKind.Marrow };

    private static void CheckSources(VesselsSeeded e, Judgement j)
    {
        var c = j.State.Culture;
        for (var i = 0; i < e.SourceIds.Count; i++)
            j.Guard(Lineage.Source(c, e.SourceIds[i]) is not null, $"sourceIds[{i}]", $"{e.SourceIds[i]} gave no cells in suspension.");
        j.Require(e.SourceIds.Count > 0, Codes.ValRequired, Judgement.Data("sourceIds"), "Name where the cells come from.");
        var sources = Lineage.Sources(c, e.SourceIds);
        if (sources.Count == 0) return;
        j.Require(sources.All(s => s.NextPassage is null || s.NextPassage == e.Passage), Codes.ValRange, Judgement.Data("passage"),
            $"The cells are of passage {string.Join(", ", sources.Select(s => s.NextPassage).Distinct())}.");
        j.Require(sources.All(s => s.CellLine is null || s.CellLine == e.CellLine), Codes.ValRange, Judgement.Data("cellLine"),
            $"The cells are {string.Join(", ", sources.Select(s => s.CellLine).Distinct())}.");
        // A bank vial has no count in this record.
        var (viable, used) = (sources.Sum(s => s.Viable), sources.Sum(s => s.Used + s.Discarded) + e.ViableSeeded);
        j.Require(viable == 0 || used <= viable * MostOfSource, Codes.ValRange, Judgement.Data("viableSeeded"),
            string.Create(CultureInfo.InvariantCulture, $"With this seeding {used:G4} cells are used; the sources gave {viable:G4}."));
        ComputeSplit(e, sources, j);
    }

    // 5.9: k = Nh / (density · old area), for cells that come from vessels.
    private static void ComputeSplit(VesselsSeeded e, IReadOnlyList<CellSource> sources, Judgement j)
    {
        var parents = sources.SelectMany(s => s.ParentVesselIds).Distinct().Select(id => j.State.Culture.Vessels.GetValueOrDefault(id)).OfType<Vessel>();
        var oldArea = parents.Sum(v => v.AreaCm2);
        if (oldArea > 0 && e.CellsPerCm2 > 0)
            j.Compute("5.9@1", sources.Select(s => s.EventId).OfType<Guid>(), ("splitRatio", sources.Sum(s => s.Viable) / (e.CellsPerCm2 * oldArea)));
    }
}
