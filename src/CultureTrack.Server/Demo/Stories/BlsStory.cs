using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>Bilayered skin: two lines of one biopsy, the dermis cast first, the epidermis grown on it and lifted to the air.</summary>
internal sealed class BlsStory(DemoLab lab, StoryLine time, BatchOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double TissueToFillHours = SeedHours + P0Hours + 4 + DermisHours + SubmergedHours + LiftHours + 40 / 60.0;
    private const double SeedHours = 3.5, P0Hours = 120, DermisHours = 144, SubmergedHours = 96, LiftHours = 192;
    private const string Cobblestone = "Cobblestone", Spindle = "Spindle-shaped", Tray = "8×12.5 cm tray";
    private const int TrayCount = 4, Product = 3;

    private DateTimeOffset Seeding => Order.TissueAt.AddHours(SeedHours);
    private DateTimeOffset Cast => Seeding.AddHours(P0Hours + 4);
    private DateTimeOffset Epidermis => Cast.AddHours(DermisHours);
    private DateTimeOffset Lift => Epidermis.AddHours(SubmergedHours);
    private DateTimeOffset LiftEnds => Lift.AddHours(LiftHours);
    private DateTimeOffset Fill => Order.TissueAt.AddHours(TissueToFillHours);
    private IReadOnlyList<string> Flasks => Named("V", 2);
    private IReadOnlyList<string> Fibroblasts => Named("F", 1);
    private IReadOnlyList<string> Stacks => Named("W", 2);
    private IReadOnlyList<string> Trays => Named("BT", TrayCount);
    private IReadOnlyList<string> Packed => [.. Trays.Take(Product)];
    private string Sister => Trays[Product];

    public async Task Run()
    {
        await Begin();
        await At(Order.TissueAt);
        await Receive(TissueKind.Skin, 6, TissueUnit.cm2, 4.1m, 5.6m, 16);
        await GrowTwoLines();
        await CastDermis();
        await GrowEpidermis();
        await LiftToAir();
        await Pack();
        await Test();
        await ReleaseConditionally(Fill.AddHours(74));
        await Deliver(Fill.AddHours(77), Packed, 20.4m, 22.1m);
        await ReleaseFinally(Fill.AddHours(338));
    }

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.4));
        await Tech(new BatchRegistered(Order.BatchId, "BLS", "BLS", 1, DemoRegisters.Site, true, Order.PatientRef, Order.DonorRef, Product, OrderUnit.sheet, Fill.AddDays(4),
            IntendedUse.Trial, Storage.Fresh, true, Route: Domain.Batches.Route.Topical, TbsaPct: 8));
        await At(Order.TissueAt.AddDays(-1.3));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
        await At(Order.TissueAt.AddHours(-22));
        await TestDonor();
    }

    private Task<Recorded> Seed(SeedingPurpose purpose, CellLine line, Recorded source, IReadOnlyList<string> vessels, string type, decimal areaCm2, decimal perCm2, int passage, decimal mlPerCm2 = 0.25m) =>
        Tech(new VesselsSeeded(purpose, line, [source.EventId.ToString()], [.. vessels.Select(v => new SeededVessel(v, type, areaCm2))], vessels.Count * areaCm2 * perCm2, perCm2, passage,
            line == CellLine.Fibroblast ? Lots.StromalMedium : Lots.KeratinocyteMedium, vessels.Count * areaCm2 * mlPerCm2));

    private async Task GrowTwoLines()
    {
        await At(Order.TissueAt.AddMinutes(15));
        await Tech(new TissueAccepted());
        await At(Order.TissueAt.AddHours(2));
        var epidermis = await Tech(new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, Lots.Dispase, 60, 37, 9_000_000, 88));
        await At(Order.TissueAt.AddHours(3));
        var dermis = await Tech(new IsolationPerformed(CellLine.Fibroblast, IsolationMethod.Collagenase, Lots.Collagenase, 60, 37, 4_200_000, 90));
        await At(Seeding);
        await Seed(SeedingPurpose.Culture, CellLine.Keratinocyte, epidermis, Flasks, "T175", 175, 15_000, 0);
        await Seed(SeedingPurpose.Culture, CellLine.Fibroblast, dermis, Fibroblasts, "T225", 225, 12_000, 0);
        await At(Seeding.AddMinutes(15));
        await MoveIn([.. Flasks, .. Fibroblasts]);
        await Handle(Seeding.AddHours(24), Flasks, "Confluence", () => Look(Flasks[0], 20, Cobblestone));
        await Handle(Seeding.AddHours(72), [.. Flasks, .. Fibroblasts], "Medium change", async () =>
        {
            await Tech(new MediumChanged(Flasks, Lots.KeratinocyteMedium, 87.5m, 87.5m, FeedKind.Full));
            await Tech(new MediumChanged(Fibroblasts, Lots.StromalMedium, 56.25m, 56.25m, FeedKind.Full));
            await Look(Flasks[0], 55, Cobblestone);
            await Look(Fibroblasts[0], 60, Spindle);
        });
        await At(Seeding.AddHours(P0Hours).AddMinutes(-10));
        await MoveOut([.. Flasks, .. Fibroblasts], "Passage");
        await Look(Flasks[0], 80, Cobblestone);
        await Look(Fibroblasts[0], 85, Spindle);
    }

    private async Task CastDermis()
    {
        await At(Seeding.AddHours(P0Hours));
        var cells = await Tech(new PassagePerformed(CellLine.Keratinocyte, Flasks, Lots.Trypsin, 15, 18_900_000, 93.8m), verified: true);
        await At(Seeding.AddHours(P0Hours).AddMinutes(25));
        var dermis = await Tech(new PassagePerformed(CellLine.Fibroblast, Fibroblasts, Lots.Trypsin, 8, 19_200_000, 95.6m), verified: true);
        await At(Seeding.AddHours(P0Hours + 2));
        await Seed(SeedingPurpose.Expansion, CellLine.Keratinocyte, cells, Stacks, "1-layer stack", 636, 14_000, 1);
        await At(Seeding.AddHours(P0Hours + 2).AddMinutes(10));
        await MoveIn(Stacks);
        await At(Cast);
        await Tech(new DermalEquivalentCast(Lots.Collagen, 200, TrayCount * 100, 80_000, 7.3m, [dermis.EventId.ToString()], [.. Trays.Select(t => new SeededVessel(t, Tray, 100))]));
        await At(Cast.AddMinutes(25));
        await MoveIn(Trays);
    }

    private async Task GrowEpidermis()
    {
        await FeedTwo(Cast.AddHours(68), 55);
        await FeedTwo(Cast.AddHours(116), 75);
        await At(Epidermis.AddMinutes(-100));
        await MoveOut(Stacks, "Passage");
        await Look(Stacks[0], 85, Cobblestone);
        await At(Epidermis.AddMinutes(-90));
        var cells = await Tech(new PassagePerformed(CellLine.Keratinocyte, Stacks, Lots.Trypsin, 15, 71_000_000, 94.4m), verified: true);
        await At(Epidermis.AddMinutes(-10));
        await MoveOut(Trays, "Epidermal seeding");
        await At(Epidermis);
        await Seed(SeedingPurpose.EpidermalSeeding, CellLine.Keratinocyte, cells, Trays, Tray, 100, 150_000, 2, 0.3m);
        await At(Epidermis.AddMinutes(15));
        await MoveIn(Trays);
        await FeedTrays(Epidermis.AddHours(46), 120, 70);
    }

    private Task FeedTwo(DateTimeOffset moment, decimal pct) => Handle(moment, [.. Stacks, .. Trays], "Medium change", async () =>
    {
        await Tech(new MediumChanged(Stacks, Lots.KeratinocyteMedium, 318, 318, FeedKind.Full));
        await Tech(new MediumChanged(Trays, Lots.StromalMedium, moment - Cast < TimeSpan.FromDays(3) ? 0 : 100, 100, FeedKind.Full));
        await Look(Stacks[0], pct, Cobblestone);
    });

    private Task FeedTrays(DateTimeOffset moment, decimal ml, decimal pct, Func<Task>? also = null) => Handle(moment, Trays, "Medium change", async () =>
    {
        await Tech(new MediumChanged(Trays, Lots.KeratinocyteMedium, ml, ml, FeedKind.Full));
        await Look(Trays[0], pct, "Closed layer");
        if (also is not null) await also();
    });

    /// <summary>In drier air, on half the medium, so that the epidermis dries on top and builds its horny layer.</summary>
    private async Task LiftToAir()
    {
        await At(Lift.AddMinutes(-10));
        await MoveOut(Trays, "Air lift");
        await At(Lift);
        await Tech(new AirLiftStarted(Trays, "P37-5-ALI", 97));
        await Tech(new MediumChanged(Trays, Lots.KeratinocyteMedium, 120, 60, FeedKind.Full));
        Place = (DemoEquipment.AirLiftIncubator, Order.Shelf);
        await At(Lift.AddMinutes(15));
        await MoveIn(Trays);
        await FeedTrays(Lift.AddHours(47), 60, 95);
        await FeedTrays(Lift.AddHours(95), 60, 100);
        await FeedTrays(LiftEnds.AddHours(-71), 60, 100, () => Sample("STER-IP", SampleMatrix.CellsAndSupernatant, 5, [Sister], "C-04"));
        await At(LiftEnds.AddHours(-70));
        await Analyst(Start("STER-IP", "STER-IP", "C-04", incubates: true));
        await FeedTrays(LiftEnds.AddHours(-25), 60, 100, () => Sample("MYC", SampleMatrix.CellsAndSupernatant, 5, [Sister], "C-07"));
        await At(LiftEnds.AddHours(-24));
        await Analyst(Start("MYC", "MYC", "C-07"));
        await Conclude(LiftEnds.AddHours(-17), [new("MYC", "MYC", "C-07", NoMycoplasma)]);
    }

    private async Task Pack()
    {
        await At(LiftEnds.AddMinutes(-10));
        await MoveOut(Trays, "Packing");
        await At(LiftEnds);
        await Tech(new AirLiftEnded(Trays));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Fill.AddMinutes(-15));
        await PrintLabels(Packed, "Bilayered living skin, 1 tray", "20-23 °C", "STERILITY TEST PENDING", $"DIN {Order.Din}");
        await At(Fill);
        await Tech(new FillPerformed([.. Packed.Select(t => new FilledContainer(t, 50, AreaCm2: 98, SourceId: t))], [], 21, 2), verified: true);
        await Sample("STER", SampleMatrix.FinalProduct, 5, [Packed[0]], "C-06");
        await CloseFill(Fill, Packed, 410, 98, 0, 1.1m);
    }

    private static IReadOnlyList<Assay> Assays =>
    [
        new("COVER", "SIS", "BLS-02", Value(98, "%")), new("HIST", "SIS", "BLS-03", Value(6, "layers", "layers"), Found(Qualitative.Pass, "corneum")), new("VIAB", "SIS", "BLS-04", Value(86, "%")),
        new("TEER", "SIS", "BLS-05", Value(640, "Ω·cm2")), new("STAIN", "SIS", "BLS-06", Found(Qualitative.Positive, "k10"), Found(Qualitative.Positive, "vimentin")),
        new("FIBRO", "SIS", "BLS-07", Value(160_000, "1/cm2")), new("PH", "FLU", "BLS-10", Value(7.2m, "pH")), new("LAL", "FLU", "BLS-12", Value(0.05m, "EU/mL")),
        new("GRAM", "FLU", "C-05", Found(Qualitative.Negative)),
    ];

    /// <summary>The product keeps for ten days, the plates are read after three: until then its sister tray waits with it, and is tested last.</summary>
    private async Task Test()
    {
        await At(Fill.AddMinutes(50));
        await StartAll([Plates, Sterility]);
        await ReadInProcessSterility(70);
        await At(Fill.AddMinutes(100));
        await Approve("STER-IP");
        await At(Fill.AddHours(70));
        await Sample("SIS", SampleMatrix.Extract, 5, [Sister], "BLS-02", "BLS-03", "BLS-04", "BLS-05", "BLS-06", "BLS-07");
        await Sample("FLU", SampleMatrix.FinalProduct, 5, [Packed[0]], "BLS-10", "BLS-12", "C-05");
        await StartAll(Assays);
        await At(Fill.AddHours(73));
        await ReportAll([.. Assays, Plates], "Coverage passes close to 95 %: a rim of 2 mm is bare.");
        await At(Fill.AddHours(73.5));
        await ApproveAll([.. Assays, Plates]);
    }
}
