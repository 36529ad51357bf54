using CultureTrack.Domain.Batches;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Sheets and their QC tray: which vessels end, when the growth is known, and what is left of a construct (5.4, 2.4 SheetDetached).</summary>
public sealed class SheetFoldTests
{
    private static readonly DateTimeOffset Detached = Scenario.At("2026-03-19T07:00Z");

    private static CultureState Culture(Scenario s) => s.State.Culture;

    [Fact]
    public void The_trays_of_the_sheets_and_the_QC_tray_are_empty_and_the_rest_grows_on()
    {
        var culture = Culture(Cea.Loose());
        Cea.Trays.Select(t => culture.Vessels[t].Status).ShouldBe([.. Enumerable.Repeat(VesselStatus.Emptied, 5), VesselStatus.InUse]);
        Cea.Trays[..5].Select(t => culture.Vessels[t].EndedAt).ShouldAllBe(at => at == Detached);
    }

    [Fact]
    public void Until_the_tray_is_counted_its_growth_has_no_doublings_and_the_count_takes_its_place()
    {
        var s = Cea.Loose();
        (Culture(s).Growth.Count, Culture(s).Growth[^1].Harvested, Culture(s).Growth[^1].Pd).ShouldBe((2, null, null));
        Culture(s).Growth[^1].WaitsForClonogenicFraction.ShouldBeFalse();
        s.On("2026-03-19T08:30Z").Given(Cea.QcTrayCount);
        (Culture(s).Growth.Count, Culture(s).Growth[^1].Harvested, Culture(s).Growth[^1].To, Culture(s).QcVesselId).ShouldBe((2, 2.4e7m, Detached, null));
    }

    [Fact]
    public void The_count_of_something_else_says_nothing_of_the_tray()
    {
        var s = Cea.Loose().On("2026-03-19T08:30Z").Given(Cea.QcTrayCount with { VesselId = Cea.Trays[5] }, Cea.QcTrayCount with { VesselId = null });
        (Culture(s).QcVesselId, Culture(s).Growth[^1].Harvested).ShouldBe((Cea.Trays[4], null));
        s.Given(Cea.QcTrayCount).Given(Cea.QcTrayCount with { ViablePerMl = 1.3e6m });
        (Culture(s).Growth.Count, Culture(s).Growth[^1].Harvested).ShouldBe((2, 2.4e7m));
    }

    [Fact]
    public void A_count_given_with_the_detachment_leaves_nothing_to_count()
    {
        var s = Cea.Maturing().On("2026-03-19T07:00Z").Given(Cea.Detached with { QcViableHarvested = 2.4e7m, QcViabilityPct = 86 });
        (Culture(s).QcVesselId, Culture(s).Growth.Count, Culture(s).Growth[^1].Harvested).ShouldBe((null, 2, 2.4e7m));
    }

    [Fact]
    public void Sheets_detached_later_may_name_the_same_tray_which_still_waits_for_its_count()
    {
        var s = Cea.Loose().On("2026-03-19T07:30Z");
        s.Given(new SheetDetached([new("CEA-26-0001-05", Cea.Trays[5], 100, 58, 0, 0)], 2.4m, 45, Cea.Trays[4], null, null));
        (Culture(s).QcVesselId, Culture(s).Growth.Count).ShouldBe((Cea.Trays[4], 2));
        (Culture(s).Vessels[Cea.Trays[4]].EndedAt, Culture(s).Vessels[Cea.Trays[5]].EndedAt).ShouldBe((Detached, Scenario.At("2026-03-19T07:30Z")));
        s.On("2026-03-19T08:30Z").Given(Cea.QcTrayCount);
        Culture(s).Cpdl!.Value.ShouldBe(6.0, 0.001);
    }

    [Fact]
    public void Throwing_the_emptied_tray_away_does_not_end_the_wait_for_its_count()
    {
        var s = Cea.Loose().On("2026-03-19T08:00Z").Given(new VesselDiscarded([Cea.Trays[4]], 1, "Incineration", DiscardReason.Surplus));
        (Culture(s).QcVesselId, Culture(s).Vessels[Cea.Trays[4]].Status).ShouldBe((Cea.Trays[4], VesselStatus.Emptied));
        Culture(s.On("2026-03-19T08:30Z").Given(Cea.QcTrayCount)).QcVesselId.ShouldBeNull();
    }

    [Fact]
    public void The_medium_taken_off_ends_the_culture_it_was_on_and_no_other()
    {
        var s = Cm.Conditioning().Force(Adsc.Seeded(SeedingPurpose.Qc, Guid.Empty, ["Q-1"], 10, 1000, 3), "tech01").Given(Cm.Collected);
        (Culture(s).Vessels["K-1"].Status, Culture(s).Vessels["K-1"].EndedAt).ShouldBe((VesselStatus.Emptied, Scenario.At("2026-05-06T10:00Z")));
        Culture(s).Vessels["Q-1"].Status.ShouldBe(VesselStatus.InUse);
    }

