using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>What is different on a phone.</summary>
public sealed class PhoneTests(DemoFixture demo)
{
    // In view: the whole tab between the edges of its row.
    private const string InView = """
        () => { const tab = document.querySelector(".bhead .tabs [aria-current=page]"), row = tab?.parentElement.getBoundingClientRect(), t = tab?.getBoundingClientRect();
                return !!tab && t.left >= row.left - 1 && t.right <= row.right + 1; }
        """;

    [Fact]
    public async Task The_open_tab_of_a_batch_is_in_view()
    {
        var batch = await demo.Batch("productType=CEA&state=InProcess", _ => true);
        var page = await demo.Open(width: 390, height: 844);
        await DemoFixture.SignIn(page, "qa01", $"/batches/{batch}/audit");
        await Assertions.Expect(page.Locator(".tabs [aria-current=page]")).ToHaveTextAsync("Audit");
        await page.WaitForFunctionAsync(InView);
        await DemoFixture.Screenshot(page, "batch-audit-phone");
        await page.GetByRole(AriaRole.Link, new() { Name = "Documents" }).ClickAsync();
        await Assertions.Expect(page.Locator(".tabs [aria-current=page]")).ToHaveTextAsync("Documents");
        await page.WaitForFunctionAsync(InView);
        (await page.EvaluateAsync<double>("scrollY")).ShouldBe(0, "the row moves, not the page");
    }
}
