using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;
using static CultureTrack.Domain.Tests.Telemetry.Ledgers;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>The excursions and gaps that are shown with a batch's exposure, and who was inside (domain.md 4.3.8).</summary>
public sealed class ExposureTableTests
{
    private static readonly LedgerPart Hot = Excursions((0, 5, 20, Side.High, Severity.Action), (40, 45, null, Side.Low, Severity.Critical));

    private static (string Id, double? End, double Minutes, string Status)[] Shown(double at, params VesselCulture[] vessels) =>
        [.. Exposure.Evaluate(Input([Env((Channels.Temperature, Hot))], vessels), Min(at)).Excursions.Select(e => (e.ExcursionId, (e.EndAt - Origin)?.TotalMinutes, e.DurationMin, e.Status))];

    [Fact]
    public void An_excursion_is_shown_once_open_and_closed_only_once_it_was()
    {
        var inside = V("A", -60, [S(-60)]);
        Shown(4.9, inside).ShouldBeEmpty();
        Shown(5, inside).ShouldBe([("X-0", null, 5, "Open")]);
        Shown(22, inside).ShouldBe([("X-0", null, 20, "Open")]);
        Shown(25, inside).ShouldBe([("X-0", 20, 20, "Closed")]);
        Shown(50, inside).ShouldBe([("X-0", 20, 20, "Closed"), ("X-1", null, 10, "Open")]);
    }

    [Fact]
    public void An_excursion_is_shown_only_if_a_vessel_of_the_batch_was_inside_meanwhile()
    {
        Shown(50, V("A", -60, [S(-60, 0)])).ShouldBeEmpty();
        Shown(50, V("A", -60, [S(-60, 0.1)])).Select(e => e.Id).ShouldBe(["X-0"]);
        Shown(50, V("A", -60, [S(20, 40)])).Select(e => e.Id).ShouldBe(["X-0"]);
        Shown(50, V("A", -60, [S(20.1, 40)])).ShouldBeEmpty();
        Shown(50, V("A", -60, [S(20.1, 40)]), V("B", -60, [S(30, 41)])).Select(e => e.Id).ShouldBe(["X-1"]);
        Shown(50, V("A", -60, [S(-60, null, "INC-05")])).ShouldBeEmpty();
    }

    [Fact]
    public void Excursions_are_shown_by_start_with_the_raw_time_of_their_own_kind()
    {
        var facts = Excursions((40, 45, 60, Side.High, Severity.Action), (10, 15, 30, Side.Low, Severity.Critical), (10, 14, 30, Side.Low, Severity.Action), (70, 75, 90, Side.High, Severity.Critical))
            with
        { Spans = Spans((SpanKind.ActionHigh, 40, 41), (SpanKind.CriticalLow, 10, 12), (SpanKind.ActionLow, 10, 13), (SpanKind.CriticalHigh, 70, 74), (SpanKind.ActionHigh, 0, 9)).Spans };
        var result = Exposure.Evaluate(Input([Env((Channels.Temperature, facts))], V("A", -60, [S(-60)])), Min(100));
        result.Excursions.Select(e => (e.ExcursionId, e.RawMin, e.DurationMin)).ShouldBe([("X-1", 2, 20), ("X-2", 3, 20), ("X-0", 1, 20), ("X-3", 4, 20)]);
        result.At.ShouldBe(Min(100));
    }

    private static (string Incubator, string Channel, double From, double To)[] Gaps(ExposureInput input, double at) =>
        [.. Exposure.Evaluate(input, Min(at)).Gaps.Select(g => (g.IncubatorId, g.Channel, (g.From - Origin).TotalMinutes, (g.To - Origin).TotalMinutes))];

    private static IncubatorEnvironment Gap(string id, params (double From, double To)[] gaps) =>
        Env(id, "P37-5", (Channels.Temperature, Spans([.. gaps.Select(g => (SpanKind.Missing, g.From, g.To))])));

