using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>In which order readings are taken, what is late, and how metrics are handed from vessel to vessel (domain.md 4.3.2, 4.3.8).</summary>
public sealed class JudgeOrderTests
{
    [Fact]
    public void Readings_are_judged_by_time_the_door_before_the_rest_of_its_instant()
    {
        var ordered = Judge().InOrder([R(1, 37.1), R(0, 5.0, Channels.Co2), R(1, 1, Channels.Door), R(0, 37.0), R(1, 1, Channels.Decon)]).ToArray();
        ordered.Select(r => (r.At, r.Channel)).ShouldBe([(Min(0), Channels.Co2), (Min(0), Channels.Temperature), (Min(1), Channels.Decon), (Min(1), Channels.Door), (Min(1), Channels.Temperature)]);
    }

    [Fact]
    public void Of_three_values_of_one_instant_one_is_judged_the_farthest()
    {
        var ordered = Judge().InOrder([R(0, 37.3), R(0, 35.1), R(0, 38.2), R(1, 37.0)]).ToArray();
        ordered.Select(r => r.Value).ShouldBe([35.1, 37.0]);
        Judge().InOrder([R(0, 1, Channels.Door), R(0, 0, Channels.Door)]).ShouldHaveSingleItem().Value.ShouldBe(1);
    }

    [Fact]
    public void A_reading_not_later_than_the_last_of_its_channel_is_late_and_changes_nothing()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(5, 37.0), R(2, 5.0, Channels.Co2)]);
        foreach (var late in new[] { R(5, 37.1), R(4, 37.1), R(2, 5.1, Channels.Co2) })
        {
            var judged = judge.Take(memory, late);
            judged.IsLate.ShouldBeTrue();
            judged.Memory.ShouldBeSameAs(memory);
        }
        judge.Take(memory, R(3, 5.1, Channels.Co2)).IsLate.ShouldBeFalse();
        judge.Take(memory, R(1, 300, Channels.Shake)).IsLate.ShouldBeFalse();
        memory.TakenUpTo.ShouldBe(Min(5));
    }

    [Fact]
    public void A_door_that_opened_before_readings_already_judged_is_late_and_one_that_stays_closed_is_not()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, [R(0, 0, Channels.Door), R(5, 37.0)]);
        judge.Take(memory, R(4, 1, Channels.Door)).IsLate.ShouldBeTrue();
        judge.Take(memory, R(5, 1, Channels.Door)).IsLate.ShouldBeTrue();
        judge.Take(memory, R(4, 0, Channels.Door)).IsLate.ShouldBeFalse();
        judge.Take(memory, R(0, 1, Channels.Door)).IsLate.ShouldBeTrue();
        var opened = judge.Take(memory, R(5.1, 1, Channels.Door));
        opened.Facts.ShouldBe([new DoorMoved(Min(5.1), true)]);
        judge.Take(opened.Memory, R(6, 1, Channels.Door)).Facts.ShouldBeEmpty();
        judge.Take(opened.Memory, R(6, 0, Channels.Door)).Facts.ShouldBe([new DoorMoved(Min(6), false)]);
        judge.Take(memory, R(6, 1, Channels.Door) with { Quality = ReadingQuality.Bad }).Memory.ShouldBeSameAs(memory);
    }

    [Fact]
    public void In_a_decontamination_cycle_ninety_degrees_are_a_reading()
    {
        double? Highest(params Reading[] state)
        {
            var judge = Judge();
            var (memory, _) = Run(judge, [R(0, 37.0), .. state, R(2, 90.0), R(3, 90.1)]);
            return Channel(judge, memory).Extremes(Min(0), Min(4))?.Max;
        }
        Highest().ShouldBe(37.0);
        Highest(R(1, 1, Channels.Decon)).ShouldBe(90.1);
        Highest(R(1, 1, Channels.Decon), R(1.5, 0, Channels.Decon)).ShouldBe(37.0);
    }

    [Fact]
    public void A_child_goes_on_from_the_largest_of_its_parents_metric_by_metric()
    {
        VesselMetrics a = new() { HighTRawMin = 10, HighTLongestMin = 9, PeakT = 38.6, HotReadings = 1, LowestT = 35.5, LowTRawMin = 3, Co2Deviation = -2, Co2Extreme = 3, LowestCo2 = 3, HighestCo2 = 5.2, OutMin = 30, OutLongestMin = 20, StayMin = 100, UncalibratedMin = 1 };
        VesselMetrics b = new() { HighTRawMin = 4, HighTLongestMin = 4, PeakT = 38.2, HotReadings = 0, LowestT = 34.5, LowTRawMin = 7, Co2Deviation = 1, Co2Extreme = 6, LowestCo2 = 4.9, HighestCo2 = 6, OutMin = 50, OutLongestMin = 15, StayMin = 90, UncalibratedMin = 0 };
        VesselMetrics own = new() { HighTRawMin = 1, HighTLongestMin = 1, PeakT = 38.1, LowestT = 36.5, LowTRawMin = 2, Co2Deviation = 0.5, Co2Extreme = 5.5, LowestCo2 = 4.8, HighestCo2 = 5.5, OutMin = 5, OutLongestMin = 5, StayMin = 40, UncalibratedMin = 2 };
        foreach (var parents in new VesselMetrics[][] { [a, b], [b, a] })
        {
            var child = own.After(parents);
            (child.HighTRawMin, child.HighTLongestMin, child.PeakT, child.HotReadings).ShouldBe((11, 9, 38.6, 1));
            (child.LowTRawMin, child.LowestT).ShouldBe((9, 34.5));
            (child.Co2Deviation, child.Co2Extreme, child.LowestCo2, child.HighestCo2).ShouldBe((-2, 3, 3, 6));
            (child.OutMin, child.OutLongestMin, child.StayMin, child.UncalibratedMin).ShouldBe((55, 20, 140, 3));
        }
        own.After([]).ShouldSatisfyAllConditions(m => m.HighTRawMin.ShouldBe(1), m => m.PeakT.ShouldBe(38.1), m => m.LowestT.ShouldBe(36.5), m => m.OutMin.ShouldBe(5));
        VesselMetrics.None.After([VesselMetrics.None]).ShouldSatisfyAllConditions(m => m.PeakT.ShouldBeNull(), m => m.LowestT.ShouldBeNull());
    }

    [Fact]
    public void A_share_missing_is_of_the_stay_and_nothing_of_no_stay()
    {
        new ChannelGaps(1, 1, 200).Pct.ShouldBe(0.5);
        new ChannelGaps(0, 0, 0).Pct.ShouldBe(0);
    }

    [Fact]
    public void Words_of_state_channels_are_told_apart()
    {
        (Channels.StateValue(Channels.Door, "open"), Channels.StateValue(Channels.Door, "closed"), Channels.StateValue(Channels.Door, "ajar"), Channels.StateValue(Channels.Co2, "open")).ShouldBe((1, 0, null, null));
        (Channels.StateWord(Channels.Power, 1), Channels.StateWord(Channels.Power, 0), Channels.StateWord(Channels.WaterLevel, 1), Channels.StateWord(Channels.DeviceAlarm, 1)).ShouldBe(("lost", "ok", "low", "active"));
        (Channels.Canonical("rh"), Channels.Canonical("co2"), Channels.IsState(Channels.Uv), Channels.IsState(Channels.Humidity)).ShouldBe((Channels.Humidity, Channels.Co2, true, false));
    }
}
