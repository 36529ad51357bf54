using CultureTrack.Grains.Incubators;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class EscalationTests(RunningLab lab)
{
    private readonly List<System.Text.Json.Nodes.JsonNode> _calls = [];

    [Fact]
    public async Task An_alarm_nobody_acknowledges_calls_along_the_roster_and_a_duty_nobody_has_calls_the_whole_role_and_the_administrators()
    {
        await FillRoster();
        await using var receiver = await WebhookReceiver.Start();
        var hook = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "alarm.escalated" } })).ShouldBe(201)["webhookId"].GetValue<string>();
        var on = RunningLab.Id("shift").ToLowerInvariant();
        await lab.AddUser(on, "T");
        (await lab.Post("sup01", "/shifts", new { user = on, duty = "OnShift", from = lab.Now(), to = lab.Now().AddHours(3), contact = "1234", comment = "The others follow" })).ShouldBe(201);
        var id = RunningLab.Id("INC");
        (await lab.Post(RunningLab.Admin, "/incubators", IncubatorApiTests.Incubator(id))).ShouldBe(201);

        await lab.Advance(TimeSpan.FromMinutes(25));    // silent for 5 min: level 1; unacknowledged for 15 more: level 2

        var first = Call(receiver, id, 1);
        first["duty"]!.GetValue<string>().ShouldBe("OnShift");
        first["rostered"]!.GetValue<bool>().ShouldBeTrue();
        first["called"]!.AsArray().Select(u => u!.GetValue<string>()).ShouldContain(on);
        var second = Call(receiver, id, 2);
        (second["duty"]!.GetValue<string>(), second["rostered"]!.GetValue<bool>()).ShouldBe(("Supervisor", false));
        second["called"]!.AsArray().Select(u => u!.GetValue<string>()).ShouldContain("sup01");
        // Other duties may be without anybody too: the lab is shared.
        Call(receiver, AlarmCalls.RosterSubject, 1, "nobody-Supervisor")["called"]!.AsArray().Select(u => u!.GetValue<string>()).ShouldContain(RunningLab.Admin);

        var standing = await Roster();
        standing["severity"]!.GetValue<string>().ShouldBe("action");
        (await lab.Post("sup01", "/shifts", new { user = "sup01", duty = "Supervisor", from = lab.Now(), to = lab.Now().AddHours(2), contact = "99", comment = "The others follow" })).ShouldBe(201);
        (await Roster())["clearedAt"].ShouldNotBeNull("somebody has the duty now");
        var path = $"/alarms/{standing["alarmId"]!.GetValue<string>()}/acknowledge";
        (await lab.Post(RunningLab.Admin, path, new { cause = "Roster was not made", action = "Supervisor told" })).ShouldBe(200);
        (await lab.Delete(RunningLab.Admin, $"/webhooks/{hook}")).ShouldBe(204);
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);
    }

    // Deliveries of different subjects come in any order.
    private System.Text.Json.Nodes.JsonNode Call(WebhookReceiver receiver, string incubator, int level, string? duty = null)
    {
        while (true)
        {
            if (_calls.Find(c => c["incubatorId"]!.GetValue<string>() == incubator && c["level"]!.GetValue<int>() == level && (duty is null || c["duty"]!.GetValue<string>() == duty)) is { } call) return call;
            _calls.Add(receiver.Next("alarm.escalated").Json["data"]!);
        }
    }

    // The lab is shared: should the duty have been without anybody before, the call about it was made then.
    private async Task FillRoster()
    {
        foreach (var standing in (await Rosters()).Where(a => a!["clearedAt"] is null))
        {
            (await lab.Post("sup01", "/shifts", new { user = "sup01", duty = "Supervisor", from = lab.Now(), to = lab.Now().AddMinutes(5), contact = "99", comment = "The others follow" })).ShouldBe(201);
            (await lab.Post(RunningLab.Admin, $"/alarms/{standing!["alarmId"]!.GetValue<string>()}/acknowledge", new { cause = "Roster was not made", action = "Supervisor told" })).ShouldBe(200);
        }
    }

    private async Task<IEnumerable<System.Text.Json.Nodes.JsonNode?>> Rosters() =>
        (await lab.Get("sup01", $"/alarms?incubator={AlarmCalls.RosterSubject}")).ShouldBe(200)["items"].AsArray().Where(a => a!["alarmId"]!.GetValue<string>().Contains("nobody-Supervisor", StringComparison.Ordinal));

    private async Task<System.Text.Json.Nodes.JsonNode> Roster() => (await Rosters()).First()!;
}
