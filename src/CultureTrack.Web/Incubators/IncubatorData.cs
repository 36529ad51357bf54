using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Store.Readings;
using CultureTrack.Web.Alarms;
using CultureTrack.Web.Batches;
using CultureTrack.Web.Floor;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Incubators;

/// <summary>What the page of one incubator reads.</summary>
public sealed class IncubatorData(LabLive live, ILabIndex lab, FloorTrends trends)
{
    private const int Points = 700;

    public async Task<Tile?> Tile(string id, CancellationToken ct) =>
        (await lab.Equipment(ct)).FirstOrDefault(e => e.Id == id) is { } unit ? Floor.Tile.Of(unit, await live.Of(id)) : null;

    public async Task<IReadOnlyList<double?>> Trend(Tile tile, CancellationToken ct) => tile.Channels.FirstOrDefault() is { } channel ? await trends.Get(tile.Unit.Id, channel, ct) : [];

    public Task<IReadOnlyList<Occupancy>> Occupancy(string id, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => lab.Occupancy(id, from, to, ct);

    /// <summary>All analog channels over a period, read at the resolution of what is in view.</summary>
    public async Task<ChartSpec> Chart(Tile tile, DateTimeOffset from, DateTimeOffset to, (DateTimeOffset From, DateTimeOffset To) view, SiteContext site, IStringLocalizer<Words> l, CancellationToken ct)
    {
        var channels = (tile.Unit.Profile?.Channels ?? []).Where(c => c.IsJudged && (!c.Optional || tile.Value(c.Channel) is not null)).ToList();
        var buckets = Math.Clamp((int)(view.To - view.From).TotalMinutes, 30, Points);
        var trends = await lab.Trends(tile.Unit.Id, [.. channels.Select(c => c.Channel)], view.From, view.To, buckets, ct);
        var panels = channels.Select((channel, i) => Panel(tile, channel, trends[i], view.To, l)).ToList();
        var doors = await lab.Doors(tile.Unit.Id, view.From, view.To, ct);
        return new(Ms(from), Ms(to), site.Zone, l["Readings of {0}", tile.Unit.Id], panels)
        {
            Zoom = true,
            Areas = [.. doors.Select(d => new ChartArea("door", Ms(d.From), Ms(d.To)))],
        };
    }

    private static ChartPanel Panel(Tile tile, ChannelProfile channel, IReadOnlyList<ReadingBucket> trend, DateTimeOffset until, IStringLocalizer<Words> l)
    {
        var rows = new List<object?[]>();
        foreach (var bucket in trend) EnvironmentChart.Add(rows, bucket, channel);
        var alarms = tile.Alarms.Where(a => a.Channel == channel.Channel && a.Kind == "Limit");
        return new($"{l[AlarmWords.Channel(channel.Channel)]}, {channel.Unit}", [new(l[AlarmWords.Channel(channel.Channel)], rows)])
        {
            Limits = EnvironmentChart.Limits(channel, l),
            Areas = [.. alarms.Select(a => new ChartArea(a.Severity == "critical" ? "excursion" : "action", Ms(a.RaisedAt), Ms(a.ClearedAt ?? until)))],
        };
    }

    private static long Ms(DateTimeOffset t) => t.ToUnixTimeMilliseconds();
}
