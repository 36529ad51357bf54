using System.Buffers;
using System.Text.Json;
using CultureTrack.Grains.Devices;
using CultureTrack.Store.Readings;

namespace CultureTrack.Ingest.Telemetry;

/// <summary>Where a payload came from.</summary>
public readonly record struct PayloadSource(string IncubatorId, string DeviceId, DateTimeOffset ReceivedAt, PayloadMapping? Mapping = null);

/// <summary>Why a payload or one element of it was refused.</summary>
/// <param name="Element">Position in the payload's array; null = the whole payload.</param>
public sealed record Refusal(byte Code, string Reason, int? Element = null);

/// <summary>What a payload holds.</summary>
public sealed record DecodedTelemetry(IReadOnlyList<TelemetryMessage> Messages, IReadOnlyList<Refusal> Refusals)
{
    /// <summary>The answer to the sender: a payload of which anything was usable is accepted, its bad elements are refused alone.</summary>
    public byte Code => Messages.Count > 0 || Refusals.Count == 0 ? ReasonCodes.Success : Refusals[0].Code;
}

/// <summary>MQTT 5 reason codes of the outer contract.</summary>
public static class ReasonCodes
{
    public const byte Success = 0x00, NotAuthorized = 0x87, TopicNameInvalid = 0x90, QuotaExceeded = 0x97, PayloadFormatInvalid = 0x99;
}

/// <summary>Turns the JSON forms of telemetry into messages. Pure: no clock, no I/O; any bytes give an answer.</summary>
public static class TelemetryDecoder
{
    /// <summary>Devices have no reason for deeper JSON; a bound keeps hostile input cheap.</summary>
    const int DepthMax = 16;

    /// <summary>More elements than this in one payload are refused as a whole; 256 KiB cannot hold more of the shortest form anyway.</summary>
    const int ElementsMax = 20_000;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax };

    /// <summary>An object with <c>ts</c> and <c>values</c>, an array of those, or the bare values.</summary>
    public static DecodedTelemetry Decode(ReadOnlySequence<byte> payload, PayloadSource source)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, Options);
            var into = new Collector();
            if (source.Mapping is { } mapping) MappedPayload.Read(document.RootElement, mapping, source, into);
            else Read(document.RootElement, source, into);
            return into.Done();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NotJson(e);
        }
    }

    /// <summary>ThingsBoard's gateway form: an object that has one of the forms above per incubator.</summary>
    /// <param name="accept">Null when the gateway may send for the incubator, else why not.</param>
    public static DecodedTelemetry DecodeGateway(ReadOnlySequence<byte> payload, PayloadSource source, Func<string, Refusal?> accept)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, Options);
            var into = new Collector();
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Refused("a gateway's payload is an object with a member per incubator");
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var incubator = member.Name;
                if (accept(incubator) is { } refusal) into.Refuse(refusal);
                else Read(member.Value, source with { IncubatorId = incubator }, into);
            }
            if (into.Empty) into.Refuse("no incubator in it");
            return into.Done();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NotJson(e);
        }
    }

    // InvalidOperationException is how System.Text.Json says that an escaped text is no text, such as half a surrogate pair.
    static DecodedTelemetry NotJson(Exception e) => Refused(e is JsonException j ? $"not JSON at line {j.LineNumber + 1}, byte {j.BytePositionInLine + 1}" : "not JSON: a text in it is no valid Unicode");

    static DecodedTelemetry Refused(string reason) => new([], [new Refusal(ReasonCodes.PayloadFormatInvalid, reason)]);

    static void Read(JsonElement root, PayloadSource source, Collector into)
    {
        switch (root.ValueKind)
        {
            case JsonValueKind.Object:
                ReadElement(root, source, into, element: null);
                break;
            case JsonValueKind.Array when root.GetArrayLength() is 0:
                into.Refuse("an empty array");
                break;
            case JsonValueKind.Array when root.GetArrayLength() > ElementsMax:
                into.Refuse($"more than {ElementsMax} elements");
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in root.EnumerateArray()) ReadElement(item, source, into, index++);
                break;
            default:
                into.Refuse("neither an object nor an array");
                break;
        }
    }

    static void ReadElement(JsonElement item, PayloadSource source, Collector into, int? element)
    {
        try
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                into.Refuse("not an object", element);
                return;
            }
            var timed = item.TryGetProperty("values", out var values);
            if (timed && values.ValueKind != JsonValueKind.Object)
            {
                into.Refuse("values is not an object", element);
                return;
            }
            DateTimeOffset? deviceTime = null;
            if (item.TryGetProperty("ts", out var ts) && !MessageTime.TryRead(ts, source.ReceivedAt, zone: null, out deviceTime, out var why))
            {
                into.Refuse(why, element);
                return;
            }
            var read = ReadValues(timed ? values : item, bare: !timed);
            if (read.Count == 0) into.Refuse("no usable value", element);
            else into.Add(Message(item, source, deviceTime, read));
        }
        catch (InvalidOperationException)
        {
            into.Refuse("holds a text that is no text", element);    // one bad element of an array is refused alone
        }
    }

    static TelemetryMessage Message(JsonElement item, PayloadSource source, DateTimeOffset? deviceTime, ChannelValues values) => new()
    {
        IncubatorId = source.IncubatorId,
        DeviceId = source.DeviceId,
        DeviceTime = deviceTime,
        ReceivedAt = source.ReceivedAt,
        Values = values,
        Buffered = item.TryGetProperty("buffered", out var buffered) && buffered.ValueKind == JsonValueKind.True,
        Seq = item.TryGetProperty("seq", out var seq) && seq.ValueKind == JsonValueKind.Number && seq.TryGetInt64(out var number) ? number : null,
        Quality = item.TryGetProperty("quality", out var quality) ? ReadQuality(quality) : ReadingQuality.Good,
    };

    /// <summary>What a device says about quality and we do not understand is not a promise that the values are good.</summary>
    static ReadingQuality ReadQuality(JsonElement quality) =>
        quality.ValueKind != JsonValueKind.String ? ReadingQuality.Uncertain
        : quality.ValueEquals("good") ? ReadingQuality.Good : quality.ValueEquals("bad") ? ReadingQuality.Bad : ReadingQuality.Uncertain;

    static ChannelValues ReadValues(JsonElement values, bool bare)
    {
        var read = new ChannelValues();
        var named = false;
        foreach (var member in values.EnumerateObject())
        {
            var name = member.Name;
            if (bare && name is "ts" or "seq" or "buffered" or "quality") continue;
            if (name == "rh" && named) continue;    // the canonical name wins over its alias
            if (ChannelReader.Read(name, member.Value) is not { } value) continue;
            if (name.Length is 0 or > ChannelNames.MaxLength || name.Contains('\0', StringComparison.Ordinal)) continue;
            read[name] = value;
            named |= name == "humidity";
        }
        return read;
    }
}

/// <summary>Gathers what the elements of one payload give.</summary>
sealed class Collector
{
    readonly List<TelemetryMessage> _messages = [];
    readonly List<Refusal> _refusals = [];

    public bool Empty => _messages.Count == 0 && _refusals.Count == 0;

    public void Add(TelemetryMessage message) => _messages.Add(message);

    public void Refuse(string reason, int? element = null) => Refuse(new Refusal(ReasonCodes.PayloadFormatInvalid, reason, element));

    public void Refuse(Refusal refusal) => _refusals.Add(refusal);

    public DecodedTelemetry Done() => new(_messages, _refusals);
}
