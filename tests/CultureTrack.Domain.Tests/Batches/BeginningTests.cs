using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class RegistrationTests
{
    private static Scenario Before() => Adsc.New().On("2026-04-10T09:00Z");

    [Fact]
    public void A_registration_starts_a_planned_batch_that_keeps_the_sites_jurisdiction()
    {
        var s = Before();
        s.Lab.Site = new("main", "Europe/Paris", Jurisdiction.EU);
        var state = s.When(Adsc.Registered).ThenAccepted().State;
        state.State.ShouldBe(LifeState.Planned);
        (state.Jurisdiction, state.Zone).ShouldBe((Jurisdiction.EU, "Europe/Paris"));
    }

    [Theory]
    [InlineData("ADSC-26-7")]
    [InlineData("adsc-26-0007")]
    [InlineData("CEA-26-0007")]
    public void A_batch_id_has_the_form_of_its_product(string id) => Before().When(Adsc.Registered with { BatchId = id }).ThenRejected(Codes.ValFormat, "data.batchId");

    [Fact]
    public void A_product_code_must_be_in_the_register() =>
        Before().When(Adsc.Registered with { BatchId = "XYZ-26-0001", ProductType = "XYZ" }).ThenRejected(Codes.ValSpec, "data.productType");

    [Fact]
    public void A_specification_must_be_effective() => Before().When(Adsc.Registered with { SpecVersion = 9 }).ThenRejected(Codes.ValSpec, "data.specId");

    [Fact]
    public void An_autologous_batch_names_its_patient() => Before().When(Adsc.Registered with { PatientRef = null }).ThenRejected(Codes.ValRequired, "data.patientRef");

    [Fact]
    public void The_donor_of_an_autologous_batch_is_its_patient()
    {
        var s = Before();
        s.Lab.Patients["PT-2"] = new("PT-2", "x");
        s.When(Adsc.Registered with { PatientRef = "PT-2" }).ThenRejected(Codes.StateGuard, "data.donorRef");
    }

    [Fact]
    public void Cells_for_injection_need_weight_volume_and_route()
    {
        var no = Before().When(Adsc.Registered with { PatientWeightKg = null, DoseVolumeMl = null, Route = null }).ThenRejected(Codes.ValRequired);
        no.Findings.Select(f => f.Field).ShouldBe(["data.patientWeightKg", "data.doseVolumeMl", "data.route"]);
    }

    [Fact]
    public void A_fresh_only_product_is_not_registered_as_frozen() =>
        Cea.New().On("2026-03-01T09:00Z").When(Cea.Registered with { Storage = Storage.Cryo }).ThenRejected(Codes.ValSpec, "data.storage");

    [Fact]
    public void A_planned_use_earlier_than_the_process_takes_is_flagged() =>
        Before().When(Adsc.Registered with { PlannedUseAt = Scenario.At("2026-04-15T09:00Z") }).ThenFlagged(Flags.OutOfWindow, "plannedUseAt");

    [Fact]
    public void A_batch_is_registered_once() => Adsc.Planned().When(Adsc.Registered).ThenRejected(Codes.StateTransition);

    [Fact]
    public void Quality_control_does_not_register_batches() => Before().When(Adsc.Registered, by: "qc01").ThenRejected(Codes.SodRole);
}

public sealed class DonationTests
{
    [Fact]
    public void Consent_is_signed_before_the_tissue_is_taken() =>
        Adsc.Quarantined().When(Adsc.Consent with { SignedAt = Scenario.At("2026-04-13T05:31Z") }).ThenRejected(Codes.ValOrder, "data.signedAt");

    [Fact]
    public void A_consent_without_the_intended_use_is_flagged() => Adsc.Planned().When(Adsc.Consent with { Scope = ["Research"] }).ThenFlagged(Flags.OutOfWindow, "scope");

