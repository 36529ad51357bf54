using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>Conditioned medium.</summary>
/// <param name="FirstVial">Number of the first of the two vials that are thawed.</param>
/// <param name="Dried">Freeze-dried, then kept in a refrigerator; otherwise frozen.</param>
internal sealed record CmOrder(string BatchId, DateTimeOffset TissueAt, string IncubatorId, int Shelf, BankStory Bank, int FirstVial, bool Dried = false)
    : BatchOrder(BatchId, null, null, TissueAt, IncubatorId, Shelf);

/// <summary>What cells of the donor bank give off into medium without serum, filtered, concentrated, sterile filtered and filled.</summary>
internal sealed class CmStory(DemoLab lab, StoryLine time, CmOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    private const double GrowHours = 72, ConditioningHours = 48;
    private const decimal AreaCm2 = 3180, InMl = 636, CollectedMl = 618, ConcentratedMl = 61.2m, FilteredMl = 60;
    private const int VialCount = 10, Thawed = 2;
    private const string Spindle = "Spindle-shaped", StackType = "5-layer stack";
    private readonly CmOrder _order = order;

    private DateTimeOffset Wash => Order.TissueAt.AddHours(2 + GrowHours);
    private DateTimeOffset Collect => Wash.AddHours(ConditioningHours);
    private DateTimeOffset Fill => Collect.AddHours(7.5);
    private string Vessel => $"{Order.Mark}-K1";
    private IReadOnlyList<string> Vials => Units(VialCount);

    public async Task Run()
    {
        await At(Order.TissueAt.AddDays(-1.2));
        await Tech(new BatchRegistered(Order.BatchId, "CM", "CM", 1, DemoRegisters.Site, false, null, Order.DonorRef, VialCount, OrderUnit.vial, Fill.AddDays(40), IntendedUse.Trial, Storage.Cryo, true));
        await At(Order.TissueAt.AddDays(-1.1));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
        await At(Order.TissueAt);
        await GrowVials();
        await Condition();
        await Process();
        await FillVials();
        await Store();
        await Test();
    }

    private Task<IReadOnlyList<Recorded>> Allocate(SourceCellsAllocated cells) => Lab.Append(Order.BatchId, [cells], DemoPeople.Floor,
        comment: "The bank waits for its sterility test; mycoplasma and donor tests decide before the wash.");

    private async Task GrowVials()
    {
        IReadOnlyList<string> vials = [.. _order.Bank.Vials.Skip(_order.FirstVial - 1).Take(Thawed)];
        var cells = (await Lab.Batch(_order.Bank.BatchId).AsSource())!.Cells[vials[0]];
        await Allocate(new(_order.Bank.BatchId, vials, Thawed * 10_000_000, cells.Passage!.Value, (decimal)cells.Cpdl!.Value, 2, ContainerIds: vials));
        await At(Order.TissueAt.AddMinutes(60));
        await Lab.Append(_order.Bank.BatchId, [new RemovedFromStorage(vials, RemovalPurpose.Thaw)], DemoPeople.Tech1);
        await At(Order.TissueAt.AddMinutes(63));
        var thawed = await Tech(new CellsThawed(vials, 3, 87, 84));
        await At(Order.TissueAt.AddHours(1.5));
        await Tech(new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [thawed.EventId.ToString()], [new(Vessel, StackType, AreaCm2)], 15_900_000, 5000, cells.Passage!.Value + 1,
            Lots.StromalMedium, 795));
        await At(Order.TissueAt.AddHours(1.75));
        await MoveIn([Vessel]);
        await Feed(Order.TissueAt.AddHours(46), [Vessel], Lots.StromalMedium, 795, 65, Spindle);
    }

    private async Task Condition()
    {
        await At(Wash.AddMinutes(-10));
        await MoveOut([Vessel], "Serum-free wash");
        await At(Wash);
        await Tech(new SerumFreeWashDone(Lots.SerumFree, 3, true));
        await At(Wash.AddMinutes(10));
        await Tech(new ConditioningStarted(Lots.SerumFree, true, InMl, AreaCm2, 85));
        await At(Wash.AddMinutes(15));
        await MoveIn([Vessel]);
        await At(Collect.AddMinutes(-10));
        await MoveOut([Vessel], "Collection");
        await At(Collect);
        await Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, [Vessel], "C-07");
        await Tech(new ConditionedMediumCollected((decimal)ConditioningHours, CollectedMl, 94, 2.4e8m), verified: true);
    }

    private async Task Process()
    {
        await At(Collect.AddHours(3));
        await Tech(new Clarified(CollectedMl, CollectedMl - 4, Lots.Filter));
        await At(Collect.AddHours(4));
        await Tech(new Concentrated(CollectedMl - 4, ConcentratedMl, 10, 10, Lots.Filter));
        await At(Collect.AddHours(5));
        await Sample("BIO", SampleMatrix.FinalProduct, 1, [], "CM-11");
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Collect.AddHours(6));
        await Tech(new SterileFiltered(ConcentratedMl, FilteredMl, Lots.Filter, 0.22m, true, true));
    }

    private async Task FillVials()
    {
        await At(Fill.AddMinutes(-15));
        await PrintLabels(Vials, "Secretome of stromal cells, 5 mL. Contains no living cells", _order.Dried ? "2-8 °C" : "≤ -70 °C", _order.Dried ? "≤ -70 °C until freeze-dried" : "Thaw once");
        await At(Fill);
        await Tech(new FillPerformed([.. Vials.Select(v => new FilledContainer(v, 5))], [], -80, 2), verified: true);
        await Sample("FIN", SampleMatrix.FinalProduct, 10, [], "C-06", "CM-03", "CM-04", "CM-05", "CM-06", "CM-07", "CM-08", "CM-09", "CM-10", "CM-12", "CM-14");
        await CloseFill(Fill, Vials, 90);
    }

    private async Task Store()
    {
        await At(Fill.AddMinutes(30));
        await Tech(new StoredAt(Vials, "FRZ-01", [.. Vials.Select((_, i) => $"FRZ-01/R2/B{Order.BatchId[^2..]}/{(char)('A' + i / 12)}{i % 12 + 1:00}")]));
        Lab.Telemetry.Open("FRZ-01", Lab.Now);
    }

    private async Task Dry()
    {
        await At(Fill.AddHours(14));
        await Tech(new RemovedFromStorage(Vials, RemovalPurpose.Move));
        var from = Lab.Now;
        await At(from.AddHours(46));
        await Tech(new Lyophilised(Vials, $"CY-{Order.Mark}", 1.4m, from, Lab.Now));
        await Tech(new StoredAt(Vials, DemoEquipment.Refrigerator, [.. Vials.Select((_, i) => $"{DemoEquipment.Refrigerator}/S{Order.BatchId[^1]}/B{i + 1}")]),
            comment: "In the freeze-dryer between freezer and refrigerator.");
        Lab.Telemetry.Open(DemoEquipment.Refrigerator, Lab.Now);
    }

    private static IReadOnlyList<Assay> Assays =>
    [
        new("BIO", "BIO", "CM-11", Value(1, "CFU/100 mL")), new("BCA", "FIN", "CM-04", Value(0.21m, "mg/mL")), new("VEGF", "FIN", "CM-05", Value(1240, "pg/mL")), new("HGF", "FIN", "CM-06", Value(610, "pg/mL")),
        new("NTA", "FIN", "CM-07", Value(6.0e9m, "particles/mL")), new("PH", "FIN", "CM-08", Value(7.3m, "pH", "ph"), Value(295, "mOsm/kg", "osmolality")), new("DNA", "FIN", "CM-09", Value(1.2m, "ng/mL")),
        new("BSA", "FIN", "CM-10", new ResultValue(null, 10, "ng/mL", "<")), new("LAL", "FIN", "CM-12", Value(0.12m, "EU/mL")), new("SCR", "FIN", "CM-14", Value(148, "% of control")),
        new("MYC", "MYC", "C-07", NoMycoplasma),
    ];

    private async Task Test()
    {
        var slow = new[] { Sterility with { Sample = "FIN" }, new Assay("CULT", "FIN", "CM-03", Found(Qualitative.NotDetected, "microscopy"), Found(Qualitative.NoGrowth, "culture")) { Incubates = true } };
        var began = Fill.AddHours(13.5);
        await At(began);
        await StartAll([.. Assays, .. slow, Plates]);
        if (_order.Dried) await Dry();
        await At(began.AddHours(_order.Dried ? 48 : 0.5));
        await Tech(new ReviewSubmitted([]), verified: true);
        await Conclude(began.AddHours(50), Assays);
        await Conclude(began.AddHours(74), [Plates]);
        await Conclude(began.AddHours(338), slow);
        await At(began.AddHours(341));
        await Review();
        await At(began.AddHours(342));
        await Dispose(DispositionKind.Release, Meanings.Released);
    }
}
