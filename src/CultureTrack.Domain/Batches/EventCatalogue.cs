using System.Collections.Frozen;
using CultureTrack.Domain.Records;
using static CultureTrack.Domain.Records.Roles;

namespace CultureTrack.Domain.Batches;

/// <summary>When an event is legal: only as a transition of 2.3; while the product is being made (Planned to PendingDisposition); or also after release.</summary>
public enum Legality { Transition, Making, Enduring }

/// <summary>G-10: no second person; one in the same entry; or one with the entry or later, before the values count.</summary>
public enum SecondPerson { None, WithEntry, Later }

/// <summary>All that is known of one event type of the batch stream (2.4).</summary>
/// <param name="StoredName">The name in the event store: a contract, never renamed.</param>
/// <param name="By">Roles that may make the entry, the first fitting one is recorded; empty: the software only.</param>
public sealed record EventKind(
    string Name, string StoredName, Type DataType, IReadOnlyList<string> By, Legality Legality, SecondPerson SecondPerson, Action<Judgement> Rule)
{
    /// <summary>Version of the automatic check. Whoever changes what <see cref="Rule"/> refuses or flags raises it, and the check must be validated anew .</summary>
    public int CheckVersion { get; init; } = 1;

    /// <summary>True for decisions of quality assurance; they are not flagged UnderHold.</summary>
    public bool IsQualityDecision => By.All(r => r is QualityAssurance or Releaser) || DataType == typeof(HoldPlaced) || DataType == typeof(DeviationOpened);
}

/// <summary>The event types of the batch stream.</summary>
public static class EventCatalogue
{
    public static EventKind Of(EventData data) => ByName[data.GetType().Name];

    private static readonly string[] Bench = [Technician];
    private static readonly string[] BenchOrQuality = [Technician, QualityAssurance];
    private static readonly string[] Laboratory = [QualityControl];
    private static readonly string[] BenchOrLaboratory = [Technician, QualityControl];
    private static readonly string[] Quality = [QualityAssurance];
    private static readonly string[] Software = [];

    /// <summary>Entries of making the product, which a product type may leave out.</summary>
    public static FrozenSet<string> AtTheBench { get; } = Culturing().Concat(Finishing()).Select(k => k.Name).ToFrozenSet(StringComparer.Ordinal);

    // Stands below the role lists: static members are set in the order they are written.
    public static FrozenDictionary<string, EventKind> ByName { get; } = All().ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    private static EventKind Kind<T>(string storedName, string[] by, Legality legality, Action<T, Judgement> rule, SecondPerson second = SecondPerson.None)
        where T : EventData =>
        new(typeof(T).Name, storedName, typeof(T), by, legality, second, j => rule((T)j.Entry.Data, j));

    private static IEnumerable<EventKind> All() =>
    [
        .. Beginning(), .. Culturing(), .. Finishing(), .. Testing(), .. Judging(), .. Ending(),
    ];

    private static IEnumerable<EventKind> Beginning() =>
    [
        Kind<BatchRegistered>("batch_registered", BenchOrQuality, Legality.Transition, RegistrationRules.Check),
        Kind<ConsentRecorded>("consent_recorded", Bench, Legality.Making, DonationRules.Check),
        Kind<DonorTestRecorded>("donor_test_recorded", Laboratory, Legality.Enduring, DonationRules.Check),
        Kind<DonorEligibilityDetermined>("donor_eligibility_determined", Quality, Legality.Enduring, DonationRules.Check),
        Kind<TissueReceived>("tissue_received", Bench, Legality.Transition, ReceiptRules.Check, SecondPerson.Later),
        Kind<TissueAccepted>("tissue_accepted", BenchOrQuality, Legality.Transition, ReceiptRules.Check),
        Kind<TissueRefused>("tissue_refused", BenchOrQuality, Legality.Transition, ReceiptRules.Check),
        Kind<SourceCellsAllocated>("source_cells_allocated", BenchOrQuality, Legality.Transition, SourceCellsRules.Check),
        Kind<CoiMismatchRecorded>("coi_mismatch_recorded", Bench, Legality.Enduring, ReceiptRules.Check),
    ];