    [Fact]
    public void A_donor_sample_is_not_taken_in_the_future() =>
        Adsc.Planned().When(new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-10T09:10Z"), DonorResult.NonReactive)).ThenRejected(Codes.ValFuture, "data.sampledAt");

    [Fact]
    public void A_donor_sample_more_than_seven_days_from_recovery_is_flagged() =>
        Adsc.Quarantined().When(new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-05T23:00Z"), DonorResult.NonReactive)).ThenFlagged(Flags.OutOfWindow, "sampledAt");

    [Fact]
    public void A_donor_sample_on_the_seventh_day_is_in_the_window() =>
        Adsc.Quarantined().When(new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-06T00:00Z"), DonorResult.NonReactive)).ThenNotFlagged();

    [Fact]
    public void A_donor_with_missing_markers_is_not_eligible() =>
        Adsc.Planned().When(new DonorEligibilityDetermined(EligibilityStatus.Eligible)).ThenRejected(Codes.StateGuard, "data.status");

    [Theory]
    [InlineData("HCV", false)]
    [InlineData("CMV", true)]
    public void A_reactive_donor_is_not_eligible_except_for_CMV(string marker, bool eligible)
    {
        var s = Adsc.Planned();
        foreach (var m in new[] { "HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT", "HTLV-I/II", "CMV" })
            s.Given(new DonorTestRecorded(m, "kit", Scenario.At("2026-04-10T08:00Z"), m == marker ? DonorResult.Reactive : DonorResult.NonReactive));
        var determined = s.When(new DonorEligibilityDetermined(EligibilityStatus.Eligible));
        if (eligible) determined.ThenAccepted();
        else determined.ThenRejected(Codes.StateGuard);
    }

    [Fact]
    public void An_allogeneic_donor_is_not_exempt()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        s.Lab.Donors["DN-5"] = new("DN-5", null);
        s.Given(Adsc.Registered with { Autologous = false, PatientRef = null, DonorRef = "DN-5" });
        s.When(Adsc.Exempt).ThenRejected(Codes.StateGuard, "data.status");
    }

    [Fact]
    public void In_the_EU_nobody_is_exempt()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        s.Lab.Site = new("main", "Europe/Paris", Jurisdiction.EU);
        s.Given(Adsc.Registered).When(Adsc.Exempt).ThenRejected(Codes.StateGuard, "data.status");
    }

    [Fact]
    public void A_reactive_allogeneic_donor_puts_the_batch_on_hold()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        s.Lab.Donors["DN-5"] = new("DN-5", null);
        s.Given(Adsc.Registered with { Autologous = false, PatientRef = null, DonorRef = "DN-5" });
        s.Given(new DonorTestRecorded("HCV NAT", "kit", Scenario.At("2026-04-10T08:00Z"), DonorResult.Reactive)).State.Holds.Values.Single().BySystem.ShouldBeTrue();
    }
}

public sealed class ReceiptTests
{
    private static Scenario Before() => Adsc.Planned().On("2026-04-13T08:30Z");
    private static Scenario BeforeSkin() => Cea.New().On("2026-03-01T09:00Z").Given(Cea.Registered).On("2026-03-02T09:40Z");

    [Fact]
    public void Tissue_arrives_in_quarantine() => Before().When(Adsc.Received).ThenAccepted().State.State.ShouldBe(LifeState.Quarantined);

    [Fact]
    public void A_wrong_DIN_check_character_is_refused() => Before().When(Adsc.Received with { DinCheck = "7" }).ThenRejected(Codes.ValDin, "data.dinCheck");

    [Fact]
    public void Tissue_cannot_arrive_before_it_was_taken() =>
        Before().When(Adsc.Received with { ProcuredAt = Scenario.At("2026-04-13T08:31Z") }).ThenRejected(Codes.ValOrder, "data.receivedAt");

    [Fact]
    public void Tissue_older_than_a_week_is_refused() => Before().When(Adsc.Received with { ProcuredAt = Scenario.At("2026-04-06T08:29Z") }).ThenRejected(Codes.ValRange, "data.receivedAt");

    [Theory]
    [InlineData(0)]
    [InlineData(5000.1)]
    public void An_impossible_amount_of_fat_is_refused(decimal quantity) => Before().When(Adsc.Received with { Quantity = quantity }).ThenRejected(Codes.ValRange, "data.quantity");

