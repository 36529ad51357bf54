using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;
using static CultureTrack.Domain.Tests.Telemetry.Ledgers;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>When a batch's bands must be looked at again, with and without new readings (domain.md 4.4, 4.5).</summary>
public sealed class ExposureWatchTests
{
    private static readonly Dictionary<string, Band> NoBands = [];

    private static DateTimeOffset After(double minute) => Min(minute).AddMilliseconds(1);

    private static DateTimeOffset? Next(ExposureInput input, double at, double? notAfter = null) => ExposureWatch.NextByTime(input, Min(at), notAfter is { } n ? Min(n) : null);

    [Fact]
    public void A_vessel_that_is_out_is_looked_at_when_its_single_time_or_the_sum_of_its_day_passes_a_bound()
    {
        var input = Input([], V("A", 0, []));
        new[] { 10.0, 61, 181, 241 }.Select(m => Next(input, m)).ShouldBe([After(60), After(180), After(240), null]);
        Next(Input([Env()], V("A", 0, [S(10, 100)])), 110).ShouldBe(After(160));
        Next(Input([Env()], V("A", 0, [S(50, 100), S(150, 200), S(250, 300)])), 310).ShouldBe(After(330), "150 min of the day are spent, 20 are left");
        Next(Input([], V("A", 0, [], end: 50)), 10).ShouldBe(After(60), "the end is not known yet");
        Next(Input([], V("A", 0, [], end: 50)), 50).ShouldBeNull();
        Next(Input([], V("A", 20, [])), 10).ShouldBeNull();
        Next(Input([], V("A", 0, [], use: VesselUse.Test)), 10).ShouldBeNull();
    }

    [Fact]
    public void Of_several_vessels_the_earliest_instant_counts_and_one_after_the_last_asked_for_does_not()
    {
        var input = Input([], V("A", 0, []), V("B", -20, []), V("C", -10, []));
        Next(input, 10).ShouldBe(After(40));
        ExposureWatch.NextByTime(input, Min(10), After(40)).ShouldBe(After(40));
        Next(input, 10, 40).ShouldBeNull();
        ExposureWatch.NextCheck(input, Min(10), After(40)).ShouldBe(After(40));
        ExposureWatch.NextCheck(input, Min(10), Min(40)).ShouldBeNull();
    }

    [Fact]
    public void A_calibration_is_looked_at_just_after_it_falls_due()
    {
        var env = Env();
        env = env with { Calibrations = [.. env.Calibrations, new(Channels.Co2, Min(0), Min(90)), new(Channels.Co2, Min(0), Min(40))] };
        var input = Input([env], V("A", 0, [S(0)]));
        Next(input, 10).ShouldBe(After(40));
        Next(input, 40).ShouldBe(After(90));
        Next(Input([env], V("A", 0, [S(0, null, "INC-05")])), 10).ShouldBeNull();
    }

    [Fact]
    public void Silence_is_a_gap_five_minutes_after_the_last_reading_of_the_first_channel_to_fall_silent()
    {
        DateTimeOffset? Silence(IncubatorEnvironment env, double at = 200, params VesselCulture[] vessels) => ExposureWatch.NextSilence(Input([env], vessels.Length > 0 ? vessels : [V("A", 0, [S(0)])]), Min(at));
        var env = Env().Heard(Channels.Temperature, 0, 100).Heard(Channels.Co2, 0, 90).Heard(Channels.Humidity, 0, 110);
        Silence(env).ShouldBe(Min(95));
        Silence(env.Heard(Channels.GasPressure, 0, 50)).ShouldBe(Min(95), "gas pressure is no environment of the cells");
        Silence(env.Heard(Channels.Humidity, null, null), 200, V("A", 0, [S(60)])).ShouldBe(Min(65));
        Silence(env, 200, V("A", 0, [S(0, 150)])).ShouldBeNull();
        Silence(env, 200, V("A", 0, [S(0)], end: 200)).ShouldBeNull();
        Silence(env, 200, V("A", 0, [S(0)], end: 200.1)).ShouldBe(Min(95));
        Silence(env, 200, V("A", 0, [S(0, null, "INC-05")])).ShouldBeNull();
        Silence(env, 200, V("A", 0, [S(0)], use: VesselUse.Discarded)).ShouldBeNull();
        ExposureWatch.NextCheck(Input([env], V("A", 0, [S(0)])), Min(92)).ShouldBe(Min(95));
        ExposureWatch.NextCheck(Input([env], V("A", 0, [S(0)])), Min(92), Min(95)).ShouldBe(Min(95));
        ExposureWatch.NextCheck(Input([env], V("A", 0, [S(0)])), Min(92), Min(94)).ShouldBeNull();
    }

    [Fact]
    public void A_gap_under_way_is_looked_at_when_it_passes_half_an_hour_or_half_a_percent_of_the_stay()
    {
        var silent = Env().Heard(Channels.Temperature, -10000, 100);
        // The stay is 10 000 min before the origin: half a percent is reached after half an hour.
        var input = Input([silent], V("A", -10000, [S(-10000)]));
        Next(input, 104.9, 50_000).ShouldBeNull("it is not old enough to be a gap");
        Next(input, 105).ShouldBe(After(132.5));
        Next(Input([silent], V("A", -10000, [S(-10000, 104), S(104)])), 105).ShouldBe(After(132.5 + 1.5), "of the stay under way");
        var brief = Input([silent], V("A", 0, [S(0)]));
        ExposureWatch.Changes(brief, NoBands, Min(100), Min(200)).Select(c => (c.CriterionId, c.At, c.ToBand)).ShouldBe([("E-12", Min(105), Band.Assess)]);
    }

