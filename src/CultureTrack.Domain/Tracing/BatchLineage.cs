namespace CultureTrack.Domain.Tracing;

public enum LineageKind { Donor, Tissue, Batch, SubLot, Vessel, Pool, Container, Sample }
public enum LineageLink { Seeded, Passaged, Pooled, Split, Allocated, Filled, Sampled, Discarded }

/// <summary>One thing that held cells.</summary>
/// <param name="Id">Unique in the whole lab, also where a vessel's own id is used again later: <c>vessel/ADSC-26-0007/V-21</c>.</param>
/// <param name="Cells">Viable cells it was counted or seeded with.</param>
/// <param name="Cpdl">Cumulative population doublings of its cells, so far as they are known.</param>
/// <param name="Status">State of the batch, vessel or container, in the words of the record; <c>Contaminated</c> and <c>Discarded</c> above all.</param>
public sealed record LineageNode(string Id, LineageKind Kind, string Label, string? BatchId, decimal? Cells = null, int? Passage = null, double? Cpdl = null, string? Status = null);

public sealed record LineageEdge(string From, string To, Guid EventId, LineageLink Kind, decimal? Viable = null);

/// <summary>Where the cells of one suspension or fill went: in = out + discarded + lost.</summary>
/// <param name="Type">The entry that gave or took the cells.</param>
/// <param name="Id">The event, pool or sub-lot that names the suspension.</param>
/// <param name="CellsOut">Seeded, frozen, pooled, split or filled, and not discarded since.</param>
/// <param name="CellsLost">Counted and never used; negative when more was used than counted, within the error of counting (5 %).</param>
public sealed record LineageStep(
    string BatchId, Guid EventId, string Type, string Id, DateTimeOffset At, decimal CellsIn, decimal CellsOut, decimal CellsDiscarded, decimal CellsLost);

/// <summary>The family tree within one batch; cells of other batches are named by <see cref="LineageGraph.Cells"/>.</summary>
public sealed record BatchLineage(string Id, long Version, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, IReadOnlyList<LineageStep> Steps);
