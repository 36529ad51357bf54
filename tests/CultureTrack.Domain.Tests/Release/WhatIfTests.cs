using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What another specification would have meant: which moment is asked about, what is judged anew, and how it is told.</summary>
public sealed class WhatIfTests
{
    private static readonly Specification Cea = SpecificationRegister.BuiltIn[("CEA", 1)];

    private static Specification With(Specification own, string criterion, Func<Criterion, Criterion> change) =>
        own with { Version = 2, Criteria = [.. own.Criteria.Select(c => c.Id == criterion ? change(c) : c)] };

    private static Specification AtMost(Specification own, string criterion, string max) =>
        With(own, criterion, c => c with { Parts = [.. c.Parts.Select(p => p with { Limit = new() { Max = max } })] });

    private static WhatIfResult Compare(Story s, string at, Specification own, Specification other, IReadOnlySet<string>? alike = null) =>
        WhatIf.Compare(s.State, s.State.State, own, other, s.Facts, s.Time(at), alike);

    [Fact]
    public void It_differs_in_its_verdict_or_in_a_criterion()
    {
        var same = new WhatIfResult("B", LifeState.Released, default, "S@1", Verdicts.Release, Verdicts.Release, [], []);
        var change = new CriterionChange("CEA-07", "Pass", "NotApplicable", null, null, null);
        same.Differs.ShouldBeFalse();
        (same with { WhatIf = Verdicts.Blocked }).Differs.ShouldBeTrue();
        (same with { Changed = [change] }).Differs.ShouldBeTrue();
        (same with { WhatIf = Verdicts.Blocked, Changed = [change] }).Differs.ShouldBeTrue();
    }

    [Fact]
    public void Undecided_it_is_asked_about_now_with_the_whole_record_and_decided_about_the_last_decision_that_was_no_revocation()
    {
        var s = WorkedBatches.CeaReady();
        WhatIf.Moment(s.State.History, s.Time("03-19 11:20")).ShouldBe((s.State.History, s.Time("03-19 11:20")));
        s = WorkedBatches.CeaConditional().Tested("03-22 13:00", "C-11", Word(Qualitative.NoGrowth, "plates")).Tested("03-31 12:00", "CEA-09", Number(6.3m)).Tested("04-02 13:10", "C-06", Word(Qualitative.NoGrowth));
        var tested = s.State.History;
        s.Signed("04-02 15:00", DispositionKind.FinalRelease);
        var final = WhatIf.Moment(s.State.History, s.Time("06-01 09:00"));
        (final.History.Select(e => e.EventId).SequenceEqual(tested.Select(e => e.EventId)), final.At).ShouldBe((true, s.Time("04-02 15:00")));
        s.Signed("04-03 09:00", DispositionKind.Revoke, "Withdrawn by the manufacturer");
        WhatIf.Moment(s.State.History, s.Time("06-01 09:00")).At.ShouldBe(s.Time("04-02 15:00"));
    }

    [Fact]
    public void What_looks_at_the_final_sterility_is_alike_only_when_that_is()
    {
        var all = Cea.WithCommon().Criteria.Select(c => c.Id).ToArray();
        string[] Differing(Specification other) => [.. all.Except(WhatIf.Alike(Cea, other))];
        Differing(Cea).ShouldBeEmpty();
        Differing(AtMost(Cea, "CEA-07", "0.3")).ShouldBe(["CEA-07"]);
        Differing(With(Cea, "C-06", c => c with { Gate = Gate.F })).ShouldBe(["C-04", "C-05", "C-06"], ignoreOrder: true);
        WhatIf.Alike(Cea, With(Cea, "CEA-07", c => c with { Id = "CEA-77" })).ShouldNotContain("CEA-77");
    }

    [Fact]
    public void Criteria_known_to_be_alike_are_not_judged_again()
    {
        var (s, stricter) = (WorkedBatches.CeaReady(), AtMost(Cea, "CEA-07", "0.3"));
        Compare(s, "03-19 11:16", Cea, stricter).Changed.ShouldHaveSingleItem().Id.ShouldBe("CEA-07");
        Compare(s, "03-19 11:16", Cea, stricter, Cea.Criteria.Select(c => c.Id).ToHashSet()).Differs.ShouldBeFalse();
        Compare(s, "03-19 11:16", Cea, stricter, new HashSet<string>()).Changed.ShouldHaveSingleItem().Id.ShouldBe("CEA-07");
    }

