namespace CultureTrack.Instruments.Content;

/// <summary>The bytes of one file, decoded once and looked at by every reader.</summary>
internal sealed class FileContent
{
    private const int HeadRows = 30;
    private readonly Lazy<Grid> _table;
    private readonly Lazy<IReadOnlyList<string>> _lines;
    private readonly Lazy<HashSet<string>> _headKeys;

    /// <exception cref="UnreadableContentException">It is neither text nor a readable workbook.</exception>
    public FileContent(byte[] bytes, int rowsMax)
    {
        if (Workbook.Is(bytes)) Sheets = Workbook.Read(bytes, rowsMax);
        else Text = TextDecoding.Decode(bytes) ?? throw new UnreadableContentException("it is neither text nor a workbook that can be read.");
        _table = new(() => Text is { Length: > 0 } ? DelimitedText.Read(Text, DelimitedText.DelimiterOf(Text), rowsMax) : Sheets.FirstOrDefault(s => s.Rows.Count > 0) ?? Grid.None);
        _headKeys = new(() => [.. HeadCells().Select(CellText.Key).Where(k => k.Length > 0)]);
        _lines = new(() => Text.Split('\n').Select(l => l.TrimEnd('\r')).ToList());
    }

    /// <summary>The decoded text; empty for a workbook.</summary>
    public string Text { get; } = "";

    /// <summary>The sheets of a workbook; none for text.</summary>
    public IReadOnlyList<Grid> Sheets { get; } = [];

    public bool IsWorkbook => Sheets.Count > 0;

    /// <summary>The text split by its most frequent delimiter, or the first sheet that holds anything.</summary>
    public Grid Table => _table.Value;

    /// <summary>What stands in the first rows, as <see cref="CellText.Key"/>; for recognition, so it never fails on damaged cells.</summary>
    public bool HeadHas(string heading) => _headKeys.Value.Contains(CellText.Key(heading));

    /// <summary>How many of the headings stand in the first rows.</summary>
    public int HeadCount(params ReadOnlySpan<string> headings)
    {
        var found = 0;
        foreach (var heading in headings)
            if (HeadHas(heading)) found++;
        return found;
    }

    /// <summary>The text's lines without line ends.</summary>
    public IReadOnlyList<string> Lines => _lines.Value;

    /// <summary>True when the text ends inside a line, so that the last line may be a part of the real one.</summary>
    public bool EndsInsideLine => Text.Length > 0 && Text[^1] is not ('\n' or '\r');

    private IEnumerable<string> HeadCells() => IsWorkbook
        ? Table.Rows.Take(HeadRows).SelectMany(r => r.Cells).Select(CellText.Of)
        : Lines.Take(HeadRows).SelectMany(l => l.Split(Text.Contains('\t') ? ['\t', ',', ';'] : [',', ';'])).Select(c => c.Trim().Trim('"'));

    /// <summary>The first text of the file, for recognition: line 1 or the first cell of the first sheet.</summary>
    public string FirstText => IsWorkbook
        ? (Table.Rows.Count > 0 ? Table.Rows[0].Text(0) : "")
        : Lines.FirstOrDefault(l => !string.IsNullOrWhiteSpace(l))?.Trim() ?? "";
}
