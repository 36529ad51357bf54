using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What a review by exception rests on: validated checks, critical steps, and how much was counted.</summary>
public sealed class ReviewExtentTests
{
    private const string At = "04-28 21:30";

    private static ExceptionReport Exceptions(Story s, SignatureCheck? signatures = null) => ExceptionList.Of(s.State, s.Facts.Spec!, s.Facts, s.Time(At), null, signatures);

    private static Story Without(Story s, string step)
    {
        s.Facts = s.Facts with { Checks = s.Facts.Checks with { Checks = [.. s.Facts.Checks.Checks.Where(c => c.Step != step)] } };
        return s;
    }

    [Fact]
    public void R37_A_step_whose_check_is_not_validated_is_an_exception_that_must_be_ticked()
    {
        var s = Without(WorkedBatches.AdscTested(), nameof(PassagePerformed));
        var report = Exceptions(s);
        var passages = s.State.Of<PassagePerformed>().Select(e => e.EventId).ToList();
        report.Items.Select(i => (i.Kind, i.EventIds.Single())).ShouldBe(passages.Select(p => ("Uncovered", p)));
        s.Refusals(At, "qa01", new RecordReviewed(report.ScopeVersion, [report.Items[0].ExceptionId], true)).ShouldBe([Codes.StateGuard]);
        s.Reviewed(At).Status("04-28 21:40", "C-12").Status.ShouldBe("Pass");
    }

    [Fact]
    public void R37_A_check_that_changed_since_it_was_validated_covers_nothing()
    {
        var kind = EventCatalogue.ByName[nameof(CellCounted)];
        ValidatedChecks.BuiltIn.Covers(kind).ShouldBeTrue();
        ValidatedChecks.BuiltIn.Covers(kind with { CheckVersion = kind.CheckVersion + 1 }).ShouldBeFalse();
    }

    [Fact]
    public void R37_A_check_withdrawn_after_the_review_makes_it_due_again()
    {
        var s = WorkedBatches.AdscReady();
        s.Status("04-28 22:00", "C-12").Status.ShouldBe("Pass");
        Without(s, nameof(MediumChanged)).Status("04-28 22:00", "C-12").Status.ShouldBe(s.State.Of<MediumChanged>().Any() ? "NotTested" : "Pass");
        Without(s, nameof(VesselsSeeded)).Status("04-28 22:00", "C-12").Status.ShouldBe("NotTested");
    }

    [Fact]
    public void R37_The_list_of_validated_checks_names_every_entry_of_a_person_once_and_nothing_else()
    {
        var persons = EventCatalogue.ByName.Values.Where(k => k.By.Count > 0).Select(k => k.Name);
        ValidatedChecks.BuiltIn.Checks.Select(c => c.Step).ShouldBe(persons, ignoreOrder: true);
        ValidatedChecks.BuiltIn.Evidence.ShouldNotBeEmpty();
        ValidatedChecks.BuiltIn.Version.ShouldBePositive();
    }

    [Fact]
    public void R37_Critical_steps_are_shown_however_well_the_checks_went()
    {
        var s = WorkedBatches.AdscTested();
        Exceptions(s).Items.ShouldBeEmpty();
        var shown = CriticalSteps.Of(s.State);
        shown.Select(e => e.Type).Distinct().ShouldBe(
            [nameof(ConsentRecorded), nameof(DonorEligibilityDetermined), nameof(TissueReceived), nameof(HarvestPerformed), nameof(LabelsPrinted), nameof(FillPerformed), nameof(LabelsReconciled), nameof(UnitsInspected), nameof(QcResultRecorded)]);
        shown.Select(e => e.Body).OfType<QcResultRecorded>().Select(r => r.ResultId).ShouldBe(["R-C-04", "R-C-05", "R-C-07"], ignoreOrder: true);
    }

    [Fact]
    public void R36_An_alarm_shelved_while_the_cells_were_inside_must_be_ticked_and_another_not()
    {
        var s = WorkedBatches.AdscTested();
        s.State = s.State with
        {
            Culture = s.State.Culture with
            {
                Vessels = s.State.Culture.Vessels.SetItem("X-01", s.State.Culture.Vessels["X-01"] with { Stays = [new Domain.Batches.Stay("INC-04", 1, s.Time("04-24 14:15"), s.Time("04-28 13:50"))] }),
            },
        };
        ShelvedFact During(string from, string until, string incubator = "INC-04") =>
            new(Guid.NewGuid(), "A-1", incubator, "co2", "tech01", s.Time(from), s.Time(until), "Cylinder is being changed");
        s.Facts = s.Facts with { Shelvings = [During("04-25 10:00", "04-25 10:30"), During("04-24 13:00", "04-24 14:15"), During("04-25 10:00", "04-25 10:30", "INC-05"), During("04-28 13:50", "04-28 14:20")] };
        var report = Exceptions(s);
        var item = report.Items.ShouldHaveSingleItem();
        (item.Kind, item.Seen, item.EventIds.Single()).ShouldBe(("Shelved", false, s.Facts.Shelvings[0].EventId));
        s.Refusals(At, "qa01", new RecordReviewed(report.ScopeVersion, [], true)).ShouldBe([Codes.StateGuard]);
        s.Reviewed(At).Status("04-28 21:40", "C-12").Status.ShouldBe("Pass");
    }

