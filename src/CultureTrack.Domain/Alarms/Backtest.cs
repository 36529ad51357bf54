using System.Collections.Immutable;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>What one rule came to over the period.</summary>
/// <param name="Alarms">Activations of all points.</param>
/// <param name="Pages">Calls for an operator: an alarm raised, or raised to critical, that was neither shelved nor suppressed.</param>
/// <param name="PagesPerWeek">Pages a week.</param>
/// <param name="Excursions">Excursions of the changed channels that opened in the period; of all channels when nothing is changed.</param>
/// <param name="MinutesToPageMedian">From the live rule's breach (first reading beyond its limit) to this rule's page, over the excursions this rule has too; negative: paged before. Null without any.</param>
/// <param name="MinutesToPageP95">The same, nearest rank of 95 %.</param>
public sealed record RuleOutcome(int Alarms, int Pages, double PagesPerWeek, int Excursions, double? MinutesToPageMedian, double? MinutesToPageP95);

/// <summary>An excursion that one of the two rules has and the other has not.</summary>
public sealed record LoneExcursion(string Channel, Side Side, Severity Severity, DateTimeOffset StartAt, DateTimeOffset? EndAt, double Peak);

/// <summary>How well the replay of the live rule agrees with what happened: in every line of the history, or where it does not.</summary>
/// <param name="Lines">Of the history of the period.</param>
/// <param name="IsExact">The replay gives the same lines in the same order.</param>
/// <param name="NotReplayed">Lines that happened and do not come out; the first of them.</param>
/// <param name="OnlyReplayed">Lines that come out and did not happen; the first of them.</param>
public sealed record ReplayCheck(int Lines, bool IsExact, IReadOnlyList<string> NotReplayed, IReadOnlyList<string> OnlyReplayed);

/// <summary>Live and candidate rule over the same past.</summary>
/// <param name="Found">Excursions of the live rule that the candidate has too.</param>
/// <param name="Missed">Those that it has not.</param>
/// <param name="Extra">Those that the candidate alone has.</param>
/// <param name="MissedList">The first hundred of them.</param>
/// <param name="ExtraList">The first hundred of them.</param>
public sealed record BacktestResult(
    string IncubatorId, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RuleChange> Changes, long Readings, RuleOutcome Live, RuleOutcome Candidate,
    int Found, int Missed, int Extra, IReadOnlyList<LoneExcursion> MissedList, IReadOnlyList<LoneExcursion> ExtraList, double AnswerAfterMin, ReplayCheck Check);

/// <summary>Compares two replays of one period with each other and with what happened.</summary>
public static class Backtest
{
    /// <summary>How long before the period readings are judged, so that open excursions, flat runs and doors are known at its start.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromHours(48);

