using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What the software does by itself when an entry is made (2.3): holds, and a deviation for each recalled lot that was used.</summary>
public sealed class ReactionTests
{
    private static readonly DeviationOpened Minor = new("DEV-1", "Spill in the cabinet", DeviationClass.Minor);

    private static Scenario WithRecalled(params string[] lots)
    {
        var s = Adsc.AtP0().On("2026-04-13T12:30Z");
        foreach (var lot in lots) s.Lab.Lots[lot] = new(lot, "Medium", Lab.Never, Lab.Always, Scenario.At("2026-04-13T12:25Z"));
        return s;
    }

    private static EventData[] FollowUps(Scenario s, string lot, string occurredAt)
    {
        var made = s.When(new MediumChanged(Adsc.P0Vessels, lot, 350, 350, FeedKind.Full), occurredAt: occurredAt, comment: "As seen").ThenAccepted();
        s.Take(made);
        return [.. made.Events.Skip(1).Select(e => e.Body)];
    }

    [Fact]
    public void A_use_before_the_recall_that_is_entered_after_it_is_a_major_deviation()
    {
        var opened = FollowUps(WithRecalled("MED-26-01"), "MED-26-01", "2026-04-13T12:20Z").ShouldHaveSingleItem().ShouldBeOfType<DeviationOpened>();
        (opened.Class, opened.Run).ShouldBe((DeviationClass.Major, "recall/MED-26-01"));
        opened.DeviationId.ShouldNotBeNull();
    }

    [Fact]
    public void A_recall_is_told_once_for_each_lot_whatever_other_deviations_there_are()
    {
        var s = WithRecalled("MED-26-01", "MED-26-02").Given(Minor);
        FollowUps(s, "MED-26-01", "2026-04-13T12:20Z").Length.ShouldBe(1);
        FollowUps(s, "MED-26-01", "2026-04-13T12:21Z").ShouldBeEmpty();
        FollowUps(s, "MED-26-02", "2026-04-13T12:22Z").Length.ShouldBe(1);
        s.State.Deviations.Values.Select(d => d.Run).ShouldBe([null, "recall/MED-26-01", "recall/MED-26-02"], ignoreOrder: true);
    }

    [Fact]
    public void A_lot_that_is_not_recalled_or_not_known_opens_nothing()
    {
        FollowUps(WithRecalled("MED-26-02"), "MED-26-01", "2026-04-13T12:20Z").ShouldBeEmpty();
        var s = WithRecalled();
        s.Lab.Lots.Remove("COL-26-01");
        FollowUps(s, "MED-26-01", "2026-04-13T12:20Z").ShouldBeEmpty();
    }

    [Fact]
    public void A_deviation_that_becomes_critical_holds_the_batch_once()
    {
        var s = Adsc.AtP0().Given(Minor with { DeviationId = "DEV-2", Class = DeviationClass.Critical }, Minor);
        s.Given(new DeviationClassified("DEV-1", DeviationClass.Major)).State.Holds.Count.ShouldBe(1);
        s.Given(new DeviationClassified("DEV-1", DeviationClass.Critical), new DeviationClassified("DEV-1", DeviationClass.Critical));
        s.State.Holds.Values.Select(h => h.DeviationRef).ShouldBe(["DEV-1", "DEV-2"], ignoreOrder: true);
        s.State.Holds.Values.ShouldAllBe(h => h.BySystem);
    }

    [Theory]
    [InlineData(Contamination.Suspected, 1)]
    [InlineData(Contamination.None, 0)]
    public void Suspected_contamination_holds_the_batch(Contamination seen, int holds) =>
        Adsc.AtP0().Given(new ConfluenceObserved("V-01", 50, LookMethod.Visual, "Spindle", seen)).State.Holds.Count.ShouldBe(holds);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_mismatch_of_identity_holds_the_batch_even_when_it_is_caught(bool caught) =>
        Adsc.AtP0().Given(new CoiMismatchRecorded(CoiPoint.Seeding, ["PT-0007"], ["PT-0008"], caught)).State.Holds.Count.ShouldBe(1);

    [Theory]
    [InlineData(DonorResult.Reactive, 1)]
    [InlineData(DonorResult.Indeterminate, 0)]
    [InlineData(DonorResult.NonReactive, 0)]
    public void A_reactive_donor_of_cells_for_others_holds_the_batch(DonorResult result, int holds)
    {
        var s = Cm.Planned();
        s.Given(new DonorTestRecorded("HCV", "kit", s.Now, result)).State.Holds.Count.ShouldBe(holds);
    }

