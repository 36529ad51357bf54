using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Web.Look;

namespace CultureTrack.Web.Batches;

public enum EventKindOnScreen { Step, Observation, Quality, Software }

/// <summary>One line for one event: what a reader scanning the record wants to know without opening it.</summary>
public static class EventGist
{
    public static EventKindOnScreen Kind(Recorded e) => e.Origin == Origin.System ? EventKindOnScreen.Software : e.Body switch
    {
        DonorEligibilityDetermined or ExcursionAssessed or DeviationOpened or DeviationClassified or DeviationClosed or HoldPlaced or HoldReleased or EntryVerified
            or RecordReviewed or DispositionSigned or PhysicianInformed or QcResultApproved or OosConcluded or QcResultInvalidated or RecordCorrected or ReviewSubmitted => EventKindOnScreen.Quality,
        MediumChanged or ConfluenceObserved or CellCounted or MovedIntoIncubator or MovedOutOfIncubator or SampleTaken or QcTestStarted or QcInterimReported
            or QcResultRecorded => EventKindOnScreen.Observation,
        _ => EventKindOnScreen.Step,
    };

    public static string Of(Recorded e) => e.Body switch
    {
        BatchRegistered b => $"{b.ProductType}, {Num.Plain(b.OrderedQty)} {Num.UnitText(b.OrderedUnit.ToString())}, {(b.Autologous ? "autologous" : "allogeneic")}, {b.SpecId}@{b.SpecVersion}",
        ConsentRecorded c => $"{c.ConsentRef}: {string.Join(", ", c.Scope)}",
        DonorTestRecorded d => $"{d.Marker}: {Said.Words(d.Result.ToString())}",
        DonorEligibilityDetermined d => Said.Words(d.Status.ToString()),
        TissueReceived t => $"{t.Tissue}, {Num.Plain(t.Quantity)} {Num.UnitText(t.QuantityUnit.ToString())}, {Num.Plain(t.TransitMinC, 1)}–{Num.Plain(t.TransitMaxC, 1)} °C in transit, {t.CoiMatches} identifiers match",
        IsolationPerformed i => $"{i.CellLine}, {Num.Cells(i.TotalNucleated)} nucleated, {Num.Plain(i.ViabilityPct, 1)} % viable",
        FeederPlated f => $"{f.VesselIds.Count} vessels, {Num.Cells(f.CellsPerCm2)}/cm², lot {f.FeederLot}",
        VesselsSeeded v => $"{v.Purpose}, P{v.Passage}: {List(v.Vessels.Select(x => x.Id))}, {Num.Cells(v.CellsPerCm2)}/cm²",
        MediumChanged m => $"{List(m.VesselIds)}: {m.Kind}, {Num.Plain(m.AddedMl, 1)} mL of {m.MediumLot}",
        ConfluenceObserved c => $"{c.VesselId}: {Num.Plain(c.Pct, 0)} %, {c.Morphology}{(c.Contamination == Contamination.Suspected ? ", contamination suspected" : "")}",
        CellCounted c => $"{c.SampleId}: {Num.Cells(c.ViablePerMl)}/mL, {Num.Plain(c.ViabilityPct, 1)} % viable",
        PassagePerformed p => $"{List(p.FromVesselIds)}: {Num.Cells(p.ViableHarvested)} viable, {Num.Plain(p.ViabilityPct, 1)} %{Pd(e)}",
        MovedIntoIncubator m => $"{List(m.VesselIds)} → {m.IncubatorId}, shelf {m.Shelf}",
        MovedOutOfIncubator m => $"{List(m.VesselIds)} ← {m.IncubatorId}",
        HarvestPerformed h => $"{List(h.VesselIds)}: {Num.Cells(h.Viable)} viable, {Num.Plain(h.ViabilityPct, 1)} %{Pd(e)}",
        SheetDetached s => $"{s.Sheets.Count} sheets, {s.Sheets.Sum(x => x.Tears)} tears, {Num.Plain(s.DurationMin, 0)} min in dispase{Pd(e)}",
        SheetMounted s => $"{List(s.SheetIds)} on {Said.Words(s.Backing.ToString()).ToLowerInvariant()}",
        FillPerformed f => $"{List(f.Containers.Select(c => c.Id))}, stored at {Num.Plain(f.StorageC, 0)} °C",
        UnitsInspected u => $"{u.Units.Count} units, {u.Units.Count(x => x.Result == UnitResult.Fail)} failed",
        LabelsPrinted l => $"{l.Copies} × {l.ContainerIds.Count} labels{(l.Reprint ? ", reprint" : "")}",
        LabelsReconciled l => $"{l.Printed} printed = {l.Applied} applied + {l.Destroyed} destroyed + {l.Retained} retained",
        _ => Further(e),
    };

