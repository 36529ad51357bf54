using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest;
using CultureTrack.Ingest.Broker;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;
using Npgsql;

namespace CultureTrack.Benchmarks.Ingest;

/// <summary>
/// <c>kill [times] [devices]</c>: SIGKILLs the server, or its PostgreSQL, at random moments under load and starts again; at the end every
/// acknowledged reading must be stored exactly once. Exit code 1 when one is not.
/// </summary>
static class KillProgram
{
    public const string ServeVerb = "serve-for-kill";
    const int InFlight = 20;

    // One count for all devices and rounds: no two readings of this run have the same identity.
    static long s_timeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    sealed record Sent(string Device, long TimeMs, double Value);

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (times, devices) = (Number(0, 10), Number(1, 10));
        var folder = Path.Combine(Path.GetTempPath(), $"culturetrack-kill-{Guid.CreateVersion7():n}");
        var acknowledged = new ConcurrentBag<Sent>();
        var random = new Random();
        try
        {
            for (var round = 0; round < times; round++)
            {
                using var server = Serve(folder);
                var port = int.Parse((await server.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
                using var stop = new CancellationTokenSource();
                var senders = Enumerable.Range(0, devices).Select(d => Send(port, $"BENCH-{d:000}", acknowledged, stop.Token)).ToList();
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 2500)));
                var database = round % 2 == 1;
                if (database)
                {
                    using var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(folder, "postgres", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture));
                    postmaster.Kill();
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 2500)));
                }
                server.Kill();
                await stop.CancelAsync();
                await Task.WhenAll(senders);
                Console.Error.WriteLine($"killed {(database ? "PostgreSQL, then the server" : "the server")} ({round + 1}/{times}), {acknowledged.Count} acknowledged so far");
            }
            return await Verify(folder, acknowledged);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Process Serve(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string[] words = [typeof(KillProgram).Assembly.Location, ServeVerb, folder];
        foreach (var word in Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? words : words[1..]) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    /// <summary>The server's side: embedded cluster, broker, writer; prints its port and runs until it is killed.</summary>
    public static async Task ServeUntilKilled(string folder)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
        await SchemaMigrations.Run(postgres.OwnerConnectionString, postgres.RuntimeConnectionString, [], NullLogger.Instance, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(postgres.RuntimeConnectionString);
        using var metrics = new IngestMetrics();
        var anyone = new AnyDevice();
        await using var writer = new ReadingWriter(source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
        var delivery = new ReadingDelivery(anyone, writer, metrics, NullLogger<ReadingDelivery>.Instance);
        var pipeline = new TelemetryPipeline(writer, delivery, anyone, anyone, TimeProvider.System, metrics);
        await using var broker = new MqttBroker(new MqttOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, pipeline, anyone, source, TimeProvider.System, metrics, NullLoggerFactory.Instance);
        await broker.StartAsync(CancellationToken.None);
        Console.WriteLine(broker.Port.ToString(CultureInfo.InvariantCulture));
        await Task.Delay(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends until the server is gone; reconnects while it lives, as after a commit that failed.</summary>
    static async Task Send(int port, string device, ConcurrentBag<Sent> acknowledged, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = new MqttClientFactory().CreateMqttClient();
                await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(device).WithCredentials(device, device).WithTimeout(TimeSpan.FromSeconds(5)).Build(), stop);
                await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        var at = Interlocked.Increment(ref s_timeMs);
                        var sent = new Sent(device, at, 36 + at % 1000 * 0.001);
                        var json = string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{at}}},"buffered":true,"values":{"temperature":{{{sent.Value}}},"co2":5,"o2":18.7,"humidity":95}}""");
                        var message = new MqttApplicationMessage { Topic = $"culturetrack/bench/{device}/telemetry", PayloadSegment = Encoding.UTF8.GetBytes(json), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
                        if ((await client.PublishAsync(message, stop)).IsSuccess) acknowledged.Add(sent);
                    }
                }));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                await Task.Delay(50, CancellationToken.None);    // killed, or told to send again: what was not acknowledged counts as unsent
            }
        }
    }

    static async Task<int> Verify(string folder, ConcurrentBag<Sent> acknowledged)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(postgres.OwnerConnectionString);
        var stored = new Dictionary<(string, long), List<double>>();
        await using (var command = source.CreateCommand("select device_id, at, temperature from telemetry.readings union all select device_id, at, value from telemetry.reading_conflicts"))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
            {
                var key = (reader.GetString(0), new DateTimeOffset(reader.GetDateTime(1)).ToUnixTimeMilliseconds());
                if (!stored.TryGetValue(key, out var values)) stored.Add(key, values = []);
                values.Add(reader.GetDouble(2));
            }
        int lost = 0, wrong = 0, doubled = stored.Values.Count(v => v.Count != 1);
        foreach (var sent in acknowledged)
            if (!stored.TryGetValue((sent.Device, sent.TimeMs), out var values)) lost++;
            else if (!values.Contains(sent.Value)) wrong++;
        Console.WriteLine($"{acknowledged.Count} acknowledged, {stored.Count} stored: {lost} lost, {wrong} altered, {doubled} stored more than once");
        return lost + wrong + doubled == 0 ? 0 : 1;
    }

    sealed class AnyDevice : IDeviceDirectory, IReadingSink, IDeviceEvents
    {
        static DeviceIdentity Identity(string id) => new(id, id, "bench", [id], DeviceKind.Device);

        public ValueTask<DeviceIdentity?> Verify(string clientId, string? username, string? password, CancellationToken ct) => ValueTask.FromResult<DeviceIdentity?>(Identity(clientId));

        public bool IncubatorKnown(string site, string incubatorId) => true;

        public DeviceIdentity? OwnerOf(string site, string incubatorId) => Identity(incubatorId);

        public Task Committed(string incubatorId, IReadOnlyList<ReadingRow> readings) => Task.CompletedTask;

        public Task StatusChanged(string incubatorId, string deviceId, bool online, string? firmware, DateTimeOffset receivedAt) => Task.CompletedTask;

        public Task AlarmReported(string incubatorId, string deviceId, DateTimeOffset at, string code, string? text, bool active) => Task.CompletedTask;
    }
}
