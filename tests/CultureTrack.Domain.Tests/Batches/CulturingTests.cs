using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class FeederTests
{
    private static FeederPlated Feeder => Cea.Feeder(Cea.Flasks, "2026-03-01T10:00Z");
    private static Scenario Before() => Cea.Taken().On("2026-03-02T10:00Z");

    [Fact]
    public void Feeder_cells_wait_for_the_tissue() => Cea.New().On("2026-03-01T09:00Z").Given(Cea.Registered).On("2026-03-01T10:30Z").When(Feeder).ThenRejected(Codes.StateTransition);

    [Fact]
    public void A_feeder_lot_needs_a_passed_arrest_control()
    {
        var s = Before();
        s.Lab.Lots["FDR-26-01"] = s.Lab.Lots["FDR-26-01"] with { ArrestControlPassed = false };
        s.When(Feeder).ThenRejected(Codes.ValLot, "data.feederLot");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200001)]
    public void An_impossible_feeder_density_is_refused(decimal density) => Before().When(Feeder with { CellsPerCm2 = density }).ThenRejected(Codes.ValRange, "data.cellsPerCm2");

    [Theory]
    [InlineData(19999)]
    [InlineData(60001)]
    public void An_unusual_feeder_density_is_flagged(decimal density) => Before().When(Feeder with { CellsPerCm2 = density }).ThenFlagged(Flags.OutOfWindow, "cellsPerCm2");

    [Theory]
    [InlineData(29.9)]
    [InlineData(60.1)]
    public void An_unusual_gamma_dose_is_flagged(decimal dose) => Before().When(Feeder with { DoseGy = dose }).ThenFlagged(Flags.OutOfWindow, "doseGy");

    [Fact]
    public void An_impossible_gamma_dose_is_refused() => Before().When(Feeder with { DoseGy = 201 }).ThenRejected(Codes.ValRange, "data.doseGy");

    [Fact]
    public void A_feeder_older_than_three_days_is_flagged() => Before().When(Feeder with { ArrestedAt = Scenario.At("2026-02-27T09:00Z") }).ThenFlagged(Flags.Interval, "arrestedAt");

    [Fact]
    public void A_feeder_vessel_is_in_use_only_when_cells_are_seeded()
    {
        Before().Given(Feeder).When(Feeder).ThenAccepted();
        Cea.AtP0().When(Feeder with { ArrestedAt = Scenario.At("2026-03-02T10:00Z") }).ThenRejected(Codes.ValDuplicate, "data.vesselIds");
    }
}

public sealed class SeedingTests
{
    private static VesselsSeeded P0(Scenario s) => Adsc.SeedP0(s.Last<IsolationPerformed>());
    private static Scenario Before() => Adsc.Processed().On("2026-04-13T12:00Z");
    private static VesselsSeeded Sized(VesselsSeeded e, decimal perCm2) => e with { CellsPerCm2 = perCm2, ViableSeeded = e.Vessels.Sum(v => v.AreaCm2) * perCm2 };

    [Fact]
    public void Seeding_enters_the_phase_of_its_purpose() => Adsc.AtP0().State.Phase.ShouldBe("P0");

    [Fact]
    public void A_vessel_in_use_here_is_refused()
    {
        var s = Adsc.AtP0();
        s.When(P0(s) with { ViableSeeded = 1750, CellsPerCm2 = 1 }).ThenRejected(Codes.ValDuplicate, "data.vessels");
    }

    [Fact]
    public void A_vessel_in_use_in_another_batch_is_refused()
    {
        var s = Before();
        s.Lab.IdsInUse["V-01"] = "ADSC-26-0001";
        s.When(P0(s)).ThenRejected(Codes.ValDuplicate, "data.vessels");
    }

    [Fact]
    public void A_vessel_named_twice_is_refused()
    {
        var s = Before();
        s.When(P0(s) with { Vessels = [new("V-01", "T175", 875), new("V-01", "T175", 875)] }).ThenRejected(Codes.ValDuplicate, "data.vessels");
    }

    [Theory]
    [InlineData(1.66e7)]
    [InlineData(1.85e7)]
    public void Density_times_area_must_fit_the_cells_seeded(decimal viable)
    {
        var s = Before();
        s.When(P0(s) with { ViableSeeded = viable }).ThenRejected(Codes.ValRange, "data.viableSeeded");
    }

    [Fact]
    public void More_than_105_percent_of_the_cells_are_not_there()
    {
        var s = Before();
        s.When(Sized(P0(s), 11000)).ThenRejected(Codes.ValRange, "data.viableSeeded");
        s.When(Sized(P0(s), 10900)).ThenAccepted();
    }

