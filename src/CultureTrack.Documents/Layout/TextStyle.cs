using System.Globalization;
using System.Text;
using PdfSharp.Drawing;

namespace CultureTrack.Documents.Layout;

/// <summary>How a text is set: size in points, weight, blackness. Two weights and grey carry all meaning, so that a copy in black and white says the same.</summary>
internal sealed record TextStyle(double Size, bool Bold = false, double Grey = 0)
{
    public static readonly TextStyle Body = new(8.5), Strong = new(8.5, Bold: true), Small = new(7.2), Quiet = new(7.2, Grey: 0.35), Head = new(7.2, Bold: true);

    /// <summary>Distance of two lines, points.</summary>
    public double LineHeight => Size * 1.32;

    public XBrush Brush { get; } = new XSolidBrush(XColor.FromGrayScale(Grey));

    private Typeface Own => Bold ? Typeface.Bold : Typeface.Regular;

    public double Width(string text)
    {
        var width = 0.0;
        foreach (var character in text.EnumerateRunes()) width += Of(character).Advance(character) * Size;
        return width;
    }

    /// <summary>Draws one line that was made by <see cref="Printable"/>.</summary>
    public void Draw(XGraphics page, string line, double x, double baseline)
    {
        foreach (var (run, face) in Runs(line))
        {
            page.DrawString(run, face.At(Size), Brush, new XPoint(x, baseline));
            foreach (var character in run.EnumerateRunes()) x += face.Advance(character) * Size;
        }
    }

    /// <summary>The text in lines of at most <paramref name="width"/>, broken at blanks, so that ids stay whole, and within a word that is longer than a line.</summary>
    public IReadOnlyList<string> Wrap(string text, double width)
    {
        var lines = new List<string>();
        foreach (var paragraph in Printable(text).Split('\n'))
        {
            var (line, used) = (new StringBuilder(), 0.0);
            foreach (var piece in Pieces(paragraph).SelectMany(p => Cut(p, width)))
            {
                var wide = Width(piece.TrimEnd());
                if (line.Length > 0 && used + wide > width)
                {
                    lines.Add(line.ToString().TrimEnd());
                    (line, used) = (new StringBuilder(), 0.0);
                }
                line.Append(piece);
                used += Width(piece);
            }
            lines.Add(line.ToString().TrimEnd());
        }
        return lines;
    }

    private static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != ' ') continue;
            yield return text[start..(i + 1)];
            start = i + 1;
        }
        if (start < text.Length) yield return text[start..];
    }

    private List<string> Cut(string piece, double width)
    {
        if (Width(piece) <= width) return [piece];
        var parts = new List<string>();
        var (part, used) = (new StringBuilder(), 0.0);
        foreach (var character in piece.EnumerateRunes())
        {
            var wide = Of(character).Advance(character) * Size;
            if (part.Length > 0 && used + wide > width)
            {
                parts.Add(part.ToString());
                (part, used) = (new StringBuilder(), 0.0);
            }
            part.Append(character);
            used += wide;
        }
        parts.Add(part.ToString());
        return parts;
    }

    /// <summary>What the fonts can show: control characters become blanks, a character without a picture its code point in brackets; nothing disappears.</summary>
    public static string Printable(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var character in text.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            if (character.Value == '\n') shown.Append('\n');
            else if (Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator) shown.Append(' ');
            else if (Typeface.Regular.Has(character) || Typeface.Wide.Has(character)) shown.Append(character);
            else shown.Append(CultureInfo.InvariantCulture, $"[U+{character.Value:X4}]");
        }
        return shown.ToString();
    }

    private IEnumerable<(string Run, Typeface Face)> Runs(string line)
    {
        var (run, face) = (new StringBuilder(), Own);
        foreach (var character in line.EnumerateRunes())
        {
            var next = Of(character);
            if (next != face && run.Length > 0)
            {
                yield return (run.ToString(), face);
                run.Clear();
            }
            face = next;
            run.Append(character);
        }
        if (run.Length > 0) yield return (run.ToString(), face);
    }

    private Typeface Of(Rune character) => Own.Has(character) ? Own : Typeface.Wide;
}
