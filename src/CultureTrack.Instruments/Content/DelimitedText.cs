using CsvHelper;

namespace CultureTrack.Instruments.Content;

internal static class DelimitedText
{
    private const int RecordBytesMax = 8 * 1024 * 1024;
    private static readonly char[] Delimiters = [',', ';', '\t'];

    /// <summary>The delimiter that occurs most in the first lines, outside quotation marks.</summary>
    public static char DelimiterOf(string text)
    {
        var counts = new int[Delimiters.Length];
        var quoted = false;
        var lines = 0;
        foreach (var c in text)
        {
            if (c == '"') quoted = !quoted;
            else if (c == '\n' && ++lines == 30) break;
            else if (!quoted && Array.IndexOf(Delimiters, c) is >= 0 and var which) counts[which]++;
        }
        return Delimiters[Array.IndexOf(counts, counts.Max())];
    }

    /// <summary>Rows of a delimited text; empty lines are left out.</summary>
    /// <exception cref="UnreadableContentException">A quotation is never closed, or a limit is passed.</exception>
    public static Grid Read(string text, char delimiter, int rowsMax)
    {
        if (text.AsSpan().Count('"') % 2 != 0)
            throw new UnreadableContentException("a quotation mark is opened and never closed. The file may be cut short; export it again.");
        var options = new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            TrackLineNumbers = true,
            DetectSeparatorHint = false,
            MaxRecordSize = RecordBytesMax,
            PoolStrings = true,
        };
        var rows = new List<GridRow>();
        try
        {
            using var reader = CsvReader.FromText(text, options);
            while (reader.Read())
            {
                var cells = new object?[reader.FieldCount];
                for (var i = 0; i < cells.Length; i++) cells[i] = reader.GetString(i);
                if (Array.TrueForAll(cells, c => string.IsNullOrWhiteSpace((string?)c))) continue;
                if (rows.Count == rowsMax) throw new UnreadableContentException($"it has more than {rowsMax} rows.");
                rows.Add(new GridRow((int)reader.LineNumber, cells));
            }
        }
        catch (CsvFormatException e)
        {
            throw new UnreadableContentException("its cells cannot be told apart; quotation marks or separators are damaged.", e);
        }
        if (rows.Count > 0 && text[^1] is not ('\n' or '\r')) rows[^1] = rows[^1] with { CutOff = true };
        return new Grid(rows);
    }
}
