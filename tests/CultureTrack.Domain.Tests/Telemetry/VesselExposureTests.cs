using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;
using static CultureTrack.Domain.Tests.Telemetry.Ledgers;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>What one vessel was exposed to: stays within culture, times out, and what its incubators did meanwhile (domain.md 4.3.8).</summary>
public sealed class VesselExposureTests
{
    private static (double From, double? To)[] Stays(VesselCulture vessel, double at) =>
        [.. Exposure.Evaluate(Input([], vessel), Min(at)).Vessels.Single().Stays.Select(s => ((s.From - Origin).TotalMinutes, (s.To - Origin)?.TotalMinutes))];

    [Fact]
    public void Stays_are_cut_to_the_culture_and_told_in_order()
    {
        Stays(V("A", 10, [S(50, 60), S(0, 30)], end: 55), 100).ShouldBe([(10, 30), (50, 55)]);
        Stays(V("A", 10, [S(0, 10), S(20)]), 100).ShouldBe([(20, null)]);
        Stays(V("A", 10, [S(20)], end: 55), 100).ShouldBe([(20, 55)]);
        Stays(V("A", 10, [S(55), S(56, 60)], end: 55), 100).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(19.9, "")]
    [InlineData(20, "20-")]
    [InlineData(39.9, "20-")]
    [InlineData(40, "20-40")]
    [InlineData(41, "20-40")]
    public void Of_a_stay_counts_what_had_happened_by_then(double at, string told) =>
        string.Join(' ', Stays(V("A", 0, [S(20, 40)]), at).Select(s => $"{s.From}-{s.To}")).ShouldBe(told);

    [Theory]
    [InlineData(10, 10, 10)]
    [InlineData(30, 20, 20)]
    [InlineData(105, 25, 20)]
    [InlineData(110, 30, 20)]
    [InlineData(125, 40, 20)]
    [InlineData(200, 40, 20)]
    public void A_vessel_is_out_from_its_seeding_between_its_stays_and_not_while_one_of_two_stays_lasts(double at, double sum, double longest)
    {
        // In from 20 to 100, moved by two entries that overlap; out until 120.
        var m = Metrics(Input([], V("A", 0, [S(20, 100), S(40, 60, "INC-05"), S(120)])), "A", at);
        (m.OutMin, m.OutLongestMin).ShouldBe((sum, longest));
    }

    [Fact]
    public void After_its_last_stay_a_vessel_is_out_until_its_culture_ends()
    {
        Metrics(Input([], V("A", 0, [S(0, 100)], end: 130)), "A", 110).OutMin.ShouldBe(10);
        Metrics(Input([], V("A", 0, [S(0, 100)], end: 130)), "A", 500).OutMin.ShouldBe(30);
        Metrics(Input([], V("A", 0, [S(0, 100)], end: 100)), "A", 500).OutMin.ShouldBe(0);
    }

    [Fact]
    public void Readings_count_from_the_very_entry_to_just_before_the_removal()
    {
        VesselMetrics Of(double from, double? to, double at) => Metrics(Input([Env((Channels.Temperature, Samples((10, 40.5), (20, 39.1), (30, 35.0))))], V("A", 0, [S(from, to)])), "A", at);
        (Of(10, 30, 100).PeakT, Of(10, 30, 100).LowestT).ShouldBe((40.5, 39.1));
        (Of(10.1, 30.1, 100).PeakT, Of(10.1, 30.1, 100).LowestT).ShouldBe((39.1, 35.0));
        (Of(10, null, 20).PeakT, Of(10, null, 20).LowestT).ShouldBe((40.5, 39.1));
        (Of(40, null, 50).PeakT, Of(40, null, 50).LowestT).ShouldBe((null, null));
    }

    [Fact]
    public void Hot_readings_are_counted_while_they_follow_each_other()
    {
        int Hot(double from, double? to, params (double At, double Value, bool Follows)[] samples) => Metrics(
            Input([Env((Channels.Temperature, LedgerPart.Empty with { Samples = [.. samples.Select(s => new Sample(Min(s.At), s.Value, s.Follows))] }))], V("A", 0, [S(from, to)])), "A", 100).HotReadings;
        Hot(0, null, (10, 40, false), (11, 40, true), (12, 40, true), (13, 39.9, true), (14, 41, true)).ShouldBe(3);
        Hot(0, null, (10, 39.9, false), (11, 40, true)).ShouldBe(1);
        Hot(0, null, (10, 40, false), (20, 40, false)).ShouldBe(1);
        Hot(0, null, (10, 40, false), (20, 40, false), (21, 40, true)).ShouldBe(2);
        Hot(11, 13, (10, 40, false), (11, 40, true), (12, 40, true), (13, 40, true)).ShouldBe(2);
        Hot(0, null).ShouldBe(0);
    }

