using System.Text;

namespace CultureTrack.Instruments.Content;

internal static class TextDecoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>
    /// Text by byte order mark (UTF-8, UTF-16), else UTF-8 when it is valid, else Windows-1252, which contains Latin-1's printable part.
    /// Null when it is no text: control bytes that no instrument writes.
    /// </summary>
    public static string? Decode(byte[] bytes)
    {
        var text = bytes switch
        {
            [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
            [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
            [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
            _ => WithoutMark(bytes),
        };
        return LooksBinary(text) ? null : text;
    }

    private static string WithoutMark(byte[] bytes)
    {
        try
        {
            // Not flushed: a letter cut in two by the end of a growing file is no reason to take the whole file for another encoding.
            var letters = new char[bytes.Length];
            var length = StrictUtf8.GetDecoder().GetChars(bytes, letters, flush: false);
            return new string(letters, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(bytes); // the older Windows programs of these instruments write the PC's code page
        }
    }

    private static bool LooksBinary(string text)
    {
        var controls = 0;
        var looked = Math.Min(text.Length, 4096);
        for (var i = 0; i < looked; i++)
            if (text[i] < ' ' && text[i] is not ('\t' or '\r' or '\n' or '\f')) controls++;
        return controls > looked / 50;
    }
}
