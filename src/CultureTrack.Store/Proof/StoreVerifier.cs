using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Store.Events;
using Npgsql;

namespace CultureTrack.Store.Proof;

/// <param name="Checkpoint">Number and hash of the newest checkpoint, to be kept elsewhere.</param>
/// <param name="EventsSinceCheckpoint">Events the newest checkpoint does not cover yet.</param>
public sealed record StoreReport(
    long Streams, long Events, long Signatures, long Checkpoints, CheckpointMark? Checkpoint, long EventsSinceCheckpoint, bool SignerKnown, IReadOnlyList<ProofFinding> Findings)
{
    public bool IsConsistent => Findings.Count == 0;
    public bool IsProven => IsConsistent && SignerKnown;
}

/// <summary>A checkpoint by number and hash, as somebody noted it.</summary>
public sealed record CheckpointMark(long Number, string Hash);

/// <summary>
/// Reads every event of every stream as it lies in the database, without the program's own ways of reading, and compares it with the chain; then the chain
/// with the signed checkpoints. Works with the rights of the running server and changes nothing.
/// </summary>
/// <param name="trusted">Keys from outside of the database.</param>
/// <param name="noted">A checkpoint kept elsewhere, which the store must still contain; null without one.</param>
public sealed class StoreVerifier(NpgsqlDataSource source, IReadOnlyCollection<PublicKey> trusted, CheckpointMark? noted = null)
{
    private const int MostFindings = 1000;

    private static readonly string AllEvents = $"""
        select coalesce(e.stream_id collate "C", c.stream_id), coalesce(e.version, c.version), e.type, e.data::text, coalesce(e.is_archived, false), c.content, c.previous, c.hash,
          e.stream_id is null
        from {EventStore.Schema}.mt_events e
        full join proof.event_chain c on c.stream_id = e.stream_id collate "C" and c.version = e.version
        order by 1, 2
        """;

    private readonly List<ProofFinding> _findings = [];
    private readonly HashSet<string> _spoiled = new(StringComparer.Ordinal);
    private long _streams, _events, _signatures, _checkpoints, _covered;
    private CheckpointMark? _newest;
    private bool _signerKnown;

    /// <param name="progress">Is told the number of events read so far.</param>
    public async Task<StoreReport> Verify(Action<long>? progress, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        // One picture of the store, however long it takes and whatever is appended meanwhile.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await CheckEvents(connection, progress, ct);
        await CheckCheckpoints(connection, ct);
        await CheckHeads(connection, ct);
        if (_checkpoints == 0 && _events > 0) Find("CHECKPOINT", "checkpoints", "There is none. Without one, a stream that was dropped as a whole cannot be missed.");
        return new(_streams, _events, _signatures, _checkpoints, _newest, _events - Math.Min(_events, _covered), _signerKnown, _findings);
    }

    private void Find(string code, string where, string text)
    {
        if (_findings.Count < MostFindings) _findings.Add(new(code, where, text));
    }

    /// <summary>Of one stream the first bad version is told, not everything that follows from it.</summary>
    private void FindFirst(string code, string stream, long version, string text)
    {
        if (_spoiled.Add(stream)) Find(code, $"{stream} version {version}", text);
    }

    private async Task CheckEvents(NpgsqlConnection connection, Action<long>? progress, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(AllEvents, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (stream, version, before) = ("", 0L, EventChain.Beginning);
        while (await reader.ReadAsync(ct))
        {
            var row = Row.Read(reader);
            if (row.StreamId != stream) { (stream, version, before) = (row.StreamId, 0, EventChain.Beginning); _streams++; }
            if (row.Version != version + 1)
                FindFirst("DROPPED", stream, version + 1, row.Version == version ? "There are two events of this version." : "Events and their links were removed here.");
            Check(row, before);
            (version, before) = (row.Version, row.Hash ?? before);
            if (++_events % 10_000 == 0) progress?.Invoke(_events);
        }
    }

    private void Check(Row row, byte[] before)
    {
        if (row.Envelope is null) { FindFirst("DROPPED", row.StreamId, row.Version, "The event was removed; its link is still there."); return; }
        if (row.Content is null) { FindFirst("INSERTED", row.StreamId, row.Version, "The event has no link: it was not appended by this program."); return; }
        var e = new StoredEvent(row.StreamId, row.Version, row.StoredType!, row.Envelope.Value);
        if (!EventChain.Content(e).AsSpan().SequenceEqual(row.Content)) FindFirst("CHANGED", row.StreamId, row.Version, "The event was changed after it was appended.");
        else if (!row.Previous.AsSpan().SequenceEqual(before)) FindFirst("LINK", row.StreamId, row.Version, "The event does not follow the one before it.");
        else if (!EventChain.Link(before, row.Content).AsSpan().SequenceEqual(row.Hash)) FindFirst("LINK", row.StreamId, row.Version, "The link was changed.");
        else if (row.Archived) FindFirst("HIDDEN", row.StreamId, row.Version, "The event is marked as archived, so that readers do not see it.");
        if (!e.Envelope.TryGetProperty("type", out _)) return;    // stored before signatures could be checked from the stored JSON alone
        foreach (var signature in RecordSignatures.Of(e.Envelope))
        {
            _signatures++;
            if (!signature.IsValid) FindFirst("RECORD-SIGNATURE", row.StreamId, row.Version, $"{signature.Field} was made for another content or another record.");
        }
    }

    private async Task CheckCheckpoints(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select number, body, hash, signature, key_id from proof.checkpoints order by number", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        CheckpointBody? last = null;
        while (await reader.ReadAsync(ct))
        {
            var number = reader.GetInt64(0);
            var checkpoint = new Checkpoint(reader.GetString(1), reader.GetFieldValue<byte[]>(3));
            last = Check(number, checkpoint, Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(2)), last) ?? last;
            (_newest, _covered) = (new(number, checkpoint.Hash), last?.Events ?? 0);
            if (noted?.Number == number && noted.Hash != checkpoint.Hash) Find("CHECKPOINT", $"checkpoint {number}", "It is not the one that was noted elsewhere.");
            _checkpoints++;
        }
        if (noted?.Number > (_newest?.Number ?? 0)) Find("CHECKPOINT", $"checkpoint {noted!.Number}", $"It was noted elsewhere and is not here; the newest one is {_newest?.Number ?? 0}. Everything stored since was dropped.");
    }

