using System.Globalization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum IsolationMethod { Collagenase, DispaseTrypsin, DensityGradient }

public sealed record IsolationPerformed(
    CellLine CellLine, IsolationMethod Method, string EnzymeLot, decimal DurationMin, decimal TempC, decimal TotalNucleated, decimal ViabilityPct) : EventData;

internal static class IsolationRules
{
    public static void Check(IsolationPerformed e, Judgement j)
    {
        j.Lot("enzymeLot", e.EnzymeLot);
        j.Above("durationMin", e.DurationMin, 0, 1440);
        j.Above("totalNucleated", e.TotalNucleated, 0);
        j.Range("viabilityPct", e.ViabilityPct, 0, 100);
        j.Window("viabilityPct", e.ViabilityPct, 70, null);
        if (e.Method == IsolationMethod.Collagenase) j.Window("durationMin", e.DurationMin, 20, 90);
        if (j.State.Last<TissueReceived>() is { } receipt) CheckYield(e, receipt, j);
        if (j.StepIsLegal) StartingRules.CheckBegin(j);
    }

    // K-01: of skin the viable cells a cm², of fat and marrow the nucleated cells a mL.
    private static void CheckYield(IsolationPerformed e, Recorded<TissueReceived> receipt, Judgement j)
    {
        var viable = e.TotalNucleated * e.ViabilityPct / 100;
        j.Compute("5.1@1", [receipt.EventId], ("viable", viable));
        var (name, cells, most, low, high) = receipt.Data.Tissue switch
        {
            TissueKind.Skin => ("yieldPerCm2", viable, 1e7m, 3e5m, 3e6m),
            TissueKind.Lipoaspirate => ("yieldPerMl", e.TotalNucleated, 5e6m, 5e4m, 1e6m),
            TissueKind.Marrow => ("yieldPerMl", e.TotalNucleated, 1e8m, 5e5m, 2e7m),
            _ => ("", 0m, 0m, 0m, 0m),
        };
        if (name.Length == 0 || receipt.Data.Quantity <= 0) return;
        var yield = cells / receipt.Data.Quantity;
        j.Compute("K-01@1", [receipt.EventId], (name, yield));
        if (j.Require(yield <= most, Codes.ValRange, Judgement.Data("totalNucleated"), string.Create(CultureInfo.InvariantCulture,
            $"{yield:G4} is more than {receipt.Data.Tissue} can give.")))
            j.Window(name, yield, low, high);
    }
}

/// <summary>What must be so before cells are taken into process (T03).</summary>
internal static class StartingRules
{
    public static void CheckBegin(Judgement j)
    {
        if (j.State.Last<SourceCellsAllocated>() is not null)
        {
            j.Guard(j.State.Of<ConsentRecorded>().Any(), "", "No consent is recorded (T03).");
            SourceCellsRules.CheckBegin(j);
            return;
        }
        var receipt = j.State.Last<TissueReceived>();
        j.Guard(j.State.Last<TissueAccepted>() is not null, "", "The tissue has not been accepted (T03).");
        j.Guard(j.State.Of<ConsentRecorded>().Any(c => receipt is null || c.Data.SignedAt <= receipt.Data.ProcuredAt), "",
            "No consent signed before the tissue was taken is recorded (T03).");
        j.Guard(DonorTesting.SampledOrExempt(j.State), "", "No donor sample has been drawn and the donor is not exempt (T03).");
    }
}
