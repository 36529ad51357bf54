using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Store.Events;
using Marten;
using Npgsql;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>The register entries of lots and clean rooms that a history names, as the register itself would keep them.</summary>
public static class RegisterDocuments
{
    public static IDocumentStore Store(NpgsqlDataSource source) => DocumentStore.For(o =>
    {
        o.Connection(source);
        EventStore.Configure(o, [new BatchStorage(), new LabStorage(), new PeopleStorage()], ownsSchema: false);
    });

    public static async Task Write(IDocumentStore store, IEnumerable<IReadOnlyList<Recorded>> registers)
    {
        var streams = registers.ToLookup(s => s[0].StreamId.StartsWith("material/", StringComparison.Ordinal));
        await store.BulkInsertAsync(streams[true].Select(s => s.Aggregate((Material?)null, Material.Apply)!).ToArray());
        await store.BulkInsertAsync(streams[false].Select(s => s.Aggregate((EmSession?)null, EmSession.Apply)!).ToArray());
    }
}
