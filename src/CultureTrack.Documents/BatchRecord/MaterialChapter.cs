using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Release;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>Every lot that went into the batch.</summary>
internal static class MaterialChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Materials");
        var lots = d.Lots.ToDictionary(l => l.LotId, StringComparer.Ordinal);
        flow.Table([new("Lot", 18), new("Kind", 12), new("Released", 22), new("Expires", 22), new("First use", 22), new("Uses", 6, true), new("Standing at its uses", 20), new("Entries", 14)],
            LotsUsed.Of(d.State).GroupBy(u => u.LotId).OrderBy(g => g.Min(u => u.At)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g =>
            {
                var lot = lots.GetValueOrDefault(g.Key);
                var wrong = lot is null ? "not in the register" : string.Join("; ", g.Select(u => lot.WhyNotUsable(u.At)).OfType<string>().Distinct());
                return new Row(wrong.Length > 0, g.Key, lot?.Kind ?? "–", lot?.ReleasedAt is { } released ? Exact.Day(d.Zone, released) : "–", lot is null ? "–" : Exact.Day(d.Zone, lot.ExpiresAt),
                    Exact.Day(d.Zone, g.Min(u => u.At)), Exact.Number(g.Count()), wrong.Length > 0 ? wrong : $"released and in date{(lot!.Bovine ? ", bovine" : "")}", CriteriaChapter.Versions(d, g.Select(u => u.EventId)));
            }), "No lot was used.");
    }
}
