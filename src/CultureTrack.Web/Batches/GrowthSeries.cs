using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Batches;

/// <summary>Something seen of a growing culture: viable cells, or confluence in percent.</summary>
public sealed record GrowthSight(DateTimeOffset At, double Value);

/// <summary>What a batch's record says about growth, passage by passage.</summary>
public static class GrowthSeries
{
    /// <summary>Vessels of the last passage that holds product, whether or not they are harvested by now.</summary>
    public static IReadOnlyList<Vessel> Present(BatchState s) => Passages(s).LastOrDefault() ?? [];

    public static IEnumerable<IReadOnlyList<Vessel>> Passages(BatchState s) =>
        s.Culture.Vessels.Values.Where(v => v is { HoldsProduct: true, SeededAt: not null }).GroupBy(v => v.Passage).OrderBy(g => g.Key).Select(g => g.ToList());

    /// <summary>What was seeded, then every count of these vessels.</summary>
    public static IReadOnlyList<GrowthSight> Cells(BatchState s, IReadOnlyList<Vessel> vessels)
    {
        if (vessels.Count == 0) return [];
        var seeded = new GrowthSight(vessels.Min(v => v.SeededAt!.Value), (double)vessels.Sum(v => v.Seeded));
        var ids = Ids(vessels);
        var counts = s.Of<CellCounted>().Where(c => c.Data.VesselId is { } id && ids.Contains(id) && c.OccurredAt > seeded.At)
            .Select(c => new GrowthSight(c.OccurredAt, (double)(c.Data.ViablePerMl * c.Data.VolumeMl)));
        return [seeded, .. counts.Where(c => c.Value > 0).OrderBy(c => c.At)];
    }

    public static IReadOnlyList<GrowthSight> Confluence(BatchState s, IReadOnlyList<Vessel> vessels)
    {
        var ids = Ids(vessels);
        return [.. s.Of<ConfluenceObserved>().Where(c => ids.Contains(c.Data.VesselId) && c.Data.Pct > 0).OrderBy(c => c.OccurredAt).Select(c => new GrowthSight(c.OccurredAt, (double)c.Data.Pct))];
    }

    private static HashSet<string> Ids(IEnumerable<Vessel> vessels) => vessels.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
}
