using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Both sides of each limit of 2.4 from the registration to the first cells: order, donor, receipt, isolation and allocated cells.</summary>
public sealed class BeginningLimitTests
{
    private static readonly DateTimeOffset Morning = Scenario.At("2026-04-13T08:30Z");

    private static readonly TissueReceived Bone = Adsc.Received with { Tissue = TissueKind.Marrow, Quantity = 40 };
    private static readonly BatchRegistered MarrowBatch = Adsc.Registered with { BatchId = "BMMSC-26-0007", ProductType = "BMMSC", SpecId = "BMMSC", PlannedUseAt = Scenario.At("2026-05-20T07:00Z") };

    private static Scenario Before() => Adsc.New().On("2026-04-10T09:00Z");
    private static Scenario Fat() => Adsc.Planned().On("2026-04-13T08:30Z");
    private static Scenario Skin() => Cea.New().On("2026-03-01T09:00Z").Given(Cea.Registered).On("2026-03-02T09:40Z");
    private static Scenario Marrow() => Before().Given(MarrowBatch, Adsc.Consent, Adsc.Exempt).On("2026-04-13T08:30Z");
    private static TissueReceived Travelled(TissueReceived e, decimal hours) => e with { ProcuredAt = e.ReceivedAt.AddHours(-(double)hours) };
    private static IsolationPerformed Gave(IsolationPerformed e, decimal nucleated) => e with { TotalNucleated = nucleated, ViabilityPct = 100 };
    private static Specification SpecOf(BatchRegistered r) => SpecificationRegister.BuiltIn[(r.SpecId, r.SpecVersion)];

    private static void From(Scenario s, Func<SourceFact, SourceFact> change) => s.Lab.Source = change(Allocated.Source);