    private static IEnumerable<EventKind> Culturing() =>
    [
        Kind<IsolationPerformed>("isolation_performed", Bench, Legality.Transition, IsolationRules.Check),
        Kind<FeederPlated>("feeder_plated", Bench, Legality.Making, SeedingRules.Check),
        Kind<VesselsSeeded>("vessels_seeded", Bench, Legality.Making, SeedingRules.Check),
        Kind<MediumChanged>("medium_changed", Bench, Legality.Making, CultureRules.Check),
        Kind<ConfluenceObserved>("confluence_observed", Bench, Legality.Making, CultureRules.Check),
        Kind<CellCounted>("cells_counted", BenchOrLaboratory, Legality.Making, CountingRules.Check, SecondPerson.Later),
        Kind<PassagePerformed>("passage_performed", Bench, Legality.Making, PassageRules.Check, SecondPerson.Later),
        Kind<CulturesPooled>("cultures_pooled", Bench, Legality.Making, PoolingRules.Check),
        Kind<SubLotSplit>("sub_lot_split", Bench, Legality.Making, PoolingRules.Check),
        Kind<MovedIntoIncubator>("moved_into_incubator", Bench, Legality.Making, IncubationRules.Check),
        Kind<MovedOutOfIncubator>("moved_out_of_incubator", Bench, Legality.Making, IncubationRules.Check),
        Kind<DermalEquivalentCast>("dermal_equivalent_cast", Bench, Legality.Transition, ConstructRules.Check),
        Kind<ScaffoldSeeded>("scaffold_seeded", Bench, Legality.Transition, ConstructRules.Check),
        Kind<AttachmentAssessed>("attachment_assessed", Bench, Legality.Transition, ConstructRules.Check),
        Kind<AirLiftStarted>("air_lift_started", Bench, Legality.Transition, AirLiftRules.Check),
        Kind<AirLiftEnded>("air_lift_ended", Bench, Legality.Transition, AirLiftRules.Check),
        Kind<SerumFreeWashDone>("serum_free_wash_done", Bench, Legality.Transition, ConditioningRules.Check),
        Kind<ConditioningStarted>("conditioning_started", Bench, Legality.Transition, ConditioningRules.Check),
        Kind<CellsFrozen>("cells_frozen", Bench, Legality.Transition, FreezingRules.Check),
        Kind<CellsThawed>("cells_thawed", Bench, Legality.Transition, FreezingRules.Check),
        Kind<StoredAt>("stored_at", Bench, Legality.Enduring, StoringRules.Check),
        Kind<RemovedFromStorage>("removed_from_storage", Bench, Legality.Enduring, StoringRules.Check),
    ];

    private static IEnumerable<EventKind> Finishing() =>
    [
        Kind<HarvestPerformed>("harvest_performed", Bench, Legality.Transition, HarvestRules.Check, SecondPerson.WithEntry),
        Kind<SheetDetached>("sheets_detached", Bench, Legality.Transition, SheetRules.Check, SecondPerson.WithEntry),
        Kind<ConditionedMediumCollected>("conditioned_medium_collected", Bench, Legality.Transition, ConditioningRules.Check, SecondPerson.WithEntry),
        Kind<Clarified>("medium_clarified", Bench, Legality.Transition, MediumProcessingRules.Check),
        Kind<Concentrated>("medium_concentrated", Bench, Legality.Transition, MediumProcessingRules.Check),
        Kind<SterileFiltered>("medium_sterile_filtered", Bench, Legality.Transition, MediumProcessingRules.Check),
        Kind<Lyophilised>("product_lyophilised", Bench, Legality.Transition, LyophilisingRules.Check),
        Kind<SheetMounted>("sheets_mounted", Bench, Legality.Making, SheetRules.Check),
        Kind<FillPerformed>("fill_performed", Bench, Legality.Transition, FillingRules.Check, SecondPerson.Later),
        Kind<UnitsInspected>("units_inspected", BenchOrLaboratory, Legality.Making, FillingRules.Check, SecondPerson.Later),
        Kind<ExpiryOverridden>("expiry_overridden", Quality, Legality.Making, FillingRules.Check, SecondPerson.Later),
        Kind<LabelsPrinted>("labels_printed", Bench, Legality.Making, LabelRules.Check),
        Kind<LabelsReconciled>("labels_reconciled", Bench, Legality.Making, LabelRules.Check, SecondPerson.Later),
    ];

