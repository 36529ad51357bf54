using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tracing;

/// <summary>Conservation: what was counted into each suspension is what left it, what was discarded and what was lost on the way.</summary>
public static class CellSteps
{
    public static IReadOnlyList<LineageStep> Of(BatchState state)
    {
        var sources = state.Culture.Sources.Values.Where(s => s.Viable > 0).OrderBy(s => s.At).ThenBy(s => s.Id, StringComparer.Ordinal).ToList();
        var filled = Filled(state, sources);
        var discarded = Discarded(state, sources);
        var (types, order) = (state.History.ToDictionary(e => e.EventId, e => e.Type), state.History.Select((e, i) => (e.EventId, i)).ToDictionary(p => p.EventId, p => p.i));
        return [.. from s in sources
                   let id = s.EventId ?? (Guid.TryParse(s.Id, out var own) ? own : Guid.Empty)
                   where types.ContainsKey(id)
                   let used = s.Used + filled.GetValueOrDefault(s.Id)
                   let gone = Math.Min(used, discarded.GetValueOrDefault(s.Id))
                   orderby order[id], s.Id
                   select new LineageStep(state.BatchId, id, types[id], s.Id, s.At, s.Viable, used - gone, gone, s.Viable - used)];
    }

    /// <summary>Cells filled, booked on the harvests in their order; what is over the count of all, on the last.</summary>
    private static Dictionary<string, decimal> Filled(BatchState state, IReadOnlyList<CellSource> sources)
    {
        var booked = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var harvests = state.Of<HarvestPerformed>().Select(h => sources.FirstOrDefault(s => s.Id == h.EventId.ToString())).OfType<CellSource>().ToList();
        if (harvests.Count == 0) return booked;
        foreach (var container in state.Of<FillPerformed>().SelectMany(f => f.Data.Containers).Where(c => c.Viable is not null))
        {
            var harvest = harvests.FirstOrDefault(h => h.Left - booked.GetValueOrDefault(h.Id) >= container.Viable) ?? harvests[^1];
            booked[harvest.Id] = booked.GetValueOrDefault(harvest.Id) + container.Viable!.Value;
        }
        return booked;
    }

    // Cells seeded into a vessel that was discarded, frozen or filled into a container that was destroyed.
    private static Dictionary<string, decimal> Discarded(BatchState state, IReadOnlyList<CellSource> sources)
    {
        var gone = new Dictionary<string, decimal>(StringComparer.Ordinal);
        void Book(string? source, decimal cells)
        {
            if (source is not null) gone[source] = gone.GetValueOrDefault(source) + cells;
        }
        foreach (var v in state.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.Discarded && v.SourceIds.Count > 0))
            Book(Lineage.Sources(state.Culture, v.SourceIds).FirstOrDefault()?.Id, v.Seeded);
        foreach (var c in state.Product.Containers.Values.Where(c => c is { Withdrawn: true, Viable: not null }))
            Book(c.IsFilled ? sources.LastOrDefault(s => state.Event(s.EventId ?? Guid.Empty)?.Body is HarvestPerformed)?.Id : FrozenFrom(state, sources, c.Id), c.Viable!.Value);
        return gone;
    }

    private static string? FrozenFrom(BatchState state, IReadOnlyList<CellSource> sources, string containerId) =>
        state.Culture.Frozen.GetValueOrDefault(containerId) is { } frozen ? sources.LastOrDefault(s => s.ParentVesselIds.SequenceEqual(frozen.ParentVesselIds))?.Id : null;
}