    [Fact]
    public void Fat_is_measured_in_millilitres() => Before().When(Adsc.Received with { QuantityUnit = TissueUnit.cm2 }).ThenRejected(Codes.ValUnit, "data.quantityUnit");

    [Fact]
    public void One_identifier_is_not_enough() => Before().When(Adsc.Received with { CoiMatches = 1 }).ThenRejected(Codes.ValRange, "data.coiMatches");

    [Theory]
    [InlineData(-20.1, 18)]
    [InlineData(18, 50.1)]
    public void An_impossible_transit_temperature_is_refused(decimal min, decimal max) =>
        Before().When(Adsc.Received with { TransitMinC = min, TransitMaxC = max }).ThenRejected(Codes.ValRange);

    [Theory]
    [InlineData(19.9)]
    [InlineData(1000.1)]
    public void An_unusual_amount_of_fat_is_flagged(decimal quantity) => Before().When(Adsc.Received with { Quantity = quantity }).ThenFlagged(Flags.OutOfWindow, "quantity");

    [Fact]
    public void Fat_older_than_a_day_is_flagged() => Before().When(Adsc.Received with { ProcuredAt = Scenario.At("2026-04-12T07:30Z") }).ThenFlagged(Flags.Transport, "receivedAt");

    [Fact]
    public void Skin_older_than_two_days_is_flagged() => BeforeSkin().When(Cea.Received with { ProcuredAt = Scenario.At("2026-02-28T08:40Z") }).ThenFlagged(Flags.Transport, "receivedAt");

    [Theory]
    [InlineData(1.9, 5)]
    [InlineData(5, 8.1)]
    public void Skin_outside_two_to_eight_degrees_is_flagged(decimal min, decimal max) =>
        BeforeSkin().When(Cea.Received with { TransitMinC = min, TransitMaxC = max }).ThenFlagged(Flags.Transport);

    [Fact]
    public void Skin_at_the_limits_is_not_flagged() => BeforeSkin().When(Cea.Received with { Quantity = 40, TransitMinC = 2, TransitMaxC = 8 }).ThenNotFlagged();

    [Fact]
    public void A_damaged_container_is_flagged() => Before().When(Adsc.Received with { ContainerIntact = false }).ThenFlagged(Flags.Transport, "containerIntact");

    [Fact]
    public void Tissue_is_accepted_once() => Adsc.Taken().When(new TissueAccepted()).ThenRejected(Codes.StateGuard);

    [Fact]
    public void Tissue_that_never_came_is_not_accepted() => Adsc.Planned().When(new TissueAccepted()).ThenRejected(Codes.StateTransition);

    [Fact]
    public void A_flagged_receipt_is_decided_by_quality_assurance()
    {
        var s = Before().Given(Adsc.Received with { ContainerIntact = false });
        s.When(new TissueAccepted(), by: "tech01").ThenRejected(Codes.SodRole);
        s.When(new TissueAccepted(), by: "qa01").ThenAccepted().Events[0].ActorRole.ShouldBe("QA");
    }

    [Fact]
    public void Refused_tissue_ends_the_batch() => Adsc.Quarantined().When(new TissueRefused("Clotted")).ThenAccepted().State.State.ShouldBe(LifeState.Terminated);

    [Fact]
    public void A_mismatch_of_identity_is_flagged_and_holds_the_batch()
    {
        var mismatch = new CoiMismatchRecorded(CoiPoint.Seeding, ["PT-0007"], ["PT-0008"], true);
        Adsc.Processed().When(mismatch).ThenFlagged(Flags.Unreconciled);
        Adsc.Processed().Given(mismatch).State.Holds.Count.ShouldBe(1);
    }
}

public sealed class IsolationTests
{
    [Fact]
    public void Cells_of_fat_are_counted_per_millilitre() =>
        Adsc.Taken().On("2026-04-13T10:30Z").When(Adsc.Isolated).ThenComputed("viable", 1.8204e7).ThenComputed("yieldPerMl", 1.85e5);

