using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>The worked ADSC batch of domain.md 7.2 by its steps, for tests to stop at any and go elsewhere.</summary>
internal static class Adsc
{
    public static readonly string[] P0Vessels = Ids("V-", 1, 10), P1Vessels = Ids("V-", 21, 8), P2Vessels = Ids("V-", 31, 4);
    public static readonly string[] Bags = [.. Enumerable.Range(1, 10).Select(i => $"ADSC-26-0007-{i:00}")];

    public static readonly BatchRegistered Registered = new(
        "ADSC-26-0007", "ADSC", "ADSC", 1, "main", true, "PT-0007", "DN-0007", 4.0e8m, OrderUnit.cell, Scenario.At("2026-04-29T07:00Z"), IntendedUse.Trial,
        Storage.Fresh, true, PatientWeightKg: 68, DoseVolumeMl: 20, AdministrationHours: 1, Route: Route.Subcutaneous);

    public static readonly ConsentRecorded Consent = new("CONS-0007", Scenario.At("2026-04-09T15:00Z"), ["Trial"]);
    public static readonly DonorEligibilityDetermined Exempt = new(EligibilityStatus.AutologousExempt);

    public static readonly TissueReceived Received = new(
        TissueKind.Lipoaspirate, "A999926000002", "00", "6", 120, TissueUnit.mL, Scenario.At("2026-04-13T05:30Z"), Scenario.At("2026-04-13T08:30Z"), 18, 18, true,
        ["PT-0007", "1958-03-14"], 2);

    public static readonly IsolationPerformed Isolated = new(CellLine.Msc, IsolationMethod.Collagenase, "COL-26-01", 45, 37, 2.22e7m, 82.0m);

    public static string[] Ids(string prefix, int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"{prefix}{i:00}")];

    public static VesselsSeeded Seeded(SeedingPurpose purpose, Guid source, string[] ids, decimal areaCm2, decimal perCm2, int passage) => new(
        purpose, CellLine.Msc, [source.ToString()], [.. ids.Select(id => new SeededVessel(id, "flask", areaCm2))], ids.Length * areaCm2 * perCm2, perCm2, passage,
        "MED-26-01", ids.Length * areaCm2 * 0.2m);

    public static VesselsSeeded SeedP0(Guid source) => Seeded(SeedingPurpose.Culture, source, P0Vessels, 175, 1.0e4m, 0);

    public static PassagePerformed Passage(string[] vessels, decimal viable, decimal exposureMin = 6) => new(CellLine.Msc, vessels, "TRY-26-01", exposureMin, viable, 95.2m);

    public static HarvestPerformed Harvest => new(CellLine.Msc, P2Vessels, 5.088e8m, 91.0m, 40);

    public static FillPerformed Fill => new([.. Bags.Select(id => new FilledContainer(id, 2.0m, Viable: 4.0e7m))], ["EXC-26-01"], 5, 2);

    public static LabelsPrinted Labels => new(
        [.. Bags, "ADSC-26-0007-11", "ADSC-26-0007-12"], 1,
        [
            "FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "STERILITY TEST PENDING", "Caution: new drug", "ADSC-26-0007", "PT-0007 1958-03-14",
            "DIN A999926000002", "Adipose stromal cells, 2 mL", "2-8 °C",
        ], false);

    public static UnitsInspected Inspected => new([.. Bags.Select(id => new InspectedUnit(id, UnitResult.Pass, []))]);

    public static Scenario New()
    {
        var s = new Scenario();
        s.Lab.Patients["PT-0007"] = new("PT-0007", "1958-03-14");
        s.Lab.Donors["DN-0007"] = new("DN-0007", "PT-0007");
        s.Lab.EmSessions["EM-1"] = new("EM-1", Scenario.At("2026-04-01T00:00Z"), null, null, null, null);
        return s;
    }

    public static Scenario Planned() => New().On("2026-04-10T09:00Z").Given(Registered, Consent, Exempt);
    public static Scenario Quarantined() => Planned().On("2026-04-13T08:30Z").Given(Received);
    public static Scenario Taken() => Quarantined().On("2026-04-13T08:45Z").Given(new TissueAccepted());
    public static Scenario Processed() => Taken().On("2026-04-13T10:30Z").Given(Isolated);

    public static Scenario AtP0()
    {
        var s = Processed().On("2026-04-13T12:00Z");
        return s.Given(SeedP0(s.Last<IsolationPerformed>()));
    }

    public static Scenario AfterP0() => AtP0().On("2026-04-20T12:00Z").Given(Passage(P0Vessels, 2.10e7m));

    public static Scenario AtP1()
    {
        var s = AfterP0().On("2026-04-20T13:00Z");
        return s.Given(Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), P1Vessels, 636, 4000, 1));
    }

    public static Scenario AfterP1() => AtP1().On("2026-04-24T13:00Z").Given(Passage(P1Vessels, 1.22112e8m));

    public static Scenario AtP2()
    {
        var s = AfterP1().On("2026-04-24T14:00Z");
        return s.Given(Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), P2Vessels, 6360, 4000, 2));
    }

    public static Scenario Harvested() => AtP2().On("2026-04-28T14:00Z").Given(Harvest);
    public static Scenario Filled() => Harvested().On("2026-04-28T14:40Z").Given(Fill);

    /// <summary>Released by the hand of the test: the verdict has tests of its own.</summary>
    public static Scenario Released() => Filled().On("2026-04-28T22:00Z").Force(new DispositionSigned(DispositionKind.Conditional, 0, "CONDITIONAL", [], []), "qa02");
}

