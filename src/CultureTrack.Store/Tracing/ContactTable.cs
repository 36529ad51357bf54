using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Tracing;
using Marten;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Tracing;

/// <summary>The tables behind contacts and lot uses: written with the events in one transaction, asked for what batches have in common.</summary>
public sealed class ContactTable(NpgsqlDataSource source)
{
    private const string Columns = "batch_id, kind, key, part, entry, since, until, events";

    /// <summary>Adds rows of one stream, or brings known ones up to date.</summary>
    public static void Write(IDocumentOperations operations, string stream, IReadOnlyCollection<Contact> contacts)
    {
        if (contacts.Count == 0) return;
        operations.QueueSqlCommand($"""
            insert into batch_contacts (stream, {Columns})
            select ?, r.batch_id, r.kind, r.key, r.part, r.entry, r.since, r.until, r.events
            from jsonb_to_recordset(?::jsonb) as r(batch_id text, kind text, key text, part text, entry text, since timestamptz, until timestamptz, events uuid[])
            on conflict (batch_id, kind, key, part, stream, entry) do update set since = excluded.since, until = excluded.until, events = excluded.events
            """, stream, Json(contacts.Select(c => new
        {
            batch_id = c.BatchId,
            kind = c.Kind.ToString(),
            key = c.Key,
            part = c.Part,
            entry = c.Entry,
            since = c.Since,
            until = c.Until,
            events = c.Events,
        })));
    }

    public static void Clear(IDocumentOperations operations, string stream) => operations.QueueSqlCommand("delete from batch_contacts where stream = ?", stream);

    public static void WriteLots(IDocumentOperations operations, string batchId, IReadOnlyCollection<LotUse> uses)
    {
        if (uses.Count == 0) return;
        operations.QueueSqlCommand("""
            insert into lot_uses (batch_id, lot_id, event_id, event_type, field, at, amount_ml)
            select ?, r.lot_id, r.event_id, r.event_type, r.field, r.at, r.amount_ml
            from jsonb_to_recordset(?::jsonb) as r(lot_id text, event_id uuid, event_type text, field text, at timestamptz, amount_ml numeric)
            on conflict (batch_id, event_id, field) do update set lot_id = excluded.lot_id, at = excluded.at, amount_ml = excluded.amount_ml
            """, batchId, Json(uses.Select(u => new { lot_id = u.LotId, event_id = u.EventId, event_type = u.EventType, field = u.Field, at = u.At, amount_ml = u.AmountMl })));
    }

    public static void ClearLots(IDocumentOperations operations, string batchId) => operations.QueueSqlCommand("delete from lot_uses where batch_id = ?", batchId);

    private static string Json(object rows) => JsonSerializer.Serialize(rows, RecordJson.Options);

    public Task<IReadOnlyList<Contact>> OfBatches(IEnumerable<string> batchIds, CancellationToken ct) =>
        Read($"select {Columns} from batch_contacts where batch_id = any($1)", [batchIds.ToArray()], ct);

    /// <summary>All of one kind and key, such as who has a deviation from a recall.</summary>
    public Task<IReadOnlyList<Contact>> Of(ContactKind kind, string key, CancellationToken ct) =>
        Read($"select {Columns} from batch_contacts where kind = $1 and key = $2", [kind.ToString(), key], ct);

    /// <summary>Contacts that one of the traces finds.</summary>
    public Task<IReadOnlyList<Contact>> FoundBy(IReadOnlyCollection<Trace> traces, CancellationToken ct)
    {
        var asked = traces.Select(t => (t.Kind, t.Key, t.Part, t.Since, t.Until)).Distinct().ToList();
        return Read($"""
            select distinct on (c.batch_id, c.kind, c.key, c.part, c.stream, c.entry) {string.Join(", ", Columns.Split(", ").Select(c => "c." + c))}
            from (select kind collate "C" as kind, key collate "C" as key, part collate "C" as part, since, until
                  from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) as u(kind, key, part, since, until)) t
            join batch_contacts c on c.kind = t.kind and c.key = t.key
             and (t.part is null or c.part = t.part)
             and (t.until is null or c.since <= t.until)
             and (t.since is null or c.until is null or c.until >= t.since)
            """, [asked.Select(t => t.Kind.ToString()).ToArray(), asked.Select(t => t.Key).ToArray(), asked.Select(t => t.Part).ToArray(),
            asked.Select(t => t.Since?.UtcDateTime).ToArray(), asked.Select(t => t.Until?.UtcDateTime).ToArray()], ct);
    }

    /// <summary>Which batch was made of which: of all ancestors of the batches, and of everything made of any of these.</summary>
    public Task<IReadOnlyList<Contact>> Family(IEnumerable<string> batchIds, CancellationToken ct) => Read($"""
        with recursive up(id) as (
          select unnest($1::text[]) collate "C" union select c.key from up join batch_contacts c on c.batch_id = up.id and c.kind = 'Source'),
        down(id) as (
          select id from up union select c.batch_id from down join batch_contacts c on c.kind = 'Source' and c.key = down.id)
        select {Columns} from batch_contacts where kind = 'Source' and batch_id in (select id from down)
        """, [batchIds.ToArray()], ct);

    /// <summary>Every entry that named one of the lots, by batch and time.</summary>
    public async Task<IReadOnlyList<(string BatchId, LotUse Use)>> UsesOf(IEnumerable<string> lotIds, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select batch_id, lot_id, at, event_id, event_type, field, amount_ml from lot_uses where lot_id = any($1) order by batch_id, at, event_id, field");
        command.Parameters.AddWithValue(lotIds.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var uses = new List<(string, LotUse)>();
        while (await reader.ReadAsync(ct))
            uses.Add((reader.GetString(0), new(reader.GetString(1), Instant(reader, 2), reader.GetGuid(3), reader.GetString(4), reader.GetString(5), reader.GetString(5).StartsWith("excipients", StringComparison.Ordinal), reader.IsDBNull(6) ? null : reader.GetDecimal(6))));
        return uses;
    }

    /// <summary>What entries of batches took of each lot; lots without a use are absent.</summary>
    public async Task<IReadOnlyDictionary<string, LotUseSum>> UseSums(IEnumerable<string> lotIds, CancellationToken ct)
    {
        await using var command = source.CreateCommand("""
            select lot_id, count(*)::int, sum(uses)::int, sum(stated)::int, sum(ml)
            from (select lot_id, batch_id, count(*) as uses, count(amount_ml) as stated, coalesce(sum(amount_ml), 0) as ml
                  from lot_uses where lot_id = any($1) group by lot_id, batch_id) b
            group by lot_id
            """);
        command.Parameters.AddWithValue(lotIds.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var sums = new Dictionary<string, LotUseSum>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct)) sums.Add(reader.GetString(0), new(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetDecimal(4)));
        return sums;
    }

    private async Task<IReadOnlyList<Contact>> Read(string sql, IReadOnlyList<object> parameters, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var p in parameters)
            command.Parameters.Add(p is DateTime?[] times ? new() { Value = times, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz } : new() { Value = p });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var contacts = new List<Contact>();
        while (await reader.ReadAsync(ct))
            contacts.Add(new(reader.GetString(0), Enum.Parse<ContactKind>(reader.GetString(1)), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                Instant(reader, 5), reader.IsDBNull(6) ? null : Instant(reader, 6), reader.GetFieldValue<Guid[]>(7)));
        return contacts;
    }

    private static DateTimeOffset Instant(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);
}
