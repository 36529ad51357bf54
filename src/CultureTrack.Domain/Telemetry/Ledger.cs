using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>What a stretch of a channel's time is (domain.md 4.3). In-limit time is what no span names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpanKind>))]
public enum SpanKind { ActionLow, ActionHigh, CriticalLow, CriticalHigh, Door, Missing }

/// <summary>Why data are missing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GapCause>))]
public enum GapCause { NoData, BadQuality, Stuck, ClockUncertain }

/// <summary>
/// A half-open stretch of time, [From, To). The last span of a running state ends where its last reading stops covering; a reader clips it to the
/// instant asked for.
/// </summary>
public sealed record Span(SpanKind Kind, DateTimeOffset From, DateTimeOffset To, GapCause? Cause = null);

/// <summary>A reading that mattered: beyond an action limit, or taken while an excursion was open.</summary>
/// <param name="At">Effective time.</param>
/// <param name="Value">As received.</param>
/// <param name="FollowsPrevious">The valid reading just before is a noted one too: the two are consecutive.</param>
public sealed record Sample(DateTimeOffset At, double Value, bool FollowsPrevious);

/// <summary>Extremes of the readings of one hour that are not noted singly.</summary>
public sealed record HourExtreme(DateTimeOffset Hour, double Min, double Max);

/// <summary>A continuous departure beyond an action or critical limit for at least its on-delay.</summary>
/// <param name="ExcursionId">Stays the same when late data move its start.</param>
/// <param name="Channel">Canonical name.</param>
/// <param name="Side">Below or above.</param>
/// <param name="Severity">Action and critical are separate excursions.</param>
/// <param name="StartAt">First reading of the run.</param>
/// <param name="OpenedAt">Reading at which the on-delay was reached.</param>
/// <param name="EndAt">First reading of the clear run; null while open.</param>
/// <param name="ClosedAt">Reading at which the off-delay was reached; null while open.</param>
/// <param name="Peak">Value farthest beyond, in the unit of the channel.</param>
/// <param name="Raw">Covered time strictly beyond the limit, up to the last reading.</param>
/// <param name="ClearSince">While open: start of a clear run that has not lasted the off-delay yet.</param>
public sealed record Excursion(
    string ExcursionId, string Channel, Side Side, Severity Severity, DateTimeOffset StartAt, DateTimeOffset OpenedAt,
    DateTimeOffset? EndAt, DateTimeOffset? ClosedAt, double Peak, TimeSpan Raw, DateTimeOffset? ClearSince = null)
{
    [JsonIgnore] public bool IsOpen => ClosedAt is null;

    /// <summary>
    /// End as known at an instant: the end once closed; before, the start of a clear run that is under way, else the instant itself.
    /// </summary>
    public DateTimeOffset EndAsOf(DateTimeOffset at)
    {
        var end = EndAt ?? ClearSince;
        return end < at ? end.Value : at;
    }

    /// <summary>Duration as known at an instant, missing time inside included.</summary>
    public TimeSpan DurationAsOf(DateTimeOffset at) => EndAsOf(at) - StartAt;
}

/// <summary>Closed facts of a channel in time order. Immutable, so that a checkpoint is a reference.</summary>
public sealed record LedgerPart(
    ImmutableList<Span> Spans, ImmutableList<Excursion> Excursions, ImmutableList<Sample> Samples, ImmutableList<HourExtreme> Hours)
{
    public static readonly LedgerPart Empty = new([], [], [], []);

    [JsonIgnore] public bool IsEmpty => Spans.IsEmpty && Excursions.IsEmpty && Samples.IsEmpty && Hours.IsEmpty;

    public LedgerPart With(Span span) => this with { Spans = Spans.Add(span) };

    public LedgerPart With(Excursion excursion) => this with { Excursions = Excursions.Add(excursion) };

    public LedgerPart With(Sample sample) => this with { Samples = Samples.Add(sample) };

    public LedgerPart With(HourExtreme hour) => this with { Hours = Hours.Add(hour) };

    public LedgerPart Append(LedgerPart later) => later.IsEmpty ? this : new(
        Spans.AddRange(later.Spans), Excursions.AddRange(later.Excursions), Samples.AddRange(later.Samples), Hours.AddRange(later.Hours));
}

/// <summary>Time of a channel within a period, split by kind. Covered + Missing = the whole period.</summary>
public readonly record struct ChannelTotals(TimeSpan Low, TimeSpan High, TimeSpan Door, TimeSpan In, TimeSpan Missing, TimeSpan LongestGap)
{
    public TimeSpan Covered => Low + High + Door + In;
}

