using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class FreezingTests
{
    private static readonly CellsFrozen Frozen = new([new("F-1", 5e7m, 5), new("F-2", 5e7m, 5)], 10, 15, -1.0m, -160);

    private static Scenario Sampled() => Adsc.AfterP1()
        .Force(new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01");

    private static Scenario Banked() => Sampled().Given(Frozen).Later(1).Given(new StoredAt(["F-1", "F-2"], "FRZ-01", ["FRZ-01/R1/B1/A1", "FRZ-01/R1/B1/A2"]));

    [Fact]
    public void An_intermediate_is_frozen_only_after_sterility_and_mycoplasma_were_sampled()
    {
        Adsc.AfterP1().When(Frozen).ThenRejected(Codes.StateGuard);
        Sampled().When(Frozen).ThenAccepted().State.State.ShouldBe(LifeState.Cryostored);
    }

    [Theory]
    [InlineData(20.1, 15, -160, "data.dmsoPct")]
    [InlineData(10, 120.1, -160, "data.contactMin")]
    [InlineData(10, 15, -59.9, "data.storageC")]
    public void Impossible_freezing_is_refused(decimal dmso, decimal contact, decimal storage, string field) =>
        Sampled().When(Frozen with { DmsoPct = dmso, ContactMin = contact, StorageC = storage }).ThenRejected(Codes.ValRange, field);

    [Fact]
    public void More_than_1e8_cells_per_millilitre_are_not_frozen() =>
        Sampled().When(Frozen with { Containers = [new("F-1", 1.01e8m, 1)] }).ThenRejected(Codes.ValRange, "data.containers[0].viable");

    [Theory]
    [InlineData(4.9, 15, -1, -160, "dmsoPct")]
    [InlineData(10, 30.1, -1, -160, "contactMin")]
    [InlineData(10, 15, -0.4, -160, "ratePerMinC")]
    [InlineData(10, 15, -2.1, -160, "ratePerMinC")]
    [InlineData(10, 15, -1, -149.9, "storageC")]
    public void Unusual_freezing_is_flagged(decimal dmso, decimal contact, decimal rate, decimal storage, string field) =>
        Sampled().When(Frozen with { DmsoPct = dmso, ContactMin = contact, RatePerMinC = rate, StorageC = storage }).ThenFlagged(Flags.OutOfWindow, field);

    [Fact]
    public void Frozen_cells_are_thawed_after_their_tests_have_passed()
    {
        var thaw = new CellsThawed(["F-1"], 3, 85, 80);
        Banked().When(thaw).ThenRejected(Codes.StateGuard);
        Passed(Banked()).When(thaw).ThenAccepted().State.State.ShouldBe(LifeState.InProcess);
    }

    [Fact]
    public void Frozen_cells_on_hold_are_not_thawed() =>
        Passed(Banked()).Given(new HoldPlaced(null, "Under investigation")).When(new CellsThawed(["F-1"], 3, 85, 80)).ThenRejected(Codes.StateHold);

    [Fact]
    public void Freezing_adds_no_passage_and_no_doublings()
    {
        var s = Passed(Banked()).Given(new CellsThawed(["F-1"], 3, 85, 80));
        var before = s.State.Culture.Sources[s.State.Of<PassagePerformed>().Last().EventId.ToString()];
        var thawed = s.State.Culture.Sources[s.Last<CellsThawed>().ToString()];
        (thawed.NextPassage, thawed.Cpdl, thawed.Viable).ShouldBe((2, before.Cpdl, 4e7m));
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<CellsThawed>(), ["V-51"], 6360, 4000, 2)).ThenAccepted();
    }

    [Fact]
    public void What_was_not_stored_is_not_thawed() => Passed(Sampled().Given(Frozen)).When(new CellsThawed(["F-1"], 3, 85, 80)).ThenRejected(Codes.StateGuard, "data.containerIds[0]");

    [Fact]
    public void More_than_110_percent_are_not_recovered() => Passed(Banked()).When(new CellsThawed(["F-1"], 3, 85, 110.1m)).ThenRejected(Codes.ValRange, "data.recoveryPct");

    [Theory]
    [InlineData(5.1, 85, 80, "durationMin")]
    [InlineData(3, 69.9, 80, "viabilityPct")]
    [InlineData(3, 85, 59.9, "recoveryPct")]
    public void A_poor_thaw_is_flagged(decimal minutes, decimal viability, decimal recovery, string field) =>
        Passed(Banked()).When(new CellsThawed(["F-1"], minutes, viability, recovery)).ThenFlagged(Flags.OutOfWindow, field);

    internal static Scenario Passed(Scenario s) => s
        .Force(new QcTestStarted("T-4", "S-1", "C-04", 1, s.Now), "qc01").Force(new QcResultRecorded("R-4", "T-4", ResultKind.Interim, [new(Qualitative: Qualitative.Negative)], true, null), "qc01")
        .Force(new QcTestStarted("T-7", "S-1", "C-07", 1, null), "qc01").Force(new QcResultRecorded("R-7", "T-7", ResultKind.Final, [new(Qualitative: Qualitative.NotDetected)], true, null), "qc01")
        .Force(new QcResultApproved("R-4"), "qc02").Force(new QcResultApproved("R-7"), "qc02");
}

