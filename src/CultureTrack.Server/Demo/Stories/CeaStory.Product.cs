using CultureTrack.Domain.Batches;

namespace CultureTrack.Server.Demo.Stories;

internal sealed partial class CeaStory
{
    private async Task DetachAndPack()
    {
        var detach = SheetSeeding.AddHours(SheetHours);
        await At(detach.AddMinutes(-20));
        await Lab.OpenRoom(Session, Order.BatchId, Ct);
        await At(detach.AddMinutes(-10));
        await MoveOut(Trays, "Detachment");
        await At(detach.AddMinutes(-5));
        await Sample("IMG", SampleMatrix.Cells, 1, [QcTray], "CEA-02");
        await At(detach);
        await Tech(new SheetDetached([.. Sheets.Select((s, i) => new DetachedSheet(s, Trays[i], 100, 56 + i, 0, 0))], 2.4m, 45, QcTray, null, null), verified: true);
        await At(detach.AddMinutes(10));
        await Sample("VIA", SampleMatrix.Cells, 2, [QcTray], "CEA-04");
        await Sample("QC", SampleMatrix.Cells, 5, [QcTray], "CEA-03", "CEA-05", "CEA-06", "CEA-07", "CEA-08");
        await At(detach.AddMinutes(20));
        await Analyst(Start("02", "IMG", "CEA-02"), Start("03", "QC", "CEA-03"), Start("04", "VIA", "CEA-04"), Start("05", "QC", "CEA-05"), Start("06", "QC", "CEA-06"),
            Start("07", "QC", "CEA-07"), Start("08", "QC", "CEA-08"));
        await Tech(new VesselDiscarded([Trays[TrayCount - 1]], 1, "Incineration", DiscardReason.Surplus), verified: true);
        await At(detach.AddMinutes(40));
        await Tech(new SheetMounted(Sheets, SheetBacking.PetrolatumGauze, true, true));
        await At(detach.AddMinutes(90));
        await CountQcTray();
        await At(detach.AddMinutes(120));
        await Sample("GRAM", SampleMatrix.FinalProduct, 2, [], "C-05");
        await Sample("LAL", SampleMatrix.FinalProduct, 2, [], "CEA-16");
        await Analyst(Start("GRAM", "GRAM", "C-05"), Start("LAL", "LAL", "CEA-16"));
        await PackSheets();
    }

    private async Task CountQcTray()
    {
        await Tech(new CellCounted($"{Order.Mark}-QC", QcTray, CellLine.Keratinocyte, "Dye exclusion", 2, [new(62, 10), new(58, 10), new(61, 9), new(59, 10)], 1_200_000, 86, 20),
            verified: true);
        await Sample("CFE", SampleMatrix.Cells, 1, [QcTray], "CEA-09");
    }

    private async Task PackSheets()
    {
        await At(Fill.AddMinutes(-30));
        await Tech(new LabelsPrinted(Sheets, 1,
        [
            "FOR AUTOLOGOUS USE ONLY", "STERILITY TEST PENDING", "XENOTRANSPLANTATION STATEMENT: prepared on murine 3T3 feeder cells", Order.BatchId,
            $"{Order.PatientRef} {Order.SecondIdentifier}", $"DIN {Order.Din}", "Cultured epidermal autograft, 1 sheet", "15-25 °C",
        ], false));
        await At(Fill.AddMinutes(-20));
        await Analyst(Result("02", Value(100, "%", "confluence"), Value(0, "mm", "hole")), Result("03", Value(3, null, "min"), Value(4, null, "max")), Result("04", Value(86.0m, "%")),
            Result("05", Value(240_000, "/cm²")), Result("06", Value(97.2m, "%")), Result("07", Value(0.4m, "%")), Result("08", Value(1.1m, "%")));
        await At(Fill.AddMinutes(-10));
        await Approve("02", "03", "04", "05", "06", "07", "08");
        await At(Fill);
        await Tech(new FillPerformed([.. Sheets.Select((s, i) => new FilledContainer(s, 40, AreaCm2: 56 + i))], [Lots.Excipient], 20, 2), verified: true);
        await Sample("STER", SampleMatrix.FinalProduct, 5, [Sheets[0]], "C-06");
        await At(Fill.AddMinutes(5));
        await Tech(new LabelsReconciled(Product + 2, Product, 2, 0), verified: true);
        await At(Fill.AddMinutes(8));
        await Tech(new UnitsInspected([.. Sheets.Select(s => new InspectedUnit(s, UnitResult.Pass, []))]), verified: true);
        await At(Fill.AddMinutes(10));
        await Lab.CloseRoom(Session, 120, Ct);
        await Sample("EM", SampleMatrix.Plate, null, [], "C-11");
    }

    private async Task FinishQuality()
    {
        await Analyst(Result("GRAM", Found(Qualitative.Negative)), Result("LAL", Value(0.05m, "EU/mL")));
        await At(Fill.AddMinutes(30));
        await ReadInProcessSterility(70);
        await At(Fill.AddMinutes(40));
        await Approve("GRAM", "LAL", "STER-IP");
        await At(Fill.AddMinutes(50));
        await Tech(new ReviewSubmitted([]), verified: true);
        if (_order.ReviewWaits) await At(Fill.AddHours(2));
        if (!_order.ReviewWaits)
        {
            await At(Fill.AddMinutes(60));
            await Review();
            await At(Fill.AddMinutes(75));
            await InformPhysician();
            await At(Fill.AddMinutes(90));
            await Dispose(DispositionKind.Conditional, Meanings.ConditionallyReleased);
        }
        await At(Fill.AddHours(2));
        await Analyst(Start("STER", "STER", "C-06", incubates: true), Start("CFE", "CFE", "CEA-09", incubates: true), Start("EM", "EM", "C-11", incubates: true));
        if (_order.ReviewWaits) await At(Fill.AddDays(365));
    }

    private async Task Distribute()
    {
        await At(Fill.AddHours(2.1));
        await Tech(new Shipped(Sheets, 2, Lab.Now, "Medcourier"));
        await At(Fill.AddHours(8));
        await Tech(new Delivered(Sheets, 2, Lab.Now, "Medcourier"));
        await At(Fill.AddHours(10));
        await Tech(new Administered(Sheets, 2, Lab.Now));
    }

    private async Task FollowUp()
    {
        await At(Fill.AddHours(75));
        await Analyst(Result("EM", Found(Qualitative.NoGrowth, "plates")));
        await At(Fill.AddHours(76));
        await Approve("EM");
        await At(Fill.AddDays(10));
        await Tech(new GraftTakeRecorded(Sheets, Lab.Now, 88, TakeMethod.Visual, false, []));
        await At(Fill.AddHours(268));
        await Lab.Append(Order.BatchId, [new QcResultRecorded($"{Order.Mark}-R-STER-IP-14D", $"{Order.Mark}-T-STER-IP", ResultKind.Final, [Found(Qualitative.Negative)], true, null)],
            DemoPeople.Analyst1);
        await At(Fill.AddHours(269));
        await Approve("STER-IP-14D");
        await At(Fill.AddHours(291));
        await Analyst(Result("CFE", Value(6.3m, "%")));
        await At(Fill.AddHours(292));
        await Approve("CFE");
        await At(Fill.AddHours(339));
        await Analyst(Result("STER", Found(Qualitative.NoGrowth)));
        await At(Fill.AddHours(340));
        await Approve("STER");
        await At(Fill.AddHours(341));
        await Dispose(DispositionKind.FinalRelease, Meanings.Released);
    }
}
