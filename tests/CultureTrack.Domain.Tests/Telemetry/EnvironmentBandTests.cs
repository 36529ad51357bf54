using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>The table of domain.md 4.5, each bound from both sides; values are compared as received.</summary>
public sealed class EnvironmentBandTests
{
    private static ExposureMetric Of(string id, VesselMetrics metrics) => EnvironmentCriteria.Judge(metrics).Single(m => m.Id == id);

    private static VesselMetrics With(string id, double value) => id switch
    {
        "E-01" => new() { HighTLongestMin = value },
        "E-02" => new() { HighTRawMin = value },
        "E-03" => new() { PeakT = value },
        "E-04" => new() { LowTLongestMin = value },
        "E-05" => new() { LowTRawMin = value },
        "E-06" => new() { LowestT = value },
        "E-07" => new() { Co2LongestMin = value },
        "E-08" => new() { Co2RawMin = value },
        "E-10" => new() { HumidityRawMin = value },
        "E-11" => new() { O2RawMin = value },
        _ => throw new ArgumentOutOfRangeException(nameof(id)),
    };

    [Theory]
    [InlineData("E-01", 15, 60)]
    [InlineData("E-02", 30, 120)]
    [InlineData("E-04", 60, 480)]
    [InlineData("E-05", 120, 960)]
    [InlineData("E-07", 60, 480)]
    [InlineData("E-08", 240, 1440)]
    [InlineData("E-10", 24 * 60, 72 * 60)]
    [InlineData("E-11", 240, 2880)]
    public void A_duration_passes_up_to_its_first_bound_and_fails_beyond_its_second(string id, double pass, double assess)
    {
        Of(id, With(id, pass)).Band.ShouldBe(Band.Pass);
        Of(id, With(id, pass + 0.01)).Band.ShouldBe(Band.Assess);
        Of(id, With(id, assess)).Band.ShouldBe(Band.Assess);
        Of(id, With(id, assess + 0.01)).Band.ShouldBe(Band.Fail);
        // Nothing else of the vessel is touched by it.
        EnvironmentCriteria.Judge(With(id, assess + 0.01)).Where(m => m.Id != id).ShouldAllBe(m => m.Band == Band.Pass);
    }

    [Fact]
    public void Humidity_is_told_in_hours() => Of("E-10", With("E-10", 90)).ShouldBe(new("E-10", 1.5, "h", Band.Pass));

    [Theory]
    [InlineData(38.5, 0, Band.Pass)]
    [InlineData(38.51, 0, Band.Assess)]
    [InlineData(40.5, 1, Band.Assess)]
    [InlineData(40.0, 2, Band.Fail)]
    public void A_peak_of_38_5_passes_and_two_readings_of_40_in_a_row_fail(double peak, int hot, Band band) =>
        Of("E-03", new() { PeakT = peak, HotReadings = hot }).Band.ShouldBe(band);

    [Theory]
    [InlineData(34.0, Band.Pass)]
    [InlineData(33.99, Band.Assess)]
    [InlineData(15.0, Band.Assess)]
    [InlineData(14.99, Band.Fail)]
    public void A_lowest_temperature_of_34_passes_and_below_15_fails(double lowest, Band band) => Of("E-06", With("E-06", lowest)).Band.ShouldBe(band);

    [Theory]
    [InlineData(8.0, Band.Pass)]
    [InlineData(8.01, Band.Assess)]
    [InlineData(15.0, Band.Assess)]
    [InlineData(15.01, Band.Fail)]
    [InlineData(2.0, Band.Pass)]
    [InlineData(1.99, Band.Assess)]
    [InlineData(0.0, Band.Assess)]
    public void CO2_passes_within_3_of_its_set_point_and_fails_above_15(double extreme, Band band) =>
        Of("E-09", new() { LowestCo2 = Math.Min(extreme, 5), HighestCo2 = Math.Max(extreme, 5), Co2Extreme = extreme, Co2Deviation = extreme - 5 }).Band.ShouldBe(band);

    [Fact]
    public void Missing_data_pass_with_gaps_of_30_min_and_half_a_percent_of_the_stay()
    {
        Of("E-12", new() { LongestGapMin = 30, MissingPct = 0.5 }).ShouldBe(new("E-12", 30, "min", Band.Pass));
        Of("E-12", new() { LongestGapMin = 30.01, MissingPct = 0.5 }).ShouldBe(new("E-12", 30.01, "min", Band.Assess));
        Of("E-12", new() { LongestGapMin = 30, MissingPct = 0.51 }).ShouldBe(new("E-12", 0.51, "%", Band.Assess));
        Of("E-12", new() { LongestGapMin = 5000, MissingPct = 100 }).ShouldBe(new("E-12", 5000, "min", Band.Assess));
    }

