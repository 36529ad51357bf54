using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>What analysts and quality assurance do with samples, controls and specifications.</summary>
public sealed class LaboratoryTests(DemoFixture demo)
{
    private const string NcViewHeader =
        "NAME,SAMPLE ID,OPERATOR,USER,STATUS,PROTOCOL,MEDIA,INSTRUMENT,VIABILITY (%),LIVE (cells/ml),DEAD (cells/ml),TOTAL (cells/ml),DIAMETER (µm),AGGREGATES (%),DEBRIS INDEX,DILUTION FACTOR,TAGS,SIGNED BY";

    [Fact]
    public async Task A_result_that_fails_is_approved_by_a_second_analyst_and_quality_orders_its_retest()
    {
        var batch = await Failing("BRW-S1", "BRW-T1", "BRW-R1", "ADSC-05", Percent("CD45", 9), Percent("CD31", 0.2), Percent("CD235a", 0.1));
        var analyst = await demo.Open();
        await DemoFixture.SignIn(analyst, "qc02", "/samples");
        var row = analyst.Locator("tr", new() { HasText = "BRW-R1" }).Filter(new() { Has = analyst.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }) });
        await row.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Prove(analyst, "qc02", "Approve the result");
        await Assertions.Expect(analyst.GetByText("The result is approved.")).ToBeVisibleAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);

        var quality = await demo.Open();
        await DemoFixture.SignIn(quality, "qa01", "/samples");
        var oos = quality.Locator("article", new() { HasText = batch });
        await Assertions.Expect(oos).ToContainTextAsync("CD45 9 %");
        await oos.GetByLabel("Order a retest").CheckAsync();
        await Assertions.Expect(oos.GetByRole(AriaRole.Button, new() { Name = "Order the retest" })).ToBeDisabledAsync();
        await oos.GetByLabel("Retained sample").SelectOptionAsync("BRW-S1");
        await DemoFixture.Screenshot(quality, "samples-light");
        await oos.GetByRole(AriaRole.Button, new() { Name = "Order the retest" }).ClickAsync();
        await Assertions.Expect(quality.GetByText("OOS-ADSC-05-1: the retest is ordered.")).ToBeVisibleAsync();
        await Assertions.Expect(oos).ToContainTextAsync("Ordered on BRW-S1.");
        await Assertions.Expect(oos.GetByRole(AriaRole.Button, new() { Name = "Order the retest" })).ToHaveCountAsync(0);
        (await Events(batch)).Last(e => (string?)e["type"] == "QcRetestOrdered")["actorId"]!.GetValue<string>().ShouldBe("qa01");
    }

    [Fact]
    public async Task A_result_with_an_error_of_the_laboratory_is_set_aside_and_its_case_concluded()
    {
        var batch = await Failing("BRW-S2", "BRW-T2", "BRW-R2", "ADSC-04", Percent("CD73", 41), Percent("CD90", 99), Percent("CD105", 98));
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qa01", "/samples");
        var oos = page.Locator("article", new() { HasText = "OOS-ADSC-04-1" }).Filter(new() { HasText = batch });
        await oos.GetByLabel("Set the result aside").CheckAsync();
        var aside = oos.GetByRole(AriaRole.Button, new() { Name = "Set the result aside" });
        await Assertions.Expect(aside).ToBeDisabledAsync();
        await oos.GetByLabel("Assignable cause").FillAsync("The wrong isotype control was pipetted");
        await oos.GetByLabel("Evidence, such as a document number").FillAsync("LIR-26-014");
        await DemoFixture.Screenshot(page, "oos-aside-light");
        await Signed(oos, "qa01");
        await aside.ClickAsync();
        await Assertions.Expect(page.GetByText("OOS-ADSC-04-1: the result is set aside.")).ToBeVisibleAsync();
        await Assertions.Expect(oos).ToContainTextAsync("set aside");

        await oos.GetByLabel("Conclude", new() { Exact = true }).CheckAsync();
        await oos.GetByLabel("Conclusion").SelectOptionAsync("AssignableLabError");
        await oos.GetByLabel("Rationale").FillAsync("too short");
        await Assertions.Expect(oos.GetByRole(AriaRole.Button, new() { Name = "Conclude the case" })).ToBeDisabledAsync();
        await oos.GetByLabel("Rationale").FillAsync("The control of the run shows the wrong isotype, see LIR-26-014");
        await page.SetViewportSizeAsync(390, 844);
        await oos.GetByRole(AriaRole.Button, new() { Name = "Conclude the case" }).ScrollIntoViewIfNeededAsync();
        await DemoFixture.Screenshot(page, "oos-conclude-phone");
        await Signed(oos, "qa01");
        await oos.GetByRole(AriaRole.Button, new() { Name = "Conclude the case" }).ClickAsync();
        await Assertions.Expect(page.GetByText("OOS-ADSC-04-1 is concluded.")).ToBeVisibleAsync();
        await Assertions.Expect(oos).ToHaveCountAsync(0);
        (await Events(batch)).Last(e => (string?)e["type"] == "OosConcluded")["data"]!["conclusion"]!.GetValue<string>().ShouldBe("AssignableLabError");
    }

    [Fact]
    public async Task An_instruments_file_is_looked_at_before_it_is_kept()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qc01", "/samples");
        await page.Locator("input[type=file]").SetInputFilesAsync(Csv("hello"));
        await Assertions.Expect(page.GetByText("Nothing was kept.")).ToBeVisibleAsync();
        await page.Locator("input[type=file]").SetInputFilesAsync(Csv($"{NcViewHeader}\n20260302-0001,NOBODYS,tech01,tech01,OK,Standard,PBS,NC-1,88.5,1000000,130000,1130000,15.2,3,0.1,1,,\n"));
        await Assertions.Expect(page.GetByText("0 matched, 1 not matched")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept and keep the file" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The file is kept.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_control_beyond_three_sd_rejects_its_run_and_quality_voids_what_was_typed_wrongly()
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qc01", "/controls");
        await page.GetByRole(AriaRole.Link, new() { Name = "Register a control" }).ClickAsync();
        foreach (var (field, text) in new[] { ("controlId", "CTRL-B"), ("title", "CD45 cells, low"), ("criterion", "ADSC-05"), ("part", "CD45"), ("unit", "%"), ("lotId", "CT-1"), ("level", "low"), ("expiresAt", "2099-01-31T12:00"), ("assignedMean", "1.6"), ("assignedSd", "0.1") })
            await page.FillAsync($"[data-field={field}]", text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Register", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(u => u.EndsWith("/controls/CTRL-B", StringComparison.Ordinal));

        await Measure(page, "RUN-B1", "1.65");
        await Assertions.Expect(page.GetByText("Value 1 is entered: Accepted.")).ToBeVisibleAsync();
        await Measure(page, "RUN-B2", "1.98");
        await Assertions.Expect(page.GetByText("Run RUN-B2 is rejected: 1-2s, 1-3s.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "Control CTRL-B: 2 values, 1 in rejected runs, 0 with a warning; rejected RUN-B2: 1-2s, 1-3s" })).ToBeVisibleAsync();
        await Measure(page, "RUN-B3", "1.38");
        await Assertions.Expect(page.Locator("[aria-label*='warning RUN-B3']")).ToBeVisibleAsync();
        await page.Locator(".chart canvas").WaitForAsync();
        await DemoFixture.Screenshot(page, "control-light", fullPage: true);
        ((bool?)(await demo.Get("qc01", "/runs/RUN-B2"))["isRejected"]).ShouldBe(true);

        var quality = await demo.Open();
        await DemoFixture.SignIn(quality, "qa01", "/controls/CTRL-B");
        await quality.GetByLabel("No.").FillAsync("2");
        await quality.GetByLabel("Reason").FillAsync("Typed with the wrong decimal");
        await Prove(quality, "qa01", "Void the value");
        await Assertions.Expect(quality.GetByText("The value counts no longer.")).ToBeVisibleAsync();
        await Assertions.Expect(quality.Locator("tr", new() { HasText = "RUN-B2" })).ToContainTextAsync("Voided");
    }

    [Fact]
    public async Task A_limit_is_changed_in_a_new_version_compared_asked_about_and_approved_by_another_person()
    {
        var author = await demo.Open();
        await DemoFixture.SignIn(author, "qa01", "/specifications/SPR");
        await author.GetByRole(AriaRole.Button, new() { Name = "Write the next version" }).ClickAsync();
        var limit = author.GetByLabel("At least, SPR-01");
        var was = await limit.InputValueAsync();
        await limit.FillAsync("much");
        await author.GetByRole(AriaRole.Button, new() { Name = "Save as a draft" }).ClickAsync();
        await Assertions.Expect(author.GetByText("Nothing was saved.")).ToBeVisibleAsync();
        await limit.FillAsync("6.0e5");
        await author.GetByLabel("Sign of the lower limit of SPR-01").SelectOptionAsync(">");
        await DemoFixture.Screenshot(author, "specification-editor-light");
        await author.GetByRole(AriaRole.Button, new() { Name = "Save as a draft" }).ClickAsync();
        await Assertions.Expect(author.GetByText("Version 2 is written.")).ToBeVisibleAsync();
        var change = author.Locator("tr", new() { Has = author.Locator("ins") });
        await Assertions.Expect(change).ToContainTextAsync("Lower limit");
        await Assertions.Expect(change.Locator("del")).ToContainTextAsync($"≥ {was}");
        await Assertions.Expect(change.Locator("ins")).ToContainTextAsync("> 6.0e5");
        await author.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
        await Assertions.Expect(author.GetByText("come out otherwise").First).ToBeVisibleAsync();
        await Assertions.Expect(author.GetByText("You wrote it. Somebody else approves it.")).ToBeVisibleAsync();
        await DemoFixture.Screenshot(author, "specification-light");

        var other = await demo.Open();
        await DemoFixture.SignIn(other, "qa02", "/specifications/SPR?v=2");
        await Prove(other, "qa02", "Sign the approval");
        await Assertions.Expect(other.GetByText("The version is approved.")).ToBeVisibleAsync();
        await Assertions.Expect(other.GetByText("approved by qa02")).ToBeVisibleAsync();
    }

    /// <summary>A batch with a result out of its limits, recorded and not approved.</summary>
    private async Task<string> Failing(string sample, string test, string result, string criterion, params JsonNode[] values)
    {
        var batch = await demo.Batch("productType=ADSC&state=InProcess", b => (int)b["holds"]! == 0);
        if (batch.Length == 0) return batch;
        await Enter(batch, "tech01", "SampleTaken", new() { ["sampleId"] = sample, ["criteria"] = new JsonArray(criterion), ["matrix"] = "Cells", ["volumeMl"] = 2, ["sourceIds"] = new JsonArray(), ["collectedAt"] = Now() });
        await Enter(batch, "qc01", "QcTestStarted", new() { ["testId"] = test, ["sampleId"] = sample, ["criterionId"] = criterion, ["methodVersion"] = 1 });
        await Enter(batch, "qc01", "QcResultRecorded", new()
        {
            ["resultId"] = result,
            ["testId"] = test,
            ["kind"] = "Final",
            ["controlsValid"] = true,
            ["values"] = new JsonArray(values),
        });
        return batch;
    }

    private static JsonObject Percent(string part, double value) => new() { ["part"] = part, ["value"] = value, ["unit"] = "%" };

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private Task<JsonNode> Enter(string batch, string user, string type, JsonObject data) =>
        demo.Post(user, $"/batches/{batch}/events", new JsonObject { ["type"] = type, ["occurredAt"] = Now(), ["data"] = data });

    private async Task<IEnumerable<JsonNode>> Events(string batch) => (await demo.Get("qa01", $"/batches/{batch}/events?pageSize=500"))["items"]!.AsArray().Select(e => e!);

    private static FilePayload Csv(string text) => new() { Name = "counts.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };

    private static async Task Measure(IPage page, string run, string value)
    {
        await page.GetByLabel("Run", new() { Exact = true }).FillAsync(run);
        await page.GetByLabel("Value, %").FillAsync(value);
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter", Exact = true }).ClickAsync();
    }

    // Where the entry needs a signature.
    private static async Task Signed(ILocator form, string user)
    {
        if (await form.GetByLabel("Password").CountAsync() == 0) return;
        await form.GetByLabel("User id").FillAsync(user);
        await form.GetByLabel("Password").FillAsync(DemoFixture.Passwords[user]);
    }

    private static async Task Prove(IPage page, string user, string button)
    {
        await page.GetByLabel("User id").FillAsync(user);
        await page.GetByLabel("Password").FillAsync(DemoFixture.Passwords[user]);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
    }
}
