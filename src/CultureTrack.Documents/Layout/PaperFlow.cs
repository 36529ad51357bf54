using System.Globalization;
using PdfSharp.Drawing;
using PdfSharp.Pdf;

namespace CultureTrack.Documents.Layout;

/// <summary>What stands on every page.</summary>
/// <param name="Notice">Said in a bar across every page, as of a rehearsal or a draft; null = nothing.</param>
internal sealed record PageFrame(string Title, string Left, string Right, string Footer, string? Notice = null);

/// <summary>Sets blocks one below the other on A4 pages and breaks pages between them; the frame with the number of pages is drawn last.</summary>
internal sealed class PaperFlow : IDisposable
{
    public const double Left = 45, Width = 505, Bottom = 786, Indent = 32;
    private const double PageWidth = 595, FrameTop = 30, FooterTop = 797;

    private static readonly XPen Rule = new(XColor.FromGrayScale(0.55), 0.4), Strong = new(XColors.Black, 0.9);
    private static readonly TextStyle TitleStyle = new(9, Bold: true), NoticeStyle = new(8, Bold: true);

    private readonly PageFrame _frame;
    private readonly List<(string Title, int Page)> _contents = [];
    private XGraphics? _page;
    private int _contentsPage = -1;
    private double _contentsY, _indent;

    public PaperFlow(PageFrame frame)
    {
        _frame = frame;
        Document = new PdfDocument();
        Document.Options.CompressContentStreams = true;
        Document.Language = "en";
        NewPage();
    }

    public PdfDocument Document { get; }
    public XGraphics Page => _page!;
    public double Y { get; set; }
    public int PageNumber => Document.PageCount;

    private double Top => FrameTop + (_frame.Notice is null ? 40 : 58);

    public void NewPage()
    {
        _page?.Dispose();
        var page = Document.AddPage();
        page.Size = PdfSharp.PageSize.A4;
        _page = XGraphics.FromPdfPage(page);
        Y = Top;
    }

    /// <summary>Begins a new page when less than this is left on the present one.</summary>
    public void Need(double height)
    {
        if (Y + height > Bottom) NewPage();
    }

    public void Gap(double height) => Y += height;

    /// <summary>A numbered part of the document: in the contents and the bookmarks.</summary>
    public void Chapter(string title, bool newPage = false)
    {
        if (newPage) NewPage();
        Need(90);
        if (Y > Top) Y += 16;
        _contents.Add((title, Document.PageCount));
        Document.Outlines.Add(TextStyle.Printable(title), Document.Pages[^1], true);
        new TextStyle(13, Bold: true).Draw(Page, TextStyle.Printable(title), Left, Y + 12);
        Y += 18;
        Page.DrawLine(Strong, Left, Y, Left + Width, Y);
        Y += 9;
    }

    public void Heading(string title)
    {
        // With the head of a table and its first row: a heading never ends a page.
        Need(92);
        Y += 8;
        new TextStyle(9.5, Bold: true).Draw(Page, TextStyle.Printable(title), Left, Y + 9);
        Y += 15;
    }

    public void Text(string text, TextStyle? style = null, double indent = 0)
    {
        style ??= TextStyle.Body;
        indent += _indent;
        foreach (var line in style.Wrap(text, Width - indent))
        {
            Need(style.LineHeight);
            style.Draw(Page, line, Left + indent, Y + style.Size);
            Y += style.LineHeight;
        }
    }

    /// <summary>A framed statement that cannot be overlooked.</summary>
    public void Notice(string title, string text)
    {
        var lines = TextStyle.Body.Wrap(text, Width - 24);
        var height = 24 + lines.Count * TextStyle.Body.LineHeight;
        Need(height + 6);
        Page.DrawRectangle(new XPen(XColors.Black, 1.6), Left, Y, Width, height);
        new TextStyle(10, Bold: true).Draw(Page, TextStyle.Printable(title), Left + 12, Y + 16);
        for (var i = 0; i < lines.Count; i++) TextStyle.Body.Draw(Page, lines[i], Left + 12, Y + 29 + i * TextStyle.Body.LineHeight);
        Y += height + 8;
    }

