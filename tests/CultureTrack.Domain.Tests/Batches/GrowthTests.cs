using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class GrowthTests
{
    [Fact]
    public void Keratinocytes_double_twice_in_141_hours() => Cea.AtP0().On("2026-03-08T10:00Z")
        .When(new PassagePerformed(CellLine.Keratinocyte, Cea.Flasks, "TRY-26-01", 15, 1.26e8m, 93.5m))
        .ThenComputed("pd", 2.0).ThenComputed("tdHours", 70.5).ThenComputed("cpdl", 2.0);

    [Fact]
    public void Doublings_of_fresh_fat_cells_are_unknown_until_the_colonies_are_counted()
    {
        var passage = Adsc.AtP0().On("2026-04-20T12:00Z").When(Adsc.Passage(Adsc.P0Vessels, 2.10e7m));
        passage.ThenComputedNull("pd");
        passage.ThenComputedNull("tdHours");
        var state = passage.ThenAccepted().State;
        state.Culture.P0Unknown.ShouldBeTrue();
        state.Culture.Cpdl.ShouldBeNull();
    }

    [Fact]
    public void Later_passages_count_from_P1_while_P0_is_unknown() => Adsc.AtP1().On("2026-04-24T13:00Z").When(Adsc.Passage(Adsc.P1Vessels, 1.22112e8m))
        .ThenComputed("pd", 2.585).ThenComputed("tdHours", 37.14).ThenComputed("cpdl", 2.585);

    [Fact]
    public void The_approved_colony_count_raises_everything_later()
    {
        var culture = WithColonies(Adsc.AtP2()).State.Culture;
        culture.P0Unknown.ShouldBeFalse();
        culture.P0Pd.ShouldBe(4.907, 0.001);
        culture.Growth[0].TdHours!.Value.ShouldBe(34.24, 0.01);
        culture.Cpdl!.Value.ShouldBe(7.492, 0.001);
        culture.Vessels["V-31"].CpdlAtSeeding.ShouldBe(7.492, 0.001);
    }

    [Fact]
    public void The_harvest_after_it_carries_all_doublings_and_names_the_colony_count_as_input()
    {
        var s = WithColonies(Adsc.AtP2()).On("2026-04-28T14:00Z");
        var harvest = s.When(Adsc.Harvest).ThenComputed("pd", 2.322).ThenComputed("tdHours", 41.34).ThenComputed("cpdl", 9.814).ThenAccepted();
        harvest.Events[0].Computed!.Inputs.ShouldContain(s.Last<QcResultApproved>());
    }

    [Fact]
    public void An_invalidated_colony_count_takes_its_doublings_back()
    {
        var culture = WithColonies(Adsc.AtP2()).Force(new QcResultInvalidated("R-CFU", "Plate mixed up", "EV-1"), "qa01").State.Culture;
        culture.P0Unknown.ShouldBeTrue();
        culture.Cpdl!.Value.ShouldBe(2.585, 0.001);
    }

    [Fact]
    public void Only_the_vessels_harvested_count_as_seeded()
    {
        var s = Adsc.AtP2().On("2026-04-28T13:40Z").Given(new VesselDiscarded(["V-31"], 1, "Incineration", DiscardReason.EnvFail)).On("2026-04-28T14:00Z");
        s.When(Adsc.Harvest with { VesselIds = ["V-32", "V-33", "V-34"], Viable = 3.816e8m }).ThenComputed("pd", 2.322);
    }

    [Fact]
    public void Sheets_grow_as_the_counted_tray_did_until_the_detachment()
    {
        var s = Cea.Loose().On("2026-03-19T08:30Z");
        s.State.Culture.QcVesselId.ShouldBe("TR-05");
        var culture = s.Given(Cea.QcTrayCount).State.Culture;
        culture.Cpdl!.Value.ShouldBe(6.0, 0.001);
        culture.LastTdHours!.Value.ShouldBe(64.5, 0.01);
        (culture.QcVesselId, culture.Passage).ShouldBe((null, 1));
    }

    [Fact]
    public void A_count_with_the_detachment_is_computed_at_once() => Cea.Maturing().On("2026-03-19T07:00Z")
        .When(Cea.Detached with { QcViableHarvested = 2.4e7m, QcViabilityPct = 86 }).ThenComputed("pd", 4.0).ThenComputed("tdHours", 64.5).ThenComputed("cpdl", 6.0);

    private static Scenario WithColonies(Scenario s) => s.On("2026-04-27T14:00Z")
        .Force(new SampleTaken("S-CFU", ["ADSC-10"], SampleMatrix.Plate, null, ["V-11"], s.Now), "tech01")
        .Force(new QcTestStarted("T-CFU", "S-CFU", "ADSC-10", 1, null), "qc01")
        .Force(new QcResultRecorded("R-CFU", "T-CFU", ResultKind.Final, [new("P0", 4.0m, "%", "=")], true, null), "qc01")
        .Force(new QcResultApproved("R-CFU"), "qc02");
}

