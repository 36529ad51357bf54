using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>An adipose stromal cell batch and what is special about it.</summary>
/// <param name="PlannedOnly">The tissue has not come yet.</param>
/// <param name="Overheats">A heater relay stuck in the night of the second day of the last passage.</param>
/// <param name="Cd45Pct">Residual blood cells; 2 % or more is out of specification.</param>
/// <param name="Freezes">The cells of the first passage are frozen as an intermediate.</param>
/// <param name="DiesOut">The primary culture does not grow; the batch ends.</param>
/// <param name="SubmissionWaits">The record of the filled product is not submitted yet.</param>
/// <param name="ApprovalsWait">Results are recorded, the second analyst has not looked at them yet.</param>
internal sealed record AdscOrder(
    string BatchId, string PatientRef, string SecondIdentifier, DateTimeOffset TissueAt, string IncubatorId, int Shelf, bool PlannedOnly = false, bool Overheats = false,
    decimal Cd45Pct = 1.4m, bool Freezes = false, bool DiesOut = false, bool SubmissionWaits = false, bool ApprovalsWait = false)
    : BatchOrder(BatchId, PatientRef, SecondIdentifier, TissueAt, IncubatorId, Shelf)
{
    public bool IsRejected => Cd45Pct >= 2;
}

/// <summary>An expansion of fat cells from order to release or rejection: a primary culture of a week, two passages of four days, one day of finishing.</summary>
internal sealed partial class AdscStory(DemoLab lab, StoryLine time, AdscOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double TissueToFillHours = SeedHours + P0Hours + 1 + P1Hours + 1 + P2Hours + 40 / 60.0;
    private const double SeedHours = 3.5, P0Hours = 168, P1Hours = 96, P2Hours = 96;
    private const decimal P0Ml = 254, P1Ml = 636, P2Ml = 3816;
    private const string Spindle = "Spindle-shaped";
    private readonly AdscOrder _order = order;
    private Recorded? _passage;

    private DateTimeOffset Seeding => Order.TissueAt.AddHours(SeedHours);
    private DateTimeOffset P1Seeding => Seeding.AddHours(P0Hours + 1);
    private DateTimeOffset P2Seeding => P1Seeding.AddHours(P1Hours + 1);
    private DateTimeOffset Harvest => P2Seeding.AddHours(P2Hours);
    private DateTimeOffset Fill => Order.TissueAt.AddHours(TissueToFillHours);

    private IReadOnlyList<string> Flasks => Vessels("F", 2);
    private IReadOnlyList<string> P1Stacks => Vessels("S", 1);
    private IReadOnlyList<string> P2Stacks => Vessels("H", 3);
    private string Dish => $"{Order.Mark}-CFU";

    public async Task Run()
    {
        await Begin();
        if (_order.PlannedOnly) return;
        await At(Order.TissueAt);
        await Receive(TissueKind.Lipoaspirate, 120, TissueUnit.mL, 16.5m, 18, 3);
        await StartCulture();
        if (_order.DiesOut)
        {
            await GiveUp();
            return;
        }
        await GrowPrimary();
        await GrowFirstPassage();
        if (_order.Freezes)
        {
            await FreezeIntermediate();
            return;
        }
        await GrowSecondPassage();
        await HarvestAndFill();
        await Test();
        if (_order.IsRejected) await Reject();
        else await ReleaseConditionally();
    }

    private IReadOnlyList<string> Vessels(string kind, int count) => [.. Enumerable.Range(1, count).Select(i => $"{Order.Mark}-{kind}{i}")];

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.4));
        await Tech(new BatchRegistered(Order.BatchId, "ADSC", "ADSC", 1, DemoRegisters.Site, true, Order.PatientRef, Order.DonorRef, 3.2e8m, OrderUnit.cell, Fill.AddHours(16),
            IntendedUse.Trial, Storage.Fresh, true, 68, 20, 1, Domain.Batches.Route.Subcutaneous));
        await At(Order.TissueAt.AddDays(-1.3));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
        await At(Order.TissueAt.AddHours(-20));
        if (!_order.PlannedOnly) await TestDonor("HTLV-I/II", "CMV");
    }

    private async Task StartCulture()
    {
        await At(Order.TissueAt.AddMinutes(15));
        await Tech(new TissueAccepted());
        await At(Order.TissueAt.AddHours(2));
        var cells = (await Tech(new IsolationPerformed(CellLine.Msc, IsolationMethod.Collagenase, Lots.Collagenase, 45, 37, 22_200_000, 82))).EventId.ToString();
        await At(Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Culture, CellLine.Msc, [cells], [.. Flasks.Select(f => new SeededVessel(f, "1-layer stack", 636))],
            12_720_000, 10_000, 0, Lots.StromalMedium, P0Ml));
        await Tech(new VesselsSeeded(SeedingPurpose.CfuF, CellLine.Msc, [cells], [new(Dish, "150 mm dish", 152)], 1000, 6.579m, 0, Lots.StromalMedium, 30));
        await At(Seeding.AddMinutes(15));
        await MoveIn([.. Flasks, Dish]);
        await Handle(Seeding.AddHours(24), Flasks, "Confluence", () => Look(Flasks[0], 5, Spindle));
    }

    private async Task GrowPrimary()
    {
        await Feed(Seeding.AddHours(72), Flasks, Lots.StromalMedium, P0Ml, 30, Spindle);
        await Feed(Seeding.AddHours(120), Flasks, Lots.StromalMedium, P0Ml, 60, Spindle);
        _passage = await Passage(Seeding.AddHours(P0Hours), Flasks, 15_000_000, 95.2m, 85);
    }

    private async Task GrowFirstPassage()
    {
        await Seed(P1Seeding, P1Stacks, "5-layer stack", 3180, 12_720_000, 1, P1Ml);
        await Feed(P1Seeding.AddHours(48), P1Stacks, Lots.StromalMedium, P1Ml, 55, Spindle,
            _order.Freezes ? () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 20, P1Stacks, "C-04") : null);
        _passage = await Passage(P1Seeding.AddHours(P1Hours), P1Stacks, 76_320_000, 95, 85);
    }

    private async Task GrowSecondPassage()
    {
        await Seed(P2Seeding, P2Stacks, "10-layer stack", 6360, 76_320_000, 2, P2Ml);
        if (_order.Overheats) await Overheat();
        await Feed(P2Seeding.AddHours(46), P2Stacks, Lots.StromalMedium, P2Ml, 50, Spindle,
            () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 60, P2Stacks, "C-04"));
        await At(P2Seeding.AddHours(47));
        await Analyst(Start("STER-IP", "STER-IP", "C-04", incubates: true));
        await ReadClonogenicDish();
    }

    private async Task Seed(DateTimeOffset moment, IReadOnlyList<string> vessels, string type, decimal areaCm2, decimal viable, int passage, decimal ml)
    {
        await At(moment);
        await Tech(new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [_passage!.EventId.ToString()], [.. vessels.Select(v => new SeededVessel(v, type, areaCm2))],
            viable, 4000, passage, Lots.StromalMedium, ml));
        await At(moment.AddMinutes(15));
        await MoveIn(vessels);
        await Handle(moment.AddHours(24), vessels, "Confluence", () => Look(vessels[0], 20, Spindle));
    }

    private async Task<Recorded> Passage(DateTimeOffset moment, IReadOnlyList<string> vessels, decimal harvested, decimal viabilityPct, decimal confluencePct)
    {
        await At(moment.AddMinutes(-10));
        await MoveOut(vessels, "Passage");
        await Look(vessels[0], confluencePct, Spindle);
        await At(moment);
        return await Tech(new PassagePerformed(CellLine.Msc, vessels, Lots.Trypsin, 6, harvested, viabilityPct), verified: true);
    }

    // The dish of the primary culture is counted after two weeks; only then the doublings of the first days are known.
    private async Task ReadClonogenicDish()
    {
        await At(Seeding.AddDays(14).AddHours(1));
        await Sample("CFU-P0", SampleMatrix.Plate, null, [Dish], "ADSC-10");
        await At(Seeding.AddDays(14).AddHours(1.5));
        await Analyst(Start("CFU-P0", "CFU-P0", "ADSC-10"), Result("CFU-P0", Value(4.0m, "%", "P0")));
        await At(Seeding.AddDays(14).AddHours(2));
        await Approve("CFU-P0");
        await MoveOut([Dish], "Counted");
        await Tech(new VesselDiscarded([Dish], 1, "Incineration", DiscardReason.Surplus), verified: true);
    }

    /// <summary>The heater runs away for an hour and a half at night; answered after the third call, too late for the cells.</summary>
    private async Task Overheat()
    {
        var from = P2Seeding.AddHours(36);
        Lab.Telemetry.Add(Order.IncubatorId, new(from, 22, "temperature", m => 38.10 + 0.15 * m));
        Lab.Telemetry.Add(Order.IncubatorId, new(from.AddMinutes(22), 24, "temperature", _ => 41.30));
        Lab.Telemetry.Add(Order.IncubatorId, new(from.AddMinutes(46), 36, "temperature", m => Math.Max(37.0, 41.30 - 0.12 * (m + 1))));
        await Watch(from, 0, 55);
        await Lab.Answer(Order.IncubatorId, new("Heater relay stuck", "Service called, incubator watched"));
        await Watch(from, 56, 90);
        await Lab.Answer(Order.IncubatorId, new("Heater relay stuck", "Relay replaced, temperature normal"));
    }
}