/// <summary>The worked CEA batch of domain.md 7.1 by its steps, smaller: 9 flasks, 6 trays.</summary>
internal static class Cea
{
    public static readonly string[] Flasks = Adsc.Ids("V-", 1, 9), Trays = Adsc.Ids("TR-", 1, 6);
    public static readonly string[] Sheets = ["CEA-26-0001-01", "CEA-26-0001-02", "CEA-26-0001-03", "CEA-26-0001-04"];

    public static readonly BatchRegistered Registered = new(
        "CEA-26-0001", "CEA", "CEA", 1, "main", true, "PT-0001", "DN-0001", 60, OrderUnit.sheet, Scenario.At("2026-03-19T20:00Z"), IntendedUse.Marketed, Storage.Fresh,
        true, Route: Route.Topical, TbsaPct: 45);

    public static readonly TissueReceived Received = new(
        TissueKind.Skin, "A999926000001", "00", "8", 24, TissueUnit.cm2, Scenario.At("2026-03-01T14:10Z"), Scenario.At("2026-03-02T09:40Z"), 5.1m, 5.1m, true,
        ["PT-0001", "1984-06-02"], 2);

    public static readonly IsolationPerformed Isolated = new(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "DSP-26-01", 60, 37, 3.6e7m, 88.0m);

    public static FeederPlated Feeder(string[] vessels, string arrestedAt) => new("FDR-26-01", vessels, 2.5e4m, FeederArrest.Gamma, 60, Scenario.At(arrestedAt));

    public static VesselsSeeded Seeded(SeedingPurpose purpose, Guid source, string[] ids, decimal areaCm2, decimal perCm2, int passage) =>
        Adsc.Seeded(purpose, source, ids, areaCm2, perCm2, passage) with { CellLine = CellLine.Keratinocyte, MediumMl = ids.Length * areaCm2 * 0.25m };

    public static SheetDetached Detached => new(
        [.. Sheets.Select((id, i) => new DetachedSheet(id, Trays[i], 100, 58.0m, 0, 0))], 2.4m, 45, Trays[4], null, null);

    public static SheetMounted Mounted => new(Sheets, SheetBacking.PetrolatumGauze, true, true);
    public static FillPerformed Fill => new([.. Sheets.Select(id => new FilledContainer(id, 40, AreaCm2: 58.0m))], ["EXC-26-01"], 20, 2);

    public static CellCounted QcTrayCount => new(
        "S-QC", Trays[4], CellLine.Keratinocyte, "Dye exclusion", 2, [new(62, 10), new(58, 10), new(61, 9), new(59, 10)], 1.2e6m, 86.0m, 20);

    public static Scenario New()
    {
        var s = new Scenario();
        s.Lab.Patients["PT-0001"] = new("PT-0001", "1984-06-02");
        s.Lab.Donors["DN-0001"] = new("DN-0001", "PT-0001");
        s.Lab.EmSessions["EM-1"] = new("EM-1", Scenario.At("2026-03-01T00:00Z"), null, null, null, null);
        return s;
    }

    public static Scenario Taken() => New().On("2026-03-01T09:00Z")
        .Given(Registered, new ConsentRecorded("CONS-0001", Scenario.At("2026-02-27T09:00Z"), ["Marketed"]), new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt))
        .On("2026-03-02T09:40Z").Given(Received, new TissueAccepted());

    public static Scenario Processed() => Taken().On("2026-03-02T10:00Z").Given(Feeder(Flasks, "2026-03-01T10:00Z")).On("2026-03-02T11:00Z").Given(Isolated);

    public static Scenario AtP0()
    {
        var s = Processed().On("2026-03-02T13:00Z");
        return s.Given(Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), Flasks, 175, 2.0e4m, 0));
    }

    public static Scenario AfterP0() => AtP0().On("2026-03-08T10:00Z").Given(new PassagePerformed(CellLine.Keratinocyte, Flasks, "TRY-26-01", 15, 1.26e8m, 93.5m));

    public static Scenario Maturing()
    {
        var s = AfterP0().Given(Feeder(Trays, "2026-03-07T09:00Z")).On("2026-03-08T13:00Z");
        return s.Given(Seeded(SeedingPurpose.Sheet, s.Last<PassagePerformed>(), Trays, 100, 1.5e4m, 1));
    }

    public static Scenario Loose() => Maturing().On("2026-03-19T07:00Z").Given(Detached);
    public static Scenario Packed() => Loose().On("2026-03-19T07:40Z").Given(Mounted).On("2026-03-19T10:00Z").Given(Fill);
    public static Scenario Released() => Packed().On("2026-03-19T11:30Z").Force(new DispositionSigned(DispositionKind.Conditional, 0, "CONDITIONAL", [], []), "qa02");
}
