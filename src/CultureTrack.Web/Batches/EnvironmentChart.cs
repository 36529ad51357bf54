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
        var equipment = await data.Equipment(ct);
        var panels = new List<ChartPanel>();
        foreach (var channel in Channels)
            if (await Panel(data, channel, stays, exposure, equipment, (from, to), (zoomFrom ?? from, zoomTo ?? to), l, ct) is { } panel) panels.Add(panel);
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

    private static async Task<ChartPanel?> Panel(BatchPageData data, string channel, IReadOnlyList<StayView> stays, ExposureView exposure,
        IReadOnlyDictionary<string, EquipmentLine> equipment, (DateTimeOffset From, DateTimeOffset To) all, (DateTimeOffset From, DateTimeOffset To) view,
        IStringLocalizer<Words> l, CancellationToken ct)
    {
        var profile = stays.Select(s => equipment.GetValueOrDefault(s.IncubatorId)?.Profile?.Find(channel)).LastOrDefault(p => p is not null);
        if (profile is not { IsJudged: true }) return null;
        var rows = new List<object?[]>();
        foreach (var stay in stays)
        {
            var (from, to) = (Later(stay.From, view.From), Earlier(stay.To ?? exposure.At, view.To));
            if (to <= from) continue;
            var share = Math.Max(20, (int)(Points * ((to - from) / (view.To - view.From))));
            foreach (var bucket in await data.Trend(stay.IncubatorId, channel, from, to, Math.Min(share, Math.Max(20, (int)(to - from).TotalMinutes)), ct)) Add(rows, bucket, profile);
            rows.Add([Ms(to), null]);
        }
        var inside = exposure.Excursions.Where(e => e.Channel == channel && e.Status != ExcursionStatus.Withdrawn && stays.Any(s => s.IncubatorId == e.IncubatorId));
        var gaps = exposure.Gaps.Where(g => g.Channel == channel && stays.Any(s => s.IncubatorId == g.IncubatorId));
        return new($"{l[AlarmWords.Channel(channel)]}, {profile.Unit}", [new(l[AlarmWords.Channel(channel)], rows)])
        {
            Limits = Limits(profile, l),
            Areas = [.. inside.Select(e => new ChartArea(e.Severity == ExcursionSeverity.critical ? "excursion" : "action", Ms(e.StartAt), Ms(e.EndAt ?? all.To))), .. gaps.Select(g => new ChartArea("gap", Ms(g.From), Ms(g.To)))],
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