    [Fact]
    public void Changes_come_in_order_of_id_and_show_what_was_observed_under_either()
    {
        var own = Cea with { Criteria = [.. Cea.Criteria.Where(c => c.Id != "CEA-08")] };
        var other = AtMost(AtMost(Cea with { Criteria = [.. Cea.Criteria.Where(c => c.Id != "CEA-04").Reverse()] }, "CEA-07", "0.3"), "CEA-02", "50");
        other = With(With(other, "CEA-02", c => c with { Parts = [c.Parts.Single(p => p.Name == "confluence")] }),
            "CEA-06", c => c with { Parts = [.. c.Parts.Select(p => p with { NotApplicableWhen = Condition.Fresh })] });
        Compare(WorkedBatches.CeaReady(), "03-19 11:16", own, other).Changed.ShouldBe([
            new("CEA-02", "Pass", "FailUnconfirmed", "confluence ≥95 %; hole ≤2 mm", "confluence ≤50 %", "confluence 100 %"),
            new("CEA-04", "Pass", null, "≥70 %", null, "86 %"),
            new("CEA-06", "Pass", "NotApplicable", "≥90.0 %", null, "97.2 %"),
            new("CEA-07", "Pass", "FailUnconfirmed", "≤1.0 %", "≤0.3 %", "0.4 %"),
            new("CEA-08", null, "Pass", null, "≤5.0 %", "1.1 %"),
        ]);
    }

    [Theory]
    [InlineData("1.5", "Pass")]
    [InlineData("1.3", "FailUnconfirmed")]
    public void A_retest_that_passed_is_judged_by_the_other_limit(string max, string status)
    {
        var s = WorkedBatches.AdscTested(2.6m)
            .Do("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1))
            .Do("04-28 22:00", "qc02", new QcTestStarted("T-R", "S-ADSC-05", "ADSC-05", 1, null))
            .Do("04-28 22:00", "qc02", new QcResultRecorded("R-R", "T-R", ResultKind.Final, [Number(1.4m, "CD45")], true, null), comment: "Retest")
            .Do("04-28 22:20", "qc01", new QcResultApproved("R-R"))
            .Do("04-28 22:30", "qa01", new OosConcluded("OOS-ADSC-05-1", 1, OosConclusion.NotConfirmed, "The retest on the retained sample passed."));
        var own = SpecificationRegister.BuiltIn[("ADSC", 1)];
        var stricter = With(own, "ADSC-05", c => c with { Parts = [.. c.Parts.Select(p => p.Name == "CD45" ? p with { Limit = new() { Max = max } } : p)] });
        s.Status("04-28 22:40", "ADSC-05").Status.ShouldBe("Pass");
        ReleaseEvaluator.Evaluate(s.State, stricter, s.Facts, s.Time("04-28 22:40")).Criteria.Single(c => c.Id == "ADSC-05").Status.ShouldBe(status);
        Compare(s, "04-28 22:40", own, stricter).Changed.Select(c => (c.Id, c.From, c.To, c.Observed!.Contains("CD45 1.4 %", StringComparison.Ordinal)))
            .ShouldBe(status == "Pass" ? [] : [("ADSC-05", "Pass", status, true)]);
    }

    [Fact]
    public void A_summary_counts_batches_verdicts_moves_and_criteria()
    {
        WhatIfResult Of(string verdict, string other, params string[] changed) =>
            new("B", LifeState.Released, default, "S@1", verdict, other, [.. changed.Select(c => new CriterionChange(c, "Pass", "Pending", null, null, null))], []);
        var summary = WhatIfSummary.Of([Of(Verdicts.Release, Verdicts.Reject, "B-2", "A-1"), Of(Verdicts.Release, Verdicts.Release, "B-2"), Of(Verdicts.Blocked, Verdicts.Blocked), Of(Verdicts.Release, Verdicts.Reject)]);
        (summary.Batches, summary.Changed).ShouldBe((4, 3));
        summary.Then.ShouldBe([new(Verdicts.Blocked, 1), new(Verdicts.Release, 3)]);
        summary.Now.ShouldBe([new(Verdicts.Blocked, 1), new(Verdicts.Reject, 2), new(Verdicts.Release, 1)]);
        summary.Moves.ShouldBe([new("RELEASE → REJECT", 2)]);
        summary.Criteria.ShouldBe([new("A-1", 1), new("B-2", 2)]);
    }
}
