using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record CountReplicate(int Live, int Dead);

public sealed record CellCounted(
    string SampleId, string? VesselId, CellLine CellLine, string Method, decimal Dilution, IReadOnlyList<CountReplicate> Replicates, decimal ViablePerMl,
    decimal ViabilityPct, decimal VolumeMl) : EventData;

internal static class CountingRules
{
    public static void Check(CellCounted e, Judgement j)
    {
        j.Range("dilution", e.Dilution, 1, 1000);
        j.Above("volumeMl", e.VolumeMl, 0);
        if (j.Above("viablePerMl", e.ViablePerMl, 0, 1e9m)) j.Window("viablePerMl", e.ViablePerMl, 5e4m, 1e7m);
        if (j.Range("viabilityPct", e.ViabilityPct, 0, 100)) j.Window("viabilityPct", e.ViabilityPct, 80, null);
        if (e.VesselId is { } id) j.Guard(j.State.Culture.Vessels.ContainsKey(id), "vesselId", $"{id} is no vessel of this batch.");
        j.Compute("5.2@1", [], ("viable", e.ViablePerMl * e.VolumeMl));
        CheckReplicates(e, j);
    }

    private static void CheckReplicates(CellCounted e, Judgement j)
    {
        var counts = e.Replicates;
        j.Require(counts.Count >= 2, Codes.ValRange, Judgement.Data("replicates"), "At least two replicates are counted.");
        if (!j.Require(counts.All(r => r is { Live: >= 0, Dead: >= 0 }), Codes.ValRange, Judgement.Data("replicates"), "A count cannot be negative.")) return;
        var (live, dead) = (counts.Sum(r => (double)r.Live), counts.Sum(r => (double)r.Dead));
        if (CellCounting.ViabilityPct(live, dead) is { } pct)
        {
            j.Compute("5.1@1", [], ("viabilityPct", pct));
            j.Require(Math.Abs(pct - (double)e.ViabilityPct) <= 0.5, Codes.ValRange, Judgement.Data("viabilityPct"), $"The counts give {pct:0.0} %.");
        }
        if (CellCounting.CvPct([.. counts.Select(r => (double)r.Live)]) is { } cv)
        {
            j.Compute("5.3@1", [], ("cvPct", cv));
            j.ComputedWindow("replicates", cv, null, 15, 0, Flags.HighCv);
        }
        if (live + dead < 100) j.Flag(Flags.LowCount, "replicates", "100 or more", (decimal)(live + dead));
    }
}
