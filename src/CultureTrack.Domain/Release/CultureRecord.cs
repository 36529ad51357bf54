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
        List<Guid> verified = [.. Grown(state).SelectMany(e => Grounds.Verification(state, e)).Distinct()];
        return [Passage(state, verified), Cpdl(state, [.. WorstLineage(state), .. verified], source)];
    }

    private static ProcessValue Passage(BatchState state, List<Guid> verified)
    {
        if (state.Culture.Passage is not { } passage) return ProcessValue.Missing("No culture seeded yet.", "passage");
        var vessels = state.Culture.Vessels.Values.Where(v => v.HoldsProduct).ToList();
        var seeded = vessels.Count == 0 ? Grounds.Sole(state.Of<SourceCellsAllocated>())
            : vessels.Where(v => v.Passage == passage).Select(v => v.SeedEventId).Distinct().ToList() is [{ } only] ? [only] : [];
        return ProcessValue.Measured([passage], seeded.Concat(verified), "passage");
    }

    /// <summary>The entries the largest sum of doublings was added up from, back to the first seeding; and the CFU-F of P0 where it begins there.</summary>
    private static IEnumerable<Guid> WorstLineage(BatchState state)
    {
        var culture = state.Culture;
        var step = culture.Growth.Where(g => g.Cpdl is not null).MaxBy(g => g.Cpdl);
        if (step is null || culture.AllocatedCpdl > step.Cpdl) return Grounds.Sole(state.Of<SourceCellsAllocated>());
        var found = new List<Guid>();
        while (step is not null)
        {
            found.AddRange(Measured(state, step));
            var (from, before) = (step.Parents, step.CpdlBefore);
            step = culture.Growth.LastOrDefault(g => from.Any(p => p.EventId == g.EventId) && (g.Cpdl ?? g.CpdlBefore) == before);
        }
        return found.Concat(Grounds.Sole(state.Of<SourceCellsAllocated>())).Distinct();
    }

    /// <summary>
    /// What one step of growth rests on: how it ended, how it was seeded, and of P0 its clonogenic fraction. Of sheets the tray set apart is counted later; the
    /// detachment ended its growth.
    /// </summary>
    private static IEnumerable<Guid> Measured(BatchState state, GrowthStep step)
    {
        var detached = state.Event(step.EventId) is Recorded<CellCounted> counted ? Grounds.Sole(state.Of<SheetDetached>().Where(d => d.Data.QcVesselId == counted.Data.VesselId)) : [];
        var fraction = step is { Passage: 0, CellLine: CellLine.Msc } ? ApprovedResults.EvidenceOfP0(state.History) : [];
        return [step.EventId, .. detached, .. step.SeedEvents, .. fraction];
    }

    // While the doublings of P0 are not known the sum is too low, so that its alert counts as raised (3.1).
    private static ProcessValue Cpdl(BatchState state, List<Guid> steps, SourceFact? source)
    {
        if (state.Culture.QcVesselId is { } vessel) return ProcessValue.Missing($"The cells of {vessel} are not counted yet.", "cpdl", Grounds.Sole(state.Of<SheetDetached>().Where(d => d.Data.QcVesselId == vessel)));
        return state.Culture.Cpdl is { } cpdl && steps.Count > 0
            ? ProcessValue.Measured([(decimal)cpdl], steps, "cpdl") with { Alert = state.Culture.P0Unknown || source is { P0Unknown: true } }
            : ProcessValue.Missing("No passage or harvest yet.", "cpdl");
    }

    public static ProcessValue DoublingTime(BatchState state) => state.Culture.LastTdHours is { } hours
        ? ProcessValue.Measured([(decimal)hours], Measured(state, state.Culture.Growth[^1]))
        : ProcessValue.Missing("No doubling time: no passage yet, or no growth in the last one.");

    /// <summary>BLS-09: the highest passage of each line.</summary>
    public static IReadOnlyList<ProcessValue> LinePassages(BatchState state)
    {
        if (Unverified(state) is { } open)
            return [ProcessValue.Missing($"{open.Type} of {open.OccurredAt:u} is not verified by a second person.", null, open.EventId)];
        var vessels = state.Culture.Vessels.Values.Where(v => v.HoldsProduct).ToList();
        List<Guid> verified = [.. Grown(state).SelectMany(e => Grounds.Verification(state, e)).Distinct()];
        return
        [
            OfLine(state, verified, CellLine.Keratinocyte, vessels.Where(v => v.CellLine == CellLine.Keratinocyte).Max(v => (int?)v.Passage)),
            OfLine(state, verified, CellLine.Fibroblast, vessels.Select(v => v.CellLine == CellLine.Fibroblast ? v.Passage : v.DermalPassage).Max()),
        ];
    }

    // The highest passage rests on the entry that seeded it or cast it into a matrix, where one alone did.
    private static ProcessValue OfLine(BatchState state, List<Guid> verified, CellLine line, int? passage)
    {
        var part = line.ToString().ToLowerInvariant();
        if (passage is not { } p) return ProcessValue.Missing($"No {part} culture yet.", part);
        var seeded = state.Of<VesselsSeeded>().Where(e => e.Data.CellLine == line && e.Data.Passage == p && e.Data.Purpose is not (SeedingPurpose.CfuF or SeedingPurpose.Qc)).ToList();
        var isCast = line == CellLine.Fibroblast && state.Culture.Vessels.Values.Any(v => v.IsConstruct && (v.CellLine == line ? v.Passage : v.DermalPassage) == p);
        return ProcessValue.Measured([p], Grounds.Sole(isCast ? seeded.Concat<Recorded>(state.Of<DermalEquivalentCast>()) : seeded).Concat(verified), part);
    }

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

    private static Recorded? Unverified(BatchState state) => Grown(state).FirstOrDefault(e => !state.IsVerified(e));

    private static IEnumerable<Recorded> Grown(BatchState state) => state.History.Where(e => e.Body is PassagePerformed or HarvestPerformed or SheetDetached)
        .Concat(state.Of<CellCounted>().Where(c => c.Data.VesselId is { } v && state.Of<SheetDetached>().Any(s => s.Data.QcVesselId == v)));
}
