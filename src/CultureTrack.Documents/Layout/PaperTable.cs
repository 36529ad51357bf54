using PdfSharp.Drawing;

namespace CultureTrack.Documents.Layout;

/// <param name="Share">Part of the width, relative to the other columns.</param>
internal sealed record Column(string Title, double Share, bool Right = false);

/// <param name="Bold">Cells of a row that must stand out, as a failing criterion.</param>
internal sealed record Row(bool Bold, params string[] Cells)
{
    public Row(params string[] cells) : this(false, cells) { }
}

/// <summary>A table whose cells wrap and whose header comes again on each page; a row taller than a page goes on on the next.</summary>
internal static class PaperTable
{
    private const double Inset = 3;
    private static readonly XPen Thin = new(XColor.FromGrayScale(0.7), 0.35), Thick = new(XColors.Black, 0.7);
    private static readonly TextStyle Cell = new(7.6), BoldCell = new(7.6, Bold: true);

    public static void Table(this PaperFlow flow, IReadOnlyList<Column> columns, IEnumerable<Row> rows, string none)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            flow.Text(none, TextStyle.Quiet);
            return;
        }
        var widths = Widths(columns);
        Header(flow, columns, widths);
        foreach (var row in all) Draw(flow, columns, widths, row);
        flow.Gap(4);
    }

    private static double[] Widths(IReadOnlyList<Column> columns)
    {
        var total = columns.Sum(c => c.Share);
        return [.. columns.Select(c => PaperFlow.Width * c.Share / total)];
    }

    private static void Header(PaperFlow flow, IReadOnlyList<Column> columns, double[] widths)
    {
        var titles = columns.Select((c, i) => TextStyle.Head.Wrap(c.Title, widths[i] - 2 * Inset)).ToList();
        var height = titles.Max(t => t.Count) * TextStyle.Head.LineHeight + 4;
        flow.Need(height + 28);
        flow.Page.DrawRectangle(new XSolidBrush(XColor.FromGrayScale(0.92)), PaperFlow.Left, flow.Y, PaperFlow.Width, height);
        Cells(flow, columns, widths, titles, TextStyle.Head, 0, titles.Max(t => t.Count));
        flow.Y += height;
        flow.Page.DrawLine(Thick, PaperFlow.Left, flow.Y, PaperFlow.Left + PaperFlow.Width, flow.Y);
    }

    private static void Draw(PaperFlow flow, IReadOnlyList<Column> columns, double[] widths, Row row)
    {
        var style = row.Bold ? BoldCell : Cell;
        var cells = columns.Select((_, i) => style.Wrap(i < row.Cells.Length ? row.Cells[i] : "", widths[i] - 2 * Inset)).ToList();
        var lines = cells.Max(c => c.Count);
        for (var from = 0; from < lines;)
        {
            // A short row stays whole; a long one fills what is left of the page.
            var room = (int)((PaperFlow.Bottom - flow.Y - 4) / style.LineHeight);
            if (room < Math.Min(lines - from, 6))
            {
                flow.NewPage();
                Header(flow, columns, widths);
                continue;
            }
            var count = Math.Min(room, lines - from);
            Cells(flow, columns, widths, cells, style, from, count);
            flow.Y += count * style.LineHeight + 3;
            from += count;
        }
        flow.Page.DrawLine(Thin, PaperFlow.Left, flow.Y, PaperFlow.Left + PaperFlow.Width, flow.Y);
    }

    private static void Cells(PaperFlow flow, IReadOnlyList<Column> columns, double[] widths, List<IReadOnlyList<string>> cells, TextStyle style, int from, int count)
    {
        var x = PaperFlow.Left;
        for (var c = 0; c < columns.Count; c++)
        {
            foreach (var (line, i) in cells[c].Skip(from).Take(count).Select((l, i) => (l, i)))
                style.Draw(flow.Page, line, columns[c].Right ? x + widths[c] - Inset - style.Width(line) : x + Inset, flow.Y + 2 + style.Size + i * style.LineHeight);
            x += widths[c];
        }
    }
}
