using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>What a channel's ledger answers for a period, and what changed between two of them (domain.md 4.3).</summary>
public sealed class LedgerTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(150);

    private static ChannelLedger Ledger(double? first, double? last, LedgerPart? facts = null, GapCause tail = GapCause.NoData) =>
        new(Channels.Temperature, Hold, first is { } f ? Min(f) : null, last is { } l ? Min(l) : null, tail, facts ?? LedgerPart.Empty);

    private static Span Gap(double from, double to, GapCause cause = GapCause.BadQuality) => new(SpanKind.Missing, Min(from), Min(to), cause);

    private static (DateTimeOffset, DateTimeOffset, GapCause?)[] Gaps(ChannelLedger ledger, double from, double to, double asOf) =>
        [.. ledger.Gaps(Min(from), Min(to), Min(asOf)).Select(g => (g.From, g.To, g.Cause))];

    [Fact]
    public void A_channel_that_never_spoke_is_missing_from_5_min_on()
    {
        var silent = ChannelLedger.Silent(Channels.Temperature, Hold);
        Gaps(silent, 0, 100, 4.9).ShouldBeEmpty();
        Gaps(silent, 0, 100, 5).ShouldBe([(Min(0), Min(5), GapCause.NoData)]);
        Gaps(silent, 0, 60, 100).ShouldBe([(Min(0), Min(60), GapCause.NoData)]);
        Gaps(silent, 60, 60, 100).ShouldBeEmpty();
    }

    [Fact]
    public void Time_before_the_first_reading_is_missing_for_lack_of_data()
    {
        Gaps(Ledger(10, 100, tail: GapCause.Stuck), 0, 90, 100).ShouldBe([(Min(0), Min(10), GapCause.NoData)]);
        Gaps(Ledger(10, 100), 10, 90, 100).ShouldBeEmpty();
        Gaps(Ledger(10, 100, tail: GapCause.Stuck), 0, 10, 100).ShouldBe([(Min(0), Min(10), GapCause.NoData)]);
        Gaps(Ledger(null, null, tail: GapCause.Stuck), 0, 10, 100).ShouldBe([(Min(0), Min(10), GapCause.Stuck)]);
    }

    [Fact]
    public void Gaps_are_cut_to_the_period_and_those_beside_it_left_out()
    {
        var ledger = Ledger(0, 100, LedgerPart.Empty.With(Gap(10, 20)).With(new Span(SpanKind.ActionHigh, Min(30), Min(40))).With(Gap(50, 60, GapCause.Stuck)));
        Gaps(ledger, 0, 100, 100).ShouldBe([(Min(10), Min(20), GapCause.BadQuality), (Min(50), Min(60), GapCause.Stuck)]);
        Gaps(ledger, 15, 55, 100).ShouldBe([(Min(15), Min(20), GapCause.BadQuality), (Min(50), Min(55), GapCause.Stuck)]);
        Gaps(ledger, 20, 50, 100).ShouldBeEmpty();
    }

    [Fact]
    public void A_gap_that_was_still_growing_is_known_once_the_silence_is_5_min_old()
    {
        var ledger = Ledger(0, 100, LedgerPart.Empty.With(Gap(12.5, 30)));
        Gaps(ledger, 0, 100, 14.9).ShouldBeEmpty();
        Gaps(ledger, 0, 100, 15).ShouldBe([(Min(12.5), Min(15), GapCause.BadQuality)]);
        Gaps(Ledger(0, 100, LedgerPart.Empty.With(Gap(12.5, 14))), 0, 100, 14).ShouldBe([(Min(12.5), Min(14), GapCause.BadQuality)]);
    }

    [Fact]
    public void Silence_after_the_last_reading_is_a_gap_from_where_it_holds_no_more_once_it_is_5_min_old()
    {
        var ledger = Ledger(0, 100, tail: GapCause.Stuck);
        Gaps(ledger, 0, 200, 104.9).ShouldBeEmpty();
        Gaps(ledger, 0, 200, 105).ShouldBe([(Min(102.5), Min(105), GapCause.Stuck)]);
        Gaps(ledger, 104, 110, 200).ShouldBe([(Min(104), Min(110), GapCause.Stuck)]);
        Gaps(ledger, 0, 102.5, 200).ShouldBeEmpty();
    }

    [Fact]
    public void Time_of_a_kind_is_what_of_it_lies_within_the_period_and_was_known()
    {
        var ledger = Ledger(0, 100, LedgerPart.Empty.With(new Span(SpanKind.ActionHigh, Min(10), Min(20))).With(new Span(SpanKind.ActionLow, Min(20), Min(25))).With(new Span(SpanKind.ActionHigh, Min(30), Min(40))));
        ledger.Time(SpanKind.ActionHigh, Min(0), Min(100), Min(100)).TotalMinutes.ShouldBe(20);
        ledger.Time(SpanKind.ActionHigh, Min(15), Min(35), Min(100)).TotalMinutes.ShouldBe(10);
        ledger.Time(SpanKind.ActionHigh, Min(0), Min(100), Min(33)).TotalMinutes.ShouldBe(13);
        ledger.Time(SpanKind.ActionHigh, Min(20), Min(30), Min(100)).ShouldBe(TimeSpan.Zero);
        ledger.Time(SpanKind.ActionLow, Min(0), Min(100), Min(100)).TotalMinutes.ShouldBe(5);
    }

    [Fact]
    public void Totals_name_the_longest_gap_and_all_of_the_period()
    {
        var totals = Ledger(0, 100, LedgerPart.Empty.With(Gap(10, 14)).With(Gap(50, 60)).With(Gap(70, 71))).Totals(Min(0), Min(110));
        (totals.Missing.TotalMinutes, totals.LongestGap.TotalMinutes, totals.In.TotalMinutes, totals.Covered.TotalMinutes).ShouldBe((22.5, 10, 87.5, 87.5));
    }

    [Fact]
    public void Extremes_are_exact_for_noted_readings_and_to_the_hour_for_the_rest()
    {
        var ledger = Ledger(0, 200, LedgerPart.Empty.With(new Sample(Min(10), 38.4, false)).With(new Sample(Min(70), 35.2, false))
            .With(new HourExtreme(Min(0), 36.9, 37.1)).With(new HourExtreme(Min(120), 36.7, 37.3)));
        ledger.Extremes(Min(0), Min(200)).ShouldBe((35.2, 38.4));
        ledger.Extremes(Min(10), Min(10)).ShouldBe((36.9, 38.4));
        ledger.Extremes(Min(11), Min(69)).ShouldBe((36.9, 37.1));
        ledger.Extremes(Min(60), Min(70)).ShouldBe((35.2, 35.2));
        ledger.Extremes(Min(60), Min(69)).ShouldBeNull();
        ledger.Extremes(Min(71), Min(120)).ShouldBe((36.7, 37.3));
        ledger.Extremes(Min(71), Min(119)).ShouldBeNull();
    }

    private static Excursion Run(string id, double start, double opened, double? end = null, double? closed = null, double peak = 38.5, double raw = 10, Side side = Side.High, Severity severity = Severity.Action, string channel = Channels.Temperature) =>
        new(id, channel, side, severity, Min(start), Min(opened), end is { } e ? Min(e) : null, closed is { } c ? Min(c) : null, peak, TimeSpan.FromMinutes(raw));

    [Fact]
    public void A_slice_keeps_what_touches_the_period()
    {
        var facts = LedgerPart.Empty.With(Gap(0, 10)).With(Gap(15, 16)).With(Gap(20, 30)).With(Run("gone", 0, 5, 10, 15)).With(Run("over", 0, 5, 11, 16)).With(Run("open", 12, 17)).With(Run("later", 20, 25))
            .With(new Sample(Min(9), 1, false)).With(new Sample(Min(10), 2, false)).With(new Sample(Min(20), 3, false)).With(new Sample(Min(21), 4, false))
            .With(new HourExtreme(Min(-60), 1, 1)).With(new HourExtreme(Min(-50), 1, 1)).With(new HourExtreme(Min(0), 2, 2)).With(new HourExtreme(Min(20), 3, 3)).With(new HourExtreme(Min(21), 3, 3));
        var slice = Ledger(0, 100, facts).Slice(Min(10), Min(20)).Facts;
        slice.Spans.ShouldHaveSingleItem().From.ShouldBe(Min(15));
        slice.Excursions.Select(e => e.ExcursionId).ShouldBe(["over", "open"]);
        slice.Samples.Select(s => s.Value).ShouldBe([2, 3]);
        slice.Hours.Select(h => h.Hour).ShouldBe([Min(0), Min(20)]);
    }

    [Fact]
    public void An_open_excursion_lasts_until_now_or_until_its_clear_run_began()
    {
        Run("x", 10, 15).DurationAsOf(Min(40)).TotalMinutes.ShouldBe(30);
        (Run("x", 10, 15) with { ClearSince = Min(30) }).DurationAsOf(Min(33)).TotalMinutes.ShouldBe(20);
        Run("x", 10, 15, 30, 35).DurationAsOf(Min(100)).TotalMinutes.ShouldBe(20);
        Run("x", 10, 15, 30, 35).DurationAsOf(Min(20)).TotalMinutes.ShouldBe(10);
        (Run("x", 10, 15).IsOpen, Run("x", 10, 15, 30, 35).IsOpen).ShouldBe((true, false));
    }

    private static IReadOnlyList<TelemetryFact> Changes(Excursion[] before, params Excursion[] after) => LedgerDiff.Between(before, after, Min(99)).Facts;

    [Fact]
    public void What_is_new_is_told_as_begun_and_ended_and_what_is_gone_as_taken_back()
    {
        var (open, closed) = (Run("a", 10, 15), Run("b", 20, 25, 30, 35));
        Changes([], closed, open).ShouldBe([new ExcursionBegan(Min(15), open), new ExcursionBegan(Min(25), closed), new ExcursionEnded(Min(35), closed)]);
        Changes([open, closed]).ShouldBe([new ExcursionTakenBack(Min(99), open), new ExcursionTakenBack(Min(99), closed)]);
        Changes([open, closed], open, closed).ShouldBeEmpty();
    }

    [Fact]
    public void An_open_excursion_that_closes_has_ended_and_one_that_moved_is_revised()
    {
        var open = Run("a", 10, 15);
        Changes([open], open with { EndAt = Min(30), ClosedAt = Min(35) }).ShouldHaveSingleItem().ShouldBeOfType<ExcursionEnded>().At.ShouldBe(Min(35));
        foreach (var moved in new[] { open with { StartAt = Min(9) }, open with { OpenedAt = Min(14) }, open with { StartAt = Min(9), EndAt = Min(30), ClosedAt = Min(35) }, open with { OpenedAt = Min(14), EndAt = Min(30), ClosedAt = Min(35) } })
            Changes([open], moved).ShouldBe([new ExcursionRevised(Min(99), open, moved)]);
    }

    [Fact]
    public void Of_an_open_excursion_peak_and_raw_time_grow_untold_and_of_a_closed_one_every_change_is_told()
    {
        var (open, closed) = (Run("a", 10, 15), Run("a", 10, 15, 30, 35));
        Changes([open], open with { Peak = 39, Raw = TimeSpan.FromMinutes(11) }).ShouldBeEmpty();
        foreach (var changed in new[] { closed with { Peak = 39 }, closed with { Raw = TimeSpan.FromMinutes(11) }, closed with { EndAt = Min(31) }, closed with { ClosedAt = Min(36) }, open })
            Changes([closed], changed).ShouldBe([new ExcursionRevised(Min(99), closed, changed)]);
    }

    [Fact]
    public void A_run_that_overlaps_an_earlier_one_keeps_its_id_and_one_beside_it_or_of_another_kind_does_not()
    {
        var told = Run("old", 10, 15, 30, 35);
        foreach (var same in new[] { Run("new", 8, 13, 10, 15), Run("new", 30, 35, 50, 55), Run("new", 12, 17) })
        {
            var changes = LedgerDiff.Between([told], [same], Min(99));
            changes.Renamed.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("new", "old"));
            changes.Facts.ShouldBe([new ExcursionRevised(Min(99), told, same with { ExcursionId = "old" })]);
        }
        foreach (var other in new[] { Run("new", 1, 6, 9.9, 15), Run("new", 30.1, 36, 50, 55), Run("new", 10, 15, 30, 35, side: Side.Low), Run("new", 10, 15, 30, 35, severity: Severity.Critical), Run("new", 10, 15, 30, 35, channel: Channels.Co2) })
        {
            var changes = LedgerDiff.Between([told], [other], Min(99));
            changes.Renamed.ShouldBeEmpty();
            changes.Facts.ShouldContain(new ExcursionTakenBack(Min(99), told));
        }
    }

    [Fact]
    public void Two_runs_where_one_was_keep_one_old_id()
    {
        var changes = LedgerDiff.Between([Run("old", 10, 15, 50, 55)], [Run("n1", 10, 15, 20, 25), Run("n2", 30, 35, 50, 55)], Min(99));
        changes.Renamed.ShouldHaveSingleItem().Key.ShouldBe("n1");
        changes.Facts.OfType<ExcursionBegan>().ShouldHaveSingleItem().Excursion.ExcursionId.ShouldBe("n2");
        changes.Facts.OfType<ExcursionTakenBack>().ShouldBeEmpty();
    }

    [Fact]
    public void Each_hour_keeps_its_lowest_and_highest_reading()
    {
        var judge = Judge();
        double[][] hours = [[37.0, 36.9, 36.8], [36.9, 37.0, 37.1], [37.0, 36.7, 37.2, 37.1, 36.9], [37.05]];
        var readings = hours.SelectMany((values, hour) => values.Select((value, minute) => R(60 * hour + minute, value)));
        Channel(judge, Feed.Run(judge, readings).Memory).Facts.Hours.ShouldBe(
            [new(Min(0), 36.8, 37.0), new(Min(60), 36.9, 37.1), new(Min(120), 36.7, 37.2), new(Min(180), 37.05, 37.05)]);
    }
}
