using System.IO.Compression;
using System.Text;
using ExcelDataReader;

namespace CultureTrack.Instruments.Content;

internal static class Workbook
{
    private const long UncompressedBytesMax = 600L * 1024 * 1024;
    private const int CellsMax = 20_000_000;

    static Workbook() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance); // old .xls files name Windows code pages

    /// <summary>True for the first bytes of .xlsx (zip) and .xls (compound document) files.</summary>
    public static bool Is(byte[] bytes) => IsZip(bytes) || bytes is [0xD0, 0xCF, 0x11, 0xE0, ..];

    /// <summary>All sheets, typed cells. Throws <see cref="UnreadableContentException"/> when damaged, encrypted or over the limits.</summary>
    public static IReadOnlyList<Grid> Read(byte[] bytes, int rowsMax)
    {
        try
        {
            if (IsZip(bytes)) CheckUncompressedSize(bytes);
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false));
            var sheets = new List<Grid>();
            var cells = 0L;
            do sheets.Add(ReadSheet(reader, rowsMax, ref cells)); while (reader.NextResult());
            return sheets;
        }
        catch (Exception e) when (e is not (UnreadableContentException or OutOfMemoryException))
        {
            // The workbook library reports damage with many exception types; all of them mean the same to the person who brought the file.
            throw new UnreadableContentException("the workbook cannot be opened: it is damaged, cut short or protected by a password. Export it again.", e);
        }
    }

    private static Grid ReadSheet(IExcelDataReader reader, int rowsMax, ref long cellsSoFar)
    {
        var rows = new List<GridRow>();
        var number = 0;
        while (reader.Read())
        {
            number++;
            if (number > rowsMax || (cellsSoFar += reader.FieldCount) > CellsMax)
                throw new UnreadableContentException($"a sheet has more than {rowsMax} rows or the workbook more than {CellsMax} cells.");
            var cells = new object?[reader.FieldCount];
            for (var column = 0; column < cells.Length; column++) cells[column] = reader.GetValue(column);
            if (Array.Exists(cells, c => CellText.Of(c).Length > 0)) rows.Add(new GridRow(number, cells, Hidden: reader.RowHeight == 0));
        }
        return new Grid(rows);
    }

    private static void CheckUncompressedSize(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
        if (zip.Entries.Sum(e => e.Length) > UncompressedBytesMax)
            throw new UnreadableContentException($"the workbook would unpack to more than {UncompressedBytesMax / (1024 * 1024)} MB.");
    }

    private static bool IsZip(byte[] bytes) => bytes is [(byte)'P', (byte)'K', 3, 4, ..];
}
