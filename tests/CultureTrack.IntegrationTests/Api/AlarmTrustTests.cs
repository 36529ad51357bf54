using System.Text.Json.Nodes;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Notices;
using CultureTrack.Store.Readings;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>Alarms over MQTT, over a restart, and what the alarm system says of itself; a lab of its own, because it is restarted.</summary>
public sealed class AlarmTrustTests(RunningLab lab) : IClassFixture<RunningLab>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<List<JsonNode>> History(string incubator) =>
        [.. (await lab.Get("qa01", $"/alarms/history?incubator={incubator}&pageSize=1000")).ShouldBe(200)["items"].AsArray().Select(l => l!)];

    private static IEnumerable<string> Told(IEnumerable<JsonNode> lines, DateTimeOffset from) => lines.Select(l =>
        $"{(l["at"]!.GetValue<DateTimeOffset>() - from).TotalMinutes:0.##} {l["point"]!.GetValue<string>()} {l["step"]!.GetValue<string>()} {l["severity"]!.GetValue<string>()}");

    private async Task<IReadOnlyList<Delivery>> Calls(string incubator)
    {
        await using var session = lab.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var target = $"main/{incubator}";
        return await session.Query<Delivery>().Where(d => d.Kind == "alarm.escalated" && d.Target == target).OrderBy(d => d.At).ToListAsync(Ct);
    }

    private async Task<IEnumerable<JsonNode>> Tasks(string incubator) => (await lab.Get("tech01", $"/tasks?equipment={incubator}&until=2026-12-31T00:00:00Z")).ShouldBe(200)["items"].AsArray()
        .Where(t => t!["id"]!.GetValue<string>().StartsWith("MEND-", StringComparison.Ordinal)).Select(t => t!);

    private async Task<JsonNode> Alarm(string incubator, string detail) =>
        (await lab.Get("tech01", $"/alarms?incubator={incubator}")).ShouldBe(200)["items"].AsArray().First(a => a!["alarmId"]!.GetValue<string>().Contains(detail, StringComparison.Ordinal))!;

    private async Task Retire(string incubator) =>
        (await lab.Post(RunningLab.Admin, $"/incubators/{incubator}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);

    [Fact]
    public async Task Subscribers_of_the_broker_learn_of_alarms_and_of_those_nobody_acknowledges_and_devices_cannot_say_such()
    {
        var id = await TestDevice.Register(lab);
        using var device = await TestDevice.Connect(lab, id);
        await device.Listen();
        await device.Send();
        await device.Alarm("E1", true);
        var raised = device.Next("alarm.raised");
        (raised["data"]!["incubatorId"]!.GetValue<string>(), raised["data"]!["state"]!.GetValue<string>()).ShouldBe((id, "UnackActive"));
        device.Next("alarm.escalated")["data"]!["level"]!.GetValue<int>().ShouldBe(1);
        await lab.Advance(TimeSpan.FromMinutes(4));
        await device.Send();
        for (var minutes = 4; minutes < 15; minutes += 4) { await lab.Advance(TimeSpan.FromMinutes(4)); await device.Send(); }
        var second = device.Next("alarm.escalated")["data"]!;
        (second["level"]!.GetValue<int>(), second["duty"]!.GetValue<string>(), second["alarmId"]!.GetValue<string>()).ShouldBe((2, "Supervisor", raised["data"]!["alarmId"]!.GetValue<string>()));
        (await lab.Post("tech01", $"/alarms/{raised["data"]!["alarmId"]!.GetValue<string>()}/acknowledge", new { cause = "Filter clogged", action = "Filter changed" })).ShouldBe(200);
        device.Next("alarm.acknowledged")["data"]!["acknowledgedBy"]!.GetValue<string>().ShouldBe("tech01");
        // What a device sends there is refused, and no subscriber gets it.
        var before = (await lab.Get("adm01", "/rejects"))["total"].GetValue<int>();
        (await device.Publish("alarms", """{"type":"alarm.cleared"}""")).ShouldBeFalse();
        (await lab.Get("adm01", "/rejects"))["total"].GetValue<int>().ShouldBe(before + 1);
        await Retire(id);
    }

    [Fact]
    public async Task What_chatters_is_a_nuisance_with_one_task_also_after_a_restart()
    {
        var id = await TestDevice.Register(lab);
        using (var device = await TestDevice.Connect(lab, id))
        {
            await device.Send();
            foreach (var active in new[] { true, false, true, false })
            {
                await device.Alarm("E7", active);
                await lab.Advance(TimeSpan.FromSeconds(15));
            }
            (await Alarm(id, "E7"))["nuisanceSince"].ShouldBeNull();
            (await Alarm(id, "E7"))["isFleeting"]!.GetValue<bool>().ShouldBeTrue();
            (await Tasks(id)).ShouldBeEmpty();
            await device.Alarm("E7", true);
        }
        var since = (await Alarm(id, "E7"))["nuisanceSince"]!.GetValue<DateTimeOffset>();
        since.ShouldBe(lab.Now());
        var task = (await Tasks(id)).ShouldHaveSingleItem();
        task["title"]!.GetValue<string>().ShouldContain($"DeviceAlarm.E7 of {id}");

        await lab.Restart(TimeSpan.FromSeconds(20));
        (await Alarm(id, "E7"))["nuisanceSince"]!.GetValue<DateTimeOffset>().ShouldBe(since);
        using (var device = await TestDevice.Connect(lab, id))
            foreach (var active in new[] { false, true, false, true, false, true, false }) await device.Alarm("E7", active);
        (await Tasks(id)).Select(t => t["id"]!.GetValue<string>()).ShouldBe([task["id"]!.GetValue<string>()]);

        // Mended, and later it chatters again under a new alarm: a new task.
        (await lab.Post("tech01", "/tasks/done", new { taskId = task["id"]!.GetValue<string>(), note = "Contact soldered" })).ShouldBe(200);
        (await lab.Post("tech01", $"/alarms/{(await Alarm(id, "E7"))["alarmId"]!.GetValue<string>()}/acknowledge", new { cause = "Loose contact", action = "Soldered" })).ShouldBe(200);
        await lab.Advance(TimeSpan.FromMinutes(3));
        using (var device = await TestDevice.Connect(lab, id))
            foreach (var active in new[] { true, false, true, false, true, false }) await device.Alarm("E7", active);
        (await Tasks(id)).ShouldHaveSingleItem()["id"]!.GetValue<string>().ShouldNotBe(task["id"]!.GetValue<string>());
        await Retire(id);
    }

    [Fact]
    public async Task A_flood_is_shown_for_its_site_also_after_a_restart_and_the_figures_count_it()
    {
        var id = await TestDevice.Register(lab);
        await lab.Advance(TimeSpan.FromMinutes(20));    // what other tests raised has left the window
        var from = lab.Now();
        using (var device = await TestDevice.Connect(lab, id))
        {
            for (var code = 1; code <= 11; code++) await device.Alarm($"F{code}", true);
            await device.Alarm("F1", false);
        }
        var flood = (await Floods()).ShouldHaveSingleItem();
        (flood.Site, flood.From).ShouldBe(("main", from));
        await lab.Restart(TimeSpan.FromMinutes(1));
        (await Floods()).ShouldHaveSingleItem().From.ShouldBe(from);

        (await lab.Post("tech01", $"/alarms/{(await Alarm(id, "F2."))["alarmId"]!.GetValue<string>()}/acknowledge", new { cause = "Test", action = "None" })).ShouldBe(200);
        await lab.Advance(TimeSpan.FromMinutes(30));
        (await Floods()).ShouldBeEmpty();
        var figures = (await lab.Get("qa01", $"/alarms/metrics?from={from:O}&to={from.AddMinutes(30):O}")).ShouldBe(200);
        figures["alarms"].GetValue<int>().ShouldBeGreaterThanOrEqualTo(11);
        figures["peak"]["alarms"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(11);
        figures["floods"].AsArray().ShouldHaveSingleItem()!["from"]!.GetValue<DateTimeOffset>().ShouldBe(from);
        figures["floodMin"].GetValue<double>().ShouldBe(10);
        figures["fleeting"].GetValue<int>().ShouldBe(1);
        figures["acknowledgedMedianMin"].GetValue<double>().ShouldBe(1);
        (await lab.Get("qa01", $"/alarms/metrics?from={from:O}&to={from:O}")).ShouldBeRefused(422, "VAL-RANGE");
        (await lab.Get("qa01", $"/alarms/metrics?from={from:O}&to={from.AddDays(367):O}")).ShouldBeRefused(422, "VAL-RANGE");
        (await lab.Get("qa01", "/alarms/metrics?site=nowhere")).ShouldBeRefused(404, "NOT-FOUND");
        await Retire(id);
    }

    private Task<IReadOnlyList<Domain.Alarms.SiteFlood>> Floods() => lab.Services.GetRequiredService<AlarmHistory>().FloodsNow(Ct);

    [Fact]
    public async Task Deadlines_that_fell_while_the_server_was_down_run_after_it_once_and_in_the_order_of_their_time()
    {
        var id = await TestDevice.Register(lab);
        using (var device = await TestDevice.Connect(lab, id))
        {
            await lab.Advance(TimeSpan.FromMinutes(1));
            await device.Send(door: "open");
            await device.Alarm("E9", true);
        }
        var from = lab.Now();
        var alarm = (await Alarm(id, "E9"))["alarmId"]!.GetValue<string>();
        (await lab.Post("tech01", $"/alarms/{alarm}/shelve", new { until = from.AddMinutes(10), reason = "Gas bottle is being changed" })).ShouldBe(200);
        var before = (await History(id)).Count;
        await lab.Restart(TimeSpan.FromMinutes(32));

        string[] expected = ["5 CommsLost Raised action", "5 Door.door.open Raised action", "10 DeviceAlarm.E9 Unshelved action", "15 Door.door.open Raised critical"];
        Told((await History(id)).Skip(before), from).ShouldBe(expected);
        // Each alarm calls once for what was missed, with the level it has reached by now.
        var calls = (await Calls(id)).Where(c => c.At > from).Select(c => $"{(c.At - from).TotalMinutes:0.##} {(int)JsonNode.Parse(c.Body)!["data"]!["level"]!} {JsonNode.Parse(c.Body)!["data"]!["alarmId"]!.GetValue<string>().Split('.')[1]}").ToList();
        calls.ShouldBe(["20 2 CommsLost", "30 3 DeviceAlarm", "30 3 Door"]);

        await lab.Restart(TimeSpan.Zero);
        Told((await History(id)).Skip(before), from).ShouldBe(expected);
        (await Calls(id)).Count(c => c.At > from).ShouldBe(3);
        await lab.Advance(TimeSpan.FromMinutes(4));
        (await Calls(id)).Where(c => c.At > from).Select(c => $"{(c.At - from).TotalMinutes:0.##}").ShouldBe(["20", "30", "30", "35"]);
        await Retire(id);
    }

    [Fact]
    public async Task An_alarm_whose_shelving_ended_while_the_server_was_down_calls_after_it_also_when_there_are_readings_to_catch_up_on()
    {
        var id = await TestDevice.Register(lab);
        using (var device = await TestDevice.Connect(lab, id))
        {
            await device.Send();
            await device.Alarm("E9", true);
        }
        var from = lab.Now();
        (await lab.Post("tech01", $"/alarms/{(await Alarm(id, "E9"))["alarmId"]!.GetValue<string>()}/shelve", new { until = from.AddMinutes(10), reason = "Gas bottle is being changed" })).ShouldBe(200);
        await lab.Restart(TimeSpan.FromMinutes(32), () => Commit(id, from.AddMinutes(1), 37.02));
        var calls = (await Calls(id)).Where(c => c.At > from).Select(c => $"{(c.At - from).TotalMinutes:0.##} {(int)JsonNode.Parse(c.Body)!["data"]!["level"]!} {JsonNode.Parse(c.Body)!["data"]!["alarmId"]!.GetValue<string>().Split('.')[1]}");
        calls.ShouldBe(["21 2 CommsLost", "30 3 DeviceAlarm"]);
        await Retire(id);
    }

    /// <summary>Stores a reading that no incubator is told of, as when the server ends between the two.</summary>
    private async Task Commit(string id, DateTimeOffset at, double temperature)
    {
        await using var source = NpgsqlDataSource.Create(lab.RuntimeConnectionString);
        await using var writer = new ReadingWriter(source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
        await await writer.Enqueue([new() { IncubatorId = id, DeviceId = id, DeviceTime = at, ReceivedAt = at, Values = new ChannelValues { ["temperature"] = temperature, ["co2"] = 5.0 } }], [], Ct);
    }

    [Fact]
    public async Task Readings_that_were_committed_and_not_heard_when_the_server_ended_raise_their_alarms_after_it()
    {
        var id = await TestDevice.Register(lab);
        using (var device = await TestDevice.Connect(lab, id)) await device.Send();
        var from = lab.Now();
        var before = (await History(id)).Count;
        await lab.Restart(TimeSpan.FromMinutes(9), async () =>
        {
            for (var minute = 1; minute <= 8; minute++) await Commit(id, from.AddMinutes(minute), 38.6 + 0.01 * minute);
        });
        Told((await History(id)).Skip(before), from).ShouldBe(["6 Limit.temperature.high.action Raised action"]);
        await lab.Restart(TimeSpan.Zero);
        (await History(id)).Count.ShouldBe(before + 1);
        await Retire(id);
    }
}
