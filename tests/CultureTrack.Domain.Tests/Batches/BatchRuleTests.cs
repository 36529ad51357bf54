using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>REJECT and FLAG rules of 2.4 by their words, for the events whose rules no other test names.</summary>
public sealed class BatchRuleTests
{
    private sealed record Rule(string Words, Func<Scenario> Given, Func<Scenario, EventData> Entry, string Code, string? By = null);

    private static Rule On(string words, Func<Scenario> given, EventData entry, string code, string? by = null) => new(words, given, _ => entry, code, by);
    private static Rule On(string words, Func<Scenario> given, Func<Scenario, EventData> entry, string code, string? by = null) => new(words, given, entry, code, by);

    private static Scenario In(Jurisdiction jurisdiction, Scenario s)
    {
        s.Lab.Site = new("main", "UTC", jurisdiction);
        return s;
    }

    private static Scenario Skin() => Cea.New().On("2026-03-01T09:00Z").Given(Cea.Registered).On("2026-03-02T09:40Z");
    private static Scenario Fat() => Adsc.Planned().On("2026-04-13T08:30Z");

    private static readonly TissueReceived Bone = new(TissueKind.Marrow, "A999926000002", "00", "6", 40, TissueUnit.mL, Scenario.At("2026-04-13T05:30Z"), Scenario.At("2026-04-13T08:30Z"), 18, 18, true, ["PT-0007", "1958-03-14"], 2);

    private static Scenario Marrow() => Adsc.New().On("2026-04-10T09:00Z").Given(
        Adsc.Registered with { BatchId = "BMMSC-26-0007", ProductType = "BMMSC", SpecId = "BMMSC", PlannedUseAt = Scenario.At("2026-05-20T07:00Z") }, Adsc.Consent, Adsc.Exempt).On("2026-04-13T08:30Z");

    private static Scenario MarrowTaken() => Marrow().Given(Bone, new TissueAccepted()).On("2026-04-13T10:30Z");
    private static readonly IsolationPerformed Gradient = new(CellLine.Msc, IsolationMethod.DensityGradient, "COL-26-01", 45, 20, 2.0e8m, 90);

    private static Scenario MarrowIsolated() => MarrowTaken().Given(Gradient).On("2026-04-13T12:00Z");

    private static Scenario Tested(Scenario s, string criterion, Qualitative word, params string[] sourceIds) => s
        .Force(new SampleTaken("S-X", [criterion], SampleMatrix.CellsAndSupernatant, 5, sourceIds, s.Now), "tech01").Force(new QcTestStarted("T-X", "S-X", criterion, 1, s.Now), "qc01")
        .Force(new QcResultRecorded("R-X", "T-X", ResultKind.Final, [new(Qualitative: word)], true, null), "qc01");

    private static Scenario Shipped(params string[] containers) => Adsc.Released().Given(new Shipped(containers, 2, Scenario.At("2026-04-28T22:00Z"), "Medcourier", "BOX-1"));
    private static Scenario Given_() => Shipped(Adsc.Bags).Later(1).Given(new Administered(Adsc.Bags, 2, Scenario.At("2026-04-28T23:00Z")));
    private static Scenario Revoked(Scenario s) => s.Force(new DispositionSigned(DispositionKind.Revoke, 0, "REJECT", [], ["C-06"]), "qa02");
    private static Delivered Arrive => new(Adsc.Bags, 2, Scenario.At("2026-04-28T22:00Z"));
    private static Administered Give => new(Adsc.Bags, 2, Scenario.At("2026-04-28T22:00Z"));

    private static RecordCorrected Correct(Guid entry, string field, object? was, object? now) =>
        new(entry, field, JsonSerializer.SerializeToElement(was), JsonSerializer.SerializeToElement(now), "Read from the wrong line");

