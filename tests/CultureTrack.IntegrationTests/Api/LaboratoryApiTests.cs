using System.Text.Json.Nodes;
using CultureTrack.Domain.Release;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>The laboratory through the API: methods, controls and runs, results of a batch, and specifications asked about many batches.</summary>
[Collection(LabCollection.Name)]
public sealed class LaboratoryApiTests(RunningLab lab)
{
    private async Task<string> BatchInCulture()
    {
        var batch = await lab.NewBatch();
        var lot = RunningLab.Id("ENZ");
        (await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "Northmed", expiresAt = "2026-12-31T00:00:00Z", quantity = 10, unit = "mL" })).ShouldBe(201);
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        await lab.Isolated(batch, lot);
        return batch;
    }

    private Task<Reply> Sampled(string batch, string sample, string criterion) =>
        lab.Enter("tech01", batch, "SampleTaken", new { sampleId = sample, criteria = new[] { criterion }, matrix = "Cells", volumeMl = 2, sourceIds = Array.Empty<string>(), collectedAt = lab.Now() });

    [Fact]
    public async Task A_run_with_a_rejected_control_gives_no_valid_result()
    {
        var (control, good, bad) = (RunningLab.Id("CTRL"), RunningLab.Id("RUN"), RunningLab.Id("RUN"));
        (await lab.Post("qc01", "/controls", new { controlId = control, title = "CD45 cells, low", criterion = "ADSC-05", part = "CD45", unit = "%", lotId = "CT-1", level = "low", expiresAt = "2027-01-01T00:00:00Z", assignedMean = 1.6, assignedSd = 0.1 })).ShouldBe(201);
        Task<Reply> Measure(string run, double value) => lab.Post("qc01", $"/controls/{control}/results", new { runId = run, value, unit = "%", measuredAt = lab.Now() });
        (await lab.Post("tech01", $"/controls/{control}/results", new { runId = good, value = 1.6, unit = "%", measuredAt = lab.Now() })).ShouldBeRefused(403, "SOD-ROLE");
        (await Measure(good, 1.65)).ShouldBe(201)["results"]![0]!["outcome"]!.GetValue<string>().ShouldBe("Accepted");
        var rejected = (await Measure(bad, 1.95)).ShouldBe(201)["results"]![1]!;
        (rejected["outcome"]!.GetValue<string>(), rejected["z"]!.GetValue<double>()).ShouldBe(("Rejected", 3.5));
        (await lab.Get("qc01", $"/runs/{bad}"))["isRejected"].GetValue<bool>().ShouldBeTrue();

        var batch = await BatchInCulture();
        (await Sampled(batch, "S-1", "ADSC-05")).ShouldBe(201);
        (await lab.Enter("qc01", batch, "QcTestStarted", new { testId = "T-1", sampleId = "S-1", criterionId = "ADSC-05", methodVersion = 1 })).ShouldBe(201);
        object Result(string id, string run, bool valid = true) => new
        {
            resultId = id,
            testId = "T-1",
            kind = "Final",
            values = valid ? new object[] { new { part = "CD45", value = 1.0, unit = "%" }, new { part = "CD31", value = 0.2, unit = "%" }, new { part = "CD235a", value = 0.1, unit = "%" } } : [],
            controlsValid = valid,
            runId = run,
        };
        (await lab.Enter("qc01", batch, "QcResultRecorded", Result("R-1", bad))).ShouldBeRefused(422, "STATE-GUARD");
        (await lab.Enter("qc01", batch, "QcResultRecorded", Result("R-1", bad, valid: false))).ShouldBe(201);
        (await lab.Enter("qc01", batch, "QcResultRecorded", Result("R-2", good))).ShouldBe(201);
        (await lab.Post("qc02", $"/batches/{batch}/events", new { type = "QcResultApproved", data = new { resultId = "R-2" }, signature = RunningLab.Sign("Approved", "qc02") })).ShouldBe(201);
        Task<string> Status() => Of(batch, "ADSC-05");
        (await Status()).ShouldBe("Pass");

        // A control measured late in the same run takes the result back and tells QA.
        (await lab.Post("qc01", $"/controls/{control}/results", new { runId = good, value = 1.99, unit = "%", measuredAt = lab.Now(), comment = "Second level" })).ShouldBe(201);
        (await Status()).ShouldBe("Pending");
        (await lab.Get("qa01", $"/batches/{batch}/release"))["reasons"].AsArray().Select(r => (string?)r!["id"]).ShouldContain("DEVIATION");
    }

    private async Task<string> Of(string batch, string criterion) =>
        (await lab.Get("qa01", $"/batches/{batch}/release"))["criteria"].AsArray().Single(c => (string?)c!["id"] == criterion)!["status"]!.GetValue<string>();

    [Fact]
    public async Task A_test_uses_the_version_of_its_method_that_is_effective()
    {
        var method = RunningLab.Id("KARYO");
        object Draft(int version, string from) => new { methodId = method, version, title = "G-banding", criteria = new[] { "ADSC-08" }, effectiveFrom = from, documentRef = "SOP-QC-8" };
        (await lab.Post("qa01", "/methods", Draft(1, "2026-01-01T00:00:00Z"))).ShouldBe(201);
        (await lab.Post("qa01", $"/methods/{method}/versions/1/approve", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBeRefused(403, "SOD-AUTHOR");
        (await lab.Post("qa02", $"/methods/{method}/versions/1/approve", new { signature = RunningLab.Sign("Approved", "qa02") })).ShouldBe(200);
        (await lab.Post("qa01", "/methods", Draft(2, "2026-01-01T00:00:00Z"))).ShouldBe(201);
        (await lab.Post("qa02", $"/methods/{method}/versions/2/approve", new { signature = RunningLab.Sign("Approved", "qa02") })).ShouldBe(200);
        var batch = await BatchInCulture();
        (await Sampled(batch, "S-1", "ADSC-08")).ShouldBe(201);
        object Start(int version) => new { testId = "T-1", sampleId = "S-1", criterionId = "ADSC-08", methodVersion = version };
        (await lab.Enter("qc01", batch, "QcTestStarted", Start(1))).ShouldBeRefused(422, "VAL-SPEC");
        (await lab.Enter("qc01", batch, "QcTestStarted", Start(2))).ShouldBe(201);
        (await lab.Post("qa01", $"/methods/{method}/retire", new { retiredFrom = lab.Now(), reason = "Replaced by another laboratory", signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
    }

    [Fact]
    public async Task A_draft_is_compared_with_the_version_before_and_asked_about_batches_without_writing_anything()
    {
        var batch = await BatchInCulture();
        var (adsc, id) = (SpecificationRegister.BuiltIn[("ADSC", 1)], RunningLab.Id("MYADSC"));
        async Task Draft(int version, string limit)
        {
            var spec = adsc with { SpecId = id, Version = version, EffectiveFrom = RunningLab.Start, ApprovedBy = null, Criteria = [.. adsc.Criteria.Select(c => c.Id == "ADSC-07" ? c with { Parts = [c.Parts[0] with { Limit = new() { Max = limit } }, c.Parts[1]] } : c)] };
            (await lab.Post("qa01", "/specifications", System.Text.Json.JsonSerializer.SerializeToNode(spec, SpecificationRegister.Json)!.AsObject())).ShouldBe(201);
        }
        await Draft(1, "4");
        await Draft(2, "3");
        var diff = (await lab.Get("qa01", $"/specifications/{id}/diff?from=1&to=2")).ShouldBe(200)["criteria"].AsArray().Single()!;
        (diff["id"]!.GetValue<string>(), diff["fields"]![0]!["field"]!.GetValue<string>(), diff["fields"]![0]!["to"]!.GetValue<string>()).ShouldBe(("ADSC-07", "parts[passage].limit.max", "3"));
        (await lab.Get("qa01", $"/specifications/{id}/diff?from=1")).ShouldBeRefused(422, "VAL-REQUIRED");

        var before = (await lab.Get("qa01", $"/batches/{batch}")).Headers.ETag;
        var answer = (await lab.Post("qa01", $"/specifications/{id}/versions/2/what-if", new { states = new[] { "InProcess" } })).ShouldBe(200);
        answer["status"].GetValue<string>().ShouldBe("Draft");
        answer["summary"]["batches"]!.GetValue<int>().ShouldBe(answer["total"].GetValue<int>());
        var mine = answer["items"].AsArray().Single(i => (string?)i!["batchId"] == batch)!;
        ((string?)mine["verdict"], (string?)mine["whatIf"], (string?)mine["spec"]).ShouldBe(("BLOCKED", "BLOCKED", "ADSC@1"));
        (await lab.Get("qa01", $"/batches/{batch}")).Headers.ETag.ShouldBe(before);
        (await lab.Post("qa01", $"/specifications/{id}/versions/9/what-if", new { })).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("qa01", $"/specifications/{id}/versions/2/what-if", new { from = "2026-03-01T00:00:00Z", to = "2026-02-01T00:00:00Z" })).ShouldBeRefused(422, "VAL-ORDER");
        var lines = await lab.Post("qa01", $"/specifications/{id}/versions/2/what-if", new { }, ("Accept", "application/x-ndjson"));
        JsonNode.Parse(lines.Text.Trim().Split('\n')[^1])!["summary"]!["batches"]!.GetValue<int>().ShouldBe(lines.Text.Trim().Split('\n').Length - 1);
    }

    [Fact]
    public async Task A_draft_with_a_limit_nobody_can_read_says_where()
    {
        var adsc = SpecificationRegister.BuiltIn[("ADSC", 1)];
        var bad = adsc with { SpecId = RunningLab.Id("BAD"), Version = 1, ApprovedBy = null, Criteria = [adsc.Criteria.First(c => c.Id == "ADSC-01") with { Parts = [new(Unit: "%", Limit: new() { Min = "eighty" })] }] };
        (await lab.Post("qa01", "/specifications", System.Text.Json.JsonSerializer.SerializeToNode(bad, SpecificationRegister.Json)!.AsObject())).ShouldBeRefused(422, "VAL-FORMAT")["errors"][0]!["field"]!.GetValue<string>().ShouldBe("criteria[0].parts[0].limit.min");
        (await lab.Get("qc01", "/trends?productType=ADSC&criterion=ADSC-05(CD45)")).ShouldBe(200)["criterion"].GetValue<string>().ShouldBe("ADSC-05(CD45)");
    }
}
