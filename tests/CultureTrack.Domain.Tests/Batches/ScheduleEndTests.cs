using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>When a line of a product's schedule (2.5) is there, which vessels it names, and what ends it.</summary>
public sealed class ScheduleEndTests
{
    private static List<ScheduledTask> Due(Scenario s) => [.. Schedule.Due(s.State, s.State.Definition!)];
    private static List<ScheduledTask> Due(Scenario s, string row, string completedBy, string? subject = null) =>
        [.. Due(s).Where(t => t.Row == row && t.CompletedBy == completedBy && (subject is null || t.Subject == subject))];

    private static MediumChanged Feed(params string[] vessels) => new(vessels, "MED-26-01", 35 * vessels.Length, 35 * vessels.Length, FeedKind.Full);
    private static Scenario Sampled(Scenario s, string id, string criterion) => s.Force(new SampleTaken(id, [criterion], SampleMatrix.CellsAndSupernatant, 60, [], s.Now), "tech01");

    [Fact]
    public void A_group_is_named_by_its_first_vessel_and_how_many_more_there_are()
    {
        var task = Due(Adsc.AtP0(), "D-06", nameof(MediumChanged)).ShouldHaveSingleItem();
        (task.Subject, task.Title.Contains("V-01 and 9 more", StringComparison.Ordinal)).ShouldBe(("V-01", true));
        var s = Adsc.Processed().On("2026-04-13T12:00Z");
        s.Given(Adsc.Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), ["V-01"], 175, 1.0e4m, 0));
        Due(s, "D-06", nameof(MediumChanged)).ShouldHaveSingleItem().Title.ShouldEndWith("V-01");
    }

    [Fact]
    public void A_product_without_a_schedule_has_no_lines_of_its_own()
    {
        var s = Adsc.AtP0();
        Schedule.Due(s.State with { Definition = s.State.Definition! with { Schedule = null } }, s.State.Definition!).Select(t => t.Row).Distinct().ShouldBe(["D-04"]);
    }

    [Fact]
    public void Vessels_left_over_after_the_harvest_are_fed_and_looked_at_no_more()
    {
        var s = Adsc.AtP2().On("2026-04-28T14:00Z").Given(Adsc.Harvest with { VesselIds = Adsc.P2Vessels[..3], Viable = 3.8e8m });
        s.State.Culture.Vessels["V-34"].Status.ShouldBe(VesselStatus.InUse);
        Due(s).ShouldNotContain(t => t.Row == "D-04" || t.Row == "D-06");
    }

    [Fact]
    public void The_next_feed_counts_from_the_last_of_any_vessel_of_the_group()
    {
        var s = Adsc.AtP0().On("2026-04-15T12:00Z").Given(Feed(Adsc.P0Vessels)).On("2026-04-16T12:00Z").Given(Feed("V-01"));
        Due(s, "D-06", nameof(MediumChanged)).ShouldHaveSingleItem().DueAt.ShouldBe(Scenario.At("2026-04-19T12:00Z"));
    }

    [Fact]
    public void The_passage_of_some_vessels_says_nothing_about_the_others()
    {
        var s = Adsc.AtP0().On("2026-04-20T12:00Z").Given(Adsc.Passage(Adsc.P0Vessels[..4], 8.4e6m));
        Due(s, "D-08", nameof(PassagePerformed), "V-05").ShouldHaveSingleItem().DueAt.ShouldBe(Scenario.At("2026-04-21T12:00Z"));
    }

    [Fact]
    public void A_step_is_due_until_it_is_done_and_nothing_else_does_it()
    {
        Due(Mss.OnScaffold().Given(new HoldPlaced(null, "Suspicion")), "D-11", nameof(AttachmentAssessed)).ShouldHaveSingleItem();
        var assessed = Mss.OnScaffold().Given(Mss.Attached);
        Due(assessed, "D-11", nameof(AttachmentAssessed)).ShouldBeEmpty();
        Due(assessed, "D-11", nameof(FillPerformed)).ShouldHaveSingleItem();
        Due(Bls.Covered().Given(Bls.Lift), "D-10", nameof(AirLiftStarted)).ShouldBeEmpty();
    }

    [Fact]
    public void What_follows_a_step_is_due_until_it_is_done()
    {
        Due(Cea.Taken().On("2026-03-02T10:00Z").Given(Cea.Feeder(Cea.Flasks, "2026-03-01T10:00Z")), "D-03", nameof(FeederPlated)).ShouldBeEmpty();
        Due(Cm.Conditioning(), "D-12", nameof(ConditionedMediumCollected)).ShouldHaveSingleItem();
        Due(Cm.Harvested(), "D-12", nameof(ConditionedMediumCollected)).ShouldBeEmpty();
        Due(Cm.Filled(), "D-12", nameof(FillPerformed)).ShouldBeEmpty();
    }

    [Fact]
    public void Samples_of_the_planned_fill_are_due_from_the_first_cells_to_the_end_of_the_fill()
    {
        Due(Adsc.Taken(), "D-14", nameof(SampleTaken)).ShouldBeEmpty();
        Due(Adsc.Processed(), "D-14", nameof(SampleTaken)).ShouldHaveSingleItem();
        Due(Adsc.Harvested(), "D-14", nameof(SampleTaken)).ShouldHaveSingleItem();
        Due(Adsc.Filled(), "D-14", nameof(SampleTaken)).ShouldHaveSingleItem();
        Due(Adsc.Filled().Force(new ReviewSubmitted([]), "tech01"), "D-14", nameof(SampleTaken)).ShouldBeEmpty();
    }

    [Fact]
    public void A_sample_is_due_until_it_is_taken_and_its_interim_result_until_it_is_there()
    {
        Due(Adsc.AtP2(), "D-13", nameof(SampleTaken), "C-04").ShouldHaveSingleItem();
        Due(Adsc.AtP2(), "D-13", nameof(QcResultRecorded)).ShouldBeEmpty();
        var taken = Sampled(Sampled(Adsc.AtP2(), "S-4", "C-04"), "S-7", "C-07");
        Due(taken, "D-13", nameof(SampleTaken), "C-04").ShouldBeEmpty();
        Due(taken, "D-14", nameof(SampleTaken), "C-07").ShouldBeEmpty();
        Due(taken, "D-13", nameof(QcResultRecorded), "C-04").ShouldHaveSingleItem();
        taken.Force(new QcTestStarted("T-4", "S-4", "C-04", 1, taken.Now), "qc01").Force(new QcResultRecorded("R-4", "T-4", ResultKind.Interim, [new(Qualitative: Qualitative.Negative)], true, null), "qc01");
        Due(taken, "D-13", nameof(QcResultRecorded)).ShouldBeEmpty();
    }

    [Fact]
    public void What_will_be_frozen_needs_no_sterility_test_in_process_but_the_mycoplasma_test()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z").Given(Adsc.Registered with { Storage = Storage.Cryo }, Adsc.Consent, Adsc.Exempt)
            .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).On("2026-04-13T10:30Z").Given(Adsc.Isolated);
        Due(s, "D-13", nameof(SampleTaken)).ShouldBeEmpty();
        Due(s, "D-14", nameof(SampleTaken), "C-07").ShouldHaveSingleItem();
    }
}
