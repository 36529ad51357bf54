using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings.Rollups;

/// <summary>Sums up days whose readings are sealed, and those again for which something came.</summary>
sealed class RollupMaker(NpgsqlDataSource source)
{
    /// <summary>Days with conflicts that came after they were summed up. Who received them looks within hours; until then readers read such a day's readings.</summary>
    const string Contested = """
        insert into telemetry.rollups_due
        select r.incubator_id, r.day from telemetry.rollups r join (
          select distinct incubator_id, date_trunc('day', coalesce(effective_at, at), 'UTC') as day from telemetry.reading_conflicts where received_at >= $1) c
          using (incubator_id, day)
        where r.conflicts <> (select count(*) from telemetry.reading_conflicts n where n.incubator_id = r.incubator_id
          and coalesce(n.effective_at, n.at) >= r.day and coalesce(n.effective_at, n.at) < r.day + interval '1 day')
        on conflict do nothing
        """;

    const string Due = """
        select incubator_id, day from telemetry.rollups_due d where day + interval '1 day' <= $1
          and not exists (select from telemetry.readings r where r.incubator_id = d.incubator_id and r.at >= d.day and r.at < d.day + interval '1 day')
        order by day, incubator_id limit $2
        """;

    /// <summary>How far back conflicts are looked for: longer than a server is usually away.</summary>
    static readonly TimeSpan ConflictsOf = TimeSpan.FromDays(14);

    /// <param name="now">By the lab's clock.</param>
    /// <param name="before">Only days that end by then.</param>
    /// <param name="most">How many days of one incubator each at most.</param>
    /// <returns>How many days were summed up.</returns>
    public async Task<int> Make(DateTimeOffset now, DateTimeOffset before, int most, CancellationToken ct)
    {
        await using (var contested = source.CreateCommand(Contested))
        {
            contested.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now - ConflictsOf).UtcDateTime);
            await contested.ExecuteNonQueryAsync(ct);
        }
        var days = new List<(string Incubator, DateTimeOffset Day)>();
        await using (var due = source.CreateCommand(Due))
        {
            due.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, before.UtcDateTime);
            due.Parameters.AddWithValue(most);
            await using var reader = await due.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) days.Add((reader.GetString(0), ReadingRows.Time(reader, 1)));
        }
        foreach (var (incubator, day) in days) await Make(incubator, day, ct);
        return days.Count;
    }

    async Task Make(string incubator, DateTimeOffset day, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Nothing is sealed meanwhile. What comes in meanwhile stands outside the sealed readings or is one conflict more, and a reader sees that.
        await using (var wait = new NpgsqlCommand($"select pg_advisory_xact_lock({ReadingTransactions.CarefulLock})", connection)) await wait.ExecuteNonQueryAsync(ct);
        var channels = new SortedDictionary<string, List<(DateTimeOffset Time, double Value)>>(StringComparer.Ordinal);
        var conflicts = 0;
        await foreach (var row in ReadingStore.Rows(connection, incubator, null, day, day.AddDays(1), ct))
        {
            if (row.IsConflict) conflicts++;
            if (row.CountsAsMissing) continue;
            foreach (var (channel, value) in row.Values.All())
            {
                if (!channels.TryGetValue(channel, out var values)) channels.Add(channel, values = []);
                values.Add((row.EffectiveAt, value));
            }
        }
        await using var store = new NpgsqlCommand("""
            with done as (delete from telemetry.rollups_due where incubator_id = $1 and day = $2),
              before as (delete from telemetry.rollups where incubator_id = $1 and day = $2)
            select
            """, connection);
        await using var insert = new NpgsqlCommand("insert into telemetry.rollups (incubator_id, day, conflicts, channels, bodies) values ($1, $2, $3, $4, $5)", connection);
        foreach (var command in (NpgsqlCommand[])[store, insert])
        {
            command.Parameters.AddWithValue(incubator);
            command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, day.UtcDateTime);
        }
        insert.Parameters.AddWithValue(conflicts);
        insert.Parameters.AddWithValue(channels.Keys.ToArray());
        insert.Parameters.AddWithValue(channels.Values.Select(v => ChannelDay.Of(day, v).Pack()).ToArray());
        await store.ExecuteNonQueryAsync(ct);
        await insert.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