    [Fact]
    public void R36_The_extent_of_a_review_is_counted()
    {
        var s = WorkedBatches.AdscTested();
        var signatures = SignatureCheck.Of(s.State.History);
        var extent = Exceptions(s, signatures).Coverage;
        extent.SignaturesChecked.ShouldBe(s.State.History.SelectMany(e => new[] { e.Signature, e.VerifiedBy, e.CoSignature }).Count(x => x is not null));
        extent.StepsDone.ShouldBe(s.State.History.Count(e => e.Origin == Origin.Entered && e.Body is not EntryVerified));
        var open = Schedule.Due(s.State, s.Facts.Product).Where(t => t.DueAt <= s.Time(At) && t.CompletedBy is not (nameof(RecordReviewed) or nameof(DispositionSigned))).Select(t => $"{t.Row} {t.Subject}").ToList();
        (extent.StepsExpected - extent.StepsDone).ShouldBe(open.Count, string.Join(", ", open));
        extent.RulesRun.ShouldBeGreaterThan(s.State.History.Count(e => e.Origin == Origin.Entered));

        var unverified = WorkedBatches.AdscSubmitted(verifyFill: false);
        var before = ExceptionList.Of(unverified.State, unverified.Facts.Spec!, unverified.Facts, unverified.Time("04-28 14:55")).Coverage;
        unverified.Do("04-28 14:55", "tech02", new EntryVerified(unverified.State.Last<FillPerformed>()!.EventId));
        var after = ExceptionList.Of(unverified.State, unverified.Facts.Spec!, unverified.Facts, unverified.Time("04-28 14:55")).Coverage;
        (after.StepsDone - before.StepsDone, after.StepsExpected).ShouldBe((1, before.StepsExpected));
    }

    [Fact]
    public void R36_A_task_is_open_from_the_very_instant_it_is_due_and_a_decision_still_to_come_is_none()
    {
        var s = WorkedBatches.AdscTested();
        var tasks = Schedule.Due(s.State, s.Facts.Product).Where(t => t.DueAt > s.Time(At)).ToList();
        int Expected(DateTimeOffset at) => ExceptionList.Of(s.State, s.Facts.Spec!, s.Facts, at).Coverage.StepsExpected;
        int Open(DateTimeOffset at) => tasks.Count(t => t.DueAt == at && t.CompletedBy is not (nameof(RecordReviewed) or nameof(DispositionSigned) or nameof(SampleTaken)));
        tasks.Any(t => Open(t.DueAt) > 0).ShouldBeTrue();
        tasks.ShouldContain(t => t.CompletedBy == nameof(DispositionSigned));
        foreach (var at in tasks.Select(t => t.DueAt).Distinct()) (Expected(at) - Expected(at.AddTicks(-1))).ShouldBe(Open(at), $"{at:u}");
    }

    [Fact]
    public void R13_A_signature_that_does_not_fit_its_entry_is_not_counted_and_is_shown()
    {
        var s = WorkedBatches.AdscTested();
        var stored = s.State.History.ToList();
        var at = stored.FindIndex(e => e.Signature is not null);
        stored[at] = stored[at] with { OccurredAt = stored[at].OccurredAt.AddMinutes(-1) };
        var signatures = SignatureCheck.Of(stored);
        signatures.Valid.ShouldBe(SignatureCheck.Of(s.State.History).Valid - 1);
        var item = Exceptions(s, signatures).Items.ShouldHaveSingleItem();
        (item.Kind, item.EventIds.Single()).ShouldBe(("Uncovered", stored[at].EventId));
    }

    [Fact]
    public void R36_Vessels_that_were_together_have_the_same_readings_once()
    {
        static DateTimeOffset T(int minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);
        TimeSpans.Merged([(T(10), T(20)), (T(0), T(5)), (T(15), T(30)), (T(5), T(6)), (T(40), T(40))]).ShouldBe([(T(0), T(6)), (T(10), T(30))]);
    }
}
