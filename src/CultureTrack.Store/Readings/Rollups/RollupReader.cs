using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings.Rollups;

/// <summary>Reads days that were summed up.</summary>
static class RollupReader
{
    /// <summary>
    /// The days of a period that are summed up and still say what the readings say, in order, with one summary a channel; null where the channel has no value.
    /// The caller's transaction sees readings and sums of one moment.
    /// </summary>
    /// <param name="from">Beginning of a day.</param>
    /// <param name="to">End of a day.</param>
    /// <param name="covers">How long a value counts; days whose summary cannot tell that are left out.</param>
    public static async Task<List<(DateTimeOffset Day, ChannelDay?[] Channels)>> Usable(
        NpgsqlConnection connection, string incubatorId, string[] channels, DateTimeOffset from, DateTimeOffset to, TimeSpan covers, CancellationToken ct)
    {
        var days = new List<(DateTimeOffset, ChannelDay?[])>();
        if (from >= to) return days;
        var conflicts = new Dictionary<DateTimeOffset, int>();
        await using (var count = Command(connection, """
            select date_trunc('day', coalesce(effective_at, at), 'UTC'), count(*)::integer from telemetry.reading_conflicts
            where incubator_id = $1 and coalesce(effective_at, at) >= $2 and coalesce(effective_at, at) < $3 group by 1
            """, incubatorId, from, to))
        await using (var reader = await count.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) conflicts.Add(ReadingRows.Time(reader, 0), reader.GetInt32(1));
        var unsealed = await Unsealed(connection, incubatorId, from, to, ct);

        await using var read = Command(connection, """
            select day, conflicts, (select array_agg(bodies[array_position(channels, name)] order by o) from unnest($4) with ordinality n(name, o))
            from telemetry.rollups where incubator_id = $1 and day >= $2 and day < $3 order by day
            """, incubatorId, from, to);
        read.Parameters.AddWithValue(channels);
        await using var rows = await read.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var day = ReadingRows.Time(rows, 0);
            if (unsealed.Contains(day) || rows.GetInt32(1) != conflicts.GetValueOrDefault(day)) continue;
            var bodies = channels.Length == 0 ? [] : rows.GetFieldValue<byte[]?[]>(2);
            ChannelDay?[] summaries = [.. bodies.Select(b => b is null ? null : ChannelDay.Unpack(day, b))];
            if (summaries.All(s => s is null || s.Usual <= covers)) days.Add((day, summaries));
        }
        return days;
    }

    /// <summary>Days of a period that have readings outside the sealed ones, up to the last day that is summed up.</summary>
    static async Task<HashSet<DateTimeOffset>> Unsealed(NpgsqlConnection connection, string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using var command = Command(connection, """
            with until as materialized (select day + interval '1 day' as day from telemetry.rollups where incubator_id = $1 and day >= $2 and day < $3 order by day desc limit 1)
            select distinct date_trunc('day', at, 'UTC') from telemetry.readings
            where incubator_id = $1 and at >= $2 and at < (select day from until) and effective_at is null
            union
            select distinct date_trunc('day', effective_at, 'UTC') from telemetry.readings
            where incubator_id = $1 and effective_at >= $2 and effective_at < (select day from until)
            """, incubatorId, from, to);
        var days = new HashSet<DateTimeOffset>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) days.Add(ReadingRows.Time(reader, 0));
        return days;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string incubatorId, DateTimeOffset from, DateTimeOffset to) => new(sql, connection)
    {
        Parameters =
        {
            new() { Value = incubatorId },
            new() { Value = from.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = to.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        },
    };
}
