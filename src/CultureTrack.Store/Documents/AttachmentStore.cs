using Npgsql;

namespace CultureTrack.Store.Documents;

/// <param name="Bytes">Length of the file.</param>
public sealed record StoredAttachment(string AttachmentId, string ContentType, string FileName, string UploadedBy, DateTimeOffset UploadedAt, long Bytes);

/// <summary>Uploaded photos and PDFs, each content once, never changed.</summary>
public sealed class AttachmentStore(NpgsqlDataSource source)
{
    /// <summary>Keeps the file; the same content again keeps nothing and gives what was kept first.</summary>
    /// <returns>What is kept, and whether it was already there.</returns>
    public async Task<(StoredAttachment Kept, bool Known)> Keep(StoredAttachment file, byte[] content, CancellationToken ct)
    {
        await using var insert = source.CreateCommand("""
            insert into documents.attachments (attachment_id, content, content_type, file_name, uploaded_by, uploaded_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """);
        foreach (var value in new object[] { file.AttachmentId, content, file.ContentType, file.FileName, file.UploadedBy, file.UploadedAt.UtcDateTime }) insert.Parameters.AddWithValue(value);
        var added = await insert.ExecuteNonQueryAsync(ct) == 1;
        return ((await Find([file.AttachmentId], ct))[0], !added);
    }

    public async Task<IReadOnlyList<StoredAttachment>> Find(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        await using var command = source.CreateCommand("""
            select attachment_id, content_type, file_name, uploaded_by, uploaded_at, length(content)::bigint from documents.attachments
            where attachment_id = any($1) order by uploaded_at, attachment_id
            """);
        command.Parameters.AddWithValue(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<StoredAttachment>();
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), new DateTimeOffset(reader.GetDateTime(4), TimeSpan.Zero), reader.GetInt64(5)));
        return found;
    }

    /// <summary>The file as it was uploaded; null when it is not known.</summary>
    public async Task<byte[]?> Content(string attachmentId, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select content from documents.attachments where attachment_id = $1");
        command.Parameters.AddWithValue(attachmentId);
        return await command.ExecuteScalarAsync(ct) as byte[];
    }
}
