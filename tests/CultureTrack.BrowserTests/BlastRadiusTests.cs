using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>From a thing that went wrong to the holds on every batch that shared it.</summary>
public sealed class BlastRadiusTests(DemoFixture demo)
{
    [Fact]
    public async Task Quality_finds_what_shared_a_shelf_with_a_batch_and_holds_the_nearest()
    {
        var origin = await demo.Batch("productType=MSS&state=InProcess", b => (int)b["holds"]! == 0);
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qa01", "/blast-radius");
        await page.GetByLabel("What went wrong").SelectOptionAsync("Batch");
        await page.GetByLabel("Its id").FillAsync(origin);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await page.WaitForSelectorAsync("main[data-live=yes] tbody tr");

        var held = page.Locator("tbody input[type=checkbox]:not(:disabled)").First;
        var batch = (await held.GetAttributeAsync("aria-label"))!["Select ".Length..];
        await held.CheckAsync();
        await Assertions.Expect(page.GetByText("1 selected")).ToBeVisibleAsync();
        var place = page.GetByRole(AriaRole.Button, new() { Name = "Place 1 holds" });
        await Assertions.Expect(place).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync($"Shares cells or a shelf with {origin}, browser test");
        await DemoFixture.Screenshot(page, "blast-radius-light");
        await place.ClickAsync();
        await Assertions.Expect(page.GetByText("What became of it")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = batch }).GetByText("On hold")).ToBeVisibleAsync();
        (await demo.Get("qa01", $"/batches/{batch}"))["holds"]!.AsArray().Select(h => (string?)h!["placedBy"]).ShouldBe(["qa01"]);
    }
}
