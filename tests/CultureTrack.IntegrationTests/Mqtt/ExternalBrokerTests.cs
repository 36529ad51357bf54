using System.Text;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Ingest.External;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Npgsql;

namespace CultureTrack.IntegrationTests.Mqtt;

/// <summary><c>Mqtt:Mode=external</c> with a Mosquitto between the devices and the server.</summary>
public sealed class ExternalBrokerTests(PostgresFixture postgres) : IAsyncLifetime
{
    const string Topic = "culturetrack/main/INC-01/telemetry";
    static readonly DateTimeOffset Began = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    TestDatabase _database = null!;
    MosquittoBroker _mosquitto = null!;
    NpgsqlDataSource _source = null!;
    ExternalServer? _server;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mosquitto = await MosquittoBroker.Prepare("INC-01", "INC-02");
        _database = await (await postgres.CreateDatabase()).Migrated();
        _source = NpgsqlDataSource.Create(_database.RuntimeConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        await _mosquitto.DisposeAsync();
        await _source.DisposeAsync();
    }

    async Task StartServer(bool waitForBroker = true)
    {
        _server = await ExternalServer.Start(_source, _mosquitto.Port);
        if (waitForBroker) await Waiting.Until(() => _server.Client.Connected, "the server takes telemetry from the broker");
    }

