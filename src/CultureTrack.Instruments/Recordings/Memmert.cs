using System.Globalization;
using System.Text.Json;
using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Recordings;

/// <summary>Memmert chamber polled over AtmoWEB: one JSON object a line, the device's entry with its arrival time.</summary>
internal sealed class MemmertLog : RecordingReader
{
    public override string Format => "memmert";

    public override bool NeedsZone => true;

    public override bool Recognises(FileContent content) =>
        content.FirstText.StartsWith('{') && content.FirstText.Contains("\"arrived\"", StringComparison.Ordinal) && content.FirstText.Contains("\"Temp1Read\"", StringComparison.Ordinal);

    public override void Read(FileContent content, Timeline timeline)
    {
        for (var i = 0; i < content.Lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(content.Lines[i])) continue;
            if (MemmertEntry.Json(content.Lines[i]) is not { } json) timeline.Skip(i + 1, "it is not complete JSON");
            else
            {
                using (json) ReadLine(json.RootElement, i + 1, timeline);
            }
        }
    }

    private static void ReadLine(JsonElement root, int line, Timeline timeline)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("entry", out var entry))
        {
            timeline.Skip(line, "it has no entry of the device");
            return;
        }
        var arrived = root.TryGetProperty("arrived", out var stamp) && stamp.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParseExact(stamp.GetString(), "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : (DateTimeOffset?)null;
        MemmertEntry.Read(entry, line, arrived, timeline);
    }
}

/// <summary>Memmert chamber: one JSON document with the rolling window of the last hours.</summary>
internal sealed class MemmertWindow : RecordingReader
{
    public override string Format => "memmert-window";

    public override bool NeedsZone => true;

    public override bool Recognises(FileContent content) =>
        content.FirstText.StartsWith('{') && !content.FirstText.Contains("\"arrived\"", StringComparison.Ordinal)
        && content.Text.Contains("\"Temp1Read\"", StringComparison.Ordinal) && content.Text.Contains("\"data\"", StringComparison.Ordinal);

    public override void Read(FileContent content, Timeline timeline)
    {
        using var json = MemmertEntry.Json(content.Text) ?? throw new UnreadableContentException("it is not complete JSON; it may be cut short.");
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array) return;
        var number = 0;
        foreach (var entry in data.EnumerateArray()) MemmertEntry.Read(entry, ++number, null, timeline);
    }
}

/// <summary>The entry both Memmert forms share.</summary>
internal static class MemmertEntry
{
    private static readonly (string Group, string Member, string Channel, string Unit)[] Channels =
    [
        ("readings", "Temp1Read", "temperature", "°C"), ("readings", "HumRead", "humidity", "%"), ("readings", "CO2Read", "co2", "%"), ("readings", "O2Read", "o2", "%"),
        ("readings", "FanRead", "fan", "%"), ("setpoints", "TempSet", "temperatureSetpoint", "°C"), ("setpoints", "HumSet", "humiditySetpoint", "%"),
        ("setpoints", "CO2Set", "co2Setpoint", "%"), ("setpoints", "O2Set", "o2Setpoint", "%"), ("setpoints", "FanSet", "fanSetpoint", "%"),
    ];

    public static JsonDocument? Json(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null; // the caller reports the line as skipped
        }
    }

    public static void Read(JsonElement entry, int line, DateTimeOffset? arrived, Timeline timeline)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("timestamp", out var stamp) || stamp.ValueKind != JsonValueKind.String
            || !LocalStamp.TryRead(stamp.GetString()!, out var local))
        {
            timeline.Skip(line, "it has no readable timestamp");
            return;
        }
        var values = new List<ChannelValue>();
        foreach (var (group, member, channel, unit) in Channels)
            if (entry.TryGetProperty(group, out var members) && members.ValueKind == JsonValueKind.Object && members.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
                values.Add(new ChannelValue(channel, number, unit));
        timeline.Add(new RecordedEntry(line, values) { Local = local, ArrivedAt = arrived });
    }
}

internal static class LocalStamp
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    /// <summary>Year-first wall-clock time without offset.</summary>
    public static bool TryRead(string text, out DateTime local) =>
        DateTime.TryParseExact(text.Trim(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);
}
