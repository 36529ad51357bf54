using CultureTrack.Domain.Batches;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>Marrow stromal cells.</summary>
/// <param name="Frozen">Frozen after the fill and kept in nitrogen vapour: nothing is released before every test is in.</param>
/// <param name="ApprovalsWait">Results are recorded, the second analyst has not looked at them yet.</param>
internal sealed record BmmscOrder(
    string BatchId, string PatientRef, string SecondIdentifier, DateTimeOffset TissueAt, string IncubatorId, int Shelf, bool Frozen = false, bool ApprovalsWait = false)
    : BatchOrder(BatchId, PatientRef, SecondIdentifier, TissueAt, IncubatorId, Shelf);

/// <summary>Mononuclear cells of a marrow aspirate: ten days as a primary culture, one passage of five, filled fresh or frozen.</summary>
internal sealed class BmmscStory(DemoLab lab, StoryLine time, BmmscOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double TissueToFillHours = SeedHours + P0Hours + 1 + P1Hours + 40 / 60.0;
    private const double SeedHours = 3.5, P0Hours = 240, P1Hours = 120;
    private const decimal P0Ml = 318, P1Ml = 954, BagMl = 2, BagCells = 4_200_000;
    private const int BagCount = 10;
    private const string Spindle = "Spindle-shaped";
    private readonly BmmscOrder _order = order;

    private DateTimeOffset Seeding => Order.TissueAt.AddHours(SeedHours);
    private DateTimeOffset P1Seeding => Seeding.AddHours(P0Hours + 1);
    private DateTimeOffset Harvest => P1Seeding.AddHours(P1Hours);
    private DateTimeOffset Fill => Order.TissueAt.AddHours(TissueToFillHours);
    private IReadOnlyList<string> P0 => Named("P", 2);
    private IReadOnlyList<string> P1 => Named("S", 6);
    private IReadOnlyList<string> Bags => Units(BagCount);
    private string Dish => $"{Order.Mark}-CFU";

    public async Task Run()
    {
        await Begin();
        await At(Order.TissueAt);
        await Receive(TissueKind.Marrow, 60, TissueUnit.mL, 17, 19, 4);
        await GrowPrimary();
        await GrowPassage();
        await HarvestAndFill();
        if (_order.Frozen) await Store();
        await Test();
        if (_order.Frozen) return;
        await ReleaseConditionally(Fill.AddMinutes(420));
        await Deliver(Fill.AddHours(9), Bags, 3.1m, 6.4m);
        await Conclude(Fill.AddHours(75), [Plates]);
        await Conclude(Fill.AddHours(330), [new("KARYO", "CELL", "BMM-08", Found(Qualitative.Pass))]);
        await ReleaseFinally(Fill.AddHours(338));
    }

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.4));
        await Tech(new BatchRegistered(Order.BatchId, "BMMSC", "BMMSC", 1, DemoRegisters.Site, true, Order.PatientRef, Order.DonorRef, 4.0e7m, OrderUnit.cell, Fill.AddHours(16),
            IntendedUse.Trial, _order.Frozen ? Storage.Cryo : Storage.Fresh, true, 40, 20, 1, Domain.Batches.Route.Intravenous));
        await At(Order.TissueAt.AddDays(-1.3));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
        await At(Order.TissueAt.AddHours(-20));
        await TestDonor("HTLV-I/II", "CMV");
    }

    private async Task GrowPrimary()
    {
        await At(Order.TissueAt.AddMinutes(20));
        await Tech(new TissueAccepted());
        await At(Order.TissueAt.AddHours(2));
        var cells = (await Tech(new IsolationPerformed(CellLine.Msc, IsolationMethod.DensityGradient, Lots.Gradient, 40, 20, 120_000_000, 92))).EventId.ToString();
        await At(Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Culture, CellLine.Msc, [cells], [.. P0.Select(v => new SeededVessel(v, "1-layer stack", 636))], 101_760_000, 80_000, 0, Lots.StromalMedium, P0Ml));
        await Tech(new VesselsSeeded(SeedingPurpose.CfuF, CellLine.Msc, [cells], [new(Dish, "150 mm dish", 152)], 100_000, 657.9m, 0, Lots.StromalMedium, 30));
        await At(Seeding.AddMinutes(15));
        await MoveIn([.. P0, Dish]);
        await Feed(Seeding.AddHours(94), P0, Lots.StromalMedium, P0Ml, 15, "Colonies, spindle-shaped");
        await Feed(Seeding.AddHours(166), P0, Lots.StromalMedium, P0Ml, 50, Spindle);
        await At(Seeding.AddHours(P0Hours).AddMinutes(-10));
        await MoveOut(P0, "Passage");
        await Look(P0[0], 80, Spindle);
        await At(Seeding.AddHours(P0Hours));
        var detached = await Tech(new PassagePerformed(CellLine.Msc, P0, Lots.Trypsin, 7, 12_000_000, 94.1m), verified: true);
        await At(P1Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [detached.EventId.ToString()], [.. P1.Select(v => new SeededVessel(v, "1-layer stack", 636))],
            11_448_000, 3000, 1, Lots.StromalMedium, P1Ml));
        await At(P1Seeding.AddMinutes(15));
        await MoveIn(P1);
    }

    private async Task GrowPassage()
    {
        await Handle(P1Seeding.AddHours(24), P1, "Confluence", () => Look(P1[0], 25, Spindle));
        await Feed(P1Seeding.AddHours(48), P1, Lots.StromalMedium, P1Ml, 45, Spindle, () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 30, [P1[0]], "C-04"));
        await At(P1Seeding.AddHours(49));
        await Analyst(Start("STER-IP", "STER-IP", "C-04", incubates: true));
        // The dish of the primary culture: only then its doublings are known.
        await At(Seeding.AddDays(14).AddHours(1));
        await Sample("CFU-P0", SampleMatrix.Plate, null, [Dish], "BMM-10");
        var clonogenic = new Assay("CFU-P0", "CFU-P0", "BMM-10", Value(0.05m, "%", "P0"));
        await StartAll([clonogenic]);
        await ReportAll([clonogenic]);
        await At(Seeding.AddDays(14).AddHours(2));
        await ApproveAll([clonogenic]);
        await MoveOut([Dish], "Counted");
        await Tech(new VesselDiscarded([Dish], 1, "Incineration", DiscardReason.Surplus), verified: true);
    }

    private async Task HarvestAndFill()
    {
        await At(Harvest.AddMinutes(-30));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Harvest.AddMinutes(-10));
        await MoveOut(P1, "Harvest");
        await Look(P1[0], 85, Spindle);
        await At(Harvest);
        await Tech(new HarvestPerformed(CellLine.Msc, P1, 46_000_000, 93, 30), verified: true);
        await Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, P1, "C-07");
        await Sample("CELL", SampleMatrix.Cells, 2, P1, "BMM-04", "BMM-05", "BMM-06", "BMM-08", "BMM-10");
        await Sample("VEGF", SampleMatrix.Supernatant, 5, P1, "BMM-09");
        await At(Fill.AddMinutes(-10));
        await PrintLabels(Bags, "Marrow stromal cells, 2 mL", _order.Frozen ? "≤ -150 °C" : "2-8 °C", [$"DIN {Order.Din}", .. _order.Frozen ? Array.Empty<string>() : ["STERILITY TEST PENDING"]]);
        await At(Fill);
        await Tech(new FillPerformed([.. Bags.Select(b => new FilledContainer(b, BagMl, BagCells))], [Lots.Excipient], 5, 2), verified: true);
        await Sample("STER", SampleMatrix.FinalProduct, 1, [Bags[0]], "C-06");
        await Sample("FIN", SampleMatrix.FinalProduct, 1.5m, [], ["BMM-01", "BMM-03", "BMM-14", _order.Frozen ? "BMM-12" : "C-05"]);
        await CloseFill(Fill, Bags, 880);
    }

    private async Task Store()
    {
        await At(Fill.AddMinutes(70));
        await Tech(new CellsFrozen([.. Bags.Select(b => new FrozenContainer(b, BagCells, BagMl))], 10, 15, -1, -180));
        await At(Fill.AddMinutes(73));
        await Tech(new StoredAt(Bags, DemoEquipment.NitrogenVessel, [.. Bags.Select((_, i) => $"{DemoEquipment.NitrogenVessel}/R{Order.Shelf + 1}/B01/A{i + 1:00}")]));
        Lab.Telemetry.Open(DemoEquipment.NitrogenVessel, Lab.Now);
    }

    private IReadOnlyList<Assay> Fast =>
    [
        new("VIAB", "FIN", "BMM-01", Value(91.2m, "%")), new("CONC", "FIN", "BMM-03", Value(2.1e6m, "/mL")), new("LAL", "FIN", "BMM-14", Value(0.06m, "EU/mL")),
        new("FLOW-4", "CELL", "BMM-04", Value(97.1m, "%", "CD73"), Value(98.2m, "%", "CD90"), Value(96.4m, "%", "CD105")),
        new("FLOW-5", "CELL", "BMM-05", Value(0.6m, "%", "CD45"), Value(0.2m, "%", "CD34"), Value(0.4m, "%", "CD14"), Value(0.1m, "%", "CD19")),
        new("FLOW-6", "CELL", "BMM-06", Value(2.3m, "%", "HLA-DR")),
        .. _order.Frozen ? new Assay[] { new("DMSO", "FIN", "BMM-12", Value(8.9m, "%", "dmso")) } : [new("GRAM", "FIN", "C-05", Found(Qualitative.Negative))],
    ];

    private static IReadOnlyList<Assay> SameDay => [new("VEGF", "VEGF", "BMM-09", Value(510, "pg/1e6 cells/24 h")), new("MYC", "MYC", "C-07", NoMycoplasma)];

    private async Task Test()
    {
        await At(Fill.AddMinutes(90));
        await StartAll([.. Fast, .. SameDay, new("KARYO", "CELL", "BMM-08"), Plates, Sterility]);
        if (!_order.Frozen) await ReadInProcessSterility(72);
        await At(Fill.AddMinutes(150));
        await ReportAll(Fast, "CD73 to CD105 pass close to 95 %, as in earlier lots of this method.");
        if (_order.ApprovalsWait) await At(Fill.AddDays(365));
        await At(Fill.AddMinutes(200));
        await ApproveAll(Fast);
        if (!_order.Frozen) await Approve("STER-IP");
        await At(Fill.AddMinutes(340));
        await ReportAll(SameDay);
        await At(Fill.AddMinutes(390));
        await ApproveAll(SameDay);
        if (!_order.Frozen) return;
        await At(Fill.AddMinutes(400));
        await Tech(new ReviewSubmitted([]), verified: true);
        await Conclude(Fill.AddHours(75), [Plates]);
    }
}
