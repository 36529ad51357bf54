using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>A keratinocyte sheet batch and what is special about it.</summary>
/// <param name="PlannedOnly">The tissue has not come yet.</param>
/// <param name="TransitMaxC">Warmest temperature under way, °C; above 8 the receipt is flagged and waits for QA.</param>
/// <param name="Contaminated">Cloudy medium in one flask at the first feed: hold.</param>
/// <param name="SkipsFeed">The second feed of the sheets was forgotten so far.</param>
/// <param name="ReviewWaits">QA has not looked at the record yet.</param>
/// <param name="Co2Fails">The CO2 supply of its incubator failed one night, as in the second week of the sheets.</param>
internal sealed record CeaOrder(
    string BatchId, string PatientRef, string SecondIdentifier, DateTimeOffset TissueAt, string IncubatorId, int Shelf, bool PlannedOnly = false,
    decimal TransitMaxC = 5.1m, bool Contaminated = false, bool SkipsFeed = false, bool ReviewWaits = false, bool Co2Fails = false)
    : BatchOrder(BatchId, PatientRef, SecondIdentifier, TissueAt, IncubatorId, Shelf);

/// <summary>
/// A sheet batch from order to graft take: biopsy, a week on feeder cells, nine days as sheets, detachment and packing in one morning, release while
/// slow tests run, final release.
/// </summary>
internal sealed partial class CeaStory(DemoLab lab, StoryLine time, CeaOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double TissueToFillHours = SeedHours + P0Hours + 3 + SheetHours + 3;
    private const double SeedHours = 3 + 20 / 60.0, P0Hours = 117, SheetHours = 210;
    private const int FlaskCount = 2, TrayCount = 8, Product = 6;
    private const string Cobblestone = "Cobblestone";
    private readonly CeaOrder _order = order;

    private DateTimeOffset Seeding => Order.TissueAt.AddHours(SeedHours);
    private DateTimeOffset SheetSeeding => Seeding.AddHours(P0Hours + 3);
    private DateTimeOffset Fill => Order.TissueAt.AddHours(TissueToFillHours);

    private IReadOnlyList<string> Flasks => [.. Enumerable.Range(1, FlaskCount).Select(i => $"{Order.Mark}-F{i}")];
    private IReadOnlyList<string> Trays => [.. Enumerable.Range(1, TrayCount).Select(i => $"{Order.Mark}-TR{i}")];
    private string QcTray => Trays[Product];
    private IReadOnlyList<string> Sheets => [.. Enumerable.Range(1, Product).Select(i => $"{Order.BatchId}-{i:00}")];

    public async Task Run()
    {
        await Begin();
        if (_order.PlannedOnly) return;
        await At(Order.TissueAt);
        var isWarm = _order.TransitMaxC > 8;
        await Receive(TissueKind.Skin, 6, TissueUnit.cm2, 4.6m, _order.TransitMaxC, 19, isWarm ? "The courier's box stood open during loading; QA asked to decide." : null);
        if (isWarm) return;
        await StartCulture();
        if (_order.Contaminated)
        {
            await FindContamination();
            return;
        }
        await GrowOnFeeder();
        await GrowSheets();
        await DetachAndPack();
        await FinishQuality();
        await Distribute();
        await FollowUp();
    }

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.4));
        await Tech(new BatchRegistered(Order.BatchId, "CEA", "CEA", 1, DemoRegisters.Site, true, Order.PatientRef, Order.DonorRef, Product, OrderUnit.sheet, Fill.AddHours(10),
            IntendedUse.HospitalExemption, Storage.Fresh, true, Route: Domain.Batches.Route.Topical, TbsaPct: 45));
        await At(Order.TissueAt.AddDays(-1.3));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.HospitalExemption));
        await At(Order.TissueAt.AddHours(-22));
        if (!_order.PlannedOnly) await TestDonor();
    }

    private async Task StartCulture()
    {
        await At(Order.TissueAt.AddMinutes(10));
        await Tech(new TissueAccepted());
        await At(Order.TissueAt.AddMinutes(20));
        await Tech(new FeederPlated(Lots.Feeder, Flasks, 25_000, FeederArrest.Gamma, 60, Lab.Now.AddDays(-1)));
        await At(Order.TissueAt.AddMinutes(80));
        var cells = await Tech(new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, Lots.Dispase, 60, 37, 9_000_000, 88));
        await At(Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Culture, CellLine.Keratinocyte, [cells.EventId.ToString()], [.. Flasks.Select(f => new SeededVessel(f, "T175", 175))],
            7_000_000, 20_000, 0, Lots.KeratinocyteMedium, 87.5m));
        await At(Seeding.AddMinutes(10));
        await MoveIn(Flasks);
        await Handle(Seeding.AddHours(24), Flasks, "Confluence", () => Look(Flasks[0], 20, Cobblestone));
    }

    private Task FindContamination() => Handle(Seeding.AddHours(69), Flasks, "Medium change", async () =>
    {
        await Tech(new MediumChanged(Flasks, Lots.KeratinocyteMedium, 87.5m, 87.5m, FeedKind.Full));
        await Tech(new ConfluenceObserved(Flasks[1], 40, LookMethod.Visual, "Cobblestone, medium cloudy", Contamination.Suspected),
            comment: "Flask 2 cloudy under the microscope; sample sent to microbiology, flask kept apart.");
    });

    private async Task GrowOnFeeder()
    {
        await Feed(Seeding.AddHours(69), Flasks, Lots.KeratinocyteMedium, 87.5m, 45, Cobblestone);
        await At(Seeding.AddHours(P0Hours - 1));
        await Tech(new FeederPlated(Lots.Feeder, Trays, 25_000, FeederArrest.Gamma, 60, Lab.Now.AddDays(-1)));
        await At(Seeding.AddHours(P0Hours).AddMinutes(-10));
        await MoveOut(Flasks, "Passage");
        await Look(Flasks[0], 80, Cobblestone);
        await At(Seeding.AddHours(P0Hours));
        var cells = await Tech(new PassagePerformed(CellLine.Keratinocyte, Flasks, Lots.Trypsin, 15, 28_000_000, 93.5m), verified: true);
        await At(SheetSeeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Sheet, CellLine.Keratinocyte, [cells.EventId.ToString()], [.. Trays.Select(t => new SeededVessel(t, "8×12.5 cm tray", 100))],
            12_000_000, 15_000, 1, Lots.KeratinocyteMedium, 200));
        await At(SheetSeeding.AddMinutes(20));
        await MoveIn(Trays);
    }

    private async Task GrowSheets()
    {
        await Feed(SheetSeeding.AddHours(69), Trays, Lots.KeratinocyteMedium, 200, 55, Cobblestone);
        if (_order.Co2Fails) await LoseCo2();
        if (_order.SkipsFeed) await At(Fill.AddDays(365));
        await Feed(SheetSeeding.AddHours(141), Trays, Lots.KeratinocyteMedium, 200, 90, Cobblestone,
            () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 20, [QcTray], "C-04"));
        await At(SheetSeeding.AddHours(143));
        await Analyst(Start("STER-IP", "STER-IP", "C-04", incubates: true));
        await Feed(SheetSeeding.AddHours(189), Trays, Lots.KeratinocyteMedium, 200, 100, Cobblestone,
            () => Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, [QcTray], "C-07"));
        await At(SheetSeeding.AddHours(190));
        await Analyst(Start("MYC", "MYC", "C-07"));
        await At(SheetSeeding.AddHours(197));
        await Analyst(Result("MYC", NoMycoplasma));
        await At(SheetSeeding.AddHours(198));
        await Approve("MYC");
    }

    /// <summary>The supply fails at night; the alarm is answered, the regulator replaced, and QA assesses what it did to the cells the next day.</summary>
    private async Task LoseCo2()
    {
        var from = SheetSeeding.AddHours(81);
        const int Falling = 181, Rising = 8;
        Lab.Telemetry.Add(Order.IncubatorId, new(from, Falling, "co2", m => 5.00 - 0.01 * m));
        Lab.Telemetry.Add(Order.IncubatorId, new(from.AddMinutes(Falling), Rising, "co2", m => 3.40 + 0.20 * m));
        await Watch(from, 100, 118);
        await Lab.Answer(Order.IncubatorId, new("CO2 regulator failing", "Regulator replaced, pressure checked"));
        await Watch(from, 119, 195);
        await At(from.AddHours(12));
        var history = await Lab.Batch(Order.BatchId).Events();
        var excursions = history.Select(e => e.Body).OfType<ExcursionClosed>().Select(e => e.ExcursionId).ToList();
        await Quality(new ExcursionAssessed(["E-07"], excursions, AssessedImpact.None, "pH stayed within 7.2-7.6 by indicator; regulator replaced."), Meanings.Assessed);
        foreach (var deviation in history.Select(e => e.Body).OfType<DeviationOpened>())
            await Quality(new DeviationClosed(deviation.DeviationId!, "CO2 regulator failed", "None on the culture: pH 7.2-7.6 by indicator", []));
    }
}