public sealed class PassageTests
{
    private static Scenario Before() => Adsc.AtP1().On("2026-04-24T13:00Z");
    private static PassagePerformed Passage => Adsc.Passage(Adsc.P1Vessels, 1.22112e8m);

    [Fact]
    public void A_doubling_in_less_than_ten_hours_is_impossible() =>
        Adsc.AtP1().On("2026-04-21T13:00Z").When(Adsc.Passage(Adsc.P1Vessels, 1.22112e8m)).ThenRejected(Codes.ValRange, "data.viableHarvested");

    [Fact]
    public void More_than_a_million_cells_per_square_centimetre_are_impossible() => Before().When(Adsc.Passage(Adsc.P1Vessels, 5.1e9m)).ThenRejected(Codes.ValRange, "data.viableHarvested");

    [Theory]
    [InlineData(0)]
    [InlineData(60.1)]
    public void An_impossible_exposure_is_refused(decimal min) => Before().When(Passage with { ExposureMin = min }).ThenRejected(Codes.ValRange, "data.exposureMin");

    [Fact]
    public void A_long_exposure_is_flagged_sooner_for_stromal_cells()
    {
        Before().When(Passage with { ExposureMin = 15.1m }).ThenFlagged(Flags.OutOfWindow, "exposureMin");
        Cea.AtP0().On("2026-03-08T10:00Z").When(new PassagePerformed(CellLine.Keratinocyte, Cea.Flasks, "TRY-26-01", 40, 1.26e8m, 93.5m)).ThenNotFlagged();
    }

    [Theory]
    [InlineData(2.75e7)]
    [InlineData(1.4e9)]
    public void Fewer_than_half_or_more_than_six_doublings_are_flagged(double viable) =>
        Adsc.AtP1().On("2026-04-25T13:00Z").When(Adsc.Passage(Adsc.P1Vessels, (decimal)viable)).ThenFlagged(Flags.OutOfWindow, "pd");

    [Fact]
    public void A_slow_passage_is_flagged() => Adsc.AtP1().On("2026-04-26T13:00Z").When(Adsc.Passage(Adsc.P1Vessels, 4.0e7m)).ThenFlagged(Flags.OutOfWindow, "tdHours");

    [Fact]
    public void Cells_are_detached_once() => Before().Given(Passage).When(Passage).ThenRejected(Codes.StateGuard);

    [Fact]
    public void Cells_that_are_no_keratinocytes_are_not_detached_as_such() => Before().When(Passage with { CellLine = CellLine.Keratinocyte }).ThenRejected(Codes.StateGuard);

    [Fact]
    public void An_unreleased_reagent_is_refused()
    {
        var s = Before();
        s.Lab.Lots.Remove("TRY-26-01");
        s.When(Passage).ThenRejected(Codes.ValLot, "data.reagentLot");
    }

