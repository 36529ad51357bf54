using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PdfSharp.Pdf;

namespace CultureTrack.Documents.Layout;

/// <summary>
/// Writes a document so that the same content is the same bytes. The library puts random names on font subsets and random identifiers on the file; they are
/// replaced, at their own length, by ones that follow from the content.
/// </summary>
internal static partial class PdfFile
{
    public static byte[] Write(PdfDocument document, string title, string subject, DateTimeOffset at)
    {
        document.Info.Title = title;
        document.Info.Subject = subject;
        document.Info.Author = document.Info.Creator = "CultureTrack";
        document.Info.CreationDate = document.Info.ModificationDate = at.UtcDateTime;
        using var file = new MemoryStream();
        document.Save(file, closeStream: false);
        return Settle(file.ToArray());
    }

    private static byte[] Settle(byte[] file)
    {
        // Latin-1 keeps every byte; lengths and places do not change.
        var text = Encoding.Latin1.GetString(file);
        var subsets = new Dictionary<string, string>(StringComparer.Ordinal);
        text = Subset().Replace(text, m =>
        {
            if (!subsets.TryGetValue(m.Groups[2].Value, out var name)) subsets[m.Groups[2].Value] = name = $"CTRKA{(char)('A' + subsets.Count)}";
            return $"{m.Groups[1].Value}{name}{m.Groups[3].Value}";
        });
        text = Identifier().Replace(text, m => $"{m.Groups[1].Value}{new string('0', 32)}{m.Groups[2].Value}{new string('0', 32)}{m.Groups[3].Value}");
        text = Instance().Replace(text, m => $"{m.Groups[1].Value}{Guid.Empty}");
        var id = SHA256.HashData(Encoding.Latin1.GetBytes(text))[..16];
        text = Identifier().Replace(text, m => $"{m.Groups[1].Value}{Convert.ToHexString(id)}{m.Groups[2].Value}{Convert.ToHexString(id)}{m.Groups[3].Value}");
        text = Instance().Replace(text, m => m.Groups[1].Value + new Guid(id).ToString("D", CultureInfo.InvariantCulture));
        return Encoding.Latin1.GetBytes(text);
    }

    [GeneratedRegex(@"(/(?:FontName|BaseFont)/)([A-Z]{6})(\+(?:Roboto|DejaVu))")]
    private static partial Regex Subset();

    [GeneratedRegex(@"(/ID\s*\[\s*<)[0-9A-Fa-f]{32}(>\s*<)[0-9A-Fa-f]{32}(>\s*\])")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"(<xmpMM:(?:DocumentID|InstanceID)>uuid:)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=</xmpMM:)")]
    private static partial Regex Instance();
}