    private static readonly Rule[] Rejections =
    [
        On("registration: CM + Cosmetic + EU", () => In(Jurisdiction.EU, NewCm()), Allocated.Order("CM", Storage.Cryo, OrderUnit.vial) with { IntendedUse = IntendedUse.Cosmetic }, Codes.ValSpec),
        On("consent: signed in the future", Adsc.Planned, Adsc.Consent with { SignedAt = Scenario.At("2026-04-10T09:01Z") }, Codes.ValFuture),
        On("tissue: skin >500 cm2", Skin, Cea.Received with { Quantity = 500.1m }, Codes.ValRange),
        On("tissue: marrow >500 mL", Marrow, Bone with { Quantity = 500.1m }, Codes.ValRange),
        On("tissue: bank vial below −200 °C", Marrow, Bone with { Tissue = TissueKind.BankVial, QuantityUnit = TissueUnit.vial, Quantity = 1, TransitMinC = -200.1m, TransitMaxC = -150 }, Codes.ValRange),
        On("tissue: received in the future", Fat, Adsc.Received with { ReceivedAt = Scenario.At("2026-04-13T08:31Z") }, Codes.ValFuture),
        On("tissue: none the product is made from", Fat, Bone, Codes.StateGuard),
        On("tissue: a DIN of another form", Fat, Adsc.Received with { Din = "A9999-26000002" }, Codes.ValFormat),
        On("tissue: a SEC that cannot be read", Fat, Adsc.Received with { Sec = "FR000001A999926000002A00001230012027" }, Codes.ValFormat),
        On("tissue: a SEC of another donation", Fat, Adsc.Received with { Sec = "FR000001A999926000001A000012300120270506" }, Codes.ValDin),
        On("isolation: yield >1e7/cm² skin", Cea.Taken, Cea.Isolated with { TotalNucleated = 2.8e8m }, Codes.ValRange),
        On("isolation: yield >1e8/mL marrow", MarrowTaken, Gradient with { TotalNucleated = 4.01e9m }, Codes.ValRange),
        On("pool: a source whose sample failed", () => { var s = TwoPools(); return Tested(s, "C-04", Qualitative.Growth, "V-21"); }, s => new CulturesPooled([Source(s, 0), Source(s, 1)], ["POOL-1"], [1e7m, 1e7m]), Codes.StateGuard),
        On("freezing: more cells than are in suspension", Samples, new CellsFrozen([new("F-1", 1.3e8m, 5)], 10, 15, -1, -160), Codes.ValRange),
        On("freezing: DMSO <0", Samples, new CellsFrozen([new("F-1", 5e7m, 5)], -0.1m, 15, -1, -160), Codes.ValRange),
        On("storage: calibration overdue", () => { var s = Adsc.Filled(); s.Lab.Equipment["FRZ-01"] = s.Lab.Equipment["FRZ-01"] with { CalibrationOverdue = ["temperature"] }; return s; }, new StoredAt([Adsc.Bags[0]], "FRZ-01", ["FRZ-01/R1/B1/A1"]), Codes.StateGuard),
        On("storage: position occupied by another batch", () => { var s = Adsc.Filled(); s.Lab.Equipment["FRZ-01"] = s.Lab.Equipment["FRZ-01"] with { OccupiedPositions = new Dictionary<string, string> { ["FRZ-01/R1/B1/A1"] = "X-1" } }; return s; }, new StoredAt([Adsc.Bags[0]], "FRZ-01", ["FRZ-01/R1/B1/A1"]), Codes.ValDuplicate),
        On("sample: drawn from a vessel of another batch", () => { var s = Adsc.AtP0(); s.Lab.IdsInUse["V-77"] = "ADSC-26-0009"; return s; }, s => new SampleTaken("S-1", ["C-04"], SampleMatrix.CellsAndSupernatant, 60, ["V-77"], s.Now), Codes.StateGuard),
        On("test: custody gap, the sample is on its way", OnItsWay, s => new QcTestStarted("T-1", "S-1", "C-07", 1, null), Codes.StateGuard, "qc01"),
        On("freeze-dried before FillPerformed", () => Cm.Sterile().On("2026-05-08T20:00Z"), Cm.Dried, Codes.StateTransition),
        On("assessment: rationale <20 characters", Adsc.AtP0, new ExcursionAssessed(["E-07"], [], AssessedImpact.None, "Short"), Codes.ValReason),
        On("expiry override: rationale <20 characters", Adsc.Filled, new ExpiryOverridden(Adsc.Bags, Scenario.At("2026-04-29T10:00Z"), "Short", "STAB-1"), Codes.ValReason),
        On("expiry override: after expiry", () => Adsc.Filled().On("2026-04-29T14:40Z"), new ExpiryOverridden(Adsc.Bags, Scenario.At("2026-04-29T10:00Z"), "Transport took longer than planned.", "STAB-1"), Codes.StateGuard),
        On("delivered: not in a released state", () => Revoked(Shipped(Adsc.Bags)), Arrive, Codes.StateTransition),
        On("delivered: coiMatches <2", () => Shipped(Adsc.Bags), Arrive with { CoiMatches = 1 }, Codes.ValRange),
        On("delivered: hold open", () => Shipped(Adsc.Bags).Given(new HoldPlaced(null, "Under investigation")), Arrive, Codes.StateHold),
        On("delivered: expired", () => Shipped(Adsc.Bags).On("2026-04-29T14:40Z"), Arrive, Codes.StateGuard),
        On("administered: not in a released state", () => Revoked(Shipped(Adsc.Bags)), Give, Codes.StateTransition),
        On("administered: coiMatches <2", () => Shipped(Adsc.Bags), Give with { CoiMatches = 1 }, Codes.ValRange),
        On("administered: hold open", () => Shipped(Adsc.Bags).Given(new HoldPlaced(null, "Under investigation")), Give, Codes.StateHold),
        On("administered: expired", () => Shipped(Adsc.Bags).On("2026-04-29T14:40Z"), Give, Codes.StateGuard),
        On("returned: coiMatches <2", () => Shipped(Adsc.Bags), new Returned(Adsc.Bags, 1, Scenario.At("2026-04-28T22:00Z")), Codes.ValRange),
        On("returned: never shipped", Adsc.Released, new Returned(Adsc.Bags, 2, Scenario.At("2026-04-28T22:00Z")), Codes.StateGuard),
        On("logger: a container that was not in the shipment", () => Shipped(Adsc.Bags[..5]), new ShippingLoggerUploaded("BOX-1", [Adsc.Bags[9]], new string('a', 64), Scenario.At("2026-04-28T22:00Z"), Scenario.At("2026-04-28T22:00Z"), [new(Scenario.At("2026-04-28T22:00Z"), 5)], 4, 6, 0), Codes.StateGuard),
        On("discarded: container already Shipped", () => Shipped(Adsc.Bags), new VesselDiscarded([Adsc.Bags[0]], 1, "Incineration", DiscardReason.Surplus), Codes.StateGuard),
        On("batch discarded: everything was administered", () => Revoked(Given_()), new BatchDiscarded([], 0, "Incineration", DiscardReason.Oos), Codes.StateGuard),
        On("closed: a test is not final", () => Tested2(), new BatchClosed(true, 0, 0, Lab.Never), Codes.StateGuard, "qa01"),
        On("correction: the patient of a batch", Adsc.Planned, s => Correct(s.Last<BatchRegistered>(), "patientRef", "PT-0007", "PT-0008"), Codes.StateGuard, "qa01"),
        On("correction: the specification of a batch", Adsc.Planned, s => Correct(s.Last<BatchRegistered>(), "specVersion", 1, 2), Codes.StateGuard, "qa01"),
        On("correction: a value of another form", Adsc.Taken, s => Correct(s.Last<TissueReceived>(), "din", "A999926000002", "A9999"), Codes.ValFormat),
        On("retest: none ordered without cause", Adsc.Filled, new QcRetestOrdered("ADSC-05", "S-1", 1), Codes.StateGuard),
        On("conclusion: rationale <20 characters", Adsc.Filled, new OosConcluded("OOS-1", 1, OosConclusion.Confirmed, "Short"), Codes.ValReason),
    ];

