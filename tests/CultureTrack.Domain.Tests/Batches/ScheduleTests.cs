using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>The default schedules of 2.5, row by row.</summary>
public sealed class ScheduleTests
{
    private static List<ScheduledTask> Due(Scenario s) => [.. Schedule.Due(s.State, s.State.Definition!)];

    private static void Has(Scenario s, string row, string dueAt, string completedBy, double leadHours, double graceHours, string? subject = null) => Due(s).ShouldContain(
        t => t.Row == row && t.DueAt == Scenario.At(dueAt) && t.CompletedBy == completedBy && t.Lead == TimeSpan.FromHours(leadHours) && t.Grace == TimeSpan.FromHours(graceHours)
            && (subject == null || t.Subject == subject),
        string.Join("; ", Due(s).Select(t => $"{t.Row} {t.Subject} {t.DueAt:u} {t.CompletedBy} {t.Lead} {t.Grace}")));

    private static void Lacks(Scenario s, string row) => Due(s).ShouldNotContain(t => t.Row == row);

    [Fact]
    public void D01_acceptance_is_due_an_hour_after_the_receipt() => Has(Adsc.Quarantined(), "D-01", "2026-04-13T09:30Z", nameof(TissueAccepted), 1, 1);

    [Fact]
    public void D02_isolation_is_due_four_hours_after_the_receipt_until_it_is_done()
    {
        Has(Adsc.Taken(), "D-02", "2026-04-13T12:30Z", nameof(IsolationPerformed), 2, 20);
        Lacks(Adsc.Taken(), "D-01");
        Lacks(Adsc.Processed(), "D-02");
    }

    [Fact]
    public void D03_the_feeder_of_the_first_seeding_is_due_three_hours_before_it() => Has(Cea.Taken(), "D-03", "2026-03-02T10:40Z", nameof(FeederPlated), 24, 0);

    [Fact]
    public void D04_a_look_is_due_after_a_day_then_every_second_and_from_60_percent_on_every_day()
    {
        Has(Adsc.AtP0(), "D-04", "2026-04-14T12:00Z", nameof(ConfluenceObserved), 4, 8);
        static ConfluenceObserved Look(decimal pct) => new("V-01", pct, LookMethod.Visual, "Spindle", Contamination.None);
        Has(Adsc.AtP0().On("2026-04-14T12:00Z").Given(Look(55)), "D-04", "2026-04-16T12:00Z", nameof(ConfluenceObserved), 4, 8);
        Has(Adsc.AtP0().On("2026-04-14T12:00Z").Given(Look(60)), "D-04", "2026-04-15T12:00Z", nameof(ConfluenceObserved), 4, 8);
    }

    [Fact]
    public void D05_keratinocytes_are_fed_after_three_days_then_every_second_and_sheets_every_third()
    {
        static Scenario Fed(Scenario s, string[] vessels, string at) => s.On(at).Given(new MediumChanged(vessels, "MED-26-01", s.State.Culture.Vessels[vessels[0]].MediumMl * vessels.Length, 0.25m * s.State.Culture.Vessels[vessels[0]].AreaCm2 * vessels.Length, FeedKind.Full));
        Has(Cea.AtP0(), "D-05", "2026-03-05T13:00Z", nameof(MediumChanged), 4, 20);
        Has(Fed(Cea.AtP0(), Cea.Flasks, "2026-03-05T10:00Z"), "D-05", "2026-03-07T10:00Z", nameof(MediumChanged), 4, 20);
        Has(Fed(Cea.Maturing(), Cea.Trays, "2026-03-11T10:00Z"), "D-05", "2026-03-14T10:00Z", nameof(MediumChanged), 4, 20);
    }

    [Fact]
    public void D06_stromal_cells_are_fed_after_three_days_at_P0_and_two_later()
    {
        Has(Adsc.AtP0(), "D-06", "2026-04-16T12:00Z", nameof(MediumChanged), 4, 20);
        Has(Adsc.AtP1(), "D-06", "2026-04-22T13:00Z", nameof(MediumChanged), 4, 20);
    }

