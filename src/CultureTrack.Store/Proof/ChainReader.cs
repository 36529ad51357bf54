using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Store.Events;
using Npgsql;

namespace CultureTrack.Store.Proof;

/// <summary>Reads one stream with its links, as it lies in the database.</summary>
public sealed class ChainReader(NpgsqlDataSource source)
{
    public async Task<IReadOnlyList<LinkedEvent>> Stream(string streamId, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"""
            select e.stream_id, e.version, e.type, e.data::text, c.previous, c.hash from {EventStore.Schema}.mt_events e
            join proof.event_chain c on c.stream_id = e.stream_id and c.version = e.version
            where e.stream_id = $1 order by e.version
            """);
        command.Parameters.AddWithValue(streamId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var events = new List<LinkedEvent>();
        while (await reader.ReadAsync(ct))
        {
            using var envelope = JsonDocument.Parse(reader.GetString(3));
            events.Add(new(new(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), envelope.RootElement.Clone()),
                Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4)), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(5))));
        }
        return events;
    }
}
