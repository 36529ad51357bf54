using CultureTrack.Domain.Batches;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What each entry leaves behind in the vessels and suspensions of a batch.</summary>
public sealed class VesselFoldTests
{
    private static readonly DateTimeOffset Noon = Scenario.At("2026-04-13T12:00Z");

    private static VesselsSeeded Unequal(Scenario s) => new(
        SeedingPurpose.Culture, CellLine.Msc, [s.Last<IsolationPerformed>().ToString()], [new("A-1", "T75", 100), new("A-2", "T225", 300)], 4.0e6m, 1.0e4m, 0, "MED-26-01", 80);

    private static Scenario TwoSizes()
    {
        var s = Adsc.Processed().On("2026-04-13T12:00Z");
        return s.Given(Unequal(s));
    }

    private static CultureState Culture(Scenario s) => s.State.Culture;

    [Fact]
    public void Cells_and_medium_are_shared_out_by_area()
    {
        var s = TwoSizes();
        Culture(s).Vessels.Values.Select(v => (v.Id, v.Type, v.AreaCm2, v.Seeded, v.MediumMl)).ShouldBe([("A-1", "T75", 100m, 1.0e6m, 20m), ("A-2", "T225", 300m, 3.0e6m, 60m)]);
        foreach (var v in Culture(s).Vessels.Values)
        {
            (v.Purpose, v.CellLine, v.Passage, v.Status, v.SeededAt, v.MediumAt).ShouldBe((SeedingPurpose.Culture, CellLine.Msc, 0, VesselStatus.InUse, Noon, Noon));
            (v.SeedEventId, v.CpdlAtSeeding, v.EndedAt, v.Inside).ShouldBe((s.Last<VesselsSeeded>(), 0d, null, null));
            v.SourceIds.ShouldBe([s.Last<IsolationPerformed>().ToString()]);
            v.ParentVesselIds.ShouldBeEmpty();
        }
        Culture(s).Sources.Values.ShouldHaveSingleItem().Used.ShouldBe(4.0e6m);
    }

    [Fact]
    public void An_isolation_is_a_suspension_of_its_viable_cells()
    {
        var s = Adsc.Processed();
        var cells = Culture(s).Sources.Values.ShouldHaveSingleItem();
        (cells.Id, cells.CellLine, cells.Viable, cells.Used, cells.Discarded, cells.NextPassage, cells.Cpdl).ShouldBe((s.Last<IsolationPerformed>().ToString(), CellLine.Msc, 1.8204e7m, 0m, 0m, 0, 0d));
        (cells.At, cells.ViabilityPct, cells.EventId).ShouldBe((Scenario.At("2026-04-13T10:30Z"), 82.0m, s.Last<IsolationPerformed>()));
        cells.ParentVesselIds.ShouldBeEmpty();
    }

