using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record AirLiftStarted(IReadOnlyList<string> ConstructIds, string ProfileId, decimal CoveragePct) : EventData;

public sealed record AirLiftEnded(IReadOnlyList<string> ConstructIds) : EventData;

/// <summary>The construct at the air–liquid interface; how long it was submerged and lifted is judged as a window of the product (2.2).</summary>
internal static class AirLiftRules
{
    public static void Check(AirLiftStarted e, Judgement j)
    {
        if (j.Range("coveragePct", e.CoveragePct, 0, 100)) j.Window("coveragePct", e.CoveragePct, 95, null);
        if (!j.StepIsLegal) return;
        foreach (var construct in ConstructRules.InCulture(e.ConstructIds, j))
        {
            j.Guard(construct.Purpose == SeedingPurpose.EpidermalSeeding, "constructIds", $"{construct.Id} has no epidermis yet.");
            j.Guard(construct.AirLiftFrom is null, "constructIds", $"{construct.Id} is lifted already.");
        }
    }

    public static void Check(AirLiftEnded e, Judgement j)
    {
        foreach (var construct in ConstructRules.InCulture(e.ConstructIds, j))
        {
            if (!j.Guard(construct.AirLiftFrom is not null, "constructIds", $"{construct.Id} was never lifted.")) continue;
            j.Guard(construct.AirLiftTo is null, "constructIds", $"The air lift of {construct.Id} has ended already.");
            j.Require(j.At > construct.AirLiftFrom, Codes.ValOrder, Judgement.Data("constructIds"), $"{construct.Id} was lifted only at {construct.AirLiftFrom:u}.");
        }
    }
}
