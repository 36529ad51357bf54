using System.Globalization;

namespace CultureTrack.Instruments.Content;

/// <summary>A table as the file shows it: text cells of a delimited file, or typed cells (number, date, truth value) of a workbook.</summary>
/// <param name="Rows">Non-empty rows in file order.</param>
internal sealed record Grid(IReadOnlyList<GridRow> Rows)
{
    public static Grid None { get; } = new([]);
}

/// <param name="Number">Line or sheet row, from 1.</param>
/// <param name="Cells">Cells from the left; null or empty text is an empty cell.</param>
/// <param name="Hidden">The workbook hides the row.</param>
/// <param name="CutOff">The file ends inside this row: no line end follows, so its last cell may be a part of the real one.</param>
internal sealed record GridRow(int Number, IReadOnlyList<object?> Cells, bool Hidden = false, bool CutOff = false)
{
    public object? Cell(int column) => column >= 0 && column < Cells.Count ? Cells[column] : null;

    public string Text(int column) => CellText.Of(Cell(column));
}

internal static class CellText
{
    /// <summary>The cell as trimmed text, numbers and dates in invariant form.</summary>
    public static string Of(object? cell) => cell switch
    {
        null => "",
        string text => text.Trim().Trim('\0', '\uFEFF'),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        bool truth => truth ? "TRUE" : "FALSE",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    /// <summary>
    /// A heading reduced to what it means: no case, no blanks, one kind of bracket, and one letter for the micro sign however it
    /// was encoded (U+00B5, U+03BC, u, or U+FFFD where an earlier program destroyed it).
    /// </summary>
    public static string Key(string heading)
    {
        var key = new char[heading.Length];
        var length = 0;
        foreach (var c in heading)
        {
            if (char.IsWhiteSpace(c) || c is '\0' or '\uFEFF' or ':') continue;
            key[length++] = c switch
            {
                '\u00B5' or '\u03BC' or '\u039C' or '\uFFFD' => 'u',
                '[' => '(',
                ']' => ')',
                _ => char.ToLowerInvariant(c),
            };
        }
        return new string(key, 0, length);
    }
}
