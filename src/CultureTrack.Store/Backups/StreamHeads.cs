using CultureTrack.Domain.Proof;
using CultureTrack.Store.Events;
using Npgsql;

namespace CultureTrack.Store.Backups;

/// <summary>Where every stream of a store stands.</summary>
internal static class StreamHeads
{
    private static readonly string Sql = $"""
        select e.stream_id, e.version, coalesce(encode(c.hash, 'hex'), '')
        from (select stream_id collate "C" as stream_id, max(version) as version from {EventStore.Schema}.mt_events group by 1) e
        left join proof.event_chain c on c.stream_id = e.stream_id and c.version = e.version
        order by e.stream_id collate "C"
        """;

    public static async Task<List<StreamHead>> Read(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var heads = new List<StreamHead>();
        while (await reader.ReadAsync(ct)) heads.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetString(2)));
        return heads;
    }
}
