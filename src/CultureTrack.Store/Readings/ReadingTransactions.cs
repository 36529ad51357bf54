using System.Globalization;
using CultureTrack.Store.Readings.Sealed;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

using ChangedClocks = System.Collections.Generic.IReadOnlyCollection<System.Collections.Generic.KeyValuePair<(string Incubator, string Device), (System.TimeSpan Skew, System.DateTimeOffset At)>>;

namespace CultureTrack.Store.Readings;

/// <summary>
/// One transaction per group. First the fast way: binary COPY straight into the keyed table. Only a group that meets a key that is there
/// already is done again the careful way, which reads what its keys have and adds what is missing. Readings of days that are known to be sealed are done the
/// careful way at once and apart, so that one device with an old clock or a long backlog does not slow all others.
/// </summary>
sealed class ReadingTransactions(NpgsqlDataSource source, ILogger logger)
{
    /// <summary>Held by who adds to what is there, and by who seals or sums up what is there.</summary>
    public const long CarefulLock = 4021196302;

    const int RejectsKept = 10_000, RejectsPerGroupMax = 1_000, RejectsBetweenTrims = 500, CarefulAttempts = 5;

    const string SealedDay = "sealed_day";

    readonly HashSet<DateOnly> _partitions = [], _sealed = [];
    readonly UnansweredCommits _unanswered = new(logger);
    DeviceClocks? _clocks;
    int _rejectsSinceTrim = RejectsBetweenTrims;
    bool _asked;

    public async Task<MergedReadings> Store(IReadOnlyList<TelemetryMessage> messages, IReadOnlyList<RejectedMessage> rejects, CancellationToken ct)
    {
        _clocks ??= await DeviceClocks.Load(source, ct);
        var placed = messages.Select(Place).ToList();
        var incoming = placed.ToList();
        var clocks = _clocks.TakeChanged();
        _asked = false;
        try
        {
            await EnsurePartitions(incoming, ct);
            var stored = await Found(ct);
            var old = _sealed.Count == 0 ? [] : incoming.Where(r => _sealed.Contains(Day(r.At))).ToList();
            if (old.Count > 0) incoming.RemoveAll(r => _sealed.Contains(Day(r.At)));
            stored = stored.With(await StorePart(incoming, rejects, clocks, Write, ct));
            if (old.Count > 0) stored = stored.With(await StorePart(old, [], [], WriteCarefully, ct));
            _unanswered.Clear();
            return stored;
        }
        catch (Exception)
        {
            if (_asked) _unanswered.Add(placed);
            _clocks.GiveBack(clocks);
            throw;
        }
    }

    async Task<MergedReadings> Found(CancellationToken ct)
    {
        if (!_unanswered.Any) return MergedReadings.Nothing;
        await using var connection = await source.OpenConnectionAsync(ct);
        var found = (await Stored(connection, _unanswered.Keys, ct)).Where(_unanswered.Includes).OrderBy(r => r.ReceivedAt).ToLookup(r => r.IsConflict);
        return new([.. found[false]], [.. found[true]], 0);
    }

    delegate Task<MergedReadings> Writing(List<ReadingRow> rows, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, CancellationToken ct);

