using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

public sealed class ReviewAndDispositionTests
{
    private static ExceptionReport Exceptions(Story s, string at) => ExceptionList.Of(s.State, s.Facts.Spec!, s.Facts, s.Time(at));

    [Fact]
    [Trait("Rule", "R-36")]
    public void An_undisturbed_batch_has_nothing_to_tick()
    {
        var s = WorkedBatches.AdscTested();
        Exceptions(s, "04-28 21:30").Items.ShouldBeEmpty();
        Exceptions(s, "04-28 21:30").ScopeVersion.ShouldBe(s.State.Version);
    }

    [Fact]
    [Trait("Rule", "R-36")]
    public void Every_exception_must_be_ticked_and_counts_as_seen_afterwards()
    {
        var s = WorkedBatches.AdscTested(viability: 83m)
            .Do("04-28 21:10", "tech01", new DeviationOpened("DEV-1", "Label printer jammed", DeviationClass.Minor));
        var report = Exceptions(s, "04-28 21:30");
        report.Items.Select(i => (i.Kind, i.Seen)).ShouldBe([("Flag", false), ("Deviation", false)]);
        report.Items.ShouldAllBe(i => i.EventIds.Count > 0 && i.ExceptionId.Contains(i.EventIds[0].ToString("N")));
        s.Refusals("04-28 21:30", "qa01", new RecordReviewed(report.ScopeVersion, [report.Items[0].ExceptionId], true)).ShouldBe([Codes.StateGuard]);
        s.Reviewed("04-28 21:30");
        Exceptions(s, "04-28 21:40").Items.ShouldAllBe(i => i.Seen);
        s.Status("04-28 21:40", "C-12").Status.ShouldBe("Pass");
    }

    [Fact]
    public void A_validity_that_lapsed_is_listed_but_does_not_void_the_review()
    {
        var s = WorkedBatches.AdscReady();
        Exceptions(s, "04-29 02:31").Items.Select(i => i.Kind).Distinct().ShouldBe(["ValidityExpired"]);
        s.Status("04-29 02:31", "C-12").Status.ShouldBe("Pass");
        s.Status("04-29 02:31", "ADSC-01").Status.ShouldBe("Expired");
    }

