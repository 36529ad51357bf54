using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;
using static CultureTrack.Instruments.CellCounters.CountColumns;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>
/// Beckman Coulter Vi-CELL XR 2.04 and 2.06: run summary as workbook (.xls, .xlsx) with two heading rows, report of a single sample
/// as workbook, or text file of a single sample with <c>Key : value</c> lines.
/// </summary>
internal sealed class ViCellXrReader : ResultReader
{
    private const int ReportResultsColumn = 0, ReportSettingsColumn = 5; // labels of the report stand in A and F

    private static readonly TableMap Map = new(
        "vicell-xr",
        Sample: ["Sample ID"],
        Time: ["Sample date/time", "Sample date", "RunDate"],
        Numbers:
        [
            Viability("Viability (%)", "Viability"),
            ViableMillionPerMl("Viable cells /ml (x10^6)", "Total viable cells / ml (x 10^6)"),
            TotalMillionPerMl("Total cells /ml (x10^6)"),
            TotalCount("Total cells"),
            ViableCount("Viable cells"),
            DeadCount("Nonviable cells"),
            Diameter("Avg. diam. (microns)", "Average diameter (microns)"),
            Circularity("Avg. circ.", "Average circularity"),
            Dilution("Dilution factor", "Dilution"),
            MinDiameter("Min diam. (microns)", "Minimum diameter (microns)"),
            MaxDiameter("Max diam. (microns)", "Maximum diameter (microns)"),
        ],
        Texts: [new("cellType", "Cell type"), new("comment", "Comment"), new("sourceFile", "File name"), new("operator", "User")],
        OtherTimes: []);

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) => content.FirstText.StartsWith("Vi-CELL XR", StringComparison.OrdinalIgnoreCase);

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        if (!content.IsWorkbook && content.Lines.Any(l => l.StartsWith("RunDate", StringComparison.OrdinalIgnoreCase) || l.StartsWith("Results:", StringComparison.OrdinalIgnoreCase)))
            return FromPairs(TextPairs(content), content.FirstText, settings);
        var rows = content.Table.Rows.ToList();
        var header = rows.FindIndex(r => CellText.Key(r.Text(0)) == "sampleid");
        if (header < 0) return Reject("The column \"Sample ID\" is missing.");
        if (rows[header].Cells.Count(c => CellText.Of(c).Length > 0) <= 2 && rows.Exists(r => CellText.Key(r.Text(0)) == "results"))
            return FromPairs(ReportPairs(rows), content.FirstText, settings);
        return FromSummary(rows, header, settings);
    }

    private static ReadOutcome FromSummary(List<GridRow> rows, int header, ReadSettings settings)
    {
        var second = header + 1 < rows.Count && rows[header + 1].Text(0).Length == 0 && rows[header + 1].Number == rows[header].Number + 1 ? rows[header + 1] : null;
        var headings = rows[header].Cells.Select((c, i) => $"{CellText.Of(c)} {second?.Text(i)}".Trim()).ToList();
        return new ResultTable(Map, headings, [.. rows.Skip(second is null ? header + 1 : header + 2)])
        {
            CommonTexts = Common(rows.Take(header).Select(r => r.Text(0))),
        }.Read(settings);
    }

    private static ReadOutcome FromPairs(List<(string Label, object? Value, int Row)> pairs, string title, ReadSettings settings)
    {
        if (pairs.Count == 0) return new ReadOutcome.Rejected(Map.Kind, "The file has a title and nothing else; it may be cut short.");
        var row = new GridRow(pairs[0].Row, [.. pairs.Select(p => p.Value)]);
        var serial = pairs.Where(p => CellText.Key(p.Label) == "units/n").Select(p => $"Unit S/N: {CellText.Of(p.Value)}");
        return new ResultTable(Map, [.. pairs.Select(p => p.Label)], [row]) { CommonTexts = Common(serial.Prepend(title)) }.Read(settings);
    }

    private static List<(string, object?, int)> TextPairs(FileContent content)
    {
        var pairs = new List<(string, object?, int)>();
        var last = content.EndsInsideLine ? content.Lines.Count - 1 : content.Lines.Count; // a line without end may lack digits
        for (var i = 1; i < last; i++)
            if (content.Lines[i].Split(':', 2) is [var label, var value] && label.Trim().Length is > 0 and < 60)
                pairs.Add((label, value.Trim(), i + 1));
        return pairs;
    }

    // Below results and settings the report goes on with distributions and a line an image, whose headings repeat the labels.
    private static List<(string, object?, int)> ReportPairs(List<GridRow> rows) =>
        [.. rows.Skip(1).TakeWhile(r => !CellText.Key(r.Text(0)).Contains("distribution", StringComparison.Ordinal)).SelectMany(r => new[] { Pair(r, ReportResultsColumn, ReportSettingsColumn), Pair(r, ReportSettingsColumn, int.MaxValue) }).Where(p => p.Item1.Length > 0)];

    private static (string, object?, int) Pair(GridRow row, int label, int before) =>
        (row.Text(label), row.Cells.Take(before).Skip(label + 1).FirstOrDefault(c => CellText.Of(c).Length > 0), row.Number);

    private static Dictionary<string, string> Common(IEnumerable<string> lines)
    {
        var texts = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            if (line.StartsWith("Vi-CELL XR", StringComparison.OrdinalIgnoreCase)) texts["software"] = line;
            if (line.StartsWith("Unit S/N:", StringComparison.OrdinalIgnoreCase)) texts["instrument"] = line["Unit S/N:".Length..].Trim();
        }
        return texts;
    }
}
