using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Batches;
using CultureTrack.Store.Events;
using CultureTrack.Store.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>
/// Writes histories into the event store by binary COPY, with their hash chain, as the owner of an empty or running store. Read models of batches are
/// not written: they are rebuilt afterwards (<c>culturetrack migrate --rebuild</c>). Batches must not exist yet.
/// </summary>
public sealed class HistoryLoader(NpgsqlDataSource owner)
{
    private const int StreamsAtOnce = 50;

    /// <returns>Events written.</returns>
    public async Task<long> Load(LabHistory lab, Action<long>? progress = null, CancellationToken ct = default)
    {
        var events = 0L;
        var registers = lab.Registers().ToList();
        foreach (var chunk in registers.Chunk(StreamsAtOnce * 10)) events += await Write(chunk, ct);
        await using (var store = (Marten.DocumentStore)RegisterDocuments.Store(owner)) await RegisterDocuments.Write(store, registers);
        await Parallel.ForEachAsync(Enumerable.Range(0, lab.Options.Batches).Chunk(StreamsAtOnce), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = ct }, async (chunk, stop) =>
        {
            var written = await Write([.. chunk.Select(lab.Batch)], stop);
            var all = Interlocked.Add(ref events, written);
            progress?.Invoke(all);
        });
        return events;
    }

    /// <summary>Writes whole streams, all or none.</summary>
    public async Task<long> Write(IReadOnlyCollection<IReadOnlyList<Recorded>> streams, CancellationToken ct)
    {
        var rows = streams.SelectMany(s => s).Select(Row).ToList();
        await using var connection = await owner.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Copy(connection, "mt_streams (id, version, timestamp, created)", streams, (to, s) =>
        {
            to.Write(s[0].StreamId, NpgsqlDbType.Varchar);
            to.Write((long)s.Count, NpgsqlDbType.Bigint);
            to.Write(s[^1].RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
            to.Write(s[0].RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        }, ct);
        var numbers = await Numbers(connection, rows.Count, ct);
        await Copy(connection, "mt_events (seq_id, id, stream_id, version, data, type, timestamp)", rows.Zip(numbers), (to, r) =>
        {
            to.Write(r.Second, NpgsqlDbType.Bigint);
            to.Write(r.First.Event.EventId, NpgsqlDbType.Uuid);
            to.Write(r.First.Event.StreamId, NpgsqlDbType.Varchar);
            to.Write(r.First.Event.Version, NpgsqlDbType.Bigint);
            to.Write(r.First.Json, NpgsqlDbType.Jsonb);
            to.Write(r.First.Stored.StoredType, NpgsqlDbType.Varchar);
            to.Write(r.First.Event.RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        }, ct);
        await Link(connection, rows, ct);
        await transaction.CommitAsync(ct);
        return rows.Count;
    }

    private sealed record EventRow(Recorded Event, StoredEvent Stored, string Json);

    private static EventRow Row(Recorded e)
    {
        var json = JsonSerializer.Serialize(e, e.GetType(), RecordJson.Options);
        var name = EventCatalogue.ByName.TryGetValue(e.Type, out var kind) ? kind.StoredName : LabCatalogue.Of(e.Body).StoredName;
        using var document = JsonDocument.Parse(json);
        return new(e, new(e.StreamId, e.Version, name, document.RootElement.Clone()), json);
    }

    private static async Task<List<long>> Numbers(NpgsqlConnection connection, int count, CancellationToken ct)
    {
        await using var take = new NpgsqlCommand($"select nextval('{EventStore.Schema}.mt_events_sequence') from generate_series(1, $1)", connection) { Parameters = { new() { Value = count } } };
        await using var reader = await take.ExecuteReaderAsync(ct);
        var numbers = new List<long>(count);
        while (await reader.ReadAsync(ct)) numbers.Add(reader.GetInt64(0));
        return numbers;
    }

    private static async Task Link(NpgsqlConnection connection, List<EventRow> rows, CancellationToken ct)
    {
        await using var to = await connection.BeginBinaryImportAsync("copy proof.event_chain (stream_id, version, content, previous, hash) from stdin (format binary)", ct);
        var previous = EventChain.Beginning;
        foreach (var row in rows)
        {
            if (row.Event.Version == 1) previous = EventChain.Beginning;
            var content = EventChain.Content(row.Stored);
            var hash = EventChain.Link(previous, content);
            to.StartRow();
            to.Write(row.Event.StreamId, NpgsqlDbType.Text);
            to.Write(row.Event.Version, NpgsqlDbType.Bigint);
            to.Write(content, NpgsqlDbType.Bytea);
            to.Write(previous, NpgsqlDbType.Bytea);
            to.Write(hash, NpgsqlDbType.Bytea);
            previous = hash;
        }
        await to.CompleteAsync(ct);
    }

    private static async Task Copy<T>(NpgsqlConnection connection, string table, IEnumerable<T> rows, Action<NpgsqlBinaryImporter, T> write, CancellationToken ct)
    {
        await using var to = await connection.BeginBinaryImportAsync($"copy {EventStore.Schema}.{table} from stdin (format binary)", ct);
        foreach (var row in rows)
        {
            to.StartRow();
            write(to, row);
        }
        await to.CompleteAsync(ct);
    }
}
