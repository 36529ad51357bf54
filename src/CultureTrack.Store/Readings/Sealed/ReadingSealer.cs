using CultureTrack.Store.Readings.Rollups;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings.Sealed;

/// <summary>When readings are sealed.</summary>
public sealed record SealingOptions
{
    /// <summary>How long a whole period must be past, and the last of its rows received, before it is sealed. At least one day.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How often is looked, in true time.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// An hour with as many rows is sealed as one, else a day with as many, else the month: what a sealed row takes by itself is then little beside its readings.
    /// </summary>
    public int RowsWorthSealing { get; init; } = 240;

    /// <summary>Periods (one incubator each) sealed in one look at most; the others wait for the next.</summary>
    public int PeriodsPerLook { get; init; } = 500;

    /// <summary>Days (one incubator each) summed up in one look at most.</summary>
    public int DaysPerLook { get; init; } = 500;
}

/// <summary>Packs periods that are long past. Several servers may do so side by side: a period is swapped once, and only for the same readings.</summary>
public sealed class ReadingSealer(NpgsqlDataSource source, SealingOptions options, TimeProvider clock, ILogger<ReadingSealer> log) : BackgroundService
{
    /// <summary>Each takes a moment in which nobody reads or writes readings.</summary>
    const int JoinedPerLook = 24;

    /// <summary>
    /// Periods that are ready: every row is as old as it must be by its own time and by its receipt. A day waits until its full hours are sealed, a month until its
    /// full days are, as they take all rows there are. What comes for a day that is sealed already does not wait for the month, so that its sums can be made again.
    /// </summary>
    const string Ready = """
        with hours as (
          select incubator_id, date_trunc('hour', at, 'UTC') as hour, count(*) as n, max(greatest(received_at, effective_at)) as last
          from telemetry.readings where at < $1 group by 1, 2),
        days as (
          select *, date_trunc('day', hour, 'UTC') as day, date_trunc('month', hour, 'UTC') as month, n >= $3 as is_full,
            sum(n) over of_day as in_day, bool_or(n >= $3) over of_day as has_full_hour, max(last) over of_day as last_of_day
          from hours window of_day as (partition by incubator_id, date_trunc('day', hour, 'UTC'))),
        months as (
          select *, bool_or(is_full_day) over of_month as has_full_day, max(last) over of_month as last_of_month
          from (
            select *, in_day >= $3 or exists (select from telemetry.sealed s
              where s.incubator_id = d.incubator_id and s.hour >= d.day and s.hour < d.day + interval '1 day' and s.hours <= 24) as is_full_day
            from days d) d
          window of_month as (partition by incubator_id, month)),
        periods as (
          select distinct incubator_id, p.* from months cross join lateral (
            select hour as start, hour + interval '1 hour' as before, last as newest where is_full
            union all
            select day, day + interval '1 day', last_of_day where is_full_day and not has_full_hour
            union all
            select month, (month at time zone 'UTC' + interval '1 month') at time zone 'UTC', last_of_month where not has_full_day) p)
        select incubator_id, start, (extract(epoch from before - start) / 3600)::integer from periods
        where newest < $1 and before <= $1 order by start, incubator_id limit $2
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Seal(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Readings could not be sealed: {Reason}. They stay as they are until the next look", e.Message);
            }
        }
    }

    /// <summary>Seals what is ready, at most <see cref="SealingOptions.PeriodsPerLook"/> periods, and sums up days that are sealed.</summary>
    /// <returns>How many periods were sealed.</returns>
    public async Task<int> Seal(CancellationToken ct)
    {
        var periods = await Due(ct);
        var sealedNow = 0;
        foreach (var (incubator, start, hours) in periods)
            if (await Seal(incubator, start, hours, ct)) sealedNow++;
        await Tidy(ct);
        await new RollupMaker(source).Make(clock.GetUtcNow(), clock.GetUtcNow() - options.After, options.DaysPerLook, ct);
        return sealedNow;
    }

    /// <summary>Gives back room, and joins the partitions of past months and years.</summary>
    async Task Tidy(CancellationToken ct)
    {
        var before = (clock.GetUtcNow() - options.After).UtcDateTime;
        await using var tidy = source.CreateCommand("select telemetry.tidy_sealed($1)");
        tidy.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, before);
        await tidy.ExecuteNonQueryAsync(ct);
        for (var i = 0; i < JoinedPerLook; i++)
        {
            await using var join = source.CreateCommand("select telemetry.join_sealed_partitions($1)");
            join.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, before);
            if (await join.ExecuteScalarAsync(ct) is not true) return;
        }
    }

    async Task<List<(string Incubator, DateTimeOffset Start, int Hours)>> Due(CancellationToken ct)
    {
        await using var ready = source.CreateCommand(Ready);
        ready.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (clock.GetUtcNow() - options.After).UtcDateTime);
        ready.Parameters.AddWithValue(options.PeriodsPerLook);
        ready.Parameters.AddWithValue(options.RowsWorthSealing);
        await using var reader = await ready.ExecuteReaderAsync(ct);
        var periods = new List<(string, DateTimeOffset, int)>();
        while (await reader.ReadAsync(ct)) periods.Add((reader.GetString(0), ReadingRows.Time(reader, 1), reader.GetInt32(2)));
        return periods;
    }

    async Task<bool> Seal(string incubator, DateTimeOffset start, int hours, CancellationToken ct)
    {
        var rows = new List<ReadingRow>();
        await using (var read = source.CreateCommand($"""
            select {ReadingRows.Columns} from telemetry.readings where incubator_id = $1 and at >= $2 and at < $3 order by at, device_id, part
            """))
        {
            read.Parameters.AddWithValue(incubator);
            read.Parameters.AddWithValue(start.UtcDateTime);
            read.Parameters.AddWithValue(start.AddHours(hours).UtcDateTime);
            await using var reader = await read.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) rows.Add(ReadingRows.Read(reader));
        }
        if (rows.Count == 0) return false;    // another server was quicker

        await using var swap = source.CreateCommand("select telemetry.seal_period($1, $2, $3, $4)");
        swap.Parameters.AddWithValue(incubator);
        swap.Parameters.AddWithValue(start.UtcDateTime);
        swap.Parameters.AddWithValue(hours);
        swap.Parameters.AddWithValue(SealedPeriod.Pack(rows));
        if (await swap.ExecuteScalarAsync(ct) is not string difference) return true;
        log.LogWarning("{Hours} hours of {Incubator} from {Start:o} are not sealed: the database finds another {Difference} than was packed", hours, incubator, start, difference);
        return false;
    }
}
