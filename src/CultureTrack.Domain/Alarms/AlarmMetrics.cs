using System.Text.Json.Serialization;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>How soon somebody must act, from severity and the time to respond of the definition.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmPriority>))]
public enum AlarmPriority { Low, Medium, High }

/// <summary>One point and how often it was raised.</summary>
/// <param name="Share">Of all alarms, 0–1.</param>
public sealed record PointCount(string IncubatorId, string Point, int Alarms, double Share);

/// <summary>Most alarms in any ten minutes of one operator.</summary>
/// <param name="At">End of those ten minutes; null without alarms.</param>
public sealed record AlarmPeak(string? Site, DateTimeOffset? At, int Alarms);

/// <summary>Alarms of a priority beside the target share (about 80/15/5 %).</summary>
public sealed record PriorityShare(AlarmPriority Priority, int Alarms, double Share, double Target);

/// <summary>Alarms of one day, by UTC date.</summary>
public sealed record DayCount(DateOnly Day, int Alarms);

/// <summary>A flood of one site.</summary>
public sealed record SiteFlood(string Site, DateTimeOffset From, DateTimeOffset? To, int Alarms);

/// <summary>
/// Figures of an alarm system over a period, as EEMUA 191 and ISA-18.2 ask for them, from the alarm history alone. An alarm is one call for an operator:
/// suppressed, shelved and out-of-service ones are none. Each site has one operator's place.
/// </summary>
public sealed record AlarmMetrics
{
    /// <summary>Targets of domain.md 4.6 and EEMUA 191: alarms an hour, in ten minutes, and shares of low, medium, high.</summary>
    public const double MostPerHour = 6;
    public const int MostInTenMinutes = 10;
    private const int Top = 10;
    private const int MediumWithinMin = 15;
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly Dictionary<AlarmPriority, double> Targets = new Dictionary<AlarmPriority, double>
    {
        [AlarmPriority.Low] = 0.80,
        [AlarmPriority.Medium] = 0.15,
        [AlarmPriority.High] = 0.05,
    };

    /// <summary>How long before the period lines are needed: what is stale or unacknowledged at its start began before.</summary>
    public static readonly TimeSpan LooksBack = TimeSpan.FromDays(31);

    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset To { get; init; }

    /// <summary>Operator's places: sites.</summary>
    public required int Operators { get; init; }
    public required int Alarms { get; init; }
    public required double PerHourPerOperator { get; init; }
    public required AlarmPeak Peak { get; init; }
    public required IReadOnlyList<PriorityShare> Priorities { get; init; }
    public required IReadOnlyList<PointCount> MostFrequent { get; init; }

    /// <summary>Share of all alarms that the most frequent points make, 0–1.</summary>
    public required double MostFrequentShare { get; init; }

    /// <summary>Points that were raised three times within 60 s.</summary>
    public required int Chattering { get; init; }

    /// <summary>Alarms that were gone within 60 s.</summary>
    public required int Fleeting { get; init; }

    /// <summary>Alarms that were active for more than 24 h at some time of the period.</summary>
    public required int Stale { get; init; }
    public required int Shelved { get; init; }

    /// <summary>From the call to the acknowledgement, min; null without any.</summary>
    public required double? AcknowledgedMedianMin { get; init; }
    public required double? AcknowledgedP95Min { get; init; }
    public required IReadOnlyList<SiteFlood> Floods { get; init; }

    /// <summary>Time in flood, all sites together, min.</summary>
    public required double FloodMin { get; init; }

    /// <summary>Of the operators' time, 0–1; ISA-18.2 asks for less than 0.01.</summary>
    public required double FloodShare { get; init; }

    /// <summary>Every day of the period, also those without alarms.</summary>
    public required IReadOnlyList<DayCount> Days { get; init; }

    /// <summary>High: critical. Medium: an action alarm to be answered within 15 min. Low: the others.</summary>
    public static AlarmPriority PriorityOf(Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        return alarm.Severity == Severity.Critical ? AlarmPriority.High
            : AlarmDefinitions.Of(alarm.Point).RespondActionMin <= MediumWithinMin ? AlarmPriority.Medium : AlarmPriority.Low;
    }

