using CultureTrack.Domain.Tracing;
using CultureTrack.Grains.Batches;
using CultureTrack.Store.Tracing;
using Marten;

namespace CultureTrack.Grains.Tracing;

public enum LineageDirection { Ancestors, Descendants, Both }

/// <param name="Truncated">There is more beyond the depth or the number of nodes asked for.</param>
public sealed record LineageFound(
    long Version, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, bool Truncated, IReadOnlyList<LineageStep> Steps);

/// <summary>Puts the family trees of a batch and of those it is related to together.</summary>
public sealed class LineageSearch(IDocumentStore store, ContactTable contacts, IGrainFactory grains)
{
    public const int MostDepth = 100, UsualNodes = 10_000, MostNodes = 20_000;

    /// <returns>Null: unknown batch.</returns>
    public async Task<LineageFound?> Find(string batchId, LineageDirection direction, int depth, int limit, CancellationToken ct)
    {
        if (await grains.GetGrain<IBatchGrain>(batchId).State() is not { } state) return null;
        var links = await contacts.Family([batchId], ct);
        var (near, isCut) = Near(batchId, links, direction, depth);
        // The graph refers to these; each is at least a point in it.
        var parts = await Parts(near, batchId, LineageGraph.Of(state), ct);
        return Together(parts, limit, isCut, state.Version);
    }

    /// <summary>Batches up to a distance, the nearest first.</summary>
    private static (List<string> Ids, bool IsCut) Near(string start, IReadOnlyList<Contact> links, LineageDirection direction, int depth)
    {
        var (up, down) = (links.ToLookup(l => l.BatchId, l => l.Key), links.ToLookup(l => l.Key, l => l.BatchId));
        var found = new List<string> { start };
        var seen = new HashSet<string>([start], StringComparer.Ordinal);
        var isCut = false;
        foreach (var next in new[] { direction == LineageDirection.Descendants ? null : up, direction == LineageDirection.Ancestors ? null : down }.OfType<ILookup<string, string>>())
        {
            List<string> level = [start];
            for (var away = 1; level.Count > 0; away++)
            {
                level = [.. level.SelectMany(id => next[id]).Distinct().Order(StringComparer.Ordinal).Where(seen.Add)];
                isCut |= away > depth && level.Count > 0;
                if (away > depth) break;
                found.AddRange(level);
            }
        }
        return (found, isCut);
    }

    private async Task<List<BatchLineage>> Parts(List<string> ids, string own, BatchLineage ownPart, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var kept = (await session.LoadManyAsync<BatchLineage>(ct, [.. ids.Where(id => id != own)])).ToDictionary(p => p.Id, StringComparer.Ordinal);
        kept[own] = ownPart;
        return [.. ids.Where(kept.ContainsKey).Select(id => kept[id])];
    }

    private static LineageFound Together(List<BatchLineage> parts, int limit, bool isCut, long version)
    {
        var nodes = new Dictionary<string, LineageNode>(StringComparer.Ordinal);
        foreach (var node in parts.SelectMany(p => p.Nodes))
        {
            if (nodes.Count >= limit && !nodes.ContainsKey(node.Id)) { isCut = true; continue; }
            nodes[node.Id] = node;
        }
        var edges = new List<LineageEdge>();
        foreach (var edge in parts.SelectMany(p => p.Edges))
        {
            var from = edge.From.StartsWith("cells/", StringComparison.Ordinal) ? LineageGraph.Meanings(edge.From).FirstOrDefault(nodes.ContainsKey) ?? LineageGraph.Meanings(edge.From).Last() : edge.From;
            // A source that lies beyond what was asked for still shows that there is one.
            if (!nodes.ContainsKey(from) && from.StartsWith("batch/", StringComparison.Ordinal) && nodes.ContainsKey(edge.To) && nodes.Count < limit)
                nodes[from] = new(from, LineageKind.Batch, from["batch/".Length..], from["batch/".Length..]);
            if (nodes.ContainsKey(from) && nodes.ContainsKey(edge.To)) edges.Add(edge with { From = from });
        }
        return new(version, [.. nodes.Values], edges, isCut, [.. parts.SelectMany(p => p.Steps)]);
    }
}
