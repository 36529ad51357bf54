using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record SerumFreeWashDone(string MediumLot, int Washes, bool SerumFree) : EventData;

public sealed record ConditioningStarted(string MediumLot, bool SerumFree, decimal VolumeMl, decimal AreaCm2, decimal ConfluencePct) : EventData;

public sealed record ConditionedMediumCollected(decimal Hours, decimal VolumeMl, decimal EndViabilityPct, decimal ViableCells) : EventData;

/// <summary>From the wash to the collected medium: nothing of the serum may stay, and the cells must live to the end.</summary>
internal static class ConditioningRules
{
    private const decimal MostOfInput = 1.02m;

    public static void Check(SerumFreeWashDone e, Judgement j)
    {
        j.Lot("mediumLot", e.MediumLot);
        j.Range("washes", e.Washes, 2, null);
        SerumFree(e.SerumFree, j);
        if (j.StepIsLegal && j.State.State == LifeState.Quarantined) StartingRules.CheckBegin(j);
        if (j.StepIsLegal) j.Guard(Cultures(j.State).Any(), "", "No vessel in culture to wash.");
    }

    public static void Check(ConditioningStarted e, Judgement j)
    {
        j.Lot("mediumLot", e.MediumLot);
        SerumFree(e.SerumFree, j);
        if (j.Above("volumeMl", e.VolumeMl, 0) & j.Above("areaCm2", e.AreaCm2, 0))
        {
            var depth = e.VolumeMl / e.AreaCm2;
            j.Compute("2.4@1", [], ("depthMlPerCm2", depth));
            j.Require(depth is >= 0.05m and <= 1.0m, Codes.ValRange, Judgement.Data("volumeMl"), $"The medium would stand {depth:0.000} mL/cm²; allowed is 0.05 to 1.0.");
        }
        if (j.Range("confluencePct", e.ConfluencePct, 0, 100)) j.Window("confluencePct", e.ConfluencePct, 70, 95);
    }

    public static void Check(ConditionedMediumCollected e, Judgement j)
    {
        if (j.Above("hours", e.Hours, 0, 120)) j.Window("hours", e.Hours, 24, 72);
        j.Above("volumeMl", e.VolumeMl, 0);
        j.Range("viableCells", e.ViableCells, 0, null);
        if (j.Range("endViabilityPct", e.EndViabilityPct, 0, 100)) j.Window("endViabilityPct", e.EndViabilityPct, 90, null);
        if (j.State.Last<ConditioningStarted>() is not { Data.VolumeMl: > 0 } started) return;
        var before = j.State.Of<ConditionedMediumCollected>().Where(c => c.Version > started.Version).Sum(c => c.Data.VolumeMl);
        var share = (before + e.VolumeMl) / started.Data.VolumeMl;
        j.Compute("2.4@1", [started.EventId], ("recoveryPct", 100 * share));
        if (j.Require(share <= MostOfInput, Codes.ValRange, Judgement.Data("volumeMl"), $"{before + e.VolumeMl:0.#} mL collected of {started.Data.VolumeMl:0.#} mL put on."))
            j.ComputedWindow("volumeMl", (double)(100 * share), 90, null, 0);
    }

    private static void SerumFree(bool serumFree, Judgement j) =>
        j.Guard(serumFree, "serumFree", "Medium with serum cannot be used from the wash on: what is in it would be in the product.");

    public static IEnumerable<Vessel> Cultures(BatchState state) => state.Culture.Vessels.Values.Where(v => v is { Status: VesselStatus.InUse, HoldsProduct: true });
}
