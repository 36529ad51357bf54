using System.Text;
using CultureTrack.Grains.Live;
using CultureTrack.Store;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;
using MQTTnet.Protocol;
using Npgsql;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class IncubatorApiTests(RunningLab lab)
{
    internal static object Incubator(string id, string dueAt = "2027-02-01T08:00:00Z", string profile = "P37-5") => new
    {
        incubatorId = id,
        kind = "Incubator",
        site = "main",
        profile,
        periodSeconds = 60,
        shelves = 4,
        channels = new[] { new { channel = "temperature", resolution = 0.01, calibratedAt = "2026-02-01T08:00:00Z", dueAt } },
        status = "InService",
    };

    [Fact]
    public async Task Equipment_is_registered_with_a_profile_of_its_kind_and_calibrations_in_interval()
    {
        var id = RunningLab.Id("INC");
        (await lab.Post("tech01", "/incubators", Incubator(id))).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post(RunningLab.Admin, "/incubators", Incubator(id, profile: "F-80"))).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post(RunningLab.Admin, "/incubators", Incubator(id, dueAt: "2027-02-02T08:00:00Z"))).ShouldBeRefused(422, "VAL-RANGE");
        (await lab.Post(RunningLab.Admin, "/incubators", Incubator(id))).ShouldBe(201)["status"].GetValue<string>().ShouldBe("InService");
        (await lab.Post(RunningLab.Admin, "/incubators", Incubator(id))).ShouldBeRefused(422, "VAL-DUPLICATE");
        var calibration = new { channel = "temperature", performedAt = lab.Now(), dueAt = lab.Now().AddMonths(12), asFound = "Out", asFoundError = 0.6, certificateRef = "CERT-1", comment = (string?)null };
        (await lab.Post("tech01", $"/incubators/{id}/calibrations", calibration)).ShouldBeRefused(422, "VAL-COMMENT");
        (await lab.Post("tech01", $"/incubators/{id}/calibrations", calibration with { comment = "Sensor replaced" })).ShouldBe(201);
        (await lab.Post("tech01", $"/incubators/{id}/status", new { status = "Decon", reason = "Yearly decontamination" })).ShouldBe(200)["status"].GetValue<string>().ShouldBe("Decon");
        (await lab.Post("tech01", $"/incubators/{id}/status", new { status = "Decon", reason = "Yearly decontamination" })).ShouldBeRefused(422, "STATE-TRANSITION");
    }

    [Fact]
    public async Task A_device_sends_with_its_credential_and_its_readings_can_be_asked_in_every_form()
    {
        var id = RunningLab.Id("INC");
        await lab.Post(RunningLab.Admin, "/incubators", Incubator(id));
        var credential = (await lab.Post(RunningLab.Admin, $"/incubators/{id}/credentials", new { })).ShouldBe(201);
        credential["topics"].AsArray().ShouldContain(t => t!.GetValue<string>() == $"culturetrack/main/{id}/telemetry");
        var at = lab.Now().AddMinutes(-2);
        var payload = $$"""[{"ts":{{at.ToUnixTimeMilliseconds()}},"values":{"temperature":37.02,"co2":5.01,"door":"closed"},"buffered":true}]""";
        (await Publish(credential, $"culturetrack/main/{id}/telemetry", payload)).ShouldBeTrue();

        var from = Uri.EscapeDataString(at.AddMinutes(-1).ToString("O"));
        var readings = (await lab.Get("tech01", $"/incubators/{id}/readings?channel=temperature&from={from}")).ShouldBe(200);
        readings["items"]![0]!["value"]!.GetValue<double>().ShouldBe(37.02);
        readings["unit"].GetValue<string>().ShouldBe("°C");
        (await lab.Get("tech01", $"/incubators/{id}/readings?channel=door&from={from}"))["items"]![0]!["value"]!.GetValue<string>().ShouldBe("closed");
        (await lab.Get("tech01", $"/incubators/{id}/readings?channel=temperature&from={from}&buckets=3"))["items"].AsArray().Sum(b => b!["count"]!.GetValue<int>()).ShouldBe(1);
        var csv = await lab.Send("tech01", HttpMethod.Get, $"/incubators/{id}/readings?channel=temperature&from={from}", null, ("Accept", "text/csv"));
        csv.ContentType.ShouldBe("text/csv");
        csv.Text.Split('\n')[0].Trim().ShouldBe("time,value,quality,deviceTime,receivedAt,buffered,conflict");
        csv.Text.Split('\n')[1].ShouldContain(",37.02,good,");

        (await lab.Delete(RunningLab.Admin, $"/incubators/{id}/credentials/{credential["credentialId"].GetValue<string>()}")).ShouldBe(204);
        (await Publish(credential, $"culturetrack/main/{id}/telemetry", payload)).ShouldBeFalse();
    }

    private async Task<bool> Publish(Reply credential, string topic, string payload)
    {
        var about = await lab.Get(null, "/about");
        var port = about.Json!["mqttPort"]!.GetValue<int>();
        using var client = new MqttClientFactory().CreateMqttClient();
        try
        {
            var result = await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(credential["clientId"].GetValue<string>())
                .WithCredentials(credential["username"].GetValue<string>(), credential["password"].GetValue<string>()).Build(), TestContext.Current.CancellationToken);
            if (result.ResultCode != MqttClientConnectResultCode.Success) return false;
        }
        catch (MQTTnet.Adapter.MqttConnectingFailedException) { return false; }
        var answer = await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(Encoding.UTF8.GetBytes(payload))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), TestContext.Current.CancellationToken);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), TestContext.Current.CancellationToken);
        return answer.IsSuccess;
    }

    [Fact]
    public async Task What_happens_is_sent_to_those_who_listen()
    {
        var batch = await lab.NewBatch();
        using var lines = await Listen(await lab.FreshToken("qa01"), $"batch:{batch}");
        lab.Services.GetRequiredService<ILiveFeed>().Publish(new("batch:OTHER", "batch", new { }));
        await lab.Post("tech01", $"/batches/{batch}/events", new { type = "DeviationOpened", data = new { text = "Seen live", @class = "Minor" } });
        (await Next(lines, "batch")).ShouldContain($"\"batchId\":\"{batch}\"");
        (await lab.Get("qa01", "/live?topics=weather")).ShouldBeRefused(422, "VAL-FORMAT");
    }

    [Fact]
    public async Task Whoever_was_greeted_misses_nothing()
    {
        var (feed, token) = (lab.Services.GetRequiredService<ILiveFeed>(), await lab.FreshToken("qa01"));
        for (var visit = 0; visit < 50; visit++)
        {
            using var lines = await Listen(token, $"batch:VISIT-{visit}");
            feed.Publish(new($"batch:VISIT-{visit}", "batch", new { visit }));
            (await Next(lines, "batch")).ShouldContain($"\"visit\":{visit}");
        }
    }

    /// <summary>The stream behind its greeting.</summary>
    private async Task<StreamReader> Listen(string token, string topic)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/live?topics={topic}");
        request.Headers.Authorization = new("Bearer", token);
        var response = await lab.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await lines.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("event: hello");
        return lines;
    }

    private static async Task<string> Next(StreamReader lines, string kind)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while ((await lines.ReadLineAsync(patience.Token)).ShouldNotBeNull("the stream goes on") != $"event: {kind}") { }
        return (await lines.ReadLineAsync(patience.Token))!;
    }

    [Fact]
    public async Task The_clock_of_a_rehearsal_goes_forward_only()
    {
        var now = lab.Now();
        (await lab.Put(RunningLab.Admin, "/clock", new { now = now.AddSeconds(-1) })).ShouldBeRefused(422, "VAL-CLOCK");
        (await lab.Put("qa01", "/clock", new { now })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Put(RunningLab.Admin, "/clock", new { now = now.AddSeconds(1) })).ShouldBe(200)["settled"].GetValue<bool>().ShouldBeTrue();
        var kept = await Installation.Open(lab.Services.GetRequiredService<NpgsqlDataSource>(), null, TestContext.Current.CancellationToken);
        kept.ManualNow.ShouldBe(now.AddSeconds(1), "a server that is started again goes on from there");
        var about = (await lab.Get(null, "/about")).ShouldBe(200);
        about["clockMode"].GetValue<string>().ShouldBe("manual");
        lab.Services.GetRequiredService<ReadingStore>().ShouldNotBeNull();
    }
}
