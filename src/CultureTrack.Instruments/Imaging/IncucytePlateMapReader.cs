using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Imaging;

/// <summary>Incucyte plate map (XML): what is in each well. One record an item of a well; rows and columns count from zero in the file.</summary>
internal sealed class IncucytePlateMapReader : ResultReader
{
    private const int RowsOnPlate = 32, ColumnsOnPlate = 48; // 1536 wells, the largest plate made

    public override string Kind => "incucyte";

    public override bool Recognises(FileContent content) =>
        !content.IsWorkbook && content.FirstText.StartsWith('<') && content.Text.AsSpan(0, Math.Min(content.Text.Length, 1000)).Contains("<plateMap", StringComparison.Ordinal);

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        XDocument map;
        try
        {
            using var reader = XmlReader.Create(new StringReader(content.Text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            map = XDocument.Load(reader);
        }
        catch (XmlException e)
        {
            return Reject($"The plate map is not complete XML (line {e.LineNumber}): it is damaged or cut short.");
        }
        var wells = map.Descendants("well").ToList();
        var records = new List<ResultRecord>();
        foreach (var well in wells)
        {
            if (Index(well, "row", RowsOnPlate) is not { } row || Index(well, "col", ColumnsOnPlate) is not { } column) return Reject($"The well number {wells.IndexOf(well) + 1} has no usable row and column.");
            records.AddRange(well.Descendants("wellItem").Select(i => Item(i, WellName(row, column), 0)).Select((r, i) => r with { Row = records.Count + i + 1 }).ToList());
        }
        return records.Count == 0
            ? new ReadOutcome.Empty(Kind, $"None of the {wells.Count} wells of the plate map has an item.")
            : new ReadOutcome.Parsed(Kind, records, [$"{wells.Count} wells, {records.Count} items"]);
    }

    private static ResultRecord Item(XElement item, string well, int number)
    {
        var reference = item.Element("referenceItem");
        var texts = new Dictionary<string, string>();
        foreach (var (name, text) in new[]
        {
            ("itemType", (string?)item.Attribute("type")), ("name", (string?)reference?.Attribute("displayName")), ("description", (string?)reference?.Attribute("description")),
            ("passage", (string?)item.Attribute("passage")),
        })
            if (!string.IsNullOrWhiteSpace(text)) texts[name] = text;
        var values = new Dictionary<string, ResultValue>();
        if ((string?)item.Attribute("concentration") is { Length: > 0 } written)
        {
            var isNumber = decimal.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var concentration);
            values["concentration"] = new ResultValue(isNumber ? concentration : null, (string?)item.Attribute("concentrationUnits") ?? "", '=', written, isNumber ? null : "not a number");
        }
        return new ResultRecord(number, well, null, values, texts, []);
    }

    private static int? Index(XElement well, string name, int below) =>
        int.TryParse((string?)well.Attribute(name), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < below ? index : null;

    private static string WellName(int row, int column) => (row < 26 ? $"{(char)('A' + row)}" : $"A{(char)('A' + row - 26)}") + (column + 1).ToString(CultureInfo.InvariantCulture);
}
