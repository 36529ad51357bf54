using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Sheets and the containers that hold them, times to the package, and what else the record measures (K-03, domain.md 3.11).</summary>
public sealed class SheetRecordTests
{
    private const string Now = "03-19 11:00";

    private static Story Changed<T>(Func<T, T> change) where T : EventData
    {
        var s = WorkedBatches.CeaSubmitted();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<T> r ? r.WithBody(change(r.Data)) : e));
        return s;
    }

    [Fact]
    public void A_container_holds_the_sheet_of_its_own_id_or_the_one_it_names()
    {
        Story Named(string? source) => Changed<FillPerformed>(f => f with { Containers = [.. f.Containers.Select((c, i) => i == 0 ? c with { Id = "BOX-1", SourceId = source } : c)] });
        Named("CEA-26-0001-01").Status(Now, "CEA-01").Status.ShouldBe("Pass");
        Named(null).Status(Now, "CEA-01").Why.ShouldBe("Not every filled container holds a detached sheet of verified record.");
        Named("CEA-26-0001-99").Status(Now, "CEA-01").Status.ShouldBe("NotTested");
    }

    [Fact]
    public void One_sheet_that_is_too_small_or_torn_fails_the_lot()
    {
        Story With(Func<DetachedSheet, DetachedSheet> change) => Changed<SheetDetached>(d => d with { Sheets = [.. d.Sheets.Select((s, i) => i == 3 ? change(s) : s)] });
        With(s => s with { AreaAfterCm2 = 49.95m }).Status(Now, "CEA-01").Status.ShouldBe("Pass");
        With(s => s with { AreaAfterCm2 = 49.94m }).Status(Now, "CEA-01").Status.ShouldBe("FailConfirmed");
        With(s => s with { MaxTearMm = 5.4m }).Status(Now, "CEA-13").Status.ShouldBe("Pass");
        With(s => s with { MaxTearMm = 5.5m }).Status(Now, "CEA-13").Status.ShouldBe("FailConfirmed");
    }

    [Fact]
    public void The_last_mounting_of_a_sheet_counts()
    {
        var s = WorkedBatches.CeaSubmitted();
        var mounted = s.State.Last<SheetMounted>()!.Data;
        s.Put("03-19 10:55", "tech01", mounted with { SheetIds = ["CEA-26-0001-02"], FixingsComplete = false });
        var bad = s.LastId();
        (s.Status(Now, "CEA-13").Status, s.Status(Now, "CEA-13").Evidence.Contains(bad)).ShouldBe(("FailConfirmed", true));
        s.Put("03-19 10:56", "tech01", mounted with { SheetIds = ["CEA-26-0001-02"] });
        s.Status(Now, "CEA-13").Status.ShouldBe("Pass");
        s.Put("03-19 10:57", "tech01", mounted with { SheetIds = ["SPARE"], BasalSideMarked = false }).Status(Now, "CEA-13").Status.ShouldBe("Pass");
    }

    [Theory]
    [InlineData("03-19 05:58", "Pass")]
    [InlineData("03-19 05:57", "FailConfirmed")]
    public void From_the_first_detachment_to_the_package_are_four_hours_at_most(string detachedAt, string status)
    {
        var s = WorkedBatches.CeaSubmitted();
        var at = s.Time(detachedAt);
        var early = s.State.Last<SheetDetached>()! with { OccurredAt = at, EventId = Guid.NewGuid() };
        s.State = BatchFold.Fold(s.State.History.SelectMany(e => e is Recorded<SheetDetached> ? [early, e] : new[] { e }).Select((e, i) => e with { Version = i + 1 }));
        s.Status(Now, "CEA-12").Status.ShouldBe(status);
        WorkedBatches.CeaSubmitted().Status(Now, "CEA-12").Observed.ShouldBe("3 h");
    }

    [Theory]
    [InlineData(11.94, "FailConfirmed", false)]
    [InlineData(11.95, "Pass", false)]
    [InlineData(28.04, "Pass", false)]
    [InlineData(28.05, "Pass", true)]
    [InlineData(35.04, "Pass", true)]
    [InlineData(35.05, "FailConfirmed", true)]
    public void The_take_time_is_12_to_35_days_from_the_receipt_and_alerted_above_28(double days, string status, bool alert)
    {
        var filledAt = WorkedBatches.CeaSubmitted().State.Product.FilledAt!.Value;
        var found = Changed<TissueReceived>(r => r with { ReceivedAt = filledAt.AddSeconds(-Math.Round(days * 86_400)) }).Status(Now, "CEA-11");
        (found.Status, found.Alert).ShouldBe((status, alert));
    }

    [Theory]
    [InlineData(OrderUnit.mL, 160, "160 of 160 mL", "Pass")]
    [InlineData(OrderUnit.mL, 161, "160 of 161 mL", "FailConfirmed")]
    [InlineData(OrderUnit.cell, 3, "3 of 3 cell", "Pass")]
    [InlineData(OrderUnit.cell, 4, "3 of 4 cell", "FailConfirmed")]
    [InlineData(OrderUnit.vial, 4, "4 of 4 vial", "Pass")]
    public void An_order_is_filled_in_its_own_unit(OrderUnit unit, int ordered, string observed, string status)
    {
        var s = Changed<FillPerformed>(f => f with { Containers = [.. f.Containers.Select((c, i) => c with { Viable = i > 0 ? 1 : null })] });
        s.State = s.State with { Registration = s.State.Registration! with { OrderedQty = ordered, OrderedUnit = unit } };
        var found = s.Status(Now, "CEA-15");
        (found.Observed, found.Status).ShouldBe((observed, status));
    }

    [Fact]
    public void Every_handover_of_a_sample_has_two_identifiers()
    {
        Story With(params int[] matches) => matches.Aggregate(WorkedBatches.CeaSubmitted(), (s, n) => s.Put("03-19 10:55", "qc01", new SampleAccepted("S-C-05", 5, n)));
        With(2, 3).Status(Now, "C-01").Status.ShouldBe("Pass");
        With(2, 1, 2).Status(Now, "C-01").Why.ShouldBe("Fewer than 2 identifiers matched at SampleAccepted.");
    }

    [Fact]
    public void Of_several_mismatches_those_that_were_used_condemn_and_are_named()
    {
        var s = WorkedBatches.CeaSubmitted();
        foreach (var (at, point, caught) in new[] { ("03-19 10:52", CoiPoint.Label, true), ("03-19 10:53", CoiPoint.Fill, false), ("03-19 10:54", CoiPoint.Seeding, false) })
            s.Put(at, "tech01", new CoiMismatchRecorded(point, ["A"], ["B"], caught));
        var found = s.Status(Now, "C-01");
        (found.Status, found.Why).ShouldBe(("FailConfirmed", "Identifiers did not match at Fill (2026-03-19 10:53:00Z), Seeding (2026-03-19 10:54:00Z)."));
        found.Evidence.ShouldBe(s.State.Of<CoiMismatchRecorded>().Skip(1).Select(m => m.EventId));
    }

    [Fact]
    public void A_review_is_signed_and_void_after_a_correction_until_it_is_repeated()
    {
        Func<Recorded, Recorded> signed = e => e with { Signature = Entries.SignedBy("qa01", e.OccurredAt) };
        RecordReviewed Review(Story s) => new(s.State.Version, [.. ExceptionList.Of(s.State, s.Facts).Items.Select(i => i.ExceptionId)], true);
        (string, string) C12(Story s) => (s.Status(Now, "C-12").Status, s.Status(Now, "C-12").Why);
        var s = WorkedBatches.CeaSubmitted();
        C12(s).ShouldBe(("NotTested", "QA has not reviewed the record."));
        C12(s.Put("03-19 10:52", "qa01", Review(s))).ShouldBe(("NotTested", "The review is not signed."));
        C12(s.Put("03-19 10:53", "qa01", Review(s), change: signed)).Item1.ShouldBe("Pass");
        s.Put("03-19 10:54", "tech01", new RecordCorrected(s.State.Last<SheetMounted>()!.EventId, "fixingsComplete", null, System.Text.Json.JsonSerializer.SerializeToElement(true), "Written for another sheet"));
        C12(s).ShouldBe(("NotTested", "A correction after the review made it void; it must be repeated."));
        C12(s.Put("03-19 10:55", "qa01", Review(s), change: signed)).Item1.ShouldBe("Pass");
    }
}
