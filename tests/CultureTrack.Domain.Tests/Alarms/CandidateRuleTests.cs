using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Rules that are tried out, and a small past they are tried on.</summary>
public sealed class CandidateRuleTests
{
    private static readonly EquipmentProfile Profile = EquipmentProfiles.Get("P37-5");
    private static readonly Circumstances Then = new("P37-5", TimeSpan.FromMinutes(1), "temperature=0.01", "UTC", Min(-60), false);

    private static RuleChange Change(string channel = Channels.Temperature, Severity severity = Severity.Action, Side side = Side.High, decimal? limit = null, decimal? delay = null) => new(channel, severity, side, limit, delay);

    [Fact]
    public void A_limit_is_given_as_a_value_whatever_the_profile_writes()
    {
        var changed = CandidateRule.Apply(Profile, [Change(limit: 38.2m, delay: 7), Change("humidity", side: Side.Low, limit: 75)]);
        var (heat, air) = (changed.Find(Channels.Temperature)!, changed.Find("humidity")!);
        (heat.LimitOf(Severity.Action, Side.High), heat.OnDelay(Severity.Action, Side.High)).ShouldBe((38.2, TimeSpan.FromMinutes(7)));
        (heat.LimitOf(Severity.Action, Side.Low), heat.OnDelay(Severity.Action, Side.Low), heat.LimitOf(Severity.Critical, Side.High)).ShouldBe((36.0, TimeSpan.FromMinutes(10), 39.0));
        air.LimitOf(Severity.Action, Side.Low).ShouldBe(75);
        Profile.Find(Channels.Temperature)!.LimitOf(Severity.Action, Side.High).ShouldBe(38.0);
    }

    [Fact]
    public void What_makes_no_rule_is_refused()
    {
        string[] Codes(params RuleChange[] changes) => [.. CandidateRule.Check(Profile, changes).Select(f => f.Code)];
        Codes().ShouldBeEmpty();
        Codes(Change(limit: 39.0m)).ShouldBeEmpty("as far as the critical one");
        Codes(Change(limit: 39.1m)).ShouldBe([Domain.Records.Codes.ValOrder]);
        Codes(Change(limit: 36.0m)).ShouldBe([Domain.Records.Codes.ValOrder]);
        Codes(Change(limit: 39.1m), Change(severity: Severity.Critical, limit: 40)).ShouldBeEmpty();
        Codes(Change(limit: 60.1m)).ShouldBe([Domain.Records.Codes.ValRange]);
        Codes(Change()).ShouldBe([Domain.Records.Codes.ValRequired]);
        Codes(Change(delay: 0), Change(delay: 1)).ShouldBe([Domain.Records.Codes.ValDuplicate]);
        Codes(Change(delay: -0.1m)).ShouldBe([Domain.Records.Codes.ValRange]);
        Codes(Change(delay: 1440)).ShouldBeEmpty();
        Codes(Change(delay: 1440.1m)).ShouldBe([Domain.Records.Codes.ValRange]);
        Codes(Change("humidity", side: Side.High, delay: 1)).ShouldBe([Domain.Records.Codes.ValFormat]);
        Codes(Change("o2", delay: 1)).ShouldBe([Domain.Records.Codes.ValFormat]);
        Codes([.. Enumerable.Repeat(Change(delay: 1), 21)]).ShouldBe([Domain.Records.Codes.ValRange]);
    }

    // Warm from minute 10 to 19 (38.4) and from 40 to 45 (38.2), less so from 60 to 67 (37.9), a reading a minute.
    private static double Heat(double m) => m is >= 10 and < 20 ? 38.4 : m is >= 40 and < 46 ? 38.2 : m is >= 60 and < 68 ? 37.9 : 37.0 + m % 2 * 0.02;

    private static RuleReplay Play(ReplayRule rule, double last = 90)
    {
        var replay = new RuleReplay(new("INC-04", Min(0), [], Then), rule);
        for (var m = -30; m <= last; m++)
            replay.Take(new(Min(m), [new(Min(m), Min(m), Min(m), false, [new(Channels.Temperature, Heat(m))])], [R(m, Heat(m))])).ShouldBeNull();
        replay.Finish(Min(last));
        return replay;
    }

    private static BacktestResult Compare(params RuleChange[] changes)
    {
        var (live, rule) = (Play(ReplayRule.Live), new ReplayRule(changes, TimeSpan.FromMinutes(2)));
        AlarmLine[] history = [.. live.Changes.Select((c, i) => AlarmLine.Of(c, i + 1, "main", default))];
        return Backtest.Compare(new("INC-04", Min(0), [], Then), Min(90), rule, live, Play(rule), 120, history);
    }

    [Fact]
    public void A_longer_delay_misses_the_short_excursion_and_pages_later()
    {
        var r = Compare(Change(delay: 8));
        (r.Live.Excursions, r.Candidate.Excursions, r.Found, r.Missed, r.Extra).ShouldBe((2, 1, 1, 1, 0));
        r.MissedList.ShouldHaveSingleItem().StartAt.ShouldBe(Min(40));
        (r.Live.Pages, r.Candidate.Pages, r.Live.MinutesToPageMedian, r.Candidate.MinutesToPageMedian).ShouldBe((2, 1, 5, 8));
        r.Live.PagesPerWeek.ShouldBe(2 / (90.0 / 60 / 24) * 7, 0.001);
        r.Check.IsExact.ShouldBeTrue();
    }

    [Fact]
    public void A_lower_limit_without_delay_finds_all_at_once_and_one_more()
    {
        var r = Compare(Change(limit: 37.6m, delay: 0));
        (r.Found, r.Missed, r.Extra, r.Candidate.Pages).ShouldBe((2, 0, 1, 3));
        r.ExtraList.ShouldHaveSingleItem().StartAt.ShouldBe(Min(60));
        (r.Live.MinutesToPageP95, r.Candidate.MinutesToPageP95).ShouldBe((5, 0));
    }

    [Fact]
    public void An_excursion_that_was_open_at_the_start_is_not_paged_again()
    {
        var replay = new RuleReplay(new("INC-04", Min(17), [], Then), new([Change(delay: 4)], TimeSpan.FromMinutes(2)));
        for (var m = -30; m <= 39; m++) replay.Take(new(Min(m), [new(Min(m), Min(m), null, false, [new(Channels.Temperature, Heat(m))])], [R(m, Heat(m))]));
        replay.Changes.Where(c => c.Event is AlarmEvent.Raised).ShouldBeEmpty();
        replay.Changes.Where(c => c.Event is AlarmEvent.Cleared).ShouldHaveSingleItem().Event.At.ShouldBe(Min(25));
    }

    [Fact]
    public void A_history_that_says_something_else_is_told_line_by_line()
    {
        var live = Play(ReplayRule.Live);
        AlarmLine[] history = [.. live.Changes.Skip(1).Select((c, i) => AlarmLine.Of(c, i + 1, "main", default))];
        var check = Backtest.Compare(new("INC-04", Min(0), [], Then), Min(90), ReplayRule.Live, live, Play(ReplayRule.Live), 120, history).Check;
        (check.IsExact, check.NotReplayed.Count).ShouldBe((false, 0));
        check.OnlyReplayed.ShouldHaveSingleItem().ShouldContain("Raised");
    }
}
