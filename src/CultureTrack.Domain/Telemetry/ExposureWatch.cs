namespace CultureTrack.Domain.Telemetry;

/// <summary>An environment criterion moved to another band (data of the event ExposureBandChanged).</summary>
public sealed record BandChange(DateTimeOffset At, string CriterionId, string? VesselId, Band FromBand, Band ToBand, double? Value, string Unit);

/// <summary>
/// Follows the bands of a batch through event time. A band changes at a reading, at the opening or closing of an excursion, or, without any
/// reading, when a gap, a time out or a calibration passes its bound (<see cref="NextCheck"/>).
/// </summary>
public static class ExposureWatch
{
    private static readonly TimeSpan JustAfter = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// All changes in (after, until], in order, evaluated at each instant at which one can happen, and at <paramref name="alsoAt"/> (a vessel moved,
    /// was discarded, excursions were amended).
    /// </summary>
    /// <param name="input">Vessels and incubators; facts later than an instant do not count at it.</param>
    /// <param name="bands">Bands in force after <paramref name="after"/>; a missing criterion is PASS.</param>
    /// <param name="after">Instant up to which changes have been told.</param>
    /// <param name="until">Now.</param>
    /// <param name="alsoAt">Further instants to look at.</param>
    public static IReadOnlyList<BandChange> Changes(
        ExposureInput input, IReadOnlyDictionary<string, Band> bands, DateTimeOffset after, DateTimeOffset until, IEnumerable<DateTimeOffset>? alsoAt = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(bands);
        var changes = new List<BandChange>();
        var current = new Dictionary<string, Band>(bands, StringComparer.Ordinal);
        var instants = new SortedSet<DateTimeOffset>(FactInstants(input, after, until).Concat((alsoAt ?? []).Where(t => t > after && t <= until)));
        for (var at = Next(after); at <= until; at = Next(at))
        {
            instants.Remove(at);
            foreach (var metric in Exposure.Criteria(input, at))
            {
                var before = current.GetValueOrDefault(metric.Id);
                if (before == metric.Band) continue;
                current[metric.Id] = metric.Band;
                changes.Add(new(at, metric.Id, metric.WorstVessel, before, metric.Band, metric.Value, metric.Unit));
            }
        }
        return changes;

        DateTimeOffset Next(DateTimeOffset from)
        {
            var fact = instants.Count > 0 ? instants.Min : DateTimeOffset.MaxValue;
            var byTime = NextCheck(input, from, until) ?? DateTimeOffset.MaxValue;
            return fact <= byTime ? fact : byTime;
        }
    }

    /// <summary>
    /// The next instant after <paramref name="at"/> at which a band could change without a new reading, or null. It may prove too early, never too
    /// late; ask again after looking.
    /// </summary>
    public static DateTimeOffset? NextCheck(ExposureInput input, DateTimeOffset at, DateTimeOffset? notAfter = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        var vessels = input.Vessels.Where(v => v.SeededAt <= at).ToArray();
        var metrics = Exposure.Lineage(input, vessels, at);
        DateTimeOffset? next = null;
        foreach (var vessel in Exposure.ProductVessels(vessels).DistinctBy(v => (v.SeededAt, v.CultureEndAt, string.Join('|', v.Stays), string.Join('|', v.ParentIds))))
            foreach (var candidate in Candidates(input, vessel, metrics[vessel.VesselId], at))
                if (candidate > at && !(candidate >= next) && !(candidate > notAfter)) next = candidate;
        return next;
    }

    private static IEnumerable<DateTimeOffset> Candidates(ExposureInput input, VesselCulture vessel, VesselMetrics metrics, DateTimeOffset at)
    {
        if (vessel.CultureEndAt <= at) return [];
        var stays = Exposure.StaysInCulture(vessel, at);
        if (stays is not [.., { To: null } stay]) return OutCandidates((stays.Count > 0 ? stays[^1].To : null) ?? vessel.SeededAt, metrics, at);
        if (!input.Incubators.TryGetValue(stay.IncubatorId, out var incubator)) return [];
        return CalibrationCandidates(incubator, at)
            .Concat(VesselExposure.EnvironmentChannels(incubator.Ledger).SelectMany(c => GapCandidates(c, stay, metrics, at)))
            .Concat(RecoveryCandidates(metrics, at));
    }

