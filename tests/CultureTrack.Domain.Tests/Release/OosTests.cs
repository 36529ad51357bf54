using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

public sealed class OosTests
{
    private const string Rationale = "A rationale of more than twenty characters.";

    private static OosConcluded Conclude(string oos, OosConclusion how, string rationale = Rationale) => new(oos, 1, how, rationale);

    private static Story Retested(decimal value, string analyst = "qc02") => WorkedBatches.AdscTested(2.6m)
        .Do("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1))
        .Do("04-28 22:00", analyst, new QcTestStarted("T-R", "S-ADSC-05", "ADSC-05", 1, null))
        .Do("04-28 22:00", analyst, new QcResultRecorded("R-R", "T-R", ResultKind.Final, [Number(value, "CD45")], true, null), comment: "Retest");

    private static Story Approve(Story s, string by = "qc01") => s.Do("04-28 22:20", by, new QcResultApproved("R-R"));

    [Fact]
    public void A_failing_result_opens_one_case_when_recorded_naming_the_parts_and_a_failing_retest_joins_it()
    {
        var s = WorkedBatches.AdscTested(2.6m);
        var opened = s.State.Of<OosOpened>().Single();
        (opened.ActorRole, opened.Data.CriterionId, opened.Data.ResultId, opened.OccurredAt).ShouldBe((Roles.System, "ADSC-05", "R-ADSC-05", s.Time("04-28 17:00")));
        opened.Data.Parts.ShouldBe(["CD45"]);
        Retested(2.4m).State.Of<OosOpened>().Count().ShouldBe(1);
    }

    [Fact]
    public void An_assignable_laboratory_error_makes_the_part_pending_again_and_a_new_failure_opens_a_new_case()
    {
        var s = WorkedBatches.AdscTested(2.6m).Do("04-28 21:10", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.AssignableLabError));
        s.Status("04-28 21:20", "ADSC-05").Status.ShouldBe("Pending");
        s.Status("04-28 21:20", "ADSC-05").Why.ShouldContain("(R-ADSC-05) is outside the limit and was set aside with its OOS");
        s.Verdict("04-28 21:20").Reasons.Select(r => r.Id).ShouldContain("ADSC-05(CD45)");
        s.Do("04-28 22:00", "qc02", new QcTestStarted("T-R", "S-ADSC-05", "ADSC-05", 1, null))
            .Do("04-28 22:00", "qc02", new QcResultRecorded("R-R", "T-R", ResultKind.Final, [Number(2.4m, "CD45")], true, null));
        s.State.Qc.OpenOos("ADSC-05")!.OosId.ShouldBe("OOS-ADSC-05-2");
    }

