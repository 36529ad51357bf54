using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Store.Events;

/// <summary>All events of one kind, whatever stream they are in.</summary>
public static class EventsOfKind
{
    /// <summary>In the order in which they were stored.</summary>
    public static async Task<IReadOnlyList<Recorded<T>>> EventsOf<T>(this IDocumentStore store, CancellationToken ct) where T : EventData
    {
        // The store's own question by type asks for the name of the class; events are stored under the name that was given by hand.
        var name = store.Options.Events.AllKnownEventTypes().Single(k => k.EventType == typeof(Recorded<T>)).EventTypeName;
        await using var session = store.QuerySession();
        return [.. (await session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == name).OrderBy(e => e.Sequence).ToListAsync(ct)).Select(e => (Recorded<T>)e.Data)];
    }
}
