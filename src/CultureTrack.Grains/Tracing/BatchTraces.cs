using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Tracing;
using CultureTrack.Store.Tracing;
using Marten;

namespace CultureTrack.Grains.Tracing;

/// <summary>Contacts and lot uses of a batch, written with its events. An append writes what it changed; a correction rewrites all.</summary>
internal static class BatchTraces
{
    public static void Store(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended)
    {
        var whole = appended[0].Version == 1 || appended.Any(e => Contacts.RewritesPast(e.Body));
        if (whole)
        {
            ContactTable.Clear(operations, state.BatchId);
            ContactTable.ClearLots(operations, state.BatchId);
        }
        var fresh = appended.Select(e => e.EventId).ToHashSet();
        ContactTable.WriteLots(operations, state.BatchId, [.. LotsUsed.Of(state).Where(u => whole || fresh.Contains(u.EventId))]);
        ContactTable.Write(operations, state.BatchId, [.. Contacts.Of(state).Where(c => whole || c.Events.Any(fresh.Contains) || IsOpened(c, appended))]);
    }

    // A stay that ends with an entry that does not name its vessels still has a new end.
    private static bool IsOpened(Contact c, IReadOnlyList<Recorded> appended) =>
        c.Kind is ContactKind.Incubator or ContactKind.Storage && c.Until is { } until && appended.Any(e => e.OccurredAt == until);
}
