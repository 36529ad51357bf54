using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What the laboratory, the quality unit and the physician's side still have to do, and what ends each of it (2.5, D-17 to D-22; 2.3, 2.6, 3.9).</summary>
public sealed class ScheduleRowTests
{
    private static readonly DateTimeOffset Packed = Scenario.At("2026-04-28T14:40Z");

    private static List<ScheduledTask> Due(Scenario s) => [.. Schedule.Due(s.State, s.State.Definition!)];
    private static (string Subject, DateTimeOffset DueAt)[] Row(Scenario s, string row) => [.. Due(s).Where(t => t.Row == row).Select(t => (t.Subject, t.DueAt))];
    private static string[] Subjects(Scenario s, string row) => [.. Due(s).Where(t => t.Row == row).Select(t => t.Subject)];

    private static Scenario Testing(Scenario s, string id, string criterion, DateTimeOffset? incubates = null) => s
        .Force(new SampleTaken($"S-{id}", [criterion], SampleMatrix.FinalProduct, 5, [], s.Now), "tech01").Force(new QcTestStarted($"T-{id}", $"S-{id}", criterion, 1, incubates), "qc01");

    private static QcResultRecorded Result(string id, ResultKind kind = ResultKind.Final, int values = 1) =>
        new($"R-{id}", $"T-{id}", kind, [.. Enumerable.Repeat(new ResultValue(Qualitative: Qualitative.Negative), values)], true, null);

    [Theory]
    [InlineData("C-04", 336)]
    [InlineData("CM-03", 336)]
    [InlineData("CEA-09", 288)]
    [InlineData("BMM-08", 504)]
    [InlineData("MSS-09", 504)]
    [InlineData("C-05", 24)]
    public void D17_runs_from_the_incubation_or_where_there_is_none_from_the_start(string criterion, int hours)
    {
        Row(Testing(Adsc.Filled(), "1", criterion), "D-17").ShouldBe([("T-1", Packed.AddHours(hours))]);
        Row(Testing(Adsc.Filled(), "1", criterion, Packed.AddHours(-3)), "D-17").ShouldBe([("T-1", Packed.AddHours(hours - 3))]);
    }

    [Fact]
    public void D17_ends_with_the_final_result_of_the_same_test()
    {
        var s = Testing(Testing(Adsc.Filled(), "1", "C-06", Packed), "2", "C-05");
        Subjects(s.Force(Result("1", ResultKind.Interim), "qc01"), "D-17").ShouldBe(["T-1", "T-2"]);
        Subjects(s.Force(Result("1") with { ResultId = "R-1b" }, "qc01"), "D-17").ShouldBe(["T-2"]);
    }

    [Fact]
    public void D18_ends_with_the_approval_or_the_setting_aside_and_is_not_asked_of_an_invalid_run()
    {
        var s = Testing(Testing(Testing(Adsc.Filled(), "1", "C-05"), "2", "C-07"), "3", "C-06").Force(Result("1"), "qc01").Force(Result("2"), "qc01").Force(Result("3", values: 0), "qc01");
        Subjects(s, "D-18").ShouldBe(["R-1", "R-2"]);
        Subjects(s.Force(new QcResultApproved("R-1"), "qc02"), "D-18").ShouldBe(["R-2"]);
        Subjects(s.Force(new QcResultInvalidated("R-2", "Wrong plate", "DOC-1"), "qa01"), "D-18").ShouldBeEmpty();
    }

    [Fact]
    public void D18_without_an_expiry_is_four_hours_after_the_recording() =>
        Row(Testing(Adsc.AtP2(), "1", "C-07").Force(Result("1"), "qc01"), "D-18").ShouldBe([("R-1", Scenario.At("2026-04-24T18:00Z"))]);

    [Fact]
    public void D19_a_record_is_reviewed_after_it_was_submitted_and_a_review_before_does_not_do()
    {
        var s = Adsc.Filled();
        Subjects(s, "D-19").ShouldBe(["submit"]);
        Subjects(s.Force(new RecordReviewed(1, [], true), "qa01").Force(new ReviewSubmitted([]), "tech01"), "D-19").ShouldBe(["review", "sign"]);
        Subjects(s.Force(new RecordReviewed(1, [], true), "qa01"), "D-19").ShouldBe(["sign"]);
        Subjects(s.Force(new DispositionSigned(DispositionKind.Release, 0, "RELEASE", [], []), "qa02"), "D-19").ShouldBeEmpty();
    }

