using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Web.Alarms;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Batches;

/// <summary>All channels along one vessel's own way through incubators, with what happened on it.</summary>
internal static class EnvironmentChart
{
    private const int Points = 900;
    private static readonly string[] Channels = ["temperature", "co2", "humidity", "o2"];

    public static async Task<ChartSpec> Make(BatchPageData data, BatchState state, ExposureView exposure, string vesselId, DateTimeOffset? zoomFrom, DateTimeOffset? zoomTo,
        IStringLocalizer<Words> l, CancellationToken ct)
    {
        var stays = exposure.Vessels.First(v => v.VesselId == vesselId).Stays;
        var (from, to) = (stays.Min(s => s.From), stays.Max(s => s.To ?? exposure.At));
        var profiles = Judged(stays, await data.Equipment(ct));
        var rows = await Rows(data, profiles, stays, exposure, (zoomFrom ?? from, zoomTo ?? to), ct);
        var panels = profiles.Select((profile, i) => Panel(profile, rows[i], stays, exposure, to, l)).ToList();
        var areas = new List<ChartArea>();
        foreach (var stay in stays)
            areas.AddRange((await data.Doors(stay.IncubatorId, stay.From, stay.To ?? exposure.At, ct)).Select(d => new ChartArea("door", Ms(d.From), Ms(d.To))));
        return new(Ms(from), Ms(to), state.Zone, l["Environment of vessel {0} with {1} excursions", vesselId, exposure.Excursions.Count], panels)
        {
            Areas = areas,
            Moves = [.. stays.Select(s => new ChartMove($"→ {s.IncubatorId}", Ms(s.From)))],
            Zoom = true,
            KeepZoom = zoomFrom is not null,
        };
    }

    private static IReadOnlyList<ChannelProfile> Judged(IReadOnlyList<StayView> stays, IReadOnlyDictionary<string, EquipmentLine> equipment) =>
        [.. Channels.Select(c => stays.Select(s => equipment.GetValueOrDefault(s.IncubatorId)?.Profile?.Find(c)).LastOrDefault(p => p is not null)).OfType<ChannelProfile>().Where(p => p.IsJudged)];

    /// <summary>The line of each channel along all stays, at the resolution of what is in view.</summary>
    private static async Task<IReadOnlyList<List<object?[]>>> Rows(BatchPageData data, IReadOnlyList<ChannelProfile> profiles, IReadOnlyList<StayView> stays, ExposureView exposure,
        (DateTimeOffset From, DateTimeOffset To) view, CancellationToken ct)
    {
        var rows = profiles.Select(_ => new List<object?[]>()).ToList();
        foreach (var stay in stays)
        {
            var (from, to) = (Later(stay.From, view.From), Earlier(stay.To ?? exposure.At, view.To));
            if (to <= from) continue;
            var share = Math.Max(20, (int)(Points * ((to - from) / (view.To - view.From))));
            var buckets = Math.Min(share, Math.Max(20, (int)(to - from).TotalMinutes));
            var trends = await data.Trends(stay.IncubatorId, [.. profiles.Select(p => p.Channel)], from, to, buckets, ct);
            for (var i = 0; i < profiles.Count; i++)
            {
                foreach (var bucket in trends[i]) Add(rows[i], bucket, profiles[i]);
                rows[i].Add([Ms(to), null]);
            }
        }
        return rows;
    }

    private static ChartPanel Panel(ChannelProfile profile, List<object?[]> rows, IReadOnlyList<StayView> stays, ExposureView exposure, DateTimeOffset until, IStringLocalizer<Words> l)
    {
        var channel = profile.Channel;
        var inside = exposure.Excursions.Where(e => e.Channel == channel && e.Status != ExcursionStatus.Withdrawn && stays.Any(s => s.IncubatorId == e.IncubatorId));
        var gaps = exposure.Gaps.Where(g => g.Channel == channel && stays.Any(s => s.IncubatorId == g.IncubatorId));
        return new($"{l[AlarmWords.Channel(channel)]}, {profile.Unit}", [new(l[AlarmWords.Channel(channel)], rows)])
        {
            Limits = Limits(profile, l),
            Areas = [.. inside.Select(e => new ChartArea(e.Severity == ExcursionSeverity.critical ? "excursion" : "action", Ms(e.StartAt), Ms(e.EndAt ?? until))), .. gaps.Select(g => new ChartArea("gap", Ms(g.From), Ms(g.To)))],
        };
    }

    // An interval that left its limits is drawn at its extreme, so that no zoom level hides a departure.
    internal static void Add(List<object?[]> rows, Store.Readings.ReadingBucket bucket, ChannelProfile? profile)
    {
        var middle = Ms(bucket.From + ((bucket.To - bucket.From) / 2));
        if (bucket.Mean is not { } mean) { rows.Add([middle, null]); return; }
        var shown = profile is null ? mean : bucket.Max > profile.LimitOf(Severity.Action, Side.High) ? bucket.Max!.Value : bucket.Min < profile.LimitOf(Severity.Action, Side.Low) ? bucket.Min!.Value : mean;
        rows.Add([middle, Math.Round(shown, 3), $"{Num.Reading(profile?.Channel ?? "", shown)} {profile?.Unit}"]);
    }

    internal static IReadOnlyList<ChartLimit> Limits(ChannelProfile profile, IStringLocalizer<Words> l)
    {
        var limits = new List<ChartLimit>();
        if (profile.SetPoint is { } set) limits.Add(new(l["set {0}", Num.Plain(set)], (double)set, "set"));
        foreach (var (severity, word) in new[] { (Severity.Action, "action"), (Severity.Critical, "critical") })
            foreach (var side in new[] { Side.Low, Side.High })
                if (profile.LimitOf(severity, side) is { } limit) limits.Add(new($"{l[word]} {Num.Plain((decimal)limit)}", limit, word));
        return limits;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
    internal static long Ms(DateTimeOffset t) => t.ToUnixTimeMilliseconds();
}
