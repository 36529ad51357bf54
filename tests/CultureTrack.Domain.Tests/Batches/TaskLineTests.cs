using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What a line of a schedule means, member by member (2.5, G-8).</summary>
public sealed class TaskLineTests
{
    private static readonly DateTimeOffset Seeded = Scenario.At("2026-04-13T12:00Z");

    private static readonly TaskRule Look = new("X-1", "Look at {0}", TaskAnchor.Culture, 96, nameof(ConfluenceObserved), Roles.Technician, 4, 8);

    private static ScheduledTask[] Due(Scenario s, params TaskRule[] rules) =>
        [.. Schedule.Due(s.State with { Definition = s.State.Definition! with { Schedule = rules } }, s.State.Definition!).Where(t => t.Row.StartsWith('X'))];

    private static (string Row, string Subject, DateTimeOffset DueAt)[] Told(Scenario s, params TaskRule[] rules) => [.. Due(s, rules).Select(t => (t.Row, t.Subject, t.DueAt))];

    private static ConfluenceObserved Seen(string id, decimal pct) => new(id, pct, LookMethod.Visual, "Spindle", Contamination.None);

    private static Scenario WithColonies()
    {
        var s = Adsc.AtP0();
        return s.Given(Adsc.Seeded(SeedingPurpose.CfuF, s.Last<IsolationPerformed>(), ["CF-1"], 100, 10, 0));
    }

    [Fact]
    public void A_line_tells_its_row_title_step_role_and_times()
    {
        var task = Due(Adsc.AtP0(), Look).ShouldHaveSingleItem();
        task.ShouldBe(new("X-1", "V-01", "Look at V-01 and 9 more", nameof(ConfluenceObserved), Roles.Technician, Seeded.AddHours(96), TimeSpan.FromHours(4), TimeSpan.FromHours(8)));
    }