    private static readonly RuleCase[] Cases =
    [
        .. new Legal<BatchRegistered>(Before, Adsc.Registered)
            .Numbers("orderedQty", (e, v) => e with { OrderedQty = v }, [0.1m], [0])
            .Numbers("patientWeightKg", (e, v) => e with { PatientWeightKg = v }, [0.1m], [0])
            .Numbers("doseVolumeMl", (e, v) => e with { DoseVolumeMl = v }, [0.1m], [0])
            .Numbers("administrationHours", (e, v) => e with { AdministrationHours = v }, [0.1m], [0])
            .Numbers("bsaM2", (e, v) => e with { BsaM2 = v }, [0.1m], [0])
            .Numbers("tbsaPct", (e, v) => e with { TbsaPct = v }, [0, 100], [-0.1m, 100.1m])
            .Refused("no weight", e => e with { PatientWeightKg = null }, Codes.ValRequired, "data.patientWeightKg")
            .Refused("no dose", e => e with { DoseVolumeMl = null }, Codes.ValRequired, "data.doseVolumeMl")
            .Refused("no route", e => e with { Route = null }, Codes.ValRequired, "data.route")
            .Refused("an unknown site", e => e with { Site = "elsewhere" }, Codes.ValFormat, "data.site")
            .Refused("an unknown donor", e => e with { DonorRef = "DN-9" }, Codes.ValFormat, "data.donorRef")
            .Refused("an unknown patient", e => e with { PatientRef = "PT-9" }, Codes.ValFormat, "data.patientRef")
            .Refused("an unknown patient of an allogeneic batch", e => e with { Autologous = false, PatientRef = "PT-9" }, Codes.ValFormat, "data.patientRef")
            .Allowed("an allogeneic batch without a patient", e => e with { Autologous = false, PatientRef = null })
            .Refused("another product in the id", e => e with { BatchId = "CEA-26-0007" }, Codes.ValFormat, "data.batchId")
            .Refused("the specification of another product", e => e with { SpecId = "CEA" }, Codes.ValSpec, "data.specId")
            .RefusedWhen("with a specification not effective yet", s => s.Lab.Spec = SpecOf(Adsc.Registered) with { EffectiveFrom = s.Now.AddSeconds(1) }, Codes.ValSpec, "data.specVersion")
            .AllowedWhen("with a specification effective from now on", s => s.Lab.Spec = SpecOf(Adsc.Registered) with { EffectiveFrom = s.Now })
            .RefusedWhen("with a specification nobody approved", s => s.Lab.Spec = SpecOf(Adsc.Registered) with { ApprovedBy = null }, Codes.ValSpec, "data.specVersion")
            .RefusedWhen("with a specification of another version", s => s.Lab.Spec = SpecOf(Adsc.Registered) with { Version = 2 }, Codes.ValSpec, "data.specId")
            .RefusedWhen("with a specification for another product", s => s.Lab.Spec = SpecOf(Adsc.Registered) with { ProductType = "CEA" }, Codes.ValSpec, "data.specId").Cases,
        .. new Legal<BatchRegistered>(() => Cea.New().On("2026-03-01T09:00Z"), Cea.Registered, name: "BatchRegistered CEA")
            .Allowed("no weight, dose or route", e => e with { PatientWeightKg = null, DoseVolumeMl = null, Route = null })
            .Refused("sheets without culture", e => e with { Cultured = false }, Codes.ValSpec, "data.cultured").Cases,
        .. new Legal<ConsentRecorded>(Adsc.Planned, Adsc.Consent)
            .Allowed("signed now", e => e with { SignedAt = Scenario.At("2026-04-10T09:00Z") })
            .Refused("signed a second ahead", e => e with { SignedAt = Scenario.At("2026-04-10T09:00:01Z") }, Codes.ValFuture, "data.signedAt")
            .NotFlagged("the use in other letters", e => e with { Scope = ["Research", "trial"] }, Flags.OutOfWindow, "scope")
            .Flagged("another use", e => e with { Scope = ["Marketed"] }, Flags.OutOfWindow, "scope").Cases,
        .. new Legal<ConsentRecorded>(Adsc.Quarantined, Adsc.Consent, name: "ConsentRecorded after the receipt")
            .Allowed("signed as the tissue was taken", e => e with { SignedAt = Adsc.Received.ProcuredAt })
            .Refused("signed a second later", e => e with { SignedAt = Adsc.Received.ProcuredAt.AddSeconds(1) }, Codes.ValOrder, "data.signedAt").Cases,
        .. new Legal<DonorTestRecorded>(Adsc.Planned, new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-10T09:00Z"), DonorResult.NonReactive))
            .Refused("sampled a second ahead", e => e with { SampledAt = Scenario.At("2026-04-10T09:00:01Z") }, Codes.ValFuture, "data.sampledAt")
            .Refused("an unknown marker", e => e with { Marker = "Influenza" }, Codes.ValFormat, "data.marker").Cases,
        .. new Legal<DonorTestRecorded>(() => Adsc.Taken().On("2026-04-21T12:00Z"), new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-20T23:59Z"), DonorResult.NonReactive), name: "DonorTestRecorded of fat")
            .NotFlagged("sampled on the seventh day", e => e, Flags.OutOfWindow, "sampledAt")
            .Flagged("sampled on the eighth day", e => e with { SampledAt = Scenario.At("2026-04-21T00:00Z") }, Flags.OutOfWindow, "sampledAt")
            .NotFlagged("sampled seven days before", e => e with { SampledAt = Scenario.At("2026-04-06T00:00Z") }, Flags.OutOfWindow, "sampledAt")
            .Flagged("sampled eight days before", e => e with { SampledAt = Scenario.At("2026-04-05T23:59Z") }, Flags.OutOfWindow, "sampledAt").Cases,
        .. new Legal<DonorTestRecorded>(() => Marrow().Given(Bone), new DonorTestRecorded("HCV", "kit", Scenario.At("2026-03-14T00:00Z"), DonorResult.NonReactive), name: "DonorTestRecorded of marrow")
            .NotFlagged("sampled thirty days before", e => e, Flags.OutOfWindow, "sampledAt")
            .Flagged("sampled thirty-one days before", e => e with { SampledAt = Scenario.At("2026-03-13T23:59Z") }, Flags.OutOfWindow, "sampledAt").Cases,
        .. new Legal<TissueReceived>(Fat, Adsc.Received)
            .Refused("a flag of one character", e => e with { DinFlag = "0" }, Codes.ValFormat, "data.dinFlag")
            .Refused("a flag of three characters", e => e with { DinFlag = "000" }, Codes.ValFormat, "data.dinFlag")
            .Refused("a DIN in small letters", e => e with { Din = "a999926000002" }, Codes.ValFormat, "data.din")
            .Numbers("coiMatches", (e, v) => e with { CoiMatches = (int)v }, [2], [1])
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [0.1m, 5000], [0, 5000.1m])
            .Window("quantity", (e, v) => e with { Quantity = v }, [20, 1000], [19.9m, 1000.1m])
            .Numbers("receivedAt", Travelled, [0, 168], [168.01m])
            .Window("receivedAt", Travelled, [24.4m], [24.6m], Flags.Transport)
            .Allowed("received five seconds ahead", e => e with { ReceivedAt = Morning.AddSeconds(5) })
            .Refused("received six seconds ahead", e => e with { ReceivedAt = Morning.AddSeconds(6) }, Codes.ValFuture, "data.receivedAt")
            .Refused("received before it was taken", e => e with { ProcuredAt = e.ReceivedAt.AddSeconds(1) }, Codes.ValOrder, "data.receivedAt")
            .Numbers("transitMinC", (e, v) => e with { TransitMinC = v, TransitMaxC = Math.Max(v, 18) }, [-20, 50], [-20.1m, 50.1m])
            .Numbers("transitMaxC", (e, v) => e with { TransitMaxC = v, TransitMinC = Math.Min(v, 18) }, [-20, 50], [-20.1m, 50.1m])
            .Refused("a highest temperature below the lowest", e => e with { TransitMinC = 18, TransitMaxC = 17.9m }, Codes.ValRange, "data.transitMaxC")
            .Window("transitMinC", (e, v) => e with { TransitMinC = v }, [2], [1.9m], Flags.Transport)
            .Window("transitMaxC", (e, v) => e with { TransitMaxC = v }, [25], [25.1m], Flags.Transport)
            .Flagged("a lowest temperature above the window", e => e with { TransitMinC = 26, TransitMaxC = 26 }, Flags.Transport, "transitMinC")
            .Flagged("a highest temperature below the window", e => e with { TransitMinC = 1, TransitMaxC = 1 }, Flags.Transport, "transitMaxC")
            .NotFlagged("a container intact", e => e, Flags.Transport, "containerIntact").Cases,
        .. new Legal<TissueReceived>(Skin, Cea.Received, name: "TissueReceived skin")
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [500], [500.1m])
            .Window("quantity", (e, v) => e with { Quantity = v }, [1, 40], [0.9m, 40.1m])
            .Window("receivedAt", Travelled, [48.4m], [48.6m], Flags.Transport)
            .Window("transitMaxC", (e, v) => e with { TransitMaxC = v }, [8], [8.1m], Flags.Transport)
            .Refused("measured in mL", e => e with { QuantityUnit = TissueUnit.mL }, Codes.ValUnit, "data.quantityUnit").Cases,
        .. new Legal<TissueReceived>(Marrow, Bone, name: "TissueReceived marrow")
            .Numbers("quantity", (e, v) => e with { Quantity = v }, [500], [500.1m])
            .Window("quantity", (e, v) => e with { Quantity = v }, [5, 150], [4.9m, 150.1m])
            .Window("receivedAt", Travelled, [24.4m], [24.6m], Flags.Transport)
            .Window("transitMaxC", (e, v) => e with { TransitMaxC = v }, [25], [25.1m], Flags.Transport).Cases,
        .. new Legal<IsolationPerformed>(() => Adsc.Taken().On("2026-04-13T10:30Z"), Adsc.Isolated)
            .Numbers("durationMin", (e, v) => e with { DurationMin = v }, [0.1m, 1440], [0, 1440.1m])
            .Window("durationMin", (e, v) => e with { DurationMin = v }, [20, 90], [19.9m, 90.1m])
            .Numbers("viabilityPct", (e, v) => e with { ViabilityPct = v }, [0, 100], [-0.1m, 100.1m])
            .Window("viabilityPct", (e, v) => e with { ViabilityPct = v }, [70], [69.9m])
            .Numbers("totalNucleated", Gave, [1, 6e8m], [0, 600000001])
            .Window("yieldPerMl", Gave, [6e6m, 1.2e8m], [5999999, 120000001])
            .NotFlagged("a long time of another method", e => e with { Method = IsolationMethod.DispaseTrypsin, DurationMin = 300 }, Flags.OutOfWindow, "durationMin").Cases,
        .. new Legal<IsolationPerformed>(() => Cea.Taken().On("2026-03-02T11:00Z"), Cea.Isolated, name: "IsolationPerformed of skin")
            .Numbers("totalNucleated", Gave, [2.4e8m], [240000001])
            .Window("yieldPerCm2", Gave, [7.2e6m, 7.2e7m], [7199999, 72000001]).Cases,
        .. new Legal<IsolationPerformed>(() => Marrow().Given(Bone, new TissueAccepted()).On("2026-04-13T10:30Z"), new IsolationPerformed(CellLine.Msc, IsolationMethod.DensityGradient, "COL-26-01", 45, 20, 2.0e8m, 90), name: "IsolationPerformed of marrow")
            .Numbers("totalNucleated", Gave, [4e9m], [4000000001])
            .Window("yieldPerMl", Gave, [2e7m, 8e8m], [19999999, 800000001]).Cases,
        .. new Legal<SourceCellsAllocated>(Cm.Planned, Allocated.Cells)
            .Numbers("coiMatches", (e, v) => e with { CoiMatches = (int)v }, [2], [1])
            .Numbers("viableCells", (e, v) => e with { ViableCells = v }, [0.1m], [0])
            .Numbers("passage", (e, v) => e with { Passage = (int)v }, [3], [-1, 2, 4])
            .Numbers("cpdl", (e, v) => e with { Cpdl = v }, [11.16m, 11.24m], [11.14m, 11.26m])
            .Names("sourceIds", e => e with { SourceIds = [] })
            .Refused("neither vessels nor containers", e => e with { Vessels = null }, Codes.ValRequired, "data.vessels")
            .Refused("both vessels and containers", e => e with { ContainerIds = ["S-31"] }, Codes.ValRequired, "data.vessels")
            .Refused("a vessel named twice", e => e with { Vessels = [.. e.Vessels!, .. e.Vessels!] }, Codes.ValDuplicate, "data.vessels")
            .Numbers("vessels[0].areaCm2", (e, v) => e with { Vessels = [new("K-1", "stack", v, 85)] }, [0.1m], [0])
            .Numbers("vessels[0].confluencePct", (e, v) => e with { Vessels = [new("K-1", "stack", 6360, v)] }, [0, 100], [-0.1m, 100.1m])
            .Refused("an unknown source", e => e with { SourceBatchId = "ADSC-26-0006" }, Codes.StateGuard, "data.sourceBatchId")
            .Refused("vessels the source does not know", e => e with { SourceIds = ["S-31", "X-1"] }, Codes.StateGuard, "data.sourceIds[1]")
            .RefusedWhen("from nowhere", s => s.Lab.Source = null, Codes.StateGuard, "data.sourceBatchId")
            .RefusedWhen("from a rejected source", s => From(s, f => f with { State = LifeState.Rejected }), Codes.StateGuard, "data.sourceBatchId")
            .RefusedWhen("from a source given up", s => From(s, f => f with { State = LifeState.Terminated }), Codes.StateGuard, "data.sourceBatchId")
            .RefusedWhen("from a revoked source", s => From(s, f => f with { State = LifeState.ReleaseRevoked }), Codes.StateGuard, "data.sourceBatchId")
            .RefusedWhen("from a discarded source", s => From(s, f => f with { State = LifeState.Discarded }), Codes.StateGuard, "data.sourceBatchId")
            .AllowedWhen("from a conditionally released source", s => From(s, f => f with { State = LifeState.ConditionallyReleased }))
            .AllowedWhen("from an exceptionally released source", s => From(s, f => f with { State = LifeState.ReleasedExceptional }))
            .AllowedWhen("from a closed source", s => From(s, f => f with { State = LifeState.Closed }))
            .RefusedWhen("from a source of one other patient", s => From(s, f => f with { AutologousFor = "PT-9" }), Codes.StateGuard, "data.sourceBatchId")
            .RefusedWhen("from an unreleased source by a technician", s => From(s, f => f with { State = LifeState.Formulated }), Codes.SodRole, "type").Cases,
        .. new Legal<SerumFreeWashDone>(() => WithoutConsent(), _ => Cm.Wash, name: "SerumFreeWashDone without consent")
            .Refused("as it is", e => e, Codes.StateGuard, "data").Cases,
    ];

