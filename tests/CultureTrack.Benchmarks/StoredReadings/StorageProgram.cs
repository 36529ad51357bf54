using System.Diagnostics;
using System.Globalization;
using CultureTrack.Benchmarks.Histories;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Instruments.Recordings;
using CultureTrack.Store.Readings;
using CultureTrack.Store.Readings.Sealed;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Benchmarks.StoredReadings;

/// <summary>
/// <c>storage [million readings] [folder of recordings]</c>: what sealed readings take, and how fast history opens over many of them. They are packed here and
/// copied in by the owner, since packing through the database is timed apart; a part of them is compared by the database with the rows they came from.
/// </summary>
internal static class StorageProgram
{
    private const int Days = 90, Seeds = 4, Rounds = 40, DrawnBuckets = 1000, YearDays = 365;
    private const string Year = "INC-YEAR";

    public static async Task<int> Run(string[] args)
    {
        var wanted = (args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10) * 1e6;
        var start = TimeProvider.System.GetUtcNow().Date.AddDays(-Days - 5) is var day ? new DateTimeOffset(day, TimeSpan.Zero) : default;
        await using var lab = await RunningLab.Start(manualStart: null);
        await LabSetup.People(lab);
        await LabSetup.Incubator(lab, Year, TimeProvider.System.GetUtcNow());
        await using var owner = NpgsqlDataSource.Create(Cluster.Owner(lab.DataFolder));
        await using var runtime = NpgsqlDataSource.Create(Cluster.Runtime(lab.DataFolder));

        var clock = Stopwatch.StartNew();
        var packed = Enumerable.Range(0, Seeds).Select(seed => Pack(MadeUpReadings.Simulated("INC", seed, start, Days)).ToList()).ToList();
        var each = packed[0].Sum(h => (long)h.Values);
        var incubators = Math.Max(1, (int)Math.Ceiling(wanted / each));
        for (var i = 0; i < incubators; i++)
            await Copy(owner, Id(i), packed[i % Seeds]);
        await Copy(owner, Year, Pack(MadeUpReadings.Simulated(Year, 5, start.AddDays(Days - YearDays), YearDays)));
        await Execute(owner, "vacuum analyze telemetry.sealed");
        var total = each * incubators + await Number(owner, $"select sum(row_count) * 5 from telemetry.sealed where incubator_id = '{Year}'");
        Say($"{incubators} incubators, {Days} days every 10 s, and one for {YearDays} days: {total / 1e6:0.0} million readings, packed and stored in {clock.Elapsed.TotalSeconds:0} s");
        Say($"sealed: {await Number(owner, "select pg_total_relation_size('telemetry.sealed')") / (double)total:0.00} bytes a reading with indexes ({packed[0].Sum(h => (long)h.Body.Length) / (double)each:0.00} packed)");
        if (args.Length > 1) await Recordings(owner, args[1]);
        await Sealing(owner, runtime, start);
        await SummingUp(owner, runtime, total);

        var store = new ReadingStore(runtime);
        var chance = new Random(7);
        DateTimeOffset AnyDay() => start.AddDays(chance.Next(1, Days - 31));
        string Any() => Id(chance.Next(incubators));
        await Time("one day, raw: bytes out of the database", () => Bodies(runtime, Any(), AnyDay(), 1));
        await Time("one day, raw: every row unpacked", () => Rows(store, Any(), AnyDay(), 1));
        await Time($"30 days: bytes out of the database", () => Bodies(runtime, Any(), AnyDay(), 30));
        await Time($"30 days in {DrawnBuckets} buckets, one channel", () => Buckets(store, Any(), AnyDay(), ["temperature"]));
        await Time($"30 days in {DrawnBuckets} buckets, four channels", () => Buckets(store, Any(), AnyDay(), ["temperature", "co2", "o2", "humidity"]));
        foreach (var channels in (string[][])[["temperature"], ["temperature", "co2", "o2", "humidity"]])
            await Time($"a year in {DrawnBuckets} buckets, {channels.Length} channels", () => Buckets(store, Year, start.AddDays(Days - YearDays).AddMinutes(7), channels, YearDays));
        await LabSetup.Incubator(lab, Id(0), TimeProvider.System.GetUtcNow());
        await Time("one day of one channel over HTTP", () => Http(lab, $"/incubators/{Id(0)}/readings?channel=temperature", AnyDay(), 1));
        await Time($"30 days in {DrawnBuckets} buckets over HTTP", () => Http(lab, $"/incubators/{Id(0)}/readings?channel=temperature&buckets={DrawnBuckets}", AnyDay(), 30));
        await Time($"a year in {DrawnBuckets} buckets over HTTP", () => Http(lab, $"/incubators/{Year}/readings?channel=temperature&buckets={DrawnBuckets}", start.AddDays(Days - YearDays), YearDays));
        return 0;
    }

    internal sealed record Period(DateTimeOffset At, int Hours, byte[] Body, int Rows, int Values, DateTimeOffset First, DateTimeOffset Last, DateTimeOffset Received);

