using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>What people at the bench do about alarms, on the page; the alarms come over MQTT.</summary>
public sealed class AlarmTests(DemoFixture demo)
{
    [Fact]
    public async Task A_technician_acknowledges_an_alarm_with_cause_and_action_and_every_screen_hears_it()
    {
        var floor = await demo.Open();
        await DemoFixture.SignIn(floor, "sup01", "/alarms");
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01", "/alarms");
        var alarm = Alarm(page, "INC-06", "Humidity beyond");
        await alarm.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByLabel("What caused it").FillAsync("Water pan was dry after the weekend");
        await page.GetByLabel("What was done").FillAsync("Filled with sterile water, humidity watched");
        await DemoFixture.Screenshot(page, "alarm-acknowledge-light");
        await Send(page, "Acknowledge");

        // It was back to normal already; acknowledged, it leaves the list here and on the other screen.
        await Assertions.Expect(alarm).ToHaveCountAsync(0);
        await Assertions.Expect(Alarm(floor, "INC-06", "Humidity beyond")).ToHaveCountAsync(0);
        (await States("INC-06", "Limit", "humidity")).ShouldAllBe(s => s == "Normal");
    }

    [Fact]
    public async Task An_action_alarm_is_shelved_for_a_limited_time_with_a_reason_and_unshelved()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01", "/alarms");
        await page.WaitForSelectorAsync("main h1");
        await demo.Publish("INC-04", "alarm", new JsonObject { ["ts"] = Now, ["code"] = "CO2-SUPPLY", ["text"] = "Supply pressure low", ["active"] = true });
        var alarm = Alarm(page, "INC-04", "device reports an alarm");
        await Assertions.Expect(alarm).ToBeVisibleAsync();

        await alarm.GetByRole(AriaRole.Button, new() { Name = "Shelve" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("For how long").Locator("option")).ToHaveTextAsync(["15 min", "30 min", "60 min"]);
        await page.GetByLabel("Reason").FillAsync("short");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToBeVisibleAsync();
        await page.GetByLabel("Reason").FillAsync("The gas bottle is being changed");
        await Send(page, "Shelve");
        await Assertions.Expect(alarm).ToContainTextAsync("Shelved until");

        await alarm.GetByRole(AriaRole.Button, new() { Name = "Unshelve" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("The new bottle is connected");
        await Send(page, "Unshelve");
        await Assertions.Expect(alarm).ToContainTextAsync("Active, not acknowledged");
        await demo.Publish("INC-04", "alarm", new JsonObject { ["ts"] = Now, ["code"] = "CO2-SUPPLY", ["text"] = "Supply pressure low", ["active"] = false });
        await Assertions.Expect(alarm).ToContainTextAsync("Returned, not acknowledged");
    }

    [Fact]
    public async Task A_critical_alarm_stays_until_somebody_resets_it_by_hand()
    {
        // A decontamination cycle with vessels inside is critical at once.
        await Decontaminate("INC-05", running: true);
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01", "/alarms");
        var alarm = page.Locator("article", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "INC-05", Exact = true }) }).Filter(new() { HasText = "Critical" });
        await Assertions.Expect(alarm).ToBeVisibleAsync();
        (await alarm.GetByRole(AriaRole.Button, new() { Name = "Shelve" }).CountAsync()).ShouldBe(0, "a critical alarm is never silenced");

        await alarm.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByLabel("What caused it").FillAsync("Cycle started at the wrong incubator");
        await page.GetByLabel("What was done").FillAsync("Cycle stopped, vessels looked at");
        await Send(page, "Acknowledge");
        await Assertions.Expect(alarm).ToContainTextAsync("Active, acknowledged");
        await Decontaminate("INC-05", running: false);
        await Assertions.Expect(alarm).ToContainTextAsync("Latched: needs a reset");
        await DemoFixture.Screenshot(page, "alarm-latched-light");

        await alarm.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("Chamber checked, cycle is off");
        await Send(page, "Reset");
        await Assertions.Expect(alarm).ToHaveCountAsync(0);
        (await States("INC-05", "DeviceAlarm")).ShouldAllBe(s => s == "Normal");
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private Task Decontaminate(string incubator, bool running) =>
        demo.Publish(incubator, "telemetry", new JsonObject { ["ts"] = Now, ["values"] = new JsonObject { ["decon"] = running ? "on" : "off" } });

    private static ILocator Alarm(IPage page, string incubator, string text) =>
        page.Locator("article", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = incubator, Exact = true }) }).Filter(new() { HasText = text });

    private static async Task Send(IPage page, string button)
    {
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
    }

    private async Task<IEnumerable<string>> States(string incubator, string kind, string? channel = null) =>
        (await demo.Get("tech01", $"/alarms?incubator={incubator}"))["items"]!.AsArray()
            .Where(a => (string?)a!["kind"] == kind && (channel is null || (string?)a["channel"] == channel)).Select(a => (string)a!["state"]!);
}
