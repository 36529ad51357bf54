using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Api;

/// <param name="Kind">Donor, Tissue, Batch, SubLot, Vessel, Pool, Container or Sample.</param>
public sealed record LineageNode(string Id, string Kind, string Label, decimal? Cells = null, int? Passage = null, double? Cpdl = null);

/// <param name="Kind">Seeded, Passaged, Pooled, Split, Allocated, Filled, Sampled or Discarded.</param>
public sealed record LineageEdge(string From, string To, Guid EventId, string Kind, decimal? Viable = null);

public sealed record LineageView(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, bool Truncated);

/// <summary>The family tree of a batch: donor, tissue, vessels, pools, containers and samples with the entries that connect them.</summary>
internal sealed class LineageGraph
{
    public const string Example = """
        {"nodes":[{"id":"donor/DN-0007","kind":"Donor","label":"DN-0007","cells":null,"passage":null,"cpdl":null},{"id":"vessel/V-21","kind":"Vessel","label":"V-21 1-layer stack","cells":2544000,"passage":1,"cpdl":0}],"edges":[{"from":"vessel/V-01","to":"vessel/V-21","eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","kind":"Passaged","viable":2544000}],"truncated":false}
        """;
    private const int MostNodes = 5000;

    private readonly BatchState _state;
    private readonly Dictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<LineageEdge> _edges = [];

    private LineageGraph(BatchState state) => _state = state;

    public static LineageView Of(BatchState state)
    {
        var graph = new LineageGraph(state);
        foreach (var e in state.History) graph.Add(e);
        var kept = graph._nodes.Values.Take(MostNodes).ToList();
        var ids = kept.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        return new(kept, [.. graph._edges.Where(x => ids.Contains(x.From) && ids.Contains(x.To))], graph._nodes.Count > MostNodes);
    }

    private string BatchNode => $"batch/{_state.BatchId}";
    private string Origin => _nodes.ContainsKey("tissue") ? "tissue" : BatchNode;

    private void Add(Recorded e)
    {
        switch (e.Body)
        {
            case BatchRegistered r:
                Node(new($"donor/{r.DonorRef}", "Donor", r.DonorRef));
                Node(new(BatchNode, "Batch", _state.BatchId));
                Edge($"donor/{r.DonorRef}", BatchNode, e, "Allocated");
                break;
            case TissueReceived t:
                Node(new("tissue", "Tissue", string.Create(CultureInfo.InvariantCulture, $"{t.Tissue} {t.Quantity} {t.QuantityUnit}, {t.Din}")));
                Edge(BatchNode, "tissue", e, "Allocated");
                break;
            case SourceCellsAllocated s: Allocated(e, s); break;
            case DermalEquivalentCast or ScaffoldSeeded: Placed(e); break;
            case VesselsSeeded s: Seeded(e, s); break;
            case CulturesPooled p: Joined(e, p.FromIds, p.ToIds, p.ViableEach, "Pool", "Pooled"); break;
            case SubLotSplit p: Joined(e, p.FromIds, p.ToIds, p.ViableEach, "SubLot", "Split"); break;
            case FillPerformed f: Filled(e, f); break;
            case CellsFrozen f:
                foreach (var c in f.Containers) Contained(e, c.Id, c.Viable, null);
                break;
            case SampleTaken s:
                Node(new($"sample/{s.SampleId}", "Sample", $"{s.SampleId} {string.Join(", ", s.Criteria)}"));
                foreach (var from in Parents(s.SourceIds)) Edge(from, $"sample/{s.SampleId}", e, "Sampled");
                break;
            case VesselDiscarded d: Discarded(e, d.Ids); break;
            case BatchDiscarded d: Discarded(e, d.Ids); break;
        }
        AllocatedFrom(e);
    }

    // A batch that starts from another one names it; the fields are the same whatever the event is called.
    private void AllocatedFrom(Recorded e)
    {
        if (e.Body.GetType().GetProperty("SourceBatchId")?.GetValue(e.Body) is not string source) return;
        Node(new($"batch/{source}", "Batch", source));
        Edge($"batch/{source}", BatchNode, e, "Allocated");
    }

    private void Allocated(Recorded e, SourceCellsAllocated s)
    {
        Node(new($"batch/{s.SourceBatchId}", "Batch", s.SourceBatchId));
        foreach (var v in s.Vessels ?? [])
        {
            Node(new($"vessel/{v.Id}", "Vessel", $"{v.Id} {v.Type}", _state.Culture.Vessels.GetValueOrDefault(v.Id)?.Seeded, s.Passage, (double)s.Cpdl));
            Edge($"batch/{s.SourceBatchId}", $"vessel/{v.Id}", e, "Allocated", _state.Culture.Vessels.GetValueOrDefault(v.Id)?.Seeded);
        }
        foreach (var id in s.ContainerIds ?? [])
        {
            Node(new($"container/{id}", "Container", id));
            Edge($"batch/{s.SourceBatchId}", $"container/{id}", e, "Allocated");
        }
    }

