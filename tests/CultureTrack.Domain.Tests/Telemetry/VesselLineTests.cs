using System.Collections.Immutable;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;
using static CultureTrack.Domain.Tests.Telemetry.Ledgers;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>How exposure is handed on along lines of vessels, and which vessels stand for the batch (domain.md 4.3.8).</summary>
public sealed class VesselLineTests
{
    private static VesselMetrics Missing(params (string Channel, double Missing, double Longest, double Stay)[] gaps) =>
        VesselMetrics.None with { Gaps = gaps.ToImmutableSortedDictionary(g => g.Channel, g => new ChannelGaps(g.Missing, g.Longest, g.Stay), StringComparer.Ordinal) };

    private static VesselMetrics Out(params (double From, double To)[] outs) => VesselMetrics.None with { OutWays = [[.. outs.Select(o => new OutTime(Min(o.From), Min(o.To)))]] };

    [Fact]
    public void Of_parents_the_worse_share_missing_is_handed_on_with_the_longest_gap_of_either()
    {
        VesselMetrics a = Missing(("t", 10, 2, 100), ("h", 1, 1, 100)), b = Missing(("t", 8, 8, 50), ("c", 3, 3, 50)), own = Missing(("t", 1, 1, 30));
        foreach (var parents in new VesselMetrics[][] { [a, b], [b, a] })
        {
            var child = own.After(parents);
            child.Gaps.Select(g => (g.Key, g.Value)).ShouldBe([("c", new(3, 3, 50)), ("h", new(1, 1, 100)), ("t", new(9, 8, 80))]);
            (child.MissingMin, child.MissingPct, child.LongestGapMin).ShouldBe((9, 11.25, 8));
        }
        own.After([a]).Gaps["t"].ShouldBe(new(11, 2, 130));
        Missing(("t", 1, 5, 30)).After([a]).LongestGapMin.ShouldBe(5);
        VesselMetrics.None.After([]).ShouldSatisfyAllConditions(m => m.MissingMin.ShouldBe(0), m => m.MissingPct.ShouldBe(0), m => m.LongestGapMin.ShouldBe(0));
    }

    [Fact]
    public void Sums_go_on_from_the_largest_parent_and_so_do_times_out_of_any_day()
    {
        VesselMetrics Sums(double v) => new() { DoorMin = v, O2RawMin = v, HumidityRawMin = v, Co2RawMin = v, LowTRawMin = v, UncalibratedMin = v, OutMin = v, Co2LongestMin = v, LowTLongestMin = v };
        foreach (var parents in new VesselMetrics[][] { [Sums(5), Sums(7)], [Sums(7), Sums(5)] })
        {
            var child = Sums(2).After(parents);
            (child.DoorMin, child.O2RawMin, child.HumidityRawMin, child.Co2RawMin, child.LowTRawMin, child.UncalibratedMin, child.OutMin).ShouldBe((9, 9, 9, 9, 9, 9, 9));
            (child.Co2LongestMin, child.LowTLongestMin).ShouldBe((7, 7));
        }
        Out((100, 140)).After([Out((0, 30)), Out((0, 50))]).OutDayMin.ShouldBe(90);
        (Out((100, 140)) with { OutDayMin = 40 }).After([Out() with { OutDayMin = 95 }]).OutDayMin.ShouldBe(95);
        Out((0, 20), (1440, 1450)).After([]).OutDayMin.ShouldBe(20);
        Out((0, 20), (1430, 1450)).After([]).OutDayMin.ShouldBe(30);
    }

    [Fact]
    public void Only_times_out_of_the_last_day_are_handed_on_and_ways_alike_once()
    {
        var child = Out((2000, 2010)).After([Out((0, 100), (500, 569.9), (560, 570), (600, 610)), Out((0, 90), (500, 569.9), (560, 570), (600, 610)), Out()]);
        child.OutWays.Select(w => string.Join(' ', w.Select(o => $"{(o.From - Origin).TotalMinutes}-{(o.To - Origin).TotalMinutes}"))).ShouldBe(["560-570 600-610 2000-2010", "2000-2010"]);
    }

    [Theory]
    [InlineData(new double[] { 0, 60 }, 60)]
    [InlineData(new double[] { 0, 60, 100, 130 }, 90)]
    [InlineData(new double[] { 0, 60, 1420, 1470 }, 80)]
    [InlineData(new double[] { 0, 60, 1500, 1530 }, 60)]
    [InlineData(new double[] { 0, 30, 1470, 1530 }, 60)]
    [InlineData(new double[] { }, 0)]
    public void The_fullest_day_begins_or_ends_where_a_time_out_does(double[] minutes, double most) =>
        Out([.. minutes.Chunk(2).Select(o => (o[0], o[1]))]).After([]).OutDayMin.ShouldBe(most);

    private static string? Worst(params VesselCulture[] vessels) => Exposure.Criteria(Input([], vessels), Min(200)).Single(m => m.Id == "E-13").WorstVessel;

    [Fact]
    public void The_last_of_each_line_stands_for_the_batch_and_a_test_culture_passes_nothing_on()
    {
        Worst(V("A", 0, [], end: 100), V("B", 190, [], parents: ["A"])).ShouldBe("B");
        Worst(V("A", 0, [], end: 100), V("B", 190, [], parents: ["A"], use: VesselUse.Test)).ShouldBe("A");
        Worst(V("A", 0, [], end: 100), V("B", 190, [], parents: ["A"], use: VesselUse.Discarded)).ShouldBeNull("its cells went on and were discarded");
        Worst(V("A", 0, [], end: 100, use: VesselUse.Discarded), V("B", 190, [])).ShouldBe("B");
        Worst(V("A", 201, [])).ShouldBeNull("it is not seeded yet");
        Worst(V("A", 200, [])).ShouldBe("A");
    }

    [Fact]
    public void A_line_is_handed_on_over_generations_once_whatever_the_order_of_the_vessels()
    {
        VesselCulture[] line = [V("C", 300, [], parents: ["B", "B"]), V("B", 200, [], end: 230, parents: ["A", "Z"]), V("A", 0, [], end: 100)];
        foreach (var order in new[] { line, [.. line.Reverse()] })
        {
            var m = Metrics(Input([], order), "C", 310);
            (m.OutMin, m.OutLongestMin).ShouldBe((140, 100));
        }
        Should.Throw<InvalidOperationException>(() => Exposure.Criteria(Input([], V("A", 0, [], parents: ["B"]), V("B", 0, [], parents: ["A"])), Min(10)));
    }

    [Fact]
    public void Vessels_of_one_way_from_other_parents_have_other_metrics()
    {
        var input = Input([], V("A", 0, [], end: 100), V("B", 50, [], end: 100), V("C", 110, [], parents: ["A"]), V("D", 110, [], parents: ["B"]), V("E", 110, [], parents: ["A", "B"]));
        new[] { "C", "D", "E" }.Select(v => Metrics(input, v, 120).OutMin).ShouldBe([110, 60, 110]);
    }
}
