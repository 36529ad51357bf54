using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Both sides of the limits, deadbands and delays of domain.md 4.1, and what door time does to a run (4.3.5 to 4.3.7).</summary>
public sealed class ExcursionLimitTests
{
    private static Excursion? Ended(IEnumerable<Reading> readings) => Run(Judge(), readings).Facts.OfType<ExcursionEnded>().SingleOrDefault()?.Excursion;

    [Theory]
    [InlineData(37.8, true)]
    [InlineData(37.81, false)]
    public void High_clears_at_the_limit_less_the_deadband(double back, bool clears)
    {
        var e = Ended([.. Minutes(0, 9, m => Calm(m, 38.5, 0.1)), .. Minutes(10, 16, m => m % 2 == 0 ? back : back - 0.005)]);
        // 37.805 beside 37.81 is no clear reading either.
        e?.EndAt.ShouldBe(Min(10));
        (e is not null).ShouldBe(clears);
    }

    [Theory]
    [InlineData(36.2, true)]
    [InlineData(36.19, false)]
    public void Low_clears_at_the_limit_plus_the_deadband(double back, bool clears)
    {
        var e = Ended([.. Minutes(0, 14, m => Calm(m, 35.5, 0.1)), .. Minutes(15, 21, m => m % 2 == 0 ? back : back + 0.005)]);
        e?.EndAt.ShouldBe(Min(15));
        (e is not null).ShouldBe(clears);
    }

    [Theory]
    [InlineData(Channels.Temperature, 37.0, 38.2, 5)]
    [InlineData(Channels.Temperature, 37.0, 35.8, 10)]
    [InlineData(Channels.Co2, 5.0, 6.2, 10)]
    [InlineData(Channels.Co2, 5.0, 3.8, 10)]
    [InlineData(Channels.Humidity, 95.0, 75.0, 60)]
    [InlineData(Channels.GasPressure, 1.0, 0.45, 1)]
    public void An_action_excursion_opens_at_its_on_delay_and_not_a_minute_before(string channel, double calm, double beyond, int delay)
    {
        var facts = Run(Judge(), [.. Minutes(0, 9, m => Calm(m, calm, 0.01), channel), .. Minutes(10, 10 + delay - 1, m => Calm(m, beyond, 0.01), channel)]).Facts;
        facts.ShouldBeEmpty();
        facts = Run(Judge(), [.. Minutes(0, 9, m => Calm(m, calm, 0.01), channel), .. Minutes(10, 10 + delay, m => Calm(m, beyond, 0.01), channel)]).Facts;
        var begun = facts.ShouldHaveSingleItem().ShouldBeOfType<ExcursionBegan>();
        (begun.At, begun.Excursion.StartAt, begun.Excursion.Severity).ShouldBe((Min(10 + delay), Min(10), Severity.Action));
    }

    [Theory]
    [InlineData(39.5, Side.High, 2)]
    [InlineData(33.5, Side.Low, 10)]
    public void A_critical_excursion_opens_at_its_own_on_delay(double beyond, Side side, int delay)
    {
        Excursion? Critical(double last) => Run(Judge(), [.. Minutes(0, 9, m => Calm(m, 37, 0.1)), .. Minutes(10, last, m => Calm(m, beyond, 0.05))]).Facts
            .OfType<ExcursionBegan>().Select(f => f.Excursion).SingleOrDefault(e => e.Severity == Severity.Critical);
        Critical(10 + delay - 1).ShouldBeNull();
        var e = Critical(10 + delay);
        (e!.Side, e.StartAt, e.OpenedAt).ShouldBe((side, Min(10), Min(10 + delay)));
    }

    [Fact]
    public void An_excursion_closes_five_minutes_after_the_first_clear_reading_and_not_a_minute_before()
    {
        Ended([.. Minutes(0, 9, m => Calm(m, 38.5, 0.1)), .. Minutes(10, 14, m => Calm(m, 37, 0.1))]).ShouldBeNull();
        var e = Ended([.. Minutes(0, 9, m => Calm(m, 38.5, 0.1)), .. Minutes(10, 15, m => Calm(m, 37, 0.1))])!;
        (e.EndAt, e.ClosedAt).ShouldBe((Min(10), Min(15)));
    }