    private CheckpointBody? Check(long number, Checkpoint checkpoint, string storedHash, CheckpointBody? last)
    {
        var where = $"checkpoint {number}";
        CheckpointBody body;
        try { body = checkpoint.Body; }
        catch (JsonException e) { Find("CHECKPOINT", where, $"It cannot be read: {e.Message}"); return null; }
        if (number != _checkpoints + 1 || body.Number != number) Find("CHECKPOINT", where, $"Checkpoint {_checkpoints + 1} should stand here.");
        if (body.Previous != (_newest?.Hash ?? CheckpointBody.NoneBefore) || storedHash != checkpoint.Hash) Find("CHECKPOINT", where, "It does not follow the checkpoint before it.");
        if (body.Streams < (last?.Streams ?? 0) || body.Events < (last?.Events ?? 0)) Find("CHECKPOINT", where, "It covers less than the checkpoint before it.");
        var signer = trusted.FirstOrDefault(k => k.Id == body.KeyId);
        _signerKnown = signer is not null;
        if (signer is null)
        {
            if (trusted.Count > 0) Find("SIGNER", where, $"It was signed with the key {body.KeyId}, which is not trusted.");
        }
        else if (!checkpoint.IsSignedBy(signer)) Find("CHECKPOINT", where, "Its signature does not belong to it.");
        return body;
    }

    private async Task CheckHeads(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select p.number, p.body, h.stream_id, h.version, h.hash, c.hash, exists (select from proof.event_chain any_link where any_link.stream_id = h.stream_id)
            from proof.checkpoints p
            left join proof.checkpoint_heads h on h.number = p.number
            left join proof.event_chain c on c.stream_id = h.stream_id and c.version = h.version
            order by p.number, h.stream_id
            """, connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (number, text, heads) = (0L, "", new List<StreamHead>());
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetInt64(0) != number)
            {
                CheckRoot(number, text, heads, known);
                (number, text) = (reader.GetInt64(0), reader.GetString(1));
                heads.Clear();
            }
            if (reader.IsDBNull(2)) continue;
            var head = new StreamHead(reader.GetString(2), reader.GetInt64(3), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4)));
            heads.Add(head);
            known[head.StreamId] = head.Version;
            CheckHead(head, number, reader.IsDBNull(5) ? null : Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(5)), reader.GetBoolean(6));
        }
        CheckRoot(number, text, heads, known);
    }

    private void CheckHead(StreamHead head, long number, string? linked, bool streamIsThere)
    {
        if (linked == head.Hash) return;
        if (!streamIsThere) FindFirst("STREAM-DROPPED", head.StreamId, 1, $"Checkpoint {number} saw {head.Version} events; the whole stream was removed.");
        else if (linked is null) FindFirst("DROPPED", head.StreamId, head.Version, $"Checkpoint {number} saw {head.Version} events; the last ones were removed.");
        else FindFirst("CHANGED", head.StreamId, head.Version, $"The chain up to here is not the one that checkpoint {number} signed: an event in it was changed and the chain made again.");
    }

    private void CheckRoot(long number, string text, List<StreamHead> heads, Dictionary<string, long> known)
    {
        if (number == 0) return;
        try
        {
            var body = JsonSerializer.Deserialize<CheckpointBody>(text, Domain.Records.RecordJson.Options)!;
            var root = Convert.ToHexStringLower(HeadTree.Root([.. heads.Select(HeadTree.Leaf)]));
            if (body.HeadsRoot != root || body.NewHeads != heads.Count || body.Streams != known.Count || body.Events != known.Values.Sum())
                Find("CHECKPOINT", $"checkpoint {number}", "The heads beside it are not those it signed.");
        }
        catch (JsonException e) { Find("CHECKPOINT", $"checkpoint {number}", $"It cannot be read: {e.Message}"); }
    }

    private sealed record Row(string StreamId, long Version, string? StoredType, JsonElement? Envelope, bool Archived, byte[]? Content, byte[]? Previous, byte[]? Hash)
    {
        public static Row Read(NpgsqlDataReader r) => new(
            r.GetString(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetBoolean(8) ? null : Json(r.GetString(3)), r.GetBoolean(4),
            Bytes(r, 5), Bytes(r, 6), Bytes(r, 7));

        private static JsonElement Json(string text)
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }

        private static byte[]? Bytes(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<byte[]>(column);
    }
}
