using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tracing;

/// <summary>
/// The family tree of one batch from its entries: donor, tissue, vessels, pools, sub-lots, containers and samples. Cells detached from several vessels at once
/// are one suspension, so they stand as a pool; what is discarded goes into a sub-lot of its own, so that every edge leads forward and none in a circle.
/// </summary>
public sealed class LineageGraph
{
    private readonly BatchState _state;
    private readonly Dictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<LineageEdge> _edges = [];

    private LineageGraph(BatchState state) => _state = state;

    /// <summary>The tree after the last entry that changed it.</summary>
    public static BatchLineage Of(BatchState state)
    {
        var graph = new LineageGraph(state);
        foreach (var e in state.History) graph.Add(e);
        return new(state.BatchId, state.History.Last(e => ChangesWith(e.Body)).Version, [.. graph._nodes.Values], [.. graph._edges.Where(x => x.From != x.To).Distinct()], CellSteps.Of(state));
    }

    /// <summary>True for entries that change the tree.</summary>
    public static bool ChangesWith(EventData data) => data is BatchRegistered or TissueReceived or SourceCellsAllocated or IsolationPerformed or VesselsSeeded or DermalEquivalentCast or ScaffoldSeeded
        or PassagePerformed or HarvestPerformed or SheetDetached or ConditionedMediumCollected or CulturesPooled or SubLotSplit or FillPerformed or CellsFrozen or CellsThawed or SampleTaken
        or VesselDiscarded or BatchDiscarded or ConfluenceObserved { Contamination: Contamination.Suspected } or CellCounted or QcResultApproved or QcResultInvalidated or RecordCorrected
        or StoredAt or RemovedFromStorage or Shipped or Administered or Returned or SerumFreeWashDone or ReviewSubmitted or DispositionSigned or TissueRefused or BatchTerminated or BatchClosed;

    public static string Batch(string id) => $"batch/{id}";
    public static string Donor(string donorRef) => $"donor/{donorRef}";

    /// <summary>Stands in an edge for a vessel or container of another batch, whatever it is there.</summary>
    public static string Cells(string batchId, string id) => $"cells/{batchId}/{id}";

    /// <summary>The ids under which another batch may know what <see cref="Cells"/> names, the likeliest first.</summary>
    public static IEnumerable<string> Meanings(string cells)
    {
        var rest = cells["cells/".Length..];
        return Kinds.Select(k => $"{k}/{rest}").Append(Batch(rest[..rest.IndexOf('/')]));
    }

    private static readonly string[] Kinds = ["vessel", "container", "pool", "sublot", "sample"];

    private string Own(string kind, string id) => $"{kind}/{_state.BatchId}/{id}";
    private string Origin => _nodes.ContainsKey(Own("tissue", "1")) ? Own("tissue", "1") : Batch(_state.BatchId);

