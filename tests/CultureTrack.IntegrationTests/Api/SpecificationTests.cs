using System.Text.Json.Nodes;
using CultureTrack.Domain.Release;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class SpecificationTests(RunningLab lab)
{
    [Fact]
    [Trait("Rule", "R-24")]
    public async Task A_version_is_written_by_one_and_approved_by_another_before_a_batch_can_use_it()
    {
        var draft = System.Text.Json.JsonSerializer.SerializeToNode(SpecificationRegister.BuiltIn[("ADSC", 1)] with { Version = 2, EffectiveFrom = RunningLab.Start, ApprovedBy = null }, SpecificationRegister.Json)!.AsObject();
        (await lab.Post("tech01", "/specifications", draft)).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("qa01", "/specifications", new { specId = "ADSC" })).ShouldBeRefused(400, "VAL-BODY");
        (await lab.Post("qa01", "/specifications", draft)).ShouldBe(201)["status"].GetValue<string>().ShouldBe("Draft");
        (await lab.Post("qa01", "/specifications", draft)).ShouldBeRefused(422, "VAL-DUPLICATE");

        var registration = await Registration();
        (await lab.Post("tech01", "/batches", registration)).ShouldBeRefused(422, "VAL-SPEC");
        object Approval(string user) => new { signature = RunningLab.Sign("Approved", user) };
        (await lab.Post("qa01", "/specifications/ADSC/versions/2/approve", Approval("qa01"))).ShouldBeRefused(403, "SOD-AUTHOR");
        (await lab.Post("qa02", "/specifications/ADSC/versions/2/approve", Approval("qa02"))).ShouldBe(200)["approvedBy"].GetValue<string>().ShouldBe("qa02");
        (await lab.Post("qa02", "/specifications/ADSC/versions/2/approve", Approval("qa02"))).ShouldBeRefused(422, "STATE-TRANSITION");
        var batch = (await lab.Post("tech01", "/batches", registration)).ShouldBe(201)["batchId"].GetValue<string>();
        (await lab.Get("qa01", $"/batches/{batch}/release"))["spec"].GetValue<string>().ShouldBe("ADSC@2");
        (await lab.Get("qa01", "/specifications?specId=ADSC"))["items"].AsArray().Select(s => s!["version"]!.GetValue<int>()).ShouldBe([1, 2]);
    }

    private async Task<JsonObject> Registration()
    {
        var n = RunningLab.Id("S")[2..];
        await lab.Post("tech01", "/patients", new { patientRef = $"PT-S{n}", secondIdentifier = $"1961-{n}" });
        await lab.Post("tech01", "/donors", new { donorRef = $"DN-S{n}", autologousFor = $"PT-S{n}" });
        var registration = RunningLab.Registration($"S{n}");
        registration["specVersion"] = 2;
        return registration;
    }
}