    [Fact]
    public void All_seedings_from_one_source_are_added()
    {
        var s = Adsc.AtP0();
        var more = Adsc.Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), ["V-12"], 175, 1.0e4m, 0);
        s.When(more).ThenRejected(Codes.ValRange, "data.viableSeeded");
    }

    [Fact]
    public void The_passage_number_follows_the_lineage()
    {
        var s = Adsc.AfterP0();
        var seeded = Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P1Vessels, 636, 4000, 2);
        s.When(seeded).ThenRejected(Codes.ValRange, "data.passage");
        s.When(seeded with { Passage = 1 }).ThenAccepted();
    }

    [Fact]
    public void Cells_come_from_a_suspension_of_this_batch()
    {
        var s = Before();
        s.When(P0(s) with { SourceIds = [Guid.NewGuid().ToString()] }).ThenRejected(Codes.StateGuard, "data.sourceIds[0]");
    }

    [Fact]
    public void A_vessel_stands_for_what_was_detached_from_it()
    {
        var s = Adsc.AfterP0();
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, Guid.Empty, Adsc.P1Vessels, 636, 4000, 1) with { SourceIds = ["V-01"] }).ThenAccepted();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000001)]
    public void An_impossible_density_is_refused(decimal density)
    {
        var s = Before();
        s.When(P0(s) with { CellsPerCm2 = density }).ThenRejected(Codes.ValRange, "data.cellsPerCm2");
    }

    [Fact]
    public void An_unusual_density_of_fresh_fat_cells_is_flagged()
    {
        var s = Before();
        s.When(Sized(P0(s), 4999)).ThenFlagged(Flags.OutOfWindow, "cellsPerCm2");
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, false)]
    public void The_window_of_later_passages_begins_at_a_thousand(decimal density, bool flagged)
    {
        var s = Adsc.AfterP0();
        var outcome = s.When(Sized(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P1Vessels, 636, 4000, 1), density));
        if (flagged) outcome.ThenFlagged(Flags.OutOfWindow, "cellsPerCm2");
        else outcome.ThenNotFlagged();
    }

    [Fact]
    public void Colony_plates_have_no_density_window()
    {
        var s = Adsc.AtP0();
        s.When(new VesselsSeeded(SeedingPurpose.CfuF, CellLine.Msc, [s.Last<IsolationPerformed>().ToString()], [new("V-11", "dish", 152)], 1000, 6.579m, 0, "MED-26-01", 30)).ThenNotFlagged();
    }

    [Fact]
    public void An_expired_medium_is_refused()
    {
        var s = Before();
        s.Lab.Lots["MED-26-01"] = s.Lab.Lots["MED-26-01"] with { ExpiresAt = s.Now };
        s.When(P0(s)).ThenRejected(Codes.ValLot, "data.mediumLot");
    }

    [Fact]
    public void Sheets_of_CEA_do_not_follow_isolation_directly()
    {
        var s = Cea.Processed().On("2026-03-02T13:00Z");
        s.When(Cea.Seeded(SeedingPurpose.Sheet, s.Last<IsolationPerformed>(), Cea.Trays, 100, 1.5e4m, 1)).ThenRejected(Codes.StatePhase);
    }

    [Fact]
    public void The_split_ratio_is_computed_from_the_old_area()
    {
        var s = Adsc.AfterP1().On("2026-04-24T14:00Z");
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P2Vessels, 6360, 4000, 2)).ThenComputed("splitRatio", 6.0);
    }
}

public sealed class FeedingTests
{
    private static MediumChanged Change(decimal removed = 350, decimal added = 350) => new(Adsc.P0Vessels, "MED-26-01", removed, added, FeedKind.Full);
    private static Scenario Before() => Adsc.AtP0().On("2026-04-16T12:00Z");

    [Fact]
    public void The_depth_is_computed_over_all_vessels() => Before().When(Change()).ThenComputed("depthMlPerCm2", 0.2);

    [Theory]
    [InlineData(350, 87)]
    [InlineData(0, 1401)]
    public void An_impossible_depth_is_refused(decimal removed, decimal added) => Before().When(Change(removed, added)).ThenRejected(Codes.ValRange, "data.addedMl");

    [Theory]
    [InlineData(350, 245)]
    [InlineData(0, 560)]
    public void An_unusual_depth_is_flagged(decimal removed, decimal added) => Before().When(Change(removed, added)).ThenFlagged(Flags.OutOfWindow, "depthMlPerCm2");

    [Theory]
    [InlineData("2026-04-13T23:00Z", true)]
    [InlineData("2026-04-14T00:00Z", false)]
    [InlineData("2026-04-17T12:00Z", false)]
    [InlineData("2026-04-17T13:00Z", true)]
    public void A_change_sooner_than_12_or_later_than_96_hours_is_flagged(string at, bool flagged)
    {
        var outcome = Adsc.AtP0().On(at).When(Change());
        if (flagged) outcome.ThenFlagged(Flags.Interval);
        else outcome.ThenNotFlagged();
    }

    [Fact]
    public void Intervals_run_from_the_last_change() => Before().Given(Change()).On("2026-04-18T12:00Z").When(Change()).ThenNotFlagged();

    [Fact]
    public void An_empty_vessel_is_not_fed() => Adsc.AfterP0().When(Change()).ThenRejected(Codes.StateGuard, "data.vesselIds[0]");

    [Fact]
    public void A_recalled_medium_is_refused()
    {
        var s = Before();
        s.Lab.Lots["MED-26-01"] = s.Lab.Lots["MED-26-01"] with { RecalledAt = s.Now };
        s.When(Change()).ThenRejected(Codes.ValLot, "data.mediumLot");
    }

    [Fact]
    public void Feeding_goes_on_under_hold_and_needs_no_comment_for_it()
    {
        var accepted = Before().Given(new HoldPlaced(null, "Under investigation")).When(Change()).ThenAccepted();
        accepted.Events[0].Flags.Select(f => f.Code).ShouldBe([Flags.UnderHold]);
    }
}
