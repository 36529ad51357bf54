using System.Globalization;
using CultureTrack.Domain.Tracing;
using Shouldly;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>A family tree as lines of text: nodes with cells, passage, doublings and status, then edges, then suspensions with their balance; events are named by their version.</summary>
internal static class TreeText
{
    public static void ShouldShow(this Told told, string expected = "") => string.Join('\n', Lines(told).Select(l => l.TrimEnd(' ', ';'))).ShouldBe(expected);

    private static IEnumerable<string> Lines(Told told)
    {
        var tree = LineageGraph.Of(told.State);
        var versions = told.Events.ToDictionary(e => e.EventId.ToString(), e => string.Create(CultureInfo.InvariantCulture, $"#{e.Version}"));
        string Text(FormattableString text) =>
            versions.Aggregate(FormattableString.Invariant(text).Replace($"/{tree.Id}", "", StringComparison.Ordinal), (t, v) => t.Replace(v.Key, v.Value, StringComparison.Ordinal));

        return
        [
            .. tree.Nodes.Select(n => Text($"{n.Id} = {n.Kind}, {n.Label}; {n.Cells:0}; {n.Passage}; {n.Cpdl:0.##}; {n.Status}")),
            .. tree.Edges.Select(e => Text($"{e.EventId} {e.From} > {e.To}: {e.Kind} {e.Viable:0}")),
            .. tree.Steps.Select(s => Text($"{s.EventId} {s.Type} {s.Id} {s.At:dd HH:mm}: {s.CellsIn:0} = {s.CellsOut:0} + {s.CellsDiscarded:0} + {s.CellsLost:0}")),
            Text($"version {tree.Version}"),
        ];
    }
}