    [Fact]
    public void A_reading_between_limit_and_deadband_or_beyond_begins_the_clear_run_anew()
    {
        foreach (var between in new[] { 37.9, 38.2 })
        {
            var e = Ended([.. Minutes(0, 9, m => Calm(m, 38.5, 0.1)), .. Minutes(10, 12, m => Calm(m, 37, 0.1)), R(13, between), .. Minutes(14, 20, m => Calm(m, 37, 0.1))])!;
            (e.EndAt, e.ClosedAt).ShouldBe((Min(14), Min(19)));
        }
    }

    [Fact]
    public void The_peak_is_the_farthest_value_of_the_run_on_its_side()
    {
        double[] high = [38.1, 38.4, 38.9, 38.3, 38.2, 38.1, 38.3], low = [35.9, 35.4, 34.6, 35.2, 35.1, 35.3, 35.2, 35.1, 35.3, 35.2, 35.1, 35.3];
        Ended([.. high.Select((v, m) => R(m, v)), .. Minutes(7, 13, m => Calm(m, 37, 0.1))])!.Peak.ShouldBe(38.9);
        Ended([.. low.Select((v, m) => R(m, v)), .. Minutes(12, 18, m => Calm(m, 37, 0.1))])!.Peak.ShouldBe(34.6);
    }

    private static IEnumerable<Reading> DoorOpenedAt10(params (int First, int Last, double Celsius)[] runs) =>
        [.. Minutes(0, 9, m => Calm(m, 37, 0.1)), R(9.5, 1, Channels.Door), R(10, 0, Channels.Door), .. runs.SelectMany(r => Minutes(r.First, r.Last, m => Calm(m, r.Celsius, 0.05)))];

    [Fact]
    public void A_reading_in_door_time_neither_ends_nor_prolongs_a_run_that_was_critical_at_the_door()
    {
        // 5 min critical, 5 min door time, 5 min critical: ten minutes of an action run, and two critical runs too short to open.
        var facts = Run(Judge(), DoorOpenedAt10((10, 14, 33.5), (15, 19, 35.0), (20, 24, 33.5))).Facts;
        facts.OfType<ExcursionBegan>().ShouldBeEmpty();
        var begun = Run(Judge(), DoorOpenedAt10((10, 14, 33.5), (15, 19, 35.0), (20, 25, 33.5))).Facts.OfType<ExcursionBegan>().ShouldHaveSingleItem().Excursion;
        (begun.Severity, begun.StartAt, begun.OpenedAt, begun.Raw.TotalMinutes).ShouldBe((Severity.Action, Min(10), Min(25), 10));
    }

    [Fact]
    public void A_critical_run_begins_anew_after_a_reading_that_was_not_critical_also_in_door_time()
    {
        var critical = Run(Judge(), DoorOpenedAt10((10, 14, 33.5), (15, 15, 35.0), (16, 30, 33.5))).Facts.OfType<ExcursionBegan>().Single(f => f.Excursion.Severity == Severity.Critical).Excursion;
        (critical.StartAt, critical.OpenedAt).ShouldBe((Min(16), Min(26)));
    }

    [Fact]
    public void Door_time_does_not_end_an_open_excursion()
    {
        // Both open at minute 20; minutes 22 to 24 lie in the door window, back in range from minute 25.
        var ended = Run(Judge(), DoorOpenedAt10((10, 21, 33.5), (22, 24, 35.0), (25, 31, 37.0))).Facts.OfType<ExcursionEnded>().Select(f => f.Excursion).ToList();
        ended.Select(e => e.Severity).ShouldBe([Severity.Action, Severity.Critical], ignoreOrder: true);
        ended.ShouldAllBe(e => e.StartAt == Min(10) && e.OpenedAt == Min(20) && e.EndAt == Min(25) && e.Raw.TotalMinutes == 12);
    }
}
