using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CultureTrack.Grains.Devices;
using CultureTrack.Store.Readings;

namespace CultureTrack.Ingest.Telemetry;

/// <summary>Reads JSON of another shape by the device's mapping: paths to channels, with unit conversion.</summary>
static class MappedPayload
{
    static readonly ConcurrentDictionary<string, TimeZoneInfo> Zones = new(StringComparer.Ordinal);

    public static void Read(JsonElement root, PayloadMapping mapping, PayloadSource source, Collector into)
    {
        if (mapping.ItemsPath is not { } itemsPath)
        {
            DateTimeOffset? alone = null;
            ReadItem(root, mapping, source, into, element: null, ref alone);
            return;
        }
        if (Find(root, itemsPath) is not { ValueKind: JsonValueKind.Array } items)
        {
            into.Refuse($"no array at {itemsPath}");
            return;
        }
        var index = 0;
        DateTimeOffset? previous = null;
        foreach (var item in items.EnumerateArray()) ReadItem(item, mapping, source, into, index++, ref previous);
        if (index == 0) into.Refuse($"the array at {itemsPath} is empty");
    }

    static void ReadItem(JsonElement item, PayloadMapping mapping, PayloadSource source, Collector into, int? element, ref DateTimeOffset? previous)
    {
        DateTimeOffset? deviceTime = null;
        if (mapping.TimePath is { } timePath)
        {
            if (Find(item, timePath) is not { } found)
            {
                into.Refuse($"no time at {timePath}", element);
                return;
            }
            var zone = mapping.TimeZone is { } id ? Zones.GetOrAdd(id, TimeZoneInfo.FindSystemTimeZoneById) : null;
            if (!MessageTime.TryRead(found, source.ReceivedAt, zone, out deviceTime, out var why, previous))
            {
                into.Refuse(why, element);
                return;
            }
        }
        previous = deviceTime;
        var values = new ChannelValues();
        foreach (var channel in mapping.Channels)
            if (Find(item, channel.Path) is { } found && ChannelReader.Read(channel.Channel, found) is { } value && Converted(value, channel) is { } converted)
                values[channel.Channel] = converted;
        if (values.Count == 0) into.Refuse("no usable value", element);
        else into.Add(new TelemetryMessage { IncubatorId = source.IncubatorId, DeviceId = source.DeviceId, DeviceTime = deviceTime, ReceivedAt = source.ReceivedAt, Values = values });
    }

    static double? Converted(double value, ChannelMapping channel)
    {
        var converted = channel is { Factor: 1, Offset: 0 } ? value : value * channel.Factor + channel.Offset;
        return ChannelReader.IsUsable(converted) ? converted : null;
    }

    static JsonElement? Find(JsonElement from, string path)
    {
        var at = from;
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out var member)) at = member;
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength()) at = at[index];
            else return null;
        }
        return at;
    }
}
