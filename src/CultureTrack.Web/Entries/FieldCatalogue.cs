using System.Collections.Frozen;

namespace CultureTrack.Web.Entries;

/// <summary>Where the values of an id field come from, so that nobody has to type them.</summary>
public enum Pick { None, Vessels, Suspensions, Incubators, Lots, Media, Samples, Containers, Criteria, Tests, Results, Holds, Deviations, Oos, Excursions, Sheets, Events, Exposure }

/// <param name="Now">A time that is mostly this minute; proposed, can be changed.</param>
/// <param name="Options">All values a text may have, where the type does not say so.</param>
/// <param name="Range">What is usual, as shown beside the field; the rules decide, this only prepares.</param>
public sealed record FieldHints(string? Label = null, string? Unit = null, string? Range = null, Pick Pick = Pick.None, string? LotKind = null, string? Default = null, bool Hidden = false, bool Long = false, string? Help = null,
    IReadOnlyList<Choice>? Options = null, bool Now = false);

/// <summary>What a form knows of a field beyond its type: plausible range, where ids come from, a default. Ranges are the FLAG windows of the event catalogue.</summary>
public static class FieldCatalogue
{
    private static readonly FieldHints None = new();

    public static FieldHints For(string eventType, string field) =>
        ByEvent.GetValueOrDefault($"{eventType}.{field}") ?? RegisterFields.ByEvent.GetValueOrDefault($"{eventType}.{field}") ?? ByName.GetValueOrDefault(field) ?? None;

