using System.Globalization;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>WCAG 2.2 AA as far as axe can tell, on every page: each is opened once and looked at light, dark and on a phone.</summary>
public sealed class AccessibilityTests(DemoFixture demo)
{
    private const int Tabs = 2, DeskPx = 1440, PhonePx = 390, NarrowestPx = 320, ChartFollowsMs = 10_000;
    private const string Live = "document.querySelector('main[data-live=yes]')?.innerText.length > 40 && !document.querySelector('main .empty[role=status]')";

    private const string Wcag22 = "runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }";

    // Every rule once; then only what the other form changes: a dark page has other colours, a phone another layout.
    private const string Everything = $"{{ {Wcag22} }}", Colours = "{ runOnly: ['color-contrast'] }", Layout = $"{{ {Wcag22}, rules: {{ 'color-contrast': {{ enabled: false }} }} }}";

    // Of a rule that is kept one node is reported: it proves that axe saw the page, and the rest is not worked out.
    private const string Run = """
        async options => {
            const { passes, violations } = await axe.run(document, { ...options, resultTypes: ['violations'] });
            const bad = violations.filter(v => ['serious', 'critical'].includes(v.impact));
            return [String(passes.length), ...bad.map(v => `${v.id} (${v.impact}) ${v.nodes.slice(0, 3).map(n => n.html).join(' | ')}`)];
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private static readonly string[] Pages =
    [
        "/", "/?wall=1", "/today", "/scan", "/batches", "/batches/new", "/incubators", "/incubators/INC-06", "/incubators/INC-06/backtest", "/alarms", "/review", "/materials", "/materials/TRY-02", "/materials/new", "/people",
        "/people/new", "/incubators/new", "/gateways", "/audit", "/calculators", "/product-types", "/product-types/CEA/1", "/blast-radius", "/blast-radius?lot=TRY-02",
        "/tasks", "/deviations", "/deviations/new", "/capas", "/capas/new", "/training", "/shifts", "/people/tech01", "/rooms", "/materials/medium", "/webhooks", "/service",
        "/incubators/FRZ-01", "/incubators/FRZ-01/walk-round", "/incubators/INC-06/care", "/samples", "/controls", "/controls/new", "/specifications", "/specifications/ADSC",
    ];

    private static readonly string[] BatchPages = ["", "/growth", "/environment", "/lineage", "/lineage?scope=both", "/release", "/documents", "/audit", "/enter", "/enter/ConfluenceObserved", "/enter/CellCounted", "/logger"];

    [Fact]
    public async Task No_page_shuts_anybody_out()
    {
        var first = await demo.Open();
        await first.GotoAsync("/login");
        var found = new List<string>(await Look(first, "/login"));
        await DemoFixture.SignIn(first, "qa01");
        var batch = await demo.Batch("productType=CEA&state=InProcess", b => (int)b["holds"]! == 0);
        var review = await demo.Batch("state=PendingDisposition", _ => true);
        var held = await demo.Batch("state=InProcess", b => (int)b["holds"]! > 0);
        var paths = new Queue<string>([.. Pages, .. BatchPages.Select(p => $"/batches/{batch}{p}"), $"/batches/{review}/review", $"/batches/{held}/review", "/batches/BLS-26-0005/growth"]);
        var walks = await Task.WhenAll(Enumerable.Range(0, Tabs).Select(async _ => await Walk(await first.Context.NewPageAsync(), paths)));
        found.AddRange(walks.SelectMany(f => f));
        found.ShouldBeEmpty();
    }

    private static async Task<List<string>> Walk(IPage page, Queue<string> paths)
    {
        page.SetDefaultTimeout(DemoFixture.PatienceMs);
        var found = new List<string>();
        while (Next(paths) is { } path)
        {
            await page.GotoAsync(path);
            await page.WaitForFunctionAsync(Live);
            found.AddRange(await Look(page, path));
        }
        return found;
    }

    private static string? Next(Queue<string> paths)
    {
        lock (paths) return paths.TryDequeue(out var path) ? path : null;
    }

    private static async Task<List<string>> Look(IPage page, string path)
    {
        // Read in once a page: that costs as much as a run of it.
        await page.EvaluateAsync(Axe + ";0");
        await Lit(page, ColorScheme.Light);
        var found = await Violations(page, path, Everything, atLeast: 6);
        await Lit(page, ColorScheme.Dark);
        found.AddRange(await Violations(page, path + ", dark", Colours, atLeast: 1));
        await Lit(page, ColorScheme.Light);
        await page.SetViewportSizeAsync(PhonePx, 844);
        found.AddRange(await Violations(page, path + ", phone", Layout, atLeast: 6));
        // 320 px is as narrow as a page may be read (WCAG 1.4.10).
        foreach (var screenPx in (int[])[PhonePx, NarrowestPx])
        {
            await page.SetViewportSizeAsync(screenPx, 844);
            if (await TooWide(page, screenPx) is { } widthPx) found.Add($"{path}, {screenPx} px: {widthPx} px wide, runs off the screen");
        }
        await page.SetViewportSizeAsync(DeskPx, 900);
        return found;
    }

    /// <summary>Width in px of a page that stays wider than the screen; a chart takes a moment to follow the screen.</summary>
    private static async Task<int?> TooWide(IPage page, int screenPx)
    {
        try
        {
            await page.WaitForFunctionAsync("phone => document.documentElement.scrollWidth <= phone", screenPx, new() { Timeout = ChartFollowsMs, PollingInterval = 100 });
            return null;
        }
        catch (TimeoutException) { return await page.EvaluateAsync<int>("document.documentElement.scrollWidth"); }
    }

    // Without motion: a colour on its way from one scheme to the other would be judged half way.
    private static async Task Lit(IPage page, ColorScheme scheme)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await page.WaitForFunctionAsync("scheme => document.documentElement.dataset.theme === scheme", scheme == ColorScheme.Dark ? "dark" : "light");
    }

    /// <param name="atLeast">Rules that axe has to have found kept: a page it did not see violates nothing.</param>
    private static async Task<List<string>> Violations(IPage page, string path, string options, int atLeast)
    {
        var said = await page.EvaluateAsync<string[]>($"({Run})({options})");
        int.Parse(said[0], CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(atLeast, $"axe did not see {path}");
        return [.. said.Skip(1).Select(v => $"{path}: {v}")];
    }
}
