using System.Text.Json.Nodes;
using CultureTrack.IntegrationTests.Api;

namespace CultureTrack.IntegrationTests.Products;

/// <summary>A site adds a product of its own on a running server, by data alone (G-8), and makes it.</summary>
public sealed class ProductTypeTests(RunningLab lab) : IClassFixture<RunningLab>
{
    private static object Approval(string user) => new { signature = RunningLab.Sign("Approved", user) };

    private async Task Refused(string field, string says, Action<JsonObject> change)
    {
        var problem = (await lab.Post("qa01", "/product-types", LimbalSheet.Type(change: change))).ShouldBeRefused(422, "VAL-FORMAT");
        problem["errors"].AsArray().ShouldContain(e => e!["field"]!.GetValue<string>() == $"definition.{field}" && e["message"]!.GetValue<string>().Contains(says), problem.Text);
    }

    [Fact]
    public async Task A_definition_that_leads_nowhere_is_refused_and_says_where()
    {
        await Refused("steps", "NoSuchStep is no step", d => d["steps"]!["NoSuchStep"] = "Isolation");
        await Refused("steps", "VesselsSeeded is no step", d => d["steps"]!["VesselsSeeded"] = "Isolation");
        await Refused("steps", "Harvest, which is not on the path", d => d["steps"]!["HarvestPerformed"] = "Harvest");
        await Refused("path", "Polish cannot be reached", d => d["path"]!["Polish"] = new JsonArray("Package"));
        await Refused("steps", "Nothing is filled", d => d["steps"]!.AsObject().Remove("FillPerformed"));
        await Refused("fillsFrom", "Nothing brings the batch to Harvested", d => d["fillsFrom"] = "Harvested");
        await Refused("code", "built in", d => d["code"] = "CEA");
        await Refused("events", "NoSuchEvent is no entry", d => d["events"]!.AsArray().Add("NoSuchEvent"));
        await Refused("windows[0]", "NoSuchEvent is no event", d => d["windows"]![0]!["until"] = "NoSuchEvent");
        await Refused("schedule[0]", "NoSuchEvent is no event", d => d["schedule"]![0]!["completedBy"] = "NoSuchEvent");
        await Refused("expiry", "in hours or in months", d => d["expiry"]![0]!["hours"] = null);
        (await lab.Post("qa01", "/product-types", LimbalSheet.Type(change: d => d["widows"] = new JsonArray()))).ShouldBeRefused(400, "VAL-BODY")["detail"].GetValue<string>().ShouldContain("widows");
        (await lab.Post("qa01", "/product-types", LimbalSheet.Type(change: d => d["path"] = null))).ShouldBeRefused(400, "VAL-BODY");
        (await lab.Post("qa01", "/product-types", LimbalSheet.Type(change: d => d["path"]!["Isolation"] = null))).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post("qa01", "/product-types", new { version = 1 })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await lab.Post("tech01", "/product-types", LimbalSheet.Type())).ShouldBeRefused(403, "SOD-ROLE");
    }

    [Fact]
    public async Task It_is_written_by_one_approved_by_another_and_its_first_batch_lives_from_registration_to_release()
    {
        var life = new SheetLife(lab);
        await life.Lots();
        (await lab.Get("qa01", "/product-types"))["items"].AsArray().Count(p => p!["builtIn"]!.GetValue<bool>()).ShouldBe(7);
        (await lab.Post("qa01", "/product-types", LimbalSheet.Type(2))).ShouldBeRefused(422, "VAL-DUPLICATE");
        (await lab.Post("qa01", "/product-types", LimbalSheet.Type())).ShouldBe(201)["status"].GetValue<string>().ShouldBe("Draft");
        (await lab.Get("qa01", "/product-types/LES")).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("qa02", "/product-types/LES/versions/1/approve", Approval("qa02"))).ShouldBeRefused(422, "STATE-GUARD");
        (await lab.Post("qa01", "/specifications", LimbalSheet.Specification())).ShouldBe(201);
        (await lab.Post("qa02", "/specifications/LES/versions/1/approve", Approval("qa02"))).ShouldBe(200);
        (await lab.Post("tech01", "/batches", SheetLife.Registration())).ShouldBeRefused(422, "VAL-SPEC");
        (await lab.Post("qa01", "/product-types/LES/versions/1/approve", Approval("qa01"))).ShouldBeRefused(403, "SOD-AUTHOR");
        (await lab.Post("qa02", "/product-types/LES/versions/1/approve", Approval("qa02"))).ShouldBe(200)["approvedBy"].GetValue<string>().ShouldBe("qa02");
        (await lab.Post("qa02", "/product-types/LES/versions/1/approve", Approval("qa02"))).ShouldBeRefused(422, "STATE-TRANSITION");
        (await lab.Get("qa01", "/product-types/LES")).Headers.ETag!.Tag.ShouldBe("\"1\"");

        (await lab.Post("tech01", "/batches", SheetLife.Registration())).ShouldBe(201);
        await life.Grown();
        // Another version changes nothing for a batch under way.
        (await lab.Post("qa01", "/product-types", LimbalSheet.Type(2, d => { d["path"] = new JsonObject { [""] = new JsonArray("Package"), ["Package"] = new JsonArray("Package") }; d["steps"] = new JsonObject { ["IsolationPerformed"] = "Package", ["FillPerformed"] = "Package" }; d["windows"] = new JsonArray(); d["schedule"] = new JsonArray(); }))).ShouldBe(201);
        (await lab.Post("qa02", "/product-types/LES/versions/2/approve", Approval("qa02"))).ShouldBe(200);
        (await lab.Get("tech01", "/batches/LES-26-0001"))["phase"].GetValue<string>().ShouldBe("Outgrowth");
        (await lab.Get("tech01", "/tasks?batch=LES-26-0001"))["items"].AsArray().ShouldContain(t => t!["task"]!.GetValue<string>() == "L-01" && t["title"]!.GetValue<string>() == "Pack the sheet");
        await life.Packed();
        await life.FastTestsDone();
        await life.Reviewed();
        var verdict = await life.Verdict();
        verdict["verdict"].GetValue<string>().ShouldBe("CONDITIONAL", verdict.Text);
        verdict["pending"].AsArray().Select(p => p!.GetValue<string>()).ShouldBe(["C-06", "C-11"]);
        (await life.Sign("Conditional", "ConditionallyReleased"))["state"].GetValue<string>().ShouldBe("ConditionallyReleased");
        await life.On("03-30 13:00");
        await life.Result("C-06", "Final", new { qualitative = "NoGrowth" });
        await life.Result("C-11", "Final", new { part = "plates", qualitative = "NoGrowth" });
        (await life.Sign("FinalRelease", "Released"))["state"].GetValue<string>().ShouldBe("Released");
    }
}
