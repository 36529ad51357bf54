using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

public sealed class WorkedVerdictTests
{
    private static string[] Ids(Domain.Release.Verdict v) => [.. v.Reasons.Select(r => r.Id)];

    [Fact]
    public void A_sheet_graft_waits_for_review_then_for_the_physician_then_may_be_released_conditionally()
    {
        var s = WorkedBatches.CeaSubmitted();
        var v = s.Verdict("03-19 10:50");
        (v.Value, string.Join(",", Ids(v)), v.Reasons[0].Code).ShouldBe(("BLOCKED", "C-12", "NOT_REVIEWED"));
        v = s.Reviewed("03-19 11:00").Verdict("03-19 11:05");
        (v.Value, string.Join(",", Ids(v)), v.Reasons[0].Code).ShouldBe(("BLOCKED", "PHYSICIAN", "MISSING"));
        v = s.Informed("03-19 11:15").Verdict("03-19 11:16");
        (v.Value, string.Join(",", v.Pending), v.Reasons.Count).ShouldBe(("CONDITIONAL", "C-06,C-11,CEA-09", 0));
    }

    [Fact]
    public void After_all_slow_tests_passed_the_conditional_release_becomes_final()
    {
        var s = WorkedBatches.CeaConditional()
            .Tested("03-22 13:00", "C-11", Story.Word(Qualitative.NoGrowth, "plates"))
            .Tested("03-31 12:00", "CEA-09", Story.Number(6.3m));
        s.Refusals("04-01 10:00", "qc01", new QcResultRecorded("R-C-06", "T-C-06", ResultKind.Final, [Story.Word(Qualitative.NoGrowth)], true, null)).ShouldBe([Codes.ValSterEarly]);
        s.Verdict("04-02 13:10").Pending.ShouldBe(["C-06"]);
        s.Tested("04-02 13:10", "C-06", Story.Word(Qualitative.NoGrowth)).Verdict("04-02 15:00").Value.ShouldBe("RELEASE");
        s.Signed("04-02 15:00", DispositionKind.FinalRelease).State.State.ShouldBe(LifeState.Released);
    }

    [Fact]
    public void V4_an_excursion_that_nobody_assessed_blocks_by_its_E_id()
    {
        var s = WorkedBatches.CeaReady().Set("E-07", ExposureBand.ASSESS, 84m);
        var v = s.Verdict("03-19 11:16");
        (v.Value, string.Join(",", Ids(v)), v.Reasons[0].Code).ShouldBe(("BLOCKED", "E-07", "ASSESS"));
    }

    [Fact]
    public void V5_an_unsigned_product_is_blocked_to_the_last_minute_and_rejected_at_its_expiry()
    {
        var s = WorkedBatches.CeaReady();
        s.Verdict("03-20 09:59").Value.ShouldBe("BLOCKED");
        var v = s.Verdict("03-20 10:00");
        (v.Value, string.Join(",", Ids(v)), v.Reasons[0].Code).ShouldBe(("REJECT", "EXPIRED", "EXPIRED"));
        s.Refusals("03-20 10:00", "qa02", s.Disposition("03-20 10:00", DispositionKind.Conditional)).ShouldBe([Codes.RelBlocked]);
    }

    [Fact]
    public void V7_residual_feeder_cells_of_1_04_percent_round_down_and_pass()
    {
        var s = WorkedBatches.CeaReady(1.04m);
        s.Verdict("03-19 11:16").Value.ShouldBe("CONDITIONAL");
        s.State.Of<QcResultRecorded>().Single(r => r.Data.ResultId == "R-CEA-07").Flags.Select(f => f.Code).ShouldBe([Flags.NearLimit]);
    }

    [Fact]
    public void V7_residual_feeder_cells_of_1_05_percent_block_until_concluded_and_then_reject()
    {
        var s = WorkedBatches.CeaReady(1.05m);
        var v = s.Verdict("03-19 11:16");
        (v.Value, string.Join(",", Ids(v)), v.Reasons[0].Code).ShouldBe(("BLOCKED", "OOS(CEA-07)", "OPEN"));
        s.Status("03-19 11:16", "CEA-07").Status.ShouldBe("FailUnconfirmed");
        s.Do("03-19 11:20", "qa01", new OosConcluded(s.State.Qc.Oos.Keys.Single(), 1, OosConclusion.Confirmed, "No laboratory cause found in phase 1."));
        v = s.Verdict("03-19 11:20");
        (v.Value, string.Join(",", Ids(v)), v.Reasons[0].Code).ShouldBe(("REJECT", "CEA-07", "FAIL"));
    }

