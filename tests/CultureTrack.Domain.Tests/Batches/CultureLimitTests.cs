using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Both sides of each limit of 2.4 for cells in culture: feeders, seeding, feeding, looks, counts, passages, pools and incubators.</summary>
public sealed class CultureLimitTests
{
    private static Scenario Fresh() => Adsc.Processed().On("2026-04-13T12:00Z");
    private static VesselsSeeded Dish(VesselsSeeded e, decimal perCm2) => e with { Vessels = [new("V-99", "dish", 10)], CellsPerCm2 = perCm2, ViableSeeded = 10 * perCm2 };
    private static Scenario P1(double hours) => Adsc.AtP1().Later(hours);
    private static PassagePerformed Yield(PassagePerformed e, decimal viable) => e with { ViableHarvested = viable };
    private static CellCounted Alike(CellCounted e, params CountReplicate[] counts) => e with { Replicates = counts };

    private static Scenario Two() => Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 5.0e7m));
    private static string[] Last(Scenario s, int count) => [.. s.State.Of<PassagePerformed>().TakeLast(count).Select(p => p.EventId.ToString())];
    private static CulturesPooled Pool(Scenario s) => new(Last(s, 2), ["POOL-1"], [6.0e7m, 5.0e7m]);
    private static SubLotSplit Split(Scenario s) => new(Last(s, 1), ["A", "B"], [6.0e7m, 6.0e7m]);

    private static readonly RuleCase[] Cases =
    [
        .. new Legal<FeederPlated>(() => Cea.Taken().On("2026-03-02T10:00Z"), Cea.Feeder(Cea.Flasks, "2026-03-01T10:00Z"))
            .Names("vesselIds", e => e with { VesselIds = [] }, e => e with { VesselIds = ["V-01", "V-01"] })
            .Numbers("cellsPerCm2", (e, v) => e with { CellsPerCm2 = v }, [1, 200000], [0, 200001])
            .Window("cellsPerCm2", (e, v) => e with { CellsPerCm2 = v }, [20000, 60000], [19999, 60001])
            .Numbers("doseGy", (e, v) => e with { DoseGy = v }, [0.1m, 200], [0, 200.1m])
            .Window("doseGy", (e, v) => e with { DoseGy = v }, [30, 60], [29.9m, 60.1m])
            .Refused("gamma without a dose", e => e with { DoseGy = null }, Codes.ValRequired, "data.doseGy")
            .Allowed("mitomycin without a dose", e => e with { Arrest = FeederArrest.Mitomycin, DoseGy = null })
            .NotFlagged("a dose with mitomycin", e => e with { Arrest = FeederArrest.Mitomycin, DoseGy = 10 }, Flags.OutOfWindow, "doseGy")
            .Allowed("plated at the arrest", e => e with { ArrestedAt = Scenario.At("2026-03-02T10:00Z") })
            .Refused("plated before the arrest", e => e with { ArrestedAt = Scenario.At("2026-03-02T10:00:01Z") }, Codes.ValOrder, "data.arrestedAt")
            .NotFlagged("a feeder of 72.4 h", e => e with { ArrestedAt = Scenario.At("2026-02-27T09:36Z") }, Flags.Interval, "arrestedAt")
            .Flagged("a feeder of 72.6 h", e => e with { ArrestedAt = Scenario.At("2026-02-27T09:24Z") }, Flags.Interval, "arrestedAt")
            .Refused("an unknown lot", e => e with { FeederLot = "NONE" }, Codes.ValLot, "data.feederLot")
            .RefusedWhen("with an arrest control not done", s => s.Lab.Lots["FDR-26-01"] = s.Lab.Lots["FDR-26-01"] with { ArrestControlPassed = null }, Codes.ValLot, "data.feederLot").Cases,
        .. new Legal<VesselsSeeded>(Fresh, s => Adsc.SeedP0(s.Last<IsolationPerformed>()))
            .Numbers("mediumMl", (e, v) => e with { MediumMl = v }, [0.1m], [0])
            .Numbers("viableSeeded", (e, v) => e with { ViableSeeded = v }, [16666667, 18421052], [0, 16666666, 18421053])
            .Numbers("cellsPerCm2", Dish, [1, 1000000], [0, 1000001])
            .Window("cellsPerCm2", Dish, [5000, 50000], [4999, 50001])
            .Names("vessels", e => e with { Vessels = [] }, e => e with { Vessels = [new("V-01", "T175", 875), new("V-01", "T175", 875)] })
            .Refused("a vessel without area", e => e with { Vessels = [.. e.Vessels, new("V-99", "dish", 0)] }, Codes.ValRange, "data.vessels[10].areaCm2")
            .Names("sourceIds", e => e with { SourceIds = [] })
            .Refused("cells of another type", e => e with { CellLine = CellLine.Fibroblast }, Codes.ValRange, "data.cellLine")
            .Refused("another passage", e => e with { Passage = 1 }, Codes.ValRange, "data.passage")
            .Refused("an unknown lot", e => e with { MediumLot = "NONE" }, Codes.ValLot, "data.mediumLot").Cases,
        .. new Legal<VesselsSeeded>(Adsc.AfterP0, s => Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P1Vessels, 636, 4000, 1), name: "VesselsSeeded P1")
            .Window("cellsPerCm2", Dish, [1000, 10000], [999, 10001]).Cases,
        .. new Legal<VesselsSeeded>(() => Cea.Processed().On("2026-03-02T13:00Z"), s => Cea.Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), Cea.Flasks, 175, 2.0e4m, 0), name: "VesselsSeeded keratinocytes")
            .Window("cellsPerCm2", Dish, [5000, 50000], [4999, 50001]).Cases,
        .. new Legal<VesselsSeeded>(Bls.IsCast, Bls.Epidermis, name: "VesselsSeeded epidermis")
            .Window("cellsPerCm2", (e, v) => e with { CellsPerCm2 = v, ViableSeeded = 200 * v }, [50000, 300000], [49999, 300001]).Cases,
        .. new Legal<MediumChanged>(() => Adsc.AtP0().On("2026-04-16T12:00Z"), new MediumChanged(Adsc.P0Vessels, "MED-26-01", 350, 350, FeedKind.Full))
            .Names("vesselIds", e => e with { VesselIds = [] }, e => e with { VesselIds = ["V-01", "V-01"] })
            .Numbers("removedMl", (e, v) => e with { RemovedMl = v }, [0], [-0.1m])
            .Numbers("addedMl", (e, v) => e with { AddedMl = v }, [87.5m, 1750], [-0.1m, 87.4m, 1750.1m])
            .Allowed("nothing added while some is left", e => e with { RemovedMl = 100, AddedMl = 0 })
            .Window("depthMlPerCm2", (e, v) => e with { AddedMl = v }, [254, 883], [253, 884])
            .Refused("an unknown lot", e => e with { MediumLot = "NONE" }, Codes.ValLot, "data.mediumLot").Cases,
        .. new Legal<MediumChanged>(() => Bls.Covered().Given(Bls.Lift), new MediumChanged(Bls.Trays, "MED-26-01", 50, 30, FeedKind.Half), name: "MediumChanged under an air lift")
            .Window("depthMlPerCm2", (e, v) => e with { AddedMl = v }, [10, 60.9m], [61.1m]).Cases,
        .. new Legal<ConfluenceObserved>(Adsc.AtP1, new ConfluenceObserved("V-21", 50, LookMethod.Image, "Spindle", Contamination.None))
            .Numbers("pct", (e, v) => e with { Pct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("pct", (e, v) => e with { Pct = v }, [95], [95.1m]).Cases,
        .. new Legal<PassagePerformed>(() => P1(96), Adsc.Passage(Adsc.P1Vessels, 1.22112e8m))
            .Names("fromVesselIds", e => e with { FromVesselIds = [] }, e => e with { FromVesselIds = ["V-21", "V-21"] })
            .Numbers("exposureMin", (e, v) => e with { ExposureMin = v }, [0.1m, 60], [0, 60.1m])
            .Window("exposureMin", (e, v) => e with { ExposureMin = v }, [15], [15.1m])
            .Numbers("viabilityPct", (e, v) => e with { ViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Numbers("viableHarvested", Yield, [5.088e9m], [0, 5.0881e9m])
            .Refused("an unknown reagent", e => e with { ReagentLot = "NONE" }, Codes.ValLot, "data.reagentLot")
            .Refused("cells of another type", e => e with { CellLine = CellLine.Keratinocyte }, Codes.StateGuard, "data.fromVesselIds")
            .Refused("an emptied vessel", e => e with { FromVesselIds = ["V-21", "V-01"] }, Codes.StateGuard, "data.fromVesselIds[1]").Cases,
        .. new Legal<PassagePerformed>(() => P1(24), Adsc.Passage(Adsc.P1Vessels, 6.0e7m), name: "PassagePerformed after a day")
            .Numbers("viableHarvested", Yield, [1.07e8m], [1.08e8m]).Cases,
        .. new Legal<PassagePerformed>(() => P1(72), Adsc.Passage(Adsc.P1Vessels, 6.0e7m), name: "PassagePerformed after three days")
            .Window("tdHours", Yield, [3.256e8m, 3.09e7m], [3.75e8m, 3.07e7m]).Cases,
        .. new Legal<PassagePerformed>(() => P1(48), Adsc.Passage(Adsc.P1Vessels, 6.0e7m), name: "PassagePerformed after two days")
            .Window("pd", Yield, [2.80e7m], [2.76e7m]).Cases,
        .. new Legal<PassagePerformed>(() => P1(120), Adsc.Passage(Adsc.P1Vessels, 1.2e8m), name: "PassagePerformed after five days")
            .Window("pd", Yield, [1.338e9m], [1.36e9m]).Cases,
        .. new Legal<PassagePerformed>(() => Cea.AtP0().On("2026-03-08T10:00Z"), new PassagePerformed(CellLine.Keratinocyte, Cea.Flasks, "TRY-26-01", 15, 1.26e8m, 93.5m), name: "PassagePerformed keratinocytes")
            .Window("exposureMin", (e, v) => e with { ExposureMin = v }, [40], [40.1m]).Cases,
        .. new Legal<HarvestPerformed>(() => Adsc.AtP2().On("2026-04-28T14:00Z"), Adsc.Harvest)
            .Names("vesselIds", e => e with { VesselIds = [] }, e => e with { VesselIds = ["V-31", "V-31"] })
            .Numbers("viable", (e, v) => e with { Viable = v }, [5.0e9m, 2.544e10m], [0, 2.5441e10m])
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [0.1m], [0])
            .Numbers("viabilityPct", (e, v) => e with { ViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("viabilityPct", (e, v) => e with { ViabilityPct = v }, [80], [79.9m]).Cases,
        .. new Legal<CellCounted>(Cea.Loose, Cea.QcTrayCount with { VesselId = null })
            .Numbers("dilution", (e, v) => e with { Dilution = v }, [1, 1000], [0.9m, 1000.1m])
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [0.1m], [0])
            .Numbers("viablePerMl", (e, v) => e with { ViablePerMl = v }, [1, 1e9m], [0, 1000000001])
            .Window("viablePerMl", (e, v) => e with { ViablePerMl = v }, [50000, 1e7m], [49999, 10000001])
            .Numbers("viabilityPct", (e, v) => e with { ViabilityPct = v }, [85.6m, 86.5m], [85.5m, 86.6m])
            .Numbers("viabilityPct", (e, v) => Alike(e, new(0, 0), new(0, 0)) with { ViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("viabilityPct", (e, v) => Alike(e, new(0, 0), new(0, 0)) with { ViabilityPct = v }, [80], [79.9m])
            .Refused("one replicate", e => Alike(e, new CountReplicate(62, 10)), Codes.ValRange, "data.replicates")
            .Allowed("two replicates", e => Alike(e, new(62, 10), new(62, 10)))
            .Refused("a negative count of the living", e => Alike(e, new(62, 10), new(-1, 10)), Codes.ValRange, "data.replicates")
            .Refused("a negative count of the dead", e => Alike(e, new(62, 10), new(62, -1)), Codes.ValRange, "data.replicates")
            .NotFlagged("a hundred cells", e => Alike(e, new(43, 7), new(43, 7)), Flags.LowCount, "replicates")
            .Flagged("ninety-nine cells", e => Alike(e, new(43, 7), new(42, 7)) with { ViabilityPct = 85.9m }, Flags.LowCount, "replicates")
            .NotFlagged("counts that differ by 15 %", e => Alike(e, new(110, 17), new(89, 15)), Flags.HighCv, "replicates")
            .Flagged("counts that differ by 16 %", e => Alike(e, new(111, 17), new(89, 15)), Flags.HighCv, "replicates")
            .Refused("an unknown vessel", e => e with { VesselId = "TR-99" }, Codes.StateGuard, "data.vesselId").Cases,
        .. new Legal<MovedIntoIncubator>(Adsc.AtP0, new MovedIntoIncubator(Adsc.P0Vessels, "INC-04", 1))
            .Names("vesselIds", e => e with { VesselIds = [] }, e => e with { VesselIds = ["V-01", "V-01"] })
            .Numbers("shelf", (e, v) => e with { Shelf = (int)v }, [1, 4], [0, 5])
            .Refused("an unknown incubator", e => e with { IncubatorId = "INC-99" }, Codes.StateGuard, "data.incubatorId")
            .Refused("a freezer", e => e with { IncubatorId = "FRZ-01", Shelf = 0 }, Codes.StateGuard, "data.incubatorId")
            .Refused("an unknown vessel", e => e with { VesselIds = ["V-01", "V-99"] }, Codes.StateGuard, "data.vesselIds[1]").Cases,
        .. new Legal<MovedIntoIncubator>(() => Cea.Taken().On("2026-03-02T10:00Z").Given(Cea.Feeder(Cea.Flasks, "2026-03-01T10:00Z")).Later(5), new MovedIntoIncubator(Cea.Flasks, "INC-04", 1), name: "MovedIntoIncubator of feeder layers")
            .NotFlagged("long outside", e => e, Flags.Interval, "vesselIds").Cases,
        .. new Legal<MovedOutOfIncubator>(() => Adsc.AtP0().Given(new MovedIntoIncubator(Adsc.P0Vessels, "INC-04", 1)).Later(1), new MovedOutOfIncubator(Adsc.P0Vessels, "INC-04", "Feed"))
            .Names("vesselIds", e => e with { VesselIds = [] }, e => e with { VesselIds = ["V-01", "V-01"] }).Cases,
        .. new Legal<CulturesPooled>(Two, Pool)
            .Names("fromIds", e => e with { FromIds = [], ViableEach = [] })
            .Names("toIds", e => e with { ToIds = [] }, e => e with { ToIds = ["POOL-1", "POOL-1"] })
            .Refused("a number missing", e => e with { ViableEach = [6.0e7m] }, Codes.ValFormat, "data.viableEach")
            .Numbers("viableEach", (e, v) => e with { ViableEach = [6.0e7m, v] }, [1, 5.55e7m], [0, 55500001])
            .Refused("a vessel still in culture", e => e with { FromIds = [e.FromIds[0], "V-99"] }, Codes.StateGuard, "data.fromIds[1]").Cases,
        .. new Legal<SubLotSplit>(Adsc.AfterP1, Split)
            .Names("fromIds", e => e with { FromIds = [] })
            .Names("toIds", e => e with { ToIds = [], ViableEach = [] }, e => e with { ToIds = ["A", "A"] })
            .Refused("a number missing", e => e with { ViableEach = [6.0e7m] }, Codes.ValFormat, "data.viableEach")
            .Numbers("viableEach", (e, v) => e with { ViableEach = [6.0e7m, v] }, [1, 68217600], [0, 68217601])
            .Window("viableEach", (e, v) => e with { ViableEach = [6.0e7m, v - 6.0e7m] }, [1.0942e8m], [1.0917e8m], Flags.Unreconciled)
            .Refused("cells that are not there", e => e with { FromIds = [e.FromIds[0], "X-1"] }, Codes.StateGuard, "data.fromIds").Cases,
    ];

    public static TheoryData<string> Names => RuleCase.Names(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Is_answered_as_the_rule_says(string rule) => RuleCase.Check(Cases, rule);

    [Fact]
    public void Vessels_of_different_passages_are_not_detached_together()
    {
        var s = Adsc.AtP0().On("2026-04-20T12:00Z").Given(Adsc.Passage(Adsc.P0Vessels[..4], 8.4e6m));
        s.Given(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), ["V-21"], 636, 4000, 1)).Later(96);
        s.When(Adsc.Passage(["V-05", "V-21"], 1.0e7m), comment: "As seen").ThenRejected(Codes.StateGuard, "data.fromVesselIds");
        s.When(Adsc.Passage(["V-21"], 1.0e7m), comment: "As seen").ThenAccepted();
    }

    [Fact]
    public void Cells_of_different_types_are_not_pooled()
    {
        var s = Bls.Cultured();
        s.When(new CulturesPooled(Last(s, 2), ["POOL-1"], [1.0e6m, 1.0e6m]), comment: "As seen").ThenRejected(Codes.StateGuard, "data.fromIds");
    }

    [Fact]
    public void Cells_still_attached_are_not_pooled()
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m));
        s.When(new CulturesPooled([Last(s, 1)[0], "V-25"], ["POOL-1"], [1.0e6m, 1.0e6m])).ThenRejected(Codes.StateGuard, "data.fromIds[1]");
    }

    [Theory]
    [InlineData(85.2, false)]
    [InlineData(84.5, true)]
    public void Viabilities_ten_points_apart_are_pooled_without_a_flag(decimal viability, bool flagged)
    {
        var s = Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 6.0e7m) with { ViabilityPct = viability });
        var outcome = s.When(new CulturesPooled(Last(s, 2), ["POOL-1"], [6.0e7m, 6.0e7m]));
        if (flagged) outcome.ThenFlagged(Flags.OutOfWindow, "viabilityPct");
        else outcome.ThenNotFlagged();
    }
}
