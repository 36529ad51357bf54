using System.Text.Json;
using CultureTrack.Domain.Records;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Proof;

/// <summary>A verification of the whole store that was made.</summary>
public sealed record VerificationMade(DateTimeOffset FinishedAt, string AskedBy, StoreReport Report);

/// <summary>How far the chain of hashes and its checkpoints go at this moment.</summary>
/// <param name="EventsSinceCheckpoint">Events that the newest checkpoint does not cover yet.</param>
/// <param name="LastVerification">Null when there never was one.</param>
public sealed record IntegrityState(
    long Streams, long Events, long Checkpoints, CheckpointMark? Checkpoint, DateTimeOffset? CheckpointAt, string? KeyId, long EventsSinceCheckpoint, VerificationMade? LastVerification);

/// <summary>Keeps what verifications came to, and tells where the proof of the store stands.</summary>
public sealed class VerificationLog(NpgsqlDataSource source, TimeProvider clock)
{
    private const string StateSql = """
        select (select count(*) from proof.event_chain where version = 1), (select count(*) from proof.event_chain), (select count(*) from proof.checkpoints), c.body, encode(c.hash, 'hex'), c.key_id,
          (select count(*) from proof.event_chain e where e.position > coalesce(c.position, 0))
        from (select 1) one left join lateral (select * from proof.checkpoints order by number desc limit 1) c on true
        """;

    public async Task<VerificationMade> Keep(StoreReport report, string askedBy, CancellationToken ct)
    {
        var made = new VerificationMade(clock.GetUtcNow(), askedBy, report);
        await using var insert = source.CreateCommand("insert into proof.verifications (finished_at, asked_by, streams, events, checkpoint, proven, findings, report) values ($1, $2, $3, $4, $5, $6, $7, $8)");
        foreach (var value in new object[] { made.FinishedAt.UtcDateTime, askedBy, report.Streams, report.Events, (object?)report.Checkpoint?.Number ?? DBNull.Value, report.IsProven, report.Findings.Count })
            insert.Parameters.AddWithValue(value);
        insert.Parameters.Add(new() { Value = JsonSerializer.Serialize(report, RecordJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await insert.ExecuteNonQueryAsync(ct);
        return made;
    }

    public async Task<IntegrityState> State(CancellationToken ct)
    {
        var last = await Last(ct);
        await using var command = source.CreateCommand(StateSql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var body = reader.IsDBNull(3) ? null : JsonSerializer.Deserialize<Domain.Proof.CheckpointBody>(reader.GetString(3), RecordJson.Options);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), body is null ? null : new(body.Number, reader.GetString(4)), body?.MadeAt, body is null ? null : reader.GetString(5), reader.GetInt64(6), last);
    }

    private async Task<VerificationMade?> Last(CancellationToken ct)
    {
        await using var command = source.CreateCommand("select finished_at, asked_by, report from proof.verifications order by number desc limit 1");
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero), reader.GetString(1), JsonSerializer.Deserialize<StoreReport>(reader.GetString(2), RecordJson.Options)!) : null;
    }
}
