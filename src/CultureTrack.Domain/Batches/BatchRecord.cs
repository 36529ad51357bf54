using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>
/// The events of one batch in order; it never changes. A verdict reads them some hundred times, so they lie in one array, and a longer record that was made
/// of a shorter one by <see cref="Add"/> shares the array with it.
/// </summary>
[CollectionBuilder(typeof(BatchRecord), nameof(Of)), JsonConverter(typeof(AsList))]
public sealed class BatchRecord : IReadOnlyList<Recorded>
{
    public static readonly BatchRecord Empty = new([], 0);

    private const int Smallest = 16;
    private readonly Recorded[] _events;

    private BatchRecord(Recorded[] events, int count) => (_events, Count) = (events, count);

    public static BatchRecord Of(ReadOnlySpan<Recorded> events) => events.IsEmpty ? Empty : new(events.ToArray(), events.Length);

    public int Count { get; }
    public Recorded this[int index] => Events[index];
    private ReadOnlySpan<Recorded> Events => _events.AsSpan(0, Count);

    /// <summary>A record that is longer by one event.</summary>
    public BatchRecord Add(Recorded e)
    {
        // The first to lengthen this record takes the free place behind it, who adds another event copies: nobody's events are written over.
        if (Count < _events.Length && ReferenceEquals(Interlocked.CompareExchange(ref _events[Count], e, null!) ?? e, e)) return new(_events, Count + 1);
        var longer = new Recorded[Math.Max(Smallest, Count * 2)];
        Events.CopyTo(longer);
        longer[Count] = e;
        return new(longer, Count + 1);
    }

    /// <summary>The event with an id; null when there is none.</summary>
    public Recorded? Find(Guid eventId)
    {
        for (var i = Count - 1; i >= 0; i--)
            if (_events[i].EventId == eventId) return _events[i];
        return null;
    }

    public IEnumerable<Recorded<T>> Of<T>() where T : EventData
    {
        for (var i = 0; i < Count; i++)
            if (_events[i] is Recorded<T> e) yield return e;
    }

    public Recorded<T>? Last<T>() where T : EventData
    {
        for (var i = Count - 1; i >= 0; i--)
            if (_events[i] is Recorded<T> e) return e;
        return null;
    }

    public IEnumerator<Recorded> GetEnumerator() => new ArraySegment<Recorded>(_events, 0, Count).AsEnumerable().GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class AsList : JsonConverter<BatchRecord>
    {
        public override BatchRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Of(JsonSerializer.Deserialize<Recorded[]>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, BatchRecord value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize<IEnumerable<Recorded>>(writer, value, options);
    }
}