    // The vessel is out: the single time grows, and with it the sum of the day.
    private static IEnumerable<DateTimeOffset> OutCandidates(DateTimeOffset since, VesselMetrics metrics, DateTimeOffset at)
    {
        yield return since.AddMinutes(EnvironmentCriteria.OutPassMin) + JustAfter;
        yield return since.AddMinutes(EnvironmentCriteria.OutAssessMin) + JustAfter;
        if (metrics.OutDayMin <= EnvironmentCriteria.OutDayMin) yield return at.AddMinutes(EnvironmentCriteria.OutDayMin - metrics.OutDayMin) + JustAfter;
    }

    private static IEnumerable<DateTimeOffset> CalibrationCandidates(IncubatorEnvironment incubator, DateTimeOffset at) =>
        incubator.Calibrations.Where(c => c.DueAt > at).Select(c => c.DueAt + JustAfter);

    // Without readings: the silence becomes a gap, the gap passes its bounds, and an open excursion runs on.
    private static IEnumerable<DateTimeOffset> GapCandidates(ChannelLedger channel, Stay stay, VesselMetrics metrics, DateTimeOffset at)
    {
        var tail = channel.LastAt is { } lastAt ? new Span(SpanKind.Missing, lastAt + channel.Hold, DateTimeOffset.MaxValue)
            : new Span(SpanKind.Missing, stay.From, DateTimeOffset.MaxValue);
        var gap = channel.Facts.Spans.Where(s => s.Kind == SpanKind.Missing && s.To > at).Append(tail).MinBy(s => s.From)!;
        var silentSince = channel.LastAt is null ? stay.From : gap.From - channel.Hold;
        if (silentSince + ChannelLedger.SilenceIsGapAfter > at) yield return silentSince + ChannelLedger.SilenceIsGapAfter;
        else
        {
            var from = gap.From > stay.From ? gap.From : stay.From;
            yield return from.AddMinutes(EnvironmentCriteria.GapMin) + JustAfter;
            if (metrics.Gaps.GetValueOrDefault(channel.Channel) is { } gaps && gaps.Pct <= EnvironmentCriteria.MissingPct)
                yield return at.AddMinutes((gaps.StayMin * EnvironmentCriteria.MissingPct / 100 - gaps.MissingMin) / (1 - EnvironmentCriteria.MissingPct / 100)) + JustAfter;
        }
        foreach (var e in channel.Facts.Excursions.Where(e => e.OpenedAt <= at && !(e.ClosedAt <= at)))
            foreach (var bound in DurationBoundsMin(channel.Channel))
            {
                var passes = (e.StartAt > stay.From ? e.StartAt : stay.From).AddMinutes(bound) + JustAfter;
                yield return passes > gap.From ? passes : gap.From;
            }
    }

    // After a gap the share missing shrinks as the stay goes on.
    private static IEnumerable<DateTimeOffset> RecoveryCandidates(VesselMetrics metrics, DateTimeOffset at)
    {
        if (metrics.LongestGapMin > EnvironmentCriteria.GapMin) yield break;
        foreach (var gaps in metrics.Gaps.Values.Where(g => g.Pct > EnvironmentCriteria.MissingPct))
            yield return at.AddMinutes(gaps.MissingMin * 100 / EnvironmentCriteria.MissingPct - gaps.StayMin) + JustAfter;
    }

    private static double[] DurationBoundsMin(string channel) => channel switch
    {
        Channels.Temperature => [15, 60, 480],
        Channels.Co2 => [60, 480],
        _ => [],
    };

    private static IEnumerable<DateTimeOffset> FactInstants(ExposureInput input, DateTimeOffset after, DateTimeOffset until) =>
        input.Incubators.Values.SelectMany(i => i.Ledger.Channels.Values).SelectMany(c =>
                c.Facts.Samples.Select(s => s.At)
                    .Concat(c.Facts.Excursions.SelectMany(e => new[] { e.OpenedAt, e.ClosedAt ?? e.OpenedAt }))
                    .Concat(c.Facts.Spans.Where(s => s.Kind == SpanKind.Missing).Select(s => s.To))
                    .Concat(c.FirstAt is { } first ? [first] : []))
            .Concat(input.Vessels.SelectMany(v => v.Stays.SelectMany(s => new[] { s.From, s.To ?? s.From }).Append(v.SeededAt).Append(v.CultureEndAt ?? v.SeededAt)))
            .Where(t => t > after && t <= until);
}
