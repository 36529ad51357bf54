namespace CultureTrack.Domain.Calculations;

/// <summary>Number of vessels that can be filled and the cells left over.</summary>
public readonly record struct Fillable(int Vessels, decimal CellsLeft);

/// <summary>Seeding, vessels, vials, doses and graft areas (domain.md 5.9–5.15, 5.17, 5.18). Decimal where a quotient is rounded to whole
/// vessels or vials, so that exactly 4.0 never becomes 5.</summary>
public static class Planning
{
    /// <summary>Split ratio 1:k, k = harvested/(density·old area) (5.9). Density in cells/cm², area in cm², both > 0.</summary>
    public static double SplitRatio(double harvested, double cellsPerCm2, double oldAreaCm2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cellsPerCm2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(oldAreaCm2);
        return harvested / (cellsPerCm2 * oldAreaCm2);
    }

    /// <summary>Cells needed = density·area·count (5.10).</summary>
    public static decimal CellsNeeded(decimal cellsPerCm2, decimal areaCm2, int vessels) => cellsPerCm2 * areaCm2 * vessels;

    /// <summary>Vessels that can be seeded = floor(N/(density·area)) and the cells left (5.11).</summary>
    public static Fillable VesselsFillable(decimal cells, decimal cellsPerCm2, decimal areaCm2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cells);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cellsPerCm2 * areaCm2, nameof(cellsPerCm2));
        var vessels = (int)Math.Floor(cells / (cellsPerCm2 * areaCm2));
        return new(vessels, cells - vessels * cellsPerCm2 * areaCm2);
    }

    /// <summary>Growth area to prepare, cm² = dose·(1+over)/(yield per cm²·recovery) (5.12). Fractions of 0 to 1, yield > 0.</summary>
    public static decimal AreaToOrderCm2(decimal doseCells, decimal overFraction, decimal yieldPerCm2, decimal recoveryFraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(yieldPerCm2 * recoveryFraction, nameof(yieldPerCm2));
        return doseCells * (1 + overFraction) / (yieldPerCm2 * recoveryFraction);
    }

    /// <summary>Vessels to order = ceil(area to prepare/area of a vessel) (5.12).</summary>
    public static int VesselsToOrder(decimal doseCells, decimal overFraction, decimal yieldPerCm2, decimal recoveryFraction, decimal vesselAreaCm2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vesselAreaCm2);
        return (int)Math.Ceiling(AreaToOrderCm2(doseCells, overFraction, yieldPerCm2, recoveryFraction) / vesselAreaCm2);
    }

    /// <summary>Dose, cells = cells per kg × kg (5.13).</summary>
    public static decimal DoseCells(decimal cellsPerKg, decimal weightKg) => cellsPerKg * weightKg;

    /// <summary>Dose volume, mL = dose/concentration (5.13). Concentration in cells/mL, > 0.</summary>
    public static decimal DoseVolumeMl(decimal doseCells, decimal cellsPerMl)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cellsPerMl);
        return doseCells / cellsPerMl;
    }

    /// <summary>Vials to thaw = ceil(dose/(cells per vial·recovery)) (5.14); recovery a fraction of (0, 1.1].</summary>
    public static int VialsToThaw(decimal doseCells, decimal cellsPerVial, decimal recoveryFraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cellsPerVial * recoveryFraction, nameof(cellsPerVial));
        return (int)Math.Ceiling(doseCells / (cellsPerVial * recoveryFraction));
    }

    /// <summary>Cells for a spray = area·density (5.15); cm² and cells/cm².</summary>
    public static decimal SprayCells(decimal areaCm2, decimal cellsPerCm2) => areaCm2 * cellsPerCm2;

    /// <summary>Area a donor site covers, cm² = donor area × expansion (1:80 → 80) (5.15).</summary>
    public static decimal ExpandedAreaCm2(decimal donorCm2, decimal expansion) => donorCm2 * expansion;

    /// <summary>Body surface area (Mosteller), m² = √(height in cm·weight in kg/3600) (5.17). Both > 0.</summary>
    public static double BodySurfaceM2(double heightCm, double weightKg)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heightCm);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weightKg);
        return Math.Sqrt(heightCm * weightKg / 3600);
    }

    /// <summary>Area to graft, cm² = body surface·10⁴·burned fraction (5.18); m² and 0 to 100 %.</summary>
    public static double GraftAreaCm2(double bodySurfaceM2, double tbsaPct) => bodySurfaceM2 * 1e4 * tbsaPct / 100;

    /// <summary>Sheets to order = ceil(area·(1+overlap)/usable area of a sheet) (5.18); overlap a fraction, areas in cm².</summary>
    public static int SheetsToOrder(double graftAreaCm2, double overlapFraction, double usablePerSheetCm2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(usablePerSheetCm2);
        // A billionth of a sheet is noise of binary arithmetic, not a sheet.
        return (int)Math.Ceiling(graftAreaCm2 * (1 + overlapFraction) / usablePerSheetCm2 - 1e-9);
    }

    /// <summary>Usable area of a rectangular sheet, cm² = (a−2·rim)(b−2·rim) − defects (5.18).</summary>
    public static double UsableRectangleCm2(double aCm, double bCm, double rimCm, double defectsCm2) =>
        Math.Max(0, (aCm - 2 * rimCm) * (bCm - 2 * rimCm) - defectsCm2);

    /// <summary>Area of a disc, cm² = π·d²/4 (5.18).</summary>
    public static double DiscCm2(double diameterCm) => Math.PI * diameterCm * diameterCm / 4;
}
