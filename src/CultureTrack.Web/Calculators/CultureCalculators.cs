using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Web.Calculators;

/// <summary>Counting and growing: domain.md 5.1 to 5.12 and 5.16.</summary>
public static class CultureCalculators
{
    private const string Counting = "Counting", Growing = "Growing", Seeding = "Seeding";
    private const decimal MostCells = 1e12m, MostCm2 = 100_000;

    public static IEnumerable<Calculator> All =>
    [
        new("viability", Counting, "Viability", "100 · live ÷ (live + dead)", [Count("live", "Live"), Count("dead", "Dead")],
            v => [new("Viability", CellCounting.ViabilityPct(v.Real("live"), v.Real("dead")), "%", "viabilityPct")], nameof(CellCounted)),
        new("count", Counting, "Cells per mL from a chamber", "mean per 1 mm² square × dilution × 10⁴", [new("squares", "Counts of the squares", "", 0, 10_000) { IsList = true }, new("dilution", "Dilution", "×", 1, 1000, Usual: "2"), Ml("volumeMl", "Volume")],
            v => CellCounting.PerMl([.. v.List("squares")], v.Real("dilution")) is var perMl ? [new("Viable cells per mL", perMl, "/mL", "viablePerMl"), new("Viable cells", perMl * v.Real("volumeMl"), "cells")] : [], nameof(CellCounted)),
        new("cv", Counting, "Spread of replicates", "100 · s(n−1) ÷ mean", [new("replicates", "Replicates", "/mL", 0, MostCells) { IsList = true }],
            v => CellCounting.CvPct([.. v.List("replicates")]) is var cv ? [new("CV", cv, "%") { IsBad = cv > 15, Text = cv > 15 ? "above 15 %: will be flagged" : null }] : []),
        new("pool", Counting, "Viability of a pool", "Σ total·viability ÷ Σ total", [Cells("totalA", "Total cells A"), Pct("pctA", "Viability A"), Cells("totalB", "Total cells B"), Pct("pctB", "Viability B")],
            v => [new("Viability", CellCounting.PooledViabilityPct([new(v.Real("totalA"), v.Real("pctA")), new(v.Real("totalB"), v.Real("pctB"))]), "%", "viabilityPct")]),
        new("cfu", Counting, "Colony-forming cells", "100 · colonies ÷ plated", [Count("colonies", "Colonies"), Cells("plated", "Cells plated")], v => [new("CFU-F", CellCounting.ColonyFormingPct(v.Real("colonies"), v.Real("plated")), "%")]),
        new("feeder", Counting, "Residual feeder cells", "100 · murine ÷ (murine + human)", [Count("murine", "Murine"), Count("human", "Human")],
            v => CellCounting.FeederPct(v.Real("murine"), v.Real("human")) is var pct ? [new("Feeder cells", pct, "%") { IsBad = pct is { } p && Math.Round(p, 1, MidpointRounding.AwayFromZero) > 1.0, Text = pct is { } q && Math.Round(q, 1, MidpointRounding.AwayFromZero) > 1.0 ? "above 1.0 %" : null }] : []),
        new("doubling", Growing, "Population doublings and doubling time", "PD = log₂(harvested ÷ seeded);  Td = t ÷ PD", [Cells("seeded", "Seeded"), Cells("viableHarvested", "Harvested"), new("hours", "Time", "h", 0, 5000, true), new("cpdlBefore", "cPDL before", "PD", 0, 200, Usual: "0")],
            Doubling, nameof(PassagePerformed)),
        new("p0", Growing, "Doublings of a primary culture", "log₂(harvested ÷ (seeded · CFU-F))", [Cells("seeded", "Nucleated cells seeded"), new("cfuPct", "CFU-F", "%", 0, 100, true), Cells("harvested", "Harvested")],
            v => [new("Population doublings", Growth.ClonogenicDoublings(v.Real("harvested"), v.Real("seeded"), v.Real("cfuPct") / 100), "PD")]),
        new("needed", Seeding, "Cells needed", "density · area · vessels", [Density(), Area(), new("vessels", "Vessels", "", 1, 1000)],
            v => [new("Cells needed", (double)Planning.CellsNeeded(v.Number("cellsPerCm2"), v.Number("areaCm2"), (int)v.Number("vessels")), "cells", "viableSeeded")], nameof(VesselsSeeded)),
        new("fillable", Seeding, "Vessels that can be seeded", "⌊cells ÷ (density · area)⌋", [Cells("cells", "Viable cells"), Density(), Area(), new("mlPerCm2", "Medium", "mL/cm²", 0.05m, 1, Usual: "0.25")], Fillable, nameof(VesselsSeeded)),
        new("split", Seeding, "Split ratio", "k = harvested ÷ (density · old area)", [Cells("harvested", "Harvested"), Density(), Area("oldAreaCm2", "Old area")],
            v => [new("Split ratio 1 :", Planning.SplitRatio(v.Real("harvested"), v.Real("cellsPerCm2"), v.Real("oldAreaCm2")), "")]),
        new("order", Seeding, "Vessels to prepare for a dose", "⌈dose·(1+reserve) ÷ (yield·recovery) ÷ area⌉",
            [Cells("dose", "Dose"), Pct("over", "Reserve", "15"), new("yield", "Yield", "cells/cm²", 0, 1e6m, true), new("recovery", "Recovery", "%", 0, 110, true, "90"), Area()], ToOrder),
    ];

