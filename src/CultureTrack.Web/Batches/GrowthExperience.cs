using System.Collections.Concurrent;
using CultureTrack.Domain.Calculations;
using CultureTrack.Grains.Batches;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Batches;

/// <summary>
/// What this laboratory's own cultures of a product teach about the next one (decision 0029): learnt from its latest batches, kept for an hour. Null until
/// enough of their forecasts have come to pass; then the reference cultures stand in.
/// </summary>
public sealed class GrowthExperience(ILabIndex lab, IGrainFactory grains, TimeProvider clock)
{
    private const int BatchesMost = 40;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(string Product, bool IsConfluence), (DateTimeOffset LearntAt, PastGrowth? Past)> _known = new();

    public async Task<PastGrowth?> Of(string productType, bool isConfluence, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue((productType, isConfluence), out var known) && now - known.LearntAt < KeptFor) return known.Past;
        var past = await Learn(productType, isConfluence, ct);
        _known[(productType, isConfluence)] = (now, past);
        return past;
    }

    private async Task<PastGrowth?> Learn(string productType, bool isConfluence, CancellationToken ct)
    {
        var cultures = new List<IReadOnlyList<GrowthPoint>>();
        foreach (var batch in (await lab.Batches(ct)).Where(b => b.ProductType == productType).OrderByDescending(b => b.Id, StringComparer.Ordinal).Take(BatchesMost))
        {
            if (await grains.GetGrain<IBatchGrain>(batch.Id).State() is not { } state) continue;
            foreach (var passage in GrowthSeries.Passages(state))
            {
                var seen = isConfluence ? GrowthSeries.Confluence(state, passage) : GrowthSeries.Cells(state, passage);
                if (seen.Count > 0) cultures.Add([.. seen.Select(p => new GrowthPoint((p.At - seen[0].At).TotalDays, p.Value))]);
            }
        }
        return PastGrowth.Learn(cultures, isConfluence);
    }
}
