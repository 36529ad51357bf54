using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Conditioned medium, a scaffold sheet and bilayered skin by their steps, for tests to stop at any and try the next entry.</summary>
internal static class Allocated
{
    public static SourceFact Source { get; } = new(
        "ADSC-26-0005", "ADSC", "DN-5", null, LifeState.Released, new(3, 11.2), new Dictionary<string, SourceLineage> { ["S-31"] = new(3, 11.2) },
        new[] { "C-02", "C-06", "C-07", "E-01" }.ToDictionary(id => id, _ => Domain.Release.Outcome.Pass), [], [], false, false, []);

    public static SourceCellsAllocated Cells { get; } = new("ADSC-26-0005", ["S-31"], 1.2e8m, 3, 11.2m, 2, [new("K-1", "10-layer stack", 6360, 85)]);

    public static BatchRegistered Order(string product, Storage storage, OrderUnit unit) => new(
        $"{product}-26-0003", product, product, 1, "main", false, null, "DN-5", 10, unit, Scenario.At("2026-06-01T08:00Z"), IntendedUse.Trial, storage, true);

    public static Scenario Planned(string product, Storage storage = Storage.Fresh, OrderUnit unit = OrderUnit.cm2)
    {
        var s = new Scenario();
        s.Lab.Donors["DN-5"] = new("DN-5", null);
        s.Lab.EmSessions["EM-1"] = new("EM-1", Scenario.At("2026-05-01T00:00Z"), null, null, null, null);
        s.Lab.Source = Source;
        return s.On("2026-05-01T09:00Z").Given(Order(product, storage, unit), new ConsentRecorded("CONS-5", Scenario.At("2026-03-31T09:00Z"), ["Trial"])).On("2026-05-04T08:00Z");
    }
}

internal static class Cm
{
    public static readonly string[] Vials = Adsc.Ids("CM-26-0003-", 1, 4);
    public static SerumFreeWashDone Wash { get; } = new("MED-26-01", 3, true);
    public static ConditioningStarted Start { get; } = new("MED-26-01", true, 1000, 6360, 85);
    public static ConditionedMediumCollected Collected { get; } = new(48, 970, 93, 1.4e8m);
    public static Clarified Clarified { get; } = new(970, 960, "FIL-26-01");
    public static Concentrated Concentrated { get; } = new(960, 96, 10, 10, "FIL-26-01");
    public static SterileFiltered Filtered { get; } = new(96, 95, "FIL-26-01", 0.22m, true, true);
    public static FillPerformed Fill { get; } = new([.. Vials.Select(v => new FilledContainer(v, 5))], [], -80, 2);
    public static Lyophilised Dried { get; } = new(Vials, "CY-1", 1.2m, Scenario.At("2026-05-06T19:00Z"), Scenario.At("2026-05-08T19:00Z"));

    public static Scenario Planned() => Allocated.Planned("CM", Storage.Cryo, OrderUnit.vial);
    public static Scenario HasCells() => Planned().Given(Allocated.Cells).On("2026-05-04T10:00Z");
    public static Scenario Washed() => HasCells().Given(Wash);
    public static Scenario Conditioning() => Washed().Given(Start).On("2026-05-06T10:00Z");
    public static Scenario Harvested() => Conditioning().Given(Collected).On("2026-05-06T14:00Z");
    public static Scenario Clear() => Harvested().Given(Clarified);
    public static Scenario Thick() => Clear().Given(Concentrated);
    public static Scenario Sterile() => Thick().Given(Filtered).On("2026-05-06T17:30Z");
    public static Scenario Filled() => Sterile().Given(Fill).On("2026-05-08T20:00Z");
}

internal static class Mss
{
    public static ScaffoldSeeded Seeded { get; } = new("SCF-26-01", ScaffoldKind.Fibrin, 100, 2.0e5m, 20, 50, 30, Constructs: [new("SH-1", "sheet", 100)]);
    public static AttachmentAssessed Attached { get; } = new(["SH-1"], 24, 91);

    public static Scenario HasCells() => Allocated.Planned("MSS").Given(Allocated.Cells).On("2026-05-05T08:00Z").Given(new PassagePerformed(CellLine.Msc, ["K-1"], "TRY-26-01", 8, 2.4e8m, 94));
    public static Scenario OnScaffold() => HasCells().Given(Seeded).On("2026-05-06T08:00Z");
}

internal static class Bls
{
    public static readonly string[] Trays = ["BT-1", "BT-2"];
    public static readonly SeededVessel[] Constructs = [.. Trays.Select(t => new SeededVessel(t, "8×12.5 cm tray", 100))];
    public static DermalEquivalentCast Cast { get; } = new("MTX-26-01", 100, 200, 8.0e4m, 7.3m, Constructs: Constructs);
    public static AirLiftStarted Lift { get; } = new(Trays, "P37-5-ALI", 97);

    public static Scenario Cultured()
    {
        var s = new Scenario();
        s.Lab.Patients["PT-1"] = new("PT-1", "1975-05-05");
        s.Lab.Donors["DN-1"] = new("DN-1", "PT-1");
        s.Lab.EmSessions["EM-1"] = new("EM-1", Scenario.At("2026-05-01T00:00Z"), null, null, null, null);
        s.On("2026-03-01T09:00Z").Given(
            new BatchRegistered("BLS-26-0001", "BLS", "BLS", 1, "main", true, "PT-1", "DN-1", 2, OrderUnit.sheet, Scenario.At("2026-04-10T08:00Z"), IntendedUse.Trial, Storage.Fresh, true),
            new ConsentRecorded("CONS-1", Scenario.At("2026-02-27T09:00Z"), ["Trial"]), new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt));
        s.On("2026-03-02T09:40Z").Given(Cea.Received, new TissueAccepted(), new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "DSP-26-01", 60, 37, 2.4e7m, 90));
        var epidermis = s.Last<IsolationPerformed>();
        s.Given(new IsolationPerformed(CellLine.Fibroblast, IsolationMethod.Collagenase, "COL-26-01", 60, 37, 1.0e7m, 90));
        var dermis = s.Last<IsolationPerformed>();
        s.Given(Cea.Seeded(SeedingPurpose.Culture, epidermis, ["V-1", "V-2"], 175, 15000, 0), Cea.Seeded(SeedingPurpose.Culture, dermis, ["F-1"], 175, 10000, 0) with { CellLine = CellLine.Fibroblast });
        s.On("2026-03-09T10:00Z").Given(new PassagePerformed(CellLine.Keratinocyte, ["V-1", "V-2"], "TRY-26-01", 15, 3.0e7m, 94));
        var more = s.Last<PassagePerformed>();
        return s.Given(Cea.Seeded(SeedingPurpose.Expansion, more, ["W-1", "W-2"], 636, 10000, 1), new PassagePerformed(CellLine.Fibroblast, ["F-1"], "TRY-26-01", 10, 1.4e7m, 94));
    }

    public static Scenario IsCast() => Cultured().Given(Cast).On("2026-03-15T10:00Z").Given(new PassagePerformed(CellLine.Keratinocyte, ["W-1", "W-2"], "TRY-26-01", 15, 1.0e8m, 94));

    public static VesselsSeeded Epidermis(Scenario s) => Cea.Seeded(SeedingPurpose.EpidermalSeeding, s.Last<PassagePerformed>(), Trays, 100, 1.5e5m, 2);

    public static Scenario Covered()
    {
        var s = IsCast();
        return s.Given(Epidermis(s)).On("2026-03-19T10:00Z");
    }

    public static Scenario Lifted() => Covered().Given(Lift).On("2026-03-27T10:00Z");
}
