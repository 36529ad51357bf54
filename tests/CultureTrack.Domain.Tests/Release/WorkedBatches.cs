using CultureTrack.Domain.Batches;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Batches in the shape of the worked examples: one ADSC expansion without a heat event, one sheet graft.</summary>
internal static class WorkedBatches
{
    private static LotFact Lot(string id, string kind, bool bovine = false) =>
        new(id, kind, new(2027, 6, 30, 0, 0, 0, TimeSpan.Zero), new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), null, bovine, kind == "Feeder" ? true : null, kind == "Feeder" ? true : null);

    private static Dictionary<string, LotFact> Lots(bool bovine) => new[]
    {
        Lot("COL-1", "Enzyme"), Lot("MED-1", "Medium", bovine), Lot("TRY-1", "Reagent"), Lot("EXC-1", "Excipient"), Lot("FDR-1", "Feeder"),
    }.ToDictionary(l => l.LotId);

    private static Story With(Story s, string patient, string second, string donor, string emFrom, string emTo, bool bovine)
    {
        s.Facts = s.Facts with
        {
            Patient = new(patient, second),
            Donor = new(donor, patient),
            Lots = Lots(bovine),
            EmSessions = [new("EM-1", s.Time(emFrom), s.Time(emTo), 1200m, 4m, null)],
        };
        return s;
    }

    private static string Source<T>(Story s) where T : Records.EventData => s.State.Last<T>()!.EventId.ToString();

    private static SeededVessel[] Vessels(int count, string prefix, string type, decimal area) =>
        [.. Enumerable.Range(1, count).Select(i => new SeededVessel($"{prefix}-{i:00}", type, area))];

    private static string[] Ids(int count, string prefix) => [.. Enumerable.Range(1, count).Select(i => $"{prefix}-{i:00}")];

    /// <summary>V-8 up to the seeding of P2 on 04-24.</summary>
    public static Story AdscGrowing()
    {
        var s = With(new Story("ADSC"), "PT-0007", "1958-03-14", "DN-0007", "04-28 13:30", "04-28 15:10", bovine: false);
        s.Do("04-10 09:00", "tech01", new BatchRegistered("ADSC-26-0007", "ADSC", "ADSC", 1, "main", true, "PT-0007", "DN-0007", 4.0e8m, OrderUnit.cell,
                s.Time("04-29 07:00"), IntendedUse.Trial, Storage.Fresh, true, 68m, 20m, 1m, Route.Subcutaneous))
            .Do("04-10 09:30", "tech01", new ConsentRecorded("CONS-7", s.Time("04-09 15:00"), ["Trial"]))
            .Do("04-10 10:00", "qa01", new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt))
            .Do("04-13 08:30", "tech01", new TissueReceived(TissueKind.Lipoaspirate, "A999926000002", "00", "6", 120m, TissueUnit.mL, s.Time("04-13 05:30"),
                s.Time("04-13 08:30"), 18m, 18m, true, ["PT-0007", "1958-03-14"], 2), verify: "tech02")
            .Do("04-13 08:45", "tech01", new TissueAccepted())
            .Do("04-13 10:30", "tech01", new IsolationPerformed(CellLine.Msc, IsolationMethod.Collagenase, "COL-1", 45m, 37m, 2.22e7m, 82m));
        var svf = Source<IsolationPerformed>(s);
        s.Do("04-13 12:00", "tech01", new VesselsSeeded(SeedingPurpose.Culture, CellLine.Msc, [svf], Vessels(10, "V", "T175", 175m), 1.75e7m, 10000m, 0, "MED-1", 350m))
            .Do("04-13 12:00", "tech01", new VesselsSeeded(SeedingPurpose.CfuF, CellLine.Msc, [svf], [new("CFU", "150 mm dish", 152m)], 1000m, 6.579m, 0, "MED-1", 30m))
            .Do("04-20 12:00", "tech01", new PassagePerformed(CellLine.Msc, Ids(10, "V"), "TRY-1", 6m, 2.1e7m, 95.2m), verify: "tech02");
        s.Do("04-20 13:00", "tech01", new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [Source<PassagePerformed>(s)], Vessels(8, "W", "1-layer stack", 636m), 2.0352e7m, 4000m, 1, "MED-1", 1018m))
            .Do("04-24 13:00", "tech01", new PassagePerformed(CellLine.Msc, Ids(8, "W"), "TRY-1", 6m, 1.22112e8m, 95m), verify: "tech02");
        return s.Do("04-24 14:00", "tech01", new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [Source<PassagePerformed>(s)], Vessels(4, "X", "10-layer stack", 6360m), 1.0176e8m, 4000m, 2, "MED-1", 5088m));
    }

    /// <summary>V-8 submitted 04-28 15:00, without results but the in-process sterility sample under way.</summary>
    public static Story AdscSubmitted(bool clonogenic = true, bool verifyFill = true)
    {
        var s = AdscGrowing().Sampled("04-26 12:00", SampleMatrix.CellsAndSupernatant, 60m, "C-04").Started("04-26 14:00", "C-04", incubates: true);
        if (clonogenic)
            s.Do("04-27 13:30", "tech01", new SampleTaken("S-P0", ["ADSC-10"], SampleMatrix.Plate, null, ["CFU"], s.Time("04-27 13:30")))
                .Do("04-27 13:45", "qc01", new QcTestStarted("T-P0", "S-P0", "ADSC-10", 1, null))
                .Do("04-27 13:45", "qc01", new QcResultRecorded("R-P0", "T-P0", ResultKind.Final, [Number(4.0m, "P0", "%")], true, null))
                .Do("04-27 14:00", "qc02", new QcResultApproved("R-P0"));
        s.Do("04-28 14:00", "tech01", new HarvestPerformed(CellLine.Msc, Ids(4, "X"), 5.088e8m, 91m, 40m), verify: "tech02")
            .Sampled("04-28 14:00", SampleMatrix.CellsAndSupernatant, 10m, "C-07")
            .Sampled("04-28 14:00", SampleMatrix.Cells, 2m, "ADSC-04", "ADSC-05", "ADSC-06", "ADSC-08", "ADSC-10")
            .Sampled("04-28 14:00", SampleMatrix.Supernatant, 5m, "ADSC-09")
            .Sampled("04-28 14:30", SampleMatrix.FinalProduct, 0.5m, "ADSC-01", "ADSC-03", "ADSC-14", "C-05");
        var containers = Ids(10, "ADSC-26-0007");
        s.Do("04-28 14:30", "tech01", new LabelsPrinted([.. containers, "SPARE-1", "SPARE-2"], 1,
                ["FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "STERILITY TEST PENDING", "Caution: new drug", "ADSC-26-0007",
                    "PT-0007 1958-03-14", "DIN A999926000002", "Adipose stromal cells, 2 mL", "2-8 °C"], false))
            .Do("04-28 14:40", "tech01", new FillPerformed([.. containers.Select(c => new FilledContainer(c, 2m, 4.0e7m))], ["EXC-1"], 5m, 2), verify: verifyFill ? "tech02" : null)
            .Sampled("04-28 14:40", SampleMatrix.FinalProduct, 1m, "C-06")
            .Do("04-28 14:45", "tech01", new LabelsReconciled(12, 10, 2, 0), verify: "tech02")
            .Do("04-28 14:50", "tech01", new UnitsInspected([.. containers.Select(c => new InspectedUnit(c, UnitResult.Pass, []))]), verify: "tech02");
        if (verifyFill) s.Do("04-28 15:00", "tech01", new ReviewSubmitted([]), verify: "tech02");
        return s;
    }

    /// <summary>V-8: every fast result approved by 21:00, the slow ones under way.</summary>
    public static Story AdscTested(decimal cd45 = 1.4m, bool clonogenic = true, decimal viability = 88.5m, decimal endotoxin = 0.08m)
    {
        var s = AdscSubmitted(clonogenic).Sampled("04-28 15:10", SampleMatrix.Plate, null, "C-11");
        foreach (var c in new[] { "C-06", "C-11" }) s.Started("04-28 15:20", c, incubates: true);
        foreach (var c in new[] { "C-05", "C-07", "ADSC-01", "ADSC-03", "ADSC-04", "ADSC-05", "ADSC-06", "ADSC-08", "ADSC-09", "ADSC-14" }) s.Started("04-28 15:20", c);
        return s.Do("04-28 15:30", "qc01", new QcResultRecorded("R-C-04", "T-C-04", ResultKind.Interim, [Word(Qualitative.Negative)], true, null))
            .Approved("04-28 15:45", "C-04")
            .Tested("04-28 17:00", "ADSC-04", Number(98.1m, "CD73"), Number(99.0m, "CD90"), Number(91.4m, "CD105"))
            .Tested("04-28 17:00", "ADSC-05", Number(0.3m, "CD31"), Number(0.1m, "CD235a"), Number(cd45, "CD45", "%"))
            .Tested("04-28 17:00", "ADSC-06", Number(0.8m, "CD34"), Number(1.5m, "HLA-DR"))
            .Tested("04-28 20:30", "C-07", Word(Qualitative.NotDetected, lod: 10m))
            .Tested("04-28 20:30", "ADSC-01", Number(viability, unit: "%"))
            .Tested("04-28 20:30", "ADSC-03", Number(2.0e7m, unit: "/mL"))
            .Tested("04-28 20:30", "ADSC-14", Number(endotoxin, unit: "EU/mL"))
            .Tested("04-28 20:30", "C-05", Word(Qualitative.Negative))
            .Tested("04-28 21:00", "ADSC-09", Number(640m, unit: "pg/1e6 cells/24 h"));
    }

    /// <summary>V-8 reviewed and with the physician informed: CONDITIONAL at 22:00.</summary>
    public static Story AdscReady(decimal cd45 = 1.4m, bool clonogenic = true) => AdscTested(cd45, clonogenic).Reviewed("04-28 21:30").Informed("04-28 21:40");

    /// <summary>7.1 up to 10:50 on 03-19: submitted, all fast results approved.</summary>
    public static Story CeaSubmitted(decimal feeder3t3 = 0.4m, int sheets = 4)
    {
        var s = With(new Story("CEA"), "PT-0001", "1984-06-02", "DN-0001", "03-19 06:40", "03-19 10:10", bovine: true);
        var trays = Ids(sheets + 1, "TR");
        s.Do("03-01 09:00", "tech01", new BatchRegistered("CEA-26-0001", "CEA", "CEA", 1, "main", true, "PT-0001", "DN-0001", sheets, OrderUnit.sheet,
                s.Time("03-19 20:00"), IntendedUse.Marketed, Storage.Fresh, true, Route: Route.Topical, TbsaPct: 45m))
            .Do("03-01 09:30", "tech01", new ConsentRecorded("CONS-1", s.Time("02-27 09:00"), ["Marketed"]))
            .Do("03-01 10:00", "qa01", new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt))
            .Do("03-02 09:40", "tech01", new TissueReceived(TissueKind.Skin, "A999926000001", "00", "8", 24m, TissueUnit.cm2, s.Time("03-01 14:10"),
                s.Time("03-02 09:40"), 5.1m, 5.1m, true, ["PT-0001", "1984-06-02"], 2), verify: "tech02")
            .Do("03-02 09:50", "tech01", new TissueAccepted())
            .Do("03-02 10:00", "tech01", new FeederPlated("FDR-1", ["V-01"], 25000m, FeederArrest.Gamma, 60m, s.Time("03-01 10:00")))
            .Do("03-02 11:00", "tech01", new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "COL-1", 60m, 37m, 3.6e7m, 88m));
        s.Do("03-02 13:00", "tech01", new VesselsSeeded(SeedingPurpose.Culture, CellLine.Keratinocyte, [Source<IsolationPerformed>(s)], Vessels(1, "V", "T175", 175m), 3.5e6m, 20000m, 0, "MED-1", 43.75m))
            .Do("03-08 10:00", "tech01", new PassagePerformed(CellLine.Keratinocyte, ["V-01"], "TRY-1", 15m, 1.4e7m, 93.5m), verify: "tech02");
        s.Do("03-08 13:00", "tech01", new VesselsSeeded(SeedingPurpose.Sheet, CellLine.Keratinocyte, [Source<PassagePerformed>(s)], Vessels(sheets + 1, "TR", "tray", 100m), 1.5e6m * (sheets + 1), 15000m, 1, "MED-1", 25m * (sheets + 1)))
            .Sampled("03-16 10:00", SampleMatrix.CellsAndSupernatant, 20m, "C-04").Started("03-16 12:00", "C-04", incubates: true)
            .Sampled("03-18 09:00", SampleMatrix.CellsAndSupernatant, 10m, "C-07").Started("03-18 09:30", "C-07").Tested("03-18 16:30", "C-07", Word(Qualitative.NotDetected, lod: 10m))
            .Sampled("03-19 06:55", SampleMatrix.Image, null, "CEA-02")
            .Do("03-19 07:00", "tech01", new SheetDetached([.. Enumerable.Range(1, sheets).Select(i => new DetachedSheet($"CEA-26-0001-{i:00}", trays[i - 1], 100m, 58m, 0, 0m))],
                2.4m, 45m, trays[^1], null, null), verify: "tech02")
            .Sampled("03-19 07:10", SampleMatrix.Cells, 2m, "CEA-03", "CEA-04", "CEA-05", "CEA-06", "CEA-07", "CEA-08");
        foreach (var c in new[] { "CEA-02", "CEA-03", "CEA-04", "CEA-05", "CEA-06", "CEA-07", "CEA-08" }) s.Started("03-19 07:20", c);
        var units = Ids(sheets, "CEA-26-0001");
        s.Do("03-19 07:40", "tech01", new SheetMounted(units, SheetBacking.PetrolatumGauze, true, true))
            .Do("03-19 08:30", "tech01", new CellCounted("S-QC", trays[^1], CellLine.Keratinocyte, "Dye exclusion", 2m, [new(62, 10), new(58, 10), new(61, 9), new(59, 10)], 1.2e6m, 86m, 20m), verify: "tech02")
            .Sampled("03-19 08:30", SampleMatrix.Cells, 1m, "CEA-09").Sampled("03-19 09:00", SampleMatrix.FinalProduct, 2m, "C-05", "CEA-16")
            .Started("03-19 09:10", "C-05").Started("03-19 09:10", "CEA-16")
            .Do("03-19 09:30", "tech01", new LabelsPrinted(units, 1, ["FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "STERILITY TEST PENDING",
                "Prepared on murine 3T3 feeder cells", "CEA-26-0001", "PT-0001 1984-06-02", "DIN A999926000001", "15-25 °C"], false))
            .Tested("03-19 09:40", "CEA-02", Number(100m, "confluence", "%"), Number(0m, "hole", "mm")).Tested("03-19 09:40", "CEA-03", Number(3m, "min"), Number(4m, "max"))
            .Tested("03-19 09:40", "CEA-04", Number(86m)).Tested("03-19 09:40", "CEA-05", Number(2.4e5m, unit: "/cm²")).Tested("03-19 09:40", "CEA-06", Number(97.2m))
            .Tested("03-19 09:40", "CEA-07", Number(feeder3t3)).Tested("03-19 09:40", "CEA-08", Number(1.1m))
            .Do("03-19 10:00", "tech01", new FillPerformed([.. units.Select(u => new FilledContainer(u, 40m, AreaCm2: 58m))], ["EXC-1"], 20m, 2), verify: "tech02")
            .Sampled("03-19 10:00", SampleMatrix.FinalProduct, 30m, "C-06").Tested("03-19 10:04", "C-05", Word(Qualitative.Negative))
            .Do("03-19 10:05", "tech01", new LabelsReconciled(sheets, sheets, 0, 0), verify: "tech02")
            .Do("03-19 10:08", "tech01", new UnitsInspected([.. units.Select(c => new InspectedUnit(c, UnitResult.Pass, []))]), verify: "tech02")
            .Sampled("03-19 10:10", SampleMatrix.Plate, null, "C-11").Tested("03-19 10:20", "CEA-16", Number(0.05m, unit: "EU/mL"))
            .Do("03-19 10:30", "qc01", new QcResultRecorded("R-C-04", "T-C-04", ResultKind.Interim, [Word(Qualitative.Negative)], true, null)).Approved("03-19 10:40", "C-04");
        return s.Do("03-19 10:50", "tech01", new ReviewSubmitted([]), verify: "tech02");
    }

    /// <summary>7.1 at 11:16: reviewed, physician informed.</summary>
    public static Story CeaReady(decimal feeder3t3 = 0.4m) => CeaSubmitted(feeder3t3).Reviewed("03-19 11:00").Informed("03-19 11:15");

    /// <summary>7.1 shipped and under test after the conditional release of 11:30.</summary>
    public static Story CeaConditional() => CeaReady().Signed("03-19 11:30", DispositionKind.Conditional)
        .Started("03-19 12:00", "C-06", incubates: true).Started("03-19 12:00", "CEA-09", incubates: true).Started("03-19 12:00", "C-11", incubates: true);
}