    [Fact]
    public void Cells_of_skin_are_counted_per_square_centimetre() =>
        Cea.Taken().On("2026-03-02T11:00Z").When(Cea.Isolated).ThenComputed("viable", 3.168e7).ThenComputed("yieldPerCm2", 1.32e6);

    [Fact]
    public void Isolation_begins_the_process()
    {
        var state = Adsc.Taken().On("2026-04-13T10:30Z").When(Adsc.Isolated).ThenAccepted().State;
        (state.State, state.Phase).ShouldBe((LifeState.InProcess, "Isolation"));
    }

    [Fact]
    public void Tissue_that_is_not_accepted_is_not_processed() => Adsc.Quarantined().When(Adsc.Isolated).ThenRejected(Codes.StateGuard);

    [Fact]
    public void Tissue_without_consent_is_not_processed() => Adsc.New().On("2026-04-10T09:00Z").Given(Adsc.Registered, Adsc.Exempt)
        .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).When(Adsc.Isolated).ThenRejected(Codes.StateGuard);

    [Fact]
    public void Tissue_of_an_untested_donor_is_not_processed() => Adsc.New().On("2026-04-10T09:00Z").Given(Adsc.Registered, Adsc.Consent)
        .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).When(Adsc.Isolated).ThenRejected(Codes.StateGuard);

    [Theory]
    [InlineData(0)]
    [InlineData(1440.1)]
    public void An_impossible_digestion_time_is_refused(decimal min) => Adsc.Taken().When(Adsc.Isolated with { DurationMin = min }).ThenRejected(Codes.ValRange, "data.durationMin");

    [Theory]
    [InlineData(19.9)]
    [InlineData(90.1)]
    public void An_unusual_collagenase_time_is_flagged(decimal min) => Adsc.Taken().When(Adsc.Isolated with { DurationMin = min }).ThenFlagged(Flags.OutOfWindow, "durationMin");

    [Fact]
    public void An_impossible_viability_is_refused() => Adsc.Taken().When(Adsc.Isolated with { ViabilityPct = 100.1m }).ThenRejected(Codes.ValRange, "data.viabilityPct");

    [Fact]
    public void A_low_viability_is_flagged() => Adsc.Taken().When(Adsc.Isolated with { ViabilityPct = 69.9m }).ThenFlagged(Flags.OutOfWindow, "viabilityPct");

    [Fact]
    public void An_impossible_yield_is_refused() => Adsc.Taken().When(Adsc.Isolated with { TotalNucleated = 6.01e8m }).ThenRejected(Codes.ValRange, "data.totalNucleated");

    [Fact]
    public void A_small_yield_is_flagged() => Adsc.Taken().When(Adsc.Isolated with { TotalNucleated = 5.9e6m }).ThenFlagged(Flags.OutOfWindow, "yieldPerMl");

    [Fact]
    public void An_expired_enzyme_is_refused()
    {
        var s = Adsc.Taken();
        s.Lab.Lots["COL-26-01"] = s.Lab.Lots["COL-26-01"] with { ExpiresAt = s.Now };
        s.When(Adsc.Isolated).ThenRejected(Codes.ValLot, "data.enzymeLot");
    }

    [Fact]
    public void An_unreleased_recalled_or_unknown_enzyme_is_refused()
    {
        var s = Adsc.Taken();
        s.When(Adsc.Isolated with { EnzymeLot = "NONE" }).ThenRejected(Codes.ValLot);
        s.Lab.Lots["COL-26-01"] = s.Lab.Lots["COL-26-01"] with { ReleasedAt = null };
        s.When(Adsc.Isolated).ThenRejected(Codes.ValLot);
        s.Lab.Lots["COL-26-01"] = s.Lab.Lots["COL-26-01"] with { ReleasedAt = Lab.Always, RecalledAt = s.Now };
        s.When(Adsc.Isolated).ThenRejected(Codes.ValLot);
    }
}
