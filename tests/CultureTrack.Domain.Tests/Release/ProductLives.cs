using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Lives of product types up to where tests go different ways.</summary>
internal static class ProductLives
{
    /// <summary>Keratinocytes and fibroblasts of one biopsy, cast, seeded and lifted by 03-19.</summary>
    public static Story BilayeredSkin(string form = "8×12.5 cm tray", decimal areaCm2 = 100)
    {
        var constructs = Life.Vessels("BT", 4, form, areaCm2);
        var s = Life.Lab("BLS", "03-27 09:30", "03-27 11:30");
        s.Begun("03-01 09:00", Life.Order("BLS", "03-30 16:00", 3, OrderUnit.sheet, s), "02-27 09:00").Received("03-02 09:00", TissueKind.Skin, 10, TissueUnit.cm2, "03-02 06:00", 4)
            .Do("03-02 10:00", "tech01", new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "ENZ-1", 60, 37, 1.0e7m, 90));
        var epidermis = s.Source<IsolationPerformed>();
        s.Do("03-02 11:00", "tech01", new IsolationPerformed(CellLine.Fibroblast, IsolationMethod.Collagenase, "ENZ-1", 60, 37, 4.0e6m, 90));
        s.Seeded("03-02 12:00", SeedingPurpose.Culture, CellLine.Fibroblast, s.Source<IsolationPerformed>(), Life.Vessels("F", 2, "T175", 175), 10000, 0)
            .Seeded("03-02 12:30", SeedingPurpose.Culture, CellLine.Keratinocyte, epidermis, Life.Vessels("V", 3, "T175", 175), 15000, 0)
            .Passaged("03-09 10:00", CellLine.Keratinocyte, Life.Ids("V", 3), 4.2e7m);
        s.Seeded("03-09 12:00", SeedingPurpose.Expansion, CellLine.Keratinocyte, s.Source<PassagePerformed>(), Life.Vessels("W", 10, "T175", 175), 10000, 1)
            .Passaged("03-09 13:00", CellLine.Fibroblast, Life.Ids("F", 2), 1.75e7m)
            .Do("03-09 14:00", "tech01", new DermalEquivalentCast("MTX-1", 2 * areaCm2, 4 * areaCm2, 8.0e4m, 7.3m, Constructs: constructs))
            .Passaged("03-15 10:00", CellLine.Keratinocyte, Life.Ids("W", 10), 1.4e8m);
        return s.Seeded("03-15 12:00", SeedingPurpose.EpidermalSeeding, CellLine.Keratinocyte, s.Source<PassagePerformed>(), constructs, 1.5e5m, 2)
            .Do("03-19 10:00", "tech01", new AirLiftStarted(Life.Ids("BT", 4), "P37-5-ALI", 97)).SterileInProcess("03-24 11:00", "03-27 11:30");
    }

    /// <summary>Sheets of 50, 50 and 20 cm² on a scaffold, not yet assessed; 100 cm² are ordered unless told otherwise.</summary>
    public static Story SheetOnScaffold(decimal ordered = 100, OrderUnit unit = OrderUnit.cm2)
    {
        var s = FromSource(Life.Lab("MSS", "03-09 09:30", "03-09 11:30"), ["S-31"], 2, 6.0, "HIV-1");
        s.Begun("03-01 09:00", Life.Order("MSS", "03-09 20:00", ordered, unit, s), "02-20 09:00")
            .Do("03-03 08:00", "tech01", new SourceCellsAllocated("ADSC-26-0009", ["S-31"], 1.2e7m, 2, 6.0m, 2, [new("K-1", "1-layer stack", 636, 60)]))
            .Passaged("03-04 09:00", CellLine.Msc, ["K-1"], 2.6e7m);
        SeededVessel[] sheets = [new("SH-1", "sheet", 50), new("SH-2", "sheet", 50), new("SH-3", "sheet", 20)];
        return s.Do("03-04 10:00", "tech01", new ScaffoldSeeded("SCF-1", ScaffoldKind.Fibrin, 120, 2.0e5m, 20, 50, 30, Constructs: sheets));
    }

    /// <summary>Keratinocytes of one biopsy in two flasks, to be sprayed on 320 cm² on 03-08.</summary>
    public static Story Spray(decimal ordered = 320, OrderUnit unit = OrderUnit.cm2)
    {
        var s = Life.Lab("SPR", "03-08 09:30", "03-08 11:00");
        s.Begun("03-01 09:00", Life.Order("SPR", "03-08 12:30", ordered, unit, s), "02-27 09:00").Received("03-02 09:00", TissueKind.Skin, 6, TissueUnit.cm2, "03-02 06:00", 4)
            .Do("03-02 10:00", "tech01", new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "ENZ-1", 60, 37, 6.0e6m, 90));
        return s.Seeded("03-02 12:00", SeedingPurpose.Culture, CellLine.Keratinocyte, s.Source<IsolationPerformed>(), Life.Vessels("V", 2, "T175", 175), 15000, 0);
    }

    public static Story FromSource(Story s, string[] sourceIds, int passage, double cpdl, params string[] missing)
    {
        var outcomes = new[] { "C-02", "C-06", "C-07" }.Concat(Enumerable.Range(1, 14).Select(n => $"E-{n:00}")).ToDictionary(id => id, _ => Outcome.Pass);
        s.Facts = s.Facts with
        {
            Source = new("ADSC-26-0009", "ADSC", "DN-1", s.Facts.Patient?.PatientRef, LifeState.Released, new(passage, cpdl),
                sourceIds.ToDictionary(id => id, _ => new SourceLineage(passage, cpdl)), outcomes, [], missing, false, false, []),
        };
        return s;
    }

    public static Story ConditionedMedium(out string[] vials)
    {
        var s = FromSource(Life.Lab("CM", "03-06 15:30", "03-06 17:50", autologous: false), ["S-31"], 3, 11.2);
        s.Facts = s.Facts with { Equipment = new Dictionary<string, EquipmentFact> { ["FRZ-01"] = new("FRZ-01", "Freezer", "InService", 0, [], new Dictionary<int, IReadOnlyList<string>>()) } };
        vials = Life.Ids("CM-26-0001", 10);
        s.Do("03-01 09:00", "tech01", Life.Order("CM", "04-01 08:00", 10, OrderUnit.vial, s, autologous: false, storage: Storage.Cryo))
            .Do("03-01 09:15", "tech01", new ConsentRecorded("CONS-1", s.Time("02-27 09:00"), ["Trial"]))
            .Do("03-04 08:00", "tech01", new SourceCellsAllocated("ADSC-26-0009", ["S-31"], 1.3e8m, 3, 11.2m, 2, [new("K-1", "10-layer stack", 6360, 85)]))
            .Do("03-04 10:00", "tech01", new SerumFreeWashDone("MED-1", 3, true)).Do("03-04 10:00", "tech01", new ConditioningStarted("MED-1", true, 1000, 6360, 85))
            .Do("03-06 10:00", "tech01", new ConditionedMediumCollected(48, 975, 93, 1.5e8m), verify: "tech02").Sampled("03-06 10:00", SampleMatrix.CellsAndSupernatant, 10, "C-07")
            .Do("03-06 14:00", "tech01", new Clarified(975, 975, "FIL-1")).Do("03-06 14:30", "tech01", new Concentrated(975, 97.5m, 10, 10, "FIL-1"))
            .Sampled("03-06 15:45", SampleMatrix.FinalProduct, 10, "CM-11").Do("03-06 16:00", "tech01", new SterileFiltered(90, 90, "FIL-1", 0.22m, true, true))
            .Do("03-06 17:15", "tech01", new LabelsPrinted(vials, 1, ["Contains no living cells", "Caution: new drug", "CM-26-0001", "below -70 °C"], false))
            .Do("03-06 17:30", "tech01", new FillPerformed([.. vials.Select(v => new FilledContainer(v, 5))], [], -80, 2), verify: "tech02")
            .Sampled("03-06 17:30", SampleMatrix.FinalProduct, 2, "C-06", "CM-03", "CM-04", "CM-05", "CM-06", "CM-07", "CM-08", "CM-09", "CM-10", "CM-12", "CM-14")
            .Do("03-06 17:40", "tech01", new LabelsReconciled(10, 10, 0, 0), verify: "tech02").Inspected("03-06 17:45", vials);
        return s;
    }
}