    [Fact]
    public void Gaps_are_shown_once_for_all_vessels_that_were_together_and_cut_to_the_time_any_was_inside()
    {
        (string, string, double, double) T(double from, double to) => ("INC-04", Channels.Temperature, from, to);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(20, 30)]), V("B", 0, [S(25, 40)])), 100).ShouldBe([T(20, 40)]);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(20, 40)]), V("B", 0, [S(25, 30)])), 100).ShouldBe([T(20, 40)]);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(20, 30)]), V("B", 0, [S(30, 40)])), 100).ShouldBe([T(20, 40)]);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(35, 40)]), V("B", 0, [S(20, 30)])), 100).ShouldBe([T(20, 30), T(35, 40)]);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(20)]), V("B", 0, [S(25, 30)])), 100).ShouldBe([T(20, 50)]);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(20, 30)]), V("B", 0, [S(25)])), 100).ShouldBe([T(20, 50)]);
        Gaps(Input([Gap("INC-04", (10, 50))], V("A", 0, [S(20)]), V("B", 0, [S(25)])), 45).ShouldBe([T(20, 45)]);
        Gaps(Input([Gap("INC-04", (10, 50))]), 100).ShouldBeEmpty();
    }

    [Fact]
    public void Gaps_come_by_time_then_incubator_then_channel_and_unknown_incubators_have_none_to_show()
    {
        var five = Env("INC-05", "P37-5", (Channels.Temperature, Spans((SpanKind.Missing, 10, 12))), (Channels.Co2, Spans((SpanKind.Missing, 10, 13))));
        var input = Input([five, Gap("INC-04", (10, 11), (4, 5))], V("A", 0, [S(0, 20, "INC-05")]), V("B", 0, [S(0, 20)]), V("C", 0, [S(0, 20, "INC-99")]));
        Gaps(input, 100).ShouldBe([("INC-04", Channels.Temperature, 4, 5), ("INC-04", Channels.Temperature, 10, 11), ("INC-05", Channels.Co2, 10, 13), ("INC-05", Channels.Temperature, 10, 12)]);
        Exposure.Evaluate(input, Min(100)).Gaps.ShouldAllBe(g => g.Cause == GapCause.NoData);
    }

    [Theory]
    [InlineData(0, 10.0, false)]
    [InlineData(0, 10.1, true)]
    [InlineData(20, 30.0, true)]
    [InlineData(20.1, 30.0, false)]
    [InlineData(5, null, true)]
    public void A_vessel_is_inside_until_it_leaves_and_from_its_entry_on(double from, double? to, bool inside) =>
        Exposure.VesselsInside([V("A", 0, [S(from, to)])], "INC-04", Min(10), Min(20)).ShouldBe(inside ? ["A"] : []);

    [Fact]
    public void A_vessel_not_seeded_yet_or_whose_culture_has_ended_is_not_inside()
    {
        Exposure.VesselsInside([V("A", 20, [S(0)]), V("B", 20.1, [S(0)]), V("C", 0, [S(0)], end: 10), V("D", 0, [S(0)], end: 10.1)], "INC-04", Min(10), Min(20)).ShouldBe(["A", "D"]);
    }

    [Fact]
    public void Time_is_told_in_as_few_stretches_as_there_are()
    {
        TimeSpans.Merged([]).ShouldBeEmpty();
        TimeSpans.Merged([(Min(0), Min(30)), (Min(5), Min(10)), (Min(20), Min(40)), (Min(41), Min(42)), (Min(50), Min(49))]).ShouldBe([(Min(0), Min(40)), (Min(41), Min(42))]);
    }

    [Fact]
    public void All_excursions_of_an_incubator_come_by_start_then_id_and_a_slice_is_taken_of_every_channel()
    {
        var co2 = LedgerPart.Empty with { Excursions = [new("C-0", Channels.Co2, Side.Low, Severity.Action, Min(10), Min(20), Min(30), Min(35), 3.9, TimeSpan.Zero)] };
        var ledger = Env((Channels.Temperature, Excursions((10, 15, 20, Side.High, Severity.Action), (0, 5, 8, Side.High, Severity.Action))), (Channels.Co2, co2)).Ledger;
        ledger.Excursions.Select(e => e.ExcursionId).ShouldBe(["X-1", "C-0", "X-0"]);
        ledger.Slice(Min(25), Min(40)).Excursions.Select(e => e.ExcursionId).ShouldBe(["C-0"]);
        ledger.Slice(Min(25), Min(40)).Channels.Keys.ShouldBe(ledger.Channels.Keys);
    }
}
