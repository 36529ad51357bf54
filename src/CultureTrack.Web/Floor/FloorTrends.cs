using System.Collections.Concurrent;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Floor;

/// <summary>The last hours of each channel for the tiles, shared by all who look and read again only every minute.</summary>
public sealed class FloorTrends(ILabIndex lab, TimeProvider clock)
{
    public static readonly TimeSpan Reach = TimeSpan.FromHours(6);
    private const int Points = 90;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Incubator, string Channel), (DateTimeOffset ReadAt, IReadOnlyList<double?> Points)> _kept = new();

    public async Task<IReadOnlyList<double?>> Get(string incubatorId, string channel, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue((incubatorId, channel), out var kept) && now - kept.ReadAt < Fresh && now >= kept.ReadAt) return kept.Points;
        var buckets = await lab.Trends(incubatorId, [channel], now - Reach, now, Points, ct);
        IReadOnlyList<double?> points = [.. buckets[0].Select(b => b.Mean)];
        _kept[(incubatorId, channel)] = (now, points);
        return points;
    }
}
