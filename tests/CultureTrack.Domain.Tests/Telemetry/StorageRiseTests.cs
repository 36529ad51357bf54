using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;
using static CultureTrack.Domain.Tests.Telemetry.Ledgers;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>How single readings of a freezer make up a rise, and how the stays of a container add up (CM-15, domain.md 4.7).</summary>
public sealed class StorageRiseTests
{
    private static IncubatorEnvironment Freezer(LedgerPart facts, string id = "FRZ-01") => Env(id, "F-80", (Channels.Temperature, facts));

    private static VesselCulture C(string id, params Stay[] stays) => V(id, -1000, stays);

    private static Stay In(double from, double? to = null, string freezer = "FRZ-01") => S(from, to, freezer);

    private static ExposureMetric Of(LedgerPart facts, params Stay[] stays) => StorageExposure.Evaluate("CM-15", Input([Freezer(facts)], C("K-1", stays)), Min(600))!;

    private static Band Band(params double[] warmAt) => Of(Samples([.. warmAt.Select(m => (m, -62.0))]), In(0)).Band;

    [Fact]
    public void Warm_readings_as_far_apart_as_one_holds_are_one_rise_and_farther_apart_are_two()
    {
        Band(100, 102.5, 105).ShouldBe(Domain.Telemetry.Band.Pass);
        Band(100, 102.6).ShouldBe(Domain.Telemetry.Band.Fail);
    }

    [Theory]
    [InlineData(57.5, Domain.Telemetry.Band.Pass)]
    [InlineData(57.6, Domain.Telemetry.Band.Fail)]
    public void The_last_warm_reading_holds_for_two_and_a_half_minutes(double last, Band band) =>
        Of(Samples([.. Enumerable.Range(0, 29).Select(i => (100 + 2.0 * i, -62.0)), (100 + last, -62.0)]), In(0)).Band.ShouldBe(band);

    [Theory]
    [InlineData(60, Domain.Telemetry.Band.Pass)]
    [InlineData(60.1, Domain.Telemetry.Band.Fail)]
    public void A_reading_at_the_limit_ends_a_rise_where_it_was_taken(double end, Band band) =>
        Of(Samples([.. Enumerable.Range(0, 30).Select(i => (100 + 2.0 * i, -62.0)), (100 + end, -65.0)]), In(0)).Band.ShouldBe(band);

    [Fact]
    public void A_rise_counts_while_the_container_lies_there()
    {
        // Warm from 100 to 202.5.
        var facts = Samples([.. Enumerable.Range(0, 51).Select(i => (100 + 2.0 * i, -62.0))]);
        Band Lying(double from, double? to) => Of(facts, In(from, to)).Band;
        Lying(0, 160).ShouldBe(Domain.Telemetry.Band.Pass);
        Lying(0, 160.1).ShouldBe(Domain.Telemetry.Band.Fail);
        Lying(142.5, null).ShouldBe(Domain.Telemetry.Band.Pass);
        Lying(142.4, null).ShouldBe(Domain.Telemetry.Band.Fail);
        Lying(202.5, null).ShouldBe(Domain.Telemetry.Band.Pass);
        StorageExposure.Evaluate("CM-15", Input([Freezer(facts)], C("K-1", In(0))), Min(160))!.Band.ShouldBe(Domain.Telemetry.Band.Pass);
        StorageExposure.Evaluate("CM-15", Input([Freezer(facts)], C("K-1", In(0))), Min(161))!.Band.ShouldBe(Domain.Telemetry.Band.Fail);
    }

    [Theory]
    [InlineData(-65.0, 0, 600, Domain.Telemetry.Band.Pass)]
    [InlineData(-64.9, 0, 600, Domain.Telemetry.Band.Fail)]
    [InlineData(-64.9, 180, 600, Domain.Telemetry.Band.Pass)]
    [InlineData(-64.9, 179, 600, Domain.Telemetry.Band.Fail)]
    [InlineData(-64.9, 0, 120, Domain.Telemetry.Band.Pass)]
    [InlineData(-64.9, 0, 121, Domain.Telemetry.Band.Fail)]
    public void Of_readings_that_were_not_noted_singly_an_hour_with_a_warm_one_counts_as_too_long(double warmest, double from, double to, Band band) =>
        Of(LedgerPart.Empty.With(new HourExtreme(Min(120), -80, warmest)), In(from, to)).Band.ShouldBe(band);

    [Fact]
    public void Rises_missing_time_and_the_peak_are_of_all_stays()
    {
        var warm = Samples((10, -62.0));
        var second = Freezer(Samples((110, -58.0)), "FRZ-02");
        ExposureMetric Both(LedgerPart first, IncubatorEnvironment other, params Stay[] more) =>
            StorageExposure.Evaluate("CM-15", Input([Freezer(first), other], C("K-1", [In(0, 100), In(100, 200, "FRZ-02"), .. more])), Min(600))!;
        Both(LedgerPart.Empty, second).ShouldBe(new("CM-15", -58.0, "°C", Domain.Telemetry.Band.Pass, "K-1"));
        Both(warm, second).ShouldBe(new("CM-15", -58.0, "°C", Domain.Telemetry.Band.Fail, "K-1"));
        Both(Samples((10, -55.0)), Freezer(Samples((110, -70.0)), "FRZ-02")).Value.ShouldBe(-55.0);
        Both(Spans((SpanKind.Missing, 10, 40)), Freezer(Spans((SpanKind.Missing, 110, 140)), "FRZ-02")).Band.ShouldBe(Domain.Telemetry.Band.Pass);
        Both(Spans((SpanKind.Missing, 10, 40)), Freezer(Spans((SpanKind.Missing, 110, 140.1)), "FRZ-02")).Band.ShouldBe(Domain.Telemetry.Band.Assess);
        Both(Spans((SpanKind.Missing, 10, 40)), second, In(200, 231, "FRZ-09")).Band.ShouldBe(Domain.Telemetry.Band.Assess);
    }

    [Fact]
    public void The_worst_container_is_named_and_of_those_in_one_band_the_warmest()
    {
        var input = Input([Freezer(Samples((10, -62.0), (300, -58.0)))], C("cold", In(20, 200)), C("mild", In(0, 200)), C("warm", In(200)), C("again", In(200)));
        StorageExposure.Evaluate("CM-15", input, Min(600)).ShouldBe(new("CM-15", -58.0, "°C", Domain.Telemetry.Band.Pass, "warm"));
        StorageExposure.Evaluate("CM-15", input with { Vessels = [.. input.Vessels, C("both", In(0))] }, Min(600)).ShouldBe(new("CM-15", -58.0, "°C", Domain.Telemetry.Band.Fail, "both"));
    }

    [Fact]
    public void Missing_data_are_looked_for_while_any_container_lies_in_storage()
    {
        StorageExposure.NextCheck(Input([], C("A", In(0, 10)), C("B", In(0, 10), In(20))), Min(600)).ShouldBe(Min(661));
        StorageExposure.NextCheck(Input([], C("A", In(0, 10)), C("B", In(0, 10))), Min(600)).ShouldBeNull();
        StorageExposure.NextCheck(Input([], V("A", 0, [In(0)], use: VesselUse.Discarded)), Min(600)).ShouldBeNull();
    }
}
