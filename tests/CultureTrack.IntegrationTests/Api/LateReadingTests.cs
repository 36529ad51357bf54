using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Grains.Notices;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;
using MQTTnet.Protocol;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>
/// Readings that come late, over MQTT as a device sends its memory: what they change is told by an event that names what it supersedes, nobody is called for
/// the past a second time, and the latest value stays the latest.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class LateReadingTests(RunningLab lab)
{
    [Fact]
    [Trait("Rule", "R-35")]
    public async Task Late_readings_amend_the_excursion_call_nobody_again_and_never_move_the_latest_value_back()
    {
        var (incubator, batch) = (RunningLab.Id("INC"), await lab.NewBatch());
        (await lab.Post(RunningLab.Admin, "/incubators", IncubatorApiTests.Incubator(incubator))).ShouldBe(201);
        var (enzyme, medium) = (RunningLab.Id("COL"), RunningLab.Id("GM"));
        await lab.ReleasedLot(enzyme, "Enzyme");
        await lab.ReleasedLot(medium, "Medium");
        await lab.Isolated(batch, enzyme);
        await lab.Seeded(batch, medium);
        (await lab.Enter("tech01", batch, "MovedIntoIncubator", new { vesselIds = new[] { $"V-{batch}" }, incubatorId = incubator, shelf = 1 })).ShouldBe(201);
        using var device = await Device.Of(lab, incubator);
        await using var receiver = await WebhookReceiver.Start();
        var webhook = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "alarm" } })).ShouldBe(201)["webhookId"].GetValue<string>();

        // Ten minutes of heat are heard live; the five before them wait in the device's memory.
        var heat = lab.Now().AddMinutes(6);
        await lab.Advance(TimeSpan.FromMinutes(11));
        for (var m = 5; m < 15; m++)
        {
            await device.Send([(heat.AddMinutes(m), Hot(m))], buffered: false);
            await lab.Advance(TimeSpan.FromMinutes(1));
        }
        for (var m = 15; m < 25; m++)
        {
            await device.Send([(heat.AddMinutes(m), 36.9 + m % 2 * 0.1)], buffered: false);
            await lab.Advance(TimeSpan.FromMinutes(1));
        }
        var opened = (await Events(batch, "ExcursionOpened")).ShouldHaveSingleItem();
        opened["data"]!["startAt"]!.GetValue<DateTimeOffset>().ShouldBe(heat.AddMinutes(5));
        (await Events(batch, "ExcursionClosed")).ShouldHaveSingleItem()["data"]!["durationMin"]!.GetValue<decimal>().ShouldBe(10);
        var (alarms, calls, latest) = (await Alarms(incubator), await Calls(webhook, incubator), await Latest(incubator));

        calls.ShouldContain(c => c.EndsWith("alarm.raised", StringComparison.Ordinal));

        await device.Send([.. Enumerable.Range(0, 5).Select(m => (heat.AddMinutes(m), Hot(m)))], buffered: true);
        await lab.Advance(TimeSpan.Zero);

        var amended = (await Events(batch, "ExcursionAmended")).ShouldHaveSingleItem()["data"]!;
        (amended["excursionId"]!.GetValue<string>(), amended["startAt"]!.GetValue<DateTimeOffset>(), amended["durationMin"]!.GetValue<decimal>())
            .ShouldBe((opened["data"]!["excursionId"]!.GetValue<string>(), heat, 15));
        (await Events(batch, null)).Select(e => e["eventId"]!.GetValue<string>()).ShouldContain(amended["supersedesEventId"]!.GetValue<string>());
        (await Events(batch, "ExcursionOpened")).Count.ShouldBe(1);
        var exposure = (await lab.Get("qa01", $"/batches/{batch}/exposure")).ShouldBe(200);
        exposure["metrics"].AsArray().Single(m => m!["id"]!.GetValue<string>() == "E-01")!["value"]!.GetValue<decimal>().ShouldBe(15);
        // Rollups as well: the hour now has the late readings.
        var hour = (await lab.Get("qa01", $"/incubators/{incubator}/readings?channel=temperature&from={Iso(heat)}&to={Iso(heat.AddMinutes(5))}&buckets=1")).ShouldBe(200);
        hour["items"]![0]!["count"]!.GetValue<int>().ShouldBe(5);
        (await Latest(incubator)).ShouldBe(latest);
        (await Alarms(incubator)).ShouldBe(alarms);
        (await Calls(webhook, incubator)).ShouldBe(calls);

        (await lab.Enter("tech01", batch, "MovedOutOfIncubator", new { vesselIds = new[] { $"V-{batch}" }, incubatorId = incubator }, comment: "The test is over")).ShouldBe(201);
        (await lab.Post(RunningLab.Admin, $"/incubators/{incubator}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);
    }

    [Fact]
    public async Task A_device_whose_readings_repeat_an_earlier_hour_is_not_trusted()
    {
        var incubator = RunningLab.Id("INC");
        (await lab.Post(RunningLab.Admin, "/incubators", IncubatorApiTests.Incubator(incubator))).ShouldBe(201);
        using var device = await Device.Of(lab, incubator);
        var noise = new Random(8);
        var hour = Enumerable.Range(0, 70).Select(_ => Math.Round(37 + noise.NextDouble() * 0.4, 2)).ToArray();
        await lab.Advance(TimeSpan.FromMinutes(240));
        var start = lab.Now().AddMinutes(-239);
        await device.Send([(start.AddMinutes(-1), 36.55), .. hour.Select((v, m) => (start.AddMinutes(m), v))], buffered: true);
        await device.Send([.. Enumerable.Range(70, 60).Select(m => (start.AddMinutes(m), Math.Round(36.6 + noise.NextDouble() * 0.3, 2)))], buffered: true);
        (await Trust(incubator))["findings"]!.AsArray().ShouldNotContain(f => f!["kind"]!.GetValue<string>() == "Restamped");

        await device.Send([.. hour.Select((v, m) => (start.AddMinutes(130 + m), v))], buffered: true);
        var trust = await Trust(incubator);
        (trust["trust"]!.GetValue<string>() is "bad" or "stale", trust["trustScore"]!.GetValue<int>()).ShouldBe((true, 0));
        var finding = trust["findings"]!.AsArray().Single(f => f!["kind"]!.GetValue<string>() == "Restamped")!;
        finding["since"]!.GetValue<DateTimeOffset>().ShouldBe(start.AddMinutes(130));
        (await lab.Post(RunningLab.Admin, $"/incubators/{incubator}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);

        async Task<JsonNode> Trust(string id)
        {
            await lab.Advance(TimeSpan.Zero);
            return (await lab.Get("tech01", $"/incubators/{id}")).ShouldBe(200)["latest"].AsArray().Single(l => l!["channel"]!.GetValue<string>() == "temperature")!;
        }
    }

    private static double Hot(int m) => 38.3 + m % 2 * 0.1;

    private static string Iso(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O"));

    private async Task<List<JsonNode>> Events(string batch, string? type) =>
        [.. (await lab.Get("qa01", $"/batches/{batch}/events")).ShouldBe(200)["items"].AsArray().Select(e => e!).Where(e => type is null || e["type"]!.GetValue<string>() == type)];

    private async Task<string[]> Alarms(string incubator) =>
        [.. (await lab.Get("tech01", $"/alarms?incubator={incubator}")).ShouldBe(200)["items"].AsArray().Select(a => a!.ToJsonString()).Order(StringComparer.Ordinal)];

    // Whoever is called or told of an alarm gets a delivery, in the transaction of the alarm itself.
    private async Task<string[]> Calls(string webhook, string incubator)
    {
        await using var session = lab.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var told = await session.Query<Delivery>().Where(d => d.Target == webhook).ToListAsync(TestContext.Current.CancellationToken);
        return [.. told.Where(d => d.Body.Contains(incubator, StringComparison.Ordinal)).Select(d => $"{d.Id} {d.Kind}").Order(StringComparer.Ordinal)];
    }

    private async Task<(double, DateTimeOffset)> Latest(string incubator)
    {
        var latest = (await lab.Get("tech01", $"/incubators/{incubator}")).ShouldBe(200)["latest"].AsArray().Single(l => l!["channel"]!.GetValue<string>() == "temperature")!;
        return (latest["value"]!.GetValue<double>(), latest["at"]!.GetValue<DateTimeOffset>());
    }

    /// <summary>A device of one incubator on a connection of its own.</summary>
    private sealed class Device(IMqttClient client, string topic) : IDisposable
    {
        public static async Task<Device> Of(RunningLab lab, string incubator)
        {
            var credential = (await lab.Post(RunningLab.Admin, $"/incubators/{incubator}/credentials", new { })).ShouldBe(201);
            var port = (await lab.Get(null, "/about")).Json!["mqttPort"]!.GetValue<int>();
            var client = new MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(credential["clientId"].GetValue<string>())
                .WithCredentials(credential["username"].GetValue<string>(), credential["password"].GetValue<string>()).Build(), TestContext.Current.CancellationToken);
            return new(client, $"culturetrack/main/{incubator}/telemetry");
        }

        public async Task Send(IReadOnlyList<(DateTimeOffset At, double Value)> readings, bool buffered)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(readings.Select(r => new { ts = r.At.ToUnixTimeMilliseconds(), buffered, values = new { temperature = r.Value } }));
            var answer = await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), TestContext.Current.CancellationToken);
            answer.IsSuccess.ShouldBeTrue();
        }

        public void Dispose() => client.Dispose();
    }
}
