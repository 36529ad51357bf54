using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>When a reading is believed, where its time lies, and how long a door excuses (domain.md 4.1, 4.3), both sides of each bound.</summary>
public sealed class ReadingBoundTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(150);

    private static EffectiveTime Live(double seconds) => EffectiveTime.Of(new(), Min(0).AddSeconds(seconds), Min(0), buffered: false);

    private static EffectiveTime Buffered(double skew, double seconds) => EffectiveTime.Of(new(TimeSpan.FromSeconds(skew)), Min(0).AddSeconds(seconds), Min(0), buffered: true);

    [Theory]
    [InlineData(5.0, true)]
    [InlineData(-5.0, true)]
    [InlineData(5.001, false)]
    [InlineData(-5.001, false)]
    public void A_live_time_is_trusted_to_5_s(double seconds, bool trusted)
    {
        var time = Live(seconds);
        (time.At, time.IsSkewed, time.IsUncertain).ShouldBe((trusted ? Min(0).AddSeconds(seconds) : Min(0), !trusted, false));
        time.Next.LastSkew.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(5, -600, false, false)]
    [InlineData(5.001, -600, true, false)]
    [InlineData(-60, -600, true, false)]
    [InlineData(-60.001, -600, true, true)]
    [InlineData(60.001, -600, true, true)]
    [InlineData(0, 5, false, false)]
    [InlineData(0, 5.001, true, true)]
    public void A_buffered_time_is_corrected_tagged_above_5_s_and_uncertain_above_60_s_or_in_the_future(double skew, double seconds, bool skewed, bool uncertain)
    {
        var time = Buffered(skew, seconds);
        (time.IsSkewed, time.IsUncertain, time.Skew).ShouldBe((skewed, uncertain, null));
        time.At.ShouldBe(seconds - skew > 5 ? Min(0) : Min(0) + TimeSpan.FromSeconds(seconds) - TimeSpan.FromSeconds(skew));
        time.Next.LastSkew.ShouldBe(TimeSpan.FromSeconds(skew));
    }

    private static TimeSpan Missing(Reading reading, string channel, double calm, IncubatorJudge? judge = null)
    {
        var j = judge ?? Judge();
        // The reading lies amid 2 min of silence: believed, it bridges what would be missing.
        var (memory, _) = Run(j, [.. Minutes(0, 10, m => Calm(m, calm, 0.02), channel), reading, .. Minutes(14, 20, m => Calm(m, calm, 0.02), channel)]);
        return Channel(j, memory, channel).Totals(Min(0), Min(20)).Missing;
    }

    [Theory]
    [InlineData(Channels.Co2, 25.0, true)]
    [InlineData(Channels.Co2, 25.01, false)]
    [InlineData(Channels.Co2, -0.2, true)]
    [InlineData(Channels.Co2, -0.21, false)]
    [InlineData(Channels.Humidity, 102.0, true)]
    [InlineData(Channels.Humidity, 102.1, false)]
    [InlineData(Channels.Humidity, 0.0, true)]
    [InlineData(Channels.Humidity, -0.1, false)]
    [InlineData(Channels.GasPressure, 10.0, true)]
    [InlineData(Channels.GasPressure, 10.01, false)]
    [InlineData(Channels.Co2, double.NaN, false)]
    [InlineData(Channels.Co2, double.PositiveInfinity, false)]
    public void A_value_is_believed_within_what_is_physically_possible(string channel, double value, bool believed) =>
        (Missing(R(12, value, channel), channel, channel == Channels.Co2 ? 5 : channel == Channels.Humidity ? 95 : 1) == TimeSpan.Zero).ShouldBe(believed);

    [Theory]
    [InlineData(47.02, true)]
    [InlineData(47.03, false)]
    [InlineData(27.02, true)]
    [InlineData(27.01, false)]
    public void Temperature_moves_by_5_degrees_a_minute_at_most(double value, bool believed)
    {
        // The reading of minute 10 is 37.02; two minutes later 10 °C are the most. The way back is as steep, so only the first is looked at.
        var judge = Judge();
        var (memory, _) = Run(judge, [.. Minutes(0, 10, m => Calm(m, 37, 0.02)), R(12, value)]);
        (Channel(judge, memory).LastAt == Min(12)).ShouldBe(believed);
    }

    [Theory]
    [InlineData(Channels.Co2, 359, false)]
    [InlineData(Channels.Co2, 360, true)]
    [InlineData(Channels.Humidity, 719, false)]
    [InlineData(Channels.Humidity, 720, true)]
    public void A_still_value_is_believed_for_the_hours_of_its_channel(string channel, int minutes, bool stuck) =>
        Run(Judge(), Minutes(0, minutes, _ => channel == Channels.Co2 ? 5.0 : 95.0, channel)).Facts.OfType<SensorFaultRaised>().Any().ShouldBe(stuck);

    [Theory]
    [InlineData(0.01, true)]
    [InlineData(0.02, false)]
    public void A_temperature_of_fine_resolution_may_stand_still_for_half_an_hour_only(double resolution, bool stuck) =>
        Run(Judge(temperatureResolution: (decimal)resolution), Minutes(0, 30, _ => 37.0)).Facts.OfType<SensorFaultRaised>().Any().ShouldBe(stuck);

    [Theory]
    [InlineData(19.9, 37.05, false)]
    [InlineData(20, 37.05, true)]
    [InlineData(20, 37.08, true)]
    [InlineData(20, 37.09, false)]
    [InlineData(20, 36.91, false)]
    public void A_door_open_for_20_s_moves_the_temperature_by_3_sigma(double openSeconds, double answer, bool stuck)
    {
        IEnumerable<Reading> readings = [.. Minutes(0, 9, m => m % 2 == 0 ? 37.01 : 37.0), R(9.5, 1, Channels.Door), R(9.5 + openSeconds / 60, 0, Channels.Door), .. Minutes(10, 16, m => m == 11 ? answer : m % 2 == 0 ? 37.01 : 37.0)];
        Run(Judge(), readings).Facts.OfType<SensorFaultRaised>().Any().ShouldBe(stuck);
    }

    [Fact]
    public void A_door_window_lasts_to_its_very_end_and_windows_that_touch_are_one()
    {
        var (length, door) = (TimeSpan.FromMinutes(15), DoorLog.Empty.Take(Min(10), true, Hold).Take(Min(11), false, Hold));
        door.WindowStart(Min(9.99), length, Hold).ShouldBeNull();
        door.WindowStart(Min(10), length, Hold).ShouldBe(Min(10));
        door.WindowStart(Min(26), length, Hold).ShouldBe(Min(10));
        door.WindowStart(Min(26.01), length, Hold).ShouldBeNull();
        var touching = door.Take(Min(26), true, Hold).Take(Min(27), false, Hold);
        touching.WindowStart(Min(42), length, Hold).ShouldBe(Min(10));
        var apart = door.Take(Min(26.1), true, Hold).Take(Min(27), false, Hold);
        apart.WindowStart(Min(30), length, Hold).ShouldBe(Min(26.1));
        apart.WindowStart(Min(26.05), length, Hold).ShouldBeNull();
        apart.WindowStart(Min(20), length, Hold).ShouldBe(Min(10));
    }

    [Fact]
    public void An_open_door_that_is_not_heard_of_counts_as_open_for_as_long_as_a_reading_holds()
    {
        var open = DoorLog.Empty.Take(Min(10), true, Hold);
        open.WindowStart(Min(27.5), TimeSpan.FromMinutes(15), Hold).ShouldBe(Min(10));
        open.WindowStart(Min(27.6), TimeSpan.FromMinutes(15), Hold).ShouldBeNull();
        open.Take(Min(12.5), true, Hold).Openings.ShouldBe([new(Min(10), null)]);
        open.Take(Min(12.6), true, Hold).Openings.ShouldBe([new(Min(10), Min(12.5)), new(Min(12.6), null)]);
        open.Take(Min(12.6), false, Hold).Openings.ShouldBe([new(Min(10), Min(12.5))]);
    }

    [Fact]
    public void Openings_are_kept_for_a_day_and_asked_for_by_period()
    {
        var door = DoorLog.Empty.Take(Min(10), true, Hold).Take(Min(11), false, Hold);
        door.Take(Min(11 + 1440), false, Hold).Openings.Count.ShouldBe(1);
        door.Take(Min(11.01 + 1440), false, Hold).Openings.ShouldBeEmpty();
        door.WasOpen(Min(9), Min(10), Hold).ShouldBeTrue();
        door.WasOpen(Min(9), Min(9.99), Hold).ShouldBeFalse();
        door.WasOpen(Min(10.9), Min(20), Hold).ShouldBeTrue();
        door.WasOpen(Min(11), Min(20), Hold).ShouldBeFalse();
        DoorLog.Empty.Take(Min(10), true, Hold).WasOpen(Min(12), Min(20), Hold).ShouldBeTrue();
        DoorLog.Empty.Take(Min(10), true, Hold).WasOpen(Min(12.5), Min(20), Hold).ShouldBeFalse();
        door.Take(Min(30), true, Hold).Take(Min(31), false, Hold).WasOpen(Min(9), Min(12), Hold).ShouldBeTrue();
    }

    [Theory]
    [InlineData(37.5, "ok")]
    [InlineData(37.51, "alert")]
    [InlineData(38.0, "alert")]
    [InlineData(38.01, "action")]
    [InlineData(39.0, "action")]
    [InlineData(39.01, "critical")]
    [InlineData(36.5, "ok")]
    [InlineData(36.49, "alert")]
    [InlineData(36.0, "alert")]
    [InlineData(35.99, "action")]
    [InlineData(34.0, "action")]
    [InlineData(33.99, "critical")]
    public void A_temperature_is_shown_as_its_limits_say(double value, string state) => EquipmentProfiles.Get("P37-5").Find(Channels.Temperature)!.StateOf(value).ShouldBe(state);

    [Fact]
    public void Of_two_values_of_one_instant_the_farther_counts_at_equal_distance_the_higher_and_a_good_one_first()
    {
        Reading At(double value, ReadingQuality quality = ReadingQuality.Good) => new(Min(0), Channels.Temperature, value, quality);
        foreach (var (a, b, expected) in new[] { (At(36), At(37.5), At(36)), (At(36.5), At(38), At(38)), (At(36), At(38), At(38)), (At(37.1), At(50, ReadingQuality.Bad), At(37.1)) })
        {
            Reading.Farther(a, b, 37).ShouldBe(expected);
            Reading.Farther(b, a, 37).ShouldBe(expected);
        }
    }
}
