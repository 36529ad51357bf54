using System.Globalization;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record CulturesPooled(IReadOnlyList<string> FromIds, IReadOnlyList<string> ToIds, IReadOnlyList<decimal> ViableEach) : EventData;

public sealed record SubLotSplit(IReadOnlyList<string> FromIds, IReadOnlyList<string> ToIds, IReadOnlyList<decimal> ViableEach) : EventData;

internal static class PoolingRules
{
    private const decimal MostOfSource = 1.05m;
    private const decimal LeastOfSource = 0.90m;

    public static void Check(CulturesPooled e, Judgement j)
    {
        var c = j.State.Culture;
        CheckIds(e.FromIds, e.ToIds, e.ViableEach, e.FromIds.Count, j);
        if (!j.StepIsLegal) return;
        var sources = new List<CellSource>();
        for (var i = 0; i < e.FromIds.Count; i++)
        {
            var inUse = c.Vessels.GetValueOrDefault(e.FromIds[i]) is { Status: VesselStatus.InUse };
            var source = Lineage.Source(c, e.FromIds[i]);
            if (j.Guard(source is not null && !inUse, $"fromIds[{i}]",
                $"{e.FromIds[i]} is no suspension of this batch; detach its cells first.")) sources.Add(source!);
        }
        if (sources.Count < e.FromIds.Count || sources.Count == 0) return;
        var alike = j.Guard(sources.DistinctBy(s => s.CellLine).Count() == 1, "fromIds", "Cells of different types cannot be pooled.")
            & j.Guard(sources.DistinctBy(s => s.NextPassage).Count() == 1, "fromIds", "Cells of different passages cannot be pooled.");
        j.Guard(!Contaminated(c, sources), "fromIds", "A culture suspected of contamination cannot be pooled.");
        var failed = FailedSamples(j.State, sources).FirstOrDefault();
        j.Guard(failed is null, "fromIds", $"Sample {failed} of one of these cultures found something; its cells cannot be pooled.");
        CheckAmount(sources, e.ViableEach.Sum(), j);
        if (alike) CompareAndCompute(e, sources, j);
    }

    private static void CompareAndCompute(CulturesPooled e, List<CellSource> sources, Judgement j)
    {
        var cpdls = sources.Select(s => s.Cpdl).ToList();
        j.ComputedWindow("fromIds", cpdls.Max() - cpdls.Min(), null, 1.0m, 1);
        var parts = sources.Where(s => s.ViabilityPct is > 0).ToList();
        if (parts.Count == 0) return;
        j.ComputedWindow("viabilityPct", (double)(parts.Max(s => s.ViabilityPct) - parts.Min(s => s.ViabilityPct))!, null, 10, 0);
        // Weighted by total, not viable, cells (5.1).
        var pooled = CellCounting.PooledViabilityPct([.. parts.Select(s => new PoolPart((double)(s.Viable * 100 / s.ViabilityPct!.Value), (double)s.ViabilityPct.Value))]);
        j.Compute("5.1@1;5.6@1", sources.Select(s => s.EventId).OfType<Guid>(), ("viable", e.ViableEach.Sum()), ("viabilityPct", pooled), ("cpdl", cpdls.Max()));
    }

    public static void Check(SubLotSplit e, Judgement j)
    {
        var c = j.State.Culture;
        CheckIds(e.FromIds, e.ToIds, e.ViableEach, e.ToIds.Count, j);
        if (!j.StepIsLegal) return;
        // Vessels set apart stay in culture (K-04); how many cells they hold now nobody has counted.
        if (PoolingFold.SetApart(c, e).Any()) return;
        var sources = Lineage.Sources(c, e.FromIds);
        if (!j.Guard(sources.Count > 0 && e.FromIds.All(id => Lineage.Source(c, id) is not null), "fromIds",
            "Vessels in culture or cells in suspension of this batch are split.")) return;
        var (total, sum) = (sources.Sum(s => s.Left), e.ViableEach.Sum());
        CheckAmount(sources, sum, j);
        if (total > 0) j.ComputedWindow("viableEach", (double)(100 * sum / total), 100 * LeastOfSource, null, 0, Flags.Unreconciled);
    }