    private static IEnumerable<EventKind> Testing() =>
    [
        Kind<SampleTaken>("sample_taken", BenchOrLaboratory, Legality.Enduring, SamplingRules.Check),
        Kind<SampleDispatched>("sample_dispatched", BenchOrLaboratory, Legality.Enduring, SamplingRules.Check),
        Kind<SampleAccepted>("sample_accepted", BenchOrLaboratory, Legality.Enduring, SamplingRules.Check),
        Kind<QcTestStarted>("qc_test_started", Laboratory, Legality.Enduring, TestingRules.Check),
        Kind<QcInterimReported>("qc_interim_reported", Laboratory, Legality.Enduring, TestingRules.Check),
        Kind<QcResultRecorded>("qc_result_recorded", Laboratory, Legality.Enduring, TestingRules.Check),
        Kind<QcResultApproved>("qc_result_approved", [QualityControl, QualityAssurance], Legality.Enduring, TestingRules.Check),
        Kind<QcResultInvalidated>("qc_result_invalidated", Quality, Legality.Enduring, OosRules.Check),
        Kind<QcRetestOrdered>("qc_retest_ordered", Quality, Legality.Enduring, OosRules.Check),
        Kind<OosOpened>("oos_opened", Software, Legality.Enduring, OosRules.Check),
        Kind<OosConcluded>("oos_concluded", Quality, Legality.Enduring, OosRules.Check),
    ];

    private static IEnumerable<EventKind> Judging() =>
    [
        Kind<ExcursionOpened>("excursion_opened", Software, Legality.Enduring, BySoftware),
        Kind<ExcursionClosed>("excursion_closed", Software, Legality.Enduring, BySoftware),
        Kind<ExcursionAmended>("excursion_amended", Software, Legality.Enduring, BySoftware),
        Kind<ExposureBandChanged>("exposure_band_changed", Software, Legality.Enduring, BySoftware),
        Kind<ExcursionAssessed>("excursion_assessed", Quality, Legality.Enduring, EnvironmentRules.Check),
        Kind<DeviationOpened>("deviation_opened", BenchOrQuality, Legality.Enduring, DeviationRules.Check),
        Kind<DeviationClassified>("deviation_classified", Quality, Legality.Enduring, DeviationRules.Check),
        Kind<DeviationClosed>("deviation_closed", Quality, Legality.Enduring, DeviationRules.Check),
        Kind<HoldPlaced>("hold_placed", BenchOrQuality, Legality.Enduring, HoldRules.Check),
        Kind<HoldReleased>("hold_released", Quality, Legality.Enduring, HoldRules.Check),
        Kind<EntryVerified>("entry_verified", [Technician, QualityControl, QualityAssurance], Legality.Enduring, ReviewRules.Check),
        Kind<ReviewSubmitted>("review_submitted", Bench, Legality.Transition, ReviewRules.Check, SecondPerson.WithEntry),
        Kind<RecordReviewed>("record_reviewed", Quality, Legality.Enduring, ReviewRules.Check),
        Kind<DispositionSigned>("disposition_signed", [Releaser], Legality.Transition, DispositionRules.Check),
        Kind<ExceptionalUseRequested>("exceptional_use_requested", Quality, Legality.Enduring, DispositionRules.Check),
        Kind<PhysicianInformed>("physician_informed", Quality, Legality.Enduring, DispositionRules.Check),
        Kind<AttachmentAdded>("attachment_added", [Technician, QualityControl, QualityAssurance], Legality.Enduring, AttachingRules.Check),
        Kind<RecordCorrected>("record_corrected", [Technician, QualityControl, QualityAssurance], Legality.Enduring, CorrectionRules.Check),
    ];

    private static IEnumerable<EventKind> Ending() =>
    [
        Kind<Shipped>("shipped", Bench, Legality.Enduring, DistributingRules.Check),
        Kind<Delivered>("delivered", Bench, Legality.Enduring, DistributingRules.Check),
        Kind<Administered>("administered", Bench, Legality.Enduring, DistributingRules.Check),
        Kind<Returned>("returned", Bench, Legality.Enduring, DistributingRules.Check),
        Kind<ShippingLoggerUploaded>("shipping_logger_uploaded", Bench, Legality.Enduring, DistributingRules.Check),
        Kind<GraftTakeRecorded>("graft_take_recorded", BenchOrQuality, Legality.Enduring, DistributingRules.Check),
        Kind<VesselDiscarded>("vessels_discarded", Bench, Legality.Enduring, EndingRules.Check, SecondPerson.WithEntry),
        Kind<BatchDiscarded>("batch_discarded", Bench, Legality.Transition, EndingRules.Check, SecondPerson.WithEntry),
        Kind<TerminationProposed>("termination_proposed", Bench, Legality.Transition, EndingRules.Check),
        Kind<BatchTerminated>("batch_terminated", Quality, Legality.Transition, EndingRules.Check),
        Kind<BatchClosed>("batch_closed", Quality, Legality.Transition, EndingRules.Check),
    ];

    private static void BySoftware(EventData data, Judgement j) { }
}
