using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CultureTrack.Ingest.Telemetry;

/// <summary>A device's status: <c>online</c>, <c>offline</c>, or an object with <c>online</c> and <c>firmware</c>.</summary>
public sealed record DeviceStatus(bool Online, string? Firmware)
{
    const int BytesMax = 4096;

    /// <summary>Null when the payload is neither.</summary>
    public static DeviceStatus? Read(ReadOnlySequence<byte> payload)
    {
        if (payload.Length > BytesMax) return null;
        var text = Encoding.UTF8.GetString(payload).Trim();
        if (text.Equals("online", StringComparison.OrdinalIgnoreCase)) return new(true, null);
        if (text.Equals("offline", StringComparison.OrdinalIgnoreCase)) return new(false, null);
        return JsonObject.Read<DeviceStatus>(payload, root =>
            root.TryGetProperty("online", out var online) && online.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? new(online.GetBoolean(), JsonObject.Text(root, "firmware")) : null);
    }
}

/// <summary>An alarm that the device itself raised or cleared.</summary>
public sealed record DeviceAlarm(DateTimeOffset At, string Code, string? Text, bool Active)
{
    // The code is part of the alarm's id.
    const int CodeLengthMax = 64;

    /// <summary>Null when the payload is no alarm, its code is longer than 64 characters, or its time is refused.</summary>
    public static DeviceAlarm? Read(ReadOnlySequence<byte> payload, DateTimeOffset receivedAt) => JsonObject.Read<DeviceAlarm>(payload, root =>
    {
        DateTimeOffset? at = receivedAt;
        if (root.TryGetProperty("ts", out var ts) && !MessageTime.TryRead(ts, receivedAt, zone: null, out at, out _)) return null;
        return JsonObject.Text(root, "code") is { Length: > 0 and <= CodeLengthMax } code && !code.Any(c => char.IsControl(c) || c == '\uFFFD') && root.TryGetProperty("active", out var active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new(at.Value, code, JsonObject.Text(root, "text"), active.GetBoolean()) : null;
    });
}

static class JsonObject
{
    public static T? Read<T>(ReadOnlySequence<byte> payload, Func<JsonElement, T?> read) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;    // the caller refuses it with a reason of its own
        }
    }

    const int TextLengthMax = 1000;

    /// <summary>The text of a member, as the store can hold it: the database has no NUL, and nobody reads more than a screen of it.</summary>
    public static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String || value.GetString() is not { } text) return null;
        var runes = text.EnumerateRunes().Take(TextLengthMax).Select(r => r.Value == 0 ? Rune.ReplacementChar : r);
        return string.Concat(runes.Select(r => r.ToString()));
    }
}
