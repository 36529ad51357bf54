using CultureTrack.Domain.Batches;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>
/// Fat cells of a donor for others: one passage, filled and frozen in nitrogen vapour. Other batches thaw vials of it.
/// </summary>
internal sealed class BankStory(DemoLab lab, StoryLine time, BatchOrder order, CancellationToken ct) : BatchStory(lab, time, order, ct)
{
    public const double TissueToHarvestHours = SeedHours + P0Hours + 1 + P1Hours;
    private const double SeedHours = 3.5, P0Hours = 120, P1Hours = 72;
    private const decimal P0Ml = 318, StackMl = 1590, VialCells = 10_000_000;
    private const int VialCount = 14;
    private const string Spindle = "Spindle-shaped";

    private DateTimeOffset Seeding => Order.TissueAt.AddHours(SeedHours);
    private DateTimeOffset P1Seeding => Seeding.AddHours(P0Hours + 1);
    private DateTimeOffset Harvest => Order.TissueAt.AddHours(TissueToHarvestHours);
    private DateTimeOffset Fill => Harvest.AddMinutes(50);
    private IReadOnlyList<string> Flasks => Named("F", 2);
    private IReadOnlyList<string> Stacks => Named("S", 1);

    public IReadOnlyList<string> Vials => Units(VialCount);
    public string BatchId => Order.BatchId;

    public async Task Run()
    {
        await Begin();
        await At(Order.TissueAt);
        await Receive(TissueKind.Lipoaspirate, 150, TissueUnit.mL, 16, 18, 3);
        await GrowPrimary();
        await GrowPassage();
        await HarvestAndFill();
        await Store();
        await Test();
    }

    private async Task Begin()
    {
        await At(Order.TissueAt.AddDays(-1.4));
        await Tech(new BatchRegistered(Order.BatchId, "ADSC", "ADSC", 1, DemoRegisters.Site, false, null, Order.DonorRef, 1.4e8m, OrderUnit.cell, Fill.AddDays(60), IntendedUse.Trial,
            Storage.Cryo, true, 50, 10, 1, Domain.Batches.Route.Subcutaneous));
        await At(Order.TissueAt.AddDays(-1.3));
        await Consent(Lab.Now.AddHours(-18), nameof(IntendedUse.Trial));
        await At(Order.TissueAt.AddHours(-20));
        await TestDonor("HTLV-I/II", "CMV");
        await At(Order.TissueAt.AddHours(-19));
        await Quality(new DonorEligibilityDetermined(EligibilityStatus.Eligible));
    }

