using System.Text.Json.Nodes;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>The demo through a real browser, as the three kinds of user see it.</summary>
public sealed class DemoTests(DemoFixture demo)
{
    private const string HasContent = "document.querySelector('main[data-live=yes]')?.innerText.length > 60";

    [Fact]
    public async Task A_technician_signs_in_and_sees_a_floor_that_lives()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01");
        await page.WaitForSelectorAsync(".tile .hero .v");
        (await page.Locator(".tile").CountAsync()).ShouldBeGreaterThanOrEqualTo(6);
        await DemoFixture.Screenshot(page, "floor-light", fullPage: true);

        // A reading that comes over MQTT changes a value on the screen by itself.
        await page.EvaluateAsync("window.before = [...document.querySelectorAll('.tile .v')].map(v => v.textContent).join()");
        await demo.Publish("INC-01", "telemetry", new JsonObject
        {
            ["ts"] = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            ["values"] = new JsonObject { ["temperature"] = 37.21 },
        });
        await page.WaitForFunctionAsync("[...document.querySelectorAll('.tile .v')].map(v => v.textContent).join() !== window.before");
    }

    [Theory]
    [InlineData("/", "floor")]
    [InlineData("/alarms", "alarms")]
    [InlineData("/incubators/INC-01", "incubator")]
    [InlineData("/today", "today")]
    public async Task Pages_open_dark_and_on_a_phone(string path, string name)
    {
        var page = await demo.Open(dark: true);
        await DemoFixture.SignIn(page, "tech01", path);
        await page.WaitForFunctionAsync(HasContent);
        await DemoFixture.Screenshot(page, name + "-dark");

        var phone = await demo.Open(width: 390, height: 844);
        await DemoFixture.SignIn(phone, "tech01", path);
        await phone.WaitForFunctionAsync(HasContent);
        (await phone.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, "nothing may run off a phone's screen");
        await DemoFixture.Screenshot(phone, name + "-phone");
    }

    [Fact]
    public async Task A_page_whose_first_connection_fails_says_so_and_comes_to_life_by_itself()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01");
        await page.RouteAsync("**/_blazor/negotiate**", r => r.AbortAsync(), new() { Times = 1 });
        await page.GotoAsync("/materials");
        await page.WaitForSelectorAsync("#components-reconnect-modal.lost");
        await page.WaitForSelectorAsync("main[data-live=yes]");
    }

    [Fact]
    public async Task A_technician_records_what_the_microscope_shows()
    {
        var batch = await demo.Batch("productType=CEA&state=InProcess", b => (int)b["holds"]! == 0);
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01", $"/batches/{batch}/enter/ConfluenceObserved");
        await page.WaitForSelectorAsync("form.entry [data-field=vesselId] option:nth-child(2)", new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });
        await page.SelectOptionAsync("[data-field=vesselId]", new Microsoft.Playwright.SelectOptionValue { Index = 1 });
        await page.FillAsync("[data-field=pct]", "45");
        await page.CheckAsync("[data-field=method][value=Visual]", new() { Force = true });
        await page.FillAsync("[data-field=morphology]", "Cobblestone, browser test");
        await page.CheckAsync("[data-field=contamination][value=None]", new() { Force = true });
        await page.FillAsync("#comment", "Seen in the browser test");
        await DemoFixture.Screenshot(page, "entry-light", fullPage: true);
        await page.ClickAsync("button[type=submit].primary");
        await page.WaitForURLAsync(u => !u.Contains("/enter/", StringComparison.Ordinal));

        var events = (await demo.Get("tech01", $"/batches/{batch}/events"))["items"]!.AsArray();
        var last = events.Last(e => (string?)e!["type"] == "ConfluenceObserved")!;
        ((string?)last["data"]!["morphology"]).ShouldBe("Cobblestone, browser test");
        ((string?)last["actorId"]).ShouldBe("tech01");
    }
}
