using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Lab;
using Marten;

namespace CultureTrack.Grains.Incubators;

/// <summary>What happened to alarms, and what figures that makes.</summary>
public sealed class AlarmHistory(IDocumentStore store, TimeProvider clock)
{
    /// <summary>Longest period of figures.</summary>
    public static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);
    private static readonly TimeSpan FloodsAreWithin = TimeSpan.FromHours(24);

    /// <summary>Lines of [from, to), of all equipment or one.</summary>
    public async Task<IReadOnlyList<AlarmLine>> Lines(string? incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        IQueryable<AlarmLine> found = session.Query<AlarmLine>().Where(l => l.At >= from && l.At < to);
        if (incubatorId is not null) found = found.Where(l => l.IncubatorId == incubatorId);
        return [.. (await found.ToListAsync(ct)).OrderBy(l => l.IncubatorId, StringComparer.Ordinal).ThenBy(l => l.Number)];
    }

    /// <summary>Figures of a period at all sites or one; null when there is no such site.</summary>
    public async Task<AlarmMetrics?> Metrics(DateTimeOffset from, DateTimeOffset to, string? site, CancellationToken ct)
    {
        var sites = (await Sites(ct)).Where(s => site is null || s == site).ToList();
        if (site is not null && sites.Count == 0) return null;
        var lines = await Lines(null, from - AlarmMetrics.LooksBack, to, ct);
        return AlarmMetrics.Of(lines.Where(l => sites.Contains(l.Site)), from, to, sites);
    }

    /// <summary>Sites whose operator gets more alarms at this time than anybody can take in.</summary>
    public async Task<IReadOnlyList<SiteFlood>> FloodsNow(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var lines = await Lines(null, now - FloodsAreWithin, now.AddMilliseconds(1), ct);
        return [.. lines.Where(l => l.Calls).GroupBy(l => l.Site).SelectMany(g => AlarmQuality.Floods(g.Select(l => l.At), now).Where(f => f.To is null)
            .Select(f => new SiteFlood(g.Key, f.From, null, f.Alarms)))];
    }

    private async Task<IReadOnlyList<string>> Sites(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<Site>().ToListAsync(ct)).Select(s => s.SiteId).Order(StringComparer.Ordinal)];
    }
}
