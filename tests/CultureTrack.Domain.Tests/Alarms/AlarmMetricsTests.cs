using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Figures of EEMUA 191 and ISA-18.2 over a written history.</summary>
public sealed class AlarmMetricsTests
{
    private static readonly AlarmPoint Heat = new(AlarmKind.Limit, Channels.Temperature, "high.action"), Gas = new(AlarmKind.Limit, Channels.Co2, "low.action");

    /// <summary>Writes the history of one incubator, change by change.</summary>
    private sealed class Diary(string incubator, string site)
    {
        private AlarmBook _book = AlarmBook.Empty(incubator);

        public List<AlarmLine> Lines { get; } = [];

        public Diary Set(double minute, AlarmPoint point, Severity? severity) => Note(_book.Set(new AlarmCondition(point, severity), Min(minute)));

        public Diary Do(AlarmPoint point, Func<string, AlarmCommand> command)
        {
            var (_, book, changes) = _book.Command(_book.Find(point)!.AlarmId, command("tech01"));
            return Note((book, changes));
        }

        public Diary Ack(double minute, AlarmPoint point) => Do(point, user => new AlarmCommand.Acknowledge(Min(minute), user, "Seen", "Done"));

        private Diary Note((AlarmBook Book, IReadOnlyList<AlarmChange> Changes) next)
        {
            _book = next.Book;
            Lines.AddRange(next.Changes.Select((c, i) => AlarmLine.Of(c, Lines.Count + i + 1, site, default)));
            return this;
        }
    }

    private static AlarmMetrics Of(double from, double to, params Diary[] diaries) => AlarmMetrics.Of(diaries.SelectMany(d => d.Lines), Min(from), Min(to), ["main", "north"]);

    [Fact]
    public void Nothing_happened_is_nothing_everywhere()
    {
        var m = Of(0, 120);
        (m.Alarms, m.PerHourPerOperator, m.Peak.Alarms, m.Stale, m.FloodMin, m.MostFrequentShare).ShouldBe((0, 0, 0, 0, 0, 0));
        (m.AcknowledgedMedianMin, m.AcknowledgedP95Min).ShouldBe((null, null));
        m.Priorities.Select(p => (p.Priority, p.Alarms, p.Share, p.Target)).ShouldBe([(AlarmPriority.Low, 0, 0, 0.80), (AlarmPriority.Medium, 0, 0, 0.15), (AlarmPriority.High, 0, 0, 0.05)]);
        m.Days.ShouldBe([new(new(2026, 4, 26), 0)]);
    }

    [Fact]
    public void Rates_shares_and_answers_are_those_of_the_calls_in_the_period()
    {
        var a = new Diary("INC-01", "main").Set(-30, Gas, Severity.Action).Ack(-20, Gas).Set(-10, Gas, null)       // before the period
            .Set(0, Heat, Severity.Action).Set(3, Heat, Severity.Critical).Ack(5, Heat).Set(9, Heat, null)
            .Set(20, Gas, Severity.Action).Ack(24, Gas).Set(30, Gas, null)
            .Set(120, Gas, Severity.Action);                                                                        // after it
        var b = new Diary("INC-02", "north").Set(50, Gas, Severity.Action).Ack(60, Gas);
        var m = Of(0, 120, a, b);
        m.Alarms.ShouldBe(4, "turning critical calls again");
        m.PerHourPerOperator.ShouldBe(1.0);
        m.Peak.ShouldBe(new("main", Min(3), 2));
        m.Priorities.Select(p => p.Alarms).ShouldBe([2, 1, 1]);
        m.Priorities[2].Share.ShouldBe(0.25);
        (m.AcknowledgedMedianMin, m.AcknowledgedP95Min).ShouldBe((5, 10));
        m.MostFrequent.Select(p => (p.IncubatorId, p.Point, p.Alarms, p.Share)).ShouldBe(
            [("INC-01", "Limit.temperature.high.action", 2, 0.5), ("INC-01", "Limit.co2.low.action", 1, 0.25), ("INC-02", "Limit.co2.low.action", 1, 0.25)]);
        m.MostFrequentShare.ShouldBe(1);
        (Of(0, 120, a).Operators, Of(0, 120, a).PerHourPerOperator).ShouldBe((2, 0.75));
    }

    [Fact]
    public void What_is_shelved_suppressed_or_out_of_service_calls_nobody()
    {
        var diary = new Diary("INC-01", "main").Set(0, Gas, Severity.Action).Do(Gas, user => new AlarmCommand.Shelve(Min(1), user, Min(40), "Bottle is changed"))
            .Set(2, Gas, null).Set(3, Gas, Severity.Action);
        var m = Of(0, 60, diary);
        (m.Alarms, m.Shelved).ShouldBe((1, 1));
    }

    [Fact]
    public void Chattering_fleeting_and_stale_alarms_are_counted()
    {
        var chatter = new Diary("INC-01", "main");
        foreach (var second in new[] { 0, 20, 40, 55 }) chatter.Set(second / 60.0, Gas, Severity.Action).Set((second + 10) / 60.0, Gas, null);
        var m = Of(0, 60, chatter);
        (m.Chattering, m.Fleeting, m.Stale).ShouldBe((1, 4, 0));

        // Active from a day before the period until one hour into it, for more than 24 h.
        var stale = new Diary("INC-02", "main").Set(-24 * 60, Gas, Severity.Action).Ack(-10, Gas).Set(60, Gas, null);
        Of(0, 120, stale).Stale.ShouldBe(1);
        Of(61, 120, stale).Stale.ShouldBe(0);
        var standing = new Diary("INC-03", "main").Set(0, Gas, Severity.Action);
        Of(0, 24 * 60, standing).Stale.ShouldBe(0);
        Of(0, 24 * 60 + 1, standing).Stale.ShouldBe(1);
    }

    [Fact]
    public void Time_in_flood_is_that_within_the_period_and_each_site_has_its_own()
    {
        var many = Enumerable.Range(0, 11).Select(i => new Diary($"INC-{i:00}", "main").Set(55, Gas, Severity.Action)).ToArray();
        var m = Of(0, 120, many);
        m.Floods.ShouldBe([new("main", Min(55), Min(65), 11)]);
        (m.FloodMin, m.FloodShare).ShouldBe((10, 10.0 / 240));
        Of(60, 120, many).FloodMin.ShouldBe(5);
        Of(0, 60, many).FloodMin.ShouldBe(5);
        Of(65, 120, many).Floods.ShouldBeEmpty();
        var split = Enumerable.Range(0, 11).Select(i => new Diary($"INC-{i:00}", i < 6 ? "main" : "north").Set(55, Gas, Severity.Action)).ToArray();
        Of(0, 120, split).Floods.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.51, 3)]
    [InlineData(0.95, 4)]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    public void A_quantile_is_the_nearest_rank(double share, double expected) => AlarmMetrics.Quantile([1, 2, 3, 4], share).ShouldBe(expected);
}
