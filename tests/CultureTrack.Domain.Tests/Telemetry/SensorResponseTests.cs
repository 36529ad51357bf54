using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>When a sensor is asked to answer a door, when its faults last, and when it is believed again (domain.md 4.3.9, 4.3.10).</summary>
public sealed class SensorResponseTests
{
    private static double Still(double m) => m % 2 == 0 ? 37.01 : 37.0;

    private static SensorFaultRaised[] Raised(IEnumerable<Reading> readings) => [.. Run(Judge(), readings).Facts.OfType<SensorFaultRaised>()];

    private static IEnumerable<Reading> Door(double opened, double closed) => [R(opened, 1, Channels.Door), R(closed, 0, Channels.Door)];

    [Theory]
    [InlineData(11.5, true)]
    [InlineData(11.6, false)]
    public void An_answer_is_asked_for_only_while_the_last_reading_still_holds(double opened, bool asked) =>
        (Raised([.. Minutes(0, 9, Still), .. Door(opened, opened + 0.5), .. Minutes(13, 20, Still)]).Length > 0).ShouldBe(asked);

    [Theory]
    [InlineData(14.5, true)]
    [InlineData(14.6, false)]
    public void Two_readings_within_five_minutes_are_needed_to_say_that_there_was_no_answer(double second, bool stuck) =>
        (Raised([.. Minutes(0, 9, Still), .. Door(9.5, 10), R(12, 37.0), R(second, 37.01), R(16, 37.0)]).Length > 0).ShouldBe(stuck);

    [Fact]
    public void A_second_opening_meanwhile_does_not_begin_the_five_minutes_anew() =>
        Raised([.. Minutes(0, 9, Still), .. Door(9.5, 10), .. Door(12.2, 12.8), .. Minutes(10, 20, Still)]).ShouldHaveSingleItem().ShouldBe(new(Min(15), Channels.Temperature, Min(9.5), GapCause.Stuck));

    [Fact]
    public void A_value_that_stood_still_before_the_door_opened_is_missing_from_where_it_began_to() =>
        Raised([.. Minutes(0, 4, Still), .. Minutes(5, 20, _ => 37.05), .. Door(9.5, 10)]).ShouldHaveSingleItem().ShouldBe(new(Min(15), Channels.Temperature, Min(5), GapCause.Stuck));

    [Theory]
    [InlineData(37.08, false)]
    [InlineData(37.09, true)]
    [InlineData(36.91, true)]
    [InlineData(36.92, false)]
    public void A_sensor_that_did_not_answer_is_believed_when_it_moves_by_3_sigma(double value, bool believed) =>
        Run(Judge(), [.. Minutes(0, 9, _ => 37.0).Select((r, i) => i == 8 ? r with { Value = 37.01 } : r), .. Door(9.5, 10), .. Minutes(10, 18, Still), R(19, value)]).Facts.OfType<SensorFaultCleared>().Any().ShouldBe(believed);

    [Fact]
    public void Each_channel_answers_for_itself_and_gas_pressure_need_not()
    {
        IEnumerable<Reading> Of(string channel, double value, double answer) => Minutes(0, 20, m => m == 11 ? answer : value + (m % 2 == 0 ? 0.001 : 0), channel);
        IEnumerable<Reading> readings = [.. Of(Channels.Temperature, 37, 36.5), .. Of(Channels.Co2, 5, 5), .. Of(Channels.Humidity, 95, 90), .. Of(Channels.GasPressure, 1, 1), .. Door(9.5, 10)];
        Raised(readings).Select(r => r.Channel).ShouldBe([Channels.Co2]);
    }

    [Theory]
    [InlineData(2.5, false)]
    [InlineData(2.6, true)]
    public void A_fault_lasts_once_it_is_longer_than_a_reading_holds_also_when_nothing_was_read_before(double minute, bool lasts)
    {
        (Raised([R(0, 37.0), R(1, 95), R(minute, 95)]).Length > 0).ShouldBe(lasts);
        (Raised([R(0, 95), R(minute, 95)]).Length > 0).ShouldBe(lasts);
    }