    [Fact]
    public void Passaged_vessels_are_empty_and_out()
    {
        var vessel = Before().Given(Passage).State.Culture.Vessels["V-21"];
        (vessel.Status, vessel.Inside).ShouldBe((VesselStatus.Emptied, null));
    }

    [Fact]
    public void Expansion_is_entered_four_times_at_most()
    {
        var s = Adsc.AtP2();
        foreach (var passage in new[] { 3, 4, 5 })
        {
            s.Later(96).Given(Adsc.Passage([.. s.State.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.InUse).Select(v => v.Id)], 5.0e8m));
            var next = Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.Ids($"P{passage}-", 1, 4), 6360, 4000, passage);
            if (passage < 5) s.Given(next);
            else s.When(next).ThenRejected(Codes.StatePhase);
        }
    }
}

public sealed class PoolingTests
{
    private static Scenario Two()
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m));
        return s.Given(Adsc.Passage(Adsc.P1Vessels[4..], 5.0e7m));
    }

    private static string[] Passages(Scenario s) => [.. s.State.Of<PassagePerformed>().TakeLast(2).Select(p => p.EventId.ToString())];

    [Fact]
    public void A_pool_carries_the_largest_doublings_of_its_parents()
    {
        var s = Two();
        s.Given(new CulturesPooled(Passages(s), ["POOL-1"], [6.0e7m, 5.0e7m]));
        var pool = s.State.Culture.Sources["POOL-1"];
        pool.Cpdl.ShouldBe(s.State.Culture.Growth.Max(g => g.Cpdl)!.Value, 1e-9);
        (pool.Viable, pool.NextPassage, pool.ParentVesselIds.Count).ShouldBe((1.1e8m, 2, 8));
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, Guid.Empty, Adsc.P2Vessels, 6360, 4000, 2) with { SourceIds = ["POOL-1"] }).ThenAccepted();
    }

    [Fact]
    public void Cells_of_different_passages_are_not_pooled()
    {
        var s = Adsc.AfterP1();
        var (p0, p1) = (s.State.Of<PassagePerformed>().First().EventId.ToString(), s.Last<PassagePerformed>().ToString());
        s.When(new CulturesPooled([p0, p1], ["POOL-1"], [1e5m, 1e7m])).ThenRejected(Codes.StateGuard, "data.fromIds");
    }

    [Fact]
    public void A_contaminated_culture_is_not_pooled()
    {
        var s = Adsc.AtP1().Given(new ConfluenceObserved("V-21", 50, LookMethod.Visual, "Cloudy", Contamination.Suspected)).On("2026-04-24T13:00Z")
            .Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 5.0e7m));
        s.When(new CulturesPooled(Passages(s), ["POOL-1"], [6.0e7m, 5.0e7m])).ThenRejected(Codes.StateGuard, "data.fromIds");
    }

    [Fact]
    public void Vessels_of_another_batch_are_not_pooled()
    {
        var s = Two();
        s.When(new CulturesPooled([Passages(s)[0], "FOREIGN-1"], ["POOL-1"], [1e7m, 1e7m])).ThenRejected(Codes.StateGuard, "data.fromIds[1]");
    }

    [Fact]
    public void Doublings_more_than_one_apart_are_flagged()
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 2.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 6.0e7m));
        s.When(new CulturesPooled(Passages(s), ["POOL-1"], [2.0e7m, 6.0e7m])).ThenFlagged(Flags.OutOfWindow, "fromIds");
    }

    [Fact]
    public void Viabilities_more_than_ten_points_apart_are_flagged()
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 6.0e7m) with { ViabilityPct = 80 });
        s.When(new CulturesPooled(Passages(s), ["POOL-1"], [6.0e7m, 6.0e7m])).ThenFlagged(Flags.OutOfWindow, "viabilityPct");
    }

    [Fact]
    public void A_split_larger_than_its_source_is_refused()
    {
        var s = Adsc.AfterP1();
        s.When(new SubLotSplit([s.Last<PassagePerformed>().ToString()], ["A", "B"], [7.0e7m, 6.0e7m])).ThenRejected(Codes.ValRange, "data.viableEach");
    }

    [Fact]
    public void A_split_that_loses_a_tenth_is_flagged()
    {
        var s = Adsc.AfterP1();
        s.When(new SubLotSplit([s.Last<PassagePerformed>().ToString()], ["A", "B"], [5.0e7m, 5.0e7m])).ThenFlagged(Flags.Unreconciled, "viableEach");
    }

    [Fact]
    public void Vessels_set_apart_stay_in_culture()
    {
        var vessel = Adsc.AtP2().Given(new SubLotSplit(["V-34"], ["ADSC-26-0007-B"], [2.5e7m])).State.Culture.Vessels["V-34"];
        (vessel.Status, vessel.SubLot).ShouldBe((VesselStatus.InUse, "ADSC-26-0007-B"));
    }
}