    // A construct is a vessel: cells in a matrix or on a carrier.
    private void Placed(Recorded e)
    {
        foreach (var v in _state.Culture.Vessels.Values.Where(v => v.IsConstruct && (v.SeedEventId == e.EventId || (v.DermalPassage is not null && v.SeededAt == e.OccurredAt))))
        {
            Node(new($"vessel/{v.Id}", "Vessel", $"{v.Id} {v.Type}", v.Seeded, v.Passage, v.CpdlAtSeeding));
            foreach (var from in Parents(v.SourceIds)) Edge(from, $"vessel/{v.Id}", e, "Seeded", v.Seeded);
        }
    }

    private void Seeded(Recorded e, VesselsSeeded s)
    {
        foreach (var v in s.Vessels)
        {
            var known = _state.Culture.Vessels.GetValueOrDefault(v.Id);
            Node(new($"vessel/{v.Id}", "Vessel", $"{v.Id} {v.Type}", known?.Seeded, s.Passage, known?.CpdlAtSeeding));
            foreach (var from in Parents(s.SourceIds))
                Edge(from, $"vessel/{v.Id}", e, from.StartsWith("vessel/", StringComparison.Ordinal) ? "Passaged" : "Seeded", s.CellsPerCm2 * v.AreaCm2);
        }
    }

    private void Joined(Recorded e, IReadOnlyList<string> from, IReadOnlyList<string> to, IReadOnlyList<decimal> viable, string kind, string edge)
    {
        foreach (var (id, i) in to.Select((id, i) => (id, i)))
        {
            var node = NodeOf(id) ?? $"{kind.ToLowerInvariant()}/{id}";
            var cells = i < viable.Count ? viable[i] : (decimal?)null;
            if (!_nodes.ContainsKey(node)) Node(new(node, kind, id, cells));
            foreach (var parent in Parents(from)) Edge(parent, node, e, edge, cells);
        }
    }

    private void Filled(Recorded e, FillPerformed f)
    {
        foreach (var c in f.Containers) Contained(e, c.Id, c.Viable, c.SourceId);
    }

    private void Contained(Recorded e, string id, decimal? viable, string? sourceId)
    {
        Node(new($"container/{id}", "Container", id, viable));
        var last = _state.Of<HarvestPerformed>().Where(h => h.Version < e.Version).SelectMany(h => h.Data.VesselIds)
            .Concat(_state.Of<SheetDetached>().Where(d => d.Version < e.Version).SelectMany(d => d.Data.Sheets).Where(s => s.SheetId == id || s.SheetId == sourceId).Select(s => s.FromVesselId));
        var parents = sourceId is not null && NodeOf(sourceId) is { } known ? [known] : Parents([.. last]);
        foreach (var from in parents) Edge(from, $"container/{id}", e, "Filled", viable);
    }

    private void Discarded(Recorded e, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
            if (NodeOf(id) is { } node) Edge(node, BatchNode, e, "Discarded");
    }

    /// <summary>Nodes of the things named; cells in suspension stand for the vessels they were taken from, an isolation for the tissue.</summary>
    private IReadOnlyList<string> Parents(IReadOnlyList<string> ids)
    {
        var parents = new List<string>();
        foreach (var id in ids)
        {
            if (NodeOf(id) is { } node) parents.Add(node);
            else if (_state.Culture.Sources.TryGetValue(id, out var source))
            {
                var from = source.ParentVesselIds.Select(NodeOf).Concat(source.ContainerIds.Select(NodeOf)).OfType<string>().ToList();
                parents.AddRange(from.Count > 0 ? from : [Origin]);
            }
        }
        return parents.Count > 0 ? [.. parents.Distinct()] : [Origin];
    }

    private string? NodeOf(string id) => Kinds.Select(kind => $"{kind}/{id}").FirstOrDefault(_nodes.ContainsKey);

    private static readonly string[] Kinds = ["vessel", "pool", "sublot", "container", "sample"];

    private void Node(LineageNode node) => _nodes[node.Id] = node;

    private void Edge(string from, string to, Recorded e, string kind, decimal? viable = null) => _edges.Add(new(from, to, e.EventId, kind, viable));
}