    /// <summary>Names and values in columns, each value wrapped below its name's line.</summary>
    public void Facts(IReadOnlyList<(string Name, string Value)> facts, int columns = 2, double nameWidth = 88)
    {
        var column = (Width - _indent - (columns - 1) * 14) / columns;
        for (var i = 0; i < facts.Count; i += columns)
        {
            var row = facts.Skip(i).Take(columns).Select(f => (Name: TextStyle.Quiet.Wrap(f.Name, nameWidth - 6), Value: TextStyle.Body.Wrap(f.Value.Length == 0 ? "–" : f.Value, column - nameWidth))).ToList();
            var lines = row.Max(r => Math.Max(r.Name.Count, r.Value.Count));
            if (lines * TextStyle.Body.LineHeight < Bottom - Top) Need(lines * TextStyle.Body.LineHeight + 2);
            for (var line = 0; line < lines; line++)
            {
                Need(TextStyle.Body.LineHeight);
                for (var c = 0; c < row.Count; c++)
                {
                    var x = Left + _indent + c * (column + 14);
                    if (line < row[c].Name.Count) TextStyle.Quiet.Draw(Page, row[c].Name[line], x, Y + TextStyle.Body.Size);
                    if (line < row[c].Value.Count) TextStyle.Body.Draw(Page, row[c].Value[line], x + nameWidth, Y + TextStyle.Body.Size);
                }
                Y += TextStyle.Body.LineHeight;
            }
            Y += 2;
        }
    }

    /// <summary>Sets what is drawn inside further to the right.</summary>
    public void Indented(Action draw)
    {
        _indent = Indent;
        draw();
        _indent = 0;
    }

    public void Line()
    {
        Page.DrawLine(Rule, Left, Y, Left + Width, Y);
        Y += 3;
    }

    /// <summary>Keeps room here for the list of chapters, which is known only at the end.</summary>
    public void ContentsHere(int chapters)
    {
        (_contentsPage, _contentsY) = (Document.PageCount - 1, Y);
        Y += chapters * 13 + 8;
    }

    /// <summary>Draws the frames, now that the number of pages is known.</summary>
    public PdfDocument Finish()
    {
        _page!.Dispose();
        _page = null;
        for (var i = 0; i < Document.PageCount; i++)
        {
            using var page = XGraphics.FromPdfPage(Document.Pages[i], XGraphicsPdfPageOptions.Append);
            Frame(page, i + 1);
            if (i == _contentsPage) Contents(page);
        }
        return Document;
    }

    private void Frame(XGraphics page, int number)
    {
        TitleStyle.Draw(page, TextStyle.Printable(_frame.Title), Left, FrameTop + 8);
        Right(page, TitleStyle, _frame.Right, FrameTop + 8);
        TextStyle.Quiet.Draw(page, TextStyle.Printable(_frame.Left), Left, FrameTop + 19);
        Right(page, TextStyle.Quiet, string.Create(CultureInfo.InvariantCulture, $"Page {number} of {Document.PageCount}"), FrameTop + 19);
        page.DrawLine(Strong, Left, FrameTop + 24, Left + Width, FrameTop + 24);
        if (_frame.Notice is { } notice)
        {
            page.DrawRectangle(XBrushes.Black, Left, FrameTop + 28, Width, 14);
            page.DrawString(TextStyle.Printable(notice), Typeface.Bold.At(NoticeStyle.Size), XBrushes.White, new XPoint(Left + (Width - NoticeStyle.Width(notice)) / 2, FrameTop + 38));
        }
        page.DrawLine(Rule, Left, FooterTop, Left + Width, FooterTop);
        var y = FooterTop + 10;
        foreach (var line in new TextStyle(6.4, Grey: 0.25).Wrap(_frame.Footer, Width))
        {
            new TextStyle(6.4, Grey: 0.25).Draw(page, line, Left, y);
            y += 8.2;
        }
    }

    private static void Right(XGraphics page, TextStyle style, string text, double baseline)
    {
        text = TextStyle.Printable(text);
        style.Draw(page, text, PageWidth - 45 - style.Width(text), baseline);
    }

    private void Contents(XGraphics page)
    {
        var y = _contentsY;
        foreach (var (title, number) in _contents)
        {
            var digits = number.ToString(CultureInfo.InvariantCulture);
            TextStyle.Body.Draw(page, TextStyle.Printable(title), Left, y + 8.5);
            TextStyle.Body.Draw(page, digits, Left + Width - TextStyle.Body.Width(digits), y + 8.5);
            var (from, to) = (Left + TextStyle.Body.Width(title) + 6, Left + Width - 18);
            if (to > from) page.DrawLine(new XPen(XColor.FromGrayScale(0.6), 0.4) { DashStyle = XDashStyle.Dot }, from, y + 8, to, y + 8);
            y += 13;
        }
    }

    public void Dispose()
    {
        _page?.Dispose();
        Document.Dispose();
    }
}
