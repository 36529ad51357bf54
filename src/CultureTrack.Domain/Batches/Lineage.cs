using CultureTrack.Domain.Calculations;

namespace CultureTrack.Domain.Batches;

/// <summary>Where cells come from and how often they have doubled (5.4–5.7): the same for the rules, which store it, and the state, which knows it anew.</summary>
internal static class Lineage
{
    /// <summary>
    /// The suspensions that <paramref name="ids"/> name: events, pools and sub-lots themselves; a vessel stands for what was last detached from it,
    /// a container for what it was thawed into. Ids that name nothing are left out.
    /// </summary>
    public static IReadOnlyList<CellSource> Sources(CultureState c, IEnumerable<string> ids) =>
        [.. ids.Select(id => Source(c, id)).OfType<CellSource>().DistinctBy(s => s.Id)];

    public static CellSource? Source(CultureState c, string id) =>
        c.Sources.GetValueOrDefault(id)
        ?? c.Sources.Values.Where(s => s.ParentVesselIds.Contains(id) || s.ContainerIds.Contains(id))
            .OrderByDescending(s => s.At).ThenBy(s => s.Id, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>The suspensions at hand: those of the latest passage that still hold cells, of one line where it is named.</summary>
    public static IReadOnlyList<CellSource> AtHand(CultureState c, CellLine? line = null)
    {
        var left = c.Sources.Values.Where(s => s.Left > 0 && (line is null || s.CellLine is null || s.CellLine == line)).ToList();
        var latest = left.Max(s => s.NextPassage);
        return [.. left.Where(s => s.NextPassage == latest).OrderBy(s => s.At).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Growth of vessels from their seeding to <paramref name="at"/>. Ns are the cells seeded into exactly these vessels; cPDL before is the largest
    /// of theirs. Doublings are null without a count, and in P0 of marrow or fat cells while the clonogenic fraction is not known. Null for vessels
    /// that were never seeded.
    /// </summary>
    public static GrowthStep? Measure(CultureState c, Guid eventId, IEnumerable<string> vesselIds, decimal? harvested, DateTimeOffset at)
    {
        var vessels = vesselIds.Distinct().Select(id => c.Vessels.GetValueOrDefault(id)).OfType<Vessel>().Where(v => v.SeededAt is not null).ToList();
        if (vessels.Count == 0) return null;
        var from = vessels.Min(v => v.SeededAt!.Value);
        var (hours, seeded) = ((at - from).TotalHours, vessels.Sum(v => v.Seeded));
        var (passage, line) = (vessels.Max(v => v.Passage), vessels[0].CellLine);
        double? pd = harvested is not > 0 || seeded <= 0 ? null
            : passage > 0 || line != CellLine.Msc ? Growth.Doublings((double)harvested, (double)seeded)
            : c.ClonogenicFraction is { } fraction ? Growth.ClonogenicDoublings((double)harvested, (double)seeded, fraction)
            : null;
        var td = pd is { } doublings && hours > 0 ? Growth.DoublingTimeHours(hours, doublings) : null;
        return new(eventId, passage, line, seeded, harvested, hours, pd, td, vessels.Max(v => v.CpdlAtSeeding), from, at)
        {
            SeedEvents = [.. vessels.Select(v => v.SeedEventId).OfType<Guid>().Distinct()],
            Parents = [.. vessels.SelectMany(v => Sources(c, v.SourceIds)).Where(s => s.EventId is not null).Select(s => (s.EventId!.Value, s.Cpdl)).Distinct()],
        };
    }

    /// <summary>True when no vessel is its own ancestor, however far back.</summary>
    public static bool IsAcyclic(CultureState c)
    {
        var cleared = new HashSet<string>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        return c.Vessels.Keys.All(Clear);

        bool Clear(string id)
        {
            if (cleared.Contains(id) || !c.Vessels.TryGetValue(id, out var vessel)) return true;
            if (!open.Add(id)) return false;
            var clear = vessel.ParentVesselIds.All(Clear);
            open.Remove(id);
            cleared.Add(id);
            return clear;
        }
    }

    /// <summary>The entries that seeded these vessels, as inputs of a computed value .</summary>
    public static IEnumerable<Guid> SeedEvents(CultureState c, IEnumerable<string> vesselIds) =>
        vesselIds.Select(id => c.Vessels.GetValueOrDefault(id)?.SeedEventId).OfType<Guid>().Distinct();
}
