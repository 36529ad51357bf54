namespace CultureTrack.Domain.Calculations;

/// <summary>A total cell number with its viability, as one partner of a pool.</summary>
/// <param name="TotalCells">Living and dead cells, ≥ 0.</param>
/// <param name="ViabilityPct">0 to 100 %.</param>
public readonly record struct PoolPart(double TotalCells, double ViabilityPct);

/// <summary>Counts by haemocytometer or counter (domain.md 5.1–5.3).</summary>
public static class CellCounting
{
    /// <summary>Viability, % = 100·live/(live+dead). Inputs ≥ 0, cells counted; null when nothing was counted (5.1).</summary>
    public static double? ViabilityPct(double live, double dead)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(live);
        ArgumentOutOfRangeException.ThrowIfNegative(dead);
        return live + dead == 0 ? null : 100 * live / (live + dead);
    }

    /// <summary>Viability of a pool, %, weighted by total (not viable) cells (5.1); null for an empty pool.</summary>
    public static double? PooledViabilityPct(IReadOnlyCollection<PoolPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var total = parts.Sum(p => p.TotalCells);
        return total <= 0 ? null : parts.Sum(p => p.TotalCells * p.ViabilityPct) / total;
    }

    /// <summary>Concentration, cells/mL = mean count of a 1 mm² square × dilution × 10⁴ (5.2).</summary>
    /// <param name="squares">Cells of each counted 1 mm² square; at least one.</param>
    /// <param name="dilution">Dilution factor, ≥ 1.</param>
    public static double PerMl(IReadOnlyCollection<double> squares, double dilution)
    {
        ArgumentNullException.ThrowIfNull(squares);
        ArgumentOutOfRangeException.ThrowIfZero(squares.Count, nameof(squares));
        ArgumentOutOfRangeException.ThrowIfLessThan(dilution, 1);
        return squares.Average() * dilution * 1e4;
    }

    /// <summary>Coefficient of variation of replicates, % = 100·s/mean with s of n−1 (5.3); null with fewer than two replicates or a mean of zero.</summary>
    public static double? CvPct(IReadOnlyCollection<double> replicates)
    {
        ArgumentNullException.ThrowIfNull(replicates);
        if (replicates.Count < 2) return null;
        var mean = replicates.Average();
        return mean == 0 ? null : 100 * Math.Sqrt(replicates.Sum(x => (x - mean) * (x - mean)) / (replicates.Count - 1)) / mean;
    }

    /// <summary>Colonies, % of plated cells (CFU-F, CFE) = 100·colonies/plated (5.16). plated > 0.</summary>
    public static double ColonyFormingPct(double colonies, double plated)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(colonies);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(plated);
        return 100 * colonies / plated;
    }

    /// <summary>Residual feeder cells, % of nucleated = 100·murine/(murine+human) (5.16); null when nothing was counted.</summary>
    public static double? FeederPct(double murine, double human)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(murine);
        ArgumentOutOfRangeException.ThrowIfNegative(human);
        return murine + human == 0 ? null : 100 * murine / (murine + human);
    }

    /// <summary>Contraction of a sheet, fraction = 1 − after/before (5.19). before > 0.</summary>
    public static double Contraction(double beforeCm2, double afterCm2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beforeCm2);
        return 1 - afterCm2 / beforeCm2;
    }

    /// <summary>Area after contraction, cm² = before·(1−c), c a fraction of 0 to 1 (5.19).</summary>
    public static double AreaAfterContractionCm2(double beforeCm2, double contraction) => beforeCm2 * (1 - contraction);
}