    private static IReadOnlyList<CalcResult> Doubling(CalcValues v)
    {
        var pd = Growth.Doublings(v.Real("viableHarvested"), v.Real("seeded"));
        var td = Growth.DoublingTimeHours(v.Real("hours"), pd);
        return [new("Population doublings", pd, "PD"), new("Doubling time", td, "h") { Text = td is null ? "no growth" : td < 10 ? "impossible for human cells" : null, IsBad = td < 10 }, new("cPDL", v.Real("cpdlBefore") + pd, "PD")];
    }

    private static IReadOnlyList<CalcResult> Fillable(CalcValues v)
    {
        var f = Planning.VesselsFillable(v.Number("cells"), v.Number("cellsPerCm2"), v.Number("areaCm2"));
        var area = f.Vessels * v.Number("areaCm2");
        return [new("Vessels", f.Vessels, ""), new("Viable cells seeded", (double)(v.Number("cellsPerCm2") * area), "cells", "viableSeeded"), new("Cells left", (double)f.CellsLeft, "cells"), new("Medium", (double)(v.Number("mlPerCm2") * area), "mL", "mediumMl")];
    }

    private static IReadOnlyList<CalcResult> ToOrder(CalcValues v)
    {
        var (over, recovery) = (v.Number("over") / 100, v.Number("recovery") / 100);
        return
        [
            new("Growth area", (double)Planning.AreaToOrderCm2(v.Number("dose"), over, v.Number("yield"), recovery), "cm²"),
            new("Vessels", Planning.VesselsToOrder(v.Number("dose"), over, v.Number("yield"), recovery, v.Number("areaCm2")), ""),
        ];
    }

    private static CalcInput Count(string name, string label) => new(name, label, "cells", 0, 1e9m);
    internal static CalcInput Cells(string name, string label) => new(name, label, "cells", 0, MostCells, true);
    internal static CalcInput Pct(string name, string label, string? usual = null) => new(name, label, "%", 0, 100, Usual: usual);
    internal static CalcInput Ml(string name, string label) => new(name, label, "mL", 0, 100_000, true);
    internal static CalcInput Density() => new("cellsPerCm2", "Density", "cells/cm²", 0, 1e6m, true);
    internal static CalcInput Area(string name = "areaCm2", string label = "Area of one vessel") => new(name, label, "cm²", 0, MostCm2, true);
}
