using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Which of several results counts, against which limit, and when (domain.md 3.1, 3.2, 3.11).</summary>
public sealed class ReadingRuleTests
{
    private const string Now = "04-28 22:00";

    private static Story Again(string sampleId, string collectedAt, decimal value, bool approved = true, string recordedAt = "04-28 21:00")
    {
        var s = WorkedBatches.AdscTested();
        if (sampleId != "S-ADSC-01") s.Put("04-28 20:40", "tech01", new SampleTaken(sampleId, ["ADSC-01"], SampleMatrix.FinalProduct, 1, [], s.Time(collectedAt)));
        s.Put("04-28 20:50", "qc01", new QcTestStarted("T-9", sampleId, "ADSC-01", 1, null)).Put(recordedAt, "qc01", new QcResultRecorded("R-9", "T-9", ResultKind.Final, [Number(value)], true, null));
        return approved ? s.Put("04-28 21:10", "qc02", new QcResultApproved("R-9")) : s;
    }

    [Fact]
    public void The_approved_result_of_the_latest_sample_counts_and_of_one_sample_the_latest_result()
    {
        string? Observed(Story s) => s.Status(Now, "ADSC-01").Observed;
        Observed(WorkedBatches.AdscTested()).ShouldBe("88.5 %");
        Observed(Again("S-9", "04-28 14:31", 85m)).ShouldBe("85 %");
        Observed(Again("S-9", "04-28 14:29", 85m)).ShouldBe("88.5 %");
        Observed(Again("S-ADSC-01", "", 85m)).ShouldBe("85 %");
        Observed(Again("S-9", "04-28 14:31", 85m, approved: false)).ShouldBe("88.5 %");
    }

    [Fact]
    public void A_failing_result_counts_from_its_recording_whatever_passed_later()
    {
        Again("S-9", "04-28 14:00", 70m, approved: false).Status(Now, "ADSC-01").Status.ShouldBe("FailUnconfirmed");
        var s = WorkedBatches.AdscTested(viability: 70m).Put("04-28 21:00", "qc01", new QcTestStarted("T-9", "S-ADSC-01", "ADSC-01", 1, null))
            .Put("04-28 21:00", "qc01", new QcResultRecorded("R-9", "T-9", ResultKind.Final, [Number(90m)], true, null)).Put("04-28 21:10", "qc02", new QcResultApproved("R-9"));
        s.Status(Now, "ADSC-01").Observed.ShouldBe("70 %");
    }

