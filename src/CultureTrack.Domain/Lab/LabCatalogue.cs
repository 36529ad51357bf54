using System.Collections.Frozen;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Controls;
using CultureTrack.Domain.Records;
using static CultureTrack.Domain.Records.Roles;

namespace CultureTrack.Domain.Lab;

/// <summary>All that is known of one event type of the streams other than batches.</summary>
/// <param name="StoredName">The name in the event store: a contract, never renamed.</param>
/// <param name="By">Roles that may make the entry; empty: the software only.</param>
/// <param name="Meaning">What the entry's own signature must mean, or null when it needs none.</param>
public sealed record LabKind(
    string Name, string StoredName, Type DataType, IReadOnlyList<string> By, bool NeedsQualification = false, bool NeedsSecondPerson = false, string? Meaning = null);

/// <summary>The event types of the streams of materials, equipment, rooms, persons, sites, patients and donors.</summary>
public static class LabCatalogue
{
    private static readonly string[] BenchOrQuality = [Technician, QualityAssurance];
    private static readonly string[] Bench = [Technician];
    private static readonly string[] Quality = [QualityAssurance];
    private static readonly string[] Laboratory = [QualityControl];
    private static readonly string[] LaboratoryOrQuality = [QualityControl, QualityAssurance];
    private static readonly string[] BenchOrAdmin = [Technician, Administrator];
    private static readonly string[] Admin = [Administrator];
    private static readonly string[] Leading = [Supervisor, QualityAssurance];
    private static readonly string[] Anybody = [Technician, QualityControl, QualityAssurance, Supervisor, Administrator];

    public static FrozenDictionary<string, LabKind> ByName { get; } = All().ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    public static LabKind Of(EventData data) => ByName[data.GetType().Name];

    private static LabKind Kind<T>(string storedName, string[] by, bool qualified = false, bool second = false, string? meaning = null) where T : EventData =>
        new(typeof(T).Name, storedName, typeof(T), by, qualified, second, meaning);

    private static LabKind[] All() =>
    [
        Kind<SiteRegistered>("site_registered", Admin),
        Kind<PatientRegistered>("patient_registered", BenchOrQuality),
        Kind<DonorRegistered>("donor_registered", BenchOrQuality),
        Kind<PatientIdentityDestroyed>("patient_identity_destroyed", Quality, meaning: Meanings.Approved),
        Kind<MaterialReceived>("material_received", BenchOrQuality, qualified: true),
        Kind<MediumPrepared>("medium_prepared", BenchOrQuality, qualified: true, second: true),
        Kind<MaterialReleased>("material_released", Quality, qualified: true, meaning: Meanings.Approved),
        Kind<MaterialRecalled>("material_recalled", Quality, qualified: true),
        Kind<EquipmentRegistered>("equipment_registered", Admin),
        Kind<IncubatorServiceChanged>("incubator_service_changed", BenchOrAdmin, qualified: true),
        Kind<CalibrationRecorded>("calibration_recorded", BenchOrAdmin, qualified: true),
        Kind<CabinetUsed>("cabinet_used", Bench, qualified: true),
        Kind<EquipmentPlaced>("equipment_placed", Admin),
        Kind<StorageLayoutDefined>("storage_layout_defined", Admin),
        Kind<WalkRoundDone>("walk_round_done", Bench, qualified: true),
        Kind<GatewayRegistered>("gateway_registered", Admin),
        Kind<CredentialIssued>("credential_issued", Admin),
        Kind<CredentialRevoked>("credential_revoked", Admin),
        Kind<EmSessionOpened>("em_session_opened", Bench, qualified: true),
        Kind<EmSessionClosed>("em_session_closed", Bench, qualified: true),
        Kind<SpecificationDrafted>("specification_drafted", Quality),
        Kind<SpecificationApproved>("specification_approved", Quality, meaning: Meanings.Approved),
        Kind<ProductTypeDrafted>("product_type_drafted", Quality),
        Kind<ProductTypeApproved>("product_type_approved", Quality, meaning: Meanings.Approved),
        Kind<MethodDrafted>("method_drafted", Quality),
        Kind<MethodApproved>("method_approved", Quality, meaning: Meanings.Approved),
        Kind<MethodRetired>("method_retired", Quality, meaning: Meanings.Approved),
        Kind<ControlRegistered>("control_registered", LaboratoryOrQuality),
        Kind<ControlMeasured>("control_measured", Laboratory, qualified: true),
        Kind<ControlResultVoided>("control_result_voided", Quality, meaning: Meanings.Approved),
        Kind<ControlBaselineEstablished>("control_baseline_established", Quality, meaning: Meanings.Approved),
        Kind<PersonRegistered>("person_registered", Admin),
        Kind<RolesChanged>("roles_changed", Admin),
        Kind<PersonDeactivated>("person_deactivated", Admin),
        Kind<AccountLocked>("account_locked", []),
        Kind<AccountUnlocked>("account_unlocked", Admin),
        Kind<PasswordResetOrdered>("password_reset_ordered", Admin),
        Kind<PasswordChanged>("password_changed", Anybody),
        Kind<LabDeviationOpened>("lab_deviation_opened", [Technician, QualityControl, QualityAssurance]),
        Kind<LabDeviationClassified>("lab_deviation_classified", Quality),
        Kind<LabDeviationClosed>("lab_deviation_closed", Quality),
        Kind<CapaOpened>("capa_opened", Leading),
        Kind<CapaActionsDone>("capa_actions_done", [Technician, QualityControl, QualityAssurance, Supervisor]),
        Kind<CapaReopened>("capa_reopened", Quality),
        Kind<CapaClosed>("capa_closed", Quality, meaning: Meanings.Approved),
        Kind<WebhookRegistered>("webhook_registered", Admin),
        Kind<WebhookDisabled>("webhook_disabled", Admin),
        Kind<WebhookEnabled>("webhook_enabled", Admin),
        Kind<TaskOpened>("task_opened", Anybody),
        Kind<TaskAssigned>("task_assigned", Anybody),
        Kind<TaskDone>("task_done", Anybody),
        Kind<TrainingRecorded>("training_recorded", Leading),
        Kind<ShiftRostered>("shift_rostered", [Supervisor]),
        Kind<ClockChanged>("clock_changed", []),
    ];
}
