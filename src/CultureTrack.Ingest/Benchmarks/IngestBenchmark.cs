using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest.Broker;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Npgsql;

namespace CultureTrack.Ingest.Benchmarks;

/// <param name="Devices">Connections.</param>
/// <param name="InFlight">Unacknowledged messages a connection.</param>
/// <param name="Rounds">The four take turns this many times; the medians are compared.</param>
/// <param name="Samples">Samples (four channels at one time) a message.</param>
public sealed record IngestLoad(int Devices = 50, int InFlight = 20, double Seconds = 8, double WarmUpSeconds = 2, int Rounds = 1, int Samples = 1);

/// <summary>Acknowledged messages a second and their PUBACK times in milliseconds.</summary>
public sealed record IngestRate(string Name, double PerSecond, double P50Ms, double P99Ms, double P999Ms, double CpuMsPerThousand, long Acknowledged);

/// <param name="Bare">The broker library alone, which stores nothing.</param>
/// <param name="Minimal">The least that stores: the better of its two transports.</param>
/// <param name="Ratio">Full product / minimal reference, in messages a second.</param>
/// <param name="CpuRatio">Full product / minimal reference, in processor time of clients and server a message; without the database's own.</param>
/// <param name="StoredReadings">Values in the store after the full run.</param>
/// <param name="DeliveredReadings">Values the sink was given.</param>
public sealed record IngestBenchmarkResult(IngestRate Bare, IngestRate Minimal, IngestRate Full, double Ratio, double CpuRatio, long AcknowledgedMessages, long AcknowledgedReadings,
    long StoredReadings, long DeliveredReadings);

/// <summary>
/// Compares, in one process and run, the bare MQTTnet broker (no storage, no checks), a minimal reference that stores (<see cref="MinimalBroker"/>) and the whole
/// way in: credentials, rights, decoding, deduplication, storage with fsync, delivery to a sink. Clients, broker and database share the machine. QoS 1, four
/// channels a sample.
/// </summary>
/// <param name="ownerConnectionString">Makes the table of the minimal reference.</param>
public sealed class IngestBenchmark(string runtimeConnectionString, string ownerConnectionString, IngestLoad load)
{
    const string Site = "bench";
    const int ChannelsOfASample = 4;

    public async Task<IngestBenchmarkResult> Run(Action<string>? report, CancellationToken ct)
    {
        List<IngestRate> bare = [], own = [], kestrel = [], full = [];
        long acknowledged = 0, delivered = 0, stored = 0;
        for (var round = 0; round < load.Rounds; round++)
        {
            report?.Invoke($"round {round + 1}: bare broker");
            bare.Add(await Bare(ct));
            report?.Invoke($"round {round + 1}: minimal reference on the library's transport");
            own.Add(await Minimal("minimal, own sockets", onKestrel: false, ct));
            report?.Invoke($"round {round + 1}: minimal reference on Kestrel");
            kestrel.Add(await Minimal("minimal, Kestrel", onKestrel: true, ct));
            report?.Invoke($"round {round + 1}: full product");
            var (rate, sent, given, kept) = await Full(ct);
            full.Add(rate);
            (acknowledged, delivered, stored) = (acknowledged + sent, delivered + given, stored + kept);
        }
        var minimal = new[] { Median(own), Median(kestrel) }.MaxBy(r => r.PerSecond)!;
        var whole = Median(full);
        return new IngestBenchmarkResult(Median(bare), minimal, whole, whole.PerSecond / minimal.PerSecond, whole.CpuMsPerThousand / minimal.CpuMsPerThousand,
            acknowledged, acknowledged * load.Samples * ChannelsOfASample, stored, delivered);
    }

    async Task<IngestRate> Minimal(string name, bool onKestrel, CancellationToken ct)
    {
        await using var owner = NpgsqlDataSource.Create(ownerConnectionString);
        var port = FreePort();
        await using var broker = await MinimalBroker.Start(owner, onKestrel, port, ct);
        return (await Load(name, port, ct)).Rate;
    }

    static IngestRate Median(List<IngestRate> rates) => rates.OrderBy(r => r.PerSecond).ElementAt(rates.Count / 2);

