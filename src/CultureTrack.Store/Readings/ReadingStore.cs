using System.Runtime.CompilerServices;
using CultureTrack.Store.Readings.Rollups;
using CultureTrack.Store.Readings.Sealed;
using Npgsql;

namespace CultureTrack.Store.Readings;

/// <summary>One value of one channel, as the API and the judges see it.</summary>
/// <param name="Time">Effective time.</param>
/// <param name="Conflict">Another value was received under the same identity; both are given.</param>
public sealed record ReadingPoint(DateTimeOffset Time, DateTimeOffset? DeviceTime, DateTimeOffset ReceivedAt, double Value, ReadingQuality Quality, bool Buffered,
    long? Seq, ReadingFlags Flags, bool Conflict, string DeviceId)
{
    public bool CountsAsMissing => Quality != ReadingQuality.Good || Flags.HasFlag(ReadingFlags.ClockUncertain);
}

/// <summary>Summary of a stretch of time. Min, mean and max are null when it holds no good value.</summary>
public sealed record ReadingBucket(DateTimeOffset From, DateTimeOffset To, double? Min, double? Mean, double? Max, int Count, double MissingSeconds);

/// <summary>Reads what the writer stored, sealed or not. Times are effective times unless said otherwise; a period includes its start, not its end.</summary>
public sealed class ReadingStore(NpgsqlDataSource source)
{
    static readonly string ByTime = SealedReadings.ByTime(ReadingRows.Columns, "");

    const string ConflictsByTime = $"""
        select {ReadingRows.ConflictColumns} from telemetry.reading_conflicts
        where incubator_id = $1 and coalesce(effective_at, at) >= $2 and coalesce(effective_at, at) < $3
        order by coalesce(effective_at, at), received_at
        """;

    /// <summary>What is sealed last is among those that begin in the month before the last beginning: a month or day may end after an hour that begins later.</summary>
    const string LastSealed = """
        (select * from telemetry.sealed where incubator_id = $1 and hour > (select max(hour) from telemetry.sealed where incubator_id = $1) - interval '31 days') last
        """;