    private void Add(Recorded e)
    {
        switch (e.Body)
        {
            case BatchRegistered r:
                Node(new(Donor(r.DonorRef), LineageKind.Donor, r.DonorRef, null));
                Node(new(Batch(_state.BatchId), LineageKind.Batch, _state.BatchId, _state.BatchId, null, _state.Culture.Passage, _state.Culture.Cpdl, _state.State.ToString()));
                Edge(Donor(r.DonorRef), Batch(_state.BatchId), e, LineageLink.Allocated);
                break;
            case TissueReceived t:
                Node(new(Own("tissue", "1"), LineageKind.Tissue, string.Create(CultureInfo.InvariantCulture, $"{t.Tissue} {t.Quantity} {t.QuantityUnit}, {t.Din}"), _state.BatchId));
                Edge(Batch(_state.BatchId), Own("tissue", "1"), e, LineageLink.Allocated);
                break;
            case SourceCellsAllocated s: Allocated(e, s); break;
            case PassagePerformed p: Suspended(e, p.FromVesselIds, $"P{NextPassage(e) - 1} cells in suspension", p.ViableHarvested); break;
            case HarvestPerformed h: Suspended(e, h.VesselIds, "Harvest", h.Viable); break;
            case ConditionedMediumCollected c: Suspended(e, [.. EndedBy(e).Select(v => v.Id)], "Conditioned medium", c.ViableCells); break;
            case CellsThawed t: Suspended(e, t.ContainerIds, "Thawed cells", _state.Culture.Sources.GetValueOrDefault(e.EventId.ToString())?.Viable); break;
            case DermalEquivalentCast or ScaffoldSeeded: Placed(e); break;
            case VesselsSeeded s: Seeded(e, s); break;
            case CulturesPooled p: Joined(e, p.FromIds, p.ToIds, p.ViableEach, LineageKind.Pool, LineageLink.Pooled); break;
            case SubLotSplit p: Joined(e, p.FromIds, p.ToIds, p.ViableEach, LineageKind.SubLot, LineageLink.Split); break;
            case FillPerformed f: Filled(e, f); break;
            case CellsFrozen f: Frozen(e, f); break;
            case SampleTaken s:
                Node(new(Own("sample", s.SampleId), LineageKind.Sample, $"{s.SampleId} {string.Join(", ", s.Criteria)}", _state.BatchId));
                foreach (var from in Parents(s.SourceIds)) Edge(from, Own("sample", s.SampleId), e, LineageLink.Sampled);
                break;
            case VesselDiscarded d: Discarded(e, d.Ids, d.Reason); break;
            case BatchDiscarded d: Discarded(e, d.Ids, d.Reason); break;
        }
    }

    private int? NextPassage(Recorded e) => _state.Culture.Sources.GetValueOrDefault(e.EventId.ToString())?.NextPassage;

    private IEnumerable<Vessel> EndedBy(Recorded e) => _state.Culture.Vessels.Values.Where(v => v.HoldsProduct && v.EndedAt == e.OccurredAt && v.Status == VesselStatus.Emptied);

    private void Allocated(Recorded e, SourceCellsAllocated s)
    {
        Edge(Batch(s.SourceBatchId), Batch(_state.BatchId), e, LineageLink.Allocated);
        var to = new List<string>();
        foreach (var v in s.Vessels ?? []) to.Add(VesselNode(v.Id, v.Type, s.Passage, (double)s.Cpdl));
        foreach (var id in s.ContainerIds ?? []) to.Add(Node(new(Own("container", id), LineageKind.Container, id, _state.BatchId, null, s.Passage, (double)s.Cpdl, "Allocated")));
        var from = s.SourceIds.Select(id => Cells(s.SourceBatchId, id)).ToList();
        if (from.Count == to.Count || from.Count == 1)
            for (var i = 0; i < to.Count; i++) Edge(from[Math.Min(i, from.Count - 1)], to[i], e, LineageLink.Allocated, _nodes[to[i]].Cells);
        else
        {
            var pool = Node(new(Own("pool", e.EventId.ToString()), LineageKind.Pool, "Allocated cells", _state.BatchId, s.ViableCells, s.Passage, (double)s.Cpdl));
            foreach (var f in from) Edge(f, pool, e, LineageLink.Allocated);
            foreach (var t in to) Edge(pool, t, e, LineageLink.Allocated, _nodes[t].Cells);
        }
    }

    // Cells of one vessel go on from it by themselves; those of several are mixed.
    private void Suspended(Recorded e, IReadOnlyList<string> ids, string label, decimal? viable)
    {
        var from = ids.Select(NodeOf).OfType<string>().Distinct().ToList();
        if (from.Count < 2) return;
        var source = _state.Culture.Sources.GetValueOrDefault(e.EventId.ToString());
        var pool = Node(new(Own("pool", e.EventId.ToString()), LineageKind.Pool, label, _state.BatchId, viable, source?.NextPassage - 1, source?.Cpdl));
        foreach (var f in from) Edge(f, pool, e, e.Body is CellsThawed ? LineageLink.Pooled : LineageLink.Passaged);
    }

