using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using CultureTrack.Store.Events;
using CultureTrack.Store.Tracing;
using JasperFx.Events;
using Marten;
using Marten.Events.Projections;

namespace CultureTrack.Grains.Tracing;

/// <summary>Which batches a clean-room session or the use of a cabinet brought together, in the transaction of its event.</summary>
public sealed class RoomContacts : IProjection
{
    private const int StreamsAtOnce = 200;

    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (var e in events.Select(e => e.Data).OfType<Recorded>())
        {
            var opened = e is Recorded<EmSessionClosed> ? await Opening(operations, events, e.StreamId, cancellation) : null;
            ContactTable.Write(operations, e.StreamId, Contacts.OfRoom(e, opened));
        }
    }

    /// <summary>Everything anew from the events of all sessions and cabinets; people may go on writing.</summary>
    public static async Task Rebuild(IDocumentStore store, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var opened = await store.EventsOf<EmSessionOpened>(ct);
        var closed = (await store.EventsOf<EmSessionClosed>(ct)).ToLookup(c => c.StreamId);
        foreach (var chunk in opened.Chunk(StreamsAtOnce))
        {
            foreach (var o in chunk) ContactTable.Write(session, o.StreamId, Contacts.OfRoom(closed[o.StreamId].LastOrDefault() ?? (Recorded)o, o));
            await session.SaveChangesAsync(ct);
        }
        foreach (var use in await store.EventsOf<CabinetUsed>(ct)) ContactTable.Write(session, use.StreamId, Contacts.OfRoom(use, null));
        await session.SaveChangesAsync(ct);
    }

    private static async Task<Recorded<EmSessionOpened>?> Opening(IDocumentOperations operations, IReadOnlyList<IEvent> events, string stream, CancellationToken ct) =>
        events.Select(e => e.Data).OfType<Recorded<EmSessionOpened>>().FirstOrDefault(o => o.StreamId == stream)
        ?? (await operations.Events.FetchStreamAsync(stream, token: ct)).Select(e => e.Data).OfType<Recorded<EmSessionOpened>>().FirstOrDefault();
}