    private static readonly Rule[] Windows =
    [
        On("tissue: skin outside 1–40 cm²", Skin, Cea.Received with { Quantity = 40.1m }, Flags.OutOfWindow),
        On("tissue: marrow outside 5–150 mL", Marrow, Bone with { Quantity = 150.1m }, Flags.OutOfWindow),
        On("tissue: marrow >24 h", Marrow, Bone with { ProcuredAt = Scenario.At("2026-04-12T07:30Z") }, Flags.Transport),
        On("tissue: fat outside 2–25 °C", Fat, Adsc.Received with { TransitMaxC = 25.1m }, Flags.Transport),
        On("tissue: a SEC that has expired", Fat, Adsc.Received with { Sec = "FR000001A999926000002A000012300120260412" }, Flags.OutOfWindow),
        On("isolation: skin yield outside 3e5–3e6/cm²", Cea.Taken, Cea.Isolated with { TotalNucleated = 8.0e6m }, Flags.OutOfWindow),
        On("isolation: marrow outside 5e5–2e7/mL", MarrowTaken, Gradient with { TotalNucleated = 1.9e7m }, Flags.OutOfWindow),
        On("seeding: MNC P0 outside 5e4–5e5", MarrowIsolated, s => Adsc.Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), ["V-1"], 175, 4.9e4m, 0), Flags.OutOfWindow),
        On("seeding: keratinocyte outside 5e3–5e4", Cea.Processed, s => Cea.Seeded(SeedingPurpose.Culture, s.Last<IsolationPerformed>(), ["V-01"], 175, 4.9e3m, 0), Flags.OutOfWindow),
        On("seeding: BLS epidermis outside 5e4–3e5", Bls.IsCast, s => Bls.Epidermis(s) with { CellsPerCm2 = 4.9e4m, ViableSeeded = 9.8e6m }, Flags.OutOfWindow),
        On("passage: keratinocyte Td above 120 h", () => Cea.AtP0().On("2026-03-09T13:00Z"), new PassagePerformed(CellLine.Keratinocyte, Cea.Flasks, "TRY-26-01", 15, 7.9e7m, 93), Flags.OutOfWindow),
        On("passage: exposure >40 min (keratinocyte)", () => Cea.AtP0().On("2026-03-08T10:00Z"), new PassagePerformed(CellLine.Keratinocyte, Cea.Flasks, "TRY-26-01", 41, 1.26e8m, 93), Flags.OutOfWindow),
        On("discovery: mismatch of identity caught in time", Adsc.AtP0, new CoiMismatchRecorded(CoiPoint.Passage, ["A"], ["B"], true), Flags.Unreconciled),
        On("graft: infectionSigns", () => Given_().On("2026-05-09T07:00Z"), s => new GraftTakeRecorded(Adsc.Bags, s.Now, 88, TakeMethod.Visual, true, []), Flags.SuspectedContamination),
        On("sample: transport outside method range", () => Adsc.Filled().Force(new SampleTaken("S-1", ["C-07"], SampleMatrix.CellsAndSupernatant, 5, [], Scenario.At("2026-04-28T14:40Z")), "tech01"), new SampleDispatched("S-1", "LAB", 26, "courier"), Flags.Transport),
        On("interim: Signal", Incubating, new QcInterimReported("T-1", 48, InterimReading.Signal), Flags.SuspectedContamination, "qc01"),
    ];

    private static Scenario NewCm()
    {
        var s = new Scenario();
        s.Lab.Donors["DN-5"] = new("DN-5", null);
        return s.On("2026-05-01T09:00Z");
    }

    private static Scenario Samples() => Adsc.AfterP1()
        .Force(new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01");

    private static Scenario OnItsWay() => Samples().Given(new SampleDispatched("S-1", "LAB", 5, "courier"));

    private static Scenario Incubating() => Samples().Force(new QcTestStarted("T-1", "S-1", "C-04", 1, Scenario.At("2026-04-24T14:00Z")), "qc01").On("2026-04-26T15:00Z");

    private static Scenario TwoPools() => Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 6.0e7m));
    private static string Source(Scenario s, int back) => s.State.Of<PassagePerformed>().Reverse().Skip(back).First().EventId.ToString();

    private static Scenario Tested2()
    {
        var s = Given_().Force(new DispositionSigned(DispositionKind.FinalRelease, 0, "RELEASE", [], []), "qa02");
        return s.Force(new SampleTaken("S-X", ["C-06"], SampleMatrix.FinalProduct, 5, [], s.Now), "tech01").Force(new QcTestStarted("T-X", "S-X", "C-06", 1, s.Now), "qc01");
    }

    public static TheoryData<string> RejectionNames => [.. Rejections.Select(r => r.Words)];
    public static TheoryData<string> WindowNames => [.. Windows.Select(r => r.Words)];

    [Theory, MemberData(nameof(RejectionNames))]
    public void Is_rejected(string rule)
    {
        var r = Rejections.Single(x => x.Words == rule);
        var s = r.Given();
        s.When(r.Entry(s), by: r.By, comment: "As seen").ThenRejected(r.Code);
    }

    [Theory, MemberData(nameof(WindowNames))]
    public void Is_flagged(string rule)
    {
        var r = Windows.Single(x => x.Words == rule);
        var s = r.Given();
        s.When(r.Entry(s), by: r.By).ThenFlagged(r.Code);
    }

    [Fact]
    public void Signs_of_infection_hold_what_is_left_and_oblige_to_tell_the_physician()
    {
        var s = Given_().On("2026-05-09T07:00Z");
        s.Given(new GraftTakeRecorded(Adsc.Bags, s.Now, 60, TakeMethod.Visual, true, []));
        s.State.Holds.Values.ShouldHaveSingleItem().BySystem.ShouldBeTrue();
        PhysicianTasks.Open(s.State).ShouldHaveSingleItem().DueAt.ShouldBe(s.Now.AddHours(24));
    }

    [Fact]
    public void A_hold_is_released_also_when_the_batch_is_over()
    {
        var s = Adsc.AtP2().Given(new HoldPlaced("H-1", "Suspicion"), new BatchTerminated(DiscardReason.GrowthFailure)).Force(new BatchDiscarded([], 0, "Incineration", DiscardReason.GrowthFailure), "tech01");
        s.When(new HoldReleased("H-1", "Settled with the batch"), by: "qa01").ThenAccepted().State.Holds.ShouldBeEmpty();
        s.When(new HoldPlaced("H-2", "Suspicion")).ThenRejected(Codes.StateTransition);
    }

    [Fact]
    public void Of_a_partial_shipment_the_furthest_any_unit_has_come_is_shown()
    {
        var s = Shipped(Adsc.Bags[..4]);
        s.State.Distribution.ShouldBe(Distribution.Shipped);
        s.Given(new Delivered(Adsc.Bags[..2], 2, s.Now)).State.Distribution.ShouldBe(Distribution.Delivered);
        s.Given(new Returned(Adsc.Bags[..2], 2, s.Now)).State.Distribution.ShouldBe(Distribution.Shipped);
        s.Given(new Administered(Adsc.Bags[2..3], 2, s.Now)).State.Distribution.ShouldBe(Distribution.Administered);
        s.Given(new Returned(Adsc.Bags[3..4], 2, s.Now)).State.Distribution.ShouldBe(Distribution.Administered);
        var back = Shipped(Adsc.Bags[..2]);
        back.Given(new Returned(Adsc.Bags[..2], 2, back.Now)).State.Distribution.ShouldBe(Distribution.Returned);
        back.Given(new Shipped(Adsc.Bags[..1], 2, back.Now)).State.Distribution.ShouldBe(Distribution.Shipped);
    }

    [Theory]
    [InlineData("QcTestStarted", true)]
    [InlineData("C-07", true)]
    [InlineData("C-06", false)]
    [InlineData("SampleTaken", false)]
    public void A_test_is_started_by_who_is_qualified_for_the_event_or_the_method(string qualification, bool may)
    {
        var s = Samples();
        s.Lab.People["qc03"] = new("qc03", "Person qc03", [Roles.QualityControl], [new(qualification, Lab.Always, Lab.Never)]);
        var outcome = s.When(new QcTestStarted("T-1", "S-1", "C-07", 1, null), by: "qc03");
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.SodRole);
    }

    [Fact]
    public void A_lapsed_qualification_refuses_the_entry_from_its_last_moment_on()
    {
        var s = Adsc.AtP0();
        s.Lab.People["tech03"] = new("tech03", "Person tech03", [Roles.Technician], [new("*", Lab.Always, s.Now)]);
        s.When(new ConfluenceObserved("V-01", 45, LookMethod.Visual, "Spindle", Contamination.None), by: "tech03").ThenRejected(Codes.SodRole);
        s.Lab.People["tech03"] = new("tech03", "Person tech03", [Roles.Technician], [new("*", Lab.Always, s.Now.AddMilliseconds(1))]);
        s.When(new ConfluenceObserved("V-01", 45, LookMethod.Visual, "Spindle", Contamination.None), by: "tech03").ThenAccepted();
    }

    [Fact]
    public void What_was_handed_over_is_no_longer_thawed_or_sampled_here()
    {
        var s = FreezingTests.Passed(Samples().Given(new CellsFrozen([new("F-1", 5e7m, 5)], 10, 15, -1.0m, -160)).Later(1).Given(new StoredAt(["F-1"], "FRZ-01", ["FRZ-01/R1/B1/A1"])));
        s.When(new CellsThawed(["F-1"], 3, 85, 80)).ThenAccepted();
        s.Lab.IdsInUse["F-1"] = "CM-26-0003";
        s.When(new CellsThawed(["F-1"], 3, 85, 80)).ThenRejected(Codes.StateGuard, "data.containerIds[0]");
    }

    [Fact]
    public void A_container_is_allocated_from_its_source_once_while_it_is_there()
    {
        var source = Allocated.Source with { Cells = new Dictionary<string, SourceLineage>(Allocated.Source.Cells) { ["F-1"] = new(3, 11.2) } };
        var cells = Allocated.Cells with { Vessels = null, SourceIds = ["F-1"], ContainerIds = ["F-1"] };
        Scenario Planned(SourceFact fact)
        {
            var s = Cm.Planned();
            s.Lab.Source = fact;
            return s;
        }
        Planned(source).When(cells).ThenAccepted();
        Planned(source).When(cells with { ContainerIds = ["F-9"] }).ThenRejected(Codes.StateGuard, "data.containerIds[0]");
        Planned(source with { Gone = ["F-1"] }).When(cells).ThenRejected(Codes.StateGuard, "data.containerIds[0]");
        var again = Planned(source);
        again.Lab.IdsInUse["F-1"] = "MSS-26-0009";
        again.When(cells).ThenRejected(Codes.ValDuplicate, "data.containerIds");
    }
}
