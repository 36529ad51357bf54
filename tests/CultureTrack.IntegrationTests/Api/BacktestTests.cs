using System.Text.Json.Nodes;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>A live history over MQTT, with everything that makes alarms, and what the backtest makes of the same past.</summary>
public sealed class BacktestTests(RunningLab lab) : IClassFixture<RunningLab>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private async Task<Reply> Backtest(string id, DateTimeOffset from, DateTimeOffset to, params object[] changes) =>
        await lab.Post("qa01", $"/incubators/{id}/backtest", new { from, to, changes });

    private async Task Minutes(TestDevice device, int count, Func<int, double>? temperature = null, Func<int, double>? co2 = null, Func<int, string>? door = null)
    {
        for (var minute = 0; minute < count; minute++)
        {
            await lab.Advance(Minute);
            // A sensor that never moves would be taken for a stuck one.
            var flutter = minute % 2 * 0.02;
            await device.Send((temperature?.Invoke(minute) ?? 37.0) + flutter, (co2?.Invoke(minute) ?? 5.0) + flutter, door?.Invoke(minute) ?? "closed");
        }
    }

    private async Task<IReadOnlyList<JsonNode>> Alarms(string id) => [.. (await lab.Get("tech01", $"/alarms?incubator={id}")).ShouldBe(200)["items"].AsArray().Where(a => a!["state"]!.GetValue<string>() != "Normal").Select(a => a!)];

    private async Task Acknowledge(string id, string kind)
    {
        foreach (var alarm in await Alarms(id))
            if (alarm["alarmId"]!.GetValue<string>().Contains(kind, StringComparison.Ordinal) && alarm["acknowledgedBy"] is null)
                (await lab.Post("tech01", $"/alarms/{alarm["alarmId"]!.GetValue<string>()}/acknowledge", new { cause = "Seen", action = "Looked after" })).ShouldBe(200);
    }

    /// <summary>Heat, gas, an open door, a device that reports, silence, a power cut, a clock that is wrong, buffered data that undo and make excursions, and people.</summary>
    private async Task<(string Id, DateTimeOffset From, DateTimeOffset To)> LiveHistory()
    {
        var id = await TestDevice.Register(lab);
        using var device = await TestDevice.Connect(lab, id);
        await Minutes(device, 5);
        var from = lab.Now();
        await Minutes(device, 20, temperature: m => m is >= 2 and < 12 ? 38.5 : 37.0);              // action, high
        await Acknowledge(id, "temperature");
        await Minutes(device, 25, temperature: m => m is >= 2 and < 12 ? 39.5 : 37.0);              // action and critical
        await Acknowledge(id, "critical");
        foreach (var alarm in (await Alarms(id)).Where(a => a["state"]!.GetValue<string>() == "Latched"))
            (await lab.Post("tech01", $"/alarms/{alarm["alarmId"]!.GetValue<string>()}/reset", new { reason = "Heater relay was replaced" })).ShouldBe(200);
        await Minutes(device, 30, co2: m => m is >= 3 and < 15 ? 3.7 : 5.0);
        await Minutes(device, 8, door: m => m < 7 ? "open" : "closed");                             // open for more than 5 min
        await device.Alarm("E4", true);
        var reported = (await Alarms(id)).Single(a => a["alarmId"]!.GetValue<string>().Contains("E4", StringComparison.Ordinal))["alarmId"]!.GetValue<string>();
        (await lab.Post("tech01", $"/alarms/{reported}/shelve", new { until = lab.Now().AddMinutes(15), reason = "Service is on its way" })).ShouldBe(200);
        await Minutes(device, 20);
        await device.Alarm("E4", false);
        await Acknowledge(id, "E4");
        await device.Values("""{"power":"lost"}""");
        await Minutes(device, 12);
        await device.Values("""{"power":"ok"}""");
        var silentFrom = lab.Now();
        await lab.Advance(TimeSpan.FromMinutes(25));                                                // silence
        await Minutes(device, 3);
        // What the device had kept: warm for twelve minutes in the silence.
        var kept = string.Join(',', Enumerable.Range(1, 24).Select(m => FormattableString.Invariant($$$"""{"ts":{{{silentFrom.AddMinutes(m).ToUnixTimeMilliseconds()}}},"values":{"temperature":{{{(m is > 4 and < 17 ? 38.6 : 37.0) + m % 2 * 0.02}}},"co2":5.0},"buffered":true}""")));
        await device.Raw("telemetry", $"[{kept}]");
        await Minutes(device, 5);
        await device.Values("""{"temperature":37.01}""", lab.Now().AddMinutes(-2));                 // the clock is wrong
        await Minutes(device, 5);
        foreach (var active in new[] { true, false, true, false, true, false }) await device.Alarm("E8", active);
        await Acknowledge(id, "");
        await Minutes(device, 10);
        var to = lab.Now() + TimeSpan.FromMilliseconds(1);
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);
        await lab.Advance(Minute);
        return (id, from, to);
    }

    [Fact]
    public async Task The_replay_of_the_live_rule_gives_the_live_history_and_another_rule_what_it_would_have_found_and_missed()
    {
        var (id, from, to) = await LiveHistory();
        var history = (await lab.Get("qa01", $"/alarms/history?incubator={id}&from={from:O}&to={to:O}&pageSize=1000")).ShouldBe(200)["items"].AsArray();
        string[] points = [.. history.Select(l => l!["point"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)];
        points.ShouldBe(["ClockSkew", "CommsLost", "DeviceAlarm.E4", "DeviceAlarm.E8", "DeviceAlarm.power", "Door.door.open", "Limit.co2.low.action", "Limit.temperature.high.action", "Limit.temperature.high.critical", "SensorFault.co2", "SensorFault.temperature"], ignoreOrder: true);
        history.Select(l => l!["step"]!.GetValue<string>()).Distinct().ShouldBe(["Raised", "Cleared", "Acknowledged", "Shelved", "Unshelved", "Reset"], ignoreOrder: true);

        var same = (await Backtest(id, from, to)).ShouldBe(200);
        same["check"]["notReplayed"]!.AsArray().ShouldBeEmpty(same.Text);
        same["check"]["onlyReplayed"]!.AsArray().ShouldBeEmpty(same.Text);
        (same["check"]["isExact"]!.GetValue<bool>(), same["check"]["lines"]!.GetValue<int>()).ShouldBe((true, history.Count));
        same["live"].ToJsonString().ShouldBe(same["candidate"].ToJsonString());
        (same["missed"].GetValue<int>(), same["extra"].GetValue<int>()).ShouldBe((0, 0));

        // Ten minutes more patience: the ten-minute excursion of 38.5 and the buffered one of 38.6 are no alarms any more.
        var patient = (await Backtest(id, from, to, new { channel = "temperature", severity = "action", side = "high", delayMin = 11.5 })).ShouldBe(200);
        patient["check"]["isExact"]!.GetValue<bool>().ShouldBeTrue();
        patient["missed"].GetValue<int>().ShouldBeGreaterThan(0);
        patient["candidate"]["pages"]!.GetValue<int>().ShouldBeLessThan(patient["live"]["pages"]!.GetValue<int>());
        // Half a degree earlier: nothing is missed, and it pages no later.
        var tight = (await Backtest(id, from, to, new { channel = "temperature", severity = "action", side = "high", limit = 37.6, delayMin = 2 })).ShouldBe(200);
        tight["missed"].GetValue<int>().ShouldBe(0);
        tight["candidate"]["minutesToPageMedian"]!.GetValue<double>().ShouldBe(2);
        tight["live"]["minutesToPageMedian"]!.GetValue<double>().ShouldBeInRange(2, 5);
        (await lab.Get("qa01", $"/alarms/history?incubator={id}&from={from:O}&to={to:O}&pageSize=1000")).ShouldBe(200)["items"].AsArray().Count.ShouldBe(history.Count, "a backtest writes nothing");

        // From the middle of it: what stood and was open then is known.
        var middle = from.AddMinutes(33);
        (await Backtest(id, middle, to)).ShouldBe(200)["check"]["onlyReplayed"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_tried_is_refused()
    {
        var id = await TestDevice.Register(lab);
        var (from, to) = (lab.Now().AddDays(-10), lab.Now());
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/backtest", new { from, to })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("qc01", $"/incubators/{id}/backtest", new { from, to })).ShouldBeRefused(403, "SOD-ROLE");
        (await Backtest("INC-NONE", from, to)).ShouldBeRefused(404, "NOT-FOUND");
        (await Backtest(id, to, from)).ShouldBeRefused(422, "VAL-RANGE");
        (await Backtest(id, to.AddDays(-367), to)).ShouldBeRefused(422, "VAL-RANGE");
        (await Backtest(id, from, to, new { channel = "o2", severity = "action", side = "low", limit = 3 })).ShouldBeRefused(422, "VAL-FORMAT");
        (await Backtest(id, from, to, new { channel = "co2", severity = "action", side = "low" })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await Backtest(id, from, to, new { channel = "co2", severity = "alert", side = "below", limit = 4 })).ShouldBeRefused(422, "VAL-FORMAT");
        (await Backtest(id, from, to, new { channel = "co2", severity = "action", side = "low", limit = 1.5 })).ShouldBeRefused(422, "VAL-ORDER");
        (await Backtest(id, from, to, new { channel = "co2", severity = "action", side = "low", delayMin = 1441 })).ShouldBeRefused(422, "VAL-RANGE");
        foreach (var user in new[] { "tech01", "sup01", "qa01" }) (await lab.Post(user, $"/incubators/{id}/backtest", new { from, to })).ShouldBe(200);
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);
    }
}
