using System.Buffers.Binary;
using System.Text;

namespace CultureTrack.Domain.Records;

/// <summary>What a file is, by what it holds: neither its name nor what the sender says of it counts.</summary>
public static class AttachmentContent
{
    public const string Jpeg = "image/jpeg", Png = "image/png", WebP = "image/webp", Pdf = "application/pdf";

    private const int TailBytes = 2048;

    /// <summary>One of the types that are kept, or null. The file must begin and end as its type does, so that it is not also something else.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) && file.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9])) return Jpeg;
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && file.Length > 32 && file[12..16].SequenceEqual("IHDR"u8) && file[^8..^4].SequenceEqual("IEND"u8)) return Png;
        if (file.Length > 16 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) && file[12..15].SequenceEqual("VP8"u8) && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L == file.Length) return WebP;
        return file.StartsWith("%PDF-"u8) && file[^Math.Min(TailBytes, file.Length)..].IndexOf("%%EOF"u8) >= 0 ? Pdf : null;
    }

    /// <summary>The name without folders, control characters and what a header or a shell could read as more than a name.</summary>
    public static string SafeName(string? name, string contentType)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var safe = new StringBuilder();
        foreach (var c in last.Normalize(NormalizationForm.FormC))
            safe.Append(char.IsLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '(' or ')' ? c : '_');
        var stem = Path.GetFileNameWithoutExtension(safe.ToString()).Trim(' ', '.');
        if (stem.Length > 100) stem = stem[..100];
        return $"{(stem.Length == 0 ? "file" : stem)}{Extension(contentType)}";
    }

    public static string Extension(string contentType) => contentType switch
    {
        Jpeg => ".jpg",
        Png => ".png",
        WebP => ".webp",
        _ => ".pdf",
    };
}