    [Fact]
    public void Constructs_are_empty_when_they_are_packed_and_a_harvest_is_drawn_on()
    {
        var s = Bls.Lifted().Given(new AirLiftEnded(Bls.Trays));
        var before = Culture(s).Sources.Values.Select(x => (x.Id, x.Used)).ToList();
        s.Force(new FillPerformed([.. Bls.Trays.Select(t => new FilledContainer(t, 10, AreaCm2: 100))], [], 20, 2), "tech01");
        Bls.Trays.Select(t => Culture(s).Vessels[t].Status).ShouldAllBe(status => status == VesselStatus.Emptied);
        Culture(s).Sources.Values.Select(x => (x.Id, x.Used)).ShouldBe(before);
        var filled = Adsc.Filled();
        Culture(filled).Sources[filled.Last<HarvestPerformed>().ToString()].Used.ShouldBe(4.0e8m);
    }

    [Fact]
    public void The_air_lift_of_a_construct_begins_and_ends_with_its_entries()
    {
        var s = Bls.Lifted();
        (Culture(s).Vessels["BT-1"].AirLiftFrom, Culture(s).Vessels["BT-1"].AirLiftTo).ShouldBe((Scenario.At("2026-03-19T10:00Z"), null));
        s.Given(new AirLiftEnded(["BT-2"]));
        (Culture(s).Vessels["BT-1"].AirLiftTo, Culture(s).Vessels["BT-2"].AirLiftTo).ShouldBe((null, Scenario.At("2026-03-27T10:00Z")));
    }

    [Fact]
    public void An_epidermis_keeps_the_age_and_the_passage_of_what_lies_under_it()
    {
        var cast = Bls.IsCast();
        var before = Culture(cast).Vessels["BT-1"];
        var s = Bls.Covered();
        var after = Culture(s).Vessels["BT-1"];
        (after.SeededAt, after.IsConstruct, after.Purpose, after.CellLine, after.Passage, after.DermalPassage)
            .ShouldBe((before.SeededAt, true, SeedingPurpose.EpidermalSeeding, CellLine.Keratinocyte, 2, before.Passage));
        after.ParentVesselIds.ShouldBe([.. before.ParentVesselIds.Concat(["W-1", "W-2"]).Order(StringComparer.Ordinal)]);
        before.ParentVesselIds.ShouldBe(["F-1"]);
    }

    [Fact]
    public void A_cast_without_names_goes_on_under_the_names_of_its_epidermis()
    {
        var s = Bls.Cultured().Given(Bls.Cast with { Constructs = null });
        var dermis = Culture(s).Vessels.Values.Single(v => v.IsConstruct);
        (dermis.Id, dermis.AreaCm2, dermis.Type, dermis.Purpose, dermis.CellLine, dermis.Seeded).ShouldBe(("BLS-26-0001-D1", 200m, "construct", null, CellLine.Fibroblast, 8.0e6m));
        s.On("2026-03-15T10:00Z").Given(new PassagePerformed(CellLine.Keratinocyte, ["W-1", "W-2"], "TRY-26-01", 15, 1.0e8m, 94));
        s.Given(Bls.Epidermis(s));
        (Culture(s).Vessels["BLS-26-0001-D1"].Status, Culture(s).Vessels["BLS-26-0001-D1"].EndedAt).ShouldBe((VesselStatus.Emptied, Scenario.At("2026-03-15T10:00Z")));
        Culture(s).Vessels["BT-1"].ParentVesselIds.ShouldBe(["BLS-26-0001-D1", "W-1", "W-2"]);
        Culture(s).Vessels["BT-1"].DermalPassage.ShouldBe(dermis.Passage);
    }

    [Fact]
    public void Cells_on_a_scaffold_are_shared_out_by_area_and_carry_the_doublings_of_their_source()
    {
        var s = Mss.HasCells();
        var source = Culture(s).Sources[s.Last<PassagePerformed>().ToString()];
        s.Given(Mss.Seeded with { Constructs = [new("SH-2", "sheet", 75), new("SH-1", "sheet", 25)] });
        Culture(s).Vessels.Values.Where(v => v.IsConstruct).Select(v => (v.Id, v.AreaCm2, v.Seeded, v.Passage, v.CpdlAtSeeding, v.CellLine, v.Purpose)).ShouldBe([
            ("SH-1", 25m, 5.0e6m, source.NextPassage!.Value, source.Cpdl, CellLine.Msc, SeedingPurpose.Sheet), ("SH-2", 75m, 1.5e7m, source.NextPassage.Value, source.Cpdl, CellLine.Msc, SeedingPurpose.Sheet)]);
        (Culture(s).Sources[source.Id].Used, Culture(s).Vessels["SH-1"].SourceIds[0]).ShouldBe((2.0e7m, source.Id));
        Culture(s).Vessels["SH-1"].ParentVesselIds.ShouldBe(["K-1"]);
    }
}
