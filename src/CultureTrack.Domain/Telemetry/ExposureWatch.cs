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
        DateTimeOffset?[] next = [NextByTime(input, at, notAfter), NextSilence(input, at) is { } s && s > at && !(s > notAfter) ? s : null];
        return next.Min();
    }

    /// <summary>As <see cref="NextCheck"/>, should readings go on as they are: holds for as long as nothing is noted and no vessel is moved.</summary>
    public static DateTimeOffset? NextByTime(ExposureInput input, DateTimeOffset at, DateTimeOffset? notAfter = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        var vessels = input.Vessels.Where(v => v.SeededAt <= at).ToArray();
        var metrics = input.Lineage(at);
        DateTimeOffset? next = null;
        foreach (var vessel in Distinct(vessels))
            foreach (var candidate in Candidates(input, vessel, metrics[vessel.VesselId], at))
                if (candidate > at && !(candidate >= next) && !(candidate > notAfter)) next = candidate;
        return next;
    }

    /// <summary>When the first channel of an incubator with product inside will have been silent for long enough to be a gap, should nothing arrive; may lie in the past.</summary>
    public static DateTimeOffset? NextSilence(ExposureInput input, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(input);
        DateTimeOffset? next = null;
        foreach (var vessel in Distinct([.. input.Vessels.Where(v => v.SeededAt <= at)]))
            if (StayOf(vessel, at) is { } stay && input.Incubators.TryGetValue(stay.IncubatorId, out var incubator))
                foreach (var channel in VesselExposure.EnvironmentChannels(incubator.Ledger))
                    if (SilentSince(channel, stay, at) + ChannelLedger.SilenceIsGapAfter is var silent && !(silent >= next)) next = silent;
        return next;
    }

    /// <summary>Whether anything was noted in (after, until]: a reading beyond limits, an excursion, the end of a gap, a vessel moved.</summary>
    public static bool HasFacts(ExposureInput input, DateTimeOffset after, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(input);
        return FactInstants(input, after, until).Any();
    }

    // Vessels of one history look ahead to the same instants.
    private static IEnumerable<VesselCulture> Distinct(IReadOnlyList<VesselCulture> vessels) =>
        Exposure.ProductVessels(vessels).DistinctBy(v => (v.SeededAt, v.CultureEndAt, string.Join('|', v.Stays), string.Join('|', v.ParentIds)));

    /// <summary>The stay in which a living culture is at an instant.</summary>
    private static Stay? StayOf(VesselCulture vessel, DateTimeOffset at) =>
        !(vessel.CultureEndAt <= at) && Exposure.StaysInCulture(vessel, at) is [.., { To: null } stay] ? stay : null;

    private static DateTimeOffset SilentSince(ChannelLedger channel, Stay stay, DateTimeOffset at) => channel.LastAt is null ? stay.From : GapAt(channel, stay, at).From - channel.Hold;

    /// <summary>The gap an instant lies in, or the next one after it; after the last reading the one that begins when it holds no more.</summary>
    private static Span GapAt(ChannelLedger channel, Stay stay, DateTimeOffset at)
    {
        var tail = new Span(SpanKind.Missing, channel.LastAt is { } last ? last + channel.Hold : stay.From, DateTimeOffset.MaxValue);
        return channel.Facts.Spans.Where(s => s.Kind == SpanKind.Missing && s.To > at).Append(tail).MinBy(s => s.From)!;
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

    // Without readings a gap passes its bounds, and an open excursion runs on.
    private static IEnumerable<DateTimeOffset> GapCandidates(ChannelLedger channel, Stay stay, VesselMetrics metrics, DateTimeOffset at)
    {
        var gap = GapAt(channel, stay, at);
        if (SilentSince(channel, stay, at) + ChannelLedger.SilenceIsGapAfter <= at)
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
