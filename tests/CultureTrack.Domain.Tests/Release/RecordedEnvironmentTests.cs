using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>E rows as criteria: the band in force, its assessment, and the band as the record alone tells it (domain.md 4.4, 4.5).</summary>
public sealed class RecordedEnvironmentTests
{
    private const string Now = "04-28 22:00";
    private static readonly ExcursionAssessed Assessed = new(["E-01"], [], AssessedImpact.Acceptable, "Growth and viability were unaffected.");

    private static ExposureBandChanged Band(ExposureBand from, ExposureBand to, string id = "E-01", decimal? value = 40m) => new(id, "V-31", from, to, value, "min");

    private static Story Assessable() => WorkedBatches.AdscTested().Set("E-01", ExposureBand.ASSESS, 40m).Put("04-28 21:10", "sys", Band(ExposureBand.PASS, ExposureBand.ASSESS));

    private static string E01(Story s) => s.Status(Now, "E-01").Status;

    [Theory]
    [InlineData(AssessedImpact.None, "Pass")]
    [InlineData(AssessedImpact.Acceptable, "Pass")]
    [InlineData(AssessedImpact.Unacceptable, "FailConfirmed")]
    public void A_band_to_assess_waits_for_its_assessment_and_is_what_that_says(AssessedImpact impact, string status)
    {
        E01(Assessable()).ShouldBe("Pending");
        var s = Assessable().Put("04-28 21:20", "qa01", Assessed with { Impact = impact });
        E01(s).ShouldBe(status);
        s.Status(Now, "E-01").Evidence.ShouldBe([s.LastId(), s.State.Of<ExposureBandChanged>().Single().EventId]);
        E01(s.Put("04-28 21:30", "qa01", Assessed with { Criteria = ["E-02"] })).ShouldBe(status, "another criterion was assessed");
    }

    [Fact]
    public void The_latest_assessment_counts()
    {
        E01(Assessable().Put("04-28 21:20", "qa01", Assessed with { Impact = AssessedImpact.Unacceptable }).Put("04-28 21:30", "qa01", Assessed)).ShouldBe("Pass");
        E01(Assessable().Put("04-28 21:20", "qa01", Assessed).Put("04-28 21:30", "qa01", Assessed with { Criteria = ["E-02", "E-01"], Impact = AssessedImpact.Unacceptable })).ShouldBe("FailConfirmed");
    }

    [Fact]
    public void A_band_that_rises_after_the_assessment_makes_it_void_and_nothing_else_does()
    {
        Story After(ExposureBandChanged change) => Assessable().Put("04-28 21:20", "qa01", Assessed).Put("04-28 21:30", "sys", change);
        E01(After(Band(ExposureBand.PASS, ExposureBand.ASSESS))).ShouldBe("Pending");
        E01(After(Band(ExposureBand.FAIL, ExposureBand.ASSESS))).ShouldBe("Pass");
        E01(After(Band(ExposureBand.ASSESS, ExposureBand.ASSESS))).ShouldBe("Pass");
        E01(After(Band(ExposureBand.PASS, ExposureBand.ASSESS, "E-02"))).ShouldBe("Pass");
        E01(After(Band(ExposureBand.PASS, ExposureBand.ASSESS)).Put("04-28 21:40", "qa01", Assessed)).ShouldBe("Pass");
    }

    [Fact]
    public void What_can_no_longer_be_assessed_fails_whatever_was_assessed_and_what_passes_needs_no_assessment()
    {
        E01(Assessable().Put("04-28 21:20", "qa01", Assessed).Set("E-01", ExposureBand.FAIL, 61m)).ShouldBe("FailConfirmed");
        E01(Assessable().Put("04-28 21:20", "qa01", Assessed with { Impact = AssessedImpact.Unacceptable }).Set("E-01", ExposureBand.PASS, 10m)).ShouldBe("Pass");
    }

    [Fact]
    public void An_exposure_nobody_knows_leaves_its_row_open()
    {
        var s = WorkedBatches.AdscTested();
        s.Facts = s.Facts with { Environment = EnvironmentReport.None };
        E01(s).ShouldBe("NotTested");
    }

    [Fact]
    public void The_record_tells_the_band_it_last_told_and_passes_what_it_never_told()
    {
        var s = WorkedBatches.AdscTested().Put("04-28 21:10", "sys", Band(ExposureBand.PASS, ExposureBand.ASSESS)).Put("04-28 21:20", "sys", Band(ExposureBand.ASSESS, ExposureBand.FAIL, value: 75m));
        var told = RecordedEnvironment.Of(s.State, s.Time(Now));
        told.At.ShouldBe(s.Time(Now));
        told.Metrics.Select(m => m.Id).ShouldBe(Enumerable.Range(1, 14).Select(n => $"E-{n:00}"));
        told.Metrics[0].ShouldBe(new("E-01", 75m, "min", ExposureBand.FAIL, "V-31"));
        told.Metrics.Skip(1).ShouldAllBe(m => m.Band == ExposureBand.PASS && m.Value == null && m.WorstVessel == null);
    }

    [Fact]
    public void Without_culture_and_storage_the_record_tells_nothing()
    {
        var s = WorkedBatches.AdscTested();
        s.State = BatchFold.Fold(s.State.History.TakeWhile(e => e.Body is not VesselsSeeded));
        RecordedEnvironment.Of(s.State, s.Time(Now)).ShouldBeSameAs(EnvironmentReport.None);
    }

    [Fact]
    public void A_medium_that_was_stored_has_a_row_of_its_storage()
    {
        var s = ProductLives.ConditionedMedium(out var vials);
        string[] Ids() => [.. RecordedEnvironment.Of(s.State, s.Time("03-06 19:00")).Metrics.Select(m => m.Id)];
        Ids().ShouldNotContain("CM-15");
        s.Put("03-06 18:00", "tech01", new StoredAt(vials, "FRZ-01", [.. vials.Select((_, i) => $"FRZ-01/R1/B01/A{i + 1:00}")]));
        Ids()[^1].ShouldBe("CM-15");
        s.Put("03-06 18:30", "sys", Band(ExposureBand.PASS, ExposureBand.ASSESS, "CM-15", -48m));
        RecordedEnvironment.Of(s.State, s.Time("03-06 19:00")).Metrics[^1].ShouldBe(new("CM-15", -48m, "min", ExposureBand.ASSESS, "V-31"));
    }
}