    private static string Further(Recorded e) => e.Body switch
    {
        SourceCellsAllocated s => $"{s.SourceBatchId}, P{s.Passage}: {List((s.Vessels ?? []).Select(v => v.Id).Concat(s.ContainerIds ?? []))}, {Num.Cells(s.ViableCells)} viable",
        DermalEquivalentCast d => $"{Num.Plain(d.AreaCm2, 0)} cm², {Num.Cells(d.FibroblastsPerMl)}/mL, pH {Num.Plain(d.Ph)}",
        ScaffoldSeeded s => $"{s.Kind}, {Num.Plain(s.AreaCm2, 0)} cm², {Num.Cells(s.CellsPerCm2)}/cm²",
        AttachmentAssessed a => $"{List(a.ConstructIds)}: {Num.Plain(a.AttachedPct, 0)} % at {Num.Plain(a.AtHours, 0)} h",
        AirLiftStarted a => $"{List(a.ConstructIds)}, {a.ProfileId}, {Num.Plain(a.CoveragePct, 0)} % covered",
        AirLiftEnded a => List(a.ConstructIds),
        SerumFreeWashDone w => $"{w.Washes} washes, {w.MediumLot}",
        ConditioningStarted c => $"{Num.Plain(c.VolumeMl, 0)} mL on {Num.Plain(c.AreaCm2, 0)} cm², {Num.Plain(c.ConfluencePct, 0)} %",
        ConditionedMediumCollected c => $"{Num.Plain(c.VolumeMl, 0)} mL after {Num.Plain(c.Hours, 1)} h, {Num.Plain(c.EndViabilityPct, 1)} % viable",
        Clarified f => $"{Num.Plain(f.InMl, 1)} → {Num.Plain(f.OutMl, 1)} mL",
        Concentrated f => $"{Num.Plain(f.InMl, 1)} → {Num.Plain(f.OutMl, 1)} mL, × {Num.Plain(f.Factor, 1)}",
        SterileFiltered f => $"{Num.Plain(f.InMl, 1)} → {Num.Plain(f.OutMl, 1)} mL, {Num.Plain(f.PoreUm)} µm, integrity {(f.IntegrityPre && f.IntegrityPost ? "held" : "failed")}",
        Lyophilised l => $"{List(l.ContainerIds)}, {Num.Plain(l.ResidualMoisturePct, 1)} % moisture",
        _ => Quality(e),
    };

    private static string Quality(Recorded e) => e.Body switch
    {
        SampleTaken s => $"{s.SampleId} for {string.Join(", ", s.Criteria)}",
        QcTestStarted t => $"{t.TestId}: {t.CriterionId} on {t.SampleId}",
        QcInterimReported r => $"{r.TestId}: {Said.Words(r.Reading.ToString()).ToLowerInvariant()} after {Num.Plain(r.Hours, 0)} h",
        QcResultRecorded r => $"{r.ResultId} ({r.Kind}): {string.Join("; ", r.Values.Select(Value))}",
        QcResultApproved r => r.ResultId,
        OosOpened o => $"{o.OosId}: {o.CriterionId} from {o.ResultId}",
        OosConcluded o => $"{o.OosId}: {Said.Words(o.Conclusion.ToString())}",
        ExcursionOpened x => $"{x.IncubatorId} {x.Channel} {x.Side}, {x.Severity}, peak {Num.Plain(x.Peak)}",
        ExcursionClosed x => $"{x.IncubatorId} {x.Channel} {x.Side}, {x.Severity}: {Num.Plain(x.DurationMin, 0)} min, peak {Num.Plain(x.Peak)}",
        ExcursionAmended x => $"{x.IncubatorId} {x.Channel} {x.Side}, {x.Severity}: {x.Status}, {Num.Plain(x.DurationMin, 0)} min",
        ExposureBandChanged b => $"{b.CriterionId}, {b.VesselId}: {b.FromBand} → {b.ToBand} ({Num.Plain(b.Value)} {Num.UnitText(b.Unit)})",
        ExcursionAssessed a => $"{string.Join(", ", a.Criteria)}: impact {Said.Words(a.Impact.ToString()).ToLowerInvariant()}",
        DeviationOpened d => $"{d.DeviationId}{(d.Class is { } c ? $" ({c})" : "")}: {d.Text}",
        DeviationClassified d => $"{d.DeviationId}: {d.Class}",
        DeviationClosed d => $"{d.DeviationId}: {d.RootCause}",
        HoldPlaced h => h.Reason,
        HoldReleased h => h.Reason,
        RecordReviewed r => $"{r.ExceptionsSeen.Count} exceptions seen, record at version {r.ScopeVersion}",
        DispositionSigned d => $"{Said.Words(d.Kind.ToString())} on verdict {d.Verdict}{(d.Pending.Count > 0 ? $", pending {string.Join(", ", d.Pending)}" : "")}",
        PhysicianInformed p => $"{Said.Words(p.About.ToString())}: {p.Contact}",
        RecordCorrected c => $"{c.Field}: {c.OldValue} → {c.NewValue}",
        Shipped s => List(s.ContainerIds),
        Delivered s => List(s.ContainerIds),
        Administered s => List(s.ContainerIds),
        Returned s => List(s.ContainerIds),
        VesselDiscarded v => $"{List(v.Ids)}: {Said.Words(v.Reason.ToString())}",
        _ => "",
    };

    private static string Value(ResultValue v) => (v.Part is { } part ? part + " " : "") + (v.Qualitative is { } q
        ? Said.Words(q.ToString()).ToLowerInvariant() : $"{(v.Qualifier is "<" or ">" ? v.Qualifier + " " : "")}{Num.Plain(v.Value, 3)} {Num.UnitText(v.Unit)}");

    private static string Pd(Recorded e) => e.Computed?.Number("pd") is { } pd
        ? $", PD {Num.Plain(pd)}{(e.Computed.Number("tdHours") is { } td ? $", Td {Num.Plain(td, 1)} h" : "")}" : "";

    private static string List(IEnumerable<string> ids)
    {
        var all = ids.ToList();
        return all.Count <= 4 ? string.Join(", ", all) : $"{string.Join(", ", all.Take(3))} and {all.Count - 3} more";
    }
}
