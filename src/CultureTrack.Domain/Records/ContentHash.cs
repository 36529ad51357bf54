using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CultureTrack.Domain.Records;

/// <summary>SHA-256 over a canonical, length-prefixed encoding of a record: independent of member order, number format, locale and time zone.</summary>
public static class ContentHash
{
    /// <summary>Hash of what a person signs: where the entry stands, what it says, when it happened, who signs and with which meaning.</summary>
    public static string Of(Recorded e, string signer, string meaning) => Of(
        e.StreamId, e.Version, e.EventId, e.Type, e.OccurredAt, JsonSerializer.SerializeToElement(e.Body, e.Body.GetType(), RecordJson.Options), signer, meaning);

    /// <summary>The same for an event of which only the stored JSON is at hand.</summary>
    public static string Of(string streamId, long version, Guid eventId, string type, DateTimeOffset occurredAt, JsonElement data, string signer, string meaning)
    {
        using var buffer = new MemoryStream();
        foreach (var part in new[]
        {
            "culturetrack-signature-1", streamId, version.ToString(CultureInfo.InvariantCulture), eventId.ToString(), type,
            occurredAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), signer, meaning,
        }) Write(buffer, part);
        WriteCanonical(buffer, data);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.ToArray()));
    }

    /// <summary>Appends a JSON value: a type letter, then length-prefixed content; members in ordinal order; null members count as absent.</summary>
    public static void WriteCanonical(Stream buffer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null).OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
                Write(buffer, $"o{members.Count}");
                foreach (var m in members) { Write(buffer, m.Name); WriteCanonical(buffer, m.Value); }
                break;
            case JsonValueKind.Array:
                Write(buffer, $"a{value.GetArrayLength()}");
                foreach (var item in value.EnumerateArray()) WriteCanonical(buffer, item);
                break;
            case JsonValueKind.Number:
                Write(buffer, "n" + (value.TryGetDecimal(out var d) ? (d / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture) : value.GetRawText()));
                break;
            case JsonValueKind.String: Write(buffer, "s" + value.GetString()); break;
            default: Write(buffer, value.ValueKind.ToString()); break;
        }
    }

    private static void Write(Stream buffer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Normalize(NormalizationForm.FormC));
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        buffer.Write(length);
        buffer.Write(bytes);
    }
}