    /// <param name="lines">Of the period and <see cref="LooksBack"/> before it, in any order.</param>
    /// <param name="from">Start of the period.</param>
    /// <param name="to">End, not included.</param>
    /// <param name="sites">Operator's places, also those without alarms.</param>
    public static AlarmMetrics Of(IEnumerable<AlarmLine> lines, DateTimeOffset from, DateTimeOffset to, IReadOnlyCollection<string> sites)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, to);
        var history = lines.Where(l => l.At < to).OrderBy(l => l.At).ThenBy(l => l.IncubatorId, StringComparer.Ordinal).ThenBy(l => l.Number).ToList();
        var called = history.Where(l => l.Calls && l.At >= from).ToList();
        var answers = AnswerMinutes(history, from).Order().ToList();
        var floods = sites.Order(StringComparer.Ordinal).SelectMany(s => FloodsOf(s, history, from, to)).ToList();
        var flooded = TimeSpan.FromTicks(floods.Sum(f => ((f.To ?? to) - (f.From > from ? f.From : from)).Ticks));
        var operators = Math.Max(1, sites.Count);
        var frequent = MostFrequentOf(called);
        return new()
        {
            From = from,
            To = to,
            Operators = operators,
            Alarms = called.Count,
            PerHourPerOperator = called.Count / (to - from).TotalHours / operators,
            Peak = sites.Select(s => PeakOf(s, [.. called.Where(l => l.Site == s).Select(l => l.At)])).OrderByDescending(p => p.Alarms).FirstOrDefault() ?? new(null, null, 0),
            Priorities = [.. Enum.GetValues<AlarmPriority>().Select(p => Shared(p, called))],
            MostFrequent = frequent,
            MostFrequentShare = frequent.Sum(f => f.Share),
            Chattering = history.Where(l => l.At >= from && l.IsActivation && l.Alarm.NuisanceSince == l.At).Select(l => (l.IncubatorId, l.Alarm.Point)).Distinct().Count(),
            Fleeting = history.Count(l => l.At >= from && l.Step == AlarmStep.Cleared && AlarmQuality.IsFleeting(l.Alarm)),
            Stale = StaleOf(history, from, to),
            Shelved = history.Count(l => l.At >= from && l.Step == AlarmStep.Shelved),
            AcknowledgedMedianMin = Quantile(answers, 0.5),
            AcknowledgedP95Min = Quantile(answers, 0.95),
            Floods = floods,
            FloodMin = flooded.TotalMinutes,
            FloodShare = flooded / (to - from) / operators,
            Days = DaysOf(called, from, to),
        };
    }

    /// <summary>The smallest value that at least the given share of the values do not exceed (nearest rank); null without values.</summary>
    /// <param name="ordered">Ascending.</param>
    /// <param name="share">0–1.</param>
    public static double? Quantile(IReadOnlyList<double> ordered, double share)
    {
        ArgumentNullException.ThrowIfNull(ordered);
        return ordered.Count == 0 ? null : ordered[Math.Clamp((int)Math.Ceiling(share * ordered.Count) - 1, 0, ordered.Count - 1)];
    }

    /// <summary>Minutes from the call to the acknowledgement, each. A further call of the alarm before that is the same question, asked later.</summary>
    /// <param name="history">In order.</param>
    /// <param name="from">Acknowledgements before this are left out.</param>
    public static IEnumerable<double> AnswerMinutes(IEnumerable<AlarmLine> history, DateTimeOffset from = default)
    {
        var waiting = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var line in history)
        {
            if (line.Calls) waiting.TryAdd(line.AlarmId, line.At);
            else if (line.Step == AlarmStep.Acknowledged && waiting.Remove(line.AlarmId, out var since) && line.At >= from) yield return (line.At - since).TotalMinutes;
        }
    }

    private static int StaleOf(List<AlarmLine> history, DateTimeOffset from, DateTimeOffset to)
    {
        var (active, stale) = (new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal), 0);
        bool WasStale(DateTimeOffset since, DateTimeOffset until) => until - since > AlarmQuality.StaleAfter && until >= from;
        foreach (var line in history)
        {
            if (line.IsActivation) active[line.AlarmId] = line.At;
            else if (line.Step == AlarmStep.Cleared && active.Remove(line.AlarmId, out var since) && WasStale(since, line.At)) stale++;
        }
        return stale + active.Values.Count(since => WasStale(since, to));
    }

    private static IEnumerable<SiteFlood> FloodsOf(string site, List<AlarmLine> history, DateTimeOffset from, DateTimeOffset to) =>
        AlarmQuality.Floods(history.Where(l => l.Calls && l.Site == site && l.At >= from.AddDays(-1)).Select(l => l.At), to)
            .Where(f => f.To is null || f.To > from).Select(f => new SiteFlood(site, f.From, f.To, f.Alarms));

    private static AlarmPeak PeakOf(string site, List<DateTimeOffset> calls)
    {
        var peak = new AlarmPeak(site, null, 0);
        for (var (first, last) = (0, 0); last < calls.Count; last++)
        {
            while (calls[first] <= calls[last] - TenMinutes) first++;
            if (last - first + 1 > peak.Alarms) peak = new(site, calls[last], last - first + 1);
        }
        return peak;
    }

    private static PriorityShare Shared(AlarmPriority priority, List<AlarmLine> called)
    {
        var count = called.Count(l => PriorityOf(l.Alarm) == priority);
        return new(priority, count, Share(count, called.Count), Targets[priority]);
    }

    private static IReadOnlyList<PointCount> MostFrequentOf(List<AlarmLine> called) =>
        [.. called.GroupBy(l => (l.IncubatorId, Point: l.Alarm.Point.ToString())).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.IncubatorId, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Point, StringComparer.Ordinal).Take(Top).Select(g => new PointCount(g.Key.IncubatorId, g.Key.Point, g.Count(), Share(g.Count(), called.Count)))];

    private static IReadOnlyList<DayCount> DaysOf(List<AlarmLine> called, DateTimeOffset from, DateTimeOffset to)
    {
        static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
        var counts = called.GroupBy(l => Day(l.At)).ToDictionary(g => g.Key, g => g.Count());
        return [.. Enumerable.Range(0, Day(to.AddTicks(-1)).DayNumber - Day(from).DayNumber + 1).Select(Day(from).AddDays).Select(d => new DayCount(d, counts.GetValueOrDefault(d)))];
    }

    private static double Share(int count, int of) => of == 0 ? 0 : (double)count / of;
}