    [Fact]
    public void A_fault_is_told_once_with_its_first_cause_and_again_after_it_was_over()
    {
        var unsure = R(2, 37.0) with { Quality = ReadingQuality.ClockUncertain };
        Raised([R(0, 37.0), R(1, 95), unsure, .. Minutes(3, 6, _ => 95)]).ShouldHaveSingleItem().ShouldBe(new(Min(3), Channels.Temperature, Min(1), GapCause.BadQuality));
        Raised([R(0, 37.0), unsure, .. Minutes(3, 6, _ => 95)]).ShouldHaveSingleItem().Cause.ShouldBe(GapCause.ClockUncertain);
        Raised([R(0, 37.0), .. Minutes(1, 5, _ => 95), R(6, 37.1), .. Minutes(7, 12, _ => 95)]).Select(r => (r.At, r.Since)).ShouldBe([(Min(3), Min(1)), (Min(9), Min(7))]);
    }

    [Fact]
    public void Of_a_still_value_the_time_covered_counts_and_not_the_gap_in_it() =>
        Raised([.. Minutes(0, 10, _ => 37.05), .. Minutes(40, 70, _ => 37.05)]).ShouldHaveSingleItem().ShouldBe(new(Min(58), Channels.Temperature, Min(0), GapCause.Stuck));

    [Fact]
    public void A_still_value_that_moved_once_begins_anew_and_what_it_took_back_was_only_its_own()
    {
        Raised([.. Minutes(0, 29, _ => 37.05), R(30, 37.06), .. Minutes(31, 60, _ => 37.05)]).ShouldBeEmpty();
        var judge = Judge();
        var (memory, _) = Run(judge, [.. Minutes(0, 9, m => 38.4 + (m % 2 == 0 ? 0.1 : 0)), .. Minutes(10, 19, m => Calm(m, 37.5, 0.1)), .. Minutes(20, 55, _ => 38.4), .. Minutes(56, 60, m => Calm(m, 37.5, 0.1))]);
        var excursion = Channel(judge, memory).Facts.Excursions.ShouldHaveSingleItem();
        (excursion.StartAt, excursion.EndAt, excursion.ExcursionId).ShouldBe((Min(0), Min(10), "INC-04-temperature-high-action-20260426T000000000"));
    }

    [Fact]
    public void In_a_decontamination_cycle_no_change_is_too_fast()
    {
        double Highest(double decon)
        {
            var judge = Judge();
            var (memory, _) = Run(judge, [R(0, 37.0), R(0.5, decon, Channels.Decon), R(1, 59)]);
            return Channel(judge, memory).Extremes(Min(0), Min(2))!.Value.Max;
        }
        (Highest(1), Highest(0)).ShouldBe((59, 37));
    }

    [Fact]
    public void Readings_beyond_the_limits_are_noted_with_whether_they_follow_one_another()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 37.5), R(1, 38.1), R(2, 38.2), R(3, 37.5), R(4, 38.3), R(5, 34.5), R(70, 37.5)]);
        var facts = Channel(judge, memory).Facts;
        facts.Samples.ShouldBe([new(Min(1), 38.1, false), new(Min(2), 38.2, true), new(Min(4), 38.3, false), new(Min(5), 34.5, true)]);
        facts.Hours.ShouldBe([new(Min(0), 37.5, 37.5), new(Min(60), 37.5, 37.5)]);
        facts.Spans.Select(s => (s.Kind, s.From, s.To)).ShouldBe([
            (SpanKind.ActionHigh, Min(1), Min(3)), (SpanKind.ActionHigh, Min(4), Min(5)), (SpanKind.Missing, Min(7.5), Min(70)), (SpanKind.ActionLow, Min(5), Min(7.5))], ignoreOrder: true);
    }

    [Fact]
    public void Critical_time_is_action_time_too_on_its_own_side()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 36.5), R(1, 33.5), R(2, 33.4), R(3, 35.5), R(4, 37.5), R(5, 39.5), R(6, 38.5), R(7, 37.5)]);
        double Time(SpanKind kind) => Channel(judge, memory).Time(kind, Min(0), Min(8), Min(8)).TotalMinutes;
        new[] { SpanKind.CriticalLow, SpanKind.ActionLow, SpanKind.CriticalHigh, SpanKind.ActionHigh, SpanKind.Door, SpanKind.Missing }.Select(Time).ShouldBe([2, 3, 1, 2, 0, 0]);
    }
}
