using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;

namespace CultureTrack.Benchmarks.Server;

/// <summary>Opens a batch with 2 000 events and 60 days of one-minute telemetry: everything the batch page asks the server for.</summary>
internal static class OpenBatchProgram
{
    private const int Days = 60, LooksADay = 33;

    public static async Task<int> Run()
    {
        var start = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        await using var lab = await RunningLab.Start(start);
        await LabSetup.People(lab);
        await LabSetup.Materials(lab, start);
        await LabSetup.Incubator(lab, "INC-01", start);
        var gateway = (await lab.Post("adm01", "/gateways", new JsonObject { ["gatewayId"] = "GW-1", ["site"] = "main", ["incubators"] = new JsonArray("*") }))!;
        var vessel = await LabSetup.BatchInCulture(lab, 1, start);
        await LabSetup.Enter(lab, "ADSC-26-0001", "MovedIntoIncubator", new JsonObject { ["vesselIds"] = new JsonArray(vessel), ["incubatorId"] = "INC-01", ["shelf"] = 1 });
        await Live(lab, gateway, vessel, start);
        foreach (var path in new[] { "", "/events", "/release", "/exposure", "/exceptions", "/lineage" }) await Time(lab, "/batches/ADSC-26-0001" + path);
        await Time(lab, $"/incubators/INC-01/readings?channel=temperature&from={LabSetup.Text(start)}&to={LabSetup.Text(start.AddDays(Days))}&buckets=1000");
        return 0;
    }

    private static async Task Live(RunningLab lab, JsonNode gateway, string vessel, DateTimeOffset start)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", lab.MqttPort).WithClientId((string)gateway["clientId"]!)
            .WithCredentials((string)gateway["username"]!, (string)gateway["password"]!).Build());
        for (var day = 0; day < Days; day++)
        {
            for (var part = 0; part < 6; part++)
            {
                var from = start.AddDays(day).AddHours(part * 4);
                await lab.Clock(from.AddHours(4));
                await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("culturetrack/main/INC-01/telemetry")
                    .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithPayload(Readings(from, 240)).Build());
            }
            var looks = new JsonArray([.. Enumerable.Range(0, LooksADay).Select(_ => new JsonObject
            {
                ["type"] = "ConfluenceObserved", ["comment"] = "Benchmark entry",
                ["data"] = new JsonObject { ["vesselId"] = vessel, ["pct"] = 40, ["method"] = "Visual", ["morphology"] = "Spindle", ["contamination"] = "None" },
            })]);
            await lab.Post("tech01", "/batches/ADSC-26-0001/events", looks);
        }
    }

    private static byte[] Readings(DateTimeOffset from, int minutes) => Encoding.UTF8.GetBytes(new JsonArray([.. Enumerable.Range(1, minutes).Select(m => new JsonObject
    {
        ["ts"] = from.AddMinutes(m).ToUnixTimeMilliseconds(), ["buffered"] = true,
        ["values"] = new JsonObject { ["temperature"] = 37.0 + (m % 7 - 3) * 0.03, ["co2"] = 5.0 + (m % 5 - 2) * 0.01, ["humidity"] = 95.0 - (m % 3) * 0.4, ["door"] = "closed" },
    })]).ToJsonString());

    private static async Task Time(RunningLab lab, string path)
    {
        var first = Stopwatch.StartNew();
        await lab.Get("qa01", path);
        first.Stop();
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await lab.Get("qa01", path);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var ordered = times.Order().ToArray();
        Console.WriteLine($"GET {path}: first {first.ElapsedMilliseconds} ms, then p50 {CommandProgram.At(ordered, 0.5):0} ms, max {ordered[^1]:0} ms");
    }
}
