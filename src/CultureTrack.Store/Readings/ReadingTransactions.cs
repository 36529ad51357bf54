using CultureTrack.Store.Readings.Sealed;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings;

/// <summary>
/// One transaction per group. First the fast way: binary COPY straight into the keyed table. Only a group that meets a key that is there
/// already is done again the careful way, which reads what its keys have and adds what is missing.
/// </summary>
sealed class ReadingTransactions(NpgsqlDataSource source, ILogger logger)
{
    /// <summary>Held by who adds to what is there, and by who seals or sums up what is there.</summary>
    public const long CarefulLock = 4021196302;

    const int RejectsKept = 10_000, RejectsPerGroupMax = 1_000, RejectsBetweenTrims = 500, CarefulAttempts = 5;

    readonly HashSet<DateOnly> _partitions = [];
    DeviceClocks? _clocks;
    int _rejectsSinceTrim = RejectsBetweenTrims;

    public async Task<MergedReadings> Store(IReadOnlyList<TelemetryMessage> messages, IReadOnlyList<RejectedMessage> rejects, CancellationToken ct)
    {
        _clocks ??= await DeviceClocks.Load(source, ct);
        var incoming = messages.Select(Place).ToList();
        var clocks = _clocks.TakeChanged();
        await EnsurePartitions(incoming, ct);
        try
        {
            return await Write(incoming, rejects, clocks, ct);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal) && messages.Count > 1)
        {
            // A value the database cannot hold must not keep the others of its group out.
            logger.LogWarning("A group contains data that cannot be stored ({Reason}); its messages are stored one by one", e.MessageText);
            return await OneByOne(messages, incoming, rejects, clocks, ct);
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

    async Task<MergedReadings> OneByOne(IReadOnlyList<TelemetryMessage> messages, List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects,
        IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> clocks, CancellationToken ct)
    {
        List<ReadingRow> rows = [], conflicts = [];
        List<RejectedMessage> refused = [.. rejects];
        var duplicates = 0;
        for (var i = 0; i < incoming.Count; i++)
        {
            try
            {
                var one = await Write([incoming[i]], [], [], ct);
                rows.AddRange(one.Rows);
                conflicts.AddRange(one.Conflicts);
                duplicates += one.DuplicateValues;
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                const byte payloadFormatInvalid = 0x99;
                refused.Add(new RejectedMessage(messages[i].ReceivedAt, messages[i].DeviceId, "", $"cannot be stored: {e.MessageText}", payloadFormatInvalid, default, 0));
            }
        }
        await Write([], refused, clocks, ct);
        return new MergedReadings(rows, conflicts, duplicates);
    }

    async Task<MergedReadings> Write(List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects,
        IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> clocks, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var merged = ReadingMerge.Merge([], incoming);
        try
        {
            await Write(connection, merged, rejects, clocks, careful: false, ct);
            return merged;
        }
        catch (PostgresException e) when (IsMeeting(e))
        {
            return await Careful(connection, incoming, rejects, clocks, ct);
        }
    }

    async Task<MergedReadings> Careful(NpgsqlConnection connection, List<ReadingRow> incoming, IReadOnlyList<RejectedMessage> rejects,
        IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> clocks, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            // Careful writers of all servers take turns. A fast one can still slip in between our look and our write:
            // then the key refuses our rows, or each waits for a row of the other, and we look again.
            await Execute(connection, $"select pg_advisory_xact_lock({CarefulLock}), set_config('culturetrack.looked_into_sealed', 'yes', true)", ct);
            var merged = ReadingMerge.Merge(await Stored(connection, incoming, ct), incoming);
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

    async Task Write(NpgsqlConnection connection, MergedReadings merged, IReadOnlyList<RejectedMessage> rejects,
        IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> clocks, bool careful, CancellationToken ct)
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

    static async Task<List<ReadingRow>> Stored(NpgsqlConnection connection, List<ReadingRow> incoming, CancellationToken ct)
    {
        var keys = incoming.Select(r => r.Key).Distinct().ToList();
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

    async Task EnsurePartitions(List<ReadingRow> incoming, CancellationToken ct)
    {
        foreach (var reading in incoming)
        {
            var day = DateOnly.FromDateTime(reading.At.UtcDateTime);
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