public sealed class IncubationTests
{
    private static MovedIntoIncubator In(int shelf = 1) => new(Adsc.P0Vessels, "INC-04", shelf);
    private static MovedOutOfIncubator Out(string incubator = "INC-04") => new(Adsc.P0Vessels, incubator, "Feed");
    private static Scenario Inside() => Adsc.AtP0().On("2026-04-13T12:15Z").Given(In());

    [Theory]
    [InlineData("OutOfService")]
    [InlineData("Decon")]
    [InlineData("Retired")]
    public void Only_an_incubator_in_service_takes_vessels(string status)
    {
        var s = Adsc.AtP0();
        s.Lab.Equipment["INC-04"] = s.Lab.Equipment["INC-04"] with { Status = status };
        s.When(In()).ThenRejected(Codes.StateGuard, "data.incubatorId");
    }

    [Fact]
    public void An_incubator_with_overdue_calibration_takes_no_vessels()
    {
        var s = Adsc.AtP0();
        s.Lab.Equipment["INC-04"] = s.Lab.Equipment["INC-04"] with { CalibrationOverdue = ["co2"] };
        s.When(In()).ThenRejected(Codes.StateGuard, "data.incubatorId");
    }

    [Fact]
    public void A_vessel_inside_one_incubator_is_not_put_into_another() => Inside().When(In() with { IncubatorId = "INC-02" }).ThenRejected(Codes.StateGuard, "data.vesselIds[0]");

    [Fact]
    public void A_vessel_that_is_not_inside_does_not_come_out()
    {
        Adsc.AtP0().When(Out()).ThenRejected(Codes.StateGuard, "data.vesselIds[0]");
        Inside().When(Out("INC-02")).ThenRejected(Codes.StateGuard, "data.vesselIds[0]");
    }

    [Fact]
    public void The_shelf_exists() => Adsc.AtP0().When(In(5)).ThenRejected(Codes.ValRange, "data.shelf");

    [Theory]
    [InlineData("2026-04-13T12:30Z", false)]
    [InlineData("2026-04-13T12:31Z", true)]
    public void More_than_half_an_hour_outside_is_flagged(string at, bool flagged)
    {
        var outcome = Adsc.AtP0().On(at).When(In());
        if (flagged) outcome.ThenFlagged(Flags.Interval, "vesselIds");
        else outcome.ThenNotFlagged();
    }

    [Fact]
    public void Time_outside_begins_anew_with_each_exit() => Inside().On("2026-04-16T11:50Z").Given(Out()).On("2026-04-16T12:15Z").When(In()).ThenNotFlagged();

    [Fact]
    public void Two_donors_on_one_shelf_are_flagged()
    {
        var s = Adsc.AtP0();
        s.Lab.Equipment["INC-04"] = s.Lab.Equipment["INC-04"] with { DonorsByShelf = new Dictionary<int, IReadOnlyList<string>> { [1] = ["DN-0001"], [2] = ["DN-0007"] } };
        s.When(In()).ThenFlagged(Flags.CoLocated, "shelf");
        s.When(In(2)).ThenNotFlagged();
    }
}
