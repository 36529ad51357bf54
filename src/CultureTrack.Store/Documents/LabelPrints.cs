using Npgsql;

namespace CultureTrack.Store.Documents;

public sealed record LabelPrintRow(string BatchId, IReadOnlyList<string> ContainerIds, int Copies, string Format, string PrintedBy, DateTimeOffset PrintedAt, string Sha256);

/// <summary>Label files the server gave out, against the prints the record knows of.</summary>
public sealed class LabelPrints(NpgsqlDataSource source)
{
    /// <summary>
    /// Notes a print when the record already counts labels that were not given out as a file: of each container at least as many as asked for. Two
    /// requests at the same moment cannot both have the same ones.
    /// </summary>
    /// <param name="recorded">Labels of each container in the record.</param>
    public async Task<bool> TryTake(LabelPrintRow print, IReadOnlyDictionary<string, long> recorded, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var one = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('labels/' || $1, 0))", connection, transaction))
        {
            one.Parameters.AddWithValue(print.BatchId);
            await one.ExecuteNonQueryAsync(ct);
        }
        var given = await Given(connection, transaction, print.BatchId, ct);
        if (print.ContainerIds.Any(id => recorded.GetValueOrDefault(id) - given.GetValueOrDefault(id) < print.Copies)) return false;
        await Insert(print, connection, transaction, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Notes a print that was recorded for this very request.</summary>
    public async Task Add(LabelPrintRow print, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await Insert(print, connection, null, ct);
    }

    public async Task<IReadOnlyList<LabelPrintRow>> Of(string batchId, CancellationToken ct)
    {
        await using var command = source.CreateCommand("""
            select batch_id, container_ids, copies, format, printed_by, printed_at, sha256 from documents.label_prints where batch_id = $1 order by print_id
            """);
        command.Parameters.AddWithValue(batchId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var prints = new List<LabelPrintRow>();
        while (await reader.ReadAsync(ct))
            prints.Add(new(reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.GetInt32(2), reader.GetString(3), reader.GetString(4),
                new DateTimeOffset(reader.GetDateTime(5), TimeSpan.Zero), reader.GetString(6)));
        return prints;
    }

    private static async Task<Dictionary<string, long>> Given(NpgsqlConnection connection, NpgsqlTransaction transaction, string batchId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select id, sum(copies) from documents.label_prints, unnest(container_ids) as id where batch_id = $1 group by id", connection, transaction);
        command.Parameters.AddWithValue(batchId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var given = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct)) given[reader.GetString(0)] = reader.GetInt64(1);
        return given;
    }

    private static async Task Insert(LabelPrintRow print, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand("""
            insert into documents.label_prints (batch_id, container_ids, copies, format, printed_by, printed_at, sha256) values ($1, $2, $3, $4, $5, $6, $7)
            """, connection, transaction);
        foreach (var value in new object[] { print.BatchId, print.ContainerIds.ToArray(), print.Copies, print.Format, print.PrintedBy, print.PrintedAt.UtcDateTime, print.Sha256 })
            insert.Parameters.AddWithValue(value);
        await insert.ExecuteNonQueryAsync(ct);
    }
}
