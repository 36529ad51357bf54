using System.Security.Cryptography;

namespace CultureTrack.Domain.Records;

/// <summary>
/// The id of an attachment is its content: <c>ATT-</c> and the SHA-256 of the file, 64 hexadecimal digits. An event that names it is thereby bound to exactly
/// that file, by the same chain and signatures that hold the event.
/// </summary>
public static class AttachmentId
{
    private const string Start = "ATT-";
    private const int HashDigits = 64;

    public static string Of(ReadOnlySpan<byte> content) => Start + Convert.ToHexStringLower(SHA256.HashData(content));

    public static bool IsOne(string text) =>
        text.Length == Start.Length + HashDigits && text.StartsWith(Start, StringComparison.Ordinal) && text.Skip(Start.Length).All(char.IsAsciiHexDigitLower);

    /// <summary>The hash in an id of the right form.</summary>
    public static string Sha256(string id) => id[Start.Length..];
}