    async Task<IngestRate> Bare(CancellationToken ct)
    {
        var port = FreePort();
        var factory = new MqttServerFactory();
        using var server = factory.CreateMqttServer(factory.CreateServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).Build());
        await server.StartAsync();
        var (rate, _) = await Load("bare MQTTnet broker", port, ct);
        await server.StopAsync(new MqttServerStopOptions());
        return rate;
    }

    async Task<(IngestRate Rate, long Acknowledged, long Delivered, long Stored)> Full(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(runtimeConnectionString);
        var before = await CountValues(source, ct);
        using var metrics = new IngestMetrics();
        var directory = new BenchDirectory(load.Devices);
        var sink = new CountingSink();
        await using var writer = new ReadingWriter(source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
        var delivery = new ReadingDelivery(sink, writer, metrics, NullLogger<ReadingDelivery>.Instance);
        var pipeline = new TelemetryPipeline(writer, delivery, directory, sink, TimeProvider.System, metrics);
        var options = new MqttOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        await using var broker = new MqttBroker(options, pipeline, directory, source, TimeProvider.System, metrics, NullLoggerFactory.Instance);
        await broker.StartAsync(ct);
        var (rate, acknowledged) = await Load("full product", broker.Port, ct);
        await delivery.WhenDrained();
        return (rate, acknowledged, sink.Count, await CountValues(source, ct) - before);
    }

    static async Task<long> CountValues(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select count(temperature) + count(co2) + count(o2) + count(humidity) from telemetry.readings where incubator_id like 'BENCH-%'");
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    async Task<(IngestRate Rate, long Acknowledged)> Load(string name, int port, CancellationToken ct)
    {
        var clients = new List<LoadClient>();
        for (var i = 0; i < load.Devices; i++) clients.Add(await LoadClient.Connect(port, i, load.Samples, ct));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = clients.SelectMany(c => Enumerable.Range(0, load.InFlight).Select(_ => Task.Run(() => c.Send(stop.Token), ct))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(load.WarmUpSeconds), ct);
        foreach (var client in clients) client.Measuring = true;
        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.Delay(TimeSpan.FromSeconds(load.Seconds), ct);
        foreach (var client in clients) client.Measuring = false;
        var (took, cpuTook) = (Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        var times = clients.SelectMany(c => c.TimesMs).Order().ToList();
        foreach (var client in clients) await client.DisposeAsync();
        double At(double share) => times.Count == 0 ? double.NaN : times[(int)((times.Count - 1) * share)];
        var rate = new IngestRate(name, times.Count / took.TotalSeconds, At(0.5), At(0.99), At(0.999), cpuTook.TotalMilliseconds * 1000 / Math.Max(1, times.Count), times.Count);
        return (rate, clients.Sum(c => c.Acknowledged));
    }

    static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>One device that always has a number of messages unacknowledged, each with a time of its own.</summary>
    sealed class LoadClient(IMqttClient client, string topic, int samples) : IAsyncDisposable
    {
        readonly Lock _gate = new();
        long _timeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        long _acknowledged;

        public bool Measuring { get; set; }
        public List<double> TimesMs { get; } = [];
        public long Acknowledged => Interlocked.Read(ref _acknowledged);

        public static async Task<LoadClient> Connect(int port, int index, int samples, CancellationToken ct)
        {
            var client = new MqttClientFactory().CreateMqttClient();
            var id = string.Create(CultureInfo.InvariantCulture, $"BENCH-{index:000}");
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(id).WithCredentials(id, id).Build(), ct);
            return new LoadClient(client, $"culturetrack/{Site}/{id}/telemetry", samples);
        }

        public async Task Send(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                var last = Interlocked.Add(ref _timeMs, samples);
                var json = samples == 1 ? Sample(last) : $"[{string.Join(',', Enumerable.Range(1 - samples, samples).Select(i => Sample(last + i)))}]";
                var result = await client.PublishAsync(new MqttApplicationMessage
                {
                    Topic = topic,
                    PayloadSegment = Encoding.UTF8.GetBytes(json),
                    QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                }, CancellationToken.None);
                if (!result.IsSuccess) throw new InvalidOperationException($"Refused: {result.ReasonCode} {result.ReasonString}");
                Interlocked.Increment(ref _acknowledged);
                if (!Measuring) continue;
                lock (_gate) TimesMs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        static string Sample(long time) => string.Create(CultureInfo.InvariantCulture,
            $$"""{"ts":{{time}},"values":{"temperature":{{36.9 + time % 20 * 0.01:0.00}},"co2":{{5 + time % 7 * 0.01:0.00}},"o2":18.7,"humidity":{{94 + time % 10 * 0.1:0.0}}},"buffered":true}""");

        public async ValueTask DisposeAsync()
        {
            await client.DisconnectAsync();
            client.Dispose();
        }
    }

    sealed class BenchDirectory(int devices) : IDeviceDirectory
    {
        readonly Dictionary<string, DeviceIdentity> _byName = Enumerable.Range(0, devices)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"BENCH-{i:000}"))
            .ToDictionary(id => id, id => new DeviceIdentity(id, id, Site, [id], DeviceKind.Device), StringComparer.Ordinal);

        public ValueTask<DeviceIdentity?> Verify(string clientId, string? username, string? password, CancellationToken ct) =>
            ValueTask.FromResult(username is not null && username == password ? _byName.GetValueOrDefault(username) : null);

        public bool IncubatorKnown(string site, string incubatorId) => site == Site && _byName.ContainsKey(incubatorId);

        public DeviceIdentity? OwnerOf(string site, string incubatorId) => site == Site ? _byName.GetValueOrDefault(incubatorId) : null;
    }

    sealed class CountingSink : IReadingSink, IDeviceEvents
    {
        long _count;

        public long Count => Interlocked.Read(ref _count);

        public Task Committed(string incubatorId, IReadOnlyList<ReadingRow> readings)
        {
            Interlocked.Add(ref _count, readings.Sum(r => r.Values.All().Count()));
            return Task.CompletedTask;
        }

        public Task StatusChanged(string incubatorId, string deviceId, bool online, string? firmware, DateTimeOffset receivedAt) => Task.CompletedTask;

        public Task AlarmReported(string incubatorId, string deviceId, DateTimeOffset at, string code, string? text, bool active) => Task.CompletedTask;
    }
}
