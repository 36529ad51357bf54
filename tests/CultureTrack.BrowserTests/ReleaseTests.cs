using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Shouldly;

namespace CultureTrack.BrowserTests;

/// <summary>From the review of a record to the signed release, each person in a browser of their own.</summary>
public sealed class ReleaseTests(DemoFixture demo)
{
    [Fact]
    public async Task QA_reviews_by_exception_and_a_second_person_signs_the_release()
    {
        var batch = await demo.BatchToReview();
        await Review(batch);
        await TellPhysician(batch);
        await Release(batch);

        ((string?)(await demo.Get("qa02", $"/batches/{batch}"))["state"]).ShouldBe("ConditionallyReleased");
        (await Signed(batch, "RecordReviewed")).ShouldBe(("qa01", true));
        (await Signed(batch, "DispositionSigned")).ShouldBe(("qa02", true));
    }

    private async Task Review(string batch)
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qa01", $"/batches/{batch}/review");
        await page.WaitForSelectorAsync(".signed");
        await SomethingNewIsRecorded(batch);
        await Assertions.Expect(page.GetByText("The record changed while you read it.")).ToBeVisibleAsync();
        await page.CheckAsync("section.signed label.choice input");
        await Assertions.Expect(page.GetByText("1 exception is not ticked yet.")).ToBeVisibleAsync();
        await DemoFixture.Screenshot(page, "review-light");
        foreach (var box in await page.Locator("li.tick input[type=checkbox]").AllAsync()) await box.CheckAsync();
        await Sign(page, "qa01", "Sign the review");
        await Assertions.Expect(page.GetByText("The review is signed.")).ToBeVisibleAsync();
    }

    /// <summary>A late entry comes in while QA reads: flagged, hence an exception to be seen, too.</summary>
    private Task<JsonNode> SomethingNewIsRecorded(string batch) => demo.Post("qa01", $"/batches/{batch}/events", new JsonObject
    {
        ["type"] = "PhysicianInformed",
        ["occurredAt"] = TimeProvider.System.GetUtcNow().AddMinutes(-40).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["reason"] = "Written down after the call only",
        ["comment"] = "The physician asked about the use of oversized sheets",
        ["data"] = new JsonObject
        {
            ["contact"] = "Dr A. Moreau",
            ["method"] = "Telephone",
            ["about"] = "OosUse",
            ["informedAt"] = TimeProvider.System.GetUtcNow().AddMinutes(-40).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        },
    });

    private async Task TellPhysician(string batch)
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qa01", $"/batches/{batch}/enter/PhysicianInformed");
        await page.FillAsync("[data-field=contact]", "Dr A. Moreau");
        await page.FillAsync("[data-field=method]", "Telephone");
        await page.CheckAsync("[data-field=about][value=PendingTests]", new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Record", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(u => !u.Contains("/enter/", StringComparison.Ordinal));
    }

    private async Task Release(string batch)
    {
        var page = await demo.Open();
        await DemoFixture.SignIn(page, "qa02", $"/batches/{batch}/review");
        await Assertions.Expect(page.Locator(".verdict .word")).ToContainTextAsync("CONDITIONAL");
        await page.GetByLabel("Release conditionally").CheckAsync(new() { Force = true });
        await Sign(page, "qa02", "Sign: Release conditionally");
        await Assertions.Expect(page.GetByText("Signed. The batch is now Conditionally released.")).ToBeVisibleAsync();
        await DemoFixture.Screenshot(page, "release-signed-light", fullPage: true);
    }

    private static async Task Sign(IPage page, string user, string button)
    {
        var sign = page.GetByRole(AriaRole.Button, new() { Name = button });
        var section = page.Locator("section.signed", new() { Has = sign });
        await section.GetByLabel("User id").FillAsync(user);
        await section.GetByLabel("Password").FillAsync(DemoFixture.Passwords[user]);
        await sign.ClickAsync();
        await sign.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private async Task<(string? User, bool? Valid)> Signed(string batch, string eventType)
    {
        var signature = (await demo.Get("qa01", $"/batches/{batch}/events?pageSize=500"))["items"]!.AsArray().Last(e => (string?)e!["type"] == eventType)!["signature"]!;
        return ((string?)signature["user"], (bool?)signature["valid"]);
    }
}
