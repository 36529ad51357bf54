using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>Duties around the batches, clicked through from beginning to end: media, training, CAPA, webhooks.</summary>
public sealed class DutyTests(DemoFixture demo)
{
    [Fact]
    public async Task A_medium_is_mixed_from_a_released_lot_with_a_second_person_and_is_off_the_lots_stock()
    {
        var lot = Chromium ? await ReleasedMedium() : "";
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01", "/materials/medium");
        await page.FillAsync("[data-field=lotId]", "GM-DUTY");
        await page.FillAsync("[data-field=recipeId]", "KGM-2");
        await page.SelectOptionAsync("[data-field='components[0].lotId']", lot);
        await Assertions.Expect(page.Locator("[data-field='components[0].unit']")).ToHaveValueAsync("mL");
        await page.FillAsync("[data-field='components[0].quantity']", "10");
        await page.FillAsync("[data-field=volumeMl]", "10");
        await page.FillAsync("[data-field=ph]", "7.3");
        await Assertions.Expect(page.GetByText("as computed")).ToBeVisibleAsync();
        await Shots(page, "medium");
        await page.GetByLabel("User id").FillAsync("tech02");
        await page.GetByLabel("Password").FillAsync("not this one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the preparation" }).ClickAsync();
        await Assertions.Expect(page.Locator(".signed .said.reject")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Password")).ToHaveValueAsync("");
        await Assertions.Expect(page.Locator("[data-field=ph]")).ToHaveValueAsync("7.3");
        await page.GetByLabel("Password").FillAsync(DemoFixture.Passwords["tech02"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the preparation" }).ClickAsync();
        await page.WaitForURLAsync(u => u.EndsWith("/materials/GM-DUTY", StringComparison.Ordinal));
        await Assertions.Expect(page.GetByText("Nothing yet")).ToBeVisibleAsync();

        await page.GotoAsync($"/materials/{lot}");
        await Assertions.Expect(page.GetByText("Mixed into media")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Vessels seeded Medium changed").First).ToBeVisibleAsync();
        await Shots(page, "material-stock");
        await page.GotoAsync("/materials");
        await page.WaitForSelectorAsync("main[data-live=yes]");
        await DemoFixture.Screenshot(page, "materials-light");
    }

    [Fact]
    public async Task A_training_is_recorded_by_choosing_and_nobody_assesses_the_own()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "sup01", "/training");
        await page.SelectOptionAsync("[data-field=user]", "tech02");
        await page.SelectOptionAsync("[data-field=qualification]", "PassagePerformed");
        await page.FillAsync("[data-field=until]", "2099-01-31T12:00");
        await page.SelectOptionAsync("[data-field=assessor]", "tech02");
        await page.FillAsync("[data-field=evidenceRef]", "TR-118");
        await Shots(page, "training");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nobody assesses the own training.").Nth(1)).ToBeVisibleAsync();
        await page.SelectOptionAsync("[data-field=assessor]", "qa01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("The training of tech02 is recorded.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "tech02" }).Filter(new() { HasText = "Passage performed" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_capa_is_done_found_without_effect_opened_again_and_closed_by_quality()
    {
        var page = await demo.Open();
        var capa = (string)(await demo.Post("qa01", "/capas", new JsonObject
        {
            ["title"] = "Door seal of INC-06",
            ["problem"] = "The door opens by itself when the room is cold",
            ["correctiveAction"] = "Replace the seal",
            ["owner"] = "sup01",
            ["dueAt"] = At(10),
            ["effectivenessCheck"] = "No door alarm in four weeks",
            ["effectivenessDueAt"] = At(40),
            ["deviationRefs"] = new JsonArray(),
        }))["capaId"]!;
        await DemoFixture.SignIn(page, "sup01", $"/capas/{capa}");
        await Done(page, "Seal replaced by the maker");
        await Assertions.Expect(page.GetByText("Quality assurance checks its effect.")).ToBeVisibleAsync();

        var quality = await demo.Open();
        await DemoFixture.SignIn(quality, "qa02", $"/capas/{capa}");
        await Shots(quality, "capa");
        var again = quality.Locator("section", new() { HasText = "It did not work" });
        await again.Locator("[data-field=reason]").FillAsync("The door opened again on Monday");
        await again.Locator("[data-field=dueAt]").FillAsync("2099-01-31T12:00");
        await again.Locator("[data-field=effectivenessDueAt]").FillAsync("2099-03-31T12:00");
        await again.GetByRole(AriaRole.Button, new() { Name = "Open it again" }).ClickAsync();
        await Assertions.Expect(quality.GetByText("1 ×")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await page.WaitForSelectorAsync("main[data-live=yes]");
        await Done(page, "Hinge replaced, too");
        await quality.ReloadAsync();
        await quality.WaitForSelectorAsync("main[data-live=yes]");
        await quality.Locator("[data-field=conclusion]").FillAsync("No door alarm in the four weeks since");
        await quality.GetByLabel("User id").FillAsync("qa02");
        await quality.GetByLabel("Password").FillAsync(DemoFixture.Passwords["qa02"]);
        await quality.GetByRole(AriaRole.Button, new() { Name = "Sign and close" }).ClickAsync();
        await Assertions.Expect(quality.GetByText("No door alarm in the four weeks since")).ToBeVisibleAsync();
        ((string?)(await demo.Get("qa01", $"/capas/{capa}"))["status"]).ShouldBe("Closed");
    }

    [Fact]
    public async Task A_webhook_is_switched_off_with_a_reason_and_on_again()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "adm01", "/webhooks");
        await page.FillAsync("[data-field=url]", "http://127.0.0.1:9/hook");
        await page.FillAsync("[data-field=name]", "Night desk");
        await page.CheckAsync("[data-field=events][value='capa']", new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Register and show the secret" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Shown this once.")).ToBeVisibleAsync();
        var hook = page.Locator("section.card", new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Night desk", Exact = true }) });
        var off = hook.GetByRole(AriaRole.Button, new() { Name = "Switch off" });
        await Assertions.Expect(off).ToBeDisabledAsync();
        await hook.GetByLabel("Reason").FillAsync("The receiver is being moved");
        await Shots(page, "webhooks");
        await off.ClickAsync();
        await Assertions.Expect(hook).ToContainTextAsync("The receiver is being moved");
        await Assertions.Expect(hook.GetByRole(AriaRole.Button, new() { Name = "Send a test" })).ToHaveCountAsync(0);
        await Assertions.Expect(hook.GetByLabel("Reason")).ToHaveValueAsync("");
        await hook.GetByLabel("Reason").FillAsync("The receiver is there again");
        await hook.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        await Assertions.Expect(hook.GetByRole(AriaRole.Button, new() { Name = "Send a test" })).ToBeVisibleAsync();
        await Assertions.Expect(hook).Not.ToContainTextAsync("The receiver is being moved");
    }

    private static bool Chromium => DemoFixture.Chromium is not null;

    private static string At(int days) => TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task<string> ReleasedMedium() => (string)(await demo.Get("tech01", "/materials?kind=Medium&status=Released&pageSize=100"))["items"]!.AsArray()
        .First(m => (string)m!["unit"]! == "mL" && (decimal)m["stock"]!["remaining"]! > 10 && DateTimeOffset.Parse((string)m["expiresAt"]!, CultureInfo.InvariantCulture) > TimeProvider.System.GetUtcNow())!["lotId"]!;

    private static async Task Done(IPage page, string what)
    {
        await page.Locator("[data-field=done]").FillAsync(what);
        await page.Locator("[data-field=evidenceRefs]").FillAsync("WO-2231");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText(what)).ToBeVisibleAsync();
    }

    private static async Task Shots(IPage page, string name)
    {
        await DemoFixture.Screenshot(page, name + "-light", fullPage: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(390, 844);
        await DemoFixture.Screenshot(page, name + "-phone-dark", fullPage: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(1440, 900);
    }
}
