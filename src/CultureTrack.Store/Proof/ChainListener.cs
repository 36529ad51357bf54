using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Store.Proof;

/// <summary>
/// Links every event to the one before it in its stream, in the transaction that appends it. The hash of the event is computed here, from the same JSON
/// that is stored; the link is computed by the database, so that appending needs no question about the link before.
/// </summary>
public sealed class ChainListener : DocumentSessionListenerBase
{
    public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        foreach (var e in session.PendingChanges.Streams().SelectMany(s => s.Events))
        {
            if (e.Data is not Recorded recorded) throw new InvalidOperationException($"An event without the envelope of the record cannot be appended: {e.EventTypeName}.");
            var envelope = JsonSerializer.SerializeToElement(recorded, recorded.GetType(), RecordJson.Options);
            var stored = new StoredEvent(recorded.StreamId, recorded.Version, e.EventTypeName, envelope);
            session.QueueSqlCommand("select proof.link(?, ?, ?)", stored.StreamId, stored.Version, EventChain.Content(stored));
        }
        return Task.CompletedTask;
    }
}
