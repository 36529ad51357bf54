using Npgsql;

namespace CultureTrack.Store.Documents;

/// <summary>
/// Documents as they were first made for a version of a record. What arrives later about the time before, such as buffered readings, changes no document that was
/// given out: the same version is the same bytes for ever.
/// </summary>
public sealed class IssuedDocuments(NpgsqlDataSource source)
{
    public async Task<byte[]?> Find(string batchId, long version, string kind, int form, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select content from documents.issued where batch_id = $1 and version = $2 and kind = $3 and form = $4");
        foreach (var value in new object[] { batchId, version, kind, form }) command.Parameters.AddWithValue(value);
        return await command.ExecuteScalarAsync(ct) as byte[];
    }

    /// <summary>Keeps a document; of two made at the same moment the first holds, and both callers get that one.</summary>
    public async Task<byte[]> Keep(string batchId, long version, string kind, int form, byte[] content, DateTimeOffset at, CancellationToken ct)
    {
        await using var insert = source.CreateCommand("""
            insert into documents.issued (batch_id, version, kind, form, content, issued_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """);
        foreach (var value in new object[] { batchId, version, kind, form, content, at.UtcDateTime }) insert.Parameters.AddWithValue(value);
        await insert.ExecuteNonQueryAsync(ct);
        return (await Find(batchId, version, kind, form, ct))!;
    }
}
