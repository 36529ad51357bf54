using System.Runtime.CompilerServices;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>What a tree says of its containers and vessels, of cells thrown away, and which entries change it.</summary>
public sealed class TreeStatusTests
{
    private static readonly string[] Bags = ["C-1", "C-2", "C-3", "C-4", "C-5", "C-6"];

    private static Told Harvested()
    {
        var told = new Told().Registered();
        told.Tissue();
        told.Expanded(2, [told.Isolated().ToString()], 0, "V-1", "V-2");
        told.Add(80, new HarvestPerformed(CellLine.Msc, ["V-1"], 9e5m, 91, 10));
        return told;
    }

    private static Told Filled()
    {
        var told = Harvested();
        told.Add(81, new FillPerformed([.. Bags.Select(id => new FilledContainer(id, 2, 1e5m))], [], 5, 2));
        return told;
    }

    private static string?[] Statuses(Told told) => [.. LineageGraph.Of(told.State).Nodes.Where(n => n.Kind == LineageKind.Container).Select(n => n.Status)];

    [Fact]
    public void A_container_is_in_house_stored_shipped_returned_administered_or_discarded()
    {
        var told = Filled();
        told.Store(82, "FRG-1", "C-2");
        told.Add(83, new Shipped(["C-3", "C-4", "C-5"], 2, Hour(83)));
        told.Add(84, new Returned(["C-4", "C-6"], 2, Hour(84)));
        told.Add(85, new Administered(["C-5"], 2, Hour(85)));
        told.Add(86, new VesselDiscarded(["C-6"], 1, "Incineration", DiscardReason.Surplus));
        Statuses(told).ShouldBe(["InHouse", "Stored", "Shipped", "Returned", "Administered", "Discarded"]);
    }

    [Fact]
    public void What_a_harvest_of_one_vessel_fills_comes_from_that_vessel()
    {
        var tree = LineageGraph.Of(Filled().State);
        tree.Edges.Where(e => e.Kind == LineageLink.Filled).Select(e => (e.From, e.To, e.Viable)).ShouldBe(
            [.. Bags.Select(b => ("vessel/ADSC-26-0007/V-1", $"container/ADSC-26-0007/{b}", (decimal?)1e5m))]);
        tree.Nodes.ShouldNotContain(n => n.Kind == LineageKind.Pool);
    }

    [Fact]
    public void What_is_filled_without_culture_comes_from_the_tissue_and_without_tissue_from_the_batch()
    {
        var told = new Told().Registered();
        told.Fill(1, "C-1");
        LineageGraph.Of(told.State).Edges.Single(e => e.Kind == LineageLink.Filled).From.ShouldBe("batch/ADSC-26-0007");
        told = new Told().Registered();
        told.Tissue();
        told.Fill(1, "C-1");
        LineageGraph.Of(told.State).Edges.Single(e => e.Kind == LineageLink.Filled).From.ShouldBe("tissue/ADSC-26-0007/1");
    }

    [Fact]
    public void A_vessel_says_whether_it_is_in_use_emptied_discarded_or_contaminated()
    {
        var told = new Told().Registered();
        told.Tissue();
        told.Expanded(2, [told.Isolated().ToString()], 0, "V-1", "V-2", "V-3", "V-4", "V-5");
        foreach (var suspect in new[] { "V-4", "V-5" }) told.Add(3, new ConfluenceObserved(suspect, 40, LookMethod.Image, "Turbid", Contamination.Suspected));
        told.Add(4, new VesselDiscarded(["V-3", "V-5"], 2, "Autoclave", DiscardReason.Contamination));
        told.Passaged(5, 1e5m, "V-2");
        LineageGraph.Of(told.State).Nodes.Where(n => n.Kind == LineageKind.Vessel).Select(n => n.Status).ShouldBe(["InUse", "Emptied", "Discarded", "Contaminated", "Contaminated, discarded"]);
    }

    [Fact]
    public void Cells_of_a_filled_container_that_is_destroyed_are_discarded_cells_of_the_harvest()
    {
        var told = Filled();
        Step(told, nameof(HarvestPerformed)).ShouldBe((9e5m, 6e5m, 0m, 3e5m));
        told.Add(82, new VesselDiscarded(["C-1", "C-2"], 2, "Incineration", DiscardReason.Surplus));
        Step(told, nameof(HarvestPerformed)).ShouldBe((9e5m, 4e5m, 2e5m, 3e5m));
        Step(told, nameof(IsolationPerformed)).ShouldBe((1e6m, 2e5m, 0m, 8e5m));
    }