    [Fact]
    public void Time_beyond_limits_is_told_by_channel_and_side()
    {
        var m = Metrics(Input([Env("INC-04", "P37-5-O5",
            (Channels.Temperature, Spans((SpanKind.ActionHigh, 0, 1), (SpanKind.ActionLow, 10, 12), (SpanKind.Door, 20, 23))),
            (Channels.Co2, Spans((SpanKind.ActionHigh, 0, 4), (SpanKind.ActionLow, 10, 15), (SpanKind.Door, 20, 21))),
            (Channels.O2, Spans((SpanKind.ActionHigh, 0, 8), (SpanKind.ActionLow, 10, 19))),
            (Channels.Humidity, Spans((SpanKind.ActionLow, 0, 13), (SpanKind.ActionHigh, 20, 27), (SpanKind.Door, 30, 32))))], V("A", 0, [S(0, 60)])), "A", 100);
        (m.HighTRawMin, m.LowTRawMin, m.Co2RawMin, m.O2RawMin, m.HumidityRawMin, m.DoorMin, m.StayMin).ShouldBe((1, 2, 9, 17, 13, 3, 60));
    }

    [Theory]
    [InlineData("P37-5", 4.0, 5.9, 4.0, -1.0)]
    [InlineData("P37-5", 4.0, 6.0, 6.0, 1.0)]
    [InlineData("P37-5", 4.1, 6.0, 6.0, 1.0)]
    [InlineData("P37-10", 8.0, 11.0, 8.0, -2.0)]
    public void The_CO2_farthest_from_the_set_point_of_its_incubator_is_told_of_two_alike_the_higher(string profile, double low, double high, double extreme, double deviation)
    {
        var m = Metrics(Input([Env("INC-04", profile, (Channels.Co2, Samples((10, low), (20, high))))], V("A", 0, [S(0)])), "A", 100);
        (m.LowestCo2, m.HighestCo2, m.Co2Extreme, Math.Round(m.Co2Deviation, 9)).ShouldBe((low, high, extreme, deviation));
    }

    [Fact]
    public void The_longest_excursion_of_a_side_is_cut_to_the_stay_and_counts_once_it_is_open()
    {
        var facts = Excursions((0, 5, 20, Side.High, Severity.Action), (30, 40, 55, Side.Low, Severity.Action), (60, 62, 90, Side.High, Severity.Critical), (95, 100, null, Side.High, Severity.Action));
        (double High, double Low) Of(double from, double? to, double at) => Metrics(Input([Env((Channels.Temperature, facts))], V("A", -10, [S(from, to)])), "A", at) is var m ? (m.HighTLongestMin, m.LowTLongestMin) : default;
        Of(-10, null, 94).ShouldBe((30, 25));
        Of(-10, null, 61).ShouldBe((20, 25));
        Of(-10, null, 62).ShouldBe((20, 25));
        Of(-10, null, 81).ShouldBe((21, 25));
        Of(-10, null, 39.9).ShouldBe((20, 0));
        Of(-10, null, 40).ShouldBe((20, 10));
        Of(5, 35, 94).ShouldBe((15, 5));
        Of(5, 45, 94).ShouldBe((15, 15));
        Of(-10, null, 130).ShouldBe((35, 25));
    }

    [Fact]
    public void The_sensor_longest_out_of_calibration_counts()
    {
        var env = Env();
        env = env with { Calibrations = [.. env.Calibrations.Select(c => c.Channel == Channels.Co2 ? c with { DueAt = Min(40) } : c.Channel == Channels.Humidity ? c with { DueAt = Min(50) } : c)] };
        Metrics(Input([env], V("A", 0, [S(0)])), "A", 100).UncalibratedMin.ShouldBe(60);
        Metrics(Input([env], V("A", 0, [S(0, 70)])), "A", 100).UncalibratedMin.ShouldBe(30);
        Metrics(Input([Env()], V("A", 0, [S(0)])), "A", 100).UncalibratedMin.ShouldBe(0);
    }

    [Fact]
    public void A_stay_in_an_incubator_nothing_is_known_of_is_all_missing()
    {
        var m = Metrics(Input([Env()], V("A", 0, [S(0, 60), S(60, 80, "INC-99")])), "A", 100);
        (m.MissingMin, m.LongestGapMin, m.MissingPct, m.StayMin).ShouldBe((20, 20, 25, 80));
        Metrics(Input([], V("A", 0, [S(90)])), "A", 100).MissingMin.ShouldBe(10);
    }

    [Fact]
    public void Missing_data_of_all_stays_are_added_channel_by_channel_and_the_worst_is_told()
    {
        var first = Env((Channels.Temperature, Spans((SpanKind.Missing, 10, 14))), (Channels.Co2, Spans((SpanKind.Missing, 10, 17))));
        var second = Env("INC-05", "P37-5", (Channels.Temperature, Spans((SpanKind.Missing, 110, 115))), (Channels.Humidity, Spans((SpanKind.Missing, 110, 118))));
        var m = Metrics(Input([first, second], V("A", 0, [S(0, 100), S(100, 200, "INC-05")])), "A", 200);
        (m.MissingMin, m.LongestGapMin, m.MissingPct, m.StayMin).ShouldBe((9, 8, 4.5, 200));
        m.Gaps.Select(g => (g.Key, g.Value)).ShouldBe([(Channels.Co2, new(7, 7, 200)), (Channels.Humidity, new(8, 8, 200)), (Channels.Temperature, new(9, 5, 200))]);
    }
}