    private static Scenario WithoutConsent()
    {
        var s = new Scenario();
        s.Lab.Donors["DN-5"] = new("DN-5", null);
        s.Lab.Source = Allocated.Source;
        return s.On("2026-05-01T09:00Z").Given(Allocated.Order("CM", Storage.Cryo, OrderUnit.vial)).On("2026-05-04T08:00Z").Given(Allocated.Cells);
    }

    public static TheoryData<string> Names => RuleCase.Names(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Is_answered_as_the_rule_says(string rule) => RuleCase.Check(Cases, rule);

    [Theory]
    [InlineData("2026-04-13T05:30Z", true)]
    [InlineData("2026-04-13T05:31Z", false)]
    public void Only_a_consent_signed_before_the_tissue_was_taken_lets_it_be_processed(string signedAt, bool may)
    {
        var s = Before().Given(Adsc.Registered, Adsc.Exempt).On("2026-04-13T08:00Z").Given(Adsc.Consent with { SignedAt = Scenario.At(signedAt) })
            .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).On("2026-04-13T10:30Z");
        if (may) s.When(Adsc.Isolated).ThenAccepted();
        else s.When(Adsc.Isolated).ThenRejected(Codes.StateGuard, "data");
    }

    [Theory]
    [InlineData(nameof(EligibilityStatus.Ineligible), false)]
    [InlineData(nameof(EligibilityStatus.Incomplete), false)]
    [InlineData(nameof(EligibilityStatus.AutologousExempt), true)]
    public void Tissue_is_processed_when_its_donor_needs_no_sample(string status, bool may)
    {
        var s = Before().Given(Adsc.Registered, Adsc.Consent, new DonorEligibilityDetermined(Enum.Parse<EligibilityStatus>(status)))
            .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).On("2026-04-13T10:30Z");
        if (may) s.When(Adsc.Isolated).ThenAccepted();
        else s.When(Adsc.Isolated).ThenRejected(Codes.StateGuard, "data");
    }

    [Fact]
    public void A_drawn_donor_sample_is_enough_to_begin() => Before()
        .Given(Adsc.Registered, Adsc.Consent, new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-10T08:00Z"), DonorResult.NonReactive))
        .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).On("2026-04-13T10:30Z").When(Adsc.Isolated).ThenAccepted();

    [Fact]
    public void A_donor_is_ineligible_or_incomplete_without_further_ado()
    {
        Adsc.Planned().When(new DonorEligibilityDetermined(EligibilityStatus.Ineligible)).ThenAccepted();
        Adsc.Planned().When(new DonorEligibilityDetermined(EligibilityStatus.Incomplete)).ThenAccepted();
    }

    [Fact]
    public void A_reactive_patient_is_no_reason_to_hold_what_is_made_for_that_patient() => Adsc.Planned()
        .Given(new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-10T08:00Z"), DonorResult.Reactive)).State.Holds.ShouldBeEmpty();

    [Fact]
    public void What_befalls_a_source_holds_what_was_made_of_it()
    {
        HoldsAfter(f => f with { DonorIneligible = true }).ShouldBe(["Source ADSC-26-0005: its donor is not eligible"]);
        HoldsAfter(f => f with { State = LifeState.ReleaseRevoked }).ShouldBe(["Source ADSC-26-0005 became ReleaseRevoked"]);
        HoldsAfter(f => f with { State = LifeState.Rejected }).ShouldBe(["Source ADSC-26-0005 became Rejected"]);
        HoldsAfter(f => f with { State = LifeState.Terminated }).ShouldBe(["Source ADSC-26-0005 became Terminated"]);
        HoldsAfter(f => f).ShouldBeEmpty();
    }

    private static IEnumerable<string> HoldsAfter(Func<SourceFact, SourceFact> change)
    {
        var s = Cm.Washed();
        From(s, change);
        return s.Given(Cm.Start).State.Holds.Values.Select(h => h.Reason);
    }
}
