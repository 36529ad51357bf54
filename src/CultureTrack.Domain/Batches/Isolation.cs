using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum IsolationMethod { Collagenase, DispaseTrypsin, DensityGradient }

public sealed record IsolationPerformed(
    CellLine CellLine, IsolationMethod Method, string EnzymeLot, decimal DurationMin, decimal TempC, decimal TotalNucleated, decimal ViabilityPct) : EventData;

internal static class IsolationRules
{
    public static void Check(IsolationPerformed e, Judgement j) { }
}
