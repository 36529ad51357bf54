using CultureTrack.Domain.Records;
using CultureTrack.Store.Events;
using Npgsql;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>The rows that the read models hold of some batches, as text, to compare two stores.</summary>
internal static class ReadModelRows
{
    private static readonly string[] Documents = ["batchsummary", "duework", "idinuse", "occupancy", "allocation", "storageposition", "lotvalue", "resultinrun", "deviationrecord", "batchlineage"];

    public static async Task<IReadOnlyList<string>> Of(NpgsqlDataSource source, string[] batchIds, CancellationToken ct)
    {
        var rows = new List<string>();
        foreach (var table in Documents)
            rows.AddRange(await Read(source, $"select data::text from {EventStore.Schema}.mt_doc_{table} where data ->> '{Member("BatchId")}' = any($1) or id = any($1)", table, batchIds, ct));
        rows.AddRange(await Read(source, "select to_jsonb(c)::text from batch_contacts c where stream = any($1)", "contact", batchIds, ct));
        rows.AddRange(await Read(source, "select to_jsonb(u)::text from lot_uses u where batch_id = any($1)", "lot use", batchIds, ct));
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private static string Member(string name) => name;

    private static async Task<IReadOnlyList<string>> Read(NpgsqlDataSource source, string sql, string what, string[] batchIds, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddWithValue(batchIds);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<string>();
        while (await reader.ReadAsync(ct)) rows.Add($"{what}: {reader.GetString(0)}");
        return rows;
    }

    /// <summary>The events of some batches in the order in which they were stored.</summary>
    public static async Task<IReadOnlyList<Recorded>> Events(Marten.IDocumentStore store, string[] batchIds, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var events = new List<(long Number, Recorded Event)>();
        foreach (var id in batchIds) events.AddRange((await session.Events.FetchStreamAsync(id, token: ct)).Select(e => (e.Sequence, (Recorded)e.Data)));
        return [.. events.OrderBy(e => e.Number).Select(e => e.Event)];
    }
}