    async Task<MergedReadings> StorePart(List<ReadingRow> rows, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, Writing write, CancellationToken ct)
    {
        try
        {
            return await write(rows, rejects, clocks, ct);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal) && rows.Count > 0)
        {
            // A value the database cannot hold must not keep the others of its group out.
            logger.LogWarning("A group contains data that cannot be stored ({Reason}); its messages are stored one by one", e.MessageText);
            return await OneByOne(rows, rejects, clocks, write, ct);
        }
    }

    ReadingRow Place(TelemetryMessage message)
    {
        var (effectiveAt, flags) = _clocks!.Place(message);
        return new ReadingRow
        {
            IncubatorId = message.IncubatorId,
            DeviceId = message.DeviceId,
            At = message.DeviceTime ?? message.ReceivedAt,
            EffectiveAt = effectiveAt,
            ReceivedAt = message.ReceivedAt,
            Values = message.Values,
            Quality = message.Quality,
            Flags = flags,
            Seq = message.Seq,
        };
    }

    async Task<MergedReadings> OneByOne(List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, Writing write, CancellationToken ct)
    {
        List<ReadingRow> rows = [], conflicts = [];
        List<RejectedMessage> refused = [.. rejects];
        var duplicates = 0;
        foreach (var row in incoming)
        {
            try
            {
                var one = await write([row], [], [], ct);
                rows.AddRange(one.Rows);
                conflicts.AddRange(one.Conflicts);
                duplicates += one.DuplicateValues;
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                const byte payloadFormatInvalid = 0x99;
                refused.Add(new RejectedMessage(row.ReceivedAt, row.DeviceId, "", $"cannot be stored: {e.MessageText}", payloadFormatInvalid, default, 0));
            }
        }
        await Write([], refused, clocks, ct);
        return new MergedReadings(rows, conflicts, duplicates);
    }

    async Task<MergedReadings> Write(List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, CancellationToken ct)
    {
        if (incoming.Count == 0 && rejects.Count == 0 && clocks.Count == 0) return MergedReadings.Nothing;
        await using var connection = await source.OpenConnectionAsync(ct);
        _asked = true;
        var merged = ReadingMerge.Merge([], incoming);
        try
        {
            await Write(connection, merged, rejects, clocks, careful: false, ct);
            return merged;
        }
        catch (PostgresException e) when (IsMeeting(e))
        {
            if (e.ConstraintName == SealedDay && DateOnly.TryParseExact(e.Hint, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) _sealed.Add(day);
            return await Careful(connection, incoming, rejects, clocks, ct);
        }
    }

    async Task<MergedReadings> WriteCarefully(List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        _asked = true;
        return await Careful(connection, incoming, rejects, clocks, ct);
    }

    async Task<MergedReadings> Careful(NpgsqlConnection connection, List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            // Careful writers of all servers take turns. A fast one can still slip in between our look and our write:
            // then the key refuses our rows, or each waits for a row of the other, and we look again.
            await Execute(connection, $"select pg_advisory_xact_lock({CarefulLock}), set_config('culturetrack.looked_into_sealed', 'yes', true)", ct);
            var merged = ReadingMerge.Merge(await Stored(connection, incoming.Select(r => r.Key).Distinct().ToList(), ct), incoming);
            try
            {
                await Write(connection, merged, rejects, clocks, careful: true, ct);
                await transaction.CommitAsync(ct);
                return merged;
            }
            catch (PostgresException e) when (IsMeeting(e) && attempt < CarefulAttempts)
            {
                await transaction.RollbackAsync(ct);
            }
        }
    }

    // Two servers that hold the same backlog in another order wait for each other's rows: the database ends one of them.
    static bool IsMeeting(PostgresException e) => e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected;

    async Task Write(NpgsqlConnection connection, MergedReadings merged, IReadOnlyList<RejectedMessage> rejects, ChangedClocks clocks, bool careful, CancellationToken ct)
    {
        // COPY alone is a transaction of its own: the usual group needs no other round trip.
        var several = !careful && (merged.Rows.Count > 0 ? 1 : 0) + (merged.Conflicts.Count > 0 ? 1 : 0) + (rejects.Count > 0 ? 1 : 0) + (clocks.Count > 0 ? 1 : 0) > 1;
        await using var transaction = several ? await connection.BeginTransactionAsync(ct) : null;
        if (merged.Rows.Count > 0) await ReadingRows.Write(connection, merged.Rows, ct);
        if (merged.Conflicts.Count > 0) await ReadingRows.WriteConflicts(connection, merged.Conflicts, ct);
        if (rejects.Count > 0) await WriteRejects(connection, rejects, ct);
        if (clocks.Count > 0) await DeviceClocks.Store(connection, clocks, ct);
        if (transaction is not null) await transaction.CommitAsync(ct);
    }

    static async Task<List<ReadingRow>> Stored(NpgsqlConnection connection, IReadOnlyCollection<ReadingKey> keys, CancellationToken ct)
    {
        var stored = new List<ReadingRow>();
        foreach (var (table, columns, read) in new (string, string, Func<NpgsqlDataReader, ReadingRow>)[]
        {
            ("readings", ReadingRows.Columns, ReadingRows.Read), ("reading_conflicts", ReadingRows.ConflictColumns, ReadingRows.ReadConflict),
        })
        {
            // The bounds let the planner leave out partitions that the keys cannot be in.
            await using var command = new NpgsqlCommand($"""
                select r.* from unnest($1, $2, $3) k (incubator, at, device)
                cross join lateral (
                  select {columns} from telemetry.{table} r
                  where r.incubator_id = k.incubator and r.at = k.at and r.device_id = k.device and r.at between $4 and $5) r
                """, connection);
            command.Parameters.Add(new() { Value = keys.Select(k => k.IncubatorId).ToArray() });
            command.Parameters.Add(new() { Value = keys.Select(k => k.At.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
            command.Parameters.Add(new() { Value = keys.Select(k => k.DeviceId).ToArray() });
            command.Parameters.Add(new() { Value = keys.Min(k => k.At).UtcDateTime });
            command.Parameters.Add(new() { Value = keys.Max(k => k.At).UtcDateTime });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) stored.Add(read(reader));
        }
        stored.AddRange(await SealedReadings.OfKeys(connection, keys, ct));
        return stored;
    }

    static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    async Task EnsurePartitions(List<ReadingRow> incoming, CancellationToken ct)
    {
        foreach (var reading in incoming)
        {
            var day = Day(reading.At);
            if (_partitions.Contains(day)) continue;
            await using var command = source.CreateCommand("select telemetry.ensure_reading_partition($1)");
            command.Parameters.AddWithValue(day);
            await command.ExecuteNonQueryAsync(ct);
            _partitions.Add(day);
        }
    }

    async Task WriteRejects(NpgsqlConnection connection, IReadOnlyList<RejectedMessage> rejects, CancellationToken ct)
    {
        // Of a flood only the newest are kept; all of them are counted by the caller.
        var kept = rejects.Skip(Math.Max(0, rejects.Count - RejectsPerGroupMax)).ToList();
        await using (var import = await connection.BeginBinaryImportAsync(
            "copy telemetry.rejects (received_at, client_id, topic, reason, code, payload, payload_bytes) from stdin (format binary)", ct))
        {
            foreach (var reject in kept)
            {
                import.StartRow();
                import.Write(reject.ReceivedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
                import.Write(Storable(reject.ClientId), NpgsqlDbType.Text);
                import.Write(Storable(reject.Topic), NpgsqlDbType.Text);
                import.Write(Storable(reject.Reason), NpgsqlDbType.Text);
                import.Write((short)reject.Code, NpgsqlDbType.Smallint);
                import.Write(reject.Payload[..Math.Min(reject.Payload.Length, RejectedMessage.PayloadKeptBytes)].ToArray(), NpgsqlDbType.Bytea);
                import.Write(reject.PayloadBytes, NpgsqlDbType.Integer);
            }
            await import.CompleteAsync(ct);
        }
        _rejectsSinceTrim += kept.Count;
        if (_rejectsSinceTrim < RejectsBetweenTrims) return;
        _rejectsSinceTrim = 0;
        await Execute(connection, $"delete from telemetry.rejects where id <= (select max(id) from telemetry.rejects) - {RejectsKept}", ct);
    }

    /// <summary>A refused text may hold anything; the database holds no NUL and no half of a surrogate pair.</summary>
    static string Storable(string text) => string.Concat(text.EnumerateRunes().Select(r => r.Value == 0 ? "\uFFFD" : r.ToString()));

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
