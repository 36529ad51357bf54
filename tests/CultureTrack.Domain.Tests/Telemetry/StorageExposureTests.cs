using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Storage of frozen product until release (CM-15, domain.md 3.11 and 4.7): one rise above −65 °C for an hour, −50 °C at most.</summary>
public sealed class StorageExposureTests
{

    private static ExposureInput Stored(IEnumerable<Reading> readings, params VesselCulture[] containers)
    {
        var judge = new IncubatorJudge(new("FRZ-01", EquipmentProfiles.Get("F-80"), TimeSpan.FromMinutes(1)));
        var ledger = judge.Ledger(judge.Replay(IncubatorMemory.Empty, readings));
        return new(containers, new Dictionary<string, IncubatorEnvironment> { ["FRZ-01"] = new(ledger, []) });
    }

    private static VesselCulture C(string id, double from, double? to = null, VesselUse use = VesselUse.Product, string where = "FRZ-01") =>
        new(id, Min(from), null, [], use, [new(where, Min(from), to is { } t ? Min(t) : null)]);

    /// <summary>Ten hours at −66 °C, near the limit so that no step is steeper than 5 °C a minute, but for the minutes told.</summary>
    private static IEnumerable<Reading> Hours(params (int From, int To, double Celsius)[] warm) => Minutes(0, 600, m =>
        warm.Where(w => m >= w.From && m < w.To).Select(w => (double?)Calm(m, w.Celsius, 0.05)).FirstOrDefault() ?? Calm(m, -66, 0.3));

    private static ExposureMetric Of(IEnumerable<Reading> readings, double from = 0, double? to = null) => StorageExposure.Evaluate("CM-15", Stored(readings, C("K-1", from, to)), Min(600))!;

    [Fact]
    public void Calm_storage_passes_and_shows_its_warmest_reading()
    {
        var found = Of(Hours());
        (found.Id, found.Band, found.Value, found.Unit, found.WorstVessel).ShouldBe(("CM-15", Band.Pass, -65.7, "°C", "K-1"));
    }

    [Theory]
    [InlineData(60, Band.Pass)]
    [InlineData(61, Band.Fail)]
    public void One_rise_may_last_an_hour(int minutes, Band band) => Of(Hours((100, 100 + minutes, -62))).Band.ShouldBe(band);

    [Theory]
    [InlineData(-65.05, Band.Pass)]
    [InlineData(-64.9, Band.Fail)]
    public void A_rise_begins_above_minus_65(double celsius, Band band) => Of(Hours((100, 200, celsius))).Band.ShouldBe(band);

    [Fact]
    public void A_second_rise_fails()
    {
        Of(Hours((100, 110, -62))).Band.ShouldBe(Band.Pass);
        Of(Hours((100, 110, -62), (200, 210, -62))).Band.ShouldBe(Band.Fail);
        Of(Hours((100, 110, -62), (200, 210, -62)), from: 150).Band.ShouldBe(Band.Pass);
        Of(Hours((100, 110, -62), (200, 210, -62)), to: 150).Band.ShouldBe(Band.Pass);
    }

    [Theory]
    [InlineData(-50.0, Band.Pass)]
    [InlineData(-49.9, Band.Fail)]
    public void It_never_rises_above_minus_50(double celsius, Band band) => Of(Hours((100, 101, -62), (101, 102, -58), (102, 103, -54), (103, 104, celsius - 0.05), (104, 105, -54), (105, 106, -58), (106, 107, -62))
        .Select(r => r.At == Min(103) ? r with { Value = celsius } : r)).Band.ShouldBe(band);

    [Theory]
    [InlineData(62, Band.Pass)]
    [InlineData(63, Band.Assess)]
    public void More_than_an_hour_without_data_is_to_be_assessed(int silent, Band band) =>
        // A reading holds for 2.5 min: readings 62.5 min apart would miss an hour.
        Of([.. Hours().Where(r => r.At <= Min(100) || r.At >= Min(100 + silent))]).Band.ShouldBe(band);

    [Fact]
    public void A_rise_outweighs_missing_data_and_the_worst_container_is_named()
    {
        var readings = Hours((100, 200, -62)).Where(r => r.At < Min(400) || r.At > Min(500)).ToArray();
        var found = StorageExposure.Evaluate("CM-15", Stored(readings, C("late", 300), C("early", 0), C("out", 0, 50)), Min(600))!;
        (found.Band, found.WorstVessel).ShouldBe((Band.Fail, "early"));
        StorageExposure.Evaluate("CM-15", Stored(readings, C("late", 300), C("out", 0, 50)), Min(600))!.ShouldSatisfyAllConditions(m => m.Band.ShouldBe(Band.Assess), m => m.WorstVessel.ShouldBe("late"));
    }

    [Fact]
    public void Containers_of_tests_and_discarded_ones_do_not_count_and_nothing_stored_is_nothing_judged()
    {
        StorageExposure.Evaluate("CM-15", Stored(Hours((100, 200, -62)), C("test", 0, use: VesselUse.Test), C("gone", 0, use: VesselUse.Discarded)), Min(600)).ShouldBeNull();
        StorageExposure.Evaluate("CM-15", Stored(Hours(), C("later", 700)), Min(600)).ShouldBeNull();
        StorageExposure.NextCheck(Stored(Hours(), C("K-1", 0, 50)), Min(600)).ShouldBeNull();
        StorageExposure.NextCheck(Stored(Hours(), C("test", 0, use: VesselUse.Test)), Min(600)).ShouldBeNull();
        StorageExposure.NextCheck(Stored(Hours(), C("K-1", 0)), Min(600)).ShouldBe(Min(661));
    }

    [Fact]
    public void A_stay_in_equipment_nothing_is_known_of_is_all_missing()
    {
        StorageExposure.Evaluate("CM-15", Stored(Hours(), C("K-1", 540, where: "FRZ-09")), Min(600))!.Band.ShouldBe(Band.Pass);
        var found = StorageExposure.Evaluate("CM-15", Stored(Hours(), C("K-1", 539, where: "FRZ-09")), Min(600))!;
        (found.Band, found.Value).ShouldBe((Band.Assess, null));
    }
}
