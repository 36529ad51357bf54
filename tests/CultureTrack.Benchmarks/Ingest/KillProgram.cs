using System.Diagnostics;
using System.Globalization;
using System.Net;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest;
using CultureTrack.Ingest.Broker;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
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

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (times, devices) = (Number(0, 10), Number(1, 10));
        var folder = Path.Combine(Path.GetTempPath(), $"culturetrack-kill-{Guid.CreateVersion7():n}");
        var load = new AcknowledgedLoad(InFlight);
        var random = new Random();
        try
        {
            for (var round = 0; round < times; round++)
            {
                using var server = Serve(folder);
                var port = int.Parse((await server.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
                using var stop = new CancellationTokenSource();
                var senders = Enumerable.Range(0, devices).Select(d => load.Send(port, Device($"BENCH-{d:000}"), stop.Token)).ToList();
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
                Console.Error.WriteLine($"killed {(database ? "PostgreSQL, then the server" : "the server")} ({round + 1}/{times}), {load.Acknowledged} acknowledged so far");
            }
            return await load.Verify(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static LoadDevice Device(string id) => new(id, id, id, id, $"culturetrack/bench/{id}/telemetry");

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
