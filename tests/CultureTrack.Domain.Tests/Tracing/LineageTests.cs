using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Tests.Batches;
using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>The family tree of a batch: every edge leads forward, every container leads back to the donor, and no cell is unaccounted for.</summary>
public sealed class LineageTests
{
    [Law(Runs = 30)]
    public void Whatever_is_entered_the_tree_has_no_cycle_and_every_suspension_is_accounted_for(byte[] dice)
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        foreach (var d in dice.Take(40))
        {
            var data = d % 4 == 0 ? Moves.Anything(s, d) : Moves.Next(s, d);
            if (s.When(data, comment: "As seen").Decision is Accepted yes) s.Take(yes);
            s.Later(6);
        }
        if (s.State.HasStarted) Sound(s.State);
    }

    [Fact]
    public void Lives_of_several_products_are_sound()
    {
        foreach (var state in new[] { Adsc.Filled().State, Bls.Lifted().State, Mss.OnScaffold().State, Cm.Filled().State }) Sound(state);
    }

    [Fact]
    public void From_every_bag_a_way_leads_back_to_the_donor()
    {
        var tree = LineageGraph.Of(Adsc.Filled().State);
        var into = tree.Edges.ToLookup(e => e.To, e => e.From);
        foreach (var bag in tree.Nodes.Where(n => n.Kind == LineageKind.Container)) Closure(bag.Id, into).ShouldContain("donor/DN-0007");
        tree.Nodes.Count(n => n.Kind == LineageKind.Container).ShouldBe(Adsc.Bags.Length);
    }

    [Fact]
    public void Cells_of_several_vessels_detached_together_are_one_pool_with_its_count()
    {
        var tree = LineageGraph.Of(Adsc.AtP1().State);
        var pool = tree.Nodes.Single(n => n.Kind == LineageKind.Pool);
        pool.Cells.ShouldBe(2.10e7m);
        tree.Edges.Count(e => e.To == pool.Id && e.Kind == LineageLink.Passaged).ShouldBe(Adsc.P0Vessels.Length);
        tree.Edges.Count(e => e.From == pool.Id && e.Kind == LineageLink.Seeded).ShouldBe(Adsc.P1Vessels.Length);
        var step = tree.Steps.Single(x => x.Type == nameof(PassagePerformed));
        (step.CellsIn, step.CellsOut, step.CellsDiscarded, step.CellsLost).ShouldBe((2.10e7m, 2.0352e7m, 0, 6.48e5m));
    }

    [Fact]
    public void What_is_discarded_is_a_dead_end_and_counts_as_discarded_where_its_cells_came_from()
    {
        var s = Adsc.AtP1();
        s.Given(new VesselDiscarded([Adsc.P1Vessels[0]], 1, "Autoclave", DiscardReason.GrowthFailure));
        var tree = LineageGraph.Of(s.State);
        var edge = tree.Edges.Single(e => e.Kind == LineageLink.Discarded);
        tree.Nodes.Single(n => n.Id == edge.From).Status.ShouldBe("Discarded");
        tree.Edges.ShouldNotContain(e => e.From == edge.To);
        var step = tree.Steps.Single(x => x.Type == nameof(PassagePerformed));
        step.CellsDiscarded.ShouldBe(636 * 4000);
        step.CellsOut.ShouldBe(2.0352e7m - 636 * 4000);
        Sound(s.State);
    }

    [Fact]
    public void A_vessel_suspected_of_contamination_says_so()
    {
        var s = Adsc.AtP1();
        s.Given(new ConfluenceObserved(Adsc.P1Vessels[1], 60, LookMethod.Image, "Turbid", Contamination.Suspected));
        LineageGraph.Of(s.State).Nodes.Single(n => n.Label.StartsWith(Adsc.P1Vessels[1], StringComparison.Ordinal)).Status.ShouldBe("Contaminated");
    }

    [Fact]
    public void The_kept_tree_changes_only_with_entries_that_change_it()
    {
        var s = Adsc.Filled();
        for (var n = 1; n < s.Events.Count; n++)
        {
            if (LineageGraph.ChangesWith(s.Events[n].Body)) continue;
            var (before, after) = (LineageGraph.Of(BatchFold.Fold(s.Events.Take(n))), LineageGraph.Of(BatchFold.Fold(s.Events.Take(n + 1))));
            after.Nodes.ShouldBe(before.Nodes, $"{s.Events[n].Type} changed the tree");
            after.Edges.ShouldBe(before.Edges);
            after.Version.ShouldBe(before.Version);
        }
    }

    private static void Sound(BatchState state)
    {
        var tree = LineageGraph.Of(state);
        var next = tree.Edges.ToLookup(e => e.From, e => e.To);
        foreach (var node in tree.Nodes) next[node.Id].SelectMany(n => Closure(n, next)).ShouldNotContain(node.Id);
        tree.Steps.ShouldAllBe(s => s.CellsIn == s.CellsOut + s.CellsDiscarded + s.CellsLost && s.CellsOut >= 0 && s.CellsDiscarded >= 0);
        tree.Steps.ShouldAllBe(s => s.CellsLost >= -0.05m * s.CellsIn);
        var known = tree.Nodes.Select(n => n.Id).ToHashSet();
        tree.Edges.ShouldAllBe(e => known.Contains(e.To) && (known.Contains(e.From) || e.From.StartsWith("cells/", StringComparison.Ordinal) || e.From.StartsWith("batch/", StringComparison.Ordinal)));
        tree.Nodes.Select(n => n.Id).Distinct().Count().ShouldBe(tree.Nodes.Count);
    }

    private static HashSet<string> Closure(string start, ILookup<string, string> next)
    {
        var seen = new HashSet<string> { start };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var id))
            foreach (var n in next[id])
                if (seen.Add(n)) open.Enqueue(n);
        return seen;
    }
}
