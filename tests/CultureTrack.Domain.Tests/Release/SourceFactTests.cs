using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What a batch is to those that are made of its cells, and what a bank must be (CM-01, BLS-13, K-04).</summary>
public sealed class SourceFactTests
{
    private static SourceFact Of(Story s, string at = "04-28 22:00") => SourceRecord.FactOf(s.State, s.Facts.Spec!, s.Facts, s.Time(at));

    [Fact]
    public void Each_vessel_has_its_own_passage_and_the_doublings_of_its_own_line()
    {
        var s = WorkedBatches.AdscSubmitted();
        var fact = Of(s);
        (fact.BatchId, fact.ProductType, fact.DonorRef, fact.AutologousFor, fact.State).ShouldBe(("ADSC-26-0007", "ADSC", "DN-0007", "PT-0007", LifeState.PendingDisposition));
        fact.Whole.ShouldBe(new(s.State.Culture.Passage, s.State.Culture.Cpdl));
        fact.Cells["V-01"].Passage.ShouldBe(0);
        fact.Cells["W-01"].Passage.ShouldBe(1);
        fact.Cells["X-01"].Passage.ShouldBe(2);
        Math.Round(fact.Cells["W-01"].Cpdl!.Value, 3).ShouldBe(7.492);
        Math.Round(fact.Cells["X-01"].Cpdl!.Value, 3).ShouldBe(9.814);
        fact.Cells["ADSC-26-0007-01"].ShouldBe(fact.Whole);
        Of(WorkedBatches.AdscGrowing(), "04-24 15:00").Cells["X-01"].Cpdl.ShouldBe(WorkedBatches.AdscGrowing().State.Culture.Vessels["X-01"].CpdlAtSeeding, "what still grows has not doubled yet");
    }

    [Fact]
    public void Its_criteria_holds_and_donor_are_handed_on()
    {
        var s = WorkedBatches.AdscTested(1.4m, clonogenic: false);
        var fact = Of(s);
        (fact.Outcomes["C-07"], fact.Outcomes["C-06"], fact.P0Unknown, fact.DonorIneligible).ShouldBe((Outcome.Pass, Outcome.Pending, true, false));
        fact.Holds.ShouldBeEmpty();
        fact.MarkersMissing.Count.ShouldBe(11);
        fact.Ancestors.ShouldBeEmpty();
        fact = Of(s.Put("04-28 21:30", "qa01", new HoldPlaced("H-1", "Label unreadable")).Put("04-28 21:30", "qa01", new DonorEligibilityDetermined(EligibilityStatus.Ineligible)));
        (fact.Holds.Single(), fact.DonorIneligible, fact.IsBarred).ShouldBe(("H-1 Label unreadable", true, true));
        Of(WorkedBatches.AdscTested()).P0Unknown.ShouldBeFalse();
    }

    [Fact]
    public void What_its_own_source_left_open_is_handed_on_too()
    {
        SourceFact With(Func<SourceFact, SourceFact> change)
        {
            var s = ProductLives.ConditionedMedium(out _);
            s.Facts = s.Facts with { Source = change(s.Facts.Source!) };
            return Of(s, "03-06 19:00");
        }
        With(f => f).ShouldSatisfyAllConditions(f => f.P0Unknown.ShouldBeFalse(), f => f.DonorIneligible.ShouldBeFalse(), f => f.MarkersMissing.ShouldBeEmpty(), f => f.AutologousFor.ShouldBeNull(), f => f.Ancestors.ShouldBe(["ADSC-26-0009"]));
        With(f => f with { P0Unknown = true }).P0Unknown.ShouldBeTrue();
        With(f => f with { DonorIneligible = true }).DonorIneligible.ShouldBeTrue();
        With(f => f with { MarkersMissing = ["HCV"], Ancestors = ["MSC-26-0001"] }).ShouldSatisfyAllConditions(f => f.MarkersMissing.ShouldBe(["HCV"]), f => f.Ancestors.ShouldBe(["ADSC-26-0009", "MSC-26-0001"]));
    }

    [Fact]
    public void Containers_that_left_the_house_are_gone()
    {
        var s = ProductLives.ConditionedMedium(out var vials);
        Of(s, "03-06 19:00").Gone.ShouldBeEmpty();
        s.Put("03-06 18:30", "tech01", new Shipped([vials[1]], 2, s.Time("03-06 18:30"))).Put("03-06 18:40", "tech01", new VesselDiscarded([vials[4]], 1, "Autoclave", DiscardReason.Oos));
        Of(s, "03-06 19:00").Gone.ShouldBe([vials[1], vials[4]]);
    }

    private static CriterionStatus Bank(Func<SourceFact, SourceFact?>? change, bool allocated = true)
    {
        var s = ProductLives.BilayeredSkin();
        s.State = s.State with { Registration = s.State.Registration! with { Autologous = false } };
        ProductLives.FromSource(s, ["S-31"], 2, 6.0);
        s.Facts = s.Facts with { Source = change is null ? s.Facts.Source : change(s.Facts.Source!) };
        if (allocated) s.Put("03-20 09:00", "tech01", new SourceCellsAllocated("ADSC-26-0009", ["S-31"], 1, 2, 6, 2));
        return s.Status("03-27 12:00", "BLS-13");
    }

    private static SourceFact With(SourceFact f, string id, Outcome outcome) => f with { Outcomes = new Dictionary<string, Outcome>(f.Outcomes) { [id] = outcome } };

    [Fact]
    public void A_bank_is_released_and_none_of_its_tests_failed()
    {
        Bank(null).Status.ShouldBe("Pass");
        Bank(f => f with { State = LifeState.PendingDisposition }).ShouldSatisfyAllConditions(c => c.Status.ShouldBe("Pending"), c => c.Why.ShouldBe("The bank is PendingDisposition, not released."));
        Bank(f => f with { State = LifeState.Rejected }).Status.ShouldBe("FailConfirmed");
        Bank(f => f with { DonorIneligible = true }).Status.ShouldBe("FailConfirmed");
        Bank(f => With(With(f, "C-07", Outcome.FailConfirmed), "C-06", Outcome.FailConfirmed)).Why.ShouldBe("Failed in the bank: C-06, C-07.");
        Bank(f => With(f, "C-07", Outcome.FailUnconfirmed)).Status.ShouldBe("Pass");
        Bank(_ => null).Why.ShouldBe("The record of the bank is not known.");
        Bank(null, allocated: false).Why.ShouldBe("The cells do not come from a bank in this register.");
    }
}