    [Fact]
    public void D07_D08_the_passage_is_due_at_80_percent_and_at_the_latest_after_days()
    {
        Has(Cea.AtP0(), "D-07", "2026-03-09T13:00Z", nameof(PassagePerformed), 24, 24);
        Has(Adsc.AtP0(), "D-08", "2026-04-21T12:00Z", nameof(PassagePerformed), 24, 24);
        Has(Adsc.AtP1(), "D-08", "2026-04-25T13:00Z", nameof(PassagePerformed), 24, 24);
        Has(Adsc.AtP0().On("2026-04-18T10:00Z").Given(new ConfluenceObserved("V-01", 80, LookMethod.Visual, "Spindle", Contamination.None)), "D-08", "2026-04-18T10:00Z", nameof(PassagePerformed), 24, 24);
    }

    [Fact]
    public void D09_sheets_are_detached_after_eleven_days_or_a_day_after_full_confluence()
    {
        Has(Cea.Maturing(), "D-09", "2026-03-19T13:00Z", nameof(SheetDetached), 24, 72);
        Has(Cea.Maturing().On("2026-03-16T10:00Z").Given(new ConfluenceObserved("TR-01", 100, LookMethod.Visual, "Cobblestone", Contamination.None)), "D-09", "2026-03-17T10:00Z", nameof(SheetDetached), 24, 72);
    }

    [Fact]
    public void D10_bilayered_skin_is_seeded_lifted_and_packed_by_the_step_before()
    {
        Has(Bls.Cultured().Given(Bls.Cast), "D-10", "2026-03-15T10:00Z", nameof(VesselsSeeded), 24, 24);
        Has(Bls.Covered(), "D-10", "2026-03-19T10:00Z", nameof(AirLiftStarted), 24, 24);
        Has(Bls.Lifted(), "D-10", "2026-03-27T10:00Z", nameof(FillPerformed), 24, 24);
    }

    [Fact]
    public void D11_a_scaffold_is_assessed_after_a_day_and_packed_after_five()
    {
        Has(Mss.OnScaffold(), "D-11", "2026-05-06T08:00Z", nameof(AttachmentAssessed), 4, 4);
        Has(Mss.OnScaffold(), "D-11", "2026-05-10T08:00Z", nameof(FillPerformed), 4, 4);
    }

    [Fact]
    public void D12_medium_is_collected_after_two_days_and_filled_after_eight_hours()
    {
        Has(Cm.Conditioning(), "D-12", "2026-05-06T10:00Z", nameof(ConditionedMediumCollected), 4, 12);
        // Collected at 10:00: 18:00 lies in the night and moves to the morning.
        Has(Cm.Harvested(), "D-12", "2026-05-07T08:00Z", nameof(FillPerformed), 4, 12);
    }

