using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Domain.md 4.3.9 and 4.3.10.</summary>
public sealed class SensorFaultTests
{
    [Theory]
    [InlineData(85.0, ReadingQuality.Good, GapCause.BadQuality)]
    [InlineData(-1.0, ReadingQuality.Good, GapCause.BadQuality)]
    [InlineData(42.2, ReadingQuality.Good, GapCause.BadQuality)]
    [InlineData(37.0, ReadingQuality.Bad, GapCause.BadQuality)]
    [InlineData(37.0, ReadingQuality.ClockUncertain, GapCause.ClockUncertain)]
    public void A_faulty_reading_is_missing_data_and_no_excursion(double value, ReadingQuality quality, GapCause cause)
    {
        var judge = Judge();
        // The faults come fast enough for the rate to stay above 5 °C/min to the end.
        var faulty = new[] { 4.25, 4.5, 4.75, 5.0 }.Select(m => new Reading(Min(m), Channels.Temperature, value, quality));
        var (memory, facts) = Run(judge, [.. Minutes(0, 4, m => Calm(m, 37, 0.1)), .. faulty, R(10, 37.1)]);
        var gap = Channel(judge, memory).Gaps(Min(0), Min(11), Min(11)).ShouldHaveSingleItem();
        (gap.From, gap.To, gap.Cause).ShouldBe((Min(6.5), Min(10), cause));
        facts.ShouldBeEmpty();
    }

    [Fact]
    public void One_faulty_reading_leaves_no_gap()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 37.0), R(1, 37.1), R(2, 95), R(3, 37.0)]);
        Channel(judge, memory).Gaps(Min(0), Min(4), Min(4)).ShouldBeEmpty();
    }

    [Fact]
    public void A_fault_that_lasts_is_told_and_told_when_over()
    {
        var (_, facts) = Run(Judge(), [R(0, 37.0), .. Minutes(1, 5, _ => 95), R(6, 37.1)]);
        facts[0].ShouldBe(new SensorFaultRaised(Min(3), Channels.Temperature, Min(1), GapCause.BadQuality));
        facts[1].ShouldBe(new SensorFaultCleared(Min(6), Channels.Temperature));
    }

    [Fact]
    public void A_fast_fall_while_the_door_is_open_is_real()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 37.0), R(0, 1, Channels.Door), R(1, 0, Channels.Door), R(1, 30.7), R(2, 33.0)]);
        Channel(judge, memory).LastAt.ShouldBe(Min(2));
        Channel(judge, memory).Extremes(Min(0), Min(3))!.Value.Min.ShouldBe(30.7);
    }

    [Fact]
    public void A_value_that_stands_still_for_30_min_at_fine_resolution_is_missing_from_its_start()
    {
        var judge = Judge();
        var (memory, facts) = Run(judge, [.. Minutes(0, 9, m => Calm(m, 37, 0.1)), .. Minutes(10, 60, _ => 37.05), .. Minutes(61, 70, m => Calm(m, 37, 0.1))]);
        facts[0].ShouldBe(new SensorFaultRaised(Min(40), Channels.Temperature, Min(10), GapCause.Stuck));
        facts[1].ShouldBe(new SensorFaultCleared(Min(61), Channels.Temperature));
        var gap = Channel(judge, memory).Gaps(Min(0), Min(71), Min(71)).ShouldHaveSingleItem();
        (gap.From, gap.To, gap.Cause).ShouldBe((Min(11.5), Min(61), GapCause.Stuck));
    }

    [Fact]
    public void At_coarse_resolution_a_still_value_is_believed_for_four_hours()
    {
        var judge = Judge(temperatureResolution: 0.1m);
        Run(judge, Minutes(0, 239, _ => 37.0)).Facts.ShouldBeEmpty();
        Run(judge, Minutes(0, 240, _ => 37.0)).Facts.ShouldHaveSingleItem().ShouldBeOfType<SensorFaultRaised>();
    }

    [Fact]
    public void An_excursion_of_a_sensor_that_proves_stuck_is_withdrawn()
    {
        var judge = Judge();
        var (memory, facts) = Run(judge, [.. Minutes(0, 9, m => Calm(m, 37, 0.1)), .. Minutes(10, 45, _ => 38.4), .. Minutes(46, 60, m => Calm(m, 37, 0.1))]);
        facts.Select(f => f.GetType()).ShouldBe([typeof(ExcursionBegan), typeof(SensorFaultRaised), typeof(ExcursionTakenBack), typeof(SensorFaultCleared)]);
        Channel(judge, memory).Facts.Excursions.ShouldBeEmpty();
        Channel(judge, memory).Totals(Min(0), Min(61)).High.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_sensor_that_does_not_answer_an_open_door_is_stuck_from_the_opening_until_it_moves()
    {
        var judge = Judge();
        IEnumerable<Reading> readings = [.. Minutes(0, 9, m => Calm(m, 37, 0.02)), R(9.5, 1, Channels.Door), R(10, 0, Channels.Door),
            .. Minutes(10, 30, m => Calm(m, 37, 0.02)), .. Minutes(31, 40, m => Calm(m, 37.3, 0.02))];
        var (memory, facts) = Run(judge, readings);
        facts.OfType<SensorFaultRaised>().ShouldHaveSingleItem().ShouldBe(new(Min(15), Channels.Temperature, Min(9.5), GapCause.Stuck));
        facts.OfType<SensorFaultCleared>().ShouldHaveSingleItem().At.ShouldBe(Min(31));
        var gap = Channel(judge, memory).Gaps(Min(0), Min(41), Min(41)).ShouldHaveSingleItem();
        (gap.From, gap.To).ShouldBe((Min(11.5), Min(31)));
    }

    [Fact]
    public void A_short_opening_or_an_answer_leaves_the_sensor_trusted()
    {
        IEnumerable<Reading> Calmly(double close, double answer) => [.. Minutes(0, 9, m => Calm(m, 37, 0.02)), R(9.5, 1, Channels.Door),
            R(close, 0, Channels.Door), .. Minutes(10, 30, m => m == 11 ? answer : Calm(m, 37, 0.02))];
        Run(Judge(), Calmly(9.8, 37.0)).Facts.ShouldAllBe(f => f is DoorMoved);
        Run(Judge(), Calmly(10, 36.4)).Facts.ShouldAllBe(f => f is DoorMoved);
        Run(Judge(), Calmly(10, 37.0)).Facts.ShouldContain(f => f is SensorFaultRaised);
    }
}