    private static Story WithSample(string id, string collectedAt)
    {
        var s = WorkedBatches.AdscTested();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<SampleTaken> r && r.Data.SampleId == id ? r.WithBody(r.Data with { CollectedAt = s.Time(collectedAt) }) : e));
        return s;
    }

    [Theory]
    [InlineData("04-24 14:39", "NotTested")]
    [InlineData("04-24 14:40", "Pass")]
    [InlineData("04-26 14:40", "Pass")]
    [InlineData("04-26 14:41", "NotTested")]
    public void The_in_process_sterility_sample_is_taken_48_to_96_hours_before_the_fill(string collectedAt, string status) => WithSample("S-C-04", collectedAt).Status(Now, "C-04").Status.ShouldBe(status);

    [Theory]
    [InlineData("04-28 13:59", "Pending")]
    [InlineData("04-28 14:00", "Pass")]
    public void An_interim_negative_counts_from_48_hours_of_incubation_on(string at, string status)
    {
        var s = WorkedBatches.AdscSubmitted().Put(at, "qc01", new QcResultRecorded("R-C-04", "T-C-04", ResultKind.Interim, [Word(Qualitative.Negative)], true, null)).Put("04-28 15:10", "qc02", new QcResultApproved("R-C-04"));
        s.Status(Now, "C-04").Status.ShouldBe(status);
    }

    [Fact]
    public void An_interim_reading_proves_nothing_where_a_final_one_is_asked_for()
    {
        var s = WorkedBatches.AdscTested().Put("05-13 09:00", "qc01", new QcResultRecorded("R-9", "T-C-06", ResultKind.Interim, [Word(Qualitative.NoGrowth)], true, null)).Put("05-13 09:10", "qc02", new QcResultApproved("R-9"));
        s.Status("05-13 10:00", "C-06").Status.ShouldBe("Pending");
    }

    [Theory]
    [InlineData(89.95, false)]
    [InlineData(89.94, true)]
    public void A_marker_that_passes_below_its_alert_is_alerted(double cd105, bool alert)
    {
        var s = WorkedBatches.AdscTested().Put("04-28 21:00", "qc01", new QcTestStarted("T-9", "S-ADSC-04", "ADSC-04", 1, null))
            .Put("04-28 21:00", "qc01", new QcResultRecorded("R-9", "T-9", ResultKind.Final, [Number(98.1m, "CD73"), Number(99.0m, "CD90"), Number((decimal)cd105, "CD105")], true, null)).Put("04-28 21:10", "qc02", new QcResultApproved("R-9"));
        (s.Status(Now, "ADSC-04").Status, s.Status(Now, "ADSC-04").Alert).ShouldBe(("Pass", alert));
    }

    [Theory]
    [InlineData(89.5, false)]
    [InlineData(89.4, true)]
    public void A_viability_below_90_percent_at_the_harvest_alerts_that_of_the_product(double pct, bool alert)
    {
        var s = WorkedBatches.AdscTested();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<HarvestPerformed> h ? h.WithBody(h.Data with { ViabilityPct = (decimal)pct }) : e));
        var found = s.Status(Now, "ADSC-01");
        (found.Status, found.Alert, found.Evidence.Contains(s.State.Last<HarvestPerformed>()!.EventId)).ShouldBe(("Pass", alert, alert));
    }

    [Theory]
    [InlineData("04-28 14:41", 70, "Pass")]
    [InlineData("04-28 14:41", 69, "FailUnconfirmed")]
    [InlineData("04-28 14:40", 79, "FailUnconfirmed")]
    public void Cells_thawed_after_the_fill_are_held_to_70_percent(string thawedAt, int viability, string status) =>
        WorkedBatches.AdscTested(viability: viability).Put(thawedAt, "tech01", new CellsThawed(["ADSC-26-0007-01"], 3, 80, 90)).Status(Now, "ADSC-01").Status.ShouldBe(status);

    [Theory]
    [InlineData("own", "Pending")]
    [InlineData("shared", "Pass")]
    [InlineData(null, "Pass")]
    public void Of_alternatives_one_at_least_is_reported(string? group, string status)
    {
        var s = WorkedBatches.AdscTested();
        var spec = s.Facts.Spec! with
        {
            Criteria = [.. s.Facts.Spec!.Criteria.Select(c => c.Id != "ADSC-05" ? c : c with
            {
                Parts = [.. c.Parts.Select(p => p.Name == "CD31" ? p with { Optional = true, OneOf = "shared" } : p), new("CD14", "%", new() { Max = "2.0" }, Optional: true, OneOf: group), new("CD11b", "%", new() { Max = "2.0" }, Optional: true, OneOf: group)],
            })],
        };
        ReleaseEvaluator.Evaluate(s.State, spec, s.Facts, s.Time(Now)).Criteria.Single(c => c.Id == "ADSC-05").Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(23, Verdicts.Blocked)]
    [InlineData(24, Verdicts.Conditional)]
    public void A_slow_test_is_left_pending_only_if_the_product_would_expire_meanwhile(int hours, string verdict)
    {
        var s = WorkedBatches.AdscReady();
        var spec = s.Facts.Spec! with { Criteria = [.. s.Facts.Spec!.Criteria.Select(c => c.Id == "C-11" ? c with { ValidatedHours = hours } : c)] };
        var found = ReleaseEvaluator.Evaluate(s.State, spec, s.Facts, s.Time(Now));
        (found.Value, string.Join(",", found.Reasons.Select(r => r.Id))).ShouldBe((verdict, verdict == Verdicts.Blocked ? "C-11(plates)" : ""));
    }

    [Theory]
    [InlineData(2.009, 5, "Pass")]
    [InlineData(2.01, 5, "FailUnconfirmed")]
    [InlineData(1.005, 10, "FailUnconfirmed")]
    [InlineData(1.004, 10, "Pass")]
    public void A_residual_is_judged_for_the_contents_of_the_largest_container(double ngPerMl, int largestMl, string status)
    {
        var s = ProductLives.ConditionedMedium(out var vials);
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<FillPerformed> f ? f.WithBody(f.Data with { Containers = [.. vials.Select((v, i) => new FilledContainer(v, i == 3 ? largestMl : 5))] }) : e));
        s.Put("03-06 18:00", "qc01", new QcTestStarted("T-9", "S-CM-09", "CM-09", 1, null)).Put("03-06 18:00", "qc01", new QcResultRecorded("R-9", "T-9", ResultKind.Final, [Number((decimal)ngPerMl)], true, null)).Put("03-06 18:10", "qc02", new QcResultApproved("R-9"));
        s.Status("03-06 19:00", "CM-09").Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(40, "≤0.5 EU/mL")]
    [InlineData(50, "≤0.40 EU/mL")]
    [InlineData(100, "≤0.20 EU/mL")]
    public void Twenty_units_a_sheet_are_spread_over_the_largest_volume_around_one(int largestMl, string limit)
    {
        var s = WorkedBatches.CeaReady();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<FillPerformed> f ? f.WithBody(f.Data with { Containers = [.. f.Data.Containers.Select((c, i) => i == 2 ? c with { VolumeMl = largestMl } : c)] }) : e));
        s.Status("03-19 11:16", "CEA-16").Limit.ShouldBe(limit);
    }

    [Theory]
    [InlineData(null, "≤0.30 EU/mL")]
    [InlineData(1.0, "≤0.30 EU/mL")]
    [InlineData(0.5, "≤0.30 EU/mL")]
    [InlineData(2.0, "≤0.60 EU/mL")]
    public void A_dose_given_over_hours_has_the_limit_of_each_hour_and_one_given_faster_that_of_one(double? hours, string limit)
    {
        var s = WorkedBatches.AdscReady();
        s.State = s.State with { Registration = s.State.Registration! with { PatientWeightKg = 3m, DoseVolumeMl = 50m, AdministrationHours = (decimal?)hours } };
        s.Status(Now, "ADSC-14").Limit.ShouldBe(limit);
    }

    [Fact]
    public void Without_what_a_limit_is_computed_from_a_result_within_the_fixed_one_cannot_be_judged()
    {
        foreach (var (weight, volume) in new (decimal?, decimal?)[] { (null, 20), (0, 20), (68, null), (68, 0) })
        {
            var s = WorkedBatches.AdscTested();
            s.State = s.State with { Registration = s.State.Registration! with { PatientWeightKg = weight, DoseVolumeMl = volume } };
            s.Status(Now, "ADSC-14").Status.ShouldBe("Pending");
            s = WorkedBatches.AdscTested(endotoxin: 2.1m);
            s.State = s.State with { Registration = s.State.Registration! with { PatientWeightKg = weight, DoseVolumeMl = volume } };
            s.Status(Now, "ADSC-14").Status.ShouldBe("FailUnconfirmed", "above the fixed limit it fails whatever the other would be");
        }
    }
}
