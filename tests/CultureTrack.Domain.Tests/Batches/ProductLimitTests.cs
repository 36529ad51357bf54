using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Both sides of each limit of 2.4 for sheets, constructs and conditioned medium.</summary>
public sealed class ProductLimitTests
{
    private static DateTimeOffset Dry(double hours) => Cm.Dried.EndedAt.AddHours(-hours);
    private static SheetDetached First(SheetDetached e, Func<DetachedSheet, DetachedSheet> change) => e with { Sheets = [change(e.Sheets[0]), .. e.Sheets.Skip(1)] };
    private static ScaffoldSeeded Small(ScaffoldSeeded e, decimal perCm2) => e with { AreaCm2 = 10, Constructs = null, CellsPerCm2 = perCm2 };
    private static DermalEquivalentCast Drop(DermalEquivalentCast e, decimal perMl) => e with { VolumeMl = 1, FibroblastsPerMl = perMl };

    private static SourceFact SourceWith(params string[] passed) =>
        Allocated.Source with { Outcomes = passed.ToDictionary(id => id, _ => Domain.Release.Outcome.Pass) };

    private static readonly RuleCase[] Cases =
    [
        .. new Legal<SerumFreeWashDone>(Cm.HasCells, Cm.Wash)
            .Numbers("washes", (e, v) => e with { Washes = (int)v }, [2], [1])
            .Refused("a wash with serum", e => e with { SerumFree = false }, Codes.StateGuard, "data.serumFree")
            .Refused("an unknown lot", e => e with { MediumLot = "NONE" }, Codes.ValLot, "data.mediumLot")
            .RefusedWhen("with no vessel left in culture", s => s.Given(new VesselDiscarded(["K-1"], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data")
            .RefusedWhen("with donor tests of the source not passed", s => s.Lab.Source = SourceWith("C-07"), Codes.StateGuard, "data")
            .RefusedWhen("with the mycoplasma test of the source not passed", s => s.Lab.Source = SourceWith("C-02"), Codes.StateGuard, "data")
            .RefusedWhen("with an unknown source", s => s.Lab.Source = null, Codes.StateGuard, "data").Cases,
        .. new Legal<ConditioningStarted>(Cm.Washed, Cm.Start)
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [318, 6360], [0, 317.9m, 6360.1m])
            .Numbers("areaCm2", (e, v) => e with { AreaCm2 = v }, [6360], [0, -1])
            .Numbers("confluencePct", (e, v) => e with { ConfluencePct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("confluencePct", (e, v) => e with { ConfluencePct = v }, [70, 95], [69.9m, 95.1m])
            .Refused("an unknown lot", e => e with { MediumLot = "NONE" }, Codes.ValLot, "data.mediumLot")
            .Refused("medium with serum", e => e with { SerumFree = false }, Codes.StateGuard, "data.serumFree").Cases,
        .. new Legal<ConditionedMediumCollected>(Cm.Conditioning, Cm.Collected)
            .Numbers("hours", (e, v) => e with { Hours = v }, [0.1m, 120], [0, 120.1m])
            .Window("hours", (e, v) => e with { Hours = v }, [24, 72], [23.9m, 72.1m])
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [0.1m, 1020], [0, 1020.1m])
            .Window("volumeMl", (e, v) => e with { VolumeMl = v }, [895], [894])
            .Numbers("viableCells", (e, v) => e with { ViableCells = v }, [0], [-1])
            .Numbers("endViabilityPct", (e, v) => e with { EndViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("endViabilityPct", (e, v) => e with { EndViabilityPct = v }, [90], [89.9m])
            .RefusedWhen("with more in two portions than was put on", s => s.Given(Cm.Collected with { VolumeMl = 51 }), Codes.ValRange, "data.volumeMl")
            .AllowedWhen("with what was put on in two portions", s => s.Given(Cm.Collected with { VolumeMl = 50 })).Cases,
        .. new Legal<Clarified>(Cm.Harvested, Cm.Clarified)
            .Numbers("inMl", (e, v) => e with { InMl = v }, [960], [0])
            .Numbers("outMl", (e, v) => e with { OutMl = v }, [0.1m, 970], [0, 970.1m])
            .Window("outMl", (e, v) => e with { OutMl = v }, [820], [819])
            .Refused("an unknown filter", e => e with { FilterLot = "NONE" }, Codes.ValLot, "data.filterLot")
            .Flagged("a filter that broke", e => e with { IntegrityPost = false }, Flags.OutOfWindow, "integrityPost")
            .NotFlagged("a filter that held", e => e with { IntegrityPost = true }, Flags.OutOfWindow, "integrityPost").Cases,
        .. new Legal<Concentrated>(Cm.Clear, Cm.Concentrated)
            .Numbers("inMl", (e, v) => e with { InMl = v }, [96], [0])
            .Numbers("outMl", (e, v) => e with { OutMl = v }, [0.1m, 960], [0, 960.1m])
            .Window("outMl", (e, v) => e with { OutMl = v }, [81.2m], [81])
            .Numbers("factor", (e, v) => e with { Factor = v }, [1, 100], [0.9m, 100.1m])
            .Numbers("cutoffKda", (e, v) => e with { CutoffKda = v }, [0.1m], [0])
            .Refused("an unknown filter", e => e with { FilterLot = "NONE" }, Codes.ValLot, "data.filterLot")
            .Flagged("a filter that broke", e => e with { IntegrityPost = false }, Flags.OutOfWindow, "integrityPost").Cases,
        .. new Legal<SterileFiltered>(Cm.Thick, Cm.Filtered)
            .Numbers("inMl", (e, v) => e with { InMl = v }, [95], [0])
            .Numbers("outMl", (e, v) => e with { OutMl = v }, [0.1m, 96], [0, 96.1m])
            .Numbers("poreUm", (e, v) => e with { PoreUm = v }, [0.1m, 0.22m], [0, 0.23m])
            .Refused("an unknown filter", e => e with { FilterLot = "NONE" }, Codes.ValLot, "data.filterLot")
            .Flagged("a filter that leaked before", e => e with { IntegrityPre = false }, Flags.OutOfWindow, "integrityPre")
            .NotFlagged("a filter that was whole before", e => e, Flags.OutOfWindow, "integrityPre")
            .Flagged("a filter that broke", e => e with { IntegrityPost = false }, Flags.OutOfWindow, "integrityPost").Cases,
        .. new Legal<Lyophilised>(Cm.Filled, Cm.Dried)
            .Names("containerIds", e => e with { ContainerIds = [] })
            .Numbers("residualMoisturePct", (e, v) => e with { ResidualMoisturePct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("residualMoisturePct", (e, v) => e with { ResidualMoisturePct = v }, [3.0m], [3.1m])
            .Window("endedAt", (e, v) => e with { StartedAt = Dry((double)v) }, [23.6m, 24, 96, 96.4m], [23.4m, 96.6m])
            .Allowed("an end five seconds ahead", e => e with { EndedAt = Scenario.At("2026-05-08T20:00:05Z") })
            .Refused("an end in the future", e => e with { EndedAt = Scenario.At("2026-05-08T20:00:06Z") }, Codes.ValFuture, "data.endedAt")
            .Refused("an end at the start", e => e with { StartedAt = e.EndedAt }, Codes.ValOrder, "data.endedAt")
            .Refused("an unknown container", e => e with { ContainerIds = [Cm.Vials[0], "X-1"] }, Codes.StateGuard, "data.containerIds[1]")
            .RefusedWhen("a second time", s => s.Given(Cm.Dried), Codes.StateGuard, "data.containerIds[0]")
            .RefusedWhen("with a vial discarded", s => s.Given(new VesselDiscarded([Cm.Vials[1]], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data.containerIds[1]").Cases,
        .. new Legal<ScaffoldSeeded>(Mss.HasCells, Mss.Seeded)
            .Numbers("areaCm2", (e, v) => e with { AreaCm2 = v, Constructs = null }, [0.1m, 1000], [0, 1000.1m])
            .Numbers("cellsPerCm2", Small, [1, 5e6m], [0, 5000001])
            .Window("cellsPerCm2", Small, [5e4m, 5e5m], [49999, 500001])
            .Numbers("cellsPerCm2", (e, v) => e with { AreaCm2 = 504, Constructs = null, CellsPerCm2 = v }, [500000], [500100])
            .Numbers("fibrinogenMgPerMl", (e, v) => e with { FibrinogenMgPerMl = v }, [0.1m, 120], [0, 120.1m])
            .Window("fibrinogenMgPerMl", (e, v) => e with { FibrinogenMgPerMl = v }, [5, 50], [4.9m, 50.1m])
            .Numbers("thrombinIuPerMl", (e, v) => e with { ThrombinIuPerMl = v }, [0.1m, 1000], [0, 1000.1m])
            .Window("thrombinIuPerMl", (e, v) => e with { ThrombinIuPerMl = v }, [1, 100], [0.9m, 100.1m])
            .Numbers("gelMin", (e, v) => e with { GelMin = v }, [0], [-0.1m])
            .Window("gelMin", (e, v) => e with { GelMin = v }, [60], [60.1m])
            .Refused("an unknown scaffold", e => e with { ScaffoldLot = "NONE" }, Codes.ValLot, "data.scaffoldLot")
            .Refused("one construct named twice", e => e with { Constructs = [new("SH-1", "sheet", 50), new("SH-1", "sheet", 50)] }, Codes.ValDuplicate, "data.constructs")
            .Refused("a construct without area", e => e with { Constructs = [new("SH-1", "sheet", 100), new("SH-2", "sheet", 0)] }, Codes.ValRange, "data.constructs[1].areaCm2")
            .Allowed("constructs of 95 %", e => e with { Constructs = [new("SH-1", "sheet", 95)] })
            .Allowed("constructs of 105 %", e => e with { Constructs = [new("SH-1", "sheet", 105)] })
            .Refused("constructs of less than 95 %", e => e with { Constructs = [new("SH-1", "sheet", 94.9m)] }, Codes.ValRange, "data.areaCm2")
            .Refused("constructs of more than 105 %", e => e with { Constructs = [new("SH-1", "sheet", 105.1m)] }, Codes.ValRange, "data.areaCm2")
            .Refused("cells that are not there", e => e with { SourceIds = ["X-1"] }, Codes.StateGuard, "data.sourceIds[0]").Cases,
        .. new Legal<ScaffoldSeeded>(() => Allocated.Planned("MSS").Given(Allocated.Cells), _ => Mss.Seeded, name: "ScaffoldSeeded at once")
            .Refused("without a suspension", e => e, Codes.StateGuard, "data.sourceIds")
            .RefusedWhen("with donor tests of the source not passed", s => s.Lab.Source = SourceWith("C-07"), Codes.StateGuard, "data").Cases,
        .. new Legal<AttachmentAssessed>(Mss.OnScaffold, Mss.Attached)
            .Names("constructIds", e => e with { ConstructIds = [] }, e => e with { ConstructIds = ["SH-1", "SH-1"] })
            .Numbers("atHours", (e, v) => e with { AtHours = v }, [0.1m], [0])
            .Numbers("attachedPct", (e, v) => e with { AttachedPct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("attachedPct", (e, v) => e with { AttachedPct = v }, [80], [79.9m])
            .NotFlagged("little before a day is over", e => e with { AtHours = 23.4m, AttachedPct = 10 }, Flags.OutOfWindow, "attachedPct")
            .Flagged("little when the hours round to a day", e => e with { AtHours = 23.5m, AttachedPct = 79 }, Flags.OutOfWindow, "attachedPct").Cases,
        .. new Legal<DermalEquivalentCast>(Bls.Cultured, Bls.Cast)
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [0.1m], [0])
            .Numbers("fibroblastsPerMl", Drop, [1, 5e6m], [0, 5000001])
            .Window("fibroblastsPerMl", Drop, [5e4m, 5e5m], [49999, 500001])
            .Numbers("fibroblastsPerMl", (e, v) => e with { FibroblastsPerMl = v }, [147000], [147001])
            .Numbers("ph", (e, v) => e with { Ph = v }, [0, 14], [-0.1m, 14.1m])
            .Window("ph", (e, v) => e with { Ph = v }, [7.0m, 7.6m], [6.9m, 7.7m])
            .Numbers("areaCm2", (e, v) => e with { AreaCm2 = v, Constructs = null }, [0.1m, 1000], [0, 1000.1m])
            .Refused("an unknown matrix", e => e with { MatrixLot = "NONE" }, Codes.ValLot, "data.matrixLot")
            .Refused("cells that are not there", e => e with { SourceIds = ["X-1"] }, Codes.StateGuard, "data.sourceIds[0]").Cases,
        .. new Legal<DermalEquivalentCast>(Bls.Cultured, s => Bls.Cast with { SourceIds = [s.State.Of<PassagePerformed>().First().EventId.ToString()] }, name: "DermalEquivalentCast of keratinocytes")
            .Refused("as it is", e => e, Codes.ValRange, "data.sourceIds").Cases,
        .. new Legal<AirLiftStarted>(Bls.Covered, Bls.Lift)
            .Names("constructIds", e => e with { ConstructIds = [] }, e => e with { ConstructIds = ["BT-1", "BT-1"] })
            .Numbers("coveragePct", (e, v) => e with { CoveragePct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("coveragePct", (e, v) => e with { CoveragePct = v }, [95], [94.9m])
            .Refused("an unknown construct", e => e with { ConstructIds = ["BT-1", "BT-9"] }, Codes.StateGuard, "data.constructIds[1]").Cases,
        .. new Legal<AirLiftEnded>(Bls.Lifted, new AirLiftEnded(Bls.Trays))
            .RefusedWhen("at the moment of the lift", s => s.On("2026-03-19T10:00Z"), Codes.ValOrder, "data.constructIds")
            .AllowedWhen("a minute after the lift", s => s.On("2026-03-19T10:01Z"))
            .RefusedWhen("a second time", s => s.Given(new AirLiftEnded(Bls.Trays)).Later(1), Codes.StateGuard, "data.constructIds").Cases,
        .. new Legal<SheetDetached>(() => Cea.Maturing().On("2026-03-19T07:00Z"), Cea.Detached)
            .Numbers("dispaseUPerMl", (e, v) => e with { DispaseUPerMl = v }, [0.1m], [0])
            .Numbers("durationMin", (e, v) => e with { DurationMin = v }, [0.1m, 240], [0, 240.1m])
            .Window("durationMin", (e, v) => e with { DurationMin = v }, [90], [90.1m])
            .Numbers("qcViableHarvested", (e, v) => e with { QcViableHarvested = v }, [2.4e7m], [0])
            .Numbers("qcViabilityPct", (e, v) => e with { QcViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Names("sheets", e => e with { Sheets = [] }, e => First(e, x => x with { SheetId = Cea.Sheets[1] }))
            .Numbers("sheets[0].tears", (e, v) => First(e, x => x with { Tears = (int)v }), [0], [-1])
            .Numbers("sheets[0].maxTearMm", (e, v) => First(e, x => x with { MaxTearMm = v }), [0], [-0.1m])
            .Numbers("sheets[0].areaBeforeCm2", (e, v) => First(e, x => x with { AreaBeforeCm2 = v }), [58], [0, -1])
            .Numbers("sheets[0].areaAfterCm2", (e, v) => First(e, x => x with { AreaAfterCm2 = v }), [0, 100], [-0.1m, 100.1m])
            .Window("sheets[0].areaAfterCm2", (e, v) => First(e, x => x with { AreaAfterCm2 = v }), [44.6m, 45], [44.4m])
            .Refused("two sheets of one tray", e => First(e, x => x with { FromVesselId = Cea.Trays[1] }), Codes.ValDuplicate, "data.sheets")
            .Refused("a sheet of an emptied flask", e => First(e, x => x with { FromVesselId = Cea.Flasks[0] }), Codes.StateGuard, "data.sheets[0].fromVesselId")
            .Refused("an unknown QC tray", e => e with { QcVesselId = "TR-99" }, Codes.StateGuard, "data.qcVesselId")
            .Refused("an emptied QC tray", e => e with { QcVesselId = Cea.Flasks[0] }, Codes.StateGuard, "data.qcVesselId").Cases,
        .. new Legal<SheetMounted>(Cea.Loose, Cea.Mounted)
            .Names("sheetIds", e => e with { SheetIds = [] }, e => e with { SheetIds = [Cea.Sheets[0], Cea.Sheets[0]] })
            .NotFlagged("a marked side", e => e, Flags.OutOfWindow, "basalSideMarked")
            .RefusedWhen("a second time", s => s.Given(Cea.Mounted), Codes.StateGuard, "data.sheetIds[0]").Cases,
        .. new Legal<SheetMounted>(Cea.Packed, _ => Cea.Mounted, name: "SheetMounted after the fill")
            .Refused("as it is", e => e, Codes.StatePhase, "type").Cases,
    ];

    public static TheoryData<string> Names => RuleCase.Names(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Is_answered_as_the_rule_says(string rule) => RuleCase.Check(Cases, rule);

    [Fact]
    public void The_rest_of_the_sheets_is_detached_later_with_the_QC_tray_that_was_counted_in_between()
    {
        var s = Cea.Maturing().On("2026-03-19T07:00Z").Given(Cea.Detached with { Sheets = [.. Cea.Detached.Sheets.Take(2)] }).Given(Cea.QcTrayCount);
        s.When(Cea.Detached with { Sheets = [.. Cea.Detached.Sheets.Skip(2)] }, comment: "As seen").ThenAccepted();
    }
}
