using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Where cells go when they are pooled, split, frozen, thawed or handed over, and what they carry with them (5.4–5.7, K-04).</summary>
public sealed class LineageFoldTests
{
    private static CultureState Culture(Scenario s) => s.State.Culture;
    private static string[] Passages(Scenario s) => [.. s.State.Of<PassagePerformed>().TakeLast(2).Select(p => p.EventId.ToString())];

    /// <summary>Two suspensions of P1 with different doublings and viabilities.</summary>
    private static Scenario Two()
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m));
        return s.Given(Adsc.Passage(Adsc.P1Vessels[4..], 5.0e7m) with { ViabilityPct = 90 });
    }

    private static Scenario Sampled(Scenario s) => s.Force(new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01");

    [Fact]
    public void A_pool_is_shared_out_evenly_and_its_viability_is_weighted_by_all_cells()
    {
        var s = Two();
        var from = Passages(s);
        var made = s.When(new CulturesPooled(from, ["POOL-2", "POOL-1"], [5.0e7m, 4.0e7m])).ThenAccepted();
        var culture = made.State.Culture;
        new[] { "POOL-1", "POOL-2" }.Select(id => (culture.Sources[id].Viable, culture.Sources[id].Used, culture.Sources[id].CellLine, culture.Sources[id].NextPassage, culture.Sources[id].EventId))
            .ShouldAllBe(x => x.Viable == 4.5e7m && x.Used == 0 && x.CellLine == CellLine.Msc && x.NextPassage == 2 && x.EventId == made.Events[0].EventId);
        culture.Sources["POOL-1"].ParentVesselIds.ShouldBe(Adsc.P1Vessels);
        // 1.1e8 viable of 6.0e7/0.952 + 5.0e7/0.90 cells.
        ((double)culture.Sources["POOL-1"].ViabilityPct!.Value).ShouldBe(100 * 1.1e8 / (6.0e7 / 0.952 + 5.0e7 / 0.90), 1e-6);
        from.Select(id => culture.Sources[id].Used).ShouldBe([6.0e7m, 3.0e7m]);
        made.Events[0].Computed!.Number("viable").ShouldBe(9.0e7m);
        ((double)made.Events[0].Computed!.Number("cpdl")!.Value).ShouldBe(from.Max(id => culture.Sources[id].Cpdl), 1e-9);
        made.Events[0].Computed!.Inputs.Select(i => i.ToString()).ShouldBe(from);
    }

    [Fact]
    public void A_split_gives_each_part_what_was_counted()
    {
        var s = Two();
        var from = Passages(s)[1];
        var culture = s.Given(new SubLotSplit([from], ["B", "A"], [3.0e7m, 1.9e7m])).State.Culture;
        culture.Sources.Values.Where(x => x.Id is "A" or "B").Select(x => (x.Id, x.Viable, x.Cpdl, x.ViabilityPct)).ShouldBe([("A", 1.9e7m, culture.Sources[from].Cpdl, 90m), ("B", 3.0e7m, culture.Sources[from].Cpdl, 90m)]);
        (culture.Sources[from].Used, culture.Sources[from].Left).ShouldBe((4.9e7m, 0.1e7m));
        culture.Sources["A"].ParentVesselIds.ShouldBe(Adsc.P1Vessels[4..]);
    }

    [Fact]
    public void Vessels_set_apart_bear_the_name_of_the_sub_lot_and_the_others_none()
    {
        var culture = Culture(Adsc.AtP2().Given(new SubLotSplit(["V-34", "V-33"], ["ADSC-26-0007-B"], [2.5e7m])));
        Adsc.P2Vessels.Select(id => culture.Vessels[id].SubLot).ShouldBe([null, null, "ADSC-26-0007-B", "ADSC-26-0007-B"]);
        culture.Vessels.Values.ShouldAllBe(v => v.SubLot == null || v.Status == VesselStatus.InUse);
        Culture(Adsc.AtP2().Given(new SubLotSplit(["V-33"], ["V-34"], [2.5e7m]))).Vessels["V-34"].SubLot.ShouldBe("V-33");
    }

    [Fact]
    public void A_vessel_stands_for_what_was_last_detached_from_it()
    {
        var s = Two();
        s.Given(new CulturesPooled(["V-21", "V-25"], ["POOL-1"], [6.0e7m, 5.0e7m]));
        Culture(s).Sources["POOL-1"].ParentVesselIds.ShouldBe(Adsc.P1Vessels);
        // From here on the vessel means the pool, which holds its cells.
        s.Later(1).Given(new SubLotSplit(["POOL-1"], ["LATER"], [1.1e8m]));
        var seeded = Adsc.Seeded(SeedingPurpose.Expansion, Guid.Empty, ["V-31"], 6360, 4000, 2) with { SourceIds = ["V-21"] };
        s.Given(seeded);
        (Culture(s).Sources["LATER"].Used, Culture(s).Sources["POOL-1"].Used).ShouldBe((25440000m, 1.1e8m));
    }

    [Fact]
    public void Frozen_containers_take_from_the_suspensions_at_hand_and_keep_their_lineage()
    {
        var s = Sampled(Two());
        var from = Passages(s);
        s.Given(new CellsFrozen([new("F-1", 5.0e7m, 5), new("F-2", 4.0e7m, 4)], 10, 15, -1.0m, -160));
        var culture = Culture(s);
        from.Sum(id => culture.Sources[id].Used).ShouldBe(9.0e7m);
        culture.Frozen.Values.Select(f => (f.Id, f.Viable, f.CellLine, f.NextPassage, f.Cpdl, f.EventId))
            .ShouldBe([("F-1", 5.0e7m, CellLine.Msc, 2, from.Max(id => culture.Sources[id].Cpdl), s.Last<CellsFrozen>()), ("F-2", 4.0e7m, CellLine.Msc, 2, from.Max(id => culture.Sources[id].Cpdl), s.Last<CellsFrozen>())]);
        culture.Frozen["F-1"].ParentVesselIds.ShouldBe(Adsc.P1Vessels);
        culture.Frozen["F-2"].ContainerIds.ShouldBe(["F-2"]);
    }

    [Fact]
    public void Only_the_suspensions_of_the_latest_passage_are_at_hand()
    {
        var s = Sampled(Adsc.AfterP1());
        var (older, latest) = (s.State.Of<PassagePerformed>().First().EventId.ToString(), s.Last<PassagePerformed>().ToString());
        Culture(s).Sources[older].Left.ShouldBeGreaterThan(0);
        s.When(new CellsFrozen([new("F-1", 1.3e8m, 5)], 10, 15, -1.0m, -160)).ThenRejected(Codes.ValRange, "data.containers");
        s.Given(new CellsFrozen([new("F-1", 1.2821e8m, 5)], 10, 15, -1.0m, -160));
        (Culture(s).Sources[latest].Used, Culture(s).Sources[older].Used).ShouldBe((1.2821e8m, 2.0352e7m));
    }

    private static Scenario Banked()
    {
        var s = Sampled(Two()).Given(new CellsFrozen([new("F-1", 5.0e7m, 5), new("F-2", 4.0e7m, 4)], 10, 15, -1.0m, -160));
        return FreezingTests.Passed(s.Later(1).Given(new StoredAt(["F-1", "F-2"], "FRZ-01", ["FRZ-01/R1/B1/A1", "FRZ-01/R1/B1/A2"])));
    }

    [Fact]
    public void Thawed_containers_are_one_suspension_of_what_was_recovered()
    {
        var s = Banked();
        var thaw = s.When(new CellsThawed(["F-2", "F-1"], 3, 85, 80)).ThenAccepted();
        thaw.Events[0].Computed!.Number("viable").ShouldBe(7.2e7m);
        thaw.Events[0].Computed!.Inputs.ShouldBe([s.Last<CellsFrozen>()]);
        var cells = thaw.State.Culture.Sources[thaw.Events[0].EventId.ToString()];
        (cells.Viable, cells.CellLine, cells.NextPassage, cells.Cpdl, cells.ViabilityPct).ShouldBe((7.2e7m, CellLine.Msc, 2, Culture(s).Frozen["F-1"].Cpdl, 85m));
        cells.ContainerIds.ShouldBe(["F-2", "F-1"]);
        cells.ParentVesselIds.ShouldBe(Adsc.P1Vessels);
        thaw.State.Product.Containers["F-1"].ShouldSatisfyAllConditions(c => c.Thawed.ShouldBeTrue(), c => c.StoredIn.ShouldBeNull(), c => c.Position.ShouldBeNull());
        s.Take(thaw);
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, Guid.Empty, ["V-31"], 636, 4000, 2) with { SourceIds = ["F-1"] }).ThenAccepted();
    }

    [Fact]
    public void A_container_is_thawed_from_storage_or_on_its_way_to_the_thaw_and_once()
    {
        var thaw = new CellsThawed(["F-1"], 3, 85, 80);
        Banked().Given(new RemovedFromStorage(["F-1"], RemovalPurpose.Thaw)).When(thaw).ThenAccepted();
        Banked().Given(new RemovedFromStorage(["F-1"], RemovalPurpose.Move)).When(thaw).ThenRejected(Codes.StateGuard, "data.containerIds[0]");
        Banked().Given(new VesselDiscarded(["F-1"], 1, "Incineration", DiscardReason.Surplus)).When(thaw).ThenRejected(Codes.StateGuard, "data.containerIds[0]");
        Banked().When(thaw with { ContainerIds = ["F-1", "F-9"] }).ThenRejected(Codes.StateGuard, "data.containerIds[1]");
    }

    [Fact]
    public void The_balance_of_a_container_is_kept_recovered_or_thrown_away()
    {
        var s = Banked().Given(new VesselDiscarded(["F-2"], 1, "Incineration", DiscardReason.Surplus));
        CellBalance Of(string id) => CellBalance.Of(s.State).Single(b => b.Id == id);
        (Of("F-1"), Of("F-2")).ShouldBe((new CellBalance("F-1", 5.0e7m, 0, 0, 5.0e7m), new CellBalance("F-2", 4.0e7m, 0, 4.0e7m, 0)));
        (Of("F-1").Loss, Of("F-2").Loss).ShouldBe((0m, 0m));
        s.Given(new CellsThawed(["F-1"], 3, 85, 80));
        (Of("F-1"), Of("F-1").Loss).ShouldBe((new CellBalance("F-1", 5.0e7m, 4.0e7m), 1.0e7m));
        CellBalance.Of(s.State).Select(b => b.Id).ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
    }

    [Fact]
    public void Allocated_vessels_share_the_cells_by_area_and_keep_passage_and_doublings()
    {
        var s = Cm.Planned().Given(Allocated.Cells with { Vessels = [new("K-2", "5-layer stack", 3180, 80), new("K-1", "10-layer stack", 9540, 85)] });
        var culture = Culture(s);
        culture.Vessels.Values.Select(v => (v.Id, v.Type, v.Seeded, v.Passage, v.CpdlAtSeeding, v.ConfluencePct, v.Purpose, v.CellLine, v.Status)).ShouldBe([
            ("K-1", "10-layer stack", 9.0e7m, 3, 11.2, 85m, SeedingPurpose.Expansion, CellLine.Msc, VesselStatus.InUse),
            ("K-2", "5-layer stack", 3.0e7m, 3, 11.2, 80m, SeedingPurpose.Expansion, CellLine.Msc, VesselStatus.InUse)]);
        (culture.AllocatedPassage, culture.AllocatedCpdl, culture.Cpdl, culture.Passage).ShouldBe((3, 11.2, 11.2, 3));
        culture.Vessels["K-1"].SourceIds.ShouldBe(["S-31"]);
        (culture.Vessels["K-1"].SeededAt, culture.Vessels["K-1"].SeedEventId).ShouldBe((s.Now, s.Last<SourceCellsAllocated>()));
    }

    [Fact]
    public void Allocated_containers_hold_the_cells_evenly_and_are_of_the_next_passage()
    {
        var s = Cm.Planned();
        s.Lab.Source = Allocated.Source with { Cells = new Dictionary<string, SourceLineage> { ["F-1"] = new(3, 11.2), ["F-2"] = new(3, 11.2) } };
        s.Given(Allocated.Cells with { SourceIds = ["F-1", "F-2"], Vessels = null, ContainerIds = ["F-2", "F-1"] });
        Culture(s).Frozen.Values.Select(f => (f.Id, f.Viable, f.NextPassage, f.Cpdl, f.EventId)).ShouldBe([("F-1", 6.0e7m, 4, 11.2, s.Last<SourceCellsAllocated>()), ("F-2", 6.0e7m, 4, 11.2, s.Last<SourceCellsAllocated>())]);
        Culture(s).Vessels.ShouldBeEmpty();
        s.State.State.ShouldBe(LifeState.Quarantined);
    }
}