/// <summary>Everything exposure needs to know of one channel, as of its last reading.</summary>
/// <param name="Channel">Canonical name.</param>
/// <param name="Hold">Longest time one reading covers, 2.5 periods.</param>
/// <param name="FirstAt">First valid reading; null when there was none.</param>
/// <param name="LastAt">Last valid reading.</param>
/// <param name="TailCause">Why data are missing since then, should they be.</param>
/// <param name="Facts">Spans, excursions (the open ones last), noted readings, hourly extremes.</param>
public sealed record ChannelLedger(
    string Channel, TimeSpan Hold, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, GapCause TailCause, LedgerPart Facts)
{
    /// <summary>
    /// Silence after the last reading counts as a gap only from this age on, the age at which the CommsLost alarm is raised. Data sent in chunks
    /// a few minutes late then never look like a gap for the time they are under way.
    /// </summary>
    public static readonly TimeSpan SilenceIsGapAfter = TimeSpan.FromMinutes(5);

    /// <summary>A channel without any data.</summary>
    public static ChannelLedger Silent(string channel, TimeSpan hold) => new(channel, hold, null, null, GapCause.NoData, LedgerPart.Empty);

    /// <summary>
    /// Gaps as known at <paramref name="asOf"/>, clipped to [from, to): before the first reading, between readings, and after the last
    /// one once it is older than <see cref="SilenceIsGapAfter"/>.
    /// </summary>
    public IEnumerable<Span> Gaps(DateTimeOffset from, DateTimeOffset to, DateTimeOffset asOf)
    {
        var end = to < asOf ? to : asOf;
        if (FirstAt is not { } first || first >= end)
        {
            if (asOf - from >= SilenceIsGapAfter && end > from) yield return new(SpanKind.Missing, from, end, FirstAt is null ? TailCause : GapCause.NoData);
            yield break;
        }
        if (first > from) yield return new(SpanKind.Missing, from, first, GapCause.NoData);
        foreach (var gap in Facts.Spans)
        {
            if (gap.Kind != SpanKind.Missing || gap.To <= from || gap.From >= end) continue;
            // A gap that was still growing then was known as one only when it was old enough.
            if (gap.To > asOf && asOf - (gap.From - Hold) < SilenceIsGapAfter) continue;
            yield return gap with { From = Later(gap.From, from), To = Earlier(gap.To, end) };
        }
        if (LastAt is { } last && last + Hold < end && asOf - last >= SilenceIsGapAfter)
            yield return new(SpanKind.Missing, Later(last + Hold, from), end, TailCause);
    }

    /// <summary>Time spent in spans of a kind within [from, to), as known at <paramref name="asOf"/>.</summary>
    public TimeSpan Time(SpanKind kind, DateTimeOffset from, DateTimeOffset to, DateTimeOffset asOf)
    {
        var end = to < asOf ? to : asOf;
        var sum = TimeSpan.Zero;
        foreach (var s in Facts.Spans)
            if (s.Kind == kind && s.From < end && s.To > from) sum += Earlier(s.To, end) - Later(s.From, from);
        return sum;
    }

    /// <summary>All of a period by kind, silence after the last reading included whatever its age.</summary>
    public ChannelTotals Totals(DateTimeOffset from, DateTimeOffset to)
    {
        var (low, high, door) = (Time(SpanKind.ActionLow, from, to, to), Time(SpanKind.ActionHigh, from, to, to), Time(SpanKind.Door, from, to, to));
        var (missing, longest) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var gap in Gaps(from, to, to + SilenceIsGapAfter + Hold))
        {
            missing += gap.To - gap.From;
            longest = gap.To - gap.From > longest ? gap.To - gap.From : longest;
        }
        return new(low, high, door, to - from - low - high - door - missing, missing, longest);
    }

    /// <summary>Smallest and largest value of the readings in [from, to], exact beyond the action limits, to the hour within them; null without readings.</summary>
    public (double Min, double Max)? Extremes(DateTimeOffset from, DateTimeOffset to)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var s in Facts.Samples)
            if (s.At >= from && s.At <= to) (min, max) = (Math.Min(min, s.Value), Math.Max(max, s.Value));
        foreach (var h in Facts.Hours)
            if (h.Hour <= to && h.Hour.AddHours(1) > from) (min, max) = (Math.Min(min, h.Min), Math.Max(max, h.Max));
        return min > max ? null : (min, max);
    }

    /// <summary>The part that can matter for [from, to], to send where it is needed.</summary>
    public ChannelLedger Slice(DateTimeOffset from, DateTimeOffset to) => this with
    {
        Facts = new(
            [.. Facts.Spans.Where(s => s.To > from && s.From < to)],
            [.. Facts.Excursions.Where(e => e.StartAt < to && (e.EndAt is null || e.EndAt > from))],
            [.. Facts.Samples.Where(s => s.At >= from && s.At <= to)],
            [.. Facts.Hours.Where(h => h.Hour <= to && h.Hour.AddHours(1) > from)]),
    };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
