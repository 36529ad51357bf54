using System.Globalization;
using System.Text.RegularExpressions;
using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;
using static CultureTrack.Instruments.CellCounters.CountColumns;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>
/// ChemoMetec NucleoCounter, one file a sample: NC-200 (<c>Label;value</c>, ends with a checksum line) and NC-202
/// (<c>Label:</c> tab value, ends with the status). The NC-200 writes its offset from UTC, the NC-202 writes UTC.
/// </summary>
internal sealed partial class NucleoViewReader : ResultReader
{
    private static readonly TableMap Map = new(
        "nucleoview",
        Sample: ["Image", "Sample ID"],
        Time: [],
        Numbers:
        [
            Viability("Viability (%)"),
            ViablePerMl("Live (cells/ml)"),
            TotalPerMl("Total (cells/ml)"),
            DeadPerMl("Dead (cells/ml)"),
            Diameter("Estimated cell diameter (um)", "Diameter (um)"),
            new("diameterStdDev", "µm", 1, "Cell diameter standard deviation (um)"),
            Aggregates("(%) of cells in aggregates with five or more cells", "Aggregates (%)"),
            new("debrisIndex", "", 1, "Debris Index"),
            Dilution("Multiplication factor", "Dilution Factor"),
        ],
        Texts:
        [
            new("operator", "Operator"), new("instrument", "Instrument s/n", "Instrument"), new("status", "Status"), new("software", "Application SW version", "Software version"),
            new("protocol", "Protocol adaptation title", "Protocol"), new("comment", "Comments"), new("media", "Sample Media"),
        ],
        OtherTimes: []);

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) =>
        !content.IsWorkbook && Count(content, ';') + Count(content, '\t') >= 3;

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var separator = Count(content, ';') >= 3 ? ';' : '\t';
        var (pairs, checksum) = Pairs(content, separator);
        if (separator == ';' && !checksum) return Reject("The checksum in the last line is missing: the file is cut short or still being written.");
        if (separator == '\t' && !pairs.Exists(p => CellText.Key(p.Label) == "status")) return Reject("The line \"Status\" is missing: the file is cut short or still being written.");
        var outcome = new ResultTable(Map, [.. pairs.Select(p => p.Label)], [new GridRow(1, [.. pairs.Select(p => (object?)p.Value)])]).Read(settings);
        if (outcome is not ReadOutcome.Parsed parsed) return outcome;
        var record = parsed.Records[0];
        var warnings = new List<string>(record.Warnings);
        var time = TimeOf(pairs, warnings, settings);
        var sample = separator == ';' ? SampleOf(record.Sample, warnings) : record.Sample;
        if (record.Texts.TryGetValue("status", out var status) && !status.Equals("OK", StringComparison.OrdinalIgnoreCase)) warnings.Add($"The instrument says: {status}");
        return parsed with { Records = [record with { Sample = sample, Time = time, Warnings = warnings }] };
    }

    private static int Count(FileContent content, char separator) =>
        content.Lines.Take(40).Count(l => l.Split(separator, 2) is [var label, _] && CellText.Key(label) is "viability(%)" or "live(cells/ml)" or "dead(cells/ml)" or "total(cells/ml)");

    private static (List<(string Label, string Value)> Pairs, bool Checksum) Pairs(FileContent content, char separator)
    {
        var pairs = new List<(string Label, string Value)>();
        var checksum = false;
        foreach (var line in content.Lines.Skip(separator == ';' ? 1 : 0)) // the first line of an NC-200 file is the assay's title
        {
            var trimmed = line.Trim().TrimEnd(',');
            if (ChecksumLine().IsMatch(trimmed)) checksum = true;
            else if (trimmed.Split(separator, 2) is [var label, var value]) AddPair(pairs, label, value);
            else if (trimmed.Length > 0 && pairs.Count > 0) AddToLast(pairs, trimmed);
        }
        if (pairs.Count > 0 && separator == '\t' && content.EndsInsideLine && CellText.Key(pairs[^1].Label) != "status") pairs.RemoveAt(pairs.Count - 1);
        return (pairs, checksum);
    }

    // "13.2 (Uncertain" / "determination);": a value may break over two lines.
    private static void AddToLast(List<(string Label, string Value)> pairs, string rest)
    {
        if (pairs[^1].Value.Contains('(') && !pairs[^1].Value.Contains(')')) pairs[^1] = (pairs[^1].Label, $"{pairs[^1].Value} {Unended(rest)}");
    }

    private static void AddPair(List<(string Label, string Value)> pairs, string label, string value)
    {
        if (pairs.Count > 0 && pairs[^1].Value.Contains('(') && !pairs[^1].Value.Contains(')')) AddToLast(pairs, label);
        else if (label.Trim().Length > 0) pairs.Add((label.Trim(), Unended(value)));
    }

    private static string Unended(string value) => value.Trim().TrimEnd(';', ',').Trim();

    private static string SampleOf(string image, List<string> warnings)
    {
        if (image.Split('-', 4) is [_, _, _, { Length: > 0 } sample]) return sample;
        warnings.Add($"The image name \"{image}\" has no sample part after the third dash; it is taken whole.");
        return image;
    }

    private static MeasuredTime? TimeOf(List<(string Label, string Value)> pairs, List<string> warnings, ReadSettings settings)
    {
        var format = new DateFormat(settings.DateOrder ?? DateOrder.DayFirst); // both layouts write the year first
        var (label, text) = pairs.Find(p => CellText.Key(p.Label) is "datetime" or "time(utc)");
        var offsetText = pairs.Find(p => CellText.Key(p.Label) == "timezoneoffset").Value;
        var time = text is null ? null : format.Parse(text, settings.Zone);
        if (time is null)
        {
            warnings.Add(text is null ? "The file has no time." : $"No readable time: \"{text}\".");
            return null;
        }
        if (CellText.Key(label) == "time(utc)") return time with { Offset = TimeSpan.Zero };
        if (decimal.TryParse(offsetText, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours is >= -14 and <= 14 && hours * 60 % 1 == 0)
            return time with { Offset = TimeSpan.FromMinutes((double)(hours * 60)) };
        if (offsetText is not null) warnings.Add($"The time zone offset \"{offsetText}\" cannot be read.");
        return time;
    }

    [GeneratedRegex(@"^//\[[0-9A-Fa-f]{8}\],?$")]
    private static partial Regex ChecksumLine();
}
