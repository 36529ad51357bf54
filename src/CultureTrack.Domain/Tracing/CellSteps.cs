using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tracing;

/// <summary>
/// Conservation: what was counted into each suspension is what left it, what was discarded and what was lost on the way. Cells that went into a vessel or
/// container which was destroyed later count as discarded here.
/// </summary>
public static class CellSteps
{
    public static IReadOnlyList<LineageStep> Of(BatchState state)
    {
        var sources = state.Culture.Sources.Values.Where(s => s.Viable > 0).OrderBy(s => s.At).ThenBy(s => s.Id, StringComparer.Ordinal).ToList();
        var balances = CellBalance.Of(state).GroupBy(b => b.Id).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var discarded = Discarded(state, sources);
        var (types, order) = (state.History.ToDictionary(e => e.EventId, e => e.Type), state.History.Select((e, i) => (e.EventId, i)).ToDictionary(p => p.EventId, p => p.i));
        return [.. from s in sources
                   let id = s.EventId ?? (Guid.TryParse(s.Id, out var own) ? own : Guid.Empty)
                   where types.ContainsKey(id)
                   let balance = balances[s.Id]
                   let gone = Math.Min(balance.Out, discarded.GetValueOrDefault(s.Id))
                   orderby order[id], s.Id
                   select new LineageStep(state.BatchId, id, types[id], s.Id, s.At, balance.In, balance.Out - gone, balance.Discarded + gone, balance.Loss)];
    }

    // Cells seeded into a vessel that was discarded, frozen or filled into a container that was destroyed.
    private static Dictionary<string, decimal> Discarded(BatchState state, List<CellSource> sources)
    {
        var gone = new Dictionary<string, decimal>(StringComparer.Ordinal);
        void Book(string? source, decimal cells)
        {
            if (source is not null) gone[source] = gone.GetValueOrDefault(source) + cells;
        }
        foreach (var v in state.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.Discarded && v.SourceIds.Count > 0))
            Book(Lineage.Sources(state.Culture, v.SourceIds) is [var first, ..] ? first.Id : null, v.Seeded);
        foreach (var c in state.Product.Containers.Values.Where(c => c is { Withdrawn: true, Viable: not null }))
            Book(c.IsFilled ? sources.FindLast(s => state.Event(s.EventId ?? Guid.Empty)?.Body is HarvestPerformed)?.Id : FrozenFrom(state, sources, c.Id), c.Viable!.Value);
        return gone;
    }

    private static string? FrozenFrom(BatchState state, List<CellSource> sources, string containerId) =>
        state.Culture.Frozen.GetValueOrDefault(containerId) is { } frozen ? sources.FindLast(s => s.ParentVesselIds.SequenceEqual(frozen.ParentVesselIds))?.Id : null;
}