    [Fact]
    public void A_line_without_purposes_is_for_cultures_of_the_product_and_one_with_them_for_those()
    {
        Told(WithColonies(), Look).ShouldBe([("X-1", "V-01", Seeded.AddHours(96))]);
        Told(WithColonies(), Look with { Purposes = [SeedingPurpose.CfuF] }).ShouldBe([("X-1", "CF-1", Seeded.AddHours(96))]);
        Told(WithColonies(), Look with { Purposes = [SeedingPurpose.Expansion, SeedingPurpose.Culture] }).ShouldBe([("X-1", "V-01", Seeded.AddHours(96))]);
        Told(WithColonies(), Look with { Purposes = [SeedingPurpose.Sheet] }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(false, 0, 1)]
    [InlineData(null, 1, 1)]
    public void A_line_may_be_for_the_first_passage_or_for_later_ones(bool? first, int atP0, int atP1)
    {
        Told(Adsc.AtP0(), Look with { FirstPassage = first }).Length.ShouldBe(atP0);
        Told(Adsc.AtP1(), Look with { FirstPassage = first }).Length.ShouldBe(atP1);
    }

    [Fact]
    public void Of_the_lines_of_one_row_the_first_that_fits_holds()
    {
        Told(Adsc.AtP0(), Look with { FirstPassage = false }, Look with { Hours = 24 }, Look).ShouldBe([("X-1", "V-01", Seeded.AddHours(24))]);
        Told(Adsc.AtP0(), Look, Look with { Row = "X-2", Hours = 24 }).ShouldBe([("X-1", "V-01", Seeded.AddHours(96)), ("X-2", "V-01", Seeded.AddHours(24))]);
    }

    [Fact]
    public void What_is_done_once_is_due_no_more_and_what_repeats_is_due_again()
    {
        var s = Adsc.AtP0().On("2026-04-14T12:00Z").Given(Seen("V-01", 20)).On("2026-04-15T12:00Z").Given(Seen("V-01", 30));
        Told(s, Look).ShouldBeEmpty();
        Told(s, Look with { RepeatHours = 10 }).ShouldBe([("X-1", "V-01", Scenario.At("2026-04-14T22:00Z"))]);
    }

    [Theory]
    [InlineData(49, 96)]
    [InlineData(50, 30)]
    [InlineData(51, 30)]
    public void A_confluence_brings_a_line_forward_and_never_back(int pct, int hours)
    {
        var rule = Look with { CompletedBy = nameof(PassagePerformed), ConfluencePct = 50, ConfluenceHours = 6 };
        var s = Adsc.AtP0().On("2026-04-14T12:00Z").Given(Seen("V-02", pct)).On("2026-04-15T12:00Z").Given(Seen("V-03", 45));
        Told(s, rule).ShouldBe([("X-1", "V-01", Seeded.AddHours(hours))]);
        Told(s, rule with { ConfluenceHours = 200 }).ShouldBe([("X-1", "V-01", Seeded.AddHours(96))]);
    }

    [Fact]
    public void A_step_hangs_on_the_last_time_the_one_before_was_done_and_ends_with_its_own()
    {
        var rule = new TaskRule("X-1", "Count {0}", TaskAnchor.Step, 2, nameof(HoldPlaced), Roles.Technician, 1, 1, After: nameof(ConfluenceObserved));
        var s = Adsc.AtP0();
        Told(s, rule).ShouldBeEmpty();
        s.On("2026-04-14T12:00Z").Given(Seen("V-01", 20)).On("2026-04-15T12:00Z").Given(Seen("V-01", 30));
        Due(s, rule).ShouldHaveSingleItem().Title.ShouldBe("Count ADSC-26-0007");
        Told(s, rule).ShouldBe([("X-1", nameof(HoldPlaced), Scenario.At("2026-04-15T14:00Z"))]);
        s.Given(new HoldPlaced("H-1", "Suspicion"));
        Told(s, rule).ShouldBeEmpty();
        s.Given(Seen("V-01", 35));
        Told(s, rule).Length.ShouldBe(1);
        Told(s, rule with { After = null }).ShouldBeEmpty();
    }

    [Fact]
    public void A_step_after_the_receipt_counts_from_the_receipt_itself()
    {
        var rule = new TaskRule("X-1", "Prepare {0}", TaskAnchor.Step, 1, nameof(FeederPlated), Roles.Technician, 1, 1, After: nameof(TissueReceived));
        var s = Adsc.Planned().On("2026-04-13T08:40Z").Given(Adsc.Received);
        Told(s, rule).ShouldBe([("X-1", nameof(FeederPlated), Scenario.At("2026-04-13T09:30Z"))]);
    }

    [Fact]
    public void Steps_are_due_from_the_quarantine_to_the_harvest()
    {
        var rule = new TaskRule("X-1", "Prepare {0}", TaskAnchor.Step, 1, nameof(FeederPlated), Roles.Technician, 1, 1, After: nameof(BatchRegistered));
        Told(Adsc.Planned(), rule).ShouldBeEmpty();
        Told(Adsc.Quarantined(), rule).Length.ShouldBe(1);
        Told(Adsc.Harvested(), rule).Length.ShouldBe(1);
        Told(Adsc.Filled(), rule).ShouldBeEmpty();
    }

    [Fact]
    public void A_step_is_completed_by_its_event_whatever_its_purpose()
    {
        var rule = new TaskRule("X-1", "Seed {0}", TaskAnchor.Step, 1, "VesselsSeeded/Expansion", Roles.Technician, 1, 1, After: nameof(PassagePerformed));
        var task = Due(Adsc.AfterP0(), rule).ShouldHaveSingleItem();
        (task.Subject, task.CompletedBy).ShouldBe(("VesselsSeeded/Expansion", nameof(VesselsSeeded)));
        Told(Adsc.AtP1(), rule).ShouldBeEmpty();
    }

    [Fact]
    public void A_line_of_the_planned_fill_without_a_criterion_stays_until_the_review()
    {
        var rule = new TaskRule("X-1", "Book the room for {0}", TaskAnchor.PlannedFill, -48, nameof(ReviewSubmitted), Roles.Technician, 1, 1);
        // Planned use 29 April 07:00, fill 16 h before.
        Told(Adsc.AtP0(), rule).ShouldBe([("X-1", nameof(ReviewSubmitted), Scenario.At("2026-04-26T15:00Z"))]);
        Told(Adsc.Taken(), rule).ShouldBeEmpty();
        Told(Adsc.Filled(), rule).Length.ShouldBe(1);
    }

    [Fact]
    public void A_line_in_the_night_moves_as_it_says()
    {
        var s = Adsc.AtP0();
        Told(s, Look with { Hours = 10, Night = NightRule.Stays })[0].DueAt.ShouldBe(Scenario.At("2026-04-13T22:00Z"));
        Told(s, Look with { Hours = 10, Night = NightRule.Morning })[0].DueAt.ShouldBe(Scenario.At("2026-04-14T08:00Z"));
        Told(s, Look with { Hours = 10, Night = NightRule.Afternoon })[0].DueAt.ShouldBe(Scenario.At("2026-04-13T17:00Z"));
    }
}