    [Fact]
    public void D20_waits_for_every_criterion_left_pending_and_counts_from_the_last()
    {
        var s = Testing(Testing(Adsc.Filled(), "1", "C-06", Packed), "2", "C-11", Packed).On("2026-04-28T22:00Z")
            .Force(new DispositionSigned(DispositionKind.Conditional, 0, "CONDITIONAL", ["C-06", "C-11"], []), "qa02");
        s.On("2026-05-12T16:00Z").Force(Result("1"), "qc01").Force(new QcResultApproved("R-1"), "qc02");
        Row(s, "D-20").ShouldBeEmpty();
        s.On("2026-05-13T16:00Z").Force(Result("2", ResultKind.Interim), "qc01").Force(new QcResultApproved("R-2"), "qc02");
        Row(s, "D-20").ShouldBeEmpty();
        s.On("2026-05-11T16:00Z").Force(Result("2") with { ResultId = "R-2b" }, "qc01").Force(new QcResultApproved("R-2b"), "qc02");
        Row(s, "D-20").ShouldBe([("ADSC-26-0007", Scenario.At("2026-05-12T20:00Z"))]);
        Row(Adsc.Released(), "D-20").ShouldBeEmpty();
    }

    [Fact]
    public void D21_ends_with_the_clinical_review_and_is_asked_for_a_patient_only()
    {
        var s = Adsc.Released();
        Row(s, "D-21").ShouldBeEmpty();
        s.Given(new Shipped(Adsc.Bags, 2, s.Now), new Administered(Adsc.Bags, 2, s.Now));
        Subjects(s, "D-21").ShouldBe(["ADSC-26-0007"]);
        Schedule.Due(s.State with { Registration = s.State.Registration! with { PatientRef = null } }, s.State.Definition!).ShouldNotContain(t => t.Row == "D-21");
        Row(s.On("2026-05-08T22:00Z").Force(new GraftTakeRecorded(Adsc.Bags, s.Now, 88, TakeMethod.Visual, false, []), "tech01"), "D-21").ShouldBeEmpty();
    }

    [Fact]
    public void D22_a_band_is_assessed_while_it_is_in_ASSESS_and_not_assessed_yet()
    {
        static ExposureBandChanged Band(string id, ExposureBand from, ExposureBand to) => new(id, "V-01", from, to, 61, "min");
        var s = Adsc.AtP0().GivenBySoftware(Band("E-07", ExposureBand.PASS, ExposureBand.ASSESS)).GivenBySoftware(Band("E-02", ExposureBand.PASS, ExposureBand.ASSESS));
        Subjects(s, "D-22").ShouldBe(["E-07", "E-02"]);
        s.GivenBySoftware(Band("E-02", ExposureBand.ASSESS, ExposureBand.FAIL));
        Subjects(s, "D-22").ShouldBe(["E-07"]);
        Subjects(s.Force(new ExcursionAssessed(["E-07"], [], AssessedImpact.None, new string('x', 20)), "qa01"), "D-22").ShouldBeEmpty();
    }

    [Fact]
    public void D22_a_deviation_is_due_until_it_is_closed()
    {
        var s = Adsc.AtP0().Given(new DeviationOpened("DEV-1", "Spill", DeviationClass.Minor), new DeviationOpened("DEV-2", "Spill", DeviationClass.Minor));
        Subjects(s.Given(new DeviationClosed("DEV-1", "Loose cap", "None", [])), "D-22").ShouldBe(["DEV-2"]);
    }

