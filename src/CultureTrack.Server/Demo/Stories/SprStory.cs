using CultureTrack.Domain.Batches;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>A spray suspension of skin cells.</summary>
/// <param name="Cultured">False: filled as it was isolated, used within four hours.</param>
/// <param name="TransitMaxC">Warmest temperature under way, °C; above 8 the receipt is flagged and waits for QA.</param>
/// <param name="SubmissionWaits">The record of the filled product is not submitted yet.</param>
/// <param name="Medium">Lot of its medium.</param>
internal sealed record SprOrder(
    string BatchId, string PatientRef, string SecondIdentifier, DateTimeOffset TissueAt, string IncubatorId, int Shelf, bool Cultured = true, decimal TransitMaxC = 5.2m,
    bool SubmissionWaits = false, string Medium = Lots.KeratinocyteMedium)
    : BatchOrder(BatchId, PatientRef, SecondIdentifier, TissueAt, IncubatorId, Shelf);

/// <summary>Skin cells for spraying: six days on a feeder layer and harvested before they close, or straight from the enzyme into the vial.</summary>
internal sealed class SprStory(DemoLab lab, StoryLine time, SprOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double TissueToFillHours = SeedHours + P0Hours + 0.5, TissueToFillNotCulturedHours = 1.5;
    private const double SeedHours = 3.5, P0Hours = 141;
    private const decimal Ml = 87.5m, OrderedCm2 = 320, OrderedNotCulturedCm2 = 80;
    private const string Cobblestone = "Cobblestone";
    private readonly SprOrder _order = order;

    private DateTimeOffset Seeding => Order.TissueAt.AddHours(SeedHours);
    private DateTimeOffset Harvest => Seeding.AddHours(P0Hours);
    private DateTimeOffset Fill => Order.TissueAt.AddHours(_order.Cultured ? TissueToFillHours : TissueToFillNotCulturedHours);
    private IReadOnlyList<string> Flasks => Named("F", 2);
    private IReadOnlyList<string> Vials => Units(_order.Cultured ? 2 : 1);

    public async Task Run()
    {
        await Begin();
        await At(Order.TissueAt);
        var isWarm = _order.TransitMaxC > 8;
        await Receive(TissueKind.Skin, 6, TissueUnit.cm2, 4.4m, _order.TransitMaxC, 5, isWarm ? "The cooling pack was missing in the box." : null);
        if (isWarm) return;
        await At(Order.TissueAt.AddMinutes(10));
        await Tech(new TissueAccepted());
        if (_order.Cultured) await Grow();
        else await Isolate();
        await FillVials();
        if (_order.SubmissionWaits) return;
        await Test();
        await ReleaseConditionally(Fill.AddMinutes(55));
        await Deliver(Fill.AddMinutes(110), Vials, 4.2m, 6.8m, hoursUnderWay: 0.5);
        await FollowUp();
    }

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.4));
        await Tech(new BatchRegistered(Order.BatchId, "SPR", "SPR", 1, DemoRegisters.Site, true, Order.PatientRef, Order.DonorRef,
            _order.Cultured ? OrderedCm2 : OrderedNotCulturedCm2, OrderUnit.cm2, Fill.AddHours(_order.Cultured ? 4 : 3), IntendedUse.Trial, Storage.Fresh, _order.Cultured, 74, 10, 1,
            Domain.Batches.Route.Topical, TbsaPct: 12));
        await At(Order.TissueAt.AddDays(-1.3));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
        await At(Order.TissueAt.AddHours(-22));
        await TestDonor();
    }

    private async Task Isolate()
    {
        await At(Order.TissueAt.AddMinutes(60));
        await Tech(new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, Lots.Dispase, 45, 37, 4_000_000, 85));
        await At(Fill.AddMinutes(-20));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
    }

    private async Task Grow()
    {
        await At(Order.TissueAt.AddMinutes(30));
        await Tech(new FeederPlated(Lots.Feeder, Flasks, 25_000, FeederArrest.Gamma, 60, Lab.Now.AddDays(-1)));
        await At(Order.TissueAt.AddMinutes(90));
        var cells = await Tech(new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, Lots.Dispase, 60, 37, 9_000_000, 88));
        await At(Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Culture, CellLine.Keratinocyte, [cells.EventId.ToString()], [.. Flasks.Select(f => new SeededVessel(f, "T175", 175))],
            7_000_000, 20_000, 0, _order.Medium, Ml));
        await At(Seeding.AddMinutes(10));
        await MoveIn(Flasks);
        await Handle(Seeding.AddHours(24), Flasks, "Confluence", () => Look(Flasks[0], 20, Cobblestone));
        await Feed(Seeding.AddHours(69), Flasks, _order.Medium, Ml, 45, Cobblestone, () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 10, [Flasks[0]], "C-04"));
        await At(Seeding.AddHours(70));
        await Analyst(Start("STER-IP", "STER-IP", "C-04", incubates: true));
        await Feed(Seeding.AddHours(117), Flasks, _order.Medium, Ml, 65, Cobblestone, () => Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, [Flasks[0]], "C-07"));
        await At(Seeding.AddHours(118));
        await Analyst(Start("MYC", "MYC", "C-07"));
        await Conclude(Seeding.AddHours(126), [new("MYC", "MYC", "C-07", NoMycoplasma)]);
        await HarvestCells();
    }

    private async Task HarvestCells()
    {
        await At(Harvest.AddMinutes(-30));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Harvest.AddMinutes(-10));
        await MoveOut(Flasks, "Harvest");
        foreach (var flask in Flasks) await Look(flask, 80, Cobblestone);
        await At(Harvest);
        await Tech(new HarvestPerformed(CellLine.Keratinocyte, Flasks, 27_000_000, 92, 20), verified: true);
        await Sample("FLOW", SampleMatrix.Cells, 1, Flasks, "SPR-04", "SPR-06");
    }

    private async Task FillVials()
    {
        await At(Fill.AddMinutes(-10));
        await PrintLabels(Vials, "Autologous skin cells for spraying", _order.Cultured ? "2-8 °C" : "2-25 °C",
            ["STERILITY TEST PENDING", $"DIN {Order.Din}", .. Feeder.Where(_ => _order.Cultured)]);
        await At(Fill);
        await Tech(new FillPerformed([.. Vials.Select(v => _order.Cultured ? new FilledContainer(v, 5, 5_000_000) : new FilledContainer(v, 4, 3_200_000))], [Lots.Excipient],
            _order.Cultured ? 5 : 20, 2), verified: true);
        await Sample("STER", SampleMatrix.FinalProduct, 1, [Vials[0]], "C-06");
        await Sample("FIN", SampleMatrix.FinalProduct, 1, [], _order.Cultured ? ["C-05", "SPR-01", "SPR-02", "SPR-05", "SPR-08"] : ["C-05", "SPR-01", "SPR-02", "SPR-04", "SPR-05", "SPR-08"]);
        await CloseFill(Fill, Vials, 640);
    }

    private static readonly string[] Feeder = ["XENOTRANSPLANTATION STATEMENT: prepared on murine 3T3 feeder cells"];

    private IReadOnlyList<Assay> Assays =>
    [
        new("GRAM", "FIN", "C-05", Found(Qualitative.Negative)), new("LAL", "FIN", "SPR-08", Value(0.07m, "EU/mL")), new("AGG", "FIN", "SPR-05", Value(_order.Cultured ? 1.4m : 3.1m, "%")),
        new("CONC", "FIN", "SPR-01", Value(_order.Cultured ? 1_000_000 : 800_000, "1/mL")),
        new("VIAB", "FIN", "SPR-02", Value(_order.Cultured ? 88 : 85, "%", "before"), Value(_order.Cultured ? 81 : 76, "%", "after")),
        new("FLOW-4", _order.Cultured ? "FLOW" : "FIN", "SPR-04", Value(_order.Cultured ? 93.5m : 64.2m, "%")),
        .. _order.Cultured ? new Assay[] { new("FLOW-6", "FLOW", "SPR-06", Value(0.3m, "%")) } : [],
    ];

    private async Task Test()
    {
        await At(Fill.AddMinutes(25));
        await StartAll([.. Assays, Plates, Sterility]);
        if (_order.Cultured) await ReadInProcessSterility(71);
        await At(Fill.AddMinutes(45));
        await ReportAll(Assays);
        await At(Fill.AddMinutes(50));
        await ApproveAll(Assays);
        if (_order.Cultured) await Approve("STER-IP");
    }

    private async Task FollowUp()
    {
        await Conclude(Fill.AddHours(74), [Plates]);
        await At(Fill.AddDays(9));
        await Tech(new GraftTakeRecorded(Vials, Lab.Now, _order.Cultured ? 91 : 78, TakeMethod.Planimetry, false, []));
        await ReleaseFinally(Fill.AddHours(338));
        if (_order.Cultured) return;
        await At(Fill.AddHours(350));
        await Quality(new BatchClosed(true, 0, 0, Lab.Now.AddYears(31)));
    }
}