    [Fact]
    public void Time_out_passes_with_an_hour_at_a_time_and_three_hours_a_day_and_fails_above_four_hours()
    {
        Of("E-13", new() { OutLongestMin = 60, OutDayMin = 180 }).ShouldBe(new("E-13", 60, "min", Band.Pass));
        Of("E-13", new() { OutLongestMin = 60, OutDayMin = 180.01 }).ShouldBe(new("E-13", 180.01, "min", Band.Assess));
        Of("E-13", new() { OutLongestMin = 60.01, OutDayMin = 60.01 }).ShouldBe(new("E-13", 60.01, "min", Band.Assess));
        Of("E-13", new() { OutLongestMin = 240, OutDayMin = 900 }).ShouldBe(new("E-13", 240, "min", Band.Assess));
        Of("E-13", new() { OutLongestMin = 240.01 }).ShouldBe(new("E-13", 240.01, "min", Band.Fail));
    }

    [Fact]
    public void Any_time_without_calibration_is_to_be_assessed_and_never_fails_by_itself()
    {
        Of("E-14", new() { UncalibratedMin = 0 }).Band.ShouldBe(Band.Pass);
        Of("E-14", new() { UncalibratedMin = 0.001 }).Band.ShouldBe(Band.Assess);
        Of("E-14", new() { UncalibratedMin = 1e6 }).Band.ShouldBe(Band.Assess);
    }

    [Fact]
    public void Nothing_measured_passes_with_nothing_to_show()
    {
        var all = EnvironmentCriteria.Judge(VesselMetrics.None);
        all.Select(m => m.Id).ShouldBe(Enumerable.Range(1, 14).Select(n => $"E-{n:00}"));
        all.ShouldAllBe(m => m.Band == Band.Pass);
        all.Where(m => m.Value is null).Select(m => m.Id).ShouldBe(["E-03", "E-06", "E-09"]);
    }

    private static double Uncovered(params (double Performed, double Due, bool Out)[] calibrations) =>
        CalibrationCover.UncoveredMin(calibrations.Select(c => new Calibration(Channels.Co2, Min(c.Performed), Min(c.Due), c.Out)), Min(100), Min(200));

    [Fact]
    public void A_stay_is_covered_from_a_calibration_until_it_is_due_or_the_next_finds_it_out()
    {
        Uncovered().ShouldBe(100);
        Uncovered((0, 300, false)).ShouldBe(0);
        Uncovered((0, 150, false)).ShouldBe(50);
        Uncovered((130, 300, false)).ShouldBe(30);
        Uncovered((0, 90, false)).ShouldBe(100);
        Uncovered((210, 300, false)).ShouldBe(100);
        Uncovered((0, 150, false), (160, 300, false)).ShouldBe(10);
        Uncovered((0, 150, false), (120, 300, false)).ShouldBe(0);
        Uncovered((120, 300, false), (0, 110, false)).ShouldBe(10);
        Uncovered((0, 300, false), (150, 300, true)).ShouldBe(50);
        Uncovered((0, 300, false), (120, 300, false), (150, 300, true)).ShouldBe(30);
        Uncovered((0, 300, false), (250, 400, true)).ShouldBe(100);
        CalibrationCover.UncoveredMin([], Min(100), Min(100)).ShouldBe(0);
        CalibrationCover.UncoveredMin([], Min(100), Min(90)).ShouldBe(0);
    }

    [Fact]
    public void The_worst_vessel_stands_for_the_batch_whichever_comes_first()
    {
        Stay[] In(double from) => [new("INC-09", Min(from), null)];
        VesselCulture early = new("A", Min(0), null, [], VesselUse.Product, In(100)), late = new("B", Min(0), null, [], VesselUse.Product, In(70));
        foreach (var order in new VesselCulture[][] { [early, late], [late, early] })
        {
            var out13 = Exposure.Evaluate(new(order, new Dictionary<string, IncubatorEnvironment>()), Min(110)).Metrics.Single(m => m.Id == "E-13");
            (out13.Value, out13.WorstVessel).ShouldBe((100, "A"));
        }
    }
}