    [Fact]
    public void D13_to_D15_samples_hang_on_the_planned_fill()
    {
        // Planned use 04-29 07:00, fill 16 h before.
        Has(Adsc.AtP2(), "D-13", "2026-04-25T15:00Z", nameof(SampleTaken), 12, 12, "C-04");
        Has(Adsc.AtP2(), "D-14", "2026-04-27T15:00Z", nameof(SampleTaken), 24, 20, "C-07");
        Has(Adsc.AtP2(), "D-15", "2026-04-28T14:30Z", nameof(SampleTaken), 2, 0.5, "C-06");
        Has(Adsc.AtP2().Force(new SampleTaken("S-4", ["C-04"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-26T12:00Z")), "tech01"), "D-13", "2026-04-28T14:00Z", nameof(QcResultRecorded), 12, 12, "C-04");
    }

    [Fact]
    public void D16_colonies_are_read_after_fourteen_days()
    {
        var s = Adsc.AtP0();
        Has(s.Given(Adsc.Seeded(SeedingPurpose.CfuF, s.Last<IsolationPerformed>(), ["CF-1"], 100, 10, 0)), "D-16", "2026-04-27T12:00Z", nameof(QcResultRecorded), 24, 48);
    }

    [Theory]
    [InlineData("C-06", 336)]
    [InlineData("C-07", 6)]
    [InlineData("C-11", 72)]
    [InlineData("ADSC-08", 504)]
    [InlineData("ADSC-05", 24)]
    public void D17_a_result_is_due_when_the_validated_method_is_done(string criterion, int hours)
    {
        var s = Adsc.Filled().Force(new SampleTaken("S-1", [criterion], SampleMatrix.Cells, 1, [], Scenario.At("2026-04-28T14:40Z")), "tech01")
            .Force(new QcTestStarted("T-1", "S-1", criterion, 1, Scenario.At("2026-04-28T16:00Z")), "qc01");
        Due(s).ShouldContain(t => t.Row == "D-17" && t.Subject == "T-1" && t.DueAt == Scenario.At("2026-04-28T16:00Z").AddHours(hours));
    }

    [Fact]
    public void D18_a_result_is_approved_within_four_hours_and_never_later_than_two_before_the_expiry()
    {
        Scenario Recorded(string at) => Adsc.Filled().Force(new SampleTaken("S-1", ["ADSC-01"], SampleMatrix.FinalProduct, 1, [], Scenario.At("2026-04-28T14:40Z")), "tech01")
            .Force(new QcTestStarted("T-1", "S-1", "ADSC-01", 1, null), "qc01").On(at).Force(new QcResultRecorded("R-1", "T-1", ResultKind.Final, [new(Value: 88)], true, null), "qc01");
        Has(Recorded("2026-04-28T17:00Z"), "D-18", "2026-04-28T21:00Z", nameof(QcResultApproved), 4, 68);
        Has(Recorded("2026-04-29T10:00Z"), "D-18", "2026-04-29T12:40Z", nameof(QcResultApproved), 4, 68);
    }

    [Fact]
    public void D19_submission_review_and_signature_follow_the_fill_and_the_expiry()
    {
        Has(Adsc.Filled(), "D-19", "2026-04-28T15:40Z", nameof(ReviewSubmitted), 1, 1);
        var submitted = Adsc.Filled().On("2026-04-28T15:00Z").Force(new ReviewSubmitted([]), "tech01");
        Has(submitted, "D-19", "2026-04-28T16:00Z", nameof(RecordReviewed), 1, 1);
        Has(submitted, "D-19", "2026-04-29T10:40Z", nameof(DispositionSigned), 1, 1);
    }

    [Fact]
    public void D19_frozen_product_is_signed_two_days_after_the_last_result()
    {
        var s = Cm.Filled().Force(new ReviewSubmitted([]), "tech01").Force(new SampleTaken("S-1", ["C-06"], SampleMatrix.FinalProduct, 1, [], Scenario.At("2026-05-06T17:30Z")), "tech01")
            .Force(new QcTestStarted("T-1", "S-1", "C-06", 1, Scenario.At("2026-05-08T20:00Z")), "qc01");
        Has(s, "D-19", "2026-05-10T20:00Z", nameof(DispositionSigned), 1, 1, "sign");
        Has(s.On("2026-05-22T20:00Z").Force(new QcResultRecorded("R-1", "T-1", ResultKind.Final, [new(Qualitative: Qualitative.NoGrowth)], true, null), "qc01"), "D-19", "2026-05-24T20:00Z", nameof(DispositionSigned), 1, 1, "sign");
    }

    [Fact]
    public void D20_the_final_release_is_due_four_hours_after_the_last_pending_result_and_not_before()
    {
        var s = Adsc.Filled().On("2026-04-28T22:00Z").Force(new SampleTaken("S-1", ["C-06"], SampleMatrix.FinalProduct, 1, [], Scenario.At("2026-04-28T14:40Z")), "tech01")
            .Force(new QcTestStarted("T-1", "S-1", "C-06", 1, Scenario.At("2026-04-28T16:00Z")), "qc01").Force(new DispositionSigned(DispositionKind.Conditional, 0, "CONDITIONAL", ["C-06"], []), "qa02");
        Lacks(s, "D-20");
        s.On("2026-05-12T16:00Z").Force(new QcResultRecorded("R-1", "T-1", ResultKind.Final, [new(Qualitative: Qualitative.NoGrowth)], true, null), "qc01");
        Lacks(s, "D-20");
        Has(s.On("2026-05-12T17:00Z").Force(new QcResultApproved("R-1"), "qc02"), "D-20", "2026-05-12T21:00Z", nameof(DispositionSigned), 24, 24);
    }

    [Fact]
    public void D21_the_graft_is_reviewed_ten_days_after_it_was_given()
    {
        var s = Adsc.Released().Given(new Shipped(Adsc.Bags, 2, Scenario.At("2026-04-28T22:00Z"))).Later(1).Given(new Administered(Adsc.Bags, 2, Scenario.At("2026-04-28T23:00Z")));
        Has(s, "D-21", "2026-05-08T23:00Z", nameof(GraftTakeRecorded), 72, 96);
    }

    [Fact]
    public void D22_a_deviation_is_closed_within_ten_working_days_and_a_band_assessed_within_one()
    {
        // Opened on a Monday; ten working days later is the Monday after next.
        Has(Adsc.AtP0().Given(new DeviationOpened("DEV-1", "Tray moved without scanning", DeviationClass.Minor)), "D-22", "2026-04-27T12:00Z", nameof(DeviationClosed), 24, 0, "DEV-1");
        var assess = Adsc.AtP0().GivenBySoftware(new ExposureBandChanged("E-07", "V-01", ExposureBand.PASS, ExposureBand.ASSESS, 61, "min"));
        Has(assess, "D-22", "2026-04-14T12:00Z", nameof(ExcursionAssessed), 24, 0, "E-07");
    }

    [Fact]
    public void Refused_tissue_of_a_patient_obliges_to_tell_the_physician_within_a_day_though_the_batch_is_over()
    {
        var s = Adsc.Quarantined().Given(new TissueRefused("Clotted"));
        Has(s, "PHYSICIAN", "2026-04-14T08:30Z", nameof(PhysicianInformed), 24, 0);
    }

    [Theory]
    [InlineData("2026-04-14T17:59Z", NightRule.Afternoon, "2026-04-14T17:59Z")]
    [InlineData("2026-04-14T18:00Z", NightRule.Afternoon, "2026-04-14T17:00Z")]
    [InlineData("2026-04-15T06:59Z", NightRule.Afternoon, "2026-04-14T17:00Z")]
    [InlineData("2026-04-15T07:00Z", NightRule.Afternoon, "2026-04-15T07:00Z")]
    [InlineData("2026-04-14T18:00Z", NightRule.Morning, "2026-04-15T08:00Z")]
    [InlineData("2026-04-15T06:59Z", NightRule.Morning, "2026-04-15T08:00Z")]
    [InlineData("2026-04-15T03:00Z", NightRule.Stays, "2026-04-15T03:00Z")]
    public void Due_times_in_the_night_move_feeds_back_and_the_others_on(string due, NightRule rule, string moved) =>
        WorkingHours.Moved(rule, "UTC", Scenario.At(due)).ShouldBe(Scenario.At(moved));

    [Theory]
    [InlineData("2026-03-28T20:00Z", NightRule.Morning, "2026-03-29T06:00Z")]
    [InlineData("2026-10-24T20:00Z", NightRule.Morning, "2026-10-25T07:00Z")]
    public void The_night_is_that_of_the_site_also_when_the_clocks_change(string due, NightRule rule, string moved) =>
        WorkingHours.Moved(rule, "Europe/Paris", Scenario.At(due)).ShouldBe(Scenario.At(moved));
}