    async Task StopServer()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    async Task<IMqttClient> Device(string incubator)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        var result = await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _mosquitto.Port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(incubator).WithCredentials(incubator, MosquittoBroker.Password).Build(), Ct);
        result.ResultCode.ShouldBe(MqttClientConnectResultCode.Success);
        return client;
    }

    static string Reading(int number) => $$$"""{"ts":{{{Began.AddSeconds(number).ToUnixTimeMilliseconds()}}},"buffered":true,"values":{"temperature":{{{30 + number * 0.001}}},"co2":5.0}}""";

    async Task PublishAll(int from, int count)
    {
        using var device = await Device("INC-01");
        await Task.WhenAll(Enumerable.Range(from, count).Select(async n => (await BrokerHarness.Send(device, Topic, Reading(n))).IsSuccess.ShouldBeTrue()));
    }

    async Task<long> Count(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    Task<long> Stored() => Count("select count(*) from telemetry.readings");

    async Task ShouldHoldEachOnce(int count)
    {
        await Waiting.Until(async () => await Stored() >= count, $"{count} readings are stored");
        var points = await new ReadingStore(_source).Query("INC-01", "temperature", Began.AddDays(-1), Began.AddDays(1), Ct).ToListAsync(Ct);
        points.Select(p => (p.DeviceTime, p.Value)).ShouldBe(Enumerable.Range(0, count).Select(n => ((DateTimeOffset?)Began.AddSeconds(n), 30 + n * 0.001)));
        (await Count("select count(*) from telemetry.reading_conflicts")).ShouldBe(0);
    }

    async Task AsOwner(string sql)
    {
        await using var owner = NpgsqlDataSource.Create(_database.OwnerConnectionString);
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    [Fact]
    public async Task What_a_device_publishes_through_Mosquitto_is_stored_once_and_reaches_the_incubator()
    {
        await _mosquitto.Start();
        await StartServer();
        await PublishAll(0, 300);
        await PublishAll(0, 300);    // a device that was not sure sends everything again
        await ShouldHoldEachOnce(300);
        await _server!.Delivery.WhenDrained();
        _server.Sink.Readings.Count.ShouldBe(300);
    }

    [Fact]
    public async Task Mosquitto_keeps_a_device_to_its_own_topics_and_the_reject_log_keeps_what_is_wrong_in_them()
    {
        await _mosquitto.Start();
        await StartServer();
        using var device = await Device("INC-01");
        (await BrokerHarness.Send(device, "culturetrack/main/INC-02/telemetry", Reading(0))).ReasonCode.ShouldBe(MqttClientPublishReasonCode.NotAuthorized);
        await BrokerHarness.Send(device, Topic, "not json");
        await BrokerHarness.Send(device, "culturetrack/elsewhere/INC-01/telemetry", Reading(0));
        await BrokerHarness.Send(device, Topic, new string('x', 300_000));
        await BrokerHarness.Send(device, Topic, Reading(0));
        await ShouldHoldEachOnce(1);
        var rejects = (await new RejectLog(_source).List(1, 10, Ct)).Items;
        rejects.Select(r => (r.Topic, (int)r.Code)).ShouldBe([(Topic, 0x97), ("culturetrack/elsewhere/INC-01/telemetry", 0x87), (Topic, 0x99)]);
        (await Stored()).ShouldBe(1);
    }

    [Fact]
    public async Task Status_alarm_and_state_pass_through_Mosquitto()
    {
        await _mosquitto.Start();
        using var device = await Device("INC-01");
        await BrokerHarness.Send(device, "culturetrack/main/INC-01/status", "online", retain: true);    // before the server: kept by the broker
        await BrokerHarness.Send(device, Topic, """{"temperature":20}""", retain: true);    // no new reading when the server comes
        await StartServer();
        await BrokerHarness.Send(device, "culturetrack/main/INC-01/alarm", """{"code":"E07","text":"fan","active":true}""");
        await Waiting.Until(() => _server!.Sink.Events.Count >= 2, "status and alarm arrive");
        _server!.Sink.Events.ShouldBe(["INC-01 online", "INC-01 E07 True"]);

        var state = new TaskCompletionSource<string>();
        device.ApplicationMessageReceivedAsync += e =>
        {
            state.TrySetResult(e.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        await device.SubscribeAsync("culturetrack/main/INC-01/state", MqttQualityOfServiceLevel.AtLeastOnce, Ct);
        await _server.Client.Publish("main", "INC-01", Encoding.UTF8.GetBytes("""{"incubator":"INC-01"}"""), Ct);
        (await state.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct)).ShouldBe("""{"incubator":"INC-01"}""");
        (await Stored()).ShouldBe(0);
    }

    [Fact]
    public async Task What_came_while_the_server_was_away_is_stored_when_it_is_back()
    {
        await _mosquitto.Start();
        await StartServer();
        await PublishAll(0, 50);
        await StopServer();
        await PublishAll(50, 500);
        await _mosquitto.Stop();    // a restart of the broker in between loses nothing either
        await _mosquitto.Start();
        await StartServer();
        await PublishAll(550, 50);
        await ShouldHoldEachOnce(600);
    }

    [Fact]
    public async Task An_orderly_stop_in_the_middle_of_the_stream_stores_each_message_once_even_without_a_device_time()
    {
        await _mosquitto.Start();
        await StartServer();
        using var device = await Device("INC-01");
        var sending = Task.WhenAll(Enumerable.Range(0, 400).Select(n => BrokerHarness.Send(device, Topic, $$"""{"temperature":{{30 + n * 0.001}}}""")));
        await Waiting.Until(async () => await Stored() > 0, "the first readings are stored");
        await StopServer();
        await sending;
        await StartServer();
        await Waiting.Until(async () => await Count("select count(*) from (select at from telemetry.readings union all select at from telemetry.reading_conflicts) a") >= 400, "all readings are stored");
        (await Count("select count(distinct temperature) from (select temperature from telemetry.readings union all select value from telemetry.reading_conflicts) a")).ShouldBe(400);
        (await Count("select count(*) from (select at from telemetry.readings union all select at from telemetry.reading_conflicts) a")).ShouldBe(400);
    }

    [Fact]
    public async Task What_could_not_be_committed_is_not_acknowledged_and_comes_again()
    {
        await _mosquitto.Start();
        await StartServer();
        await PublishAll(0, 1);
        await ShouldHoldEachOnce(1);
        await AsOwner("revoke insert on telemetry.readings from test_runtime");
        await PublishAll(1, 99);
        await Waiting.Until(() => !_server!.Client.Connected, "the server drops a connection whose messages it cannot store");
        (await Stored()).ShouldBe(1);
        await AsOwner("grant insert on telemetry.readings to test_runtime");
        await ShouldHoldEachOnce(100);
    }

    [Fact]
    public async Task A_broker_that_is_away_at_the_start_or_later_is_looked_for_until_it_is_back()
    {
        await StartServer(waitForBroker: false);
        await _mosquitto.Start();
        await Waiting.Until(() => _server!.Client.Connected, "the server finds the broker");
        await PublishAll(0, 20);
        await ShouldHoldEachOnce(20);
        await _mosquitto.Stop();
        await Waiting.Until(() => !_server!.Client.Connected, "the server notices that the broker is gone");
        await _mosquitto.Start();
        await PublishAll(20, 20);    // the broker kept the server's session, so these wait for it
        await ShouldHoldEachOnce(40);
    }

    [Fact]
    public async Task Alarms_reach_the_subscribers_of_their_incubator_through_the_external_broker_and_wait_while_it_is_away()
    {
        _server = await ExternalServer.Start(_source, _mosquitto.Port);
        (await _server.Client.Tell("main", "INC-01", "{}"u8.ToArray(), Ct)).ShouldBeFalse();
        await _mosquitto.Start();
        await Waiting.Until(() => _server.Client.Connected, "the server is connected");
        using var own = await Device("INC-01");
        using var other = await Device("INC-02");
        var (heard, overheard) = (new TaskCompletionSource<string>(), 0);
        own.ApplicationMessageReceivedAsync += e =>
        {
            heard.TrySetResult($"{e.ApplicationMessage.Topic} {Encoding.UTF8.GetString(e.ApplicationMessage.Payload.FirstSpan)}");
            return Task.CompletedTask;
        };
        other.ApplicationMessageReceivedAsync += _ => Task.FromResult(Interlocked.Increment(ref overheard));
        foreach (var client in new[] { own, other }) await client.SubscribeAsync("culturetrack/main/INC-01/alarms", MqttQualityOfServiceLevel.AtLeastOnce, Ct);
        (await _server.Client.Tell("main", "INC-01", """{"type":"alarm.raised"}"""u8.ToArray(), Ct)).ShouldBeTrue();
        (await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct)).ShouldBe("""culturetrack/main/INC-01/alarms {"type":"alarm.raised"}""");
        await other.PingAsync(Ct);
        overheard.ShouldBe(0);
    }

    /// <summary>The server's side of an external broker: client, pipeline, writer, delivery.</summary>
    sealed class ExternalServer : IAsyncDisposable
    {
        readonly IngestMetrics _metrics = new();
        readonly ReadingWriter _writer;

        ExternalServer(NpgsqlDataSource source, int port)
        {
            var directory = new LabDirectory().Add("INC-01", DeviceKind.Device, ["INC-01"]);
            _writer = new ReadingWriter(source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
            Delivery = new ReadingDelivery(Sink, _writer, _metrics, NullLogger<ReadingDelivery>.Instance);
            var pipeline = new TelemetryPipeline(_writer, Delivery, directory, Sink, TimeProvider.System, _metrics);
            var options = new MqttOptions
            {
                Mode = MqttMode.External,
                Host = "127.0.0.1",
                Port = port,
                Username = MosquittoBroker.ServerUser,
                Password = MosquittoBroker.Password,
                ReconnectPauseMin = TimeSpan.FromMilliseconds(50),
                ReconnectPauseMax = TimeSpan.FromMilliseconds(400),
            };
            Client = new ExternalBrokerClient(options, pipeline, directory, NullLogger<ExternalBrokerClient>.Instance);
        }

        public RecordingSink Sink { get; } = new();
        public ReadingDelivery Delivery { get; }
        public ExternalBrokerClient Client { get; }

        public static async Task<ExternalServer> Start(NpgsqlDataSource source, int port)
        {
            var server = new ExternalServer(source, port);
            await server.Client.StartAsync(CancellationToken.None);
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            await Client.StopAsync(CancellationToken.None);
            Client.Dispose();
            await _writer.DisposeAsync();
            _metrics.Dispose();
        }
    }
}