    /// <summary>Hours, days or months, as the sealer would choose them.</summary>
    internal static IEnumerable<Period> Pack(IEnumerable<ReadingRow> rows)
    {
        var enough = new SealingOptions().RowsWorthSealing;
        foreach (var month in Runs(rows, r => new DateTimeOffset(r.At.Year, r.At.Month, 1, 0, 0, 0, TimeSpan.Zero)))
        {
            var few = new List<ReadingRow>();
            foreach (var day in Runs(month, r => new DateTimeOffset(r.At.Date, TimeSpan.Zero)))
            {
                var rest = new List<ReadingRow>();
                foreach (var hour in Runs(day, r => r.At.AddTicks(-(r.At.UtcTicks % TimeSpan.TicksPerHour))))
                    if (hour.Count >= enough) yield return Close(hour, Start(hour, TimeSpan.TicksPerHour), 1);
                    else rest.AddRange(hour);
                if (day.Count < enough) few.AddRange(rest);
                else if (rest.Count > 0) yield return Close(rest, Start(rest, TimeSpan.TicksPerDay), 24);
            }
            if (few.Count > 0) yield return Close(few, new(few[0].At.Year, few[0].At.Month, 1, 0, 0, 0, TimeSpan.Zero), 24 * DateTime.DaysInMonth(few[0].At.Year, few[0].At.Month));
        }
    }

    private static IEnumerable<List<ReadingRow>> Runs(IEnumerable<ReadingRow> rows, Func<ReadingRow, DateTimeOffset> start)
    {
        var open = new List<ReadingRow>();
        foreach (var row in rows)
        {
            if (open.Count > 0 && start(open[0]) != start(row))
            {
                yield return open;
                open = [];
            }
            open.Add(row);
        }
        if (open.Count > 0) yield return open;
    }

    private static DateTimeOffset Start(List<ReadingRow> rows, long ticks) => rows[0].At.AddTicks(-(rows[0].At.UtcTicks % ticks));

    private static Period Close(List<ReadingRow> rows, DateTimeOffset start, int hours) =>
        new(start, hours, SealedPeriod.Pack(rows), rows.Count, rows.Sum(r => r.Values.Count), rows[0].At, rows[^1].At, rows.Max(r => r.ReceivedAt));

    internal static async Task Copy(NpgsqlDataSource owner, string incubator, IEnumerable<Period> periods)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using var import = await connection.BeginBinaryImportAsync(
            "copy telemetry.sealed (incubator_id, hour, hours, serial, row_count, displaced, first_effective, last_effective, last_received, body) from stdin (format binary)");
        var atStart = new Dictionary<DateTimeOffset, short>();
        foreach (var period in periods)
        {
            await import.StartRowAsync();
            await import.WriteAsync(incubator, NpgsqlDbType.Text);
            await import.WriteAsync(period.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            await import.WriteAsync((short)period.Hours, NpgsqlDbType.Smallint);
            await import.WriteAsync(atStart[period.At] = (short)(atStart.GetValueOrDefault(period.At, (short)-1) + 1), NpgsqlDbType.Smallint);
            await import.WriteAsync(period.Rows, NpgsqlDbType.Integer);
            await import.WriteAsync(false, NpgsqlDbType.Boolean);
            foreach (var time in new[] { period.First, period.Last, period.Received }) await import.WriteAsync(time.UtcDateTime, NpgsqlDbType.TimestampTz);
            await import.WriteAsync(period.Body, NpgsqlDbType.Bytea);
        }
        await import.CompleteAsync();
    }

