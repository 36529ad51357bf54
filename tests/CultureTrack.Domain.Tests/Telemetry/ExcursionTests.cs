using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Vectors of domain.md 5.25, the curves of 7.1 and 7.2, and the rules of 4.3.3 to 4.3.7.</summary>
public sealed class ExcursionTests
{
    [Fact]
    public void X1_the_limit_itself_is_in_range()
    {
        double[] values = [37.0, 37.1, 38.0, 38.1, 38.4, 38.2, 38.0, 37.9, 37.0];
        var judge = Judge();
        var (memory, facts) = Run(judge, values.Select((v, m) => R(m, v)));
        var channel = Channel(judge, memory);
        var totals = channel.Totals(Min(0), Min(9));
        totals.High.TotalSeconds.ShouldBe(180);
        totals.Low.ShouldBe(TimeSpan.Zero);
        totals.Missing.ShouldBe(TimeSpan.Zero);
        channel.Extremes(Min(0), Min(9))!.Value.Max.ShouldBe(38.4);
        facts.ShouldBeEmpty();
    }

    [Fact]
    public void X2_a_reading_covers_at_most_150_s()
    {
        var judge = Judge(temperatureResolution: 0.1m);
        var (memory, _) = Run(judge, [R(0, 37.0), R(1, 35.8), R(2, 35.7), R(10, 36.2), R(11, 36.5)]);
        var totals = Channel(judge, memory).Totals(Min(0), Min(12));
        totals.Low.TotalSeconds.ShouldBe(210);
        totals.Missing.TotalSeconds.ShouldBe(330);
        totals.In.TotalSeconds.ShouldBe(180);
    }

    [Fact]
    public void X3_an_excursion_opens_after_the_on_delay_and_ends_where_the_clear_run_begins()
    {
        var judge = Judge();
        var readings = Minutes(0, 9, _ => 5.0, Channels.Co2).Concat(Minutes(10, 24, _ => 3.8, Channels.Co2))
            .Append(R(25, 4.1, Channels.Co2)).Append(R(26, 3.9, Channels.Co2)).Concat(Minutes(27, 40, _ => 4.3, Channels.Co2));
        var (memory, facts) = Run(judge, readings);
        var channel = Channel(judge, memory, Channels.Co2);
        channel.Totals(Min(0), Min(40)).Low.TotalMinutes.ShouldBe(16);
        facts.Select(f => (f.GetType(), f.At)).ShouldBe([(typeof(ExcursionBegan), Min(20)), (typeof(ExcursionEnded), Min(32))]);
        var e = channel.Facts.Excursions.ShouldHaveSingleItem();
        (e.StartAt, e.OpenedAt, e.EndAt, e.ClosedAt).ShouldBe((Min(10), Min(20), Min(27), Min(32)));
        e.DurationAsOf(Min(40)).TotalMinutes.ShouldBe(17);
        e.Raw.TotalMinutes.ShouldBe(16);
        e.Peak.ShouldBe(3.8);
    }

    [Fact]
    public void The_falling_CO2_of_the_first_worked_batch_is_one_action_excursion()
    {
        var judge = Judge(id: "INC-02");
        var (memory, facts) = Run(judge, CalmWith(-120, 240, Minutes(0, 189, m => LowCo2((int)m), Channels.Co2)));
        var opened = facts[0].ShouldBeOfType<ExcursionBegan>();
        opened.At.ShouldBe(Min(111));
        opened.Excursion.StartAt.ShouldBe(Min(101));
        var closed = facts[1].ShouldBeOfType<ExcursionEnded>();
        closed.At.ShouldBe(Min(190));
        (closed.Excursion.Side, closed.Excursion.Severity, closed.Excursion.Peak, closed.Excursion.EndAt).ShouldBe((Side.Low, Severity.Action, 3.2, Min(185)));
        closed.Excursion.DurationAsOf(Min(240)).TotalMinutes.ShouldBe(84);
        closed.Excursion.Raw.TotalMinutes.ShouldBe(83);
        facts.Count.ShouldBe(2);
        Channel(judge, memory, Channels.Co2).Time(SpanKind.ActionLow, Min(0), Min(240), Min(240)).TotalMinutes.ShouldBe(83);
    }

    [Fact]
    public void The_heat_of_the_second_worked_batch_is_an_action_and_a_critical_excursion()
    {
        var (_, facts) = Run(Judge(), CalmWith(-120, 240, Minutes(0, 81, m => Heat((int)m))));
        facts.Select(f => (f.At, f.GetType())).ShouldBe([
            (Min(5), typeof(ExcursionBegan)), (Min(9), typeof(ExcursionBegan)), (Min(71), typeof(ExcursionEnded)), (Min(80), typeof(ExcursionEnded))]);
        var critical = facts[2].ShouldBeOfType<ExcursionEnded>().Excursion;
        (critical.Severity, critical.StartAt, critical.EndAt, critical.Raw.TotalMinutes).ShouldBe((Severity.Critical, Min(7), Min(66), 58));
        critical.DurationAsOf(Min(240)).TotalMinutes.ShouldBe(59);
        var action = facts[3].ShouldBeOfType<ExcursionEnded>().Excursion;
        (action.Severity, action.StartAt, action.EndAt, action.Raw.TotalMinutes, action.Peak).ShouldBe((Severity.Action, Min(0), Min(75), 73, 41.3));
        action.DurationAsOf(Min(240)).TotalMinutes.ShouldBe(75);
    }

