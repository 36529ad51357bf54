using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.Metabolites;

/// <summary>
/// Roche Cedex Bio HT archive text: tab separated, no heading, line type first (0 head, 40 result). The column order depends on the
/// software version in the head. Units stay as written: mmol/L, g/L and U/L are not converted into each other.
/// </summary>
internal sealed class CedexBioHtReader : ResultReader
{
    private const string HeadMark = "#ARC-FILE#";
    private const int SoftwareColumn = 8;

    /// <summary>Position of each field in a result line.</summary>
    private sealed record Columns(int Sample, int Batch, int Role, int Dilution, int Analyte, int AnalyteDilution, int Unit)
    {
        public int Flag => Unit + 1;
        public int Value => Unit + 2;
        public int Signal => Unit + 3;
        public int Class => Unit + 4;
    }

    private static readonly Columns Software5 = new(Sample: 5, Batch: -1, Role: 6, Dilution: -1, Analyte: 2, AnalyteDilution: -1, Unit: 7);
    private static readonly Columns Software6And7 = new(Sample: 2, Batch: 3, Role: 4, Dilution: 5, Analyte: 6, AnalyteDilution: 7, Unit: 8);

    /// <summary>Analyte codes without their last letter, which tells the measuring range (B basic, D pre-diluted, L low).</summary>
    private static readonly Dictionary<string, string> Analytes = new()
    {
        ["GLC3"] = "glucose",
        ["LAC2"] = "lactate",
        ["GLN2"] = "glutamine",
        ["GLU2"] = "glutamate",
        ["NH3"] = "ammonia",
        ["LDH2"] = "lactateDehydrogenase",
        ["IGGH"] = "igg",
        ["OD"] = "opticalDensity",
        ["TP2"] = "totalProtein",
        ["TP2L"] = "totalProtein",
        ["PYR"] = "pyruvate",
        ["AC2"] = "acetate",
        ["PHO2"] = "phosphate",
        ["CA2"] = "calcium",
        ["MG2"] = "magnesium",
        ["FE2"] = "iron",
        ["ASNH"] = "asparagine",
        ["ASP"] = "aspartate",
        ["ETOH"] = "ethanol",
        ["FOR"] = "formate",
        ["GAL2"] = "galactose",
    };

    public override string Kind => "cedex-bioht";

    public override bool Recognises(FileContent content) =>
        !content.IsWorkbook && content.FirstText.StartsWith("0\t", StringComparison.Ordinal) && content.FirstText.Contains(HeadMark, StringComparison.Ordinal);

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var head = Cells(content.FirstText);
        var columns = (head.Length > SoftwareColumn ? head[SoftwareColumn].Split('.')[0] : "") switch
        {
            "5" => Software5,
            "6" or "7" => Software6And7,
            _ => null,
        };
        if (columns is null) return Reject($"The software version \"{(head.Length > SoftwareColumn ? head[SoftwareColumn] : "")}\" in the first line is not 5, 6 or 7, so the column order is not known.");
        var rows = new List<(int Line, string[] Cells)>();
        for (var i = 0; i < content.Lines.Count; i++)
        {
            var cells = Cells(content.Lines[i]);
            if (cells[0] != "40") continue;
            if (cells.Length > columns.Class && (i < content.Lines.Count - 1 || cells[columns.Class].Length > 0)) rows.Add((i + 1, cells));
            else return Reject($"Line {i + 1} is shorter than a result line: the file is cut short or still being written.");
        }
        if (rows.Count == 0) return new ReadOutcome.Empty(Kind, "The archive has a head and no result.");
        var format = NumberFormat.Decide(rows.Select(r => r.Cells[columns.Value]), settings.DecimalMark);
        if (format.Contradiction is { } contradiction) return Reject(contradiction);
        if (format.Question is { } question) return new ReadOutcome.Ambiguous([Kind], [question]);
        var instrument = $"{At(head, 6)} {At(head, 7)}".Trim();
        var records = rows.Select(r => Record(r.Line, r.Cells, columns, format.Value!, instrument, settings)).ToList();
        return new ReadOutcome.Parsed(Kind, Repeats.Linked(records, r => r.Texts["analyteCode"]), []);
    }

    private static ResultRecord Record(int line, string[] cells, Columns at, NumberFormat format, string instrument, ReadSettings settings)
    {
        var warnings = new List<string>();
        var code = cells[at.Analyte];
        var texts = new Dictionary<string, string> { ["analyteCode"] = code, ["instrument"] = instrument };
        foreach (var (name, column) in new[] { ("batch", at.Batch), ("role", at.Role), ("dilution", at.Dilution), ("analyteDilution", at.AnalyteDilution), ("flag", at.Flag), ("signal", at.Signal), ("class", at.Class) })
            if (At(cells, column) is { Length: > 0 } text) texts[name] = text;
        var values = new Dictionary<string, ResultValue>();
        var flag = texts.GetValueOrDefault("flag");
        if (ValueCell.Read(cells[at.Value], cells[at.Unit], 1, format) is { } value) values[NameOf(code)] = flag is null ? value : value with { Remark = value.Remark ?? flag };
        else warnings.Add("The result line has no value.");
        if (flag is not null) warnings.Add($"The instrument flags the value: {flag}");
        var sample = cells[at.Sample];
        if (sample.Length == 0) warnings.Add("The sample identifier is empty.");
        var time = new DateFormat(DateOrder.DayFirst).Parse(cells[1], settings.Zone); // the archive writes the year first
        if (time is null) warnings.Add($"No readable time: \"{cells[1]}\".");
        return new ResultRecord(line, sample, time, values, texts, warnings);
    }

    private static string NameOf(string code) => code.Length > 1 && Analytes.TryGetValue(code[..^1], out var name) ? name : code;

    private static string[] Cells(string line) => [.. line.Split('\t').Select(c => c.Trim())];

    private static string At(string[] cells, int column) => column >= 0 && column < cells.Length ? cells[column] : "";
}