    private static void CheckIds(IReadOnlyList<string> from, IReadOnlyList<string> to, IReadOnlyList<decimal> viable, int expected, Judgement j)
    {
        j.Require(from.Count > 0, Codes.ValRequired, Judgement.Data("fromIds"), "Name what the cells come from.");
        j.Require(to.Count > 0, Codes.ValRequired, Judgement.Data("toIds"), "Name what they become.");
        j.Require(viable.Count == expected, Codes.ValFormat, Judgement.Data("viableEach"), $"{expected} numbers of cells are expected here.");
        j.Require(viable.All(v => v > 0), Codes.ValRange, Judgement.Data("viableEach"), "Each part holds cells.");
        j.NewIds("toIds", [.. to.Where(id => j.State.Culture.Vessels.GetValueOrDefault(id) is not { Status: VesselStatus.InUse })]);
    }

    private static void CheckAmount(IReadOnlyList<CellSource> sources, decimal sum, Judgement j)
    {
        var left = sources.Sum(s => s.Left);
        j.Require(sum <= left * MostOfSource, Codes.ValRange, Judgement.Data("viableEach"),
            string.Create(CultureInfo.InvariantCulture, $"The parts add up to {sum:G4} cells; the source has {left:G4} left."));
    }

    /// <summary>Samples drawn from these cells in which something grew, was detected or positive, whatever became of the result since.</summary>
    private static IEnumerable<string> FailedSamples(BatchState state, IReadOnlyList<CellSource> sources)
    {
        var ids = sources.SelectMany(s => s.ParentVesselIds.Append(s.Id)).ToHashSet(StringComparer.Ordinal);
        return from taken in state.Of<SampleTaken>()
               where taken.Data.SourceIds.Any(ids.Contains)
               where state.Qc.Results.Values.Any(r => r.Counts && state.Qc.Tests.GetValueOrDefault(r.TestId)?.SampleId == taken.Data.SampleId
                   && r.Values.Any(v => v.Qualitative is Qualitative.Growth or Qualitative.Detected or Qualitative.Positive or Qualitative.Fail))
               select taken.Data.SampleId;
    }

    private static bool Contaminated(CultureState c, IEnumerable<CellSource> sources) =>
        sources.SelectMany(s => s.ParentVesselIds).Any(id => c.Vessels.GetValueOrDefault(id) is { Contaminated: true });
}

internal static class PoolingFold
{
    public static CultureState Pool(CultureState c, Recorded<CulturesPooled> r)
    {
        var sources = Lineage.Sources(c, r.Data.FromIds);
        if (sources.Count == 0) return c;
        var viable = r.Data.ViableEach.Sum();
        c = CultureFold.Draw(c, sources, viable);
        return r.Data.ToIds.Aggregate(c, (next, id) => CultureFold.AddSource(next, Child(id, sources, viable / r.Data.ToIds.Count, r)));
    }

    public static CultureState Split(CultureState c, Recorded<SubLotSplit> r)
    {
        if (SetApart(c, r.Data).ToList() is { Count: > 0 } vessels)
        {
            var name = r.Data.ToIds.FirstOrDefault(id => !c.Vessels.ContainsKey(id)) ?? r.Data.FromIds[0];
            return CultureFold.Change(c, vessels, v => v with { SubLot = name });
        }
        var sources = Lineage.Sources(c, r.Data.FromIds);
        if (sources.Count == 0) return c;
        c = CultureFold.Draw(c, sources, r.Data.ViableEach.Sum());
        return r.Data.ToIds.Zip(r.Data.ViableEach).Aggregate(c, (next, part) => CultureFold.AddSource(next, Child(part.First, sources, part.Second, r)));
    }

    /// <summary>Vessels in culture that a split names.</summary>
    public static IEnumerable<string> SetApart(CultureState c, SubLotSplit e) =>
        e.FromIds.Concat(e.ToIds).Where(id => c.Vessels.GetValueOrDefault(id) is { Status: VesselStatus.InUse }).Distinct();

    // A pool carries the largest cPDL of its parents (5.6).
    private static CellSource Child(string id, IReadOnlyList<CellSource> sources, decimal viable, Recorded e) => new(
        id, sources[0].CellLine, viable, 0, sources[0].NextPassage, sources.Max(s => s.Cpdl),
        [.. sources.SelectMany(s => s.ParentVesselIds).Distinct().Order(StringComparer.Ordinal)], e.OccurredAt)
    {
        EventId = e.EventId,
        ViabilityPct = sources.All(s => s.ViabilityPct is > 0)
            ? (decimal?)CellCounting.PooledViabilityPct([.. sources.Select(s => new PoolPart((double)(s.Viable * 100 / s.ViabilityPct!.Value), (double)s.ViabilityPct.Value))])
            : null,
    };
}
