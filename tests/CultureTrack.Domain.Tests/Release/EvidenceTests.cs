using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>The verdict depends on its evidence and on nothing else.</summary>
public sealed class EvidenceTests
{
    private static readonly Story Sheets = WorkedBatches.CeaReady();
    private static readonly Story Cells = WorkedBatches.AdscReady();

    private static string Shape(Verdict v) => $"{v.Value}|{string.Join(",", v.Reasons.Select(r => $"{r.Id}:{r.Code}"))}|{string.Join(",", v.Pending)}|"
        + string.Join(",", v.Criteria.Select(c => $"{c.Id}={c.Status}{(c.Alert ? "!" : "")}"));

    [Law(Runs = 40)]
    public void An_unrelated_remark_never_changes_the_verdict(byte minute, string? comment, bool sheets)
    {
        var (story, at, day) = sheets ? (Sheets, "03-19 11:16", "03-15") : (Cells, "04-28 22:00", "04-27");
        var vessel = story.State.Culture.Vessels.Keys.First();
        var occurred = story.Time($"{day} 10:{minute % 60:00}");
        var remark = new Stamp(story.State.BatchId, occurred, occurred, story.Person("tech01"), Roles.Technician, "UTC", Comment: comment)
            .Record(new ConfluenceObserved(vessel, 70m, LookMethod.Visual, "Normal", Contamination.None), story.State.Version + 1);
        var more = ReleaseEvaluator.Evaluate(BatchFold.Apply(story.State, remark), story.Facts.Spec!, story.Facts, story.Time(at));
        Shape(more).ShouldBe(Shape(story.Verdict(at)));
    }

    [Fact]
    public void The_same_events_give_the_same_verdict()
    {
        var again = BatchFold.Fold(Cells.State.History);
        Shape(ReleaseEvaluator.Evaluate(again, Cells.Facts.Spec!, Cells.Facts, Cells.Time("04-28 22:00"))).ShouldBe(Shape(Cells.Verdict("04-28 22:00")));
    }

    public static TheoryData<string> LaboratoryCriteria() =>
        ["C-04", "C-05", "C-07", "ADSC-01", "ADSC-03", "ADSC-04", "ADSC-05", "ADSC-09", "ADSC-14"];

    [Theory]
    [MemberData(nameof(LaboratoryCriteria))]
    public void Without_any_event_that_a_passed_test_cites_it_is_not_passed(string criterion)
    {
        var status = Cells.Status("04-28 22:00", criterion);
        status.Status.ShouldBe("Pass");
        status.Evidence.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var evidence in status.Evidence)
        {
            var without = Cells.Without(evidence).Verdict("04-28 22:00");
            without.Criteria.Single(c => c.Id == criterion).Status.ShouldNotBe("Pass");
            without.Value.ShouldBe("BLOCKED");
        }
    }

    [Theory]
    [InlineData("C-02")]
    [InlineData("C-09")]
    [InlineData("C-12")]
    [InlineData("CEA-11")]
    [InlineData("CEA-12")]
    [InlineData("CEA-13")]
    public void Without_any_event_that_a_process_criterion_cites_it_is_not_passed(string criterion)
    {
        var status = Sheets.Status("03-19 11:16", criterion);
        status.Status.ShouldBe("Pass");
        foreach (var evidence in status.Evidence)
            Sheets.Without(evidence).Status("03-19 11:16", criterion).Status.ShouldNotBe("Pass");
    }

    [Fact]
    public void Every_reason_names_evidence_without_which_it_is_not_given()
    {
        var s = WorkedBatches.AdscReady(2.6m);
        s.Do("04-28 21:45", "tech01", new DeviationOpened("DEV-9", "Door left open", DeviationClass.Major))
            .Do("04-28 21:45", "qa01", new HoldPlaced("H-1", "Waiting for the laboratory"));
        var v = s.Verdict("04-28 22:00");
        v.Reasons.Select(r => r.Id).ShouldBe(["C-12", "DEVIATION", "HOLD", "OOS(ADSC-05)"]);
        foreach (var reason in v.Reasons.Where(r => r.Id is "DEVIATION" or "HOLD" or "OOS(ADSC-05)"))
            foreach (var evidence in reason.Evidence)
                s.Without(evidence).Verdict("04-28 22:00").Reasons.ShouldNotContain(r => r.Id == reason.Id);
        v.Reasons.ShouldAllBe(r => r.Text.Length > 10);
    }
}
