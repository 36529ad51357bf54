using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>Canonical names and units of what cell counters measure.</summary>
internal static class CountColumns
{
    private const string PerMl = "10^6 cells/mL", Cells = "cell", Micrometre = "µm";

    public static NumberColumn Viability(params string[] headings) => new("viability", "%", 1, headings);
    public static NumberColumn ViableMillionPerMl(params string[] headings) => new("viableDensity", PerMl, 1, headings);
    public static NumberColumn TotalMillionPerMl(params string[] headings) => new("totalDensity", PerMl, 1, headings);
    public static NumberColumn DeadMillionPerMl(params string[] headings) => new("deadDensity", PerMl, 1, headings);
    public static NumberColumn ViablePerMl(params string[] headings) => new("viableDensity", PerMl, 1e-6m, headings);
    public static NumberColumn TotalPerMl(params string[] headings) => new("totalDensity", PerMl, 1e-6m, headings);
    public static NumberColumn DeadPerMl(params string[] headings) => new("deadDensity", PerMl, 1e-6m, headings);
    public static NumberColumn ViableCount(params string[] headings) => new("viableCount", Cells, 1, headings);
    public static NumberColumn TotalCount(params string[] headings) => new("totalCount", Cells, 1, headings);
    public static NumberColumn DeadCount(params string[] headings) => new("deadCount", Cells, 1, headings);
    public static NumberColumn Diameter(params string[] headings) => new("avgDiameter", Micrometre, 1, headings);
    public static NumberColumn LiveDiameter(params string[] headings) => new("avgLiveDiameter", Micrometre, 1, headings);
    public static NumberColumn DeadDiameter(params string[] headings) => new("avgDeadDiameter", Micrometre, 1, headings);
    public static NumberColumn Circularity(params string[] headings) => new("circularity", "", 1, headings);
    public static NumberColumn LiveCircularity(params string[] headings) => new("liveCircularity", "", 1, headings);
    public static NumberColumn Aggregates(params string[] headings) => new("aggregates", "%", 1, headings);
    public static NumberColumn Dilution(params string[] headings) => new("dilution", "fold", 1, headings);
    public static NumberColumn MinDiameter(params string[] headings) => new("minDiamSetting", Micrometre, 1, headings);
    public static NumberColumn MaxDiameter(params string[] headings) => new("maxDiamSetting", Micrometre, 1, headings);
}
