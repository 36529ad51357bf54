using System.Text;
using CultureTrack.Grains.Notices;
using Ical.Net;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class TaskApiTests(RunningLab lab)
{
    [Fact]
    public async Task A_task_opened_by_hand_is_given_to_somebody_and_reported_done_once()
    {
        var opened = (await lab.Post("sup01", "/tasks", new { title = "Order gas bottles", dueAt = lab.Now().AddHours(5), assignee = "tech01", note = "Two of 50 L" })).ShouldBe(201);
        var id = opened["id"].GetValue<string>();
        (await Mine("tech01", id)).ShouldBeTrue();
        (await Mine("tech02", id)).ShouldBeFalse();
        (await lab.Post("sup01", "/tasks/assign", new { taskId = id, assignee = "nobody99" })).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post("sup01", "/tasks/assign", new { taskId = id })).ShouldBe(200);
        (await Mine("tech02", id)).ShouldBeTrue("everybody in the role again");
        (await lab.Post("qc01", "/tasks/done", new { taskId = id })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("tech02", "/tasks/done", new { taskId = id, note = "Delivered" })).ShouldBe(200);
        (await Mine("tech02", id)).ShouldBeFalse();
        (await lab.Post("tech02", "/tasks/done", new { taskId = id })).ShouldBeRefused(422, "STATE-TRANSITION");
        (await lab.Post("tech02", "/tasks/done", new { taskId = "TASK-NONE" })).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("tech01", "/tasks", new { title = " ", dueAt = lab.Now() })).ShouldBeRefused(422, "VAL-REQUIRED");
    }

    private async Task<bool> Mine(string user, string id) =>
        (await lab.Get(user, "/tasks?mine=true&pageSize=1000")).ShouldBe(200)["items"].AsArray().Any(t => t!["id"]!.GetValue<string>() == id);

    [Fact]
    public async Task A_freezer_is_walked_round_every_morning_and_its_sensors_are_calibrated()
    {
        var id = RunningLab.Id("FRZ");
        (await lab.Post(RunningLab.Admin, "/incubators", StorageApiTests.Freezer(id))).ShouldBe(201);
        var walk = await Task(id, "walk-round");
        walk["role"]!.GetValue<string>().ShouldBe("T");
        var due = walk["dueAt"]!.GetValue<DateTimeOffset>();
        TimeZoneInfo.ConvertTime(due, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).TimeOfDay.ShouldBe(TimeSpan.FromHours(9));
        walk["overdueAt"]!.GetValue<DateTimeOffset>().ShouldBe(due.AddHours(4));
        (await Task(id, "temperature"))["role"]!.GetValue<string>().ShouldBe("ADMIN");
        if (due - TimeSpan.FromHours(1) > lab.Now()) await lab.Advance(due - TimeSpan.FromHours(1) - lab.Now());

        (await lab.Post("tech01", $"/incubators/{id}/walk-rounds", new { items = new[] { new { item = "Door closed", ok = false } } })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await lab.Post("tech01", $"/incubators/{id}/walk-rounds", new { items = new[] { new { item = "Door closed", ok = true } }, shownTemperatureC = -80.5 })).ShouldBe(201);

        (await Task(id, "walk-round"))["dueAt"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(due);
        (await lab.Post(RunningLab.Admin, "/tasks/done", new { taskId = $"{id}/D-23/temperature" })).ShouldBeRefused(422, "STATE-GUARD");
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Task(string equipment, string subject) =>
        (await lab.Get("tech01", $"/tasks?equipment={equipment}")).ShouldBe(200)["items"].AsArray().Single(t => t!["subject"]!.GetValue<string>() == subject)!;

    [Fact]
    public async Task Tasks_are_a_calendar_that_a_calendar_program_reads_with_a_token_in_the_address()
    {
        var title = $"Call the supplier; \"urgent\", {RunningLab.Id("n")}";
        var dueAt = lab.Now().AddDays(2);
        await lab.Post("sup01", "/tasks", new { title, dueAt, assignee = "tech01" });
        var token = (await lab.Post("tech01", "/tokens", new { name = "Calendar", scopes = new[] { "read" }, expiresAt = lab.Now().AddDays(30) })).ShouldBe(201)["token"].GetValue<string>();

        var feed = (await lab.Get(null, $"/tasks.ics?mine=true&token={token}")).ShouldBe(200);

        feed.ContentType.ShouldBe("text/calendar");
        var calendar = Calendar.Load(feed.Text)!;
        var entry = calendar.Events.Single(e => e.Summary == title);
        entry.Start!.AsUtc.ShouldBe(dueAt.UtcDateTime, TimeSpan.FromSeconds(1));
        calendar.Events.Select(e => e.Uid).ShouldBeUnique();
        Calendar.Load((await lab.Get(null, $"/tasks.ics?mine=true&token={token}")).Text)!.Events.Single(e => e.Summary == title).Uid.ShouldBe(entry.Uid, "a calendar moves it, and does not double it");
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"tech01:{token}"));
        (await lab.Send(null, HttpMethod.Get, "/tasks.ics", null, ("Authorization", $"Basic {basic}"))).ShouldBe(200);
        (await lab.Get(null, $"/tasks?token={token}")).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        (await lab.Get(null, "/tasks.ics?token=ctp_wrong")).ShouldBeRefused(401, "AUTH-EXPIRED");
        var session = await lab.FreshToken("tech01");
        (await lab.Get(null, $"/tasks.ics?token={session}")).ShouldBeRefused(401, "AUTH-CREDENTIALS");
    }

    [Fact]
    public async Task An_overdue_task_is_told_once_to_who_has_it()
    {
        await using var receiver = await WebhookReceiver.Start();
        var hook = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "task.overdue" } })).ShouldBe(201)["webhookId"].GetValue<string>();
        var id = (await lab.Post("sup01", "/tasks", new { title = "Check the spare regulator", dueAt = lab.Now().AddHours(1), assignee = "tech02" })).ShouldBe(201)["id"].GetValue<string>();

        await lab.Advance(TimeSpan.FromHours(2));

        System.Text.Json.Nodes.JsonNode data;
        do data = receiver.Next("task.overdue").Json["data"]!; while (data["taskId"]!.GetValue<string>() != id);
        data["called"]!.AsArray().Select(p => p!.GetValue<string>()).ShouldBe(["tech02"]);
        data["level"]!.GetValue<int>().ShouldBe(1);
        (await lab.Get("tech02", "/tasks?overdue=true&assignee=tech02")).ShouldBe(200)["items"].AsArray().ShouldContain(t => t!["id"]!.GetValue<string>() == id);
        (await lab.Delete(RunningLab.Admin, $"/webhooks/{hook}")).ShouldBe(204);
    }
}