    private static readonly FrozenDictionary<string, FieldHints> ByName = new Dictionary<string, FieldHints>
    {
        ["vesselIds"] = new("Vessels", Pick: Pick.Vessels),
        ["fromVesselIds"] = new("From vessels", Pick: Pick.Vessels),
        ["vesselId"] = new("Vessel", Pick: Pick.Vessels),
        ["qcVesselId"] = new("Vessel set apart for QC", Pick: Pick.Vessels),
        ["fromVesselId"] = new("From vessel", Pick: Pick.Vessels),
        ["sourceIds"] = new("Cells from", Pick: Pick.Suspensions),
        ["incubatorId"] = new("Incubator", Pick: Pick.Incubators),
        ["mediumLot"] = new("Medium lot", Pick: Pick.Lots, LotKind: "Medium"),
        ["enzymeLot"] = new("Enzyme lot", Pick: Pick.Lots, LotKind: "Enzyme"),
        ["reagentLot"] = new("Reagent lot", Pick: Pick.Lots),
        ["feederLot"] = new("Feeder lot", Pick: Pick.Lots, LotKind: "Feeder"),
        ["containerIds"] = new("Containers", Pick: Pick.Containers),
        ["containerId"] = new("Container", Pick: Pick.Containers),
        ["holdId"] = new("Hold", Pick: Pick.Holds),
        ["deviationId"] = new("Deviation", Pick: Pick.Deviations),
        ["excursionIds"] = new("Excursions", Pick: Pick.Excursions),
        ["oosId"] = new("OOS", Pick: Pick.Oos),
        ["sheetIds"] = new("Sheets", Pick: Pick.Sheets),
        ["viabilityPct"] = new(Range: "80–100"),
        ["coiMatches"] = new("Identifiers that match", Range: "2 or more", Help: "Scan each identifier and compare it with the label."),
        ["rationale"] = new(Long: true, Help: "At least 20 characters."),
        ["text"] = new(Long: true),
        ["rootCause"] = new("Root cause", Long: true),
        ["shelf"] = new("Shelf", Default: "1"),
        ["cellsPerCm2"] = new("Density", "cells/cm²"),
        ["viablePerMl"] = new("Viable", "cells/mL", "5 × 10⁴–10⁷"),
        ["viableSeeded"] = new("Viable cells seeded", "cells"),
        ["viableHarvested"] = new("Viable cells harvested", "cells"),
        ["viable"] = new("Viable cells", "cells"),
        ["totalNucleated"] = new("Nucleated cells", "cells"),
        ["run"] = new(Hidden: true),
        ["din"] = new("Donation number (DIN)", Help: "13 characters under the bar code, such as A999926000001."),
        ["dinFlag"] = new("DIN flag characters", Default: "00"),
        ["dinCheck"] = new("DIN check character", Help: "In the box at the end of the number."),
        ["takePct"] = new("Graft take", "%", "50–100"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FieldHints> ByEvent = new Dictionary<string, FieldHints>
    {
        ["IsolationPerformed.viabilityPct"] = new(Range: "70–100"),
        ["IsolationPerformed.durationMin"] = new(Range: "20–90 with collagenase"),
        ["FeederPlated.cellsPerCm2"] = new("Density", "cells/cm²", "2 × 10⁴–6 × 10⁴"),
        ["FeederPlated.doseGy"] = new(Range: "30–60"),
        ["FeederPlated.vesselIds"] = new("New vessels", Help: "One id a line, as on the labels."),
        ["VesselsSeeded.cellsPerCm2"] = new("Density", "cells/cm²", "P0 5 × 10³–5 × 10⁴, MSC from P1 10³–10⁴"),
        ["VesselsSeeded.mediumMl"] = new("Medium, all vessels together", "mL"),
        ["VesselsSeeded.id"] = new("Vessel"),
        ["VesselsSeeded.type"] = new("Type", Default: "T175"),
        ["MediumChanged.removedMl"] = new("Removed, all vessels together", "mL"),
        ["MediumChanged.addedMl"] = new("Added, all vessels together", "mL", "0.15–0.5 mL/cm² after the change"),
        ["ConfluenceObserved.pct"] = new("Confluence", "%", "0–100, by eye in steps of 5"),
        ["ConfluenceObserved.morphology"] = new(Default: "Typical"),
        ["CellCounted.sampleId"] = new("Sample", Help: "The sample the count was made from."),
        ["CellCounted.method"] = new(Default: "Trypan blue, chamber"),
        ["CellCounted.dilution"] = new(Range: "1–1000", Default: "2"),
        ["CellCounted.volumeMl"] = new("Volume of the suspension", "mL"),
        ["CellCounted.vesselId"] = new("Vessel", Pick: Pick.Vessels, Help: "Only when a single vessel was counted."),
        ["PassagePerformed.exposureMin"] = new("Time in reagent", "min", "up to 15 (MSC), 40 (keratinocyte)"),
        ["HarvestPerformed.viabilityPct"] = new(Range: "80–100"),
        ["SheetDetached.durationMin"] = new("Time in dispase", "min", "up to 90"),
        ["SampleTaken.criteria"] = new("For criteria", Pick: Pick.Criteria),
        ["SampleTaken.sourceIds"] = new("Taken from", Pick: Pick.Vessels),
        ["SampleDispatched.sampleId"] = new("Sample", Pick: Pick.Samples),
        ["SampleAccepted.sampleId"] = new("Sample", Pick: Pick.Samples),
        ["QcTestStarted.sampleId"] = new("Sample", Pick: Pick.Samples),
        ["QcTestStarted.criterionId"] = new("Criterion", Pick: Pick.Criteria),
        ["QcTestStarted.methodVersion"] = new(Default: "1"),
        ["QcInterimReported.testId"] = new("Test", Pick: Pick.Tests),
        ["QcResultRecorded.testId"] = new("Test", Pick: Pick.Tests),
        ["QcResultRecorded.controlsValid"] = new(Default: "true"),
        ["QcResultApproved.resultId"] = new("Result", Pick: Pick.Results),
        ["QcResultInvalidated.resultId"] = new("Result", Pick: Pick.Results),
        ["QcRetestOrdered.criterionId"] = new("Criterion", Pick: Pick.Criteria),
        ["QcRetestOrdered.sampleId"] = new("Sample", Pick: Pick.Samples),
        ["EntryVerified.eventId"] = new("Entry", Pick: Pick.Events),
        ["RecordCorrected.correctsEventId"] = new("Entry to correct", Pick: Pick.Events),
        ["RecordCorrected.reason"] = new(Long: true, Help: "At least 10 characters; both values stay in the record."),
        ["ExcursionAssessed.criteria"] = new("Criteria", Pick: Pick.Exposure),
        ["VesselDiscarded.ids"] = new("Vessels or containers", Pick: Pick.Vessels),
        ["PhysicianInformed.contact"] = new("Physician", Help: "Name and department."),
        ["PhysicianInformed.method"] = new("How", Help: "Telephone, in person, message."),
        ["PhysicianInformed.informedAt"] = new("Informed", Now: true),
        ["ExceptionalUseRequested.requestedAt"] = new("Requested", Now: true),
        ["DeviationOpened.deviationId"] = new(Hidden: true),
        ["HoldPlaced.holdId"] = new(Hidden: true),
        ["HoldPlaced.deviationRef"] = new("Deviation", Pick: Pick.Deviations),
        ["BatchRegistered.zone"] = new(Hidden: true),
        ["BatchRegistered.batchId"] = new("Batch id", Help: "Proposed once the product is chosen: product, year, number."),
        ["BatchRegistered.productType"] = new("Product", Options: [.. Domain.Products.ProductRegister.BuiltIn.Keys.Order(StringComparer.Ordinal).Select(p => new Choice(p, p))]),
        ["BatchRegistered.specId"] = new("Specification"),
        ["BatchRegistered.specVersion"] = new("Version of the specification"),
        ["BatchRegistered.patientRef"] = new("Patient (pseudonym)", Help: "Needed for an autologous batch."),
        ["BatchRegistered.donorRef"] = new("Donor (pseudonym)"),
        ["BatchRegistered.orderedQty"] = new("Quantity ordered"),
        ["BatchRegistered.orderedUnit"] = new("Unit of the order"),
        ["BatchRegistered.plannedUseAt"] = new("Planned use"),
        ["BatchRegistered.administrationHours"] = new("Duration of administration", "h"),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
