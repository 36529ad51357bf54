using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What may be discarded, and when a batch is closed (T17, T18).</summary>
public sealed class EndingRuleTests
{
    private static readonly BatchClosed Close = new(true, 0, 0, Lab.Never);

    private static VesselDiscarded Discard(params string[] ids) => new(ids, 1, "Incineration", DiscardReason.Surplus);

    private static Scenario Final(Scenario s) => s.Force(new DispositionSigned(DispositionKind.FinalRelease, 0, "RELEASE", [], []), "qa02");

    /// <summary>All but the last bag given; the last one is where the test puts it.</summary>
    private static Scenario Given()
    {
        var s = Adsc.Released();
        s.Given(new Shipped(Adsc.Bags[..9], 2, s.Now), new Administered(Adsc.Bags[..9], 2, s.Now));
        return Final(s);
    }

    private static Scenario AllGiven()
    {
        var s = Adsc.Released();
        s.Given(new Shipped(Adsc.Bags, 2, s.Now), new Administered(Adsc.Bags, 2, s.Now));
        return Final(s);
    }

    private static void NotFinal(Scenario s) => s.When(Close).ThenRejected(Codes.StateGuard, "data.distributionFinal");

    [Fact]
    public void Distribution_is_final_when_no_unit_is_on_its_way_or_could_still_go()
    {
        NotFinal(Given());
        NotFinal(Given().On("2026-04-29T14:39:59Z"));
        Given().On("2026-04-29T14:40:00Z").When(Close).ThenAccepted().State.State.ShouldBe(LifeState.Closed);
        Given().Given(Discard(Adsc.Bags[9])).When(Close).ThenAccepted();
        AllGiven().When(Close).ThenAccepted();
    }

    [Fact]
    public void A_unit_that_was_sent_is_given_or_comes_back()
    {
        var s = Given();
        s.Given(new Shipped(Adsc.Bags[9..], 2, s.Now)).On("2026-04-30T00:00Z");
        NotFinal(s);
        s.Given(new Returned(Adsc.Bags[9..], 2, s.Now)).When(Close).ThenAccepted();
    }

    private static Scenario Testing(string criterion) => AllGiven().Force(new SampleTaken("S-1", [criterion], SampleMatrix.FinalProduct, 5, [], Scenario.At("2026-04-28T14:40Z")), "tech01")
        .Force(new QcTestStarted("T-1", "S-1", criterion, 1, Scenario.At("2026-04-28T15:00Z")), "qc01");

    private static Scenario Approved(Scenario s, ResultKind kind) => s.Force(new QcResultRecorded("R-1", "T-1", kind, [new(Qualitative: Qualitative.NoGrowth)], true, null), "qc01").Force(new QcResultApproved("R-1"), "qc02");

    [Fact]
    public void A_test_is_final_with_its_approved_final_result()
    {
        Testing("C-06").When(Close).ThenRejected(Codes.StateGuard, "data.openTests");
        Testing("C-06").Force(new QcResultRecorded("R-1", "T-1", ResultKind.Final, [new(Qualitative: Qualitative.NoGrowth)], true, null), "qc01").When(Close).ThenRejected(Codes.StateGuard, "data.openTests");
        Approved(Testing("C-06"), ResultKind.Interim).When(Close).ThenRejected(Codes.StateGuard, "data.openTests");
        Approved(Testing("C-06"), ResultKind.Final).When(Close).ThenAccepted();
        Approved(Testing("C-06"), ResultKind.Final).Force(new QcResultInvalidated("R-1", "Wrong plate", "DOC-1"), "qa01").When(Close).ThenRejected(Codes.StateGuard, "data.openTests");
    }

    [Fact]
    public void The_sterility_test_in_process_is_final_with_its_interim_result() => Approved(Testing("C-04"), ResultKind.Interim).When(Close).ThenAccepted();

    [Fact]
    public void One_final_result_settles_a_criterion_however_often_it_was_tested() => Approved(Testing("C-06"), ResultKind.Final)
        .Force(new QcTestStarted("T-0", "S-1", "C-06", 1, Scenario.At("2026-04-28T15:00Z")), "qc01").When(Close).ThenAccepted();

