using CultureTrack.Domain.Batches;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>What is sampled of a fat-derived batch, when it is read (days from the fill) and with what values; one lot in about thirty is near a limit.</summary>
internal static class QcPlan
{
    public static IEnumerable<(string Criterion, SampleMatrix Matrix, double Sampled, double Read, IReadOnlyList<ResultValue> Values)> For(Random random)
    {
        decimal Around(double mean, double spread, int decimals) => Math.Round((decimal)(mean + (random.NextDouble() + random.NextDouble() - 1) * spread), decimals);
        ResultValue Percent(string? part, double mean, double spread) => new(part, Around(mean, spread, 1), "%", "=");
        yield return ("C-04", SampleMatrix.Cells, -2.2, 0.05, [new(Qualitative: Qualitative.Negative)]);
        yield return ("C-07", SampleMatrix.CellsAndSupernatant, -0.03, 0.3, [new(Qualitative: Qualitative.NotDetected, Lod: 10, LodUnit: "CFU/mL")]);
        yield return ("C-05", SampleMatrix.FinalProduct, 0.001, 0.1, [new(Qualitative: Qualitative.Negative)]);
        yield return ("C-06", SampleMatrix.FinalProduct, 0.002, 14.1, [new(Qualitative: Qualitative.NoGrowth)]);
        yield return ("ADSC-01", SampleMatrix.FinalProduct, -0.01, 0.3, [Percent(null, 89, 8)]);
        yield return ("ADSC-03", SampleMatrix.FinalProduct, -0.01, 0.3, [new(null, Around(2e7, 3e6, 0), "1/mL", "=")]);
        yield return ("ADSC-04", SampleMatrix.Cells, -0.03, 0.3, [Percent("CD73", 97, 3), Percent("CD90", 98, 2), Percent("CD105", 92, 6)]);
        yield return ("ADSC-05", SampleMatrix.Cells, -0.03, 0.3, [Percent("CD45", 1.0, 0.9), Percent("CD31", 0.4, 0.3), Percent("CD235a", 0.2, 0.15)]);
        yield return ("ADSC-06", SampleMatrix.Cells, -0.03, 0.3, [Percent("CD34", 4, 3), Percent("HLA-DR", 6, 5)]);
        yield return ("ADSC-08", SampleMatrix.Cells, -0.03, 14.2, [new(Qualitative: Qualitative.Pass)]);
        yield return ("ADSC-09", SampleMatrix.Supernatant, -0.03, 0.35, [new(null, Around(640, 300, 0), "pg/1e6 cells/24 h", "=")]);
        yield return ("ADSC-10", SampleMatrix.Plate, -0.03, 12.1, [Percent("harvest", 12, 6)]);
        yield return ("ADSC-14", SampleMatrix.FinalProduct, -0.01, 0.3, [new(null, Around(0.08, 0.05, 2), "EU/mL", "=")]);
    }
}
