using System.Collections.Concurrent;
using System.Net;
using System.Text;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest;
using CultureTrack.Ingest.Broker;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Npgsql;

namespace CultureTrack.IntegrationTests.Mqtt;

/// <summary>The register of a small lab, kept in memory.</summary>
sealed class LabDirectory : IDeviceDirectory
{
    readonly ConcurrentDictionary<string, (string Password, DeviceIdentity Identity)> _byUser = new(StringComparer.Ordinal);
    readonly HashSet<string> _incubators = ["INC-01", "INC-02", "INC-03"];

    public LabDirectory Add(string user, DeviceKind kind, IReadOnlyList<string> incubators, PayloadMapping? mapping = null)
    {
        _byUser[user] = ("secret", new DeviceIdentity(user, user, "main", incubators, kind, mapping));
        return this;
    }

    public ValueTask<DeviceIdentity?> Verify(string clientId, string? username, string? password, CancellationToken ct) =>
        ValueTask.FromResult(username is not null && _byUser.TryGetValue(username, out var known) && known.Password == (password ?? "secret") ? known.Identity : null);

    public bool IncubatorKnown(string site, string incubatorId) => site == "main" && _incubators.Contains(incubatorId);

    public DeviceIdentity? OwnerOf(string site, string incubatorId) =>
        IncubatorKnown(site, incubatorId) ? _byUser.Values.Select(v => v.Identity).FirstOrDefault(i => i.Incubators.Contains(incubatorId)) : null;
}

/// <summary>Remembers what was delivered, and can be told to be slow or to fail.</summary>
sealed class RecordingSink : IReadingSink, IDeviceEvents
{
    public ConcurrentQueue<(string Incubator, ReadingRow Reading)> Readings { get; } = new();
    public ConcurrentQueue<string> Events { get; } = new();
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public async Task Committed(string incubatorId, IReadOnlyList<ReadingRow> readings)
    {
        await Before();
        foreach (var reading in readings) Readings.Enqueue((incubatorId, reading));
    }

    public Task StatusChanged(string incubatorId, string deviceId, bool online, string? firmware, DateTimeOffset receivedAt)
    {
        Events.Enqueue($"{incubatorId} {(online ? "online" : "offline")} {firmware}".TrimEnd());
        return Task.CompletedTask;
    }

    public Task AlarmReported(string incubatorId, string deviceId, DateTimeOffset at, string code, string? text, bool active)
    {
        Events.Enqueue($"{incubatorId} {code} {active}");
        return Task.CompletedTask;
    }
}

/// <summary>The whole way in on a database of its own: broker, pipeline, writer, delivery.</summary>
sealed class BrokerHarness : IAsyncDisposable
{
    readonly IngestMetrics _metrics = new();

    BrokerHarness(NpgsqlDataSource source, LabDirectory directory, RecordingSink sink, ReadingWriter writer, TimeProvider time, MqttOptions options)
    {
        (Source, Directory, Sink, Writer) = (source, directory, sink, writer);
        Delivery = new ReadingDelivery(sink, writer, _metrics, NullLogger<ReadingDelivery>.Instance);
        Pipeline = new TelemetryPipeline(writer, Delivery, directory, sink, time, _metrics);
        Broker = new MqttBroker(options, Pipeline, directory, source, time, _metrics, NullLoggerFactory.Instance);
    }

    public NpgsqlDataSource Source { get; }
    public LabDirectory Directory { get; }
    public RecordingSink Sink { get; }
    public ReadingWriter Writer { get; }
    public ReadingDelivery Delivery { get; }
    public TelemetryPipeline Pipeline { get; }
    public MqttBroker Broker { get; }
    public ReadingStore Store => new(Source);
    public RejectLog Rejects => new(Source);

    public static async Task<BrokerHarness> Start(TestDatabase database, TimeProvider? time = null, MqttOptions? options = null)
    {
        var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        var directory = new LabDirectory()
            .Add("inc01", DeviceKind.Device, ["INC-01"]).Add("inc02", DeviceKind.Device, ["INC-02"])
            .Add("gate", DeviceKind.Gateway, ["INC-01", "INC-02"]).Add("all", DeviceKind.Gateway, ["*"]).Add("screen", DeviceKind.Service, ["*"]);
        var writer = new ReadingWriter(source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
        var harness = new BrokerHarness(source, directory, new RecordingSink(), writer, time ?? TimeProvider.System, options ?? new MqttOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        await harness.Broker.StartAsync(CancellationToken.None);
        return harness;
    }

    public async Task<IMqttClient> Connect(string user, MqttProtocolVersion version = MqttProtocolVersion.V500, string? clientId = null, bool cleanStart = true, uint sessionExpiry = 0,
        Action<MqttClientOptionsBuilder>? more = null)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", Broker.Port).WithProtocolVersion(version).WithClientId(clientId ?? user)
            .WithCredentials(user, "secret").WithCleanStart(cleanStart);
        if (version == MqttProtocolVersion.V500) options.WithSessionExpiryInterval(sessionExpiry);
        more?.Invoke(options);
        await client.ConnectAsync(options.Build(), TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>What the broker answers to a connection attempt.</summary>
    public async Task<MqttClientConnectResultCode> TryConnect(string user, string clientId)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var result = await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", Broker.Port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(clientId).WithCredentials(user, "secret").Build(), TestContext.Current.CancellationToken);
        return result.ResultCode;
    }

    public static Task<MqttClientPublishResult> Send(IMqttClient client, string topic, string payload, int qos = 1, bool retain = false) => client.PublishAsync(
        new MqttApplicationMessage { Topic = topic, PayloadSegment = Encoding.UTF8.GetBytes(payload), QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, Retain = retain },
        TestContext.Current.CancellationToken);

    public async Task<List<ReadingPoint>> Points(string incubator, string channel) =>
        await Store.Query(incubator, channel, new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), CancellationToken.None).ToListAsync();

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Writer.DisposeAsync();
        await Source.DisposeAsync();
        _metrics.Dispose();
    }
}
