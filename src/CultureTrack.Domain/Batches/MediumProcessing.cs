using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record Clarified(
    decimal InMl, decimal OutMl, string FilterLot, decimal? Factor = null, decimal? CutoffKda = null, decimal? PoreUm = null, bool? IntegrityPre = null,
    bool? IntegrityPost = null) : EventData;

public sealed record Concentrated(
    decimal InMl, decimal OutMl, decimal Factor, decimal? CutoffKda, string FilterLot, decimal? PoreUm = null, bool? IntegrityPre = null,
    bool? IntegrityPost = null) : EventData;

public sealed record SterileFiltered(
    decimal InMl, decimal OutMl, string FilterLot, decimal PoreUm, bool IntegrityPre, bool IntegrityPost, decimal? Factor = null,
    decimal? CutoffKda = null) : EventData;

/// <summary>Filtration of collected medium: what goes in comes out, and the last filter held (CM-13).</summary>
internal static class MediumProcessingRules
{
    private const decimal FinalPoreUm = 0.22m;
    private const decimal LeastYieldPct = 85;

    public static void Check(Clarified e, Judgement j)
    {
        Step(e.InMl, e.OutMl, 1, e.FilterLot, j);
        Integrity(e.IntegrityPost, j);
    }

    public static void Check(Concentrated e, Judgement j)
    {
        var possible = j.Range("factor", e.Factor, 1, 100);
        j.Above("cutoffKda", e.CutoffKda, 0);
        Step(e.InMl, e.OutMl, possible ? e.Factor : 1, e.FilterLot, j);
        Integrity(e.IntegrityPost, j);
    }

    public static void Check(SterileFiltered e, Judgement j)
    {
        j.Above("poreUm", e.PoreUm, 0, FinalPoreUm);
        Step(e.InMl, e.OutMl, 1, e.FilterLot, j);
        j.FlagIf(!e.IntegrityPre, Flags.OutOfWindow, "integrityPre", "true", false);
        Integrity(e.IntegrityPost, j);
    }

    private static void Step(decimal inMl, decimal outMl, decimal factor, string filterLot, Judgement j)
    {
        j.Lot("filterLot", filterLot);
        if (!(j.Above("inMl", inMl, 0) & j.Above("outMl", outMl, 0))) return;
        if (!j.Require(outMl <= inMl, Codes.ValRange, Judgement.Data("outMl"), $"{outMl:0.###} mL cannot come out of {inMl:0.###} mL.")) return;
        var yield = 100 * outMl * factor / inMl;
        j.Compute("2.4@1", [], ("recoveryPct", yield));
        j.ComputedWindow("outMl", (double)yield, LeastYieldPct, null, 0);
    }

    private static void Integrity(bool? after, Judgement j) => j.FlagIf(after == false, Flags.OutOfWindow, "integrityPost", "true", false);
}
