using System.Globalization;
using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>Materials, people, equipment and gateways, added in the web app by those who may.</summary>
public sealed class RegisterTests(DemoFixture demo)
{
    [Fact]
    public async Task A_technician_receives_a_lot_and_quality_assurance_releases_it_with_a_signature()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "tech01", "/materials");
        await page.GetByRole(AriaRole.Link, new() { Name = "Receive a lot" }).ClickAsync();
        await page.FillAsync("[data-field=lotId]", "KGM-BROWSER");
        await page.SelectOptionAsync("[data-field=kind]", "Medium");
        await page.FillAsync("[data-field=supplier]", "Northmed");
        await page.FillAsync("[data-field=expiresAt]", "2099-01-31T12:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Receive into quarantine" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Needed")).Not.ToHaveCountAsync(0);
        await page.FillAsync("[data-field=quantity]", "500");
        await page.SelectOptionAsync("[data-field=unit]", "mL");
        await DemoFixture.Screenshot(page, "material-new-light");
        await page.GetByRole(AriaRole.Button, new() { Name = "Receive into quarantine" }).ClickAsync();
        await Assertions.Expect(page.GetByText("In quarantine until quality assurance releases it.")).ToBeVisibleAsync();

        var quality = await demo.Open();
        await DemoFixture.SignIn(quality, "qa01", "/materials/KGM-BROWSER");
        await quality.GetByLabel("User id").FillAsync("qa01");
        await quality.GetByLabel("Password").FillAsync(DemoFixture.Passwords["qa01"]);
        await quality.GetByRole(AriaRole.Button, new() { Name = "Sign the release" }).ClickAsync();
        await Assertions.Expect(quality.GetByText("The lot is released.")).ToBeVisibleAsync();
        await DemoFixture.Screenshot(quality, "material-light");
        ((string?)(await demo.Get("tech01", "/materials/KGM-BROWSER"))["releasedBy"]).ShouldBe("qa01");
    }

    [Fact]
    public async Task An_administrator_registers_a_person_who_then_has_to_choose_a_password()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "adm01", "/people/new");
        await page.FillAsync("[data-field=user]", "tech07");
        await page.FillAsync("[data-field=fullName]", "Nadia Petrova");
        await page.CheckAsync("[data-field=roles][value=T]", new() { Force = true });
        await page.FillAsync("[data-field=qualifications]", "*");
        await page.GetByLabel("First password").FillAsync("wintry-lighthouse-35");
        await DemoFixture.Screenshot(page, "person-new-light");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(u => u.EndsWith("/people/tech07", StringComparison.Ordinal));

        var theirs = await demo.Open();
        await theirs.GotoAsync("/login");
        await theirs.FillAsync("input[name=user]", "tech07");
        await theirs.FillAsync("input[name=password]", "wintry-lighthouse-35");
        await theirs.ClickAsync("button[type=submit]");
        await theirs.WaitForURLAsync(u => u.Contains("/account/password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_administrator_registers_an_incubator_and_sees_its_credential_once()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "adm01", "/incubators/new");
        await page.FillAsync("[data-field=incubatorId]", "INC-77");
        await page.SelectOptionAsync("[data-field=profile]", "P37-5");
        await Assertions.Expect(page.Locator("[data-field='channels[0].channel']")).ToHaveValueAsync("temperature");
        var sensors = await page.Locator("[data-field$='.calibratedAt']").CountAsync();
        for (var i = 0; i < sensors; i++)
        {
            await page.FillAsync($"[data-field='channels[{i}].calibratedAt']", Day(-5));
            await page.FillAsync($"[data-field='channels[{i}].dueAt']", Day(100));
        }
        await page.CheckAsync("[data-field=status][value=OutOfService]", new() { Force = true });
        await DemoFixture.Screenshot(page, "equipment-new-light", fullPage: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Register", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(u => u.EndsWith("/incubators/INC-77", StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Link, new() { Name = "Calibration, service, credentials" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Issue a credential" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Shown this once.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("culturetrack/main/INC-77/telemetry")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Issue a credential" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Shown this once.")).ToHaveCountAsync(0);
    }

    private static string Day(int fromToday) => TimeProvider.System.GetUtcNow().AddDays(fromToday).ToString("yyyy-MM-dd'T'09:00", CultureInfo.InvariantCulture);

    [Fact]
    public async Task An_administrator_registers_a_gateway_and_nobody_else_is_offered_to()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "adm01", "/gateways");
        await page.FillAsync("[data-field=gatewayId]", "GW-77");
        await page.CheckAsync("[data-field=incubators][value=INC-01]", new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Register and issue a credential" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Credential of GW-77")).ToBeVisibleAsync();
        await DemoFixture.Screenshot(page, "gateway-light");

        var other = await demo.Open();
        await DemoFixture.SignIn(other, "tech01", "/gateways");
        await Assertions.Expect(other.GetByText("GW-77")).ToBeVisibleAsync();
        await Assertions.Expect(other.GetByRole(AriaRole.Button, new() { Name = "Register and issue a credential" })).ToHaveCountAsync(0);
    }
}