public sealed class StorageTests
{
    private static StoredAt Store(params string[] positions) => new(Adsc.Bags[..positions.Length], "FRZ-01", positions);

    [Theory]
    [InlineData("FRZ-02/R1/B1/A1")]
    [InlineData("FRZ-01")]
    [InlineData("FRZ-01/R1/B1/A1/X9")]
    public void A_position_is_one_of_the_equipment(string position) => Adsc.Filled().When(Store(position)).ThenRejected(Codes.ValFormat, "data.positions[0]");

    [Fact]
    public void One_container_stands_in_one_position()
    {
        Adsc.Filled().When(Store("FRZ-01/R1/B1/A1", "FRZ-01/R1/B1/A1")).ThenRejected(Codes.ValDuplicate, "data.positions[1]");
        var s = Adsc.Filled();
        s.Lab.Equipment["FRZ-01"] = s.Lab.Equipment["FRZ-01"] with { OccupiedPositions = new Dictionary<string, string> { ["FRZ-01/R1/B1/A1"] = "OTHER-1" } };
        s.When(Store("FRZ-01/R1/B1/A1")).ThenRejected(Codes.ValDuplicate, "data.positions[0]");
    }

    [Fact]
    public void A_stored_container_is_not_stored_again() =>
        Adsc.Filled().Given(Store("FRZ-01/R1/B1/A1")).When(Store("FRZ-01/R1/B1/A2")).ThenRejected(Codes.StateGuard, "data.containerIds[0]");

    [Fact]
    public void What_is_not_stored_is_not_taken_out() =>
        Adsc.Filled().When(new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Move)).ThenRejected(Codes.StateGuard, "data.containerIds[0]");

    [Fact]
    public void A_freezer_out_of_service_takes_nothing()
    {
        var s = Adsc.Filled();
        s.Lab.Equipment["FRZ-01"] = s.Lab.Equipment["FRZ-01"] with { Status = "OutOfService" };
        s.When(Store("FRZ-01/R1/B1/A1")).ThenRejected(Codes.StateGuard, "data.equipmentId");
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void More_than_five_minutes_out_of_storage_are_flagged(int minutes, bool flagged)
    {
        var s = Adsc.Filled().Given(Store("FRZ-01/R1/B1/A1")).Later(1).Given(new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Move)).Later(minutes / 60.0);
        if (flagged) s.When(Store("FRZ-01/R1/B1/A2")).ThenFlagged(Flags.Interval);
        else s.When(Store("FRZ-01/R1/B1/A2")).ThenNotFlagged();
    }
}

public sealed class SheetTests
{
    private static Scenario Before() => Cea.Maturing().On("2026-03-19T07:00Z");
    private static SheetDetached First(Func<DetachedSheet, DetachedSheet> change) => Cea.Detached with { Sheets = [change(Cea.Detached.Sheets[0]), .. Cea.Detached.Sheets.Skip(1)] };

    [Fact]
    public void The_mean_contraction_is_computed() => Before().When(Cea.Detached).ThenComputed("contractionPct", 42.0);

