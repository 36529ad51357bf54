using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>WCAG 2.2 AA as far as axe can tell, on every main page, light and dark.</summary>
public sealed class AccessibilityTests(DemoFixture demo)
{
    private static readonly AxeRunOptions Wcag22 = new() { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } };

    private static readonly string[] Pages =
    [
        "/", "/?wall=1", "/today", "/scan", "/batches", "/batches/new", "/incubators", "/incubators/INC-06", "/alarms", "/review", "/materials", "/materials/TRY-02", "/materials/new", "/people",
        "/people/new", "/incubators/new", "/gateways", "/audit", "/calculators", "/product-types", "/product-types/CEA/1", "/blast-radius", "/blast-radius?lot=TRY-02",
        "/tasks", "/deviations", "/deviations/new", "/capas", "/capas/new", "/training", "/shifts", "/people/tech01", "/rooms", "/materials/medium", "/webhooks", "/service",
        "/incubators/FRZ-01", "/incubators/FRZ-01/walk-round", "/incubators/INC-06/care", "/samples", "/controls", "/controls/new", "/specifications", "/specifications/ADSC",
    ];

    private static readonly string[] BatchPages = ["", "/growth", "/environment", "/lineage", "/lineage?scope=both", "/release", "/documents", "/audit", "/enter", "/enter/ConfluenceObserved", "/enter/CellCounted", "/logger"];

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    public async Task No_page_shuts_anybody_out(bool dark, int widthPx)
    {
        var page = await demo.Open(dark, widthPx);
        await page.GotoAsync("/login");
        var found = new List<string>(await Violations(page, "/login"));
        await DemoFixture.SignIn(page, "qa01");
        var batch = await demo.Batch("productType=CEA&state=InProcess", b => (int)b["holds"]! == 0);
        var review = await demo.Batch("state=PendingDisposition", _ => true);
        foreach (var path in (string[])[.. Pages, .. BatchPages.Select(p => $"/batches/{batch}{p}"), $"/batches/{review}/review"])
        {
            await page.GotoAsync(path);
            await page.WaitForFunctionAsync("document.querySelector('main[data-live=yes]')?.innerText.length > 40");
            found.AddRange(await Violations(page, path));
        }
        found.ShouldBeEmpty();
    }

    private static async Task<IEnumerable<string>> Violations(Microsoft.Playwright.IPage page, string path)
    {
        var result = await page.RunAxe(Wcag22);
        result.Passes.Length.ShouldBeGreaterThan(5, $"axe did not see {path}");
        return result.Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{path}: {v.Id} ({v.Impact}) {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}");
    }
}