    [Fact]
    public void Deviations_are_closed_before_the_batch_is()
    {
        var s = AllGiven().Given(new DeviationOpened("DEV-1", "Spill", DeviationClass.Minor), new DeviationOpened("DEV-2", "Spill", DeviationClass.Minor));
        s.Given(new DeviationClosed("DEV-1", "Loose cap", "None", [])).When(Close).ThenRejected(Codes.StateGuard, "data.openDeviations");
        s.Given(new DeviationClosed("DEV-2", "Loose cap", "None", [])).When(Close).ThenAccepted();
    }

    [Fact]
    public void A_unit_that_came_back_is_discarded_and_one_that_is_away_is_not()
    {
        var s = Adsc.Released();
        s.Given(new Shipped(Adsc.Bags[..2], 2, s.Now), new Returned(Adsc.Bags[..1], 2, s.Now));
        s.When(Discard(Adsc.Bags[0])).ThenAccepted();
        s.When(Discard(Adsc.Bags[1])).ThenRejected(Codes.StateGuard, "data.ids[0]");
        s.When(Discard(Adsc.Bags[2])).ThenAccepted();
    }

    [Fact]
    public void A_sheet_that_was_not_packed_and_the_emptied_QC_tray_are_discarded_but_no_other_emptied_tray()
    {
        Cea.Loose().When(Discard(Cea.Sheets[0])).ThenAccepted();
        Cea.Loose().When(Discard(Cea.Trays[4])).ThenAccepted();
        Cea.Loose().When(Discard(Cea.Trays[5])).ThenAccepted();
        Cea.Loose().When(Discard(Cea.Trays[0])).ThenRejected(Codes.StateGuard, "data.ids[0]");
    }

    private static Scenario Terminated() => Adsc.AtP2().Given(new BatchTerminated(DiscardReason.GrowthFailure));
    private static BatchDiscarded Whole(params string[] ids) => new(ids, ids.Length, "Incineration", DiscardReason.GrowthFailure);

    [Fact]
    public void A_batch_still_in_culture_is_discarded_with_every_vessel_in_use()
    {
        Terminated().When(Whole(Adsc.P2Vessels)).ThenAccepted();
        Terminated().When(Whole(Adsc.P2Vessels[1..])).ThenRejected(Codes.StateGuard, "data.ids");
        Terminated().When(Whole(Adsc.P2Vessels) with { Quantity = 99 }).ThenAccepted();
    }

    private static Scenario Rejected(Scenario s) => s.Force(new DispositionSigned(DispositionKind.Reject, 0, "REJECT", [], ["E-01"]), "qa02");

    [Theory]
    [InlineData("cm2", 232, true)]
    [InlineData("cm2", 229, false)]
    [InlineData("cell", 229, true)]
    [InlineData("sheet", 4, true)]
    [InlineData("sheet", 3, false)]
    [InlineData("vial", 4, true)]
    [InlineData("mL", 160, true)]
    [InlineData("mL", 150, false)]
    [InlineData("kg", 1, true)]
    public void The_quantity_is_reconciled_in_the_unit_it_is_given_in(string unit, int quantity, bool fits)
    {
        var outcome = Rejected(Cea.Packed()).When(new BatchDiscarded(Cea.Sheets, quantity, "Incineration", DiscardReason.EnvFail, unit));
        if (fits) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data.quantity");
    }

    [Fact]
    public void Of_a_batch_given_away_in_part_what_is_here_is_discarded_and_nothing_else_is_named()
    {
        var s = Adsc.Released();
        s.Given(new Shipped(Adsc.Bags[..5], 2, s.Now)).Force(new DispositionSigned(DispositionKind.Revoke, 0, "REJECT", [], ["C-06"]), "qa02");
        BatchDiscarded Discarded(string[] ids) => new(ids, ids.Length, "Incineration", DiscardReason.Oos);
        s.When(Discarded(Adsc.Bags)).ThenRejected(Codes.StateGuard, "data.ids");
        s.When(Discarded(Adsc.Bags[6..])).ThenRejected(Codes.StateGuard, "data.ids");
        s.When(Discarded(Adsc.Bags[5..])).ThenAccepted();
        s.Given(new Returned(Adsc.Bags[..5], 2, s.Now)).When(Discarded(Adsc.Bags[5..])).ThenRejected(Codes.StateGuard, "data.ids");
        s.When(Discarded(Adsc.Bags)).ThenAccepted();
    }
}
