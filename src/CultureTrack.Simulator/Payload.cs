using System.Buffers;
using System.Text.Json;

namespace CultureTrack.Simulator;

/// <summary>One telemetry element with the device's own time.</summary>
/// <param name="DeviceAt">Time of the device clock.</param>
/// <param name="Values">Numbers and words by channel.</param>
/// <param name="Seq">Counts the device's elements.</param>
/// <param name="IsBad">Sent with quality bad.</param>
public sealed record TelemetryElement(DateTimeOffset DeviceAt, IReadOnlyDictionary<string, object> Values, long Seq, bool IsBad = false);

/// <summary>Telemetry JSON of the outer contract: one element, or an array of elements from the device's memory.</summary>
public static class Payload
{
    /// <summary>One live element.</summary>
    public static byte[] Live(TelemetryElement element) => Write(w => Element(w, element, buffered: false));

    /// <summary>Elements from the device's memory, oldest first.</summary>
    public static byte[] Buffered(IEnumerable<TelemetryElement> elements) => Write(w =>
    {
        w.WriteStartArray();
        foreach (var element in elements) Element(w, element, buffered: true);
        w.WriteEndArray();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Element(Utf8JsonWriter w, TelemetryElement element, bool buffered)
    {
        w.WriteStartObject();
        w.WriteNumber("ts", element.DeviceAt.ToUnixTimeMilliseconds());
        w.WriteNumber("seq", element.Seq);
        if (buffered) w.WriteBoolean("buffered", true);
        if (element.IsBad) w.WriteString("quality", "bad");
        w.WriteStartObject("values");
        foreach (var (channel, value) in element.Values)
            if (value is decimal number) w.WriteNumber(channel, number);
            else w.WriteString(channel, value.ToString());
        w.WriteEndObject();
        w.WriteEndObject();
    }
}

/// <summary>
/// The device's memory: what could not be sent, oldest first, bounded to a day (the oldest is lost first). Not safe for several threads.
/// </summary>
public sealed class StoreAndForward(int capacity)
{
    private readonly Queue<TelemetryElement> _kept = new();

    public int Count => _kept.Count;

    /// <summary>Elements lost because the memory was full.</summary>
    public long Lost { get; private set; }

    public void Keep(TelemetryElement element)
    {
        if (_kept.Count == capacity)
        {
            _kept.Dequeue();
            Lost++;
        }
        _kept.Enqueue(element);
    }

    /// <summary>The oldest elements, not yet taken out.</summary>
    public IReadOnlyList<TelemetryElement> Peek(int most) => [.. _kept.Take(most)];

    /// <summary>Takes out what has been acknowledged.</summary>
    public void Forget(int count)
    {
        for (var i = 0; i < count && _kept.Count > 0; i++) _kept.Dequeue();
    }
}
