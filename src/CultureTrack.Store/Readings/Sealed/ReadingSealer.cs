using CultureTrack.Store.Readings.Rollups;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings.Sealed;

/// <summary>When readings are sealed.</summary>
public sealed record SealingOptions
{
    /// <summary>How long a whole hour must be past, and the last of its rows received, before it is sealed. At least one day.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How often is looked, in true time.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Hours (one incubator each) sealed in one look at most; the others wait for the next.</summary>
    public int HoursPerLook { get; init; } = 500;

    /// <summary>Days (one incubator each) summed up in one look at most.</summary>
    public int DaysPerLook { get; init; } = 500;
}

/// <summary>Packs hours that are long past. Several servers may do so side by side: an hour is swapped once, and only for the same readings.</summary>
public sealed class ReadingSealer(NpgsqlDataSource source, SealingOptions options, TimeProvider clock, ILogger<ReadingSealer> log) : BackgroundService
{
    /// <summary>An hour that is ready: every row of it is as old as it must be by its own time and by its receipt.</summary>
    const string Ready = """
        select incubator_id, hour from (
          select incubator_id, date_trunc('hour', at, 'UTC') as hour, max(greatest(received_at, effective_at)) as last
          from telemetry.readings where at < $1 group by 1, 2) h
        where last < $1 and hour + interval '1 hour' <= $1 order by hour, incubator_id limit $2
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

    /// <summary>Seals what is ready, at most <see cref="SealingOptions.HoursPerLook"/> hours, and sums up days that are sealed.</summary>
    /// <returns>How many hours were sealed.</returns>
    public async Task<int> Seal(CancellationToken ct)
    {
        var hours = await Due(ct);
        var sealedNow = 0;
        foreach (var (incubator, hour) in hours)
            if (await Seal(incubator, hour, ct)) sealedNow++;
        foreach (var day in hours.Select(h => DateOnly.FromDateTime(h.Hour.UtcDateTime)).Distinct())
        {
            await using var tidy = source.CreateCommand("select telemetry.tidy_sealed_day($1)");
            tidy.Parameters.AddWithValue(day);
            await tidy.ExecuteNonQueryAsync(ct);
        }
        await new RollupMaker(source).Make(clock.GetUtcNow(), clock.GetUtcNow() - options.After, options.DaysPerLook, ct);
        return sealedNow;
    }

    async Task<List<(string Incubator, DateTimeOffset Hour)>> Due(CancellationToken ct)
    {
        await using var ready = source.CreateCommand(Ready);
        ready.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (clock.GetUtcNow() - options.After).UtcDateTime);
        ready.Parameters.AddWithValue(options.HoursPerLook);
        await using var reader = await ready.ExecuteReaderAsync(ct);
        var hours = new List<(string, DateTimeOffset)>();
        while (await reader.ReadAsync(ct)) hours.Add((reader.GetString(0), ReadingRows.Time(reader, 1)));
        return hours;
    }

    async Task<bool> Seal(string incubator, DateTimeOffset hour, CancellationToken ct)
    {
        var rows = new List<ReadingRow>();
        await using (var read = source.CreateCommand($"""
            select {ReadingRows.Columns} from telemetry.readings where incubator_id = $1 and at >= $2 and at < $2 + interval '1 hour' order by at, device_id, part
            """))
        {
            read.Parameters.AddWithValue(incubator);
            read.Parameters.AddWithValue(hour.UtcDateTime);
            await using var reader = await read.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) rows.Add(ReadingRows.Read(reader));
        }
        if (rows.Count == 0) return false;    // another server was quicker

        await using var swap = source.CreateCommand("select telemetry.seal_hour($1, $2, $3)");
        swap.Parameters.AddWithValue(incubator);
        swap.Parameters.AddWithValue(hour.UtcDateTime);
        swap.Parameters.AddWithValue(SealedHour.Pack(rows));
        if (await swap.ExecuteScalarAsync(ct) is not string difference) return true;
        log.LogWarning("The hour {Hour:o} of {Incubator} is not sealed: the database finds another {Difference} than was packed", hour, incubator, difference);
        return false;
    }
}
