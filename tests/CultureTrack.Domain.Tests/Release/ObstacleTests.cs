using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What stands against a release, and against one that the physician asked for all the same (domain.md 3.1, 3.9).</summary>
public sealed class ObstacleTests
{
    private const string Now = "04-28 22:00";

    private static string[] Ids(Verdict v) => [.. v.Reasons.Select(r => r.Id)];

    [Fact]
    public void An_imported_history_is_never_released_and_names_its_imported_entries()
    {
        var s = WorkedBatches.AdscReady();
        var imported = s.State.History.Take(2).Select(e => e.EventId).ToArray();
        s.State = BatchFold.Fold(s.State.History.Select(e => imported.Contains(e.EventId) ? e with { Origin = Origin.Imported } : e));
        var reason = s.Reviewed(Now).Verdict(Now).Reasons.Single(r => r.Id == "IMPORTED");
        (reason.Code, s.Verdict(Now).Value).ShouldBe(("OPEN", Verdicts.Blocked));
        reason.Evidence.ShouldBe(imported);
        WorkedBatches.AdscReady().Verdict(Now).Reasons.ShouldBeEmpty();
    }

    private static Story Failed(bool clonogenic = true) => WorkedBatches.AdscTested(2.6m, clonogenic)
        .Do("04-28 21:10", "qa01", new OosConcluded("OOS-ADSC-05-1", 1, OosConclusion.Confirmed, "No laboratory cause found in phase 1.")).Reviewed("04-28 21:30");

    private static string[] AskedFor(Story s, string at, params string[] criteria) => s
        .Do("04-28 21:45", "qa01", new ExceptionalUseRequested("Dr A. Moreau", s.Time("04-28 21:40"), criteria, "RISK-1", true, s.Time("04-30 21:40")))
        .Refusals(at, "qa02", s.Disposition(at, DispositionKind.Exceptional));

    [Fact]
    public void An_exceptional_release_leaves_slow_tests_pending_only_when_something_stands_in_for_them()
    {
        AskedFor(Failed(), Now, "ADSC-05").ShouldBeEmpty();
        AskedFor(Failed(clonogenic: false), Now, "ADSC-05").ShouldBe([Codes.RelBlocked], "nothing stands in for the karyotype while the doublings of P0 are not known");
        AskedFor(Failed(clonogenic: false), Now, "ADSC-05", "ADSC-08").ShouldBeEmpty();
    }

    [Fact]
    public void A_slow_test_that_failed_is_waived_by_its_own_id()
    {
        Story Grown() => Failed().Recorded("04-28 21:50", "ADSC-08", Word(Qualitative.Fail)).Do("04-28 21:55", "qa01",
            new OosConcluded("OOS-ADSC-08-1", 1, OosConclusion.Confirmed, "No laboratory cause found in phase 1."));
        Ids(Grown().Verdict(Now)).ShouldBe(["ADSC-05(CD45)", "ADSC-08"]);
        AskedFor(Grown().Reviewed("04-28 21:57"), Now, "ADSC-05").ShouldBe([Codes.RelBlocked]);
        AskedFor(Grown().Reviewed("04-28 21:57"), Now, "ADSC-05", "ADSC-08").ShouldBeEmpty();
    }

    [Fact]
    public void What_blocks_is_waived_no_less_than_what_failed()
    {
        AskedFor(Failed().Set("E-07", ExposureBand.ASSESS, 84m), Now, "ADSC-05").ShouldBe([Codes.RelBlocked]);
        AskedFor(Failed().Set("E-07", ExposureBand.ASSESS, 84m), Now, "ADSC-05", "E-07").ShouldBeEmpty();
        AskedFor(Failed().Set("E-07", ExposureBand.ASSESS, 84m), Now, "E-07").ShouldBe([Codes.RelBlocked]);
    }

    [Fact]
    public void A_product_that_failed_is_rejected_for_its_expiry_too_from_that_very_instant_on()
    {
        var s = Failed();
        var expiry = s.State.Product.ExpiresAt!.Value;
        ReleaseEvaluator.Evaluate(s.State, s.Facts.Spec!, s.Facts, expiry.AddTicks(-1)).Reasons.Select(r => r.Id).ShouldBe(["ADSC-05(CD45)"]);
        ReleaseEvaluator.Evaluate(s.State, s.Facts.Spec!, s.Facts, expiry).Reasons.Select(r => r.Id).ShouldBe(["ADSC-05(CD45)", "EXPIRED"]);
    }

    [Fact]
    public void The_registration_grounds_every_verdict_and_the_physician_only_one_that_waits_for_slow_tests()
    {
        var s = WorkedBatches.AdscReady();
        var registered = s.State.History[0].EventId;
        s.Verdict(Now).Evidence.ShouldBe([registered, s.State.Last<PhysicianInformed>()!.EventId]);
        s.Set("E-07", ExposureBand.ASSESS, 84m).Verdict(Now).Evidence.ShouldBe([registered]);
        s.Set("E-07", ExposureBand.FAIL, 500m).Verdict(Now).Evidence.ShouldBe([registered]);
    }

    [Fact]
    public void A_release_that_waits_for_nothing_rests_no_longer_on_what_the_physician_was_told()
    {
        var s = WorkedBatches.CeaConditional().Tested("03-22 13:00", "C-11", Word(Qualitative.NoGrowth, "plates")).Tested("03-31 12:00", "CEA-09", Number(6.3m));
        var informed = s.State.Last<PhysicianInformed>()!.EventId;
        s.Verdict("04-02 13:00").ShouldSatisfyAllConditions(v => v.Value.ShouldBe(Verdicts.Conditional), v => v.Evidence.ShouldContain(informed));
        s.Tested("04-02 13:10", "C-06", Word(Qualitative.NoGrowth)).Verdict("04-02 15:00").ShouldSatisfyAllConditions(v => v.Value.ShouldBe(Verdicts.Release), v => v.Evidence.ShouldNotContain(informed));
    }

    [Fact]
    public void The_physician_is_informed_of_pending_tests_and_not_of_something_else()
    {
        var s = WorkedBatches.AdscTested().Reviewed("04-28 21:30").Informed("04-28 21:40", InformedAbout.PositiveResult);
        (s.Verdict(Now).Value, string.Join(",", Ids(s.Verdict(Now)))).ShouldBe((Verdicts.Blocked, "PHYSICIAN"));
        s.Informed("04-28 21:50").Verdict(Now).Value.ShouldBe(Verdicts.Conditional);
    }

    [Fact]
    public void Several_holds_and_deviations_are_one_reason_each_with_all_their_events()
    {
        var s = WorkedBatches.AdscReady()
            .Do("04-28 21:42", "tech01", new HoldPlaced("H-2", "Zip lock found open", null)).Do("04-28 21:43", "tech01", new HoldPlaced("H-1", "Adaptor missing", null))
            .Do("04-28 21:44", "tech01", new DeviationOpened("D-1", "Label printed twice", DeviationClass.Major)).Do("04-28 21:45", "tech01", new DeviationOpened("D-2", "Cabinet alarm", DeviationClass.Minor));
        var reasons = s.Verdict(Now).Reasons.ToDictionary(r => r.Id);
        reasons["HOLD"].Text.ShouldBe("Held: Adaptor missing; Zip lock found open.");
        reasons["HOLD"].Evidence.Count.ShouldBe(2);
        reasons["DEVIATION"].Text.ShouldBe("Open: D-1 (Major); D-2 (Minor).");
        reasons["DEVIATION"].Evidence.ShouldBe(s.State.Of<DeviationOpened>().Select(d => d.EventId), ignoreOrder: true);
    }
}
