using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>The pictures of the README, taken of the demo as it is; <c>./dev pictures</c> puts them into docs/images.</summary>
public sealed class PictureTests(DemoFixture demo)
{
    private const int Width = 1280, Height = 860;

    [Theory]
    [InlineData("lab-floor", "tech01", "/", ".tile .hero .v")]
    [InlineData("incubator", "tech01", "/incubators/INC-06", "canvas")]
    [InlineData("batch", "tech01", "/batches/{culture}/environment", "canvas")]
    [InlineData("growth", "tech01", "/batches/{grown}/growth", "canvas")]
    [InlineData("samples", "qa01", "/samples", "tbody tr")]
    [InlineData("review", "qa01", "/batches/{review}/review", "section.signed")]
    public async Task A_page_on_a_desk(string name, string user, string path, string shows) =>
        await Take(name, user, path, shows, Width, Height);

    [Fact]
    public async Task An_entry_on_a_phone() => await Take("entry-phone", "tech01", "/batches/{culture}/enter/ConfluenceObserved", "form.entry", 390, 780, async page =>
    {
        // A vessel that somebody has looked at before, and far less in it now.
        var known = page.Locator("[data-field=vesselId] option", new() { HasText = " %" }).First;
        await page.SelectOptionAsync("[data-field=vesselId]", (await known.GetAttributeAsync("value"))!);
        await page.FillAsync("[data-field=pct]", "5");
        // The label, as a finger does: the browser scrolls it clear of the bars at the bottom.
        foreach (var choice in new[] { "[data-field=method][value=Visual]", "[data-field=contamination][value=None]" })
            await page.Locator("label", new() { Has = page.Locator(choice) }).Last.ClickAsync();
        await Assertions.Expect(page.Locator(".said").First).ToBeVisibleAsync();
        await page.EvaluateAsync("scrollTo(0, document.querySelector('[data-field=vesselId]').getBoundingClientRect().top + scrollY - 90)");
    });

    private async Task Take(string name, string user, string path, string shows, int width, int height, Func<IPage, Task>? prepare = null)
    {
        var page = await demo.Open(width: width, height: height);
        path = path.Replace("{culture}", await demo.Batch("productType=ADSC&state=InProcess", _ => true), StringComparison.Ordinal)
            .Replace("{grown}", await demo.Batch("productType=ADSC&state=InProcess", b => (int?)b["passage"] >= 1), StringComparison.Ordinal)
            .Replace("{review}", await demo.Batch("productType=ADSC&state=PendingDisposition", _ => true), StringComparison.Ordinal);
        await DemoFixture.SignIn(page, user, path);
        await page.WaitForSelectorAsync(shows);
        if (prepare is not null) await prepare(page);
        await page.EvaluateAsync("document.fonts.ready");
        var file = await DemoFixture.Screenshot(page, name);
        new FileInfo(file).Length.ShouldBeLessThan(300_000, "a picture of the README stays small");
    }
}
