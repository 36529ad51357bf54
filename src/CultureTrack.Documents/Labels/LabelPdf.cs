using CultureTrack.Documents.BatchRecord;
using CultureTrack.Documents.Layout;
using PdfSharp.Drawing;
using PdfSharp.Pdf;
using ZXing;
using ZXing.Common;
using ZXing.Datamatrix;
using ZXing.Datamatrix.Encoder;

namespace CultureTrack.Documents.Labels;

/// <summary>Labels of 100 × 60 mm, one a page, with a Data Matrix (ISO/IEC 16022, ECC 200) and the same in words.</summary>
public static class LabelPdf
{
    private const double Point = 72 / 25.4, Width = 100 * Point, Height = 60 * Point, Edge = 3 * Point, Code = 22 * Point;
    private static readonly TextStyle Id = new(11, Bold: true), Strong = new(7.6, Bold: true), Plain = new(7), Fine = new(6);

    /// <param name="at">Of the entry that records the print; the file's own date.</param>
    public static byte[] Write(IReadOnlyList<ContainerLabel> labels, int copies, DateTimeOffset at) => Printer.Run(() =>
    {
        using var document = new PdfDocument();
        document.Options.CompressContentStreams = true;
        foreach (var label in labels)
            for (var copy = 0; copy < copies; copy++) Draw(document, label);
        return PdfFile.Write(document, $"Labels {labels[0].BatchId}", $"{labels.Count} labels", at);
    });

    private static void Draw(PdfDocument document, ContainerLabel label)
    {
        var sheet = document.AddPage();
        (sheet.Width, sheet.Height) = (XUnit.FromPoint(Width), XUnit.FromPoint(Height));
        using var page = XGraphics.FromPdfPage(sheet);
        DataMatrix(page, label.ContainerId, Width - Edge - Code, Edge);
        var y = Edge;
        var beside = Width - 2 * Edge - Code - 4;
        Lines(page, Id, label.ContainerId, beside, ref y);
        Lines(page, Strong, label.Product, beside, ref y);
        Lines(page, Plain, $"Batch {label.BatchId}{(label.Din is { } din ? $"   {din}" : "")}", beside, ref y);
        if (label.Patient is { } patient) Lines(page, Strong, patient, beside, ref y);
        Lines(page, Plain, label.Quantity is { } quantity ? $"Contents: {quantity}" : "Contents: ______________________", beside, ref y);
        y = Math.Max(y, Edge + Code + 9);
        Lines(page, Strong, label.Expiry, Width - 2 * Edge, ref y);
        Lines(page, Strong, label.Storage, Width - 2 * Edge, ref y);
        foreach (var statement in label.Statements) Lines(page, Strong, statement, Width - 2 * Edge, ref y);
        if (label.Mark is { } mark) Lines(page, Strong, mark, Width - 2 * Edge, ref y);
        Fine.Draw(page, TextStyle.Printable(label.Site), Edge, Height - Edge);
        // Too much text for the label must be seen, not cut off.
        if (y > Height - Edge - 4) throw new LabelOverflowException(label.ContainerId);
    }

    private static void Lines(XGraphics page, TextStyle style, string text, double width, ref double y)
    {
        foreach (var line in style.Wrap(text, width))
        {
            style.Draw(page, line, Edge, y + style.Size);
            y += style.Size * 1.18;
        }
    }

    private static void DataMatrix(XGraphics page, string content, double x, double y)
    {
        var matrix = Encode(content);
        // A quiet zone of one module all round.
        var module = Code / (Math.Max(matrix.Width, matrix.Height) + 2);
        for (var row = 0; row < matrix.Height; row++)
            for (var from = 0; from < matrix.Width; from++)
            {
                if (!matrix[from, row]) continue;
                var to = from;
                while (to + 1 < matrix.Width && matrix[to + 1, row]) to++;
                page.DrawRectangle(XBrushes.Black, x + (from + 1) * module, y + (row + 1) * module, (to - from + 1) * module, module * 1.01);
                from = to;
            }
        Fine.Draw(page, TextStyle.Printable(content), x + Math.Max(0, (Code - Fine.Width(content)) / 2), y + Code + 5);
    }

    internal static BitMatrix Encode(string content) => new DataMatrixWriter().encode(content, BarcodeFormat.DATA_MATRIX, 0, 0,
        new DatamatrixEncodingOptions { SymbolShape = SymbolShapeHint.FORCE_SQUARE, Margin = 0 }.Hints);
}

/// <summary>The texts do not fit on a label; nothing was printed.</summary>
public sealed class LabelOverflowException(string containerId) : Exception($"The texts of {containerId} do not fit on a label of 100 × 60 mm.")
{
    public string ContainerId { get; } = containerId;
}