    [Fact]
    public void A_single_reading_in_limits_restarts_the_on_delay()
    {
        var (_, facts) = Run(Judge(), Minutes(0, 3, m => Calm(m, 38.3, 0.1)).Append(R(4, 38.0)).Concat(Minutes(5, 9, m => Calm(m, 38.3, 0.1))));
        facts.ShouldBeEmpty();
    }

    [Fact]
    public void Missing_time_neither_resets_the_on_delay_nor_counts_beyond_150_s()
    {
        // 150 s of the 20 min gap count: 2.5 + 2.5 min are the 5 min of the on-delay.
        var (_, facts) = Run(Judge(), [R(0, 38.2), R(20, 38.3), R(22.5, 38.2)]);
        facts.ShouldHaveSingleItem().ShouldBeOfType<ExcursionBegan>().At.ShouldBe(Min(22.5));
    }

    [Fact]
    public void Missing_time_counts_in_the_duration_but_not_in_raw_time()
    {
        var (_, facts) = Run(Judge(), Minutes(0, 6, m => Calm(m, 38.3, 0.1)).Concat(Minutes(36, 42, m => Calm(m, 37, 0.1))));
        var e = facts[^1].ShouldBeOfType<ExcursionEnded>().Excursion;
        e.DurationAsOf(Min(60)).TotalMinutes.ShouldBe(36);
        e.Raw.TotalMinutes.ShouldBe(8.5);
    }

    [Fact]
    public void Cold_in_the_door_window_is_door_time_unless_critical()
    {
        var judge = Judge();
        IEnumerable<Reading> readings =
            [.. Minutes(0, 9, m => Calm(m, 37, 0.1)), R(9.5, 1, Channels.Door), R(10, 0, Channels.Door), R(10, 35.0), R(11, 35.5), R(12, 33.9), R(13, 35.9), R(14, 36.4)];
        var (memory, facts) = Run(judge, readings);
        var totals = Channel(judge, memory).Totals(Min(0), Min(15));
        totals.Door.TotalMinutes.ShouldBe(3);
        totals.Low.TotalMinutes.ShouldBe(1);
        facts.ShouldAllBe(f => f is DoorMoved);
    }

    [Fact]
    public void Heat_is_never_excused_by_the_door()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 37.1), R(0.5, 1, Channels.Door), R(1, 38.2), R(2, 38.3), R(3, 37.0)]);
        Channel(judge, memory).Totals(Min(0), Min(4)).High.TotalMinutes.ShouldBe(2);
    }

    [Fact]
    public void A_run_that_began_before_the_door_opened_is_not_excused()
    {
        var (_, facts) = Run(Judge(), Minutes(0, 4, m => Calm(m, 35.5, 0.1)).Append(R(4.5, 1, Channels.Door)).Append(R(5, 0, Channels.Door)).Concat(Minutes(5, 12, m => Calm(m, 35.3, 0.1))));
        facts.OfType<ExcursionBegan>().ShouldHaveSingleItem().Excursion.StartAt.ShouldBe(Min(0));
    }

    [Fact]
    public void The_door_window_ends_15_min_after_the_close_and_45_min_for_humidity()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 37.1), R(0, 95, Channels.Humidity), R(0, 1, Channels.Door), R(0.5, 0, Channels.Door),
            .. Minutes(1, 50, m => Calm(m, 35.4, 0.1)), .. Minutes(1, 50, m => Calm(m, 70, 0.5), Channels.Humidity)]);
        Channel(judge, memory).Time(SpanKind.Door, Min(0), Min(51), Min(51)).TotalMinutes.ShouldBe(15);
        Channel(judge, memory, Channels.Humidity).Time(SpanKind.Door, Min(0), Min(51), Min(51)).TotalMinutes.ShouldBe(45);
    }

    [Fact]
    public void A_door_sensor_that_falls_silent_while_open_excuses_no_longer_than_a_reading_covers()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 37.1), R(0, 1, Channels.Door), .. Minutes(1, 40, m => Calm(m, 35.4, 0.1))]);
        Channel(judge, memory).Time(SpanKind.Door, Min(0), Min(41), Min(41)).TotalMinutes.ShouldBe(17);
    }

    [Fact]
    public void The_conflicting_value_farther_from_the_set_point_is_judged_whatever_came_first()
    {
        var judge = Judge();
        foreach (var order in new[] { new[] { R(1, 37.2), R(1, 38.5) }, [R(1, 38.5), R(1, 37.2)] })
        {
            var (memory, _) = Run(judge, [R(0, 37.0), .. order, R(2, 37.0)]);
            Channel(judge, memory).Totals(Min(0), Min(3)).High.TotalMinutes.ShouldBe(1);
        }
    }

    [Fact]
    public void A_controlled_O2_channel_is_judged_and_an_uncontrolled_one_is_not()
    {
        Judge("P37-5-O5").JudgedChannels.ShouldContain(Channels.O2);
        Judge().JudgedChannels.ShouldBe([Channels.Temperature, Channels.Co2, Channels.Humidity, Channels.GasPressure], ignoreOrder: true);
    }
}
