using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Passage number, cumulative population doublings and doubling time of the product's lineage.</summary>
internal static class CultureRecord
{
    public static IReadOnlyList<ProcessValue> Lineage(BatchState state)
    {
        if (Unverified(state) is { } open)
            return [ProcessValue.Missing($"{open.Type} of {open.OccurredAt:u} is not verified by a second person.", null, open.EventId)];
        var steps = state.Culture.Growth.Select(g => g.EventId).ToList();
        return [Passage(state, steps), Cpdl(state, steps)];
    }

    private static ProcessValue Passage(BatchState state, List<Guid> steps)
    {
        if (state.Culture.Passage is not { } passage) return ProcessValue.Missing("No culture seeded yet.", "passage");
        var seeded = state.Of<VesselsSeeded>().Where(e => e.Data.Passage == passage).Select(e => e.EventId).Take(1);
        return ProcessValue.Measured([passage], steps.Concat(seeded), "passage");
    }

    // While the doublings of P0 are not known the sum is too low, so that its alert counts as raised (3.1).
    private static ProcessValue Cpdl(BatchState state, List<Guid> steps)
    {
        if (state.Culture.QcVesselId is { } vessel) return ProcessValue.Missing($"The cells of {vessel} are not counted yet.", "cpdl");
        return state.Culture.Cpdl is { } cpdl && steps.Count > 0
            ? ProcessValue.Measured([(decimal)cpdl], steps, "cpdl") with { Alert = state.Culture.P0Unknown }
            : ProcessValue.Missing("No passage or harvest yet.", "cpdl");
    }

    public static ProcessValue DoublingTime(BatchState state) => state.Culture.LastTdHours is { } hours
        ? ProcessValue.Measured([(decimal)hours], state.Culture.Growth.TakeLast(1).Select(g => g.EventId))
        : ProcessValue.Missing("No doubling time: no passage yet, or no growth in the last one.");

    private static Recorded? Unverified(BatchState state) => state.History.FirstOrDefault(e =>
        e.Body is PassagePerformed or HarvestPerformed or SheetDetached && !state.IsVerified(e))
        ?? state.Of<CellCounted>().FirstOrDefault(c => c.Data.VesselId is { } v && state.Of<SheetDetached>().Any(s => s.Data.QcVesselId == v) && !state.IsVerified(c));
}