    [Fact]
    public void A_reactive_donor_who_is_the_patient_holds_nothing()
    {
        var s = Adsc.Planned();
        s.Given(new DonorTestRecorded("HCV", "kit", s.Now, DonorResult.Reactive)).State.Holds.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Signs_of_infection_at_the_graft_review_hold_the_batch(bool signs, int holds)
    {
        var s = Cea.Released();
        s.Given(new Shipped(Cea.Sheets, 2, s.Now), new Administered(Cea.Sheets, 2, s.Now)).On("2026-03-29T10:00Z");
        s.Given(new GraftTakeRecorded(Cea.Sheets, s.Now, 88, TakeMethod.Visual, signs, []));
        s.State.Holds.Count.ShouldBe(holds);
    }
}

/// <summary>A hold on the source of the cells is a hold on what was made of them.</summary>
public sealed class SourceReactionTests
{
    private static SourceFact Source => Allocated.Source;

    private static string[] Reasons(BatchState state, SourceFact? source) => [.. SourceReactions.Holds(state, source).Select(h => h.Reason)];

    [Fact]
    public void Each_hold_of_the_source_is_told_once()
    {
        var s = Cm.HasCells();
        var source = Source with { Holds = ["Growth", "Spill"] };
        s.Lab.Source = source;
        var found = SourceReactions.Holds(s.State, source).Select(h => ((EventData)h, s.Now)).ToList();
        var told = BatchDecider.Record(s.State, found, s.Lab.Facts(s.State, Cm.Wash), s.Now);
        told.Events.Select(e => ((HoldPlaced)e.Body).Reason).ShouldBe(["Source ADSC-26-0005 is on hold: Growth", "Source ADSC-26-0005 is on hold: Spill"]);
        SourceReactions.Holds(told.State, source).ShouldBeEmpty();
        Reasons(told.State, source with { Holds = ["Growth", "Fire"] }).ShouldBe(["Source ADSC-26-0005 is on hold: Fire"]);
    }

    [Fact]
    public void A_hold_of_the_source_that_was_missed_is_told_with_the_next_entry()
    {
        var s = Cm.HasCells();
        s.Lab.Source = Source with { Holds = ["Growth"] };
        s.Given(Cm.Wash).State.Holds.Values.Select(h => h.Reason).ShouldBe(["Source ADSC-26-0005 is on hold: Growth"]);
    }

    [Fact]
    public void A_donor_found_ineligible_holds_what_was_made()
    {
        Reasons(Cm.HasCells().State, Source with { DonorIneligible = true }).ShouldBe(["Source ADSC-26-0005: its donor is not eligible"]);
        Reasons(Cm.HasCells().State, Source).ShouldBeEmpty();
        Reasons(Cm.HasCells().State, null).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(LifeState.Rejected, true)]
    [InlineData(LifeState.ReleaseRevoked, true)]
    [InlineData(LifeState.Terminated, true)]
    [InlineData(LifeState.Released, false)]
    [InlineData(LifeState.Closed, false)]
    public void The_end_of_a_source_that_failed_holds_what_was_made(LifeState end, bool holds) =>
        Reasons(Cm.HasCells().State, Source with { State = end }).Length.ShouldBe(holds ? 1 : 0);

    [Theory]
    [InlineData(LifeState.Rejected, false)]
    [InlineData(LifeState.Terminated, false)]
    [InlineData(LifeState.Discarded, false)]
    [InlineData(LifeState.Closed, false)]
    [InlineData(LifeState.ReleaseRevoked, true)]
    [InlineData(LifeState.Released, true)]
    [InlineData(LifeState.Formulated, true)]
    public void What_is_given_up_itself_is_not_held(LifeState state, bool holds) =>
        Reasons(Cm.HasCells().State with { State = state }, Source with { Holds = ["Growth"] }).Length.ShouldBe(holds ? 1 : 0);

    [Theory]
    [InlineData(LifeState.Rejected, true, false)]
    [InlineData(LifeState.Terminated, true, false)]
    [InlineData(LifeState.ReleaseRevoked, true, false)]
    [InlineData(LifeState.Discarded, true, false)]
    [InlineData(LifeState.Released, false, true)]
    [InlineData(LifeState.ConditionallyReleased, false, true)]
    [InlineData(LifeState.ReleasedExceptional, false, true)]
    [InlineData(LifeState.Closed, false, true)]
    [InlineData(LifeState.InProcess, false, false)]
    [InlineData(LifeState.PendingDisposition, false, false)]
    public void A_source_is_barred_released_or_neither(LifeState state, bool barred, bool released)
    {
        var source = Source with { State = state };
        (source.IsBarred, source.IsReleased).ShouldBe((barred, released));
        (source with { DonorIneligible = true }).IsBarred.ShouldBeTrue();
    }
}