    private static async Task Recordings(NpgsqlDataSource owner, string folder)
    {
        var (allValues, allStored) = (0L, 0L);
        foreach (var (file, settings) in new (string, RecordingSettings)[]
        {
            ("memmert/memmert_2025-10-23_to_10-30.jsonl", new() { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") }),
            ("bioreactor/20251208-0937_bioreactor_data.csv", new() { StartedAt = new(2025, 12, 8, 9, 37, 0, TimeSpan.Zero) }),
            ("bioreactor/20260213_170934_bioreactor_data.csv", new() { Zone = TimeZoneInfo.Utc }),
            ("embryo-incubator/test03.csv", new() { Zone = TimeZoneInfo.Utc }),
            ("office-co2/datatest.txt", new() { Zone = TimeZoneInfo.Utc }),
            ("nab/ambient_temperature_system_failure.csv", new() { Format = "nab", Zone = TimeZoneInfo.Utc }),
        })
        {
            var periods = Pack(MadeUpReadings.Recorded("REC", Path.Combine(folder, file), settings)).ToList();
            await Copy(owner, $"REC-{file}", periods);
            var stored = await Number(owner, $"select sum(pg_column_size(s.*) + {ItemAndIndexes})::bigint from telemetry.sealed s where incubator_id = 'REC-{file}'");
            var values = periods.Sum(h => (long)h.Values);
            (allValues, allStored) = (allValues + values, allStored + stored);
            Say($"{file}: {values} readings in {periods.Count} rows, {periods.Sum(h => (long)h.Body.Length) / (double)values:0.00} bytes a reading packed, {stored / (double)values:0.00} with its row");
        }
        Say($"all recordings: {allStored / (double)allValues:0.00} bytes a reading");
    }

    /// <summary>Bytes of an item pointer and of the entries in three indexes.</summary>
    private const int ItemAndIndexes = 4 + 3 * 40;

    /// <summary>Times the way every hour really takes: read, packed, unpacked and compared by the database, swapped.</summary>
    private static async Task Sealing(NpgsqlDataSource owner, NpgsqlDataSource runtime, DateTimeOffset start)
    {
        await using (var writer = new ReadingWriter(runtime, new(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ReadingWriter>.Instance))
            foreach (var chunk in MadeUpReadings.Simulated("INC-SEALING", 99, start, 2).Chunk(2000))
                await writer.Append([.. chunk.Select(r => new TelemetryMessage { IncubatorId = r.IncubatorId, DeviceId = r.DeviceId, DeviceTime = r.At, ReceivedAt = r.ReceivedAt, Values = r.Values, Seq = r.Seq })], default);
        await Execute(owner, "vacuum analyze telemetry.readings");
        var wide = await Number(owner, "select sum(pg_total_relation_size(inhrelid))::bigint from pg_inherits where inhparent = 'telemetry.readings'::regclass") / (double)(2 * 8640 * 5);
        var clock = Stopwatch.StartNew();
        var sealer = new ReadingSealer(runtime, new() { DaysPerLook = 0 }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ReadingSealer>.Instance);
        var hours = await sealer.Seal(default);
        Say($"sealing: {hours} hours of 360 rows in {clock.Elapsed.TotalSeconds:0.0} s, {clock.Elapsed.TotalMilliseconds / hours:0} ms an hour; unsealed they took {wide:0.0} bytes a reading");
    }

    private static async Task SummingUp(NpgsqlDataSource owner, NpgsqlDataSource runtime, long total)
    {
        var sealer = new ReadingSealer(runtime, new(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ReadingSealer>.Instance);
        var clock = Stopwatch.StartNew();
        for (var left = long.MaxValue; await Number(owner, "select count(*) from telemetry.rollups_due") is var now && now < left; left = now) await sealer.Seal(default);
        await Execute(owner, "vacuum analyze telemetry.rollups");
        var days = await Number(owner, "select count(*) from telemetry.rollups");
        Say($"summed up: {days} days in {clock.Elapsed.TotalSeconds:0} s, {clock.Elapsed.TotalMilliseconds / days:0} ms a day; {await Number(owner, "select pg_total_relation_size('telemetry.rollups')") / (double)total:0.000} bytes a reading");
    }

    private static async Task<long> Bodies(NpgsqlDataSource source, string incubator, DateTimeOffset from, int days)
    {
        await using var command = source.CreateCommand("select body from telemetry.sealed where incubator_id = $1 and hour >= $2 and hour < $3 order by hour");
        foreach (var parameter in new object[] { incubator, from.UtcDateTime, from.AddDays(days).UtcDateTime }) command.Parameters.AddWithValue(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        var bytes = 0L;
        while (await reader.ReadAsync()) bytes += reader.GetFieldValue<byte[]>(0).Length;
        return bytes;
    }

    private static async Task<long> Rows(ReadingStore store, string incubator, DateTimeOffset from, int days)
    {
        var values = 0L;
        await foreach (var row in store.Rows(incubator, from, from.AddDays(days), default)) values += row.Values.Count;
        return values;
    }

    private static async Task<long> Buckets(ReadingStore store, string incubator, DateTimeOffset from, string[] channels, int days = 30) =>
        (await store.Buckets(incubator, channels, from, from.AddDays(days), DrawnBuckets, 2.5 * MadeUpReadings.Period, default)).Sum(c => c.Sum(b => (long)b.Count));

    private static async Task<long> Http(RunningLab lab, string path, DateTimeOffset from, int days)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1{path}&from={LabSetup.Text(from)}&to={LabSetup.Text(from.AddDays(days))}");
        request.Headers.Authorization = new("Bearer", await lab.Session("qa01"));
        using var reply = await lab.Http.SendAsync(request);
        return (await reply.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync()).LongLength;
    }

    private static async Task Time(string what, Func<Task<long>> ask)
    {
        for (var i = 0; i < 5; i++) await ask();
        var (times, size) = (new List<double>(), 0L);
        for (var i = 0; i < Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            size = await ask();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var ordered = times.Order().ToArray();
        Say($"{what}: p50 {CommandProgram.At(ordered, 0.5):0.0} ms, p95 {CommandProgram.At(ordered, 0.95):0.0} ms ({size} values or bytes)");
    }

    private static string Id(int index) => $"INC-{index + 1:000}";

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> Number(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
