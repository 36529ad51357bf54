using System.Globalization;
using System.Text.Json;
using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Recordings;

/// <summary>Answer of a REST sensor service: <c>data</c> holds a list of readings for each sensor, stamped <c>createdAt</c> in UTC, °C and % rH.</summary>
internal sealed class IotIncubator : RecordingReader
{
    public override string Format => "iot-incubator";

    public override bool Recognises(FileContent content) =>
        content.FirstText.StartsWith('{') && content.Text.Contains("\"createdAt\"", StringComparison.Ordinal) && content.Text.Contains("\"user_sensor_id\"", StringComparison.Ordinal);

    public override void Read(FileContent content, Timeline timeline)
    {
        using var json = MemmertEntry.Json(content.Text) ?? throw new UnreadableContentException("it is not complete JSON; it may be cut short.");
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object) return;
        var number = 0;
        foreach (var sensor in data.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Array))
            foreach (var reading in sensor.Value.EnumerateArray())
                Read(reading, sensor.Name, ++number, timeline);
    }

    private static void Read(JsonElement reading, string sensor, int number, Timeline timeline)
    {
        if (reading.ValueKind != JsonValueKind.Object || !reading.TryGetProperty("createdAt", out var stamp) || stamp.ValueKind != JsonValueKind.String
            || !DateTimeOffset.TryParseExact(stamp.GetString(), "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            timeline.Skip(number, "it has no readable createdAt");
            return;
        }
        var values = new List<ChannelValue>();
        foreach (var (member, unit) in new[] { ("temperature", "°C"), ("humidity", "%") })
            if (reading.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var n)) values.Add(new ChannelValue(member, n, unit));
        timeline.Add(new RecordedEntry(number, values) { At = at, Device = sensor });
    }
}
