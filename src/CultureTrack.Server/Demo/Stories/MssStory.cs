using CultureTrack.Domain.Batches;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>A sheet of stromal cells on a scaffold.</summary>
/// <param name="SourceBatchId">Batch whose frozen cells it is made of; its patient is the patient of the sheet.</param>
/// <param name="FirstVial">Number of the first of three vials that are thawed.</param>
/// <param name="ReviewWaits">QA has not looked at the record yet.</param>
internal sealed record MssOrder(
    string BatchId, string PatientRef, string SecondIdentifier, DateTimeOffset TissueAt, string IncubatorId, int Shelf, string SourceBatchId, int FirstVial, bool ReviewWaits = false)
    : BatchOrder(BatchId, PatientRef, SecondIdentifier, TissueAt, IncubatorId, Shelf);

/// <summary>Vials of a patient's own frozen cells: thawed, grown for four days, seeded on fibrin, five days to a sheet.</summary>
internal sealed class MssStory(DemoLab lab, StoryLine time, MssOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double AllocationToFillHours = 2 + GrowHours + 2 + SheetHours;
    private const double GrowHours = 96, SheetHours = 120;
    private const decimal StackMl = 795, SheetCm2 = 50, QcCm2 = 20, PerCm2 = 200_000;
    private const int SheetCount = 4, VialCount = 3;
    private const string Spindle = "Spindle-shaped";
    private readonly MssOrder _order = order;

    private DateTimeOffset Thaw => Order.TissueAt.AddHours(1);
    private DateTimeOffset Seeding => Order.TissueAt.AddHours(2);
    private DateTimeOffset Scaffold => Seeding.AddHours(GrowHours + 2);
    private DateTimeOffset Fill => Order.TissueAt.AddHours(AllocationToFillHours);
    private IReadOnlyList<string> Stacks => Named("S", 1);
    private IReadOnlyList<string> Sheets => Named("SH", SheetCount);
    private string QcSheet => $"{Order.Mark}-SHQC";
    private IReadOnlyList<string> All => [.. Sheets, QcSheet];
    private IReadOnlyList<string> Vials => [.. Enumerable.Range(_order.FirstVial, VialCount).Select(i => $"{_order.SourceBatchId}-B{i:00}")];

    public async Task Run()
    {
        await Begin();
        await TakeVials();
        await Grow();
        await GrowSheets();
        await Pack();
        await Test();
        if (_order.ReviewWaits) await At(Fill.AddDays(365));
        await ReleaseConditionally(Fill.AddMinutes(400));
        await Deliver(Fill.AddHours(9), Sheets, 3.4m, 6.1m);
        await Conclude(Fill.AddHours(75), [Plates]);
        await At(Fill.AddDays(9));
        await Tech(new GraftTakeRecorded(Sheets, Lab.Now, 94, TakeMethod.Visual, false, []));
        await Conclude(Fill.AddHours(334), [new("KARYO", "QC", "MSS-09", Found(Qualitative.Pass))]);
        await ReleaseFinally(Fill.AddHours(338));
    }

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.2));
        await Tech(new BatchRegistered(Order.BatchId, "MSS", "MSS", 1, DemoRegisters.Site, true, Order.PatientRef, Order.DonorRef, SheetCount * SheetCm2, OrderUnit.cm2, Fill.AddHours(10),
            IntendedUse.Trial, Storage.Fresh, true, Route: Domain.Batches.Route.Topical));
        await At(Order.TissueAt.AddDays(-1.1));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
    }

    /// <summary>Out of the freezer of the source, and into this record with the lineage that the source knows.</summary>
    private async Task TakeVials()
    {
        await At(Order.TissueAt);
        var source = (await Lab.Batch(_order.SourceBatchId).AsSource())!;
        var cells = source.Cells[Vials[0]];
        await Lab.Append(Order.BatchId, [new SourceCellsAllocated(_order.SourceBatchId, Vials, VialCount * 5_000_000, cells.Passage!.Value, (decimal)cells.Cpdl!.Value, 2, ContainerIds: Vials)],
            DemoPeople.Floor, comment: "Intermediate of the same patient; mycoplasma and donor tests have passed.");
        await At(Thaw.AddMinutes(-3));
        await Lab.Append(_order.SourceBatchId, [new RemovedFromStorage(Vials, RemovalPurpose.Thaw)], DemoPeople.Tech1);
        await At(Thaw);
        await Tech(new CellsThawed(Vials, 3, 88, 86));
    }

    private async Task Grow()
    {
        await At(Seeding);
        var state = (await Lab.Batch(Order.BatchId).State())!;
        var thawed = state.Last<CellsThawed>()!;
        var passage = state.Culture.Sources[thawed.EventId.ToString()].NextPassage!.Value;
        await Tech(new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [thawed.EventId.ToString()], [.. Stacks.Select(s => new SeededVessel(s, "5-layer stack", 3180))],
            12_720_000, 4000, passage, Lots.StromalMedium, StackMl));
        await At(Seeding.AddMinutes(15));
        await MoveIn(Stacks);
        await Feed(Seeding.AddHours(46), Stacks, Lots.StromalMedium, StackMl, 50, Spindle);
        await At(Seeding.AddHours(GrowHours).AddMinutes(-10));
        await MoveOut(Stacks, "Passage");
        await Look(Stacks[0], 80, Spindle);
        await At(Seeding.AddHours(GrowHours));
        await Tech(new PassagePerformed(CellLine.Msc, Stacks, Lots.Trypsin, 6, 49_000_000, 95.3m), verified: true);
    }

    private async Task GrowSheets()
    {
        await At(Scaffold);
        await Tech(new ScaffoldSeeded(Lots.Fibrin, ScaffoldKind.Fibrin, SheetCount * SheetCm2 + QcCm2, PerCm2, 20, 50, 30,
            Constructs: [.. Sheets.Select(s => new SeededVessel(s, "sheet", SheetCm2)), new(QcSheet, "sheet", QcCm2)]));
        await At(Scaffold.AddMinutes(25));
        await MoveIn(All);
        await Handle(Scaffold.AddHours(24), All, "Attachment", async () => await Tech(new AttachmentAssessed(All, 24, 93)));
        await FeedSheets(Scaffold.AddHours(49), 0, () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 5, [QcSheet], "C-04"));
        await At(Scaffold.AddHours(50));
        await Analyst(Start("STER-IP", "STER-IP", "C-04", incubates: true));
        await FeedSheets(Scaffold.AddHours(96), 66, () => Sample("MYC", SampleMatrix.CellsAndSupernatant, 5, [QcSheet], "C-07"));
        await At(Scaffold.AddHours(97));
        await Analyst(Start("MYC", "MYC", "C-07"));
        await Conclude(Scaffold.AddHours(104), [new("MYC", "MYC", "C-07", NoMycoplasma)]);
    }

    private Task FeedSheets(DateTimeOffset moment, decimal removed, Func<Task> also) => Handle(moment, All, "Medium change", async () =>
    {
        await Tech(new MediumChanged(All, Lots.StromalMedium, removed, 66, FeedKind.Full));
        await also();
    });

    private async Task Pack()
    {
        await At(Fill.AddMinutes(-30));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Fill.AddMinutes(-15));
        await MoveOut(All, "Packing");
        await PrintLabels(Sheets, "Stromal cells on fibrin, 1 sheet", "2-8 °C", "STERILITY TEST PENDING");
        await At(Fill);
        await Tech(new FillPerformed([.. Sheets.Select(s => new FilledContainer(s, 40, AreaCm2: SheetCm2))], [], 5, 2), verified: true);
        await Sample("STER", SampleMatrix.FinalProduct, 2, [Sheets[0]], "C-06");
        await Sample("QC", SampleMatrix.Cells, 3, [QcSheet], "MSS-02", "MSS-03", "MSS-04", "MSS-05", "MSS-09");
        await Sample("VEGF", SampleMatrix.Supernatant, 5, [QcSheet], "MSS-08");
        await Sample("FLU", SampleMatrix.FinalProduct, 2, [Sheets[0]], "MSS-10", "C-05");
        await CloseFill(Fill, Sheets, 530, 49.5m, 0);
    }

    private static IReadOnlyList<Assay> Assays =>
    [
        new("COVER", "QC", "MSS-02", Value(96, "%")), new("DENS", "QC", "MSS-03", Value(310_000, "1/cm2")), new("VIAB", "QC", "MSS-04", Value(90.4m, "%")), new("FLOW", "QC", "MSS-05", Found(Qualitative.Pass)),
        new("VEGF", "VEGF", "MSS-08", Value(430, "pg/1e6 cells/24 h")), new("LAL", "FLU", "MSS-10", Value(0.05m, "EU/mL")), new("GRAM", "FLU", "C-05", Found(Qualitative.Negative)),
    ];

    private async Task Test()
    {
        await At(Fill.AddMinutes(40));
        await StartAll([.. Assays, new("KARYO", "QC", "MSS-09"), Plates, Sterility]);
        await ReadInProcessSterility(70);
        await At(Fill.AddMinutes(300));
        await ReportAll(Assays);
        await At(Fill.AddMinutes(360));
        await ApproveAll(Assays);
        await Approve("STER-IP");
        if (!_order.ReviewWaits) return;
        await At(Fill.AddMinutes(370));
        await Tech(new ReviewSubmitted([]), verified: true);
    }
}