    [Fact]
    public void An_open_case_is_due_after_ten_working_days_and_a_hold_after_five()
    {
        // 13 April 2026 is a Monday.
        var s = Adsc.AtP0().GivenBySoftware(new OosOpened("OOS-1", "R-1", "C-04")).Given(new HoldPlaced("H-1", "Suspicion"));
        Due(s).Where(t => t.Row is "OOS" or "HOLD").Select(t => (t.Row, t.Subject, t.DueAt, t.Lead, t.Grace, t.Role)).ShouldBe([
            ("OOS", "OOS-1", Scenario.At("2026-04-27T12:00Z"), TimeSpan.FromDays(14), TimeSpan.Zero, Roles.QualityAssurance),
            ("HOLD", "H-1", Scenario.At("2026-04-20T12:00Z"), TimeSpan.FromDays(7), TimeSpan.Zero, Roles.QualityAssurance)]);
        s.Force(new OosConcluded("OOS-1", 1, OosConclusion.Confirmed, new string('x', 20)), "qa01").GivenBy("qa02", new HoldReleased("H-1", "Cleared by test"));
        Due(s).ShouldNotContain(t => t.Row == "OOS" || t.Row == "HOLD");
    }

    [Fact]
    public void The_authority_is_told_of_an_exceptional_use_when_the_request_says()
    {
        var s = Adsc.Filled().Given(new ExceptionalUseRequested("Dr A", Packed, ["ADSC-05"], "RISK-1", true, Packed.AddDays(2)));
        Row(s, "AUTHORITY").ShouldBe([(s.Last<ExceptionalUseRequested>().ToString("N"), Packed.AddDays(2))]);
    }

    [Fact]
    public void Of_a_batch_that_was_given_up_only_what_was_opened_on_it_is_left_to_do()
    {
        var s = Adsc.AtP0().Given(new DeviationOpened("DEV-1", "Spill", DeviationClass.Minor)).Given(new BatchTerminated(DiscardReason.GrowthFailure));
        Due(s).Select(t => t.Row).ShouldBe(["D-22"]);
        Schedule.Due(s.State with { State = LifeState.Rejected }, s.State.Definition!).Select(t => t.Row).ShouldBe(["D-22"]);
        Schedule.Due(s.State with { State = LifeState.Discarded }, s.State.Definition!).ShouldBeEmpty();
        Schedule.Due(s.State with { State = LifeState.Closed }, s.State.Definition!).ShouldBeEmpty();
        Schedule.Due(BatchState.Initial, s.State.Definition!).ShouldBeEmpty();
    }

    [Fact]
    public void D01_and_D02_end_with_their_entries_and_with_the_quarantine()
    {
        Subjects(Adsc.Quarantined(), "D-01").ShouldBe(["ADSC-26-0007"]);
        Row(Adsc.Quarantined().Given(new TissueRefused("Clotted")), "D-01").ShouldBeEmpty();
        Row(Adsc.Planned(), "D-01").ShouldBeEmpty();
        Row(Cm.HasCells(), "D-02").ShouldBeEmpty();
    }

    [Fact]
    public void D04_is_of_the_product_and_counts_from_the_last_look_at_any_vessel_of_a_group()
    {
        static ConfluenceObserved Look(string id, decimal pct) => new(id, pct, LookMethod.Visual, "Spindle", Contamination.None);
        var s = Adsc.AtP0();
        s.Given(Adsc.Seeded(SeedingPurpose.CfuF, s.Last<IsolationPerformed>(), ["CF-1"], 100, 10, 0));
        Subjects(s, "D-04").ShouldBe(["V-01"]);
        s.On("2026-04-14T12:00Z").Given(Look("V-02", 60)).On("2026-04-15T12:00Z").Given(Look("V-03", 55));
        Row(s, "D-04").ShouldBe([("V-01", Scenario.At("2026-04-17T12:00Z"))]);
    }

    [Theory]
    [InlineData("2026-04-17T12:00Z", 1, "UTC", "2026-04-20T12:00Z")]
    [InlineData("2026-04-18T12:00Z", 1, "UTC", "2026-04-20T12:00Z")]
    [InlineData("2026-04-16T12:00Z", 1, "UTC", "2026-04-17T12:00Z")]
    [InlineData("2026-04-16T12:00Z", 0, "UTC", "2026-04-16T12:00Z")]
    [InlineData("2026-04-13T12:00Z", 5, "UTC", "2026-04-20T12:00Z")]
    [InlineData("2026-04-17T20:00Z", 1, "Asia/Tokyo", "2026-04-19T20:00Z")]
    public void Working_days_leave_out_the_weekend_of_the_site(string from, int days, string zone, string due) =>
        Schedule.WorkingDaysAfter(Scenario.At(from), days, zone).ShouldBe(Scenario.At(due));
}
