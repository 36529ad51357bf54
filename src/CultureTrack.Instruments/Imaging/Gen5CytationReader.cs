using System.Text.RegularExpressions;
using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.Imaging;

/// <summary>
/// Agilent BioTek Gen5 export of image analysis (Cytation): head of labels, procedure, then results as a matrix with the row letter
/// first and the feature's name last, several lines a letter. <c>?????</c> is no value. One record a well.
/// </summary>
internal sealed partial class Gen5CytationReader : ResultReader
{
    public override string Kind => "gen5-cytation";

    public override bool Recognises(FileContent content) =>
        !content.IsWorkbook && content.FirstText.StartsWith("Software Version\t", StringComparison.Ordinal)
        && content.Lines.Take(40).Any(l => l.StartsWith("Experiment File Path:", StringComparison.Ordinal))
        && content.Lines.Take(400).Any(l => l.Contains("Image Montage", StringComparison.Ordinal) || l.Contains("Image Single", StringComparison.Ordinal));

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var head = content.Lines.TakeWhile(l => !l.StartsWith("Procedure Details", StringComparison.Ordinal)).Select(l => l.Split('\t', 2)).Where(p => p.Length == 2 && p[0].Length > 0)
            .GroupBy(p => p[0].TrimEnd(':').Trim()).ToDictionary(g => g.Key, g => g.First()[1].Trim());
        foreach (var label in new[] { "Date", "Time", "Plate Number" })
            if (!head.ContainsKey(label)) return Reject($"The line \"{label}\" is missing in the head.");
        var written = $"{head["Date"]} {head["Time"]}";
        var dates = DateFormat.Decide([written], settings.DateOrder);
        if (dates.Contradiction is { } contradiction) return Reject(contradiction);
        if (dates.Question is { } dateQuestion) return new ReadOutcome.Ambiguous([Kind], [dateQuestion]);
        if (dates.Value!.Parse(written, settings.Zone) is not { } time) return Reject($"The date and time \"{written}\" in the head cannot be read.");
        var start = content.Lines.ToList().FindIndex(l => l.Trim() == "Results");
        var texts = Texts(head);
        if (start < 0) return new ReadOutcome.Parsed(Kind, [new ResultRecord(1, "METADATA ONLY", time, new Dictionary<string, ResultValue>(), texts, ["The export has settings and no result table."])], []);
        return Matrix(content, start + 1, time, texts, settings);
    }

    private ReadOutcome Matrix(FileContent content, int from, MeasuredTime time, Dictionary<string, string> texts, ReadSettings settings)
    {
        var columns = from < content.Lines.Count ? content.Lines[from].Split('\t').Skip(1).Select(c => c.Trim()).Where(c => c.Length > 0).ToList() : [];
        if (columns.Count == 0 || columns.Exists(c => !WellColumn().IsMatch(c))) return Reject("The results are not a matrix of plate columns 1, 2, 3 …");
        var lines = new List<(int Line, string Letter, string[] Cells)>();
        var letter = "";
        for (var i = from + 1; i < content.Lines.Count && content.Lines[i].Contains('\t'); i++)
        {
            var cells = content.Lines[i].Split('\t');
            if (cells[0].Trim() is { Length: > 0 } next) letter = next;
            if (!PlateRow().IsMatch(letter)) return Reject($"Line {i + 1} of the results names no plate row.");
            if (cells.Length < columns.Count + 2) return Reject($"Line {i + 1} of the results has fewer cells than the plate: the file is cut short or still being written.");
            lines.Add((i + 1, letter, cells));
        }
        if (lines.Count == 0) return new ReadOutcome.Empty(Kind, "The result table has no line.");
        var numbers = NumberFormat.Decide(lines.SelectMany(l => l.Cells.Skip(1).Take(columns.Count)), settings.DecimalMark);
        if (numbers.Contradiction is { } contradiction) return Reject(contradiction);
        if (numbers.Question is { } question) return new ReadOutcome.Ambiguous([Kind], [question]);
        return new ReadOutcome.Parsed(Kind, Records(lines, columns, numbers.Value!, time, texts, content.EndsInsideLine), []);
    }

    private static List<ResultRecord> Records(
        List<(int Line, string Letter, string[] Cells)> lines, List<string> columns, NumberFormat numbers, MeasuredTime time, Dictionary<string, string> texts, bool endsInsideLine)
    {
        var records = new List<ResultRecord>();
        foreach (var row in lines.GroupBy(l => l.Letter))
            for (var column = 0; column < columns.Count; column++)
            {
                var values = new Dictionary<string, ResultValue>();
                var warnings = new List<string>();
                foreach (var (line, _, cells) in row)
                {
                    var feature = cells[columns.Count + 1].Trim();
                    if (endsInsideLine && line == lines[^1].Line) warnings.Add("The file ends inside the last line; a feature's name may be cut short.");
                    if (ValueCell.Read(cells[column + 1], Unit(feature), 1, numbers) is { } value && !values.TryAdd(feature, value)) warnings.Add($"\"{feature}\" is there more than once; the first is kept.");
                }
                var well = row.Key + columns[column];
                records.Add(new ResultRecord(row.First().Line, $"{texts["plate"]} {well}", time, values, new Dictionary<string, string>(texts) { ["well"] = well }, warnings));
            }
        return records;
    }

    private static Dictionary<string, string> Texts(Dictionary<string, string> head)
    {
        var texts = new Dictionary<string, string> { ["plate"] = head["Plate Number"] };
        foreach (var (label, name) in new[] { ("Reader Type", "instrument"), ("Reader Serial Number", "serial"), ("Software Version", "software"), ("Experiment File Path", "experiment"), ("Protocol File Path", "protocol") })
            if (head.GetValueOrDefault(label) is { Length: > 0 } text) texts[name] = text;
        return texts;
    }

    private static string Unit(string feature) => feature.StartsWith("Confluence %", StringComparison.Ordinal) ? "%" : feature.StartsWith("Cell Count", StringComparison.Ordinal) ? "cell" : "";

    [GeneratedRegex("^[0-9]{1,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex WellColumn();

    [GeneratedRegex("^[A-Z]{1,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex PlateRow();
}
