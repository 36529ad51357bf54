using CultureTrack.Domain.Lab;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Registers;

/// <summary>Who may make which entry of the registers, and what it takes.</summary>
public sealed class LabCatalogueTests
{
    private static string[] Named(Func<LabKind, bool> which) => [.. LabCatalogue.ByName.Values.Where(which).Select(k => k.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("T", "CabinetUsed EmSessionClosed EmSessionOpened WalkRoundDone")]
    [InlineData("T QA", "DonorRegistered MaterialReceived MediumPrepared PatientRegistered")]
    [InlineData("T ADMIN", "CalibrationRecorded IncubatorServiceChanged")]
    [InlineData("T QC QA", "LabDeviationOpened")]
    [InlineData("T QC QA SUPERVISOR", "CapaActionsDone")]
    [InlineData("T QC QA SUPERVISOR ADMIN", "PasswordChanged TaskAssigned TaskDone TaskOpened")]
    [InlineData("QC", "ControlMeasured")]
    [InlineData("QC QA", "ControlRegistered")]
    [InlineData("QA", "CapaClosed CapaReopened ControlBaselineEstablished ControlResultVoided LabDeviationClassified LabDeviationClosed MaterialRecalled MaterialReleased MethodApproved MethodDrafted MethodRetired PatientIdentityDestroyed ProductTypeApproved ProductTypeDrafted SpecificationApproved SpecificationDrafted")]
    [InlineData("SUPERVISOR QA", "CapaOpened TrainingRecorded")]
    [InlineData("SUPERVISOR", "ShiftRostered")]
    [InlineData("ADMIN", "AccountUnlocked CredentialIssued CredentialRevoked EquipmentPlaced EquipmentRegistered GatewayRegistered PasswordResetOrdered PersonDeactivated PersonRegistered RolesChanged SiteRegistered StorageLayoutDefined WebhookDisabled WebhookEnabled WebhookRegistered")]
    [InlineData("", "AccountLocked ClockChanged")]
    public void Entries_are_made_by(string roles, string entries) => Named(k => string.Join(' ', k.By) == roles).ShouldBe(entries.Split(' '));

    [Fact]
    public void A_qualification_is_needed_for_what_is_done_by_hand() =>
        Named(k => k.NeedsQualification).ShouldBe(
        [
            "CabinetUsed", "CalibrationRecorded", "ControlMeasured", "EmSessionClosed", "EmSessionOpened", "IncubatorServiceChanged", "MaterialRecalled", "MaterialReceived",
            "MaterialReleased", "MediumPrepared", "WalkRoundDone",
        ]);

    [Fact]
    public void Two_persons_prepare_a_medium() => Named(k => k.NeedsSecondPerson).ShouldBe(["MediumPrepared"]);

    [Fact]
    public void What_quality_approves_is_signed()
    {
        Named(k => k.Meaning == "Approved").ShouldBe(
        [
            "CapaClosed", "ControlBaselineEstablished", "ControlResultVoided", "MaterialReleased", "MethodApproved", "MethodRetired", "PatientIdentityDestroyed", "ProductTypeApproved",
            "SpecificationApproved",
        ]);
        LabCatalogue.ByName.Values.ShouldAllBe(k => k.Meaning == null || k.Meaning == "Approved");
    }
}