    /// <summary>Rows in time order; conflicting values follow the row they contradict.</summary>
    public IAsyncEnumerable<ReadingRow> Rows(string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => Rows(incubatorId, null, from, to, ct);

    async IAsyncEnumerable<ReadingRow> Rows(string incubatorId, string? channel, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await foreach (var row in Rows(connection, incubatorId, channel, from, to, ct)) yield return row;
    }

    /// <summary>Rows as the transaction of <paramref name="connection"/> sees them.</summary>
    internal static async IAsyncEnumerable<ReadingRow> Rows(
        NpgsqlConnection connection, string incubatorId, string? channel, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        var conflicts = new Queue<ReadingRow>(await List(connection, ConflictsByTime, ct, incubatorId, from.UtcDateTime, to.UtcDateTime));
        await using var command = new NpgsqlCommand(ByTime, connection);
        await foreach (var row in Rows(command, incubatorId, channel, from, to, ct))
        {
            while (conflicts.TryPeek(out var next) && next.EffectiveAt < row.EffectiveAt) yield return conflicts.Dequeue();
            yield return row;
        }
        foreach (var rest in conflicts) yield return rest;
    }

    static IAsyncEnumerable<ReadingRow> Rows(NpgsqlCommand byTime, string incubatorId, string? channel, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        foreach (var parameter in new object[] { incubatorId, from.UtcDateTime, to.UtcDateTime }) byTime.Parameters.AddWithValue(parameter);
        var order = Comparer<ReadingRow>.Create((a, b) => a.ReceivedAt != b.ReceivedAt ? a.ReceivedAt.CompareTo(b.ReceivedAt) : a.Part.CompareTo(b.Part));
        return SealedReadings.Read(byTime, ReadingRows.ColumnCount, ReadingRows.Read, Packed, order, ct);

        void Packed(byte[] period, Action<DateTimeOffset, ReadingRow> take)
        {
            foreach (var row in SealedPeriod.Unpack(incubatorId, period, channel))
                if (row.EffectiveAt >= from && row.EffectiveAt < to)
                    take(row.EffectiveAt, row);
        }
    }

    /// <summary>Values of one channel in time order, by name or alias; every conflicting value is given as well.</summary>
    public async IAsyncEnumerable<ReadingPoint> Query(string incubatorId, string channel, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        var name = ChannelNames.Canonical(channel);
        await using var connection = await source.OpenConnectionAsync(ct);
        var contested = (await List(connection, ConflictsByTime, ct, incubatorId, from.UtcDateTime, to.UtcDateTime))
            .Where(c => c.Values[name] is not null).Select(c => c.Key).ToHashSet();
        await foreach (var row in Rows(connection, incubatorId, name, from, to, ct))
            if (row.Values[name] is { } value)
                yield return new ReadingPoint(row.EffectiveAt, row.DeviceTime, row.ReceivedAt, value, row.Quality, row.Buffered, row.Seq, row.Flags,
                    row.IsConflict || contested.Contains(row.Key), row.DeviceId);
    }

    /// <summary>
    /// The values that count (good, at a certain time) of some channels, in time order; conflicting values follow the row they contradict. Reads no other
    /// column, so that months of readings can be drawn at once.
    /// </summary>
    /// <returns>Time, and one value a channel in the order asked for; null where the message had none.</returns>
    public async IAsyncEnumerable<(DateTimeOffset Time, double?[] Values)> Counting(
        string incubatorId, IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await foreach (var row in Counting(connection, Names(channels), incubatorId, from, to, ct)) yield return row;
    }

    static string[] Names(IReadOnlyList<string> channels) => [.. channels.Select(ChannelNames.Canonical)];

    static async IAsyncEnumerable<(DateTimeOffset Time, double?[] Values)> Counting(
        NpgsqlConnection connection, string[] names, string incubatorId, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        var conflicts = new Queue<ReadingRow>((await List(connection, ConflictsByTime, ct, incubatorId, from.UtcDateTime, to.UtcDateTime)).Where(c => !c.CountsAsMissing));
        await using var command = new NpgsqlCommand(SealedReadings.ByTime(ReadingRows.Narrow(names), ReadingRows.Counts), connection);
        foreach (var parameter in new object[] { incubatorId, from.UtcDateTime, to.UtcDateTime, names }) command.Parameters.AddWithValue(parameter);
        var order = Comparer<(DateTimeOffset, double?[])>.Create((_, _) => 0);
        await foreach (var (time, values) in SealedReadings.Read(command, names.Length, Stored, Packed, order, ct))
        {
            while (conflicts.TryPeek(out var next) && next.EffectiveAt < time) yield return Values(conflicts.Dequeue());
            yield return (time, values);
        }
        foreach (var rest in conflicts) yield return Values(rest);

        (DateTimeOffset Time, double?[] Values) Values(ReadingRow row) => (row.EffectiveAt, [.. names.Select(n => row.Values[n])]);

        void Packed(byte[] period, Action<DateTimeOffset, (DateTimeOffset, double?[])> take) => SealedPeriod.Counting(period, names, (time, values) =>
        {
            if (time >= from && time < to) take(time, (time, values));
        });

        (DateTimeOffset Time, double?[] Values) Stored(NpgsqlDataReader reader)
        {
            var values = new double?[names.Length];
            for (var i = 0; i < names.Length; i++) values[i] = reader.IsDBNull(i) ? null : reader.GetDouble(i);
            return (ReadingRows.Time(reader, names.Length), values);
        }
    }

    /// <summary>
    /// Divides a period into buckets (<see cref="BucketSummary"/>), channel by channel in the order asked for. A good value covers the time to the next one, at most
    /// <paramref name="covers"/> (domain.md 4.3.3); what no value covers is missing. Long buckets rest on days that were summed up before, where those are up to date.
    /// </summary>
    /// <param name="covers">2.5 × the sampling period.</param>
    public async Task<IReadOnlyList<IReadOnlyList<ReadingBucket>>> Buckets(
        string incubatorId, IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to, int buckets, TimeSpan covers, CancellationToken ct)
    {
        var (names, summaries) = (Names(channels), channels.Select(_ => new BucketSummary(from, to, buckets, covers)).ToArray());
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);    // sums and readings of one moment
        var days = BucketSummary.OnWholeHours(from, to, buckets)
            ? await RollupReader.Usable(connection, incubatorId, names, Day(from.AddTicks(TimeSpan.TicksPerDay - 1)), Day(to), covers, ct)
            : [];
        var readUntil = from - covers;
        foreach (var (day, summedUp) in days)
        {
            await Read(day);
            for (var i = 0; i < summaries.Length; i++) summedUp[i]?.AddTo(summaries[i], covers);
            readUntil = day.AddDays(1);
        }
        await Read(to);
        return [.. summaries.Select(s => s.Finish())];

        async Task Read(DateTimeOffset until)
        {
            if (readUntil >= until) return;
            await foreach (var (time, values) in Counting(connection, names, incubatorId, readUntil, until, ct))
                for (var i = 0; i < values.Length; i++)
                    if (values[i] is { } value)
                        summaries[i].Add(time, value);
        }
    }

