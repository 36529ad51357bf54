using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Web.Look;

namespace CultureTrack.Web.Entries;

/// <summary>What a seeding that is being typed would use and leave (domain.md 5.10, 5.11): said before there is anything to judge.</summary>
public static class SeedingPlan
{
    /// <returns>Labels and values; empty for other entries and while too little is typed.</returns>
    public static IReadOnlyList<(string Label, string Value)> Of(string eventType, EntryForm form, BatchState state)
    {
        if (eventType != nameof(VesselsSeeded) || !FormNumber.TryRead(form.Get("cellsPerCm2"), out var density) || density <= 0) return [];
        var said = new List<(string, string)>();
        var areas = Areas(form);
        var needed = density * areas.Sum();
        if (needed > 0) said.Add(("Cells needed", Num.Cells(needed)));
        if (Available(form, state) is not { } available) return said;
        said.Add(("Cells at hand", Num.Cells(available)));
        if (needed > 0) said.Add(("Cells left", Num.Cells(available - needed)));
        if (areas.Count > 0 && areas[^1] > 0 && available > 0) said.Add(("Vessels of this size that can be seeded", Num.Plain(Planning.VesselsFillable(available, density, areas[^1]).Vessels, 0)));
        return said;
    }

    private static List<decimal> Areas(EntryForm form) =>
        [.. Enumerable.Range(0, form.Rows("vessels")).Select(i => FormNumber.TryRead(form.Get($"vessels[{i}].areaCm2"), out var area) ? area : 0)];

    // What the named suspensions gave and has not been used; of a bank vial nothing is known.
    private static decimal? Available(EntryForm form, BatchState state)
    {
        var named = EntryForm.Lines(form.Get("sourceIds")).Select(id => state.Culture.Sources.GetValueOrDefault(id)).OfType<CellSource>().Where(s => s.Viable > 0).ToList();
        return named.Count == 0 ? null : named.Sum(s => s.Viable - s.Used);
    }
}