    [Fact]
    public void An_open_excursion_without_data_is_looked_at_when_its_duration_passes_a_bound()
    {
        ExposureInput Open(string channel, double start = 0, double from = -50) => Input([Env((channel, LedgerPart.Empty with
        {
            Excursions = [new("X", channel, Side.High, Severity.Action, Min(start), Min(10), null, null, 40, TimeSpan.Zero)],
        })).Heard(channel, -10_000, 12)], V("A", -100, [S(-100, from - 1), S(from)]));
        new[] { 14.9, 15.1, 17, 60.1 }.Select(m => Next(Open(Channels.Temperature), m)).ShouldBe([After(15), After(60), After(44.5), After(480)]);
        new[] { 14.9, 60.1 }.Select(m => Next(Open(Channels.Co2), m)).ShouldBe([After(60), After(480)]);
        Next(Open(Channels.Temperature, from: 10), 14.4).ShouldBe(After(25), "the vessel came in ten minutes later");
        Next(Open(Channels.Temperature, start: -5), 12).ShouldBe(Min(14.5), "up to there the last reading tells");
        Next(Open(Channels.Humidity), 14.9, 50_000).ShouldBeNull();
        Next(Open(Channels.Temperature), 9.9, 50_000).ShouldBeNull("it is not open yet");
    }

    [Fact]
    public void A_share_missing_that_is_too_large_is_looked_at_when_the_stay_has_outgrown_it()
    {
        ExposureInput With(double minutes) => Input([Env((Channels.Co2, Spans((SpanKind.Missing, 100, 100 + minutes))))], V("A", 0, [S(0)]));
        Next(With(5), 200).ShouldBe(After(1000));
        Next(With(5), 1001, 50_000).ShouldBeNull();
        Next(With(30), 200).ShouldBe(After(6000));
        Next(With(31), 200, 50_000).ShouldBeNull("a gap that long stays to be assessed");
    }

    [Fact]
    public void Something_was_noted_when_it_is_later_than_the_first_instant_and_not_later_than_the_last()
    {
        bool Facts(ExposureInput input, double after, double until) => ExposureWatch.HasFacts(input, Min(after), Min(until));
        (string Name, ExposureInput Input, double At)[] facts =
        [
            ("reading", Input([Env((Channels.Co2, Samples((50, 6.5))))]), 50),
            ("opening", Input([Env((Channels.Temperature, Excursions((30, 50, 70, Side.High, Severity.Action))))]), 50),
            ("closing", Input([Env((Channels.Temperature, Excursions((30, 35, 45, Side.High, Severity.Action))))]), 50),
            ("end of a gap", Input([Env((Channels.Temperature, Spans((SpanKind.Missing, 30, 50))))]), 50),
            ("first reading", Input([Env().Heard(Channels.Co2, 50, 60)]), 50),
            ("seeding", Input([], V("A", 50, [])), 50),
            ("entry", Input([], V("A", 0, [S(50, 90)])), 50),
            ("removal", Input([], V("A", 0, [S(0, 50)])), 50),
            ("end", Input([], V("A", 0, [], end: 50)), 50),
        ];
        foreach (var (name, input, at) in facts)
        {
            Facts(input, at - 1, at).ShouldBeTrue(name);
            Facts(input, at, at + 1).ShouldBeFalse(name);
            Facts(input, at - 5, at - 1).ShouldBeFalse(name);
        }
        Facts(Input([Env((Channels.Temperature, Spans((SpanKind.ActionHigh, 30, 50))))]), 20, 60).ShouldBeFalse();
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(100.1, true)]
    [InlineData(120, true)]
    [InlineData(120.1, false)]
    public void Bands_are_looked_at_where_asked_after_the_first_instant_and_up_to_the_last(double also, bool looked)
    {
        var input = Input([Env()], V("A", 0, [S(0)]));
        var changes = ExposureWatch.Changes(input, new Dictionary<string, Band> { ["E-03"] = Band.Fail }, Min(100), Min(120), [Min(also)]);
        changes.Select(c => (c.At, c.CriterionId, c.FromBand, c.ToBand, c.VesselId)).ShouldBe(looked ? [(Min(also), "E-03", Band.Fail, Band.Pass, "A")] : []);
        ExposureWatch.Changes(input, NoBands, Min(100), Min(120), [Min(also)]).ShouldBeEmpty();
    }

    [Fact]
    public void A_change_is_told_once_and_the_next_from_the_band_it_led_to()
    {
        var input = Input([Env((Channels.Temperature, Samples((10, 38.6), (11, 38.7), (12, 40.0), (13, 40.0), (14, 40.0))))], V("A", 0, [S(0)]));
        ExposureWatch.Changes(input, NoBands, Min(0), Min(20)).Select(c => (c.At, c.FromBand, c.ToBand, c.Value, c.Unit)).ShouldBe([
            (Min(10), Band.Pass, Band.Assess, 38.6, "°C"), (Min(13), Band.Assess, Band.Fail, 40.0, "°C")]);
        ExposureWatch.Changes(input, NoBands, Min(0), Min(12)).Count.ShouldBe(1);
        ExposureWatch.Changes(input, new Dictionary<string, Band> { ["E-03"] = Band.Assess }, Min(10), Min(13)).ShouldHaveSingleItem().ToBand.ShouldBe(Band.Fail);
    }
}
