using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CultureTrack.Domain.Proof;

/// <summary>
/// One sequence of bytes for one JSON value, whatever the order of members, the white space, the way a number is written, the locale or the time zone.
/// Every text carries its length, so that no character can move from one field to the next unseen. docs/passport.md describes it for other programs.
/// </summary>
public static class Canonical
{
    /// <summary>A text as its number of UTF-8 bytes, a colon and the bytes.</summary>
    public static void Text(IBufferWriter<byte> to, string text)
    {
        Ascii(to, Encoding.UTF8.GetByteCount(text).ToString(CultureInfo.InvariantCulture) + ":");
        Encoding.UTF8.GetBytes(text, to);
    }

    /// <summary>A value: a sign for its kind, then its content. Members stand in the order of the UTF-8 bytes of their names.</summary>
    public static void Value(IBufferWriter<byte> to, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Select(m => (Name: m.Name, Bytes: Encoding.UTF8.GetBytes(m.Name), m.Value)).ToList();
                members.Sort((a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
                Ascii(to, string.Create(CultureInfo.InvariantCulture, $"{{{members.Count}:"));
                foreach (var m in members) { Text(to, m.Name); Value(to, m.Value); }
                break;
            case JsonValueKind.Array:
                Ascii(to, string.Create(CultureInfo.InvariantCulture, $"[{value.GetArrayLength()}:"));
                foreach (var item in value.EnumerateArray()) Value(to, item);
                break;
            case JsonValueKind.String: Ascii(to, "\""); Text(to, value.GetString()!); break;
            case JsonValueKind.Number: Ascii(to, "#"); Text(to, Number(value.GetRawText())); break;
            case JsonValueKind.True: Ascii(to, "t"); break;
            case JsonValueKind.False: Ascii(to, "f"); break;
            case JsonValueKind.Null: Ascii(to, "n"); break;
            default: throw new ArgumentException("There is no value.", nameof(value));
        }
    }

    /// <summary>A JSON number as digits and power of ten, exact and without zeros at either end: 12.50 and 1.25E1 are both <c>125e-1</c>, zero is <c>0e0</c>.</summary>
    public static string Number(string json)
    {
        var mantissa = json.AsSpan();
        var power = 0;
        if (mantissa.IndexOfAny('e', 'E') is var e and >= 0)
        {
            power = int.Parse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }
        var sign = mantissa is ['-', ..] ? "-" : "";
        mantissa = mantissa.TrimStart('-');
        var point = mantissa.IndexOf('.');
        var digits = (point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..])).TrimStart('0');
        var kept = digits.TrimEnd('0');
        if (kept.Length == 0) return "0e0";
        power += digits.Length - kept.Length - (point < 0 ? 0 : mantissa.Length - point - 1);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{kept}e{power}");
    }

    /// <summary>SHA-256 of what <paramref name="write"/> writes.</summary>
    public static byte[] Hash(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        write(buffer);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void Ascii(IBufferWriter<byte> to, string text) => Encoding.ASCII.GetBytes(text, to);
}