    private async Task GrowPrimary()
    {
        await At(Order.TissueAt.AddMinutes(15));
        await Tech(new TissueAccepted());
        await At(Order.TissueAt.AddHours(2));
        var cells = (await Tech(new IsolationPerformed(CellLine.Msc, IsolationMethod.Collagenase, Lots.Collagenase, 45, 37, 36_000_000, 84))).EventId.ToString();
        await At(Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Culture, CellLine.Msc, [cells], [.. Flasks.Select(f => new SeededVessel(f, "1-layer stack", 636))], 25_440_000, 20_000, 0, Lots.StromalMedium, P0Ml));
        await At(Seeding.AddMinutes(15));
        await MoveIn(Flasks);
        await Feed(Seeding.AddHours(70), Flasks, Lots.StromalMedium, P0Ml, 50, Spindle);
        await At(Seeding.AddHours(P0Hours).AddMinutes(-10));
        await MoveOut(Flasks, "Passage");
        await Look(Flasks[0], 85, Spindle);
        await At(Seeding.AddHours(P0Hours));
        var detached = await Tech(new PassagePerformed(CellLine.Msc, Flasks, Lots.Trypsin, 6, 46_000_000, 95.4m), verified: true);
        await At(P1Seeding);
        await Tech(new VesselsSeeded(SeedingPurpose.Expansion, CellLine.Msc, [detached.EventId.ToString()], [.. Stacks.Select(s => new SeededVessel(s, "5-layer stack", 3180))],
            31_800_000, 10_000, 1, Lots.StromalMedium, StackMl));
        await At(P1Seeding.AddMinutes(15));
        await MoveIn(Stacks);
    }

    private async Task GrowPassage()
    {
        await Feed(P1Seeding.AddHours(48), Stacks, Lots.StromalMedium, StackMl, 45, Spindle);
        await At(Harvest.AddMinutes(-30));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Harvest.AddMinutes(-10));
        await MoveOut(Stacks, "Harvest");
        await Look(Stacks[0], 85, Spindle);
    }

    private async Task HarvestAndFill()
    {
        await At(Harvest);
        await Tech(new HarvestPerformed(CellLine.Msc, Stacks, 162_000_000, 94, 45), verified: true);
        await Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, Stacks, "C-07");
        await Sample("CELL", SampleMatrix.Cells, 3, Stacks, "ADSC-04", "ADSC-05", "ADSC-06", "ADSC-08", "ADSC-10");
        await Sample("VEGF", SampleMatrix.Supernatant, 5, Stacks, "ADSC-09");
        await At(Fill.AddMinutes(-10));
        await PrintLabels(Vials, "Adipose stromal cells, bank vial", "≤ -150 °C", $"DIN {Order.Din}");
        await At(Fill);
        await Tech(new FillPerformed([.. Vials.Select(v => new FilledContainer(v, 1, VialCells))], [Lots.Excipient], 5, 2), verified: true);
        await Sample("FIN", SampleMatrix.FinalProduct, 2, [], "ADSC-01", "ADSC-03", "ADSC-12", "ADSC-14", "C-06");
        await CloseFill(Fill, Vials, 720);
    }

    private async Task Store()
    {
        await At(Fill.AddMinutes(60));
        await Tech(new CellsFrozen([.. Vials.Select(v => new FrozenContainer(v, VialCells, 1))], 10, 20, -1, -180));
        await At(Fill.AddMinutes(63));
        await Tech(new StoredAt(Vials, DemoEquipment.NitrogenVessel, [.. Vials.Select((_, i) => $"{DemoEquipment.NitrogenVessel}/R1/B01/{(char)('A' + i / 10)}{i % 10 + 1:00}")]));
        Lab.Telemetry.Open(DemoEquipment.NitrogenVessel, Lab.Now);
    }

    private static IReadOnlyList<Assay> Assays =>
    [
        new("VIAB", "FIN", "ADSC-01", Value(92.4m, "%")), new("CONC", "FIN", "ADSC-03", Value(1.0e7m, "/mL")), new("LAL", "FIN", "ADSC-14", Value(0.09m, "EU/mL")),
        new("DMSO", "FIN", "ADSC-12", Value(9.1m, "%", "dmso")), new("FLOW-4", "CELL", "ADSC-04", Value(98.6m, "%", "CD73"), Value(99.1m, "%", "CD90"), Value(95.2m, "%", "CD105")),
        new("FLOW-5", "CELL", "ADSC-05", Value(0.2m, "%", "CD31"), Value(0.1m, "%", "CD235a"), Value(0.9m, "%", "CD45")),
        new("FLOW-6", "CELL", "ADSC-06", Value(0.6m, "%", "CD34"), Value(1.1m, "%", "HLA-DR")), new("VEGF", "VEGF", "ADSC-09", Value(720, "pg/1e6 cells/24 h")),
        new("MYC", "MYC", "C-07", NoMycoplasma),
    ];

    private async Task Test()
    {
        var sterility = Sterility with { Sample = "FIN" };
        var karyotype = new Assay("KARYO", "CELL", "ADSC-08", Found(Qualitative.Pass));
        await At(Fill.AddMinutes(90));
        await StartAll([.. Assays, karyotype, Plates, sterility]);
        await Conclude(Fill.AddHours(7), Assays);
        await At(Fill.AddHours(9));
        await Tech(new ReviewSubmitted([]), verified: true);
        await Conclude(Fill.AddHours(75), [Plates]);
        await Conclude(Fill.AddHours(338), [sterility, karyotype]);
        await At(Fill.AddHours(341));
        await Review();
        await At(Fill.AddHours(342));
        await Dispose(DispositionKind.Release, Meanings.Released);
    }
}
