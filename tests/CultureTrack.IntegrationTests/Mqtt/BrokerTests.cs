using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Npgsql;

namespace CultureTrack.IntegrationTests.Mqtt;

public sealed class BrokerTests(PostgresFixture postgres) : IAsyncLifetime
{
    const string Topic = "culturetrack/main/INC-01/telemetry";

    TestDatabase _database = null!;
    BrokerHarness _lab = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await (await postgres.CreateDatabase()).Migrated();
        _lab = await BrokerHarness.Start(_database);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    async Task<object?> AsOwner(string sql)
    {
        await using var owner = NpgsqlDataSource.Create(_database.OwnerConnectionString);
        await using var command = owner.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, 1)]
    [InlineData(MqttProtocolVersion.V311, 2)]
    [InlineData(MqttProtocolVersion.V500, 1)]
    [InlineData(MqttProtocolVersion.V500, 2)]
    public async Task An_acknowledged_reading_is_in_the_store_and_reaches_the_incubator(MqttProtocolVersion version, int qos)
    {
        using var client = await _lab.Connect("inc01", version);
        var answer = await BrokerHarness.Send(client, Topic, $$$"""{"ts":{{{NowMs}}},"seq":7,"values":{"temperature":37.02,"rh":94.7,"door":"closed","glucose":4.4}}""", qos);
        answer.ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);

        var point = (await _lab.Points("INC-01", "temperature")).ShouldHaveSingleItem();
        (point.Value, point.Seq).ShouldBe((37.02, 7));
        (await _lab.Points("INC-01", "door")).ShouldHaveSingleItem().Value.ShouldBe(0);
        await _lab.Delivery.WhenDrained();
        var delivered = _lab.Sink.Readings.ShouldHaveSingleItem();
        delivered.Incubator.ShouldBe("INC-01");
        delivered.Reading.Values.All().Select(v => v.Key).ShouldBe(["temperature", "humidity", "door", "glucose"]);
    }

    [Fact]
    public async Task The_answer_waits_for_the_commit_and_other_devices_fill_the_next_group()
    {
        using var client = await _lab.Connect("inc01");
        await BrokerHarness.Send(client, Topic, """{"temperature":36.9}""");
        await using var owner = NpgsqlDataSource.Create(_database.OwnerConnectionString);
        await using var blocker = await owner.OpenConnectionAsync(Ct);
        await using var transaction = await blocker.BeginTransactionAsync(Ct);
        await using (var command = new NpgsqlCommand("lock table telemetry.readings in access exclusive mode", blocker)) await command.ExecuteNonQueryAsync(Ct);

        var waiting = BrokerHarness.Send(client, Topic, """{"temperature":37}""");
        using var other = await _lab.Connect("inc02");
        var next = BrokerHarness.Send(other, "culturetrack/main/INC-02/telemetry", """{"temperature":37}""");
        await BrokerHarness.Send(other, "culturetrack/main/INC-02/telemetry", """{"temperature":37.1}""", qos: 0);
        await UntilTheWriterWaits(owner);
        (waiting.IsCompleted, next.IsCompleted).ShouldBe((false, false));
        await transaction.RollbackAsync(Ct);
        (await waiting).ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);
        (await next).ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);
    }

    static async Task UntilTheWriterWaits(NpgsqlDataSource owner)
    {
        await using var command = owner.CreateCommand("select count(*) from pg_locks where not granted");
        await Waiting.Until(async () => (long)(await command.ExecuteScalarAsync(Ct))! > 0, "the writer waits");
    }

    [Fact]
    public async Task A_commit_that_fails_closes_the_connection_without_an_answer_and_the_repeat_is_stored_once()
    {
        using var client = await _lab.Connect("inc01");
        var closed = new TaskCompletionSource();
        client.DisconnectedAsync += _ => { closed.TrySetResult(); return Task.CompletedTask; };
        await AsOwner("revoke insert on telemetry.readings from test_runtime");
        var reading = $$$"""{"ts":{{{NowMs}}},"values":{"temperature":37}}""";
        await Should.ThrowAsync<Exception>(() => BrokerHarness.Send(client, Topic, reading));
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);

        await AsOwner("grant insert on telemetry.readings to test_runtime");
        using var again = await _lab.Connect("inc01");
        (await BrokerHarness.Send(again, Topic, reading)).ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);
        (await BrokerHarness.Send(again, Topic, reading)).ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);
        (await _lab.Points("INC-01", "temperature")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("inc01", Topic, "not json", 0x99, "not JSON")]
    [InlineData("inc01", Topic, """{"temperature":"N/A","co2":null}""", 0x99, "no usable value")]
    [InlineData("inc01", Topic, """{"ts":"2026-03-02T12:00:00","values":{"temperature":37}}""", 0x99, "unreadable time")]
    [InlineData("inc01", Topic, """{"ts":946684799999,"values":{"temperature":37}}""", 0x99, "before 2000")]
    [InlineData("inc01", Topic, """{"ts":4102444800000,"values":{"temperature":37}}""", 0x99, "24 h ahead")]
    [InlineData("inc01", "culturetrack/main/INC-02/telemetry", """{"temperature":37}""", 0x87, "no right")]
    [InlineData("all", "culturetrack/main/INC-99/telemetry", """{"temperature":37}""", 0x87, "unknown incubator")]
    [InlineData("inc01", "culturetrack/main/INC-01/state", "{}", 0x87, "only the server")]
    [InlineData("inc01", "home/kitchen", "{}", 0x87, "foreign topic")]
    [InlineData("screen", Topic, """{"temperature":37}""", 0x87, "only reads")]
    [InlineData("inc01", "culturetrack/main//telemetry", """{"temperature":37}""", 0x90, "a topic here is")]
    [InlineData("inc01", "culturetrack/main/INC-01/temperature", "37", 0x90, "none of")]
    [Trait("Rule", "R-09")]
    public async Task A_bad_message_is_refused_with_its_code_and_kept_while_the_connection_goes_on(string user, string topic, string payload, int code, string reason)
    {
        using var client = await _lab.Connect(user);
        var answer = await BrokerHarness.Send(client, topic, payload);
        ((int)answer.ReasonCode).ShouldBe(code);
        var (items, total) = await _lab.Rejects.List(1, 10, Ct);
        total.ShouldBe(1);
        items[0].Reason.ShouldContain(reason);
        ((int)items[0].Code, items[0].ClientId, items[0].Topic, Encoding.UTF8.GetString(items[0].Payload.Span)).ShouldBe((code, user, topic, payload));
        client.IsConnected.ShouldBeTrue();
    }

    [Fact]
    public async Task A_bad_message_over_MQTT_3_is_acknowledged_and_kept_in_the_reject_log_only()
    {
        using var client = await _lab.Connect("inc01", MqttProtocolVersion.V311);
        (await BrokerHarness.Send(client, Topic, "not json")).IsSuccess.ShouldBeTrue();
        (await _lab.Rejects.List(1, 10, Ct)).Total.ShouldBe(1);
    }

    [Fact]
    public async Task One_bad_element_of_an_array_is_refused_alone()
    {
        using var client = await _lab.Connect("inc01");
        var answer = await BrokerHarness.Send(client, Topic, $$$"""[{"ts":{{{NowMs}}},"values":{"temperature":37}},{"ts":"yesterday","values":{"temperature":36}},17]""");
        answer.ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);
        (await _lab.Points("INC-01", "temperature")).ShouldHaveSingleItem().Value.ShouldBe(37);
        (await _lab.Rejects.List(1, 10, Ct)).Items.Select(i => i.Reason).ShouldBe(["element 2: not an object", "element 1: unreadable time"]);
    }

    [Fact]
    public async Task A_message_over_the_size_limit_is_refused_and_a_packet_over_the_hard_limit_closes_the_connection()
    {
        using var client = await _lab.Connect("inc01");
        var large = "{\"temperature\":37,\"note\":\"" + new string('x', 300_000) + "\"}";
        ((int)(await BrokerHarness.Send(client, Topic, large)).ReasonCode).ShouldBe(0x97);
        (await _lab.Rejects.List(1, 1, Ct)).Items[0].PayloadBytes.ShouldBe(large.Length);

        var closed = new TaskCompletionSource();
        client.DisconnectedAsync += _ => { closed.TrySetResult(); return Task.CompletedTask; };
        await Should.ThrowAsync<Exception>(() => BrokerHarness.Send(client, Topic, new string('x', 1_100_000)));
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
    }

    [Theory]
    [InlineData("10", "gone in the middle of a header")]
    [InlineData("102000044D515454", "gone in the middle of a packet")]
    [InlineData("FFFFFFFFFFFFFFFF", "a length without end")]
    [InlineData("1000", "a CONNECT without content")]
    [InlineData("32050001610001", "a PUBLISH before the CONNECT")]
    public async Task A_broken_frame_ends_its_connection_at_once(string hex, string what)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync("127.0.0.1", _lab.Broker.Port, Ct);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Convert.FromHexString(hex), Ct);
        socket.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            (await stream.ReadAsync(new byte[100], patience.Token)).ShouldBe(0, what);
        }
        catch (IOException closed)
        {
            closed.InnerException.ShouldBeOfType<System.Net.Sockets.SocketException>(what);    // reset, which is as good
        }
        using var other = await _lab.Connect("inc01");
        (await BrokerHarness.Send(other, Topic, """{"temperature":37}""")).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    [Trait("Rule", "R-09")]
    public async Task Wrong_credentials_are_refused_and_so_is_another_device_under_a_known_client_id()
    {
        (await _lab.TryConnect("stranger", "stranger")).ShouldBe(MqttClientConnectResultCode.BadUserNameOrPassword);
        using var client = await _lab.Connect("inc01", clientId: "shared", sessionExpiry: 100);
        (await _lab.TryConnect("inc02", "shared")).ShouldBe(MqttClientConnectResultCode.ClientIdentifierNotValid);
    }

    [Theory]
    [InlineData("inc01", "culturetrack/main/INC-01/state", true)]
    [InlineData("inc01", "culturetrack/main/INC-01/#", true)]
    [InlineData("inc01", "culturetrack/main/INC-02/state", false)]
    [InlineData("inc01", "culturetrack/main/+/state", false)]
    [InlineData("inc01", "#", false)]
    [InlineData("gate", "culturetrack/main/INC-02/state", true)]
    [InlineData("screen", "culturetrack/main/+/state", true)]
    [InlineData("screen", "culturetrack/other/+/state", false)]
    public async Task A_client_subscribes_only_under_its_own_incubators(string user, string filter, bool granted)
    {
        using var client = await _lab.Connect(user);
        var options = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, MqttQualityOfServiceLevel.AtMostOnce).Build();
        var result = await client.SubscribeAsync(options, Ct);
        (result.Items.Single().ResultCode == MqttClientSubscribeResultCode.GrantedQoS0).ShouldBe(granted);
    }

    [Fact]
    public async Task ThingsBoard_devices_and_gateways_work_unchanged()
    {
        using var device = await _lab.Connect("inc01", MqttProtocolVersion.V311, clientId: "", more: o => o.WithCredentials("inc01"));
        (await BrokerHarness.Send(device, "v1/devices/me/telemetry", """[{"temperature":37.1},{"co2":5.0}]""")).IsSuccess.ShouldBeTrue();
        (await BrokerHarness.Send(device, "v1/devices/me/attributes", """{"firmware":"1"}""")).IsSuccess.ShouldBeTrue();
        using var gateway = await _lab.Connect("gate");
        var payload = $$$"""{"INC-01":[{"ts":{{{NowMs}}},"values":{"o2":18.7}}],"INC-02":[{"o2":18.6}],"INC-03":[{"o2":18.5}]}""";
        (await BrokerHarness.Send(gateway, "v1/gateway/telemetry", payload)).IsSuccess.ShouldBeTrue();

        (await _lab.Points("INC-01", "temperature")).Count.ShouldBe(1);
        (await _lab.Points("INC-01", "o2")).ShouldHaveSingleItem().Value.ShouldBe(18.7);
        (await _lab.Points("INC-02", "o2")).ShouldHaveSingleItem().Value.ShouldBe(18.6);
        (await _lab.Points("INC-03", "o2")).ShouldBeEmpty();
        (await _lab.Rejects.List(1, 10, Ct)).Items.ShouldHaveSingleItem().Code.ShouldBe((byte)0x87);
    }

    [Fact]
    public async Task Status_will_and_device_alarms_reach_the_incubator()
    {
        var device = await _lab.Connect("inc01", more: o => o.WithWillTopic("culturetrack/main/INC-01/status").WithWillPayload("offline").WithWillRetain());
        (await BrokerHarness.Send(device, "culturetrack/main/INC-01/status", """{"online":true,"firmware":"2.1"}""", retain: true)).IsSuccess.ShouldBeTrue();
        (await BrokerHarness.Send(device, "culturetrack/main/INC-01/alarm", """{"code":"E07","text":"fan","active":true}""")).IsSuccess.ShouldBeTrue();
        _lab.Sink.Events.ShouldBe(["INC-01 online 2.1", "INC-01 E07 True"]);
        ((int)(await BrokerHarness.Send(device, "culturetrack/main/INC-01/alarm", "fire")).ReasonCode).ShouldBe(0x99);

        using var screen = await _lab.Connect("screen");
        var offline = new TaskCompletionSource();
        screen.ApplicationMessageReceivedAsync += e =>
        {
            if (Encoding.UTF8.GetString(e.ApplicationMessage.Payload) == "offline") offline.TrySetResult();
            return Task.CompletedTask;
        };
        await screen.SubscribeAsync("culturetrack/main/+/status", cancellationToken: Ct);
        device.Dispose();    // without a DISCONNECT: the broker publishes the will
        await offline.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        _lab.Sink.Events.Last().ShouldBe("INC-01 offline");
    }

    [Fact]
    public async Task Retained_messages_are_there_after_a_restart_and_sessions_are_not()
    {
        using (var device = await _lab.Connect("inc01", sessionExpiry: 1000))
            await BrokerHarness.Send(device, "culturetrack/main/INC-01/status", "online", retain: true);
        await _lab.Broker.Publish("main", "INC-01", Encoding.UTF8.GetBytes("""{"incubator":"INC-01"}"""), Ct);
        await _lab.DisposeAsync();
        _lab = await BrokerHarness.Start(_database);

        var received = new List<string>();
        var both = new TaskCompletionSource();
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += e =>
        {
            received.Add($"{e.ApplicationMessage.Topic} {Encoding.UTF8.GetString(e.ApplicationMessage.Payload)}");
            if (received.Count == 2) both.TrySetResult();
            return Task.CompletedTask;
        };
        var connected = await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _lab.Broker.Port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId("inc01").WithCredentials("inc01", "secret").WithCleanStart(false).Build(), Ct);
        connected.IsSessionPresent.ShouldBeFalse();
        await client.SubscribeAsync("culturetrack/main/INC-01/#", cancellationToken: Ct);
        await both.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        received.ShouldBe(["culturetrack/main/INC-01/status online", "culturetrack/main/INC-01/state {\"incubator\":\"INC-01\"}"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_slow_incubator_never_delays_the_answer_and_is_waited_for_when_asked()
    {
        var release = new TaskCompletionSource();
        _lab.Sink.Before = () => release.Task;
        using var client = await _lab.Connect("inc01");
        (await BrokerHarness.Send(client, Topic, """{"temperature":37}""")).IsSuccess.ShouldBeTrue();
        var drained = _lab.Delivery.WhenDrained();
        drained.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await drained.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        _lab.Sink.Readings.Count.ShouldBe(1);
    }
}
