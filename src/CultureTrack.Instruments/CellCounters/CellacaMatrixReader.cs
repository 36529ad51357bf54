using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;
using static CultureTrack.Instruments.CellCounters.CountColumns;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>
/// Revvity Cellaca MX and Matrix export: either a block of keys above a table with densities in 10^6 cells/mL, or the table alone
/// with cells/mL and no time. CSV or workbook.
/// </summary>
internal sealed class CellacaMatrixReader : ResultReader
{
    private static readonly NumberColumn DilutionColumn = Dilution("Dilution");

    private static readonly TableMap Map = new(
        "cellaca-matrix",
        Sample: ["Well Name"],
        Time: [],
        Numbers:
        [
            Viability("Viability", "Viability (%)"),
            TotalCount("Total Count"),
            ViableCount("Live Count"),
            DeadCount("Dead Count"),
            Diameter("Total Mean Size"),
            LiveDiameter("Live Diameter", "Live Mean Size"),
            DeadDiameter("Dead Diameter", "Dead Mean Size"),
            Aggregates("Aggregates (%)"),
        ],
        Texts: [new("errors", "Errors"), new("note", "Note"), new("wellRow", "Row"), new("wellColumn", "Column")],
        OtherTimes: []);

    private static readonly NumberColumn[] InMillions =
        [ViableMillionPerMl("Live Concentration (E6)"), TotalMillionPerMl("Total Concentration (E6)"), DeadMillionPerMl("Dead Concentration (E6)")];

    private static readonly NumberColumn[] InCells = [ViablePerMl("Live Cells/mL"), TotalPerMl("Total Cells/mL"), DeadPerMl("Dead Cells/mL")];

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) =>
        content.HeadHas("Well Name")
        && (content.HeadCount("Live Concentration (E6)", "Dead Concentration (E6)", "Total Concentration (E6)") > 0
            || content.HeadCount("Live Cells/mL", "Dead Cells/mL", "Total Cells/mL", "Live Mean Size", "Dead Mean Size") >= 2);

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var rows = content.Table.Rows.ToList();
        var header = rows.FindIndex(r => r.Cells.Any(c => CellText.Key(CellText.Of(c)) == "wellname"));
        if (header < 0) return Reject("The column \"Well Name\" is missing.");
        var headings = rows[header].Cells.Select(CellText.Of).ToList();
        var inMillions = headings.Exists(h => CellText.Key(h).Contains("(e6)", StringComparison.Ordinal));
        if (inMillions && headings.Exists(h => CellText.Key(h).EndsWith("cells/ml", StringComparison.Ordinal)))
            return Reject("Some densities are headed (E6) and some cells/mL. Export one layout only.");
        var keys = rows.Take(header).GroupBy(r => CellText.Key(r.Text(0))).ToDictionary(g => g.Key, g => g.First().Cell(1));
        var map = Map with { Numbers = [.. Map.Numbers, .. inMillions ? InMillions : InCells] };
        if (header > 0 && !keys.ContainsKey("resultstimestamp")) return Reject("The line \"Results Timestamp\" is missing above the table.");
        var outcome = new ResultTable(map, headings, AsPercent([.. rows.Skip(header + 1)], headings))
        {
            CommonTime = keys.GetValueOrDefault("resultstimestamp"),
            CommonNumbers = [(DilutionColumn, keys.GetValueOrDefault("dilution"))],
            CommonTexts = Texts(keys),
        }.Read(settings);
        return outcome is ReadOutcome.Parsed parsed ? parsed with { Records = [.. parsed.Records.Select(r => Judged(r, header > 0))] } : outcome;
    }

    private static Dictionary<string, string> Texts(Dictionary<string, object?> keys)
    {
        (string Key, string Name)[] names = [("operator", "operator"), ("platename", "plate"), ("assayname", "assay"), ("instrumentsn", "instrument"), ("version", "version")];
        return names.Select(n => (n.Name, Text: CellText.Of(keys.GetValueOrDefault(n.Key)))).Where(p => p.Text.Length > 0).ToDictionary(p => p.Name, p => p.Text);
    }

    // A workbook holds a percentage as a fraction with a percent format, so 87 % arrives as 0.87.
    private static IReadOnlyList<GridRow> AsPercent(IReadOnlyList<GridRow> rows, List<string> headings)
    {
        var at = headings.FindIndex(h => CellText.Key(h) == "viability");
        if (at < 0 || !rows.Any(r => r.Cell(at) is double) || rows.Any(r => r.Cell(at) is double and > 1)) return rows;
        return [.. rows.Select(r => r.Cell(at) is double share ? r with { Cells = [.. r.Cells.Select((c, i) => i == at ? share * 100 : c)] } : r)];
    }

    private static ResultRecord Judged(ResultRecord record, bool timeExpected)
    {
        var warnings = new List<string>(record.Warnings);
        if (timeExpected && record.Time is null) warnings.Add("No readable \"Results Timestamp\".");
        if (record.Texts.TryGetValue("errors", out var errors)) warnings.Add($"The instrument says: {errors}");
        return record with { Warnings = warnings };
    }
}
