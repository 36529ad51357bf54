using System.Globalization;
using System.Text;

namespace CultureTrack.Documents.Labels;

/// <summary>
/// The same labels as commands of ZPL II for a printer of 8 dots a millimetre: 100 × 60 mm, UTF-8 (^CI28). Texts go in as hexadecimal where a character
/// could be read as a command, so that nothing somebody typed steers the printer.
/// </summary>
public static class LabelZpl
{
    private const int Width = 800, Height = 480, Edge = 24, CodeLeft = 600;

    public static byte[] Write(IReadOnlyList<ContainerLabel> labels, int copies)
    {
        var zpl = new StringBuilder();
        foreach (var label in labels) Label(zpl, label, copies);
        return Encoding.UTF8.GetBytes(zpl.ToString());
    }

    private static void Label(StringBuilder zpl, ContainerLabel label, int copies)
    {
        zpl.Append(CultureInfo.InvariantCulture, $"^XA\n^CI28\n^PW{Width}\n^LL{Height}\n^LH0,0\n");
        // ^BX takes the first character it is told to as its own escape; one that the id does not hold.
        var escape = "|!$%&+".First(c => !label.ContainerId.Contains(c));
        zpl.Append(CultureInfo.InvariantCulture, $"^FO{CodeLeft},{Edge}^BXN,8,200,,,,{escape},1^FH_^FD{Safe(label.ContainerId)}^FS\n");
        var y = Edge;
        Text(zpl, label.ContainerId, 32, 560, 1, ref y);
        Text(zpl, label.Product, 22, 560, 2, ref y);
        Text(zpl, $"Batch {label.BatchId}{(label.Din is { } din ? $"   {din}" : "")}", 22, 560, 1, ref y);
        if (label.Patient is { } patient) Text(zpl, patient, 24, 560, 1, ref y);
        Text(zpl, label.Quantity is { } quantity ? $"Contents: {quantity}" : "Contents: ____________________", 22, 560, 1, ref y);
        y = Math.Max(y, 216);
        Text(zpl, label.Expiry, 24, 752, 1, ref y);
        Text(zpl, label.Storage, 24, 752, 1, ref y);
        foreach (var statement in label.Statements) Text(zpl, statement, 22, 752, statement.Length > 68 ? 2 : 1, ref y);
        if (label.Mark is { } mark) Text(zpl, mark, 22, 752, 1, ref y);
        if (y > Height - Edge - 16) throw new LabelOverflowException(label.ContainerId);
        zpl.Append(CultureInfo.InvariantCulture, $"^FO{Edge},{Height - 22}^A0N,16,16^FH_^FD{Safe(label.Site)}^FS\n^PQ{copies},0,1,Y\n^XZ\n");
    }

    private static void Text(StringBuilder zpl, string text, int size, int width, int lines, ref int y)
    {
        zpl.Append(CultureInfo.InvariantCulture, $"^FO{Edge},{y}^A0N,{size},{size * 9 / 10}^FB{width},{lines},0,L^FH_^FD{Safe(text, block: true)}^FS\n");
        y += lines * (size + 3);
    }

    /// <summary>Text as ^FH takes it: every byte that is not a harmless printable one as _XX.</summary>
    /// <param name="block">In a field block a backslash begins a command; two stand for one.</param>
    internal static string Safe(string text, bool block = false)
    {
        var safe = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(block ? text.Replace(@"\", @"\\", StringComparison.Ordinal) : text))
        {
            var c = (char)b;
            if (b < 0x20 || b == 0x7F) safe.Append(' ');
            else if (c is '^' or '~' or '_' or '\\' || b > 0x7F) safe.Append(CultureInfo.InvariantCulture, $"_{b:X2}");
            else safe.Append(c);
        }
        return safe.ToString();
    }
}