    static DateTimeOffset Day(DateTimeOffset time) => new(time.UtcTicks / TimeSpan.TicksPerDay * TimeSpan.TicksPerDay, TimeSpan.Zero);

    /// <summary>
    /// The newest value of every channel by effective time, whatever its quality, looked for in the day before the newest reading. Late readings never
    /// move it back.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, ReadingPoint>> Latest(string incubatorId, CancellationToken ct)
    {
        var latest = new Dictionary<string, ReadingPoint>(StringComparer.Ordinal);
        if (await Newest(incubatorId, ct) is not { } newest) return latest;
        await foreach (var row in Rows(incubatorId, newest.AddDays(-1), newest.AddTicks(TimeSpan.TicksPerMillisecond), ct))
            foreach (var (channel, value) in row.Values.All())
                if (!row.IsConflict)
                    latest[channel] = new ReadingPoint(row.EffectiveAt, row.DeviceTime, row.ReceivedAt, value, row.Quality, row.Buffered, row.Seq, row.Flags, false, row.DeviceId);
        return latest;
    }

    /// <summary>How many times of the period have a value, channel by channel in the order asked for.</summary>
    public async Task<IReadOnlyList<long>> Count(string incubatorId, IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var names = Names(channels);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);    // one sight of both places
        await using var until = new NpgsqlCommand($"select max(hour + hours * interval '1 hour') from {LastSealed}", connection);
        until.Parameters.AddWithValue(incubatorId);
        var border = await until.ExecuteScalarAsync(ct) is DateTime end ? new DateTimeOffset(end, TimeSpan.Zero) : DateTimeOffset.MinValue;
        var first = from.AddDays(-1);
        // Before the border a time may have its values in either place, so those are counted here; behind it the database counts.
        var times = names.Select(_ => new HashSet<DateTimeOffset>()).ToArray();
        if (border > first)
        {
            await using var rows = new NpgsqlCommand(ByTime, connection);
            await foreach (var row in Rows(rows, incubatorId, null, from, to, ct))
                for (var i = 0; i < names.Length; i++)
                    if (row.At < border && row.Values[names[i]] is not null)
                        times[i].Add(row.EffectiveAt);
            first = border;
        }
        var counts = names.Select((c, i) => $"count(distinct coalesce(effective_at, at)) filter (where {ReadingRows.HasValue(c, $"($4::text[])[{i + 1}]")})");
        await using var command = new NpgsqlCommand($"""
            select {string.Join(", ", counts)} from telemetry.readings
            where incubator_id = $1 and at >= $5 and at < $3::timestamptz + interval '1 day'
              and coalesce(effective_at, at) >= $2 and coalesce(effective_at, at) < $3 and cardinality($4::text[]) > 0
            """, connection);
        foreach (var parameter in new object[] { incubatorId, from.UtcDateTime, to.UtcDateTime, names, first.UtcDateTime }) command.Parameters.AddWithValue(parameter);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return [.. names.Select((_, i) => reader.GetInt64(i) + times[i].Count)];
    }

    /// <summary>Effective time of the newest reading; null when there is none.</summary>
    public async Task<DateTimeOffset?> Newest(string incubatorId, CancellationToken ct)
    {
        await using var command = source.CreateCommand($"""
            select greatest(
              (select at from telemetry.readings where incubator_id = $1 and effective_at is null order by at desc limit 1),
              (select max(effective_at) from telemetry.readings where incubator_id = $1 and effective_at is not null),
              (select max(last_effective) from {LastSealed} where not displaced),
              (select max(last_effective) from telemetry.sealed where incubator_id = $1 and displaced))
            """);
        command.Parameters.AddWithValue(incubatorId);
        return await command.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    /// <summary>Rows and conflicts received at or after a time, in order of receipt: what a judge that stopped has to catch up on.</summary>
    public IAsyncEnumerable<ReadingRow> ReceivedSince(string incubatorId, DateTimeOffset receivedAt, CancellationToken ct) =>
        Received(incubatorId, receivedAt, DateTimeOffset.MaxValue, ct);

    /// <summary>
    /// Rows and conflicts received in [from, to), in order of receipt, however many: a day of them is in memory at a time (a month of a slow device), because a
    /// device's time may lie that far ahead of the receipt.
    /// </summary>
    public async IAsyncEnumerable<ReadingRow> Received(string incubatorId, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var conflicts = new Queue<ReadingRow>(await List(connection,
            $"select {ReadingRows.ConflictColumns} from telemetry.reading_conflicts where incubator_id = $1 and received_at >= $2 and received_at < $3 order by received_at",
            ct, incubatorId, from.UtcDateTime, to.UtcDateTime));
        await using var command = new NpgsqlCommand($"""
            select r.*, s.hour - interval '1 day' t, s.body from telemetry.sealed s left join (select {ReadingRows.Columns} from telemetry.readings where false) r on false
            where s.incubator_id = $1 and s.last_received >= $2 and s.hour < $3::timestamptz + interval '1 day'
            union all
            select {ReadingRows.Columns}, received_at, null from telemetry.readings where incubator_id = $1 and received_at >= $2 and received_at < $3
            order by t
            """, connection);
        foreach (var parameter in new object[] { incubatorId, from.UtcDateTime, to.UtcDateTime }) command.Parameters.AddWithValue(parameter);
        var order = Comparer<ReadingRow>.Create((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Part.CompareTo(b.Part));
        await foreach (var row in SealedReadings.Read(command, ReadingRows.ColumnCount, ReadingRows.Read, Packed, order, ct))
        {
            while (conflicts.TryPeek(out var next) && next.ReceivedAt < row.ReceivedAt) yield return conflicts.Dequeue();
            yield return row;
        }
        foreach (var rest in conflicts) yield return rest;

        void Packed(byte[] period, Action<DateTimeOffset, ReadingRow> take)
        {
            foreach (var row in SealedPeriod.Unpack(incubatorId, period))
                if (row.ReceivedAt >= from && row.ReceivedAt < to)
                    take(row.ReceivedAt, row);
        }
    }

    static async Task<List<ReadingRow>> List(NpgsqlConnection connection, string conflicts, CancellationToken ct, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(conflicts, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        var list = new List<ReadingRow>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) list.Add(ReadingRows.ReadConflict(reader));
        return list;
    }
}