    [Fact]
    [Trait("Rule", "R-38")]
    public void What_happens_after_the_review_voids_it_when_QA_must_see_it()
    {
        Voided(s => s.Do("04-28 21:50", "sys", new DeviationOpened("DEV-1", "Door", DeviationClass.Minor, "INC-04/door"))).ShouldBeTrue();
        Voided(s => s.Do("04-28 21:50", "sys", new HoldPlaced("H-1", "Signal"))).ShouldBeTrue();
        Voided(s => s.Do("04-28 21:50", "sys", new ExposureBandChanged("E-12", "X-01", ExposureBand.PASS, ExposureBand.ASSESS, 31m, "min"))).ShouldBeTrue();
        Voided(s => s.Do("04-28 21:50", "qa01", new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt))).ShouldBeFalse();
        Voided(s => s.Informed("04-28 21:50")).ShouldBeFalse();
    }

    private static bool Voided(Action<Story> after)
    {
        var s = WorkedBatches.AdscReady();
        after(s);
        var status = s.Status("04-28 22:00", "C-12");
        if (status.Status != "Pass") s.Verdict("04-28 22:00").Reasons.ShouldContain(r => r.Id == "C-12" && r.Code == "NOT_REVIEWED");
        return status.Status != "Pass";
    }

    [Fact]
    [Trait("Rule", "R-38")]
    public void A_correction_after_the_review_voids_it_and_the_value_must_be_approved_again()
    {
        var s = WorkedBatches.AdscReady();
        var result = s.State.Of<QcResultRecorded>().Single(r => r.Data.ResultId == "R-ADSC-01");
        var now = s.Time("04-28 21:50");
        var correction = new RecordCorrected(result.EventId, "values[0].value", System.Text.Json.JsonSerializer.SerializeToElement(88.5m),
            System.Text.Json.JsonSerializer.SerializeToElement(87.5m), "Typing error in the count");
        var decided = BatchDecider.Decide(s.State, new Entry(correction, s.Person("qc01"), now, now, Comment: "Typing error", Signature: new(s.Person("qc01"), Meanings.Performed, true)), s.Facts);
        s.State = decided.ShouldBeOfType<Accepted>().State;
        s.Status("04-28 22:00", "C-12").Why.ShouldContain("correction");
        s.Status("04-28 22:00", "ADSC-01").Status.ShouldBe("Pending");
        s.Refusals("04-28 22:00", "qc01", new QcResultApproved("R-ADSC-01")).ShouldBe([Codes.SodApprover]);
        s.Approved("04-28 22:05", "ADSC-01").Status("04-28 22:05", "ADSC-01").Observed.ShouldBe("87.5 %");
        Exceptions(s, "04-28 22:05").Items.Select(i => i.Kind).ShouldContain("Correction");
    }

    [Fact]
    [Trait("Rule", "R-20")]
    public void A_review_looks_at_the_audit_trail_of_a_submitted_record_by_somebody_who_had_no_hand_in_it()
    {
        var s = WorkedBatches.AdscTested();
        s.Refusals("04-28 21:30", "qa01", new RecordReviewed(s.State.Version, [], false)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 21:30", "qa01", new RecordReviewed(s.State.Version + 1, [], true)).ShouldBe([Codes.ValRange]);
        WorkedBatches.AdscGrowing().Refusals("04-24 15:00", "qa01", new RecordReviewed(1, [], true)).ShouldBe([Codes.StateGuard]);
        var unverified = WorkedBatches.AdscSubmitted(verifyFill: false);
        unverified.Do("04-28 14:55", "qa01", new EntryVerified(unverified.State.Last<FillPerformed>()!.EventId))
            .Do("04-28 15:00", "tech01", new ReviewSubmitted([]), verify: "tech02")
            .Refusals("04-28 15:10", "qa01", new RecordReviewed(unverified.State.Version, [], true)).ShouldBe([Codes.SodReviewer]);
    }

    [Fact]
    [Trait("Rule", "R-18")]
    [Trait("Rule", "R-25")]
    public void An_unverified_fill_counts_for_nothing_and_blocks_the_submission_until_a_second_person_verifies_it()
    {
        var s = WorkedBatches.AdscSubmitted(verifyFill: false);
        var fill = s.State.Last<FillPerformed>()!.EventId;
        s.Status("04-28 14:55", "ADSC-02").Status.ShouldBe("NotTested");
        s.Refusals("04-28 14:55", "tech01", new ReviewSubmitted([]), verify: "tech02").ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 14:55", "tech01", new EntryVerified(fill)).ShouldBe([Codes.SodVerifier]);
        s.Refusals("04-28 14:55", "tech02", new EntryVerified(s.State.Last<IsolationPerformed>()!.EventId)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 14:55", "tech02", new EntryVerified(Guid.NewGuid())).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 14:55", "tech02", new EntryVerified(fill)).Status("04-28 14:55", "ADSC-02").Observed.ShouldBe("100 %");
        s.Refusals("04-28 14:56", "qc01", new EntryVerified(fill)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 15:00", "tech01", new ReviewSubmitted([]), verify: "tech02").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("S-ADSC-09")]
    [InlineData("S-C-06")]
    public void A_record_without_a_required_sample_is_not_submitted(string sample)
    {
        var s = WorkedBatches.AdscSubmitted();
        s.State = BatchFold.Fold(s.State.History.Where(e => e.Body is not ReviewSubmitted && (e.Body as SampleTaken)?.SampleId != sample));
        s.Refusals("04-28 15:00", "tech01", new ReviewSubmitted([]), verify: "tech02").ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    [Trait("Rule", "R-21")]
    [Trait("Rule", "R-30")]
    public void A_disposition_is_of_the_verdict_that_was_shown_by_somebody_who_had_no_hand_in_the_batch()
    {
        var s = WorkedBatches.AdscReady();
        var shown = s.Disposition("04-28 22:00", DispositionKind.Conditional);
        s.Refusals("04-28 22:00", "qa01", shown).ShouldBe([Codes.SodRole]);
        s.Refusals("04-28 22:00", "qa02", shown with { VerdictVersion = shown.VerdictVersion - 1 }).ShouldBe([Codes.Concurrency]);
        s.Refusals("04-28 22:00", "qa02", shown with { Kind = DispositionKind.Release }).ShouldBe([Codes.RelBlocked]);
        s.Refusals("04-28 22:00", "qa02", shown with { Pending = ["C-06"] }).ShouldBe([Codes.RelBlocked]);
        s.Refusals("04-29 03:00", "qa02", shown).ShouldBe([Codes.RelBlocked]);
        s.Refusals("04-28 22:00", "qa02", shown with { Kind = DispositionKind.FinalRelease }).ShouldBe([Codes.StateTransition]);
        s.Refusals("04-28 22:00", "qa02", shown).ShouldBeEmpty();
        var handled = WorkedBatches.AdscSubmitted(verifyFill: false);
        handled.Do("04-28 14:55", "qa02", new EntryVerified(handled.State.Last<FillPerformed>()!.EventId)).Do("04-28 15:00", "tech01", new ReviewSubmitted([]), verify: "tech02");
        handled.Refusals("04-28 15:10", "qa02", handled.Disposition("04-28 15:10", DispositionKind.Reject)).ShouldBe([Codes.SodDisposer]);
    }

    [Fact]
    [Trait("Rule", "R-21")]
    public void In_the_EU_only_a_qualified_person_releases_but_any_releaser_rejects()
    {
        var s = WorkedBatches.AdscReady();
        s.State = s.State with { Jurisdiction = Jurisdiction.EU };
        s.Refusals("04-28 22:00", "qa02", s.Disposition("04-28 22:00", DispositionKind.Conditional)).ShouldContain(Codes.SodRole);
        s.Refusals("04-28 22:00", "qa02", s.Disposition("04-28 22:00", DispositionKind.Reject) with { Reasons = ["E-01"] }).ShouldBeEmpty();
        s.Refusals("04-28 22:00", "qa02", s.Disposition("04-28 22:00", DispositionKind.Reject) with { Reasons = [] }).ShouldBe([Codes.ValReason]);
    }

    [Fact]
    public void A_frozen_product_is_never_released_conditionally()
    {
        var s = WorkedBatches.AdscReady();
        s.State = s.State with { Registration = s.State.Registration! with { Storage = Storage.Cryo } };
        s.Try("04-28 22:00", "qa02", s.Disposition("04-28 22:00", DispositionKind.Conditional)).ShouldBeOfType<Refused>().Code.ShouldBe(Codes.RelCondNotAllowed);
    }

    [Fact]
    public void V1_growth_after_release_holds_opens_a_case_and_obliges_to_tell_the_physician_within_a_day()
    {
        var s = WorkedBatches.CeaConditional()
            .Do("03-24 08:00", "qc01", new QcInterimReported("T-C-06", 116m, InterimReading.Signal), comment: "Bottle flagged positive, day 5");
        s.State.Holds.Count.ShouldBe(1);
        s.Recorded("03-24 09:00", "C-06", Word(Qualitative.Growth)).Approved("03-24 09:30", "C-06");
        PhysicianTasks.Open(s.State)[0].DueAt.ShouldBe(s.Time("03-25 08:00"));
        s.FlagsOf("03-25 08:00", "qa01", new PhysicianInformed("Dr A. Moreau", "Telephone", InformedAbout.PositiveResult, s.Time("03-25 08:00"))).ShouldNotContain(Flags.Interval);
        s.FlagsOf("03-25 08:01", "qa01", new PhysicianInformed("Dr A. Moreau", "Telephone", InformedAbout.PositiveResult, s.Time("03-25 08:01"))).ShouldContain(Flags.Interval);
        s.Informed("03-24 12:00", InformedAbout.PositiveResult);
        PhysicianTasks.Open(s.State).ShouldBeEmpty();
        var v = s.Verdict("03-24 12:30");
        v.Value.ShouldBe("BLOCKED");
        new[] { "HOLD", "DEVIATION", "OOS(C-06)" }.ShouldBeSubsetOf(v.Reasons.Select(r => r.Id));
        s.Refusals("03-24 12:30", "qa02", s.Disposition("03-24 12:30", DispositionKind.FinalRelease)).ShouldBe([Codes.RelBlocked]);
        s.Signed("03-24 13:00", DispositionKind.Revoke, "Growth of S. epidermidis in the final sterility test").State.State.ShouldBe(LifeState.ReleaseRevoked);
        s.Refusals("03-24 13:10", "qa02", s.Disposition("03-24 13:10", DispositionKind.FinalRelease)).ShouldBe([Codes.StateTransition]);
    }

    [Fact]
    public void A_slow_test_that_fails_after_release_holds_the_batch_once()
    {
        var s = WorkedBatches.CeaConditional().Recorded("03-31 12:00", "CEA-09", Number(0.2m));
        s.State.Holds.Values.Select(h => h.Reason).ShouldBe(["Failed after release: CEA-09"]);
        PhysicianTasks.Open(s.State).ShouldNotBeEmpty();
        s.State.Deviations.ShouldBeEmpty();
    }

    [Fact]
    public void Exceptional_use_covers_exactly_what_the_physician_asked_for()
    {
        var s = WorkedBatches.AdscTested(2.6m).Do("04-28 21:10", "qa01", new OosConcluded("OOS-ADSC-05-1", 1, OosConclusion.Confirmed, "No laboratory cause found in phase 1."))
            .Reviewed("04-28 21:30");
        s.Refusals("04-28 22:00", "qa02", s.Disposition("04-28 22:00", DispositionKind.Exceptional)).ShouldBe([Codes.RelBlocked]);
        var request = new ExceptionalUseRequested("Dr A. Moreau", s.Time("04-28 21:40"), ["ADSC-05"], "RISK-1", true, s.Time("04-30 21:40"));
        s.Refusals("04-28 21:45", "qa01", request with { Criteria = ["C-01"] }).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 21:45", "qa01", request with { NoAlternative = false }).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 21:45", "qa01", request with { Criteria = ["ADSC-04"] })
            .Refusals("04-28 22:00", "qa02", s.Disposition("04-28 22:00", DispositionKind.Exceptional)).ShouldBe([Codes.RelBlocked]);
        s.Do("04-28 21:50", "qa01", request).Signed("04-28 22:00", DispositionKind.Exceptional).State.State.ShouldBe(LifeState.ReleasedExceptional);
        s.State.Holds.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Rule", "R-22")]
    public void An_assessment_is_of_a_closed_excursion_in_band_ASSESS_by_somebody_who_did_not_work_then()
    {
        var s = WorkedBatches.AdscTested();
        ExcursionAssessed Assess(params string[] excursions) => new(["E-01"], excursions, AssessedImpact.Acceptable, "Growth and viability were unaffected.");
        s.Refusals("04-28 22:00", "qa01", Assess()).ShouldBe([Codes.StateGuard]);
        s.Set("E-01", ExposureBand.ASSESS, 40m);
        s.Refusals("04-28 22:00", "qa01", Assess("X-1")).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 21:30", "sys", new ExcursionOpened("X-1", "INC-04", "temperature", ExcursionSide.high, ExcursionSeverity.action, s.Time("04-26 02:00"), s.Time("04-26 02:05"), 38.45m, 40m, 40m, ["X-01"]));
        s.Refusals("04-28 22:00", "qa01", Assess("X-1")).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 21:31", "sys", new ExcursionClosed("X-1", "INC-04", "temperature", ExcursionSide.high, ExcursionSeverity.action, s.Time("04-26 02:00"), s.Time("04-26 02:05"), s.Time("04-26 02:40"), s.Time("04-26 02:45"), 38.45m, 40m, 40m, ["X-01"]));
        s.Refusals("04-28 22:00", "qa01", Assess("X-1") with { Rationale = "Too short" }).ShouldBe([Codes.ValReason]);
        s.Refusals("04-28 22:00", "qa01", Assess("X-1")).ShouldBeEmpty();
        s.Do("04-28 22:00", "qa01", Assess("X-1") with { Impact = AssessedImpact.Unacceptable });
        s.Verdict("04-28 22:10").Reasons.Select(r => (r.Id, r.Code)).ShouldBe([("E-01", "FAIL")]);
    }
}