    [Fact]
    public void A_passing_retest_by_a_second_analyst_lets_QA_conclude_not_confirmed()
    {
        var s = Retested(1.4m);
        s.Refusals("04-28 22:10", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.NotConfirmed)).ShouldBe([Codes.StateGuard]);
        Approve(s).Status("04-28 22:20", "ADSC-05").Status.ShouldBe("FailUnconfirmed");
        s.Do("04-28 22:30", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.NotConfirmed)).Status("04-28 22:30", "ADSC-05").Status.ShouldBe("Pass");
    }

    [Fact]
    public void A_retest_that_fails_or_is_of_the_same_analyst_proves_nothing()
    {
        Approve(Retested(2.4m)).Refusals("04-28 22:30", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.NotConfirmed)).ShouldBe([Codes.StateGuard]);
        Approve(Retested(1.4m, "qc01"), "qc02").Refusals("04-28 22:30", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.NotConfirmed)).ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    public void Inconclusive_counts_as_confirmed()
    {
        var s = WorkedBatches.AdscTested(2.6m).Do("04-28 21:10", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Inconclusive));
        s.Verdict("04-28 21:20").Reasons.Select(r => (r.Id, r.Code)).ShouldBe([("ADSC-05(CD45)", "FAIL")]);
    }

    [Fact]
    public void A_conclusion_needs_a_rationale_and_an_open_case()
    {
        var s = WorkedBatches.AdscTested(2.6m);
        s.Refusals("04-28 21:10", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed, "Nineteen characters")).ShouldBe([Codes.ValReason]);
        s.Refusals("04-28 21:10", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed, "Twenty characters it")).ShouldBeEmpty();
        s.Refusals("04-28 21:10", "qa01", Conclude("OOS-9", OosConclusion.Confirmed)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 21:10", "qc01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed)).ShouldBe([Codes.SodRole]);
        // 28 April 2026 is a Tuesday: the tenth working day is 12 May.
        s.FlagsOf("05-12 21:00", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed)).ShouldBeEmpty();
        s.FlagsOf("05-13 09:00", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed)).ShouldBe([Flags.Interval]);
        s.Do("04-28 21:10", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed)).Refusals("04-28 21:20", "qa01", Conclude("OOS-ADSC-05-1", OosConclusion.Confirmed)).ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    public void One_retest_is_ordered_with_cause_and_sterility_only_after_a_laboratory_error()
    {
        var s = WorkedBatches.AdscTested(2.6m);
        s.Refusals("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-04", "S-ADSC-04", 1)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-04", 1)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 2)).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1))
            .Refusals("04-28 21:20", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1)).ShouldBe([Codes.StateGuard]);
        var grown = WorkedBatches.AdscTested().Recorded("04-29 09:00", "C-06", Word(Qualitative.Growth));
        grown.Refusals("04-29 10:00", "qa01", new QcRetestOrdered("C-06", "S-C-06", 1)).ShouldBe([Codes.StateGuard]);
        grown.Refusals("04-29 10:00", "qa01", Conclude("OOS-C-06-1", OosConclusion.NotConfirmed)).ShouldBe([Codes.StateGuard]);
        grown.Do("04-29 10:00", "qa01", Conclude("OOS-C-06-1", OosConclusion.AssignableLabError))
            .Refusals("04-29 10:10", "qa01", new QcRetestOrdered("C-06", "S-C-06", 1)).ShouldBeEmpty();
    }

    [Fact]
    public void A_result_is_set_aside_only_with_a_cause_on_record()
    {
        var s = WorkedBatches.AdscTested(2.6m);
        s.Refusals("04-28 21:10", "qa01", new QcResultInvalidated("R-ADSC-04", "Wrong gate", "DOC-1")).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 21:10", "qa01", new QcResultInvalidated("R-ADSC-05", "Wrong gate", "DOC-1")).Status("04-28 21:20", "ADSC-05").Status.ShouldBe("Pending");
    }

    [Fact]
    public void Growth_and_mycoplasma_open_a_critical_deviation_and_hold_the_batch()
    {
        var grown = WorkedBatches.AdscTested().Recorded("04-29 09:00", "C-06", Word(Qualitative.Growth));
        grown.State.Deviations.Values.Select(d => (d.Class, d.Run)).ShouldBe([(DeviationClass.Critical, "C-06")]);
        grown.State.Holds.Count.ShouldBe(1);
        grown.Verdict("04-29 09:10").Reasons.Select(r => r.Id).ShouldBe(["ADSC-01", "ADSC-03", "C-12", "DEVIATION", "HOLD", "OOS(C-06)"], ignoreOrder: true);
        var infected = WorkedBatches.AdscSubmitted().Started("04-28 15:20", "C-07").Recorded("04-28 21:00", "C-07", Word(Qualitative.Detected));
        infected.State.Deviations.Values.Single().Text.ShouldContain("Mycoplasma");
        infected.State.Holds.Count.ShouldBe(1);
    }

    [Fact]
    public void Informational_criteria_and_the_P0_plate_open_no_case()
    {
        var s = WorkedBatches.AdscSubmitted();
        s.Do("04-28 15:20", "qc01", new QcTestStarted("T-X", "S-ADSC-10", "ADSC-10", 1, null))
            .Do("04-28 16:00", "qc01", new QcResultRecorded("R-X", "T-X", ResultKind.Final, [Number(0.5m, "harvest"), Number(0.1m, "P0")], true, null));
        s.State.Qc.Oos.ShouldBeEmpty();
    }

    [Fact]
    public void Until_the_clonogenic_fraction_is_known_karyotype_cannot_stay_pending()
    {
        var s = WorkedBatches.AdscReady(clonogenic: false);
        var v = s.Verdict("04-28 22:00");
        (v.Value, string.Join(",", v.Reasons.Select(r => r.Id))).ShouldBe(("BLOCKED", "ADSC-08"));
        v.Criteria.Single(c => c.Id == "ADSC-07").Alert.ShouldBeTrue();
        WorkedBatches.AdscReady().Status("04-28 22:00", "ADSC-07").Alert.ShouldBeFalse();
    }
}
