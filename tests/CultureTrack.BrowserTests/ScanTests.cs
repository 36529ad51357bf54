using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>A vessel and a shelf scanned one after the other.</summary>
public sealed class ScanTests(DemoFixture demo)
{
    [Fact]
    public async Task A_vessel_stays_where_it_is_until_an_unusual_move_is_explained()
    {
        var batch = await demo.Batch("productType=CEA&state=InProcess", b => (int)b["holds"]! == 0);
        var page = await demo.Open(width: 390, height: 844);
        await DemoFixture.SignIn(page, "tech01", "/scan");
        var (vessel, from) = await Standing(batch);
        await Scan(page, vessel);
        await Scan(page, "INC-05/3");
        var card = page.Locator("article").First;
        var icons = await page.Locator("article .kind-icon").EvaluateAllAsync<string[]>("all => all.map(i => i.innerHTML)");
        icons.Distinct().Count().ShouldBe(2, "a shelf does not look like a vessel");
        await Assertions.Expect(card).ToContainTextAsync("Nothing is recorded yet.");
        (await Standing(batch)).ShouldBe((vessel, from));

        await card.GetByLabel("Comment").FillAsync("The shelf is the only one free");
        await card.GetByRole(AriaRole.Button, new() { Name = $"Move {vessel}" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync($"{vessel} is in INC-05, shelf 3.");
        (await Standing(batch)).ShouldBe((vessel, "INC-05"));
        await Assertions.Expect(page.GetByLabel("Code")).ToBeFocusedAsync();
    }

    private async Task<(string Vessel, string? Incubator)> Standing(string batch)
    {
        var first = (await demo.Get("tech01", $"/batches/{batch}"))["vessels"]!.AsArray().First(v => (string?)v!["status"] == "InUse")!;
        return ((string)first["vesselId"]!, (string?)first["incubatorId"]);
    }

    private static async Task Scan(IPage page, string code)
    {
        await page.GetByLabel("Code").FillAsync(code);
        await page.GetByLabel("Code").PressAsync("Enter");
        await Assertions.Expect(page.Locator("article").First).ToContainTextAsync(code);
    }
}
