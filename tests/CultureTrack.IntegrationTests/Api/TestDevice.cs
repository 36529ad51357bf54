using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>A device of one incubator, connected to the lab's broker with a credential of its own.</summary>
internal sealed class TestDevice : IDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly RunningLab _lab;
    private readonly BlockingCollection<JsonNode> _alarms = [];

    private TestDevice(RunningLab lab, string incubatorId)
    {
        (_lab, IncubatorId) = (lab, incubatorId);
        _client.ApplicationMessageReceivedAsync += e =>
        {
            _alarms.Add(JsonNode.Parse(Encoding.UTF8.GetString(e.ApplicationMessage.Payload.FirstSpan))!);
            return Task.CompletedTask;
        };
    }

    public string IncubatorId { get; }

    /// <summary>Registers an incubator whose temperature, CO2 and door are watched.</summary>
    public static async Task<string> Register(RunningLab lab)
    {
        var id = RunningLab.Id("INC");
        var channels = new[] { "temperature", "co2" }.Select(channel => new { channel, resolution = 0.01, calibratedAt = "2026-02-01T08:00:00Z", dueAt = "2026-08-01T08:00:00Z" });
        (await lab.Post(RunningLab.Admin, "/incubators", new { incubatorId = id, kind = "Incubator", site = "main", profile = "P37-5", periodSeconds = 60, shelves = 4, channels, status = "InService" })).ShouldBe(201);
        return id;
    }

    public static async Task<TestDevice> Connect(RunningLab lab, string incubatorId)
    {
        var credential = (await lab.Post(RunningLab.Admin, $"/incubators/{incubatorId}/credentials", new { })).ShouldBe(201);
        var port = (await lab.Get(null, "/about"))["mqttPort"].GetValue<int>();
        var device = new TestDevice(lab, incubatorId);
        (await device._client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(credential["clientId"].GetValue<string>())
            .WithCredentials(credential["username"].GetValue<string>(), credential["password"].GetValue<string>()).Build(), TestContext.Current.CancellationToken)).ResultCode.ShouldBe(MqttClientConnectResultCode.Success);
        return device;
    }

    public async Task Listen() => await _client.SubscribeAsync($"culturetrack/main/{IncubatorId}/alarms", MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);

    /// <summary>The next message about an alarm of a kind; others are passed over.</summary>
    public JsonNode Next(string kind)
    {
        while (_alarms.TryTake(out var message, TimeSpan.FromSeconds(30)))
            if (message["type"]!.GetValue<string>() == kind) return message;
        throw new TimeoutException($"No {kind} came.");
    }

    public int Waiting => _alarms.Count;

    /// <summary>A live reading of now.</summary>
    public Task Send(double temperature = 37.0, double co2 = 5.0, string door = "closed") => Values(FormattableString.Invariant($$"""{"temperature":{{temperature}},"co2":{{co2}},"door":"{{door}}"}"""));

    public Task Values(string values, DateTimeOffset? at = null, bool buffered = false) =>
        Raw("telemetry", $$"""{"ts":{{(at ?? _lab.Now()).ToUnixTimeMilliseconds()}},"values":{{values}},"buffered":{{(buffered ? "true" : "false")}}}""");

    public Task Alarm(string code, bool active) => Raw("alarm", $$"""{"ts":{{_lab.Now().ToUnixTimeMilliseconds()}},"code":"{{code}}","text":"Test","active":{{(active ? "true" : "false")}}}""");

    public async Task Raw(string topic, string json) => (await Publish(topic, json)).ShouldBeTrue();

    /// <summary>False when the broker refuses it.</summary>
    public async Task<bool> Publish(string topic, string json) => (await _client.PublishAsync(new MqttApplicationMessage
    {
        Topic = $"culturetrack/main/{IncubatorId}/{topic}",
        PayloadSegment = Encoding.UTF8.GetBytes(json),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
    }, TestContext.Current.CancellationToken)).IsSuccess;

    public void Dispose()
    {
        _client.Dispose();
        _alarms.Dispose();
    }
}
