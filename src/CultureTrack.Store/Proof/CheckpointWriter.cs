using CultureTrack.Domain.Proof;
using Npgsql;

namespace CultureTrack.Store.Proof;

/// <summary>Makes checkpoints over all streams, each signed and chained to the one before.</summary>
public sealed class CheckpointWriter(NpgsqlDataSource source, SigningKey key, TimeProvider clock)
{
    private const long LockKey = 4021196320;

    // An append that was under way when a checkpoint was made holds a position it had not seen: the links before are looked at again.
    private const string NewHeads = """
        with last as (
          select stream_id, max(version) as version from proof.event_chain
          where position > coalesce((select max(position) from proof.checkpoints), 0) - 20000
          group by stream_id)
        select l.stream_id, l.version, c.hash, coalesce(b.version, 0)
        from last l
        join proof.event_chain c on c.stream_id = l.stream_id and c.version = l.version
        left join lateral (
          select h.version from proof.checkpoint_heads h where h.stream_id = l.stream_id order by h.number desc limit 1) b on true
        where coalesce(b.version, 0) < l.version
        order by l.stream_id
        """;

    /// <summary>The public key under which checkpoints are made.</summary>
    public PublicKey PublicKey => key.Public;

    /// <summary>Makes a checkpoint when something was appended since the last one; gives the newest.</summary>
    /// <returns>Null when there is nothing at all.</returns>
    public async Task<Checkpoint?> Make(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, $"select pg_advisory_xact_lock({LockKey})", ct);    // several servers, one chain of checkpoints
        var last = await Last(connection, ct);
        var heads = await Heads(connection, ct);
        if (heads.Count == 0) return last;
        var checkpoint = Checkpoint.Sign(await Next(connection, last, heads, ct), key);
        await Insert(connection, checkpoint, heads, ct);
        await transaction.CommitAsync(ct);
        return checkpoint;
    }

    /// <summary>The newest checkpoint as it is, without making one; null before the first.</summary>
    public async Task<Checkpoint?> Newest(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await Last(connection, ct);
    }

    private async Task<CheckpointBody> Next(NpgsqlConnection connection, Checkpoint? before, List<(StreamHead Head, long Before)> heads, CancellationToken ct)
    {
        var last = before?.Body;
        return new(CheckpointBody.CurrentFormat, (last?.Number ?? 0) + 1, clock.GetUtcNow(), await IsRehearsal(connection, ct),
            (last?.Streams ?? 0) + heads.Count(h => h.Before == 0), (last?.Events ?? 0) + heads.Sum(h => h.Head.Version - h.Before), heads.Count,
            Convert.ToHexStringLower(HeadTree.Root([.. heads.Select(h => HeadTree.Leaf(h.Head))])), before?.Hash ?? CheckpointBody.NoneBefore, key.Public.Id);
    }

    private async Task Insert(NpgsqlConnection connection, Checkpoint checkpoint, List<(StreamHead Head, long Before)> heads, CancellationToken ct)
    {
        var number = checkpoint.Body.Number;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("insert into proof.signing_keys (key_id, public_key) values ($1, $2) on conflict do nothing") { Parameters = { Value(key.Public.Id), Value(key.Public.Pem) } },
                new("""
                    insert into proof.checkpoints (number, body, hash, signature, key_id, position)
                    values ($1, $2, $3, $4, $5, (select coalesce(max(position), 0) from proof.event_chain))
                    """)
                {
                    Parameters = { Value(number), Value(checkpoint.Text), Value(Convert.FromHexString(checkpoint.Hash)), Value(checkpoint.Signature), Value(key.Public.Id) },
                },
                new("insert into proof.checkpoint_heads (number, stream_id, version, hash) select $1, * from unnest($2, $3, $4)")
                {
                    Parameters =
                    {
                        Value(number), Value(heads.Select(h => h.Head.StreamId).ToArray()), Value(heads.Select(h => h.Head.Version).ToArray()),
                        Value(heads.Select(h => Convert.FromHexString(h.Head.Hash)).ToArray()),
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static async Task<List<(StreamHead Head, long Before)>> Heads(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(NewHeads, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var heads = new List<(StreamHead, long)>();
        while (await reader.ReadAsync(ct))
            heads.Add((new(reader.GetString(0), reader.GetInt64(1), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(2))), reader.GetInt64(3)));
        return heads;
    }

    private static async Task<Checkpoint?> Last(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select body, signature from proof.checkpoints order by number desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new(reader.GetString(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private static async Task<bool> IsRehearsal(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select coalesce((select rehearsal from installation), false)", connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The checkpoint in which the head of a stream was new at this version, with its way to the root.</summary>
    public async Task<(Checkpoint Checkpoint, IReadOnlyList<TreeStep> Path)?> Covering(string streamId, long version, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("""
            select c.body, c.signature, h.stream_id, h.version, h.hash from proof.checkpoint_heads own
            join proof.checkpoints c on c.number = own.number
            join proof.checkpoint_heads h on h.number = own.number
            where own.stream_id = $1 and own.version = $2 order by h.stream_id
            """, connection)
        { Parameters = { Value(streamId), Value(version) } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        Checkpoint? checkpoint = null;
        var heads = new List<StreamHead>();
        while (await reader.ReadAsync(ct))
        {
            checkpoint = new(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
            heads.Add(new(reader.GetString(2), reader.GetInt64(3), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4))));
        }
        return checkpoint is null ? null : (checkpoint, HeadTree.Path([.. heads.Select(HeadTree.Leaf)], heads.FindIndex(h => h.StreamId == streamId)));
    }

    private static NpgsqlParameter Value(object value) => new() { Value = value };

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
