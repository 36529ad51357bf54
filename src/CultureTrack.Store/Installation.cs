using Npgsql;

namespace CultureTrack.Store;

/// <summary>What a store is: the real record of a lab, or a rehearsal on a manual clock, decided when it is empty and for ever.</summary>
public sealed record Installation(bool Rehearsal, DateTimeOffset? ManualNow)
{
    /// <summary>Reads the mark of the store, making it on the first start.</summary>
    public static async Task<Installation> Open(NpgsqlDataSource source, DateTimeOffset? manualStart, CancellationToken ct)
    {
        await using var insert = source.CreateCommand("insert into installation (rehearsal, manual_now) values ($1, $2) on conflict do nothing");
        insert.Parameters.AddWithValue(manualStart is not null);
        insert.Parameters.AddWithValue(manualStart is { } start ? start.UtcDateTime : DBNull.Value);
        await insert.ExecuteNonQueryAsync(ct);
        await using var read = source.CreateCommand("select rehearsal, manual_now from installation");
        await using var reader = await read.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(reader.GetBoolean(0), reader.IsDBNull(1) ? null : new DateTimeOffset(reader.GetDateTime(1), TimeSpan.Zero));
    }

    /// <summary>
    /// Keeps where a manual clock stands, so that a restarted rehearsal goes on from there. It need not wait for the disk: whatever is stored after it is
    /// behind it in the log and takes it along, and a step nothing was stored after may be lost.
    /// </summary>
    public static async Task KeepManualNow(NpgsqlDataSource source, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("select set_config('synchronous_commit', 'off', true)"));
        batch.BatchCommands.Add(new("update installation set manual_now = $1 where rehearsal") { Parameters = { new() { Value = now.UtcDateTime } } });
        await batch.ExecuteNonQueryAsync(ct);
    }
}
