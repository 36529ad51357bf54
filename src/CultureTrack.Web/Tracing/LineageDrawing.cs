using CultureTrack.Domain.Tracing;

namespace CultureTrack.Web.Tracing;

/// <summary>Where a node stands in the drawing, in units of the picture.</summary>
public sealed record PlacedNode(LineageNode Node, double X, double Y, LineageEdge? CameBy);

public sealed record PlacedEdge(LineageEdge Edge, double X1, double Y1, double X2, double Y2);

/// <summary>A lineage drawn from left to right: each thing one column after the last of what it comes from, children near their parents.</summary>
public sealed class LineageDrawing
{
    public const double NodeWidth = 168, NodeHeight = 52, ColumnGap = 60, RowGap = 14, Margin = 12;

    /// <summary>More than that nobody can read as a picture; the table shows all.</summary>
    public const int MostNodes = 400;

    private LineageDrawing(IReadOnlyList<PlacedNode> nodes, IReadOnlyList<PlacedEdge> edges)
    {
        (Nodes, Edges) = (nodes, edges);
        (Width, Height) = (nodes.Max(n => n.X) + NodeWidth + Margin, nodes.Max(n => n.Y) + NodeHeight + Margin);
    }

    public IReadOnlyList<PlacedNode> Nodes { get; }
    public IReadOnlyList<PlacedEdge> Edges { get; }
    public double Width { get; }
    public double Height { get; }

    /// <returns>Null for more nodes than can be read.</returns>
    public static LineageDrawing? Of(IReadOnlyList<LineageNode> nodes, IReadOnlyList<LineageEdge> edges)
    {
        if (nodes.Count is 0 or > MostNodes) return null;
        var into = edges.ToLookup(e => e.To, StringComparer.Ordinal);
        var columns = Columns(nodes, into);
        var placed = new Dictionary<string, PlacedNode>(StringComparer.Ordinal);
        foreach (var column in nodes.GroupBy(n => columns[n.Id]).OrderBy(g => g.Key))
        {
            // Near the middle of their parents, so that lines cross as little as possible.
            var ordered = column.Select((n, i) => (Node: n, i, Middle: into[n.Id].Select(e => placed.GetValueOrDefault(e.From)?.Y).OfType<double>().DefaultIfEmpty(0).Average())).OrderBy(n => n.Middle).ThenBy(n => n.i);
            foreach (var ((node, _, _), row) in ordered.Select((n, row) => (n, row)))
                placed[node.Id] = new(node, Margin + column.Key * (NodeWidth + ColumnGap), Margin + row * (NodeHeight + RowGap), into[node.Id].FirstOrDefault());
        }
        return new([.. placed.Values], [.. edges.Where(e => placed.ContainsKey(e.From) && placed.ContainsKey(e.To)).Select(e => Line(e, placed[e.From], placed[e.To]))]);
    }

    private static PlacedEdge Line(LineageEdge e, PlacedNode from, PlacedNode to) => new(e, from.X + NodeWidth, from.Y + NodeHeight / 2, to.X, to.Y + NodeHeight / 2);

    // The longest way from a beginning; the graph has no cycles, so the count of nodes is more than any way.
    private static Dictionary<string, int> Columns(IReadOnlyList<LineageNode> nodes, ILookup<string, LineageEdge> into)
    {
        var column = new Dictionary<string, int>(StringComparer.Ordinal);
        int Of(string id, int deep) => column.TryGetValue(id, out var known) ? known
            : column[id] = deep > nodes.Count ? 0 : into[id].Select(e => Of(e.From, deep + 1) + 1).DefaultIfEmpty(0).Max();
        foreach (var node in nodes) Of(node.Id, 0);
        return column;
    }
}
