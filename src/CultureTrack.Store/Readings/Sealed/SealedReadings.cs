using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings.Sealed;

/// <summary>
/// Rows of both places, the table and the sealed periods. One statement asks both, because a period that is swapped between two statements would be in neither.
/// </summary>
static class SealedReadings
{
    const string InTime = """
        select first_effective, body from telemetry.sealed where incubator_id = $1 and hour > $2 - interval '1 hour' and hour < $3 and hours = 1 and not displaced
        union all
        select first_effective, body from telemetry.sealed
        where incubator_id = $1 and hour > $2 - interval '31 days' and hour < $3 and last_effective >= $2 and hours > 1 and not displaced
        union all
        select first_effective, body from telemetry.sealed where incubator_id = $1 and last_effective >= $2 and first_effective < $3 and displaced
        """;

    /// <summary>
    /// Selects a period of effective time in its order: columns of a row, then its time and null; or nulls, then the time of a sealed period's first row and its
    /// bytes. Parameters: incubator, from, to, and what the columns name.
    /// </summary>
    /// <param name="condition">On rows of the table, beginning with <c>and</c>; empty for all.</param>
    public static string ByTime(string columns, string condition) => $"""
        select r.*, s.first_effective t, s.body from ({InTime}) s left join (select {columns} from telemetry.readings where false) r on false
        union all
        select {columns}, at, null from telemetry.readings where incubator_id = $1 and at >= $2 and at < $3 and effective_at is null {condition}
        union all
        select {columns}, effective_at, null from telemetry.readings where incubator_id = $1 and effective_at >= $2 and effective_at < $3 {condition}
        order by t
        """;

    /// <summary>Gives what such a statement finds in the order of its times, sealed or not.</summary>
    /// <param name="columns">How many columns a row of the table has; then come its time, and the bytes of a sealed period that holds nothing earlier.</param>
    /// <param name="packed">Hands on, with their times, what is asked for of a sealed period.</param>
    /// <param name="order">Of those of one time.</param>
    public static async IAsyncEnumerable<T> Read<T>(NpgsqlCommand command, int columns, Func<NpgsqlDataReader, T> stored, Action<byte[], Action<DateTimeOffset, T>> packed,
        IComparer<T> order, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var waiting = new InTimeOrder<T>(order);
        while (await reader.ReadAsync(ct))
        {
            var time = ReadingRows.Time(reader, columns);
            while (waiting.TryTake(before: time, out var next)) yield return next;
            if (reader.IsDBNull(columns + 1)) waiting.Add(time, stored(reader));
            else packed(reader.GetFieldValue<byte[]>(columns + 1), waiting.Add);
        }
        while (waiting.TryTake(before: DateTimeOffset.MaxValue, out var rest)) yield return rest;
    }

    /// <summary>The sealed rows of some keys, seen by the transaction of <paramref name="connection"/>.</summary>
    public static async Task<IReadOnlyList<ReadingRow>> OfKeys(NpgsqlConnection connection, IReadOnlyCollection<ReadingKey> keys, CancellationToken ct)
    {
        var starts = keys.SelectMany(k => PeriodStarts(k.At).Select(start => (k.IncubatorId, Start: start))).Distinct().ToList();
        await using var command = new NpgsqlCommand("""
            select s.incubator_id, s.body from unnest($1, $2) k (incubator, start)
            join telemetry.sealed s on s.incubator_id = k.incubator and s.hour = k.start
            """, connection);
        command.Parameters.Add(new() { Value = starts.Select(s => s.IncubatorId).ToArray() });
        command.Parameters.Add(new() { Value = starts.Select(s => s.Start.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (wanted, rows) = (keys.ToHashSet(), new List<ReadingRow>());
        while (await reader.ReadAsync(ct)) rows.AddRange(SealedPeriod.Unpack(reader.GetString(0), reader.GetFieldValue<byte[]>(1)).Where(r => wanted.Contains(r.Key)));
        return rows;
    }

    /// <summary>Where the sealed periods begin that a reading of this time can be in.</summary>
    static DateTimeOffset[] PeriodStarts(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return [utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerHour)), new(utc.Date, TimeSpan.Zero), new(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero)];
    }
}
