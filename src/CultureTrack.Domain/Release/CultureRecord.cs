using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Passage number, cumulative population doublings and doubling time of the product's lineage.</summary>
internal static class CultureRecord
{
    public static IReadOnlyList<ProcessValue> Lineage(BatchState state, SourceFact? source)
    {
        if (Unverified(state) is { } open)
            return [ProcessValue.Missing($"{open.Type} of {open.OccurredAt:u} is not verified by a second person.", null, open.EventId)];
        var steps = state.Culture.Growth.Select(g => g.EventId).Concat(state.Of<SourceCellsAllocated>().Select(a => a.EventId)).ToList();
        return [Passage(state, steps), Cpdl(state, steps, source)];
    }

    private static ProcessValue Passage(BatchState state, List<Guid> steps)
    {
        if (state.Culture.Passage is not { } passage) return ProcessValue.Missing("No culture seeded yet.", "passage");
        var seeded = state.Of<VesselsSeeded>().Where(e => e.Data.Passage == passage).Select(e => e.EventId).Take(1);
        return ProcessValue.Measured([passage], steps.Concat(seeded), "passage");
    }

    // While the doublings of P0 are not known the sum is too low, so that its alert counts as raised (3.1).
    private static ProcessValue Cpdl(BatchState state, List<Guid> steps, SourceFact? source)
    {
        if (state.Culture.QcVesselId is { } vessel) return ProcessValue.Missing($"The cells of {vessel} are not counted yet.", "cpdl");
        return state.Culture.Cpdl is { } cpdl && steps.Count > 0
            ? ProcessValue.Measured([(decimal)cpdl], steps, "cpdl") with { Alert = state.Culture.P0Unknown || source is { P0Unknown: true } }
            : ProcessValue.Missing("No passage or harvest yet.", "cpdl");
    }

    public static ProcessValue DoublingTime(BatchState state) => state.Culture.LastTdHours is { } hours
        ? ProcessValue.Measured([(decimal)hours], state.Culture.Growth.TakeLast(1).Select(g => g.EventId))
        : ProcessValue.Missing("No doubling time: no passage yet, or no growth in the last one.");

    /// <summary>BLS-09: the highest passage of each line.</summary>
    public static IReadOnlyList<ProcessValue> LinePassages(BatchState state)
    {
        if (Unverified(state) is { } open)
            return [ProcessValue.Missing($"{open.Type} of {open.OccurredAt:u} is not verified by a second person.", null, open.EventId)];
        var vessels = state.Culture.Vessels.Values.Where(v => v.HoldsProduct).ToList();
        return
        [
            OfLine(state, "keratinocyte", vessels.Where(v => v.CellLine == CellLine.Keratinocyte).Max(v => (int?)v.Passage)),
            OfLine(state, "fibroblast", vessels.Select(v => v.CellLine == CellLine.Fibroblast ? v.Passage : v.DermalPassage).Max()),
        ];
    }

    private static ProcessValue OfLine(BatchState state, string part, int? passage) => passage is { } p
        ? ProcessValue.Measured([p], state.History.Where(e => e.Body is VesselsSeeded or DermalEquivalentCast).Select(e => e.EventId), part)
        : ProcessValue.Missing($"No {part} culture yet.", part);

    /// <summary>SPR-07: what was last seen in the vessels before they were harvested; the lowest and the highest of them.</summary>
    public static ProcessValue HarvestConfluence(BatchState state)
    {
        if (state.Last<HarvestPerformed>() is not { } harvest || !state.IsVerified(harvest)) return ProcessValue.Missing("No verified harvest yet.", "confluence");
        var seen = harvest.Data.VesselIds.Select(id => state.Of<ConfluenceObserved>().LastOrDefault(c => c.Data.VesselId == id && c.Version < harvest.Version)).OfType<Recorded<ConfluenceObserved>>().ToList();
        return seen.Count == 0
            ? ProcessValue.Missing("Nobody looked at the confluence before the harvest.", "confluence", harvest.EventId)
            : ProcessValue.Measured(seen.Select(c => c.Data.Pct), seen.Select(c => c.EventId).Append(harvest.EventId), "confluence");
    }

    /// <summary>BLS-08: days at the air–liquid interface, of each construct that was lifted.</summary>
    public static ProcessValue AirLiftTime(BatchState state)
    {
        var lifted = state.Culture.Vessels.Values.Where(v => v is { AirLiftFrom: not null, Status: not VesselStatus.Discarded }).ToList();
        if (lifted.Count == 0 || lifted.Any(v => v.AirLiftTo is null)) return ProcessValue.Missing("The air lift has not ended yet.");
        return ProcessValue.Measured(lifted.Select(v => (decimal)(v.AirLiftTo!.Value - v.AirLiftFrom!.Value).TotalDays),
            state.History.Where(e => e.Body is AirLiftStarted or AirLiftEnded).Select(e => e.EventId));
    }

    private static Recorded? Unverified(BatchState state) => state.History.FirstOrDefault(e =>
        e.Body is PassagePerformed or HarvestPerformed or SheetDetached && !state.IsVerified(e))
        ?? state.Of<CellCounted>().FirstOrDefault(c => c.Data.VesselId is { } v && state.Of<SheetDetached>().Any(s => s.Data.QcVesselId == v) && !state.IsVerified(c));
}
