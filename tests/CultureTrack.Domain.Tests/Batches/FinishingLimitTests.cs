using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Both sides of each limit of 2.4 from the frozen cells to the patient: freezing, storage, filling, labels, the journey and the end.</summary>
public sealed class FinishingLimitTests
{
    private static readonly DateTimeOffset Left = Scenario.At("2026-04-28T22:00Z"), There = Scenario.At("2026-04-29T06:00Z");
    private static readonly string[] One = ["FRZ-01/R1/B1/A1"];

    private static Scenario Sampled(params string[] criteria) => Adsc.AfterP1().Force(new SampleTaken("S-1", criteria, SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01");
    private static readonly CellsFrozen Frozen = new([new("F-1", 5e7m, 5)], 10, 15, -1.0m, -160);

    private static Scenario Banked() => Sampled("C-04", "C-07").Given(Frozen).Later(1).Given(new StoredAt(["F-1"], "FRZ-01", One));
    private static Scenario Passed(Scenario s, string criterion, Qualitative word) => s.Force(new QcTestStarted($"T-{criterion}", "S-1", criterion, 1, s.Now), "qc01")
        .Force(new QcResultRecorded($"R-{criterion}", $"T-{criterion}", criterion == "C-04" ? ResultKind.Interim : ResultKind.Final, [new(Qualitative: word)], true, null), "qc01").Force(new QcResultApproved($"R-{criterion}"), "qc02");

    private static Scenario Sent() => Adsc.Released().Given(new Shipped(Adsc.Bags, 2, Left, "Medcourier", "BOX-1"));
    private static Scenario Arrived() => Sent().On("2026-04-29T06:00Z").Given(new Delivered(Adsc.Bags, 2, There, "Medcourier", "BOX-1"));
    private static Scenario Grafted() => Arrived().On("2026-04-29T07:00Z").Given(new Administered(Adsc.Bags[..9], 2, Scenario.At("2026-04-29T07:00Z"))).On("2026-05-20T07:00Z");
    private static Scenario Rejected() => Adsc.Filled().On("2026-04-29T09:30Z").Force(new DispositionSigned(DispositionKind.Reject, 0, "REJECT", [], ["E-01"]), "qa02");
    private static FillPerformed First(FillPerformed e, Func<FilledContainer, FilledContainer> change) => e with { Containers = [change(e.Containers[0]), .. e.Containers.Skip(1)] };
    private static UnitsInspected First(UnitsInspected e, Func<InspectedUnit, InspectedUnit> change) => e with { Units = [change(e.Units[0]), .. e.Units.Skip(1)] };
    private static GraftTakeRecorded After(GraftTakeRecorded e, decimal days) => e with { AssessedAt = Scenario.At("2026-04-29T07:00Z").AddDays((double)days) };
    private static ShippingLoggerUploaded Log => new("BOX-1", Adsc.Bags, new string('a', 64), Left, There, [new(Left, 5), new(Left.AddHours(4), 5)], 4, 6, 0);
    private static ExpiryOverridden Sooner => new(Adsc.Bags, Scenario.At("2026-04-29T08:00Z"), "Transport was too long", "STAB-1");

    private static readonly RuleCase[] Cases =
    [
        .. new Legal<CellsFrozen>(() => Sampled("C-04", "C-07"), Frozen)
            .Numbers("dmsoPct", (e, v) => e with { DmsoPct = v }, [0, 20], [-0.1m, 20.1m])
            .Window("dmsoPct", (e, v) => e with { DmsoPct = v }, [5, 10], [4.9m, 10.1m])
            .Numbers("contactMin", (e, v) => e with { ContactMin = v }, [0, 120], [-0.1m, 120.1m])
            .Window("contactMin", (e, v) => e with { ContactMin = v }, [30], [30.1m])
            .Window("ratePerMinC", (e, v) => e with { RatePerMinC = v }, [-2, -0.5m], [-2.1m, -0.4m])
            .Numbers("storageC", (e, v) => e with { StorageC = v }, [-60], [-59.9m])
            .Window("storageC", (e, v) => e with { StorageC = v }, [-150], [-149.9m])
            .Names("containers", e => e with { Containers = [] }, e => e with { Containers = [.. e.Containers, .. e.Containers] })
            .Numbers("containers[0].viable", (e, v) => e with { Containers = [new("F-1", v, 0.5m)] }, [1, 5e7m], [0, 50000001])
            .Numbers("containers[0].volumeMl", (e, v) => e with { Containers = [new("F-1", 5e7m, v)] }, [0.5m], [0])
            .Numbers("containers", (e, v) => e with { Containers = [new("F-1", v, 5)] }, [128217600], [128217601])
            .RefusedWhen("in a container in use elsewhere", s => s.Lab.IdsInUse["F-1"] = "ADSC-26-0009", Codes.ValDuplicate, "data.containers").Cases,
        .. new Legal<CellsFrozen>(() => Sampled("C-04"), _ => Frozen, name: "CellsFrozen without a mycoplasma sample").Refused("as it is", e => e, Codes.StateGuard, "data.containers").Cases,
        .. new Legal<CellsFrozen>(() => Sampled("C-07"), _ => Frozen, name: "CellsFrozen without a sterility sample").Refused("as it is", e => e, Codes.StateGuard, "data.containers").Cases,
        .. new Legal<CellsThawed>(() => Passed(Passed(Banked(), "C-04", Qualitative.Negative), "C-07", Qualitative.NotDetected), new CellsThawed(["F-1"], 3, 85, 80))
            .Numbers("durationMin", (e, v) => e with { DurationMin = v }, [0.1m], [0])
            .Window("durationMin", (e, v) => e with { DurationMin = v }, [5], [5.1m])
            .Numbers("viabilityPct", (e, v) => e with { ViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("viabilityPct", (e, v) => e with { ViabilityPct = v }, [70], [69.9m])
            .Numbers("recoveryPct", (e, v) => e with { RecoveryPct = v }, [0, 110], [-0.1m, 110.1m])
            .Window("recoveryPct", (e, v) => e with { RecoveryPct = v }, [60], [59.9m])
            .Names("containerIds", e => e with { ContainerIds = [] }).Cases,
        .. new Legal<CellsThawed>(() => Passed(Banked(), "C-04", Qualitative.Negative), _ => new(["F-1"], 3, 85, 80), name: "CellsThawed without mycoplasma").Refused("as it is", e => e, Codes.StateGuard, "data.containerIds").Cases,
        .. new Legal<CellsThawed>(() => Passed(Banked(), "C-07", Qualitative.NotDetected), _ => new(["F-1"], 3, 85, 80), name: "CellsThawed without sterility").Refused("as it is", e => e, Codes.StateGuard, "data.containerIds").Cases,
        .. new Legal<StoredAt>(Adsc.Filled, new StoredAt(Adsc.Bags[..1], "FRZ-01", One))
            .Names("containerIds", e => e with { ContainerIds = [], Positions = [] }, e => e with { ContainerIds = [Adsc.Bags[0], Adsc.Bags[0]], Positions = [One[0], "FRZ-01/R1/B1/A2"] })
            .Refused("a position missing", e => e with { ContainerIds = Adsc.Bags[..2] }, Codes.ValFormat, "data.positions")
            .Allowed("a place of two parts", e => e with { Positions = ["FRZ-01/Shelf1/B1"] })
            .Refused("a place of one part", e => e with { Positions = ["FRZ-01/B1"] }, Codes.ValFormat, "data.positions[0]")
            .Refused("a part of nine characters", e => e with { Positions = ["FRZ-01/R1/B1/A12345678"] }, Codes.ValFormat, "data.positions[0]")
            .Refused("an incubator", e => e with { EquipmentId = "INC-04", Positions = ["INC-04/R1/B1/A1"] }, Codes.StateGuard, "data.equipmentId")
            .Refused("an unknown freezer", e => e with { EquipmentId = "FRZ-09", Positions = ["FRZ-09/R1/B1/A1"] }, Codes.StateGuard, "data.equipmentId")
            .Refused("an unknown container", e => e with { ContainerIds = ["X-1"] }, Codes.StateGuard, "data.containerIds[0]")
            .RefusedWhen("with the container discarded", s => s.Given(new VesselDiscarded([Adsc.Bags[0]], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data.containerIds[0]")
            .RefusedWhen("with the position taken by another container", s => s.Given(new StoredAt([Adsc.Bags[1]], "FRZ-01", One)), Codes.ValDuplicate, "data.positions[0]").Cases,
        .. new Legal<RemovedFromStorage>(() => Adsc.Filled().Given(new StoredAt(Adsc.Bags[..1], "FRZ-01", One)), new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Move))
            .Names("containerIds", e => e with { ContainerIds = [] })
            .Refused("an unknown container", e => e with { ContainerIds = ["X-1"] }, Codes.StateGuard, "data.containerIds[0]").Cases,
        .. new Legal<FillPerformed>(() => Adsc.Harvested().On("2026-04-28T14:40Z"), Adsc.Fill)
            .Names("containers", e => e with { Containers = [] }, e => First(e, c => c with { Id = Adsc.Bags[1] }))
            .Numbers("coiMatches", (e, v) => e with { CoiMatches = (int)v }, [2], [1])
            .Numbers("containers[0].volumeMl", (e, v) => First(e, c => c with { VolumeMl = v }), [0.1m], [0])
            .Numbers("containers[0].viable", (e, v) => First(e, c => c with { Viable = v }), [1], [0])
            .Numbers("containers[0].areaCm2", (e, v) => First(e, c => c with { AreaCm2 = v }), [0.1m], [0])
            .Numbers("containers", (e, v) => e with { Containers = [new(Adsc.Bags[0], 2, v)] }, [534240000], [534240001])
            .Refused("neither cells nor area", e => First(e, c => c with { Viable = null }), Codes.ValRequired, "data.containers[0].viable")
            .Allowed("an excipient without a lot of its own", e => e with { Excipients = ["saline"] })
            .RefusedWhen("with an excipient expired", s => s.Lab.Lots["EXC-26-01"] = s.Lab.Lots["EXC-26-01"] with { ExpiresAt = s.Now }, Codes.ValLot, "data.excipients[0]")
            .RefusedWhen("with a session that begins later", s => s.Lab.EmSessions["EM-1"] = s.Lab.EmSessions["EM-1"] with { StartAt = s.Now.AddSeconds(1) }, Codes.StateGuard, "data")
            .AllowedWhen("with a session that begins now", s => s.Lab.EmSessions["EM-1"] = s.Lab.EmSessions["EM-1"] with { StartAt = s.Now })
            .AllowedWhen("with a session that ends later", s => s.Lab.EmSessions["EM-1"] = s.Lab.EmSessions["EM-1"] with { EndAt = s.Now.AddSeconds(1) }).Cases,
        .. new Legal<FillPerformed>(() => Cea.Loose().On("2026-03-19T07:40Z").Given(Cea.Mounted).On("2026-03-19T10:00Z"), Cea.Fill, name: "FillPerformed of sheets")
            .Numbers("containers", (e, v) => First(e, c => c with { AreaCm2 = v }), [69.6m], [69.7m]).Cases,
        .. new Legal<FillPerformed>(Cm.Sterile, Cm.Fill, name: "FillPerformed of medium")
            .Numbers("containers", (e, v) => First(e, c => c with { VolumeMl = v }), [84.75m], [84.8m]).Cases,
        .. new Legal<UnitsInspected>(Adsc.Filled, Adsc.Inspected)
            .Names("units", e => e with { Units = [] }, e => First(e, u => u with { ContainerId = Adsc.Bags[1] }))
            .Numbers("units[0].areaCm2", (e, v) => First(e, u => u with { AreaCm2 = v }), [0], [-0.1m])
            .Numbers("units[0].tearMm", (e, v) => First(e, u => u with { TearMm = v }), [0], [-0.1m])
            .Numbers("units[0].thicknessMm", (e, v) => First(e, u => u with { ThicknessMm = v }), [0], [-0.1m]).Cases,
        .. new Legal<ExpiryOverridden>(Adsc.Filled, Sooner)
            .Names("containerIds", e => e with { ContainerIds = [] })
            .Allowed("a rationale of 20 characters", e => e with { Rationale = new('x', 20) })
            .Refused("a rationale of 19 characters", e => e with { Rationale = new('x', 19) }, Codes.ValReason, "data.rationale")
            .Numbers("newExpiresAt", (e, v) => e with { NewExpiresAt = Scenario.At("2026-04-29T14:40Z").AddSeconds((double)v) }, [0], [1])
            .Refused("an unknown container", e => e with { ContainerIds = ["X-1"] }, Codes.StateGuard, "data.containerIds[0]").Cases,
        .. new Legal<LabelsPrinted>(Adsc.Harvested, Adsc.Labels)
            .Names("containerIds", e => e with { ContainerIds = [] })
            .Numbers("copies", (e, v) => e with { Copies = (int)v }, [1, 100], [0, 101])
            .Allowed("a reprint for ten characters of reason", e => e with { Reprint = true, Reason = "0123456789" })
            .Refused("a reprint for nine characters of reason", e => e with { Reprint = true, Reason = "012345678" }, Codes.ValReason, "data.reason")
            .NotFlagged("a first print", e => e, Flags.Unreconciled, "reprint").Cases,
        .. new Legal<LabelsReconciled>(Adsc.Filled, new LabelsReconciled(12, 10, 2, 0))
            .Numbers("printed", (e, v) => e with { Printed = (int)v }, [0], [-1])
            .Numbers("applied", (e, v) => e with { Applied = (int)v }, [0], [-1])
            .Numbers("destroyed", (e, v) => e with { Destroyed = (int)v }, [0], [-1])
            .Numbers("retained", (e, v) => e with { Retained = (int)v }, [0], [-1])
            .NotFlagged("labels kept back", e => new(12, 10, 1, 1), Flags.Unreconciled, "printed").Cases,
        .. new Legal<Shipped>(Adsc.Released, new Shipped(Adsc.Bags, 2, Left, "Medcourier", "BOX-1", 3, 7))
            .Names("containerIds", e => e with { ContainerIds = [] }, e => e with { ContainerIds = [Adsc.Bags[0], Adsc.Bags[0]] })
            .Numbers("coiMatches", (e, v) => e with { CoiMatches = (int)v }, [2], [1])
            .Allowed("five seconds ahead", e => e with { At = Left.AddSeconds(5) })
            .Refused("six seconds ahead", e => e with { At = Left.AddSeconds(6) }, Codes.ValFuture, "data.at")
            .Window("loggerMinC", (e, v) => e with { LoggerMinC = v }, [2, 8], [1.9m, 8.1m], Flags.Transport)
            .Window("loggerMaxC", (e, v) => e with { LoggerMaxC = v }, [2, 8], [1.9m, 8.1m], Flags.Transport)
            .Refused("an unknown container", e => e with { ContainerIds = [Adsc.Bags[0], "X-1"] }, Codes.StateGuard, "data.containerIds[1]")
            .RefusedWhen("with a container discarded", s => s.Given(new VesselDiscarded([Adsc.Bags[2]], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data.containerIds[2]")
            .AllowedWhen("a second before the expiry", s => s.On("2026-04-29T14:39:59Z")).Cases,
        .. new Legal<Delivered>(() => Sent().On("2026-04-29T06:00Z"), new Delivered(Adsc.Bags, 2, There))
            .Refused("six seconds ahead", e => e with { At = There.AddSeconds(6) }, Codes.ValFuture, "data.at")
            .Window("loggerMinC", (e, v) => e with { LoggerMinC = v }, [2], [1.9m], Flags.Transport)
            .RefusedWhen("a second time", s => s.Given(new Delivered(Adsc.Bags[..1], 2, There)), Codes.StateGuard, "data.containerIds[0]")
            .RefusedWhen("with a container returned", s => s.Given(new Returned(Adsc.Bags[..1], 2, There)), Codes.StateGuard, "data.containerIds[0]").Cases,
        .. new Legal<Administered>(Arrived, new Administered(Adsc.Bags, 2, There))
            .Window("loggerMaxC", (e, v) => e with { LoggerMaxC = v }, [8], [8.1m], Flags.Transport)
            .RefusedWhen("a second time", s => s.Given(new Administered(Adsc.Bags[..1], 2, There)), Codes.StateGuard, "data.containerIds[0]")
            .RefusedWhen("with a container returned", s => s.Given(new Returned(Adsc.Bags[..1], 2, There)), Codes.StateGuard, "data.containerIds[0]").Cases,
        .. new Legal<Returned>(Arrived, new Returned(Adsc.Bags, 2, There))
            .RefusedWhen("with a container administered", s => s.Given(new Administered(Adsc.Bags[..1], 2, There)), Codes.StateGuard, "data.containerIds[0]")
            .RefusedWhen("a second time", s => s.Given(new Returned(Adsc.Bags[..1], 2, There)), Codes.StateGuard, "data.containerIds[0]").Cases,
        .. new Legal<ShippingLoggerUploaded>(Arrived, Log)
            .Names("readings", e => e with { Readings = [] })
            .Numbers("missingMin", (e, v) => e with { MissingMin = v }, [0], [-0.1m])
            .Window("missingMin", (e, v) => e with { MissingMin = v }, [30], [30.1m], Flags.Transport)
            .Window("minC", (e, v) => e with { MinC = v }, [2], [1.9m], Flags.Transport)
            .Window("maxC", (e, v) => e with { MaxC = v }, [8], [8.1m], Flags.Transport)
            .Numbers("maxC", (e, v) => e with { MaxC = v }, [4], [3.9m])
            .Allowed("a beginning 15 min late", e => e with { FromAt = Left.AddMinutes(15) })
            .Refused("a beginning later than that", e => e with { FromAt = Left.AddMinutes(15).AddSeconds(1) }, Codes.ValOrder, "data.fromAt")
            .Allowed("an end 15 min early", e => e with { ToAt = There.AddMinutes(-15) })
            .Refused("an end earlier than that", e => e with { ToAt = There.AddMinutes(-15).AddSeconds(-1) }, Codes.ValOrder, "data.toAt")
            .Refused("an unknown box", e => e with { ShipperId = "BOX-9" }, Codes.StateGuard, "data.shipperId").Cases,
        .. new Legal<ShippingLoggerUploaded>(Sent, Log with { ToAt = Left }, name: "ShippingLoggerUploaded on the way")
            .Refused("an end before the beginning", e => e with { ToAt = Left.AddSeconds(-1) }, Codes.ValOrder, "data.toAt").Cases,
        .. new Legal<GraftTakeRecorded>(Grafted, After(new GraftTakeRecorded(Adsc.Bags[..9], There, 88, TakeMethod.Visual, false, []), 10))
            .Numbers("takePct", (e, v) => e with { TakePct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("takePct", (e, v) => e with { TakePct = v }, [50], [49.9m])
            .Window("assessedAt", After, [6.5m, 14.4m], [6.4m, 14.6m], Flags.Interval)
            .Refused("six seconds ahead", e => e with { AssessedAt = Scenario.At("2026-05-20T07:00:06Z") }, Codes.ValFuture, "data.assessedAt")
            .Allowed("as it was given", e => After(e, 0))
            .Refused("before it was given", e => e with { AssessedAt = Scenario.At("2026-04-29T06:59:59Z") }, Codes.ValOrder, "data.assessedAt")
            .Refused("no containers", e => e with { ContainerIds = [] }, Codes.StateGuard, "data.containerIds")
            .Refused("one that was not given", e => e with { ContainerIds = Adsc.Bags }, Codes.StateGuard, "data.containerIds").Cases,
        .. new Legal<VesselDiscarded>(Adsc.AtP2, new VesselDiscarded(["V-31"], 1, "Incineration", DiscardReason.Surplus))
            .Names("ids", e => e with { Ids = [] }, e => e with { Ids = ["V-31", "V-31"] })
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [0], [-0.1m])
            .RefusedWhen("a second time", s => s.Given(new VesselDiscarded(["V-31"], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data.ids[0]").Cases,
        .. new Legal<VesselDiscarded>(Adsc.Filled, new VesselDiscarded([Adsc.Bags[0]], 1, "Incineration", DiscardReason.Surplus), name: "VesselDiscarded of a container")
            .RefusedWhen("a second time", s => s.Given(new VesselDiscarded([Adsc.Bags[0]], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data.ids[0]").Cases,
        .. new Legal<VesselDiscarded>(Adsc.AfterP1, s => new([s.Last<PassagePerformed>().ToString()], 1, "Incineration", DiscardReason.Surplus), name: "VesselDiscarded of a suspension")
            .RefusedWhen("a second time", s => s.Given(new VesselDiscarded([s.Last<PassagePerformed>().ToString()], 1, "Incineration", DiscardReason.Surplus)), Codes.StateGuard, "data.ids[0]").Cases,
        .. new Legal<BatchDiscarded>(Rejected, new BatchDiscarded(Adsc.Bags, 4.0e8m, "Incineration", DiscardReason.EnvFail, "cell"))
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [4.04e8m, 3.96e8m], [-1])
            .Refused("more than 1 % too many cells", e => e with { Quantity = 404000001 }, Codes.StateGuard, "data.quantity")
            .Refused("more than 1 % too few cells", e => e with { Quantity = 395999999 }, Codes.StateGuard, "data.quantity")
            .Allowed("the volume", e => e with { Quantity = 20, Unit = "mL" })
            .Refused("another volume", e => e with { Quantity = 19, Unit = "mL" }, Codes.StateGuard, "data.quantity")
            .Allowed("the number of containers", e => e with { Quantity = 10, Unit = null })
            .Refused("another number of containers", e => e with { Quantity = 9, Unit = "container" }, Codes.StateGuard, "data.quantity")
            .RefusedWhen("with one of them discarded before", s => s.Given(new VesselDiscarded([Adsc.Bags[0]], 1, "Incineration", DiscardReason.Oos)), Codes.StateGuard, "data.ids").Cases,
        .. new Legal<TerminationProposed>(Adsc.AtP2, new TerminationProposed([], null, null, DiscardReason.GrowthFailure))
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [0], [-0.1m]).Cases,
        .. new Legal<BatchTerminated>(Adsc.AtP2, new BatchTerminated(DiscardReason.GrowthFailure))
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [0], [-0.1m]).Cases,
        .. new Legal<BatchClosed>(() => Grafted().Given(new Returned(Adsc.Bags[9..], 2, There)).Force(new DispositionSigned(DispositionKind.FinalRelease, 0, "RELEASE", [], []), "qa02"), new BatchClosed(true, 0, 0, Lab.Never))
            .Numbers("retentionUntil", (e, v) => e with { RetentionUntil = Scenario.At("2056-04-29T14:40Z").AddSeconds((double)v) }, [0], [-1])
            .Refused("open tests as stated", e => e with { OpenTests = 1 }, Codes.StateGuard, "data.openTests")
            .Refused("open deviations as stated", e => e with { OpenDeviations = 1 }, Codes.StateGuard, "data.openDeviations")
            .Refused("a distribution not final as stated", e => e with { DistributionFinal = false }, Codes.StateGuard, "data.distributionFinal").Cases,
    ];

    public static TheoryData<string> Names => RuleCase.Names(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Is_answered_as_the_rule_says(string rule) => RuleCase.Check(Cases, rule);

    [Fact]
    public void What_is_packed_as_it_grew_is_packed_by_two_persons()
    {
        var fill = new FillPerformed([.. Bls.Trays.Select(t => new FilledContainer(t, 10, AreaCm2: 100))], [], 20, 2);
        var s = Bls.Lifted().Given(new AirLiftEnded(Bls.Trays));
        s.Lab.EmSessions["EM-1"] = s.Lab.EmSessions["EM-1"] with { StartAt = s.Now };
        s.When(fill, verify: null, comment: "As seen").ThenRejected(Codes.StateGuard, "data");
        s.When(fill, verify: "tech02", comment: "As seen").ThenAccepted().State.State.ShouldBe(LifeState.Formulated);
    }

    [Fact]
    public void A_harvest_is_filled_by_one_person_and_verified_later() =>
        Adsc.Harvested().On("2026-04-28T14:40Z").When(Adsc.Fill, verify: null).ThenAccepted();
}
