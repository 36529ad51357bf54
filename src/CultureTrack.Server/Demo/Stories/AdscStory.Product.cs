using CultureTrack.Domain.Batches;

namespace CultureTrack.Server.Demo.Stories;

internal sealed partial class AdscStory
{
    private const int ContainerCount = 10;
    private const decimal ContainerMl = 2, ContainerCells = 3.2e7m;

    private IReadOnlyList<string> Containers => [.. Enumerable.Range(1, ContainerCount).Select(i => $"{Order.BatchId}-{i:00}")];

    private async Task HarvestAndFill()
    {
        await At(Harvest.AddMinutes(-30));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(Harvest.AddMinutes(-10));
        await MoveOut(P2Stacks, "Harvest");
        await Look(P2Stacks[0], 85, Spindle);
        await At(Harvest);
        await Tech(new HarvestPerformed(CellLine.Msc, P2Stacks, 381_600_000, 91, 40), verified: true);
        await Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, P2Stacks, "C-07");
        await Sample("FLOW", SampleMatrix.Cells, 2, P2Stacks, "ADSC-04", "ADSC-05", "ADSC-06");
        await Sample("KARYO", SampleMatrix.Cells, 2, P2Stacks, "ADSC-08");
        await Sample("VEGF", SampleMatrix.Supernatant, 5, P2Stacks, "ADSC-09");
        await Sample("CFU", SampleMatrix.Cells, 1, P2Stacks, "ADSC-10");
        await At(Harvest.AddMinutes(30));
        await Sample("VIAB", SampleMatrix.FinalProduct, 0.5m, [], "ADSC-01", "ADSC-03");
        await Sample("LAL", SampleMatrix.FinalProduct, 0.5m, [], "ADSC-14");
        await Sample("GRAM", SampleMatrix.FinalProduct, 0.5m, [], "C-05");
        await Tech(new LabelsPrinted(Containers, 1,
        [
            "FOR AUTOLOGOUS USE ONLY", "STERILITY TEST PENDING", "Investigational medicinal product", Order.BatchId, $"{Order.PatientRef} {Order.SecondIdentifier}",
            $"DIN {Order.Din}", "Adipose stromal cells, 2 mL", "2-8 °C",
        ], false));
        await At(Fill);
        await Tech(new FillPerformed([.. Containers.Select(c => new FilledContainer(c, ContainerMl, ContainerCells))], [Lots.Excipient], 5, 2), verified: true);
        await Sample("STER", SampleMatrix.FinalProduct, 1, [Containers[0]], "C-06");
        await FinishRecord();
    }

    private async Task FinishRecord()
    {
        await At(Fill.AddMinutes(5));
        await Tech(new LabelsReconciled(ContainerCount + 2, ContainerCount, 2, 0), verified: true);
        await At(Fill.AddMinutes(10));
        await Tech(new UnitsInspected([.. Containers.Select(c => new InspectedUnit(c, UnitResult.Pass, []))]), verified: true);
        if (_order.SubmissionWaits) await At(Fill.AddDays(365));
        await At(Fill.AddMinutes(20));
        await Tech(new ReviewSubmitted([]), verified: true);
        await At(Fill.AddMinutes(30));
        await Lab.CloseRoom(Session, 1200, Ct);
        await Sample("EM", SampleMatrix.Plate, null, [], "C-11");
    }

    private async Task Test()
    {
        await At(Fill.AddMinutes(40));
        await Analyst(Start("STER", "STER", "C-06", incubates: true), Start("MYC", "MYC", "C-07"), Start("FLOW-4", "FLOW", "ADSC-04"), Start("FLOW-5", "FLOW", "ADSC-05"),
            Start("FLOW-6", "FLOW", "ADSC-06"), Start("KARYO", "KARYO", "ADSC-08"), Start("VEGF", "VEGF", "ADSC-09"), Start("VIAB", "VIAB", "ADSC-01"),
            Start("CONC", "VIAB", "ADSC-03"), Start("LAL", "LAL", "ADSC-14"), Start("GRAM", "GRAM", "C-05"), Start("EM", "EM", "C-11", incubates: true));
        await At(Fill.AddMinutes(50));
        await ReadInProcessSterility(49);
        await At(Fill.AddMinutes(65));
        await Approve("STER-IP");
        await At(Fill.AddMinutes(110));
        await Analyst(Result("VIAB", Value(88.5m, "%")), Result("CONC", Value(1.6e7m, "/mL")), Result("LAL", Value(0.08m, "EU/mL")), Result("GRAM", Found(Qualitative.Negative)));
        await At(Fill.AddMinutes(140));
        await Analyst(
            Result("FLOW-4", Value(98.1m, "%", "CD73"), Value(99.0m, "%", "CD90"), Value(91.4m, "%", "CD105")),
            Result("FLOW-5", Value(0.3m, "%", "CD31"), Value(0.1m, "%", "CD235a"), Value(_order.Cd45Pct, "%", "CD45")),
            Result("FLOW-6", Value(0.8m, "%", "CD34"), Value(1.5m, "%", "HLA-DR")));
        if (_order.ApprovalsWait) await At(Fill.AddDays(365));
        await At(Fill.AddMinutes(180));
        await Approve("VIAB", "CONC", "LAL", "GRAM", "FLOW-4", "FLOW-5", "FLOW-6");
        await At(Fill.AddMinutes(330));
        await Analyst(Result("VEGF", Value(640, "pg/1e6 cells/24 h")), Result("MYC", NoMycoplasma));
        await At(Fill.AddMinutes(380));
        await Approve("VEGF", "MYC");
    }

    private async Task ReleaseConditionally()
    {
        await At(Fill.AddMinutes(420));
        await Review();
        await At(Fill.AddMinutes(440));
        await InformPhysician();
        await At(Fill.AddMinutes(460));
        await Dispose(DispositionKind.Conditional, Meanings.ConditionallyReleased);
        await At(Fill.AddHours(8));
        await Tech(new Shipped(Containers, 2, Lab.Now, "Medcourier"));
        await At(Fill.AddHours(15));
        await Tech(new Delivered(Containers, 2, Lab.Now, "Medcourier"));
        await At(Fill.AddHours(16));
        await Tech(new Administered(Containers, 2, Lab.Now));
        await At(Fill.AddHours(74));
        await Analyst(Result("EM", Found(Qualitative.NoGrowth, "plates")));
        await At(Fill.AddHours(75));
        await Approve("EM");
    }

    /// <summary>A second analyst finds the same; QA concludes, the Qualified Person rejects, what is left is destroyed.</summary>
    private async Task Reject()
    {
        await At(Fill.AddHours(7));
        await Quality(new QcRetestOrdered("ADSC-05", $"{Order.Mark}-FLOW", 1));
        await At(Fill.AddHours(8));
        await Lab.Append(Order.BatchId, [Start("FLOW-5R", "FLOW", "ADSC-05"), Result("FLOW-5R", Value(_order.Cd45Pct - 0.2m, "%", "CD45"))], DemoPeople.Analyst2);
        await At(Fill.AddHours(8.5));
        await Lab.Append(Order.BatchId, [new QcResultApproved($"{Order.Mark}-R-FLOW-5R")], DemoPeople.Analyst1, meaning: Meanings.Approved);
        await At(Fill.AddHours(17));
        var oos = (await Lab.Batch(Order.BatchId).Events()).Select(e => e.Body).OfType<OosOpened>().Single(o => o.CriterionId == "ADSC-05").OosId;
        await Quality(new OosConcluded(oos, 2, OosConclusion.Confirmed, "No laboratory cause found; the retest by a second analyst failed too."));
        await At(Fill.AddHours(19));
        await Dispose(DispositionKind.Reject, Meanings.Rejected);
    }

    private async Task FreezeIntermediate()
    {
        var moment = P1Seeding.AddHours(P1Hours);
        await At(moment.AddMinutes(20));
        await Sample("MYC", SampleMatrix.CellsAndSupernatant, 10, P1Stacks, "C-07");
        await At(moment.AddMinutes(60));
        IReadOnlyList<string> vials = [.. Enumerable.Range(1, 15).Select(i => $"{Order.BatchId}-B{i:00}")];
        await Tech(new CellsFrozen([.. vials.Select(v => new FrozenContainer(v, 5_000_000, 1))], 10, 20, -1, -80),
            comment: "Kept at -80 °C until the nitrogen vessel is back from service.");
        await At(moment.AddMinutes(64));
        await Tech(new StoredAt(vials, "FRZ-01", [.. vials.Select((_, i) => $"FRZ-01/R1/B01/{(char)('A' + i / 12)}{i % 12 + 1:00}")]));
        Lab.Telemetry.Open("FRZ-01", Lab.Now);
        await At(moment.AddHours(2));
        await Analyst(Start("MYC", "MYC", "C-07"));
        await At(moment.AddHours(9));
        await Analyst(Result("MYC", NoMycoplasma));
        await At(moment.AddHours(20));
        await Approve("MYC");
        await ReadClonogenicDish();
    }

    private async Task GiveUp()
    {
        await Feed(Seeding.AddHours(72), Flasks, Lots.StromalMedium, P0Ml, 5, Spindle);
        await Feed(Seeding.AddHours(120), Flasks, Lots.StromalMedium, P0Ml, 10, "Rounded, many detached");
        await Handle(Seeding.AddHours(168), Flasks, "Confluence", () => Look(Flasks[0], 5, "Rounded, many detached"));
        await At(Seeding.AddHours(170));
        await Tech(new TerminationProposed(Flasks, null, "Incineration", DiscardReason.GrowthFailure));
        await At(Seeding.AddHours(190));
        await Quality(new BatchTerminated(DiscardReason.GrowthFailure));
        await At(Seeding.AddHours(192));
        Lab.Telemetry.Open(Order.IncubatorId, Lab.Now);
        await Tech(new BatchDiscarded([.. Flasks, Dish], Flasks.Count + 1, "Incineration", DiscardReason.GrowthFailure), verified: true);
    }
}