    // A construct is a vessel: cells in a matrix or on a carrier.
    private void Placed(Recorded e)
    {
        foreach (var v in _state.Culture.Vessels.Values.Where(v => v.IsConstruct && (v.SeedEventId == e.EventId || (v.DermalPassage is not null && v.SeededAt == e.OccurredAt))))
        {
            var node = VesselNode(v.Id, v.Type, v.Passage, v.CpdlAtSeeding);
            foreach (var from in Parents(v.SourceIds)) Edge(from, node, e, LineageLink.Seeded, v.Seeded);
        }
    }

    private void Seeded(Recorded e, VesselsSeeded s)
    {
        var from = Parents(s.SourceIds);
        foreach (var v in s.Vessels)
        {
            var known = _state.Culture.Vessels.GetValueOrDefault(v.Id);
            var node = VesselNode(v.Id, v.Type, s.Passage, known?.CpdlAtSeeding);
            foreach (var f in from) Edge(f, node, e, f.StartsWith("vessel/", StringComparison.Ordinal) ? LineageLink.Passaged : LineageLink.Seeded, s.CellsPerCm2 * v.AreaCm2);
        }
        // An epidermis that takes over a dermal equivalent under a new id goes on with its past.
        foreach (var dermal in _state.Culture.Vessels.Values.Where(v => v is { IsConstruct: true, Purpose: null } && v.EndedAt == e.OccurredAt && NodeOf(v.Id) is not null))
            foreach (var v in s.Vessels) Edge(NodeOf(dermal.Id)!, Own("vessel", v.Id), e, LineageLink.Seeded);
    }

    private string VesselNode(string id, string type, int? passage, double? cpdl)
    {
        var known = _state.Culture.Vessels.GetValueOrDefault(id);
        var status = known is null ? null : known.Contaminated ? known.Status == VesselStatus.Discarded ? "Contaminated, discarded" : "Contaminated" : known.Status.ToString();
        return Node(new(Own("vessel", id), LineageKind.Vessel, $"{id} {type}", _state.BatchId, known?.Seeded, passage, cpdl, status));
    }

    private void Joined(Recorded e, IReadOnlyList<string> from, IReadOnlyList<string> to, IReadOnlyList<decimal> viable, LineageKind kind, LineageLink link)
    {
        var parents = Parents(from);
        foreach (var (id, i) in to.Select((id, i) => (id, i)))
        {
            var source = _state.Culture.Sources.GetValueOrDefault(id);
            var cells = source?.Viable ?? (link == LineageLink.Split && i < viable.Count ? viable[i] : null);
            var node = NodeOf(id) ?? Node(new(Own(kind.ToString().ToLowerInvariant(), id), kind, id, _state.BatchId, cells, source?.NextPassage - 1, source?.Cpdl));
            foreach (var parent in parents) Edge(parent, node, e, link, cells);
        }
    }

    private void Filled(Recorded e, FillPerformed f)
    {
        var harvests = _state.Of<HarvestPerformed>().Where(h => h.Version < e.Version).Select(h => h.EventId)
            .Concat(_state.Of<ConditionedMediumCollected>().Where(h => h.Version < e.Version).Select(h => h.EventId)).ToList();
        foreach (var c in f.Containers)
        {
            var sheets = _state.Of<SheetDetached>().Where(d => d.Version < e.Version).SelectMany(d => d.Data.Sheets).Where(s => s.SheetId == c.Id || s.SheetId == c.SourceId).Select(s => NodeOf(s.FromVesselId));
            var parents = sheets.Append(c.SourceId is null ? null : NodeOf(c.SourceId)).OfType<string>().Distinct().ToList();
            if (parents.Count == 0) parents.AddRange(harvests.SelectMany(h => Emptied(h)).Concat(EndedBy(e).Where(v => v.IsConstruct).Select(v => NodeOf(v.Id))).OfType<string>().Distinct());
            Contained(e, c.Id, c.Viable, parents.Count > 0 ? parents : [Origin]);
        }
    }

