using CultureTrack.Grains.Batches;
using CultureTrack.Web.Api;
using Marten;

namespace CultureTrack.Web.Laboratory;

/// <summary>Approved values of lots over time.</summary>
public sealed class LotTrends(IDocumentStore store)
{
    /// <summary>What has values: product and criterion, <c>ADSC ADSC-05(CD45)</c>.</summary>
    public async Task<IReadOnlyList<string>> Keys(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var known = await session.Query<LotValue>().Select(v => new { v.ProductType, v.Criterion }).Distinct().ToListAsync(ct);
        return [.. known.Select(k => $"{k.ProductType} {k.Criterion}").Distinct().Order(StringComparer.Ordinal)];
    }

    public Task<TrendView> Read(string product, string criterion, CancellationToken ct) => ControlEndpoints.LotTrend(store, product, criterion, ct);
}