    [Fact]
    public void Detaching_needs_a_second_person_in_the_same_entry() => Before().When(Cea.Detached, verify: null).ThenRejected(Codes.StateGuard, "verification");

    [Fact]
    public void A_sheet_does_not_grow_when_detached() => Before().When(First(s => s with { AreaAfterCm2 = 101 })).ThenRejected(Codes.ValRange, "data.sheets[0].areaAfterCm2");

    [Theory]
    [InlineData(0)]
    [InlineData(240.1)]
    public void An_impossible_dispase_time_is_refused(decimal minutes) => Before().When(Cea.Detached with { DurationMin = minutes }).ThenRejected(Codes.ValRange, "data.durationMin");

    [Fact]
    public void A_long_dispase_time_is_flagged() => Before().When(Cea.Detached with { DurationMin = 91 }).ThenFlagged(Flags.OutOfWindow, "durationMin");

    [Fact]
    public void A_strong_contraction_of_one_sheet_is_flagged() => Before().When(First(s => s with { AreaAfterCm2 = 44 })).ThenFlagged(Flags.OutOfWindow, "sheets[0].areaAfterCm2");

    [Fact]
    public void A_tear_is_flagged() => Before().When(First(s => s with { Tears = 1, MaxTearMm = 3 })).ThenFlagged(Flags.OutOfWindow, "sheets[0].tears");

    [Fact]
    public void A_sheet_comes_from_a_tray_of_this_batch() => Before().When(First(s => s with { FromVesselId = "TR-99" })).ThenRejected(Codes.StateGuard, "data.sheets[0].fromVesselId");

    [Fact]
    public void The_QC_tray_gives_no_sheet() => Before().When(Cea.Detached with { QcVesselId = "TR-01" }).ThenRejected(Codes.ValRange, "data.qcVesselId");

    [Fact]
    public void Sheets_are_mounted_after_they_were_detached()
    {
        Before().When(Cea.Mounted).ThenRejected(Codes.StatePhase);
        Cea.Loose().When(Cea.Mounted with { SheetIds = ["CEA-26-0001-99"] }).ThenRejected(Codes.StateGuard, "data.sheetIds[0]");
    }

    [Fact]
    public void An_unmarked_side_and_missing_fixings_are_flagged()
    {
        Cea.Loose().When(Cea.Mounted with { BasalSideMarked = false }).ThenFlagged(Flags.OutOfWindow, "basalSideMarked");
        Cea.Loose().When(Cea.Mounted with { FixingsComplete = false }).ThenFlagged(Flags.OutOfWindow, "fixingsComplete");
    }

    [Fact]
    public void Keratinocyte_sheets_are_not_harvested_as_a_suspension() =>
        Before().When(new HarvestPerformed(CellLine.Keratinocyte, Cea.Trays, 1e7m, 90, 10)).ThenRejected(Codes.StatePhase);
}

public sealed class HarvestTests
{
    private static Scenario Before() => Adsc.AtP2().On("2026-04-28T14:00Z");

    [Fact]
    public void A_harvest_needs_a_second_person_in_the_same_entry() => Before().When(Adsc.Harvest, verify: null).ThenRejected(Codes.StateGuard, "verification");

    [Fact]
    [Trait("Rule", "R-18")]
    public void The_second_person_is_another_one() => Before().When(Adsc.Harvest, verify: "tech01").ThenRejected(Codes.SodVerifier);

    [Fact]
    public void More_than_a_million_cells_per_square_centimetre_are_impossible() => Before().When(Adsc.Harvest with { Viable = 2.6e10m }).ThenRejected(Codes.ValRange, "data.viable");

    [Fact]
    public void A_low_viability_is_flagged() => Before().When(Adsc.Harvest with { ViabilityPct = 79.9m }).ThenFlagged(Flags.OutOfWindow, "viabilityPct");

    [Fact]
    public void Stromal_cells_are_not_harvested_from_P0() => Adsc.AtP0().On("2026-04-20T12:00Z").When(Adsc.Harvest with { VesselIds = Adsc.P0Vessels, Viable = 2.1e7m }).ThenRejected(Codes.StatePhase);
}
