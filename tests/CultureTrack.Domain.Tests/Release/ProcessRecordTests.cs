using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What the process record says at each of its limits: identity, lots, feeder, take-time, order and sheets (domain.md 3.11).</summary>
public sealed class ProcessRecordTests
{
    private const string Now = "03-19 11:00";

    private static Story Changed<T>(Func<Recorded<T>, Recorded<T>> change, Story? of = null) where T : EventData
    {
        var s = of ?? WorkedBatches.CeaSubmitted();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<T> r ? change(r) : e));
        return s;
    }

    private static CriterionStatus WithLot(string id, string criterion, Func<LotFact, LotFact?> change)
    {
        var s = WorkedBatches.CeaSubmitted();
        var lots = s.Facts.Lots.ToDictionary();
        if (change(lots[id]) is { } lot) lots[id] = lot;
        else lots.Remove(id);
        s.Facts = s.Facts with { Lots = lots };
        return s.Status(Now, criterion);
    }

    [Fact]
    public void Two_identifiers_match_at_receipt_and_at_the_fill()
    {
        WorkedBatches.CeaSubmitted().Status(Now, "C-01").Status.ShouldBe("Pass");
        Changed<FillPerformed>(f => f with { Data = f.Data with { CoiMatches = 1 } }).Status(Now, "C-01").Why.ShouldBe("Fewer than 2 identifiers matched at FillPerformed.");
        Changed<TissueReceived>(f => f with { Data = f.Data with { CoiMatches = 1 } }).Status(Now, "C-01").Status.ShouldBe("FailConfirmed");
        Changed<TissueReceived>(f => f with { VerifiedBy = null }).Status(Now, "C-01").Status.ShouldBe("NotTested");
        Changed<FillPerformed>(f => f with { VerifiedBy = null }).Status(Now, "C-01").Why.ShouldBe("The fill is not verified by a second person.");
    }

    [Theory]
    [InlineData(true, "Pass")]
    [InlineData(false, "FailConfirmed")]
    public void A_mismatch_caught_before_use_does_not_condemn(bool caught, string status)
    {
        var s = WorkedBatches.CeaSubmitted();
        s.Do("03-19 10:55", "tech01", new CoiMismatchRecorded(CoiPoint.Label, ["A"], ["B"], caught), comment: "Scanned the wrong tray").Status(Now, "C-01").Status.ShouldBe(status);
    }

    [Fact]
    public void Every_lot_was_released_in_date_and_not_recalled_at_its_use()
    {
        var used = new DateTimeOffset(2026, 3, 2, 11, 0, 0, TimeSpan.Zero);
        WithLot("COL-1", "C-13", l => l).Status.ShouldBe("Pass");
        WithLot("COL-1", "C-13", l => l with { ExpiresAt = used }).Why.ShouldContain("Lot COL-1 is expired at use");
        WithLot("COL-1", "C-13", l => l with { ExpiresAt = used.AddSeconds(1) }).Status.ShouldBe("Pass");
        WithLot("COL-1", "C-13", l => l with { ReleasedAt = used.AddSeconds(1) }).Why.ShouldContain("Lot COL-1 is not released at use");
        WithLot("COL-1", "C-13", l => l with { RecalledAt = used }).Status.ShouldBe("FailConfirmed");
        WithLot("COL-1", "C-13", l => l with { RecalledAt = used.AddSeconds(1) }).Status.ShouldBe("Pass");
        WithLot("COL-1", "C-13", _ => null).Status.ShouldBe("NotTested");
        WithLot("EXC-1", "C-13", _ => null).Status.ShouldBe("Pass");
        WithLot("EXC-1", "C-13", l => l with { ReleasedAt = null }).Status.ShouldBe("FailConfirmed");
    }

    [Fact]
    public void A_feeder_is_released_arrested_and_free_of_adventitious_agents()
    {
        WithLot("FDR-1", "CEA-14", l => l).Status.ShouldBe("Pass");
        foreach (var unknown in new bool?[] { false, null })
        {
            WithLot("FDR-1", "CEA-14", l => l with { ArrestControlPassed = unknown }).Why.ShouldContain("has no passed arrest control");
            WithLot("FDR-1", "CEA-14", l => l with { AdventitiousAgentsNegative = unknown }).Why.ShouldContain("is not shown free of adventitious agents");
        }
        WithLot("FDR-1", "CEA-14", l => l with { ReleasedAt = null }).Status.ShouldBe("FailConfirmed");
        WithLot("FDR-1", "CEA-14", _ => null).Status.ShouldBe("NotTested");
    }

    [Theory]
    [InlineData(4, "Pass")]
    [InlineData(5, "FailConfirmed")]
    public void The_order_is_filled(int ordered, string status)
    {
        var s = WorkedBatches.CeaSubmitted();
        s.State = s.State with { Registration = s.State.Registration! with { OrderedQty = ordered } };
        s.Status(Now, "CEA-15").Status.ShouldBe(status);
        s.Status(Now, "CEA-15").Observed.ShouldBe($"4 of {ordered} sheet");
    }

    [Theory]
    [InlineData(232, "Pass")]
    [InlineData(233, "FailConfirmed")]
    public void An_order_in_cm2_adds_the_areas_of_the_sheets(int ordered, string status)
    {
        var s = WorkedBatches.CeaSubmitted();
        s.State = s.State with { Registration = s.State.Registration! with { OrderedQty = ordered, OrderedUnit = OrderUnit.cm2 } };
        s.Status(Now, "CEA-15").Status.ShouldBe(status);
    }

    [Fact]
    public void Sheets_are_mounted_with_all_fixings_and_their_side_marked()
    {
        WorkedBatches.CeaSubmitted().Status(Now, "CEA-13").Status.ShouldBe("Pass");
        Changed<SheetMounted>(m => m with { Data = m.Data with { FixingsComplete = false } }).Status(Now, "CEA-13").Why.ShouldContain("Fixings are incomplete.");
        Changed<SheetMounted>(m => m with { Data = m.Data with { BasalSideMarked = false } }).Status(Now, "CEA-13").Why.ShouldContain("The basal side is not marked.");
        var unmounted = Changed<SheetMounted>(m => m with { Data = m.Data with { SheetIds = [.. m.Data.SheetIds.Skip(1)] } }).Status(Now, "CEA-13");
        (unmounted.Status, unmounted.Why).ShouldBe(("NotTested", "fixings: Not every filled sheet is mounted. side: Not every filled sheet is mounted."));
        Changed<SheetDetached>(d => d with { VerifiedBy = null }).Status(Now, "CEA-13").Status.ShouldBe("NotTested");
    }

    [Fact]
    public void Only_sheets_that_were_filled_are_judged_by_their_size()
    {
        Story WithSmallFirst() => Changed<SheetDetached>(d => d with { Data = d.Data with { Sheets = [.. d.Data.Sheets.Select((s, i) => i == 0 ? s with { AreaAfterCm2 = 12 } : s)] } });
        WorkedBatches.CeaSubmitted().Status(Now, "CEA-01").Observed!.ShouldStartWith("58 ");
        WithSmallFirst().Status(Now, "CEA-01").Observed!.ShouldStartWith("12–58 ");
        var withdrawn = WithSmallFirst().Do("03-19 10:55", "tech01", new VesselDiscarded(["CEA-26-0001-01"], 1, "Autoclave", DiscardReason.Oos), verify: "tech02");
        withdrawn.Status(Now, "CEA-01").Observed!.ShouldStartWith("58 ");
    }

    [Fact]
    public void The_dose_of_the_label_is_what_was_filled_of_what_was_ordered_in_cells()
    {
        CriterionStatus Of(decimal perBag, OrderUnit unit = OrderUnit.cell, bool known = true)
        {
            var s = Changed<FillPerformed>(f => f with { Data = f.Data with { Containers = [.. f.Data.Containers.Select((c, i) => c with { Viable = known || i > 0 ? perBag : null })] } }, WorkedBatches.AdscSubmitted());
            s.State = s.State with { Registration = s.State.Registration! with { OrderedUnit = unit } };
            return s.Status("04-28 15:00", "ADSC-02");
        }
        (Of(4.0e7m).Status, Of(4.0e7m).Observed).ShouldBe(("Pass", "100 %"));
        Of(3.8e7m).Observed.ShouldBe("95 %");
        Of(1.0e7m).Status.ShouldBe("FailConfirmed");
        Of(4.0e7m, known: false).Why.ShouldBe("Not every container has its viable cells recorded.");
        Of(4.0e7m, OrderUnit.mL).Why.ShouldBe("The order is in mL, not in cells.");
    }
}