    [Fact]
    public void Cells_of_a_frozen_container_that_is_destroyed_are_discarded_cells_of_what_was_frozen()
    {
        var told = new Told().Registered();
        told.Tissue();
        told.Expanded(2, [told.Isolated().ToString()], 0, "V-1", "V-2");
        told.Passaged(80, 4e5m, "V-1", "V-2");
        told.Add(81, new CellsFrozen([new("F-1", 1e5m, 1), new("F-2", 2e5m, 1)], 10, 15, -1, -160));
        Step(told, nameof(PassagePerformed)).ShouldBe((4e5m, 3e5m, 0m, 1e5m));
        told.Add(82, new VesselDiscarded(["F-2"], 1, "Incineration", DiscardReason.Surplus));
        Step(told, nameof(PassagePerformed)).ShouldBe((4e5m, 1e5m, 2e5m, 1e5m));
    }

    [Fact]
    public void What_was_left_of_a_suspension_and_thrown_away_is_discarded_and_not_lost()
    {
        var told = new Told().Registered();
        told.Tissue();
        var isolation = told.Isolated();
        told.Expanded(2, [isolation.ToString()], 0, "V-1", "V-2");
        told.Add(3, new VesselDiscarded([isolation.ToString()], 1, "Autoclave", DiscardReason.Surplus));
        Step(told, nameof(IsolationPerformed)).ShouldBe((1e6m, 2e5m, 8e5m, 0m));
    }

    private static (decimal, decimal, decimal, decimal) Step(Told told, string type)
    {
        var step = LineageGraph.Of(told.State).Steps.Single(s => s.Type == type);
        return (step.CellsIn, step.CellsOut, step.CellsDiscarded, step.CellsLost);
    }

    [Fact]
    public void The_version_of_a_tree_is_that_of_the_last_entry_that_changed_it()
    {
        var told = Harvested();
        told.Add(81, new ConsentRecorded("CONS-1", Hour(0), ["Trial"]));
        told.Add(82, new ConfluenceObserved("V-2", 40, LookMethod.Image, "Spindle", Contamination.None));
        var tree = LineageGraph.Of(told.State);
        (tree.Id, tree.Version, told.State.Version).ShouldBe(("ADSC-26-0007", 5L, 7L));
    }

    [Fact]
    public void Entries_about_cells_containers_and_the_life_of_the_batch_change_its_tree_and_no_others() =>
        EventCatalogue.ByName.Values.Where(k => LineageGraph.ChangesWith((EventData)RuntimeHelpers.GetUninitializedObject(k.DataType))).Select(k => k.Name).Order(StringComparer.Ordinal).ShouldBe(
        [
            .. new[]
            {
                nameof(BatchRegistered), nameof(TissueReceived), nameof(SourceCellsAllocated), nameof(IsolationPerformed), nameof(VesselsSeeded), nameof(DermalEquivalentCast), nameof(ScaffoldSeeded),
                nameof(PassagePerformed), nameof(HarvestPerformed), nameof(SheetDetached), nameof(ConditionedMediumCollected), nameof(CulturesPooled), nameof(SubLotSplit), nameof(FillPerformed),
                nameof(CellsFrozen), nameof(CellsThawed), nameof(SampleTaken), nameof(VesselDiscarded), nameof(BatchDiscarded), nameof(CellCounted), nameof(QcResultApproved), nameof(QcResultInvalidated),
                nameof(RecordCorrected), nameof(StoredAt), nameof(RemovedFromStorage), nameof(Shipped), nameof(Administered), nameof(Returned), nameof(SerumFreeWashDone), nameof(ReviewSubmitted),
                nameof(DispositionSigned), nameof(TissueRefused), nameof(BatchTerminated), nameof(BatchClosed),
            }.Order(StringComparer.Ordinal),
        ]);

    [Fact]
    public void A_suspicion_of_contamination_changes_the_tree() =>
        LineageGraph.ChangesWith(new ConfluenceObserved("V-1", 40, LookMethod.Image, "Turbid", Contamination.Suspected)).ShouldBeTrue();

    [Fact]
    public void Cells_named_by_another_batch_may_be_any_thing_of_that_batch_the_likeliest_first()
    {
        LineageGraph.Cells("ADSC-26-0001", "V-1").ShouldBe("cells/ADSC-26-0001/V-1");
        LineageGraph.Meanings("cells/ADSC-26-0001/V-1").ShouldBe(
        [
            "vessel/ADSC-26-0001/V-1", "container/ADSC-26-0001/V-1", "pool/ADSC-26-0001/V-1", "sublot/ADSC-26-0001/V-1", "sample/ADSC-26-0001/V-1", "batch/ADSC-26-0001",
        ]);
        (LineageGraph.Donor("DN-1"), LineageGraph.Batch("B")).ShouldBe(("donor/DN-1", "batch/B"));
    }
}