    [Fact]
    public void V8_cells_in_suspension_are_released_conditionally_with_exactly_the_slow_tests_pending()
    {
        var v = WorkedBatches.AdscReady().Verdict("04-28 22:00");
        (v.Value, string.Join(",", v.Pending), string.Join(",", Ids(v))).ShouldBe(("CONDITIONAL", "ADSC-08,C-06,C-11", ""));
    }

    [Fact]
    public void V9_and_the_worked_rejection_name_the_failing_marker_and_nothing_of_a_hold()
    {
        var s = WorkedBatches.AdscTested(2.6m)
            .Do("04-28 21:05", "sys", new DeviationOpened(null, "High temperature", DeviationClass.Critical, "INC-04/temperature/high"))
            .Do("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1))
            .Do("04-28 22:00", "qc02", new QcTestStarted("T-R", "S-ADSC-05", "ADSC-05", 1, null))
            .Do("04-28 22:00", "qc02", new QcResultRecorded("R-R", "T-R", ResultKind.Final, [Story.Number(2.4m, "CD45")], true, null))
            .Do("04-28 22:20", "qc01", new QcResultApproved("R-R"))
            .Do("04-29 08:00", "qa01", new OosConcluded("OOS-ADSC-05-1", 2, OosConclusion.Confirmed, "No laboratory cause; the retest failed too."));
        s.State.Holds.Count.ShouldBe(1);
        s.State.Qc.Oos.Count.ShouldBe(1);
        var v = s.Verdict("04-29 09:00");
        (v.Value, string.Join(",", Ids(v))).ShouldBe(("REJECT", "ADSC-05(CD45)"));
        s.Status("04-29 09:00", "ADSC-01").Status.ShouldBe("Expired");
        s.Status("04-29 09:00", "ADSC-02").Status.ShouldBe("Pass");
        s.Set("E-01", ExposureBand.FAIL, 75m).Set("E-03", ExposureBand.FAIL, 41.3m);
        Ids(s.Verdict("04-29 09:00")).ShouldBe(["ADSC-05(CD45)", "E-01", "E-03"]);
        Ids(s.Verdict("04-29 14:41")).ShouldBe(["ADSC-05(CD45)", "E-01", "E-03", "EXPIRED"]);
        s.Refusals("04-29 09:30", "qa02", s.Disposition("04-29 09:30", DispositionKind.Conditional)).ShouldBe([Codes.RelBlocked]);
        s.Signed("04-29 09:30", DispositionKind.Reject).State.State.ShouldBe(LifeState.Rejected);
    }

    [Fact]
    public void V16_what_may_be_assessed_blocks_until_assessed_and_its_deviation_closed()
    {
        var s = WorkedBatches.AdscTested()
            .Do("04-28 21:01", "sys", new ExcursionOpened("X-1", "INC-04", "temperature", ExcursionSide.high, ExcursionSeverity.action, s0("04-26 02:00"), s0("04-26 02:05"), 38.45m, 40m, 40m, ["X-01"]))
            .Do("04-28 21:01", "sys", new ExcursionClosed("X-1", "INC-04", "temperature", ExcursionSide.high, ExcursionSeverity.action, s0("04-26 02:00"), s0("04-26 02:05"), s0("04-26 02:40"), s0("04-26 02:45"), 38.45m, 40m, 40m, ["X-01"]))
            .Do("04-28 21:01", "sys", new DeviationOpened("DEV-1", "High temperature", DeviationClass.Major, "INC-04/temperature/high"))
            .Set("E-01", ExposureBand.ASSESS, 40m).Set("E-02", ExposureBand.ASSESS, 40m).Reviewed("04-28 21:30").Informed("04-28 21:40");
        var v = s.Verdict("04-28 22:00");
        (v.Value, string.Join(",", Ids(v))).ShouldBe(("BLOCKED", "DEVIATION,E-01,E-02"));
        s.Do("04-28 22:05", "qa01", new ExcursionAssessed(["E-01", "E-02"], ["X-1"], AssessedImpact.Acceptable, "38.45 °C for 40 min; growth unaffected."))
            .Do("04-28 22:06", "qa01", new DeviationClosed("DEV-1", "Heater control drifted", "None seen on growth", []));
        v = s.Verdict("04-28 22:10");
        (v.Value, string.Join(",", v.Pending)).ShouldBe(("CONDITIONAL", "ADSC-08,C-06,C-11"));
        s.Do("04-28 22:11", "sys", new ExposureBandChanged("E-01", "X-01", ExposureBand.PASS, ExposureBand.ASSESS, 41m, "min"));
        Ids(s.Verdict("04-28 22:12")).ShouldBe(["C-12", "E-01"]);
    }

    private static DateTimeOffset s0(string at) => new Story("ADSC").Time(at);
}