    [Fact]
    public void Fed_vessels_share_what_is_there_afterwards_by_area_and_others_keep_theirs()
    {
        var s = TwoSizes();
        s.On("2026-04-14T12:00Z").Given(Adsc.Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), ["B-1"], 100, 1.0e4m, 0)).On("2026-04-16T12:00Z")
            .Given(new MediumChanged(["A-2", "A-1"], "MED-26-01", 40, 120, FeedKind.Half));
        Culture(s).Vessels.Values.Select(v => (v.Id, v.MediumMl, v.MediumAt)).ShouldBe([
            ("A-1", 40m, Scenario.At("2026-04-16T12:00Z")), ("A-2", 120m, Scenario.At("2026-04-16T12:00Z")), ("B-1", 20m, Scenario.At("2026-04-14T12:00Z"))]);
    }

    [Fact]
    public void A_vessel_once_suspected_stays_suspected()
    {
        static ConfluenceObserved Look(decimal pct, Contamination seen) => new("V-01", pct, LookMethod.Visual, "Spindle", seen);
        var s = Adsc.AtP0().Given(Look(20, Contamination.None));
        Culture(s).Vessels["V-01"].Contaminated.ShouldBeFalse();
        s.Given(Look(25, Contamination.Suspected), Look(30, Contamination.None));
        (Culture(s).Vessels["V-01"].Contaminated, Culture(s).Vessels["V-01"].ConfluencePct).ShouldBe((true, 30m));
        (Culture(s).Vessels["V-02"].Contaminated, Culture(s).Vessels["V-02"].ConfluencePct).ShouldBe((false, null));
    }

    [Fact]
    public void Stays_in_incubators_follow_one_another()
    {
        static MovedIntoIncubator In(string incubator, int shelf) => new(["V-01"], incubator, shelf);
        var s = Adsc.AtP0().On("2026-04-13T12:15Z").Given(In("INC-04", 1));
        Culture(s).Vessels["V-01"].Inside.ShouldBe(new Stay("INC-04", 1, Scenario.At("2026-04-13T12:15Z"), null));
        s.On("2026-04-14T12:00Z").Given(new MovedOutOfIncubator(["V-01"], "INC-04", "Feed"));
        Culture(s).Vessels["V-01"].Inside.ShouldBeNull();
        s.On("2026-04-14T12:10Z").Given(In("INC-02", 3));
        Culture(s).Vessels["V-01"].Stays.ShouldBe([
            new("INC-04", 1, Scenario.At("2026-04-13T12:15Z"), Scenario.At("2026-04-14T12:00Z")), new("INC-02", 3, Scenario.At("2026-04-14T12:10Z"), null)]);
        Culture(s).Vessels["V-02"].Stays.ShouldBeEmpty();
    }

    [Fact]
    public void A_passage_empties_its_vessels_takes_them_out_and_gives_a_suspension_of_the_next_passage()
    {
        var s = Adsc.AtP1().On("2026-04-20T13:15Z").Given(new MovedIntoIncubator(Adsc.P1Vessels, "INC-04", 1)).On("2026-04-24T13:00Z");
        s.Given(Adsc.Passage(["V-23", "V-22"], 3.0e7m));
        var (at, emptied) = (Scenario.At("2026-04-24T13:00Z"), Culture(s).Vessels["V-22"]);
        (emptied.Status, emptied.EndedAt, emptied.Inside, emptied.Stays[^1].To).ShouldBe((VesselStatus.Emptied, at, null, at));
        (Culture(s).Vessels["V-21"].Status, Culture(s).Vessels["V-21"].EndedAt, Culture(s).Vessels["V-21"].Inside is null).ShouldBe((VesselStatus.InUse, null, false));
        var cells = Culture(s).Sources[s.Last<PassagePerformed>().ToString()];
        (cells.CellLine, cells.Viable, cells.Used, cells.NextPassage, cells.At, cells.ViabilityPct, cells.EventId)
            .ShouldBe((CellLine.Msc, 3.0e7m, 0m, 2, at, 95.2m, s.Last<PassagePerformed>()));
        cells.ParentVesselIds.ShouldBe(["V-22", "V-23"]);
        cells.Cpdl.ShouldBe(Culture(s).Growth[^1].Cpdl!.Value);
    }

    [Fact]
    public void Growth_counts_from_the_first_seeding_of_the_vessels_and_names_what_they_came_from()
    {
        var s = Adsc.AfterP0().On("2026-04-20T13:00Z");
        var p0 = s.Last<PassagePerformed>();
        s.Given(Adsc.Seeded(SeedingPurpose.Expansion, p0, ["V-21"], 636, 4000, 1)).On("2026-04-20T14:00Z").Given(Adsc.Seeded(SeedingPurpose.Expansion, p0, ["V-22"], 636, 4000, 1));
        s.On("2026-04-24T13:00Z").Given(Adsc.Passage(["V-22", "V-21"], 3.0e7m));
        var step = Culture(s).Growth[^1];
        (step.EventId, step.Passage, step.CellLine, step.Seeded, step.Harvested, step.Hours).ShouldBe((s.Last<PassagePerformed>(), 1, CellLine.Msc, 2 * 636 * 4000m, 3.0e7m, 96d));
        (step.From, step.To).ShouldBe((Scenario.At("2026-04-20T13:00Z"), Scenario.At("2026-04-24T13:00Z")));
        step.SeedEvents.ShouldBe([.. s.State.Of<VesselsSeeded>().TakeLast(2).Select(v => v.EventId).Reverse()]);
        step.Parents.ShouldBe([(p0, 0d)]);
        Culture(s).Growth.Select(g => g.WaitsForClonogenicFraction).ShouldBe([true, false]);
    }

    [Fact]
    public void Cells_are_taken_from_one_suspension_after_the_other_and_what_is_too_much_from_the_last()
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m));
        s.Given(Adsc.Passage(Adsc.P1Vessels[4..], 5.0e7m));
        string[] both = [.. s.State.Of<PassagePerformed>().TakeLast(2).Select(p => p.EventId.ToString())];
        VesselsSeeded Seed(string id, decimal area) => Adsc.Seeded(SeedingPurpose.Expansion, Guid.Empty, [id], area, 5000, 2) with { SourceIds = both };
        s.Given(Seed("V-31", 14000));
        both.Select(id => Culture(s).Sources[id].Used).ShouldBe([6.0e7m, 1.0e7m]);
        s.Given(Seed("V-32", 9000));
        both.Select(id => Culture(s).Sources[id].Used).ShouldBe([6.0e7m, 5.5e7m]);
        both.Select(id => Culture(s).Sources[id].Left).ShouldBe([0m, -0.5e7m]);
        Culture(s).Vessels["V-31"].ParentVesselIds.ShouldBe(Adsc.P1Vessels);
        Culture(s).Vessels["V-31"].CpdlAtSeeding.ShouldBe(both.Max(id => Culture(s).Sources[id].Cpdl));
    }

    [Fact]
    public void A_discarded_vessel_ends_and_one_that_was_emptied_before_stays_what_it_was()
    {
        var s = Adsc.AtP2().On("2026-04-24T14:15Z").Given(new MovedIntoIncubator(["V-31"], "INC-04", 1)).On("2026-04-25T10:00Z");
        s.Given(new VesselDiscarded(["V-31"], 1, "Incineration", DiscardReason.Surplus));
        var at = Scenario.At("2026-04-25T10:00Z");
        (Culture(s).Vessels["V-31"].Status, Culture(s).Vessels["V-31"].EndedAt, Culture(s).Vessels["V-31"].Stays[^1].To).ShouldBe((VesselStatus.Discarded, at, at));
        s.On("2026-04-25T11:00Z").Given(new BatchTerminated(DiscardReason.Surplus)).On("2026-04-25T12:00Z").Given(new BatchDiscarded(["V-32", "V-33", "V-34"], 3, "Incineration", DiscardReason.Surplus));
        (Culture(s).Vessels["V-32"].Status, Culture(s).Vessels["V-32"].EndedAt).ShouldBe((VesselStatus.Discarded, Scenario.At("2026-04-25T12:00Z")));
        (Culture(s).Vessels["V-21"].Status, Culture(s).Vessels["V-21"].EndedAt).ShouldBe((VesselStatus.Emptied, Scenario.At("2026-04-24T13:00Z")));
    }

    [Fact]
    public void A_suspension_that_is_thrown_away_keeps_what_was_used_of_it()
    {
        var s = Adsc.AtP0();
        s.Given(new VesselDiscarded([s.Last<IsolationPerformed>().ToString()], 1, "Incineration", DiscardReason.Surplus));
        var cells = Culture(s).Sources.Values.ShouldHaveSingleItem();
        (cells.Used, cells.Discarded, cells.Left).ShouldBe((1.75e7m, 0.0704e7m, 0m));
        s.Force(new VesselDiscarded([cells.Id], 1, "Incineration", DiscardReason.Surplus), "tech01");
        Culture(s).Sources.Values.ShouldHaveSingleItem().Discarded.ShouldBe(0.0704e7m);
    }

    [Fact]
    public void A_feeder_layer_is_not_in_use_until_cells_are_on_it()
    {
        var s = Cea.Taken().On("2026-03-02T10:00Z").Given(Cea.Feeder(["V-01"], "2026-03-01T10:00Z"));
        var arrested = Scenario.At("2026-03-01T10:00Z");
        (Culture(s).Vessels["V-01"].Status, Culture(s).Vessels["V-01"].FeederArrestedAt, Culture(s).Vessels["V-01"].SeededAt).ShouldBe((VesselStatus.FeederOnly, arrested, null));
        s.Given(Cea.Feeder(["V-01"], "2026-03-01T12:00Z"));
        Culture(s).Vessels.Count.ShouldBe(1);
        var seeded = Cea.AtP0();
        (Culture(seeded).Vessels["V-01"].Status, Culture(seeded).Vessels["V-01"].FeederArrestedAt, Culture(seeded).Vessels["V-01"].AreaCm2).ShouldBe((VesselStatus.InUse, arrested, 175m));
        Culture(s).Vessels["V-01"].FeederArrestedAt.ShouldBe(Scenario.At("2026-03-01T12:00Z"));
    }

    [Fact]
    public void Only_culture_of_the_product_holds_product()
    {
        static bool Holds(SeedingPurpose? purpose, bool construct = false) => new Vessel("X", "T75", 75) { Purpose = purpose, IsConstruct = construct }.HoldsProduct;
        foreach (var purpose in new[] { SeedingPurpose.Culture, SeedingPurpose.Expansion, SeedingPurpose.Sheet, SeedingPurpose.EpidermalSeeding }) Holds(purpose).ShouldBeTrue();
        foreach (var purpose in new SeedingPurpose?[] { SeedingPurpose.CfuF, SeedingPurpose.Qc, null }) Holds(purpose).ShouldBeFalse();
        Holds(null, construct: true).ShouldBeTrue();
    }

    [Fact]
    public void The_passage_of_a_batch_is_the_highest_of_its_product_cultures()
    {
        var s = Adsc.AtP2();
        Culture(s).Passage.ShouldBe(2);
        s.Force(Adsc.Seeded(SeedingPurpose.Qc, Guid.Empty, ["Q-1"], 10, 1000, 7), "tech01");
        Culture(s).Passage.ShouldBe(2);
        Culture(Adsc.Processed()).Passage.ShouldBeNull();
        Culture(Cm.HasCells()).Passage.ShouldBe(3);
    }
}
