using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Store.Events;
using CultureTrack.Store.Migrations;
using Npgsql;

namespace CultureTrack.Store.Proof;

/// <summary>
/// Links what was stored before there was a chain, once, as the owner. Later runs do nothing: an event without a link is then a finding and is never
/// mended here.
/// </summary>
public sealed class ChainStart : IMigrationStep
{
    private const int EventsAtOnce = 1000;

    public string Name => "event chain";

    public async Task Apply(MigrationContext context, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(context.OwnerConnectionString);
        await using var reading = await source.OpenConnectionAsync(ct);
        await using var started = new NpgsqlCommand("select exists (select from proof.chain_start)", reading);
        if (await started.ExecuteScalarAsync(ct) is true) return;
        await using var writing = await source.OpenConnectionAsync(ct);
        await using var transaction = await writing.BeginTransactionAsync(ct);
        var linked = 0L;
        await foreach (var chunk in Events(reading, ct).Chunk(EventsAtOnce).WithCancellation(ct))
        {
            await Link(writing, chunk, ct);
            linked += chunk.Length;
        }
        await using var done = new NpgsqlCommand("insert into proof.chain_start (linked_events) values ($1)", writing) { Parameters = { new() { Value = linked } } };
        await done.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async IAsyncEnumerable<StoredEvent> Events(NpgsqlConnection connection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select stream_id, version, type, data::text from {EventStore.Schema}.mt_events order by stream_id collate \"C\", version", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            using var envelope = JsonDocument.Parse(reader.GetString(3));
            yield return new(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), envelope.RootElement.Clone());
        }
    }

    private static async Task Link(NpgsqlConnection connection, IEnumerable<StoredEvent> events, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var e in events)
            batch.BatchCommands.Add(new("select proof.link($1, $2, $3)") { Parameters = { new() { Value = e.StreamId }, new() { Value = e.Version }, new() { Value = EventChain.Content(e) } } });
        await batch.ExecuteNonQueryAsync(ct);
    }
}