    private IEnumerable<string?> Emptied(Guid harvest) => _nodes.ContainsKey(Own("pool", harvest.ToString())) ? [Own("pool", harvest.ToString())]
        : (_state.Event(harvest)?.Body as HarvestPerformed)?.VesselIds.Select(NodeOf) ?? _state.Culture.Vessels.Values.Where(v => v.EndedAt == _state.Event(harvest)?.OccurredAt).Select(v => NodeOf(v.Id));

    private void Frozen(Recorded e, CellsFrozen f)
    {
        // A final product that is frozen stays in the containers it was filled into.
        foreach (var c in f.Containers.Where(c => NodeOf(c.Id) is null))
        {
            var from = _state.Culture.Frozen.GetValueOrDefault(c.Id)?.ParentVesselIds ?? [];
            var pool = _state.Culture.Sources.Values.LastOrDefault(s => s.ParentVesselIds.Count > 1 && s.ParentVesselIds.SequenceEqual(from) && _nodes.ContainsKey(Own("pool", s.Id)));
            Contained(e, c.Id, c.Viable, pool is not null ? [Own("pool", pool.Id)] : Parents(from));
        }
    }

    private void Contained(Recorded e, string id, decimal? viable, IReadOnlyList<string> parents)
    {
        var known = _state.Product.Containers.GetValueOrDefault(id);
        var status = known switch { null => null, { Withdrawn: true } => "Discarded", { Administered: true } => "Administered", { Returned: true } => "Returned", { Shipped: true } => "Shipped", { StoredIn: not null } => "Stored", _ => "InHouse" };
        Node(new(Own("container", id), LineageKind.Container, id, _state.BatchId, viable, _state.Culture.Passage, _state.Culture.Cpdl, status));
        foreach (var from in parents) Edge(from, Own("container", id), e, LineageLink.Filled, viable);
    }

    private void Discarded(Recorded e, IReadOnlyList<string> ids, DiscardReason reason)
    {
        var from = ids.Select(NodeOf).OfType<string>().Distinct().ToList();
        if (from.Count == 0) return;
        var sink = Node(new(Own("sublot", $"discarded-{e.EventId}"), LineageKind.SubLot, $"Discarded: {reason}", _state.BatchId, from.Sum(f => _nodes[f].Cells ?? 0), null, null, "Discarded"));
        foreach (var f in from) Edge(f, sink, e, LineageLink.Discarded, _nodes[f].Cells);
    }

    /// <summary>Nodes of the things named; cells in suspension stand for what they were taken from, an isolation for the tissue.</summary>
    private IReadOnlyList<string> Parents(IReadOnlyList<string> ids)
    {
        var parents = new List<string>();
        foreach (var id in ids)
        {
            var source = Lineage.Source(_state.Culture, id);
            if (source is not null && NodeOf(source.Id) is { } suspension) parents.Add(suspension);
            else if (NodeOf(id) is { } node) parents.Add(node);
            else if (source is not null) parents.AddRange(source.ParentVesselIds.Concat(source.ContainerIds).Select(NodeOf).OfType<string>().DefaultIfEmpty(Origin));
        }
        return parents.Count > 0 ? [.. parents.Distinct()] : [Origin];
    }

    private string? NodeOf(string id) => Kinds.Select(kind => Own(kind, id)).FirstOrDefault(_nodes.ContainsKey);

    private string Node(LineageNode node)
    {
        _nodes[node.Id] = node;
        return node.Id;
    }

    private void Edge(string from, string to, Recorded e, LineageLink kind, decimal? viable = null) => _edges.Add(new(from, to, e.EventId, kind, viable));
}
