using Npgsql;

namespace CultureTrack.Store.Readings;

/// <summary>The log of refused messages, newest first.</summary>
public sealed class RejectLog(NpgsqlDataSource source)
{
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">1 to 1000.</param>
    public async Task<(IReadOnlyList<RejectedMessage> Items, long Total)> List(int page, int pageSize, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, 1000);
        await using var count = source.CreateCommand("select count(*) from telemetry.rejects");
        var total = (long)(await count.ExecuteScalarAsync(ct))!;
        await using var command = source.CreateCommand("""
            select received_at, client_id, topic, reason, code, payload, payload_bytes from telemetry.rejects order by id desc limit $1 offset $2
            """);
        command.Parameters.AddWithValue(pageSize);
        command.Parameters.AddWithValue((long)(page - 1) * pageSize);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var items = new List<RejectedMessage>();
        while (await reader.ReadAsync(ct))
            items.Add(new RejectedMessage(new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                (byte)reader.GetInt16(4), reader.GetFieldValue<byte[]>(5), reader.GetInt32(6)));
        return (items, total);
    }
}