    /// <summary>Longest period.</summary>
    public static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);

    /// <summary>How alarms of a changed limit are taken to be answered when nobody answered any in the period.</summary>
    private static readonly TimeSpan UsualAnswer = TimeSpan.FromMinutes(10);
    private const int Listed = 100, DifferencesListed = 20;

    /// <summary>Median time in which alarms of the period were acknowledged.</summary>
    public static TimeSpan AnswerAfter(IEnumerable<AlarmLine> history)
    {
        var minutes = AlarmMetrics.AnswerMinutes(history).Order().ToList();
        return AlarmMetrics.Quantile(minutes, 0.5) is { } median ? TimeSpan.FromMinutes(median) : UsualAnswer;
    }

    /// <param name="history">Lines of the period as they happened, in order.</param>
    public static BacktestResult Compare(
        ReplayStart start, DateTimeOffset to, ReplayRule candidateRule, RuleReplay live, RuleReplay candidate, long readings, IReadOnlyList<AlarmLine> history)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(candidateRule);
        var channels = CandidateRule.ChannelsOf(candidateRule.Changes);
        var (asLive, asCandidate) = (ExcursionsOf(live, channels, start.At, to), ExcursionsOf(candidate, channels, start.At, to));
        // One of the period may have begun before it under the other rule, or not be over.
        var (allLive, allCandidate) = (ExcursionsOf(live, channels, DateTimeOffset.MinValue, to), ExcursionsOf(candidate, channels, DateTimeOffset.MinValue, to));
        var pairs = asLive.Select(e => (Live: e, Other: allCandidate.Find(c => IsSame(e, c)))).ToList();
        var missed = pairs.Where(p => p.Other is null).Select(p => p.Live).ToList();
        var extra = asCandidate.Where(c => !allLive.Exists(e => IsSame(e, c))).ToList();
        return new(start.IncubatorId, start.At, to, candidateRule.Changes, readings,
            OutcomeOf(live, start.At, to, asLive.Count, asLive.Select(e => (e, (Excursion?)e))), OutcomeOf(candidate, start.At, to, asCandidate.Count, pairs),
            asLive.Count - missed.Count, missed.Count, extra.Count, Lone(missed), Lone(extra), candidateRule.AnswerAfter.TotalMinutes, Check(live, history, start.At, to));
    }

    private static List<Excursion> ExcursionsOf(RuleReplay replay, ImmutableHashSet<string> channels, DateTimeOffset from, DateTimeOffset to) =>
        [.. replay.Excursions.Where(e => e.OpenedAt >= from && e.OpenedAt < to && (channels.IsEmpty || channels.Contains(e.Channel)))];

    private static bool IsSame(Excursion a, Excursion b) => (a.Channel, a.Side, a.Severity) == (b.Channel, b.Side, b.Severity)
        && a.StartAt <= (b.EndAt ?? DateTimeOffset.MaxValue) && b.StartAt <= (a.EndAt ?? DateTimeOffset.MaxValue);

    private static RuleOutcome OutcomeOf(RuleReplay replay, DateTimeOffset from, DateTimeOffset to, int excursions, IEnumerable<(Excursion Live, Excursion? Other)> pairs)
    {
        var lines = LinesOf(replay, from, to).ToList();
        var pages = lines.Where(l => l.Calls).ToList();
        var byExcursion = pages.Where(p => p.Alarm is { Point.Kind: AlarmKind.Limit, ExcursionId: not null }).GroupBy(p => p.Alarm.ExcursionId!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Min(p => p.At), StringComparer.Ordinal);
        var minutes = pairs.Where(p => p.Other is not null && byExcursion.ContainsKey(p.Other.ExcursionId))
            .Select(p => (byExcursion[p.Other!.ExcursionId] - p.Live.StartAt).TotalMinutes).Order().ToList();
        return new(lines.Count(l => l.IsActivation), pages.Count, pages.Count / (to - from).TotalDays * 7, excursions, AlarmMetrics.Quantile(minutes, 0.5), AlarmMetrics.Quantile(minutes, 0.95));
    }

    private static IEnumerable<AlarmLine> LinesOf(RuleReplay replay, DateTimeOffset from, DateTimeOffset to) =>
        replay.Changes.Select((c, i) => AlarmLine.Of(c, i + 1, "", default)).Where(l => l.At >= from && l.At < to);

    private static IReadOnlyList<LoneExcursion> Lone(IEnumerable<Excursion> excursions) =>
        [.. excursions.OrderBy(e => e.StartAt).Take(Listed).Select(e => new LoneExcursion(e.Channel, e.Side, e.Severity, e.StartAt, e.EndAt, e.Peak))];

    private static ReplayCheck Check(RuleReplay live, IReadOnlyList<AlarmLine> history, DateTimeOffset from, DateTimeOffset to)
    {
        var happened = history.Where(l => l.At >= from && l.At < to).Select(Text).ToList();
        var replayed = LinesOf(live, from, to).Select(Text).ToList();
        return new(happened.Count, happened.SequenceEqual(replayed, StringComparer.Ordinal), Without(happened, replayed), Without(replayed, happened));
    }

    /// <summary>Everything of a line that must come out the same.</summary>
    private static string Text(AlarmLine l) =>
        $"{l.At.UtcDateTime:O} {l.Alarm.AlarmId} {l.Step} {l.Severity} {l.Alarm.State}{(l.IsActivation ? " activated" : "")}{(l.User is { } user ? $" by {user}" : "")}{(l.Alarm.NuisanceSince is null ? "" : " nuisance")}";

    private static IReadOnlyList<string> Without(List<string> these, List<string> those)
    {
        var left = those.GroupBy(t => t, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return [.. these.Where(t => !left.TryGetValue(t, out var count) || (left[t] = count - 1) < 0).Take(DifferencesListed)];
    }
}
