using System.Text.RegularExpressions;
using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.Imaging;

/// <summary>
/// Sartorius Incucyte ZOOM, S3 and SX5 metric export: a head of labels, then one row a time and one column a well, an image or a
/// statistic of a well. The locale of the PC decides decimal mark and date order. One record a time and column; empty cells give none.
/// </summary>
internal sealed partial class IncucyteReader : ResultReader
{
    private const int FirstWellColumn = 2;

    public override string Kind => "incucyte";

    public override bool Recognises(FileContent content) =>
        !content.IsWorkbook && content.Lines.Take(30).Any(l => l.StartsWith("Metric:", StringComparison.Ordinal))
        && (content.FirstText.StartsWith("Label:", StringComparison.Ordinal) || content.FirstText.StartsWith("Vessel Name:", StringComparison.Ordinal) || HeaderOf(content) >= 0);

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var header = HeaderOf(content);
        if (header < 0) return Reject("The column \"Date Time\" is missing.");
        var columns = content.Lines[header].Split('\t').Select(c => c.Trim()).ToList();
        var head = content.Lines.Take(header).Select(l => l.Split(':', 2)).Where(p => p.Length == 2).GroupBy(p => p[0].Trim()).ToDictionary(g => g.Key, g => g.First()[1].Trim());
        var rows = Rows(content, header + 1, columns.Count, out var notes);
        if (rows.Count == 0) return new ReadOutcome.Empty(Kind, "The export has headings and no reading.");
        if ((long)rows.Count * columns.Count > settings.RowsMax * 10L) return Reject($"The export has more than {settings.RowsMax * 10L} values.");
        var numbers = NumberFormat.Decide(rows.SelectMany(r => r.Cells.Skip(1)), settings.DecimalMark);
        var dates = DateFormat.Decide(rows.Select(r => r.Cells[0].Trim()), settings.DateOrder);
        if ((numbers.Contradiction ?? dates.Contradiction) is { } contradiction) return Reject(contradiction);
        ReadQuestion[] questions = [.. new[] { numbers.Question, dates.Question }.OfType<ReadQuestion>()];
        if (questions.Length > 0) return new ReadOutcome.Ambiguous([Kind], questions);
        return new ReadOutcome.Parsed(Kind, Records(rows, columns, head, numbers.Value!, dates.Value!, settings), notes);
    }

    private static int HeaderOf(FileContent content) =>
        content.Lines.Take(60).ToList().FindIndex(l => l.StartsWith("Date Time\t", StringComparison.Ordinal));

    private static List<(int Line, string[] Cells)> Rows(FileContent content, int from, int width, out List<string> notes)
    {
        var rows = new List<(int, string[])>();
        notes = [];
        for (var i = from; i < content.Lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(content.Lines[i])) continue;
            var cells = content.Lines[i].Split('\t');
            var whole = cells.Length >= width && (i < content.Lines.Count - 1 || !content.EndsInsideLine);
            if (whole) rows.Add((i + 1, cells));
            else notes.Add($"Line {i + 1} is not complete and was passed over; the file may be cut short or still growing.");
        }
        return rows;
    }

    private static List<ResultRecord> Records(
        List<(int Line, string[] Cells)> rows, List<string> columns, Dictionary<string, string> head, NumberFormat numbers, DateFormat dates, ReadSettings settings)
    {
        var (name, unit) = Metric(head.GetValueOrDefault("Metric", ""));
        var texts = columns.Select(c => Texts(c, head)).ToList();
        var records = new List<ResultRecord>(rows.Count * columns.Count);
        foreach (var (line, cells) in rows)
        {
            var time = dates.Parse(cells[0], settings.Zone);
            var elapsed = ValueCell.Read(cells[1], "h", 1, numbers);
            string[] warnings = time is null ? [$"No readable time: \"{cells[0]}\"."] : [];
            for (var column = FirstWellColumn; column < columns.Count; column++)
            {
                if (columns[column].Length == 0 || ValueCell.Read(cells[column], unit, 1, numbers) is not { } value) continue;
                var values = new Dictionary<string, ResultValue> { [name] = value };
                if (elapsed is not null) values["elapsed"] = elapsed;
                records.Add(new ResultRecord(line, columns[column].Split([',', ' '])[0], time, values, texts[column], warnings));
            }
        }
        return records;
    }

    private static Dictionary<string, string> Texts(string column, Dictionary<string, string> head)
    {
        var texts = new Dictionary<string, string> { ["column"] = column };
        foreach (var (key, name) in new[] { ("Metric", "metric"), ("Cell Type", "cellType"), ("Passage", "passage"), ("Label", "vessel"), ("Vessel Name", "vessel"), ("Analysis", "analysis"), ("Analysis Job", "analysis") })
            if (head.GetValueOrDefault(key) is { Length: > 0 } text) texts[name] = text;
        return texts;
    }

    // "Phase Object Confluence (Percent)" is confluence in %; every other metric keeps its own words.
    private static (string Name, string Unit) Metric(string metric)
    {
        var match = MetricParts().Match(metric);
        var (name, unit) = match.Success ? (match.Groups["name"].Value, match.Groups["unit"].Value) : (metric, "");
        if (unit == "Percent") unit = "%";
        return name == "Phase Object Confluence" ? ("confluence", unit) : (name.Length == 0 ? "value" : name, unit);
    }

    [GeneratedRegex(@"^(?<name>.*?)\s*\((?<unit>[^()]*)\)$")]
    private static partial Regex MetricParts();
}
