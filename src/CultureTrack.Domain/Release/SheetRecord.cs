using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>What the record says of the sheets of filled containers (K-03): area, tears, mounting, time to the package.</summary>
internal static class SheetRecord
{
    public static ProcessValue Areas(BatchState state)
    {
        var (sheets, missing) = OfFilled(state);
        return missing ?? ProcessValue.Measured(sheets.Select(s => s.Sheet.AreaAfterCm2), Evidence(state, sheets));
    }

    public static IReadOnlyList<ProcessValue> Integrity(BatchState state)
    {
        var (sheets, missing) = OfFilled(state);
        if (missing is not null) return [missing];
        var mounted = sheets.Select(s => state.Of<SheetMounted>().LastOrDefault(m => m.Data.SheetIds.Contains(s.Sheet.SheetId))).ToList();
        var tear = ProcessValue.Measured(sheets.Select(s => s.Sheet.MaxTearMm), Evidence(state, sheets), "tear");
        if (mounted.Any(m => m is null))
            return [tear, ProcessValue.Missing("Not every filled sheet is mounted.", "fixings"), ProcessValue.Missing("Not every filled sheet is mounted.", "side")];
        var all = mounted.OfType<Recorded<SheetMounted>>().Distinct().ToList();
        var units = Evidence(state, sheets).ToList();
        return
        [
            tear,
            All(all, m => m.FixingsComplete, "fixings", $"fixings complete on {sheets.Count} sheets", "Fixings are incomplete.", units),
            All(all, m => m.BasalSideMarked, "side", $"basal side marked on {sheets.Count} sheets", "The basal side is not marked.", units),
        ];
    }

    private static ProcessValue All(List<Recorded<SheetMounted>> mounted, Func<SheetMounted, bool> good, string part, string yes, string no, IReadOnlyList<Guid> units)
    {
        var bad = mounted.Where(m => !good(m.Data)).ToList();
        return bad.Count == 0
            ? ProcessValue.Met(true, yes, $"On every sheet: {yes}.", mounted.Select(m => m.EventId).Concat(units), part)
            : ProcessValue.Met(false, $"not {yes}", no, bad.Select(m => m.EventId), part);
    }

    public static ProcessValue DetachToFill(BatchState state)
    {
        if (state.Of<SheetDetached>().FirstOrDefault() is not { } first) return ProcessValue.Missing("No sheet detached yet.");
        return ProcessRecord.Fill(state) is { } fill
            ? ProcessValue.Measured([(decimal)(fill.OccurredAt - first.OccurredAt).TotalHours], [first.EventId, .. Grounds.Counted(state, fill)])
            : ProcessRecord.NoFill(state);
    }

    private static IEnumerable<Guid> Evidence(BatchState state, IReadOnlyList<(DetachedSheet Sheet, Guid EventId)> sheets) =>
        sheets.Select(s => s.EventId).Distinct().SelectMany(id => Grounds.Counted(state, state.Event(id)!)).Concat(Grounds.Filled(state));

    private static (IReadOnlyList<(DetachedSheet Sheet, Guid EventId)> Sheets, ProcessValue? Missing) OfFilled(BatchState state)
    {
        if (ProcessRecord.Fill(state) is null) return ([], ProcessRecord.NoFill(state));
        var detached = state.Of<SheetDetached>().Where(state.IsVerified)
            .SelectMany(e => e.Data.Sheets.Select(s => (Sheet: s, e.EventId))).GroupBy(s => s.Sheet.SheetId).ToDictionary(g => g.Key, g => g.Last());
        var filled = state.Product.Filled.ToList();
        var sheets = filled.Select(c => detached.TryGetValue(c.Id, out var own) ? own
            : c.SourceId is { } source && detached.TryGetValue(source, out var named) ? named : default).ToList();
        return filled.Count == 0 || sheets.Any(s => s.Sheet is null)
            ? ([], ProcessValue.Missing("Not every filled container holds a detached sheet of verified record.", null, Grounds.NotForAll(state)))
            : (sheets, null);
    }
}
