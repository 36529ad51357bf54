namespace CultureTrack.Domain.Telemetry;

/// <summary>
/// Storage of a product until release (CM-15, domain.md 4.7): stay by stay of each container, its freezer's temperature may rise above −65.0 °C once, to
/// −50.0 °C at most and for 60 min at most; more than 60 min without data is for quality to assess. Values as received, °C.
/// </summary>
public static class StorageExposure
{
    public const double RiseAboveC = -65.0, PeakMostC = -50.0;
    public const double RiseMostMin = 60, MissingMostMin = 60;

    /// <summary>The worst container as known at an instant; null while nothing was stored.</summary>
    /// <param name="criterionId">The criterion of the product's specification that is judged so.</param>
    public static ExposureMetric? Evaluate(string criterionId, ExposureInput storage, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var kept = storage.Vessels.Where(v => v.Use == VesselUse.Product).ToList();
        // Containers that lay together share one history.
        var ways = kept.Select(v => (v.VesselId, Stays: Exposure.StaysInCulture(v, at))).Where(v => v.Stays.Count > 0)
            .GroupBy(v => string.Join('|', v.Stays.Select(s => $"{s.IncubatorId},{s.From.UtcTicks},{s.To?.UtcTicks}"))).Select(g => g.First());
        return ways.Select(w => Judge(criterionId, w.VesselId, w.Stays, storage, at)).OrderByDescending(m => m.Band).ThenByDescending(m => m.Value).FirstOrDefault();
    }

    /// <summary>When missing data would pass their bound, should nothing more arrive; null when nothing is stored.</summary>
    public static DateTimeOffset? NextCheck(ExposureInput storage, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return storage.Vessels.Any(v => v.Use == VesselUse.Product && v.Stays.Any(s => s.To is null)) ? at.AddMinutes(MissingMostMin + 1) : null;
    }

    private static ExposureMetric Judge(string criterionId, string container, IReadOnlyList<Stay> stays, ExposureInput storage, DateTimeOffset at)
    {
        var rises = new List<double>();
        double? peak = null;
        var missing = 0.0;
        foreach (var stay in stays)
        {
            var (from, to) = (stay.From, stay.To ?? at);
            if (!storage.Incubators.TryGetValue(stay.IncubatorId, out var freezer) || !freezer.Ledger.Channels.TryGetValue(Channels.Temperature, out var channel))
            {
                missing += (to - from).TotalMinutes;
                continue;
            }
            rises.AddRange(Rises(channel, from, to));
            missing += channel.Gaps(from, to, at).Sum(g => (g.To - g.From).TotalMinutes);
            if (channel.Extremes(from, to) is { } extremes && !(extremes.Max <= peak)) peak = extremes.Max;
        }
        var band = peak > PeakMostC || rises.Count > 1 || rises.Any(r => r > RiseMostMin) ? Band.Fail
            : missing > MissingMostMin ? Band.Assess : Band.Pass;
        return new(criterionId, peak, "°C", band, container);
    }

    /// <summary>Minutes of each continuous rise: readings above the limit, each holding until the next one, or at most 2.5 periods.</summary>
    private static List<double> Rises(ChannelLedger channel, DateTimeOffset from, DateTimeOffset to)
    {
        var rises = new List<double>();
        DateTimeOffset? begun = null;
        var until = from;
        foreach (var s in channel.Facts.Samples.Where(s => s.At <= to && s.At + channel.Hold > from))
        {
            if (begun is { } start && (s.Value <= RiseAboveC || s.At > until))
            {
                rises.Add(((s.At < until ? s.At : until) - start).TotalMinutes);
                begun = null;
            }
            if (s.Value <= RiseAboveC) continue;
            begun ??= s.At > from ? s.At : from;
            until = s.At + channel.Hold < to ? s.At + channel.Hold : to;
        }
        if (begun is { } open) rises.Add((until - open).TotalMinutes);
        // A freezer whose own limits lie higher does not note such readings singly: an hour that had one counts whole and longer.
        rises.AddRange(channel.Facts.Hours.Where(h => h.Max > RiseAboveC && h.Hour < to && h.Hour.AddHours(1) > from).Select(_ => RiseMostMin + channel.Hold.TotalMinutes));
        return rises;
    }
}
