namespace CultureTrack.IntegrationTests.Api;

/// <summary>What batches have in common: recall through media, blast radius with one hold for many, lineage across batches.</summary>
[Collection(LabCollection.Name)]
public sealed class TracingTests(RunningLab lab)
{
    [Fact]
    public async Task A_recall_reaches_what_was_mixed_from_the_lot_and_every_batch_that_used_that()
    {
        var (component, medium, enzyme) = (RunningLab.Id("CMP"), RunningLab.Id("GM"), RunningLab.Id("COL"));
        await Released(component, "Medium");
        await Released(enzyme, "Enzyme");
        await lab.Advance(TimeSpan.FromMinutes(1));
        await Mixed(medium, component, 400);
        var batch = await InCulture(enzyme, medium);
        var use = (await lab.Get("tech01", $"/materials/{component}/use")).ShouldBe(200);
        var line = use["batches"].AsArray().Single()!;
        line["batchId"]!.GetValue<string>().ShouldBe(batch);
        line["via"]!.AsArray().Select(v => v!.GetValue<string>()).ShouldBe([medium]);
        line["deviationId"].ShouldBeNull();

        (await lab.Post("tech01", $"/materials/{component}/recall", new { reason = "Endotoxin in the supplier's lot" })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("qa01", $"/materials/{component}/recall", new { reason = "Endotoxin in the supplier's lot" })).ShouldBe(200);
        var recalled = (await lab.Get("tech01", $"/materials/{medium}")).ShouldBe(200);
        recalled["status"].GetValue<string>().ShouldBe("Recalled");
        recalled["recallReason"].GetValue<string>().ShouldContain(component);
        var deviation = (await lab.Get("qa01", $"/batches/{batch}"))["openDeviations"].AsArray().Single()!;
        deviation["text"]!.GetValue<string>().ShouldContain(medium);
        (await lab.Get("tech01", $"/materials/{component}/use"))["batches"]![0]!["deviationId"]!.GetValue<string>().ShouldBe(deviation["deviationId"]!.GetValue<string>());

        await lab.Advance(TimeSpan.FromMinutes(1));
        (await Feed(batch, medium)).ShouldBeRefused(422, "VAL-LOT");
        (await lab.Post("qa01", $"/materials/{component}/recall", new { reason = "Endotoxin in the supplier's lot" })).ShouldBeRefused(422, "STATE-TRANSITION");
        (await lab.Post("tech01", "/media", Medium(RunningLab.Id("GM"), component, 10))).ShouldBeRefused(422, "VAL-LOT");
    }

    [Fact]
    public async Task More_than_the_stock_is_not_mixed_even_by_two_at_the_same_moment()
    {
        var component = RunningLab.Id("CMP");
        await Released(component, "Medium");
        await lab.Advance(TimeSpan.FromMinutes(1));
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lab.Post("tech01", "/media", Medium(RunningLab.Id("GM"), component, 400))));
        replies.Count(r => r.Status == 201).ShouldBe(2);
        replies.Where(r => r.Status != 201).ShouldAllBe(r => r.Code == "VAL-RANGE");
        (await lab.Get("tech01", $"/materials/{component}"))["used"].GetValue<decimal>().ShouldBe(800);
    }

    [Fact]
    public async Task What_batches_took_of_a_lot_is_off_its_stock_and_more_than_there_is_is_told_and_not_refused()
    {
        var (medium, enzyme) = (RunningLab.Id("GM"), RunningLab.Id("COL"));
        await Released(medium, "Medium");
        await Released(enzyme, "Enzyme");
        var batch = await InCulture(enzyme, medium);
        await lab.Advance(TimeSpan.FromHours(48));
        (await Feed(batch, medium)).ShouldBe(201);
        (await Stock(medium)).ShouldBe((1000m, 0m, 55m, 945m, 1, 2, 0));
        // How much enzyme went in is no field of an isolation.
        (await Stock(enzyme)).ShouldBe((1000m, 0m, 0m, 1000m, 1, 1, 1));
        (await lab.Get("tech01", $"/materials/{medium}/use"))["batches"]![0]!["uses"]!.AsArray().Select(u => u!["amountMl"]!.GetValue<decimal>()).ShouldBe([35m, 20m]);

        var feeding = (await lab.Get("tech01", $"/batches/{batch}/events"))["items"].AsArray().Single(e => e!["type"]!.GetValue<string>() == "MediumChanged")!["eventId"]!.GetValue<string>();
        (await lab.Post("tech01", $"/batches/{batch}/events", new
        {
            type = "RecordCorrected",
            data = new { correctsEventId = feeding, field = "addedMl", oldValue = 20, newValue = 25, reason = "Misread the pipette" },
            signature = RunningLab.Sign("Performed", "tech01"),
        })).ShouldBe(201);
        (await Stock(medium)).ShouldBe((1000m, 0m, 60m, 940m, 1, 2, 0));

        await lab.Advance(TimeSpan.FromMinutes(1));
        await Mixed(RunningLab.Id("GM"), medium, 950);
        (await Stock(medium)).ShouldBe((1000m, 950m, 60m, -10m, 1, 2, 0));
        await lab.Advance(TimeSpan.FromHours(48));
        (await Feed(batch, medium)).ShouldBe(201);
    }

    private async Task<(decimal, decimal, decimal, decimal, int, int, int)> Stock(string lot)
    {
        var stock = (await lab.Get("tech01", $"/materials/{lot}")).ShouldBe(200)["stock"];
        return (stock["received"]!.GetValue<decimal>(), stock["usedInMedia"]!.GetValue<decimal>(), stock["usedInBatches"]!.GetValue<decimal>(), stock["remaining"]!.GetValue<decimal>(),
            stock["batches"]!.GetValue<int>(), stock["uses"]!.GetValue<int>(), stock["usesWithoutAmount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Batches_that_shared_a_lot_are_found_with_their_evidence_and_held_together_once()
    {
        var enzyme = RunningLab.Id("COL");
        await Released(enzyme, "Enzyme");
        var (one, other) = (await lab.NewBatch(), await lab.NewBatch());
        await lab.Isolated(one, enzyme);
        await lab.Isolated(other, enzyme);
        var found = (await lab.Get("qa01", $"/blast-radius?batch={one}&pageSize=1000")).ShouldBe(200)["items"].AsArray().Single(i => i!["batchId"]!.GetValue<string>() == other)!;
        var reason = found["reasons"]!.AsArray().Single(r => r!["kind"]!.GetValue<string>() == "SameLot" && r["key"]!.GetValue<string>() == enzyme)!;
        var isolation = (await lab.Get("qa01", $"/batches/{other}/events"))["items"].AsArray().Single(e => e!["type"]!.GetValue<string>() == "IsolationPerformed")!["eventId"]!.GetValue<string>();
        reason["events"]!.AsArray().Select(e => e!.GetValue<string>()).ShouldBe([isolation]);
        found["reasons"]!.AsArray().ShouldContain(r => r!["kind"]!.GetValue<string>() == "SameOperator");
        (await lab.Get("qa01", $"/blast-radius?lot={enzyme}"))["total"].GetValue<int>().ShouldBe(2);
        (await lab.Get("qa01", $"/blast-radius?lot={enzyme}&kind=SameDonor"))["total"].GetValue<int>().ShouldBe(0);
        (await lab.Get("qa01", $"/blast-radius?operator=tech01&from=2026-03-01T00:00:00Z&to=2026-12-31T00:00:00Z&pageSize=1000"))["items"].AsArray().Select(i => i!["batchId"]!.GetValue<string>()).ShouldContain(other);

        var body = new { batchIds = new[] { one, other, "ADSC-26-9999" }, reason = "Contaminated enzyme under investigation" };
        (await lab.Post("qc01", "/blast-radius/holds", body)).ShouldBeRefused(403, "SOD-ROLE");
        var held = (await lab.Post("tech01", "/blast-radius/holds", body)).ShouldBe(200);
        held["batches"].AsArray().Select(b => b!["outcome"]!.GetValue<string>()).ShouldBe(["Placed", "Placed", "NotKnown"]);
        var again = (await lab.Post("qa01", "/blast-radius/holds", body)).ShouldBe(200);
        again["alreadyOnHold"].GetValue<int>().ShouldBe(2);
        var hold = (await lab.Get("qa01", $"/batches/{other}"))["holds"].AsArray().Single()!;
        (hold["placedBy"]!.GetValue<string>(), hold["reason"]!.GetValue<string>()).ShouldBe(("tech01", body.reason));
        (await lab.Get("qa01", $"/audit?target={other}&user=tech01"))["items"].AsArray().ShouldContain(a => a!["command"]!.GetValue<string>().StartsWith("HoldPlaced", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "VAL-REQUIRED")]
    [InlineData("batch=A&lot=B", "VAL-REQUIRED")]
    [InlineData("operator=tech01&from=2026-03-01T00:00:00Z", "VAL-REQUIRED")]
    [InlineData("operator=tech01&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "VAL-ORDER")]
    [InlineData("operator=tech01&from=2024-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "VAL-RANGE")]
    [InlineData("batch=ADSC-26-9999&event=soon", "VAL-FORMAT")]
    [InlineData("batch=ADSC-26-9999&kind=Neighbour", "VAL-FORMAT")]
    public async Task An_origin_that_is_not_one_is_refused(string query, string code) =>
        (await lab.Get("qa01", $"/blast-radius?{query}")).ShouldBeRefused(422, code);

    [Theory]
    [InlineData("batch=ADSC-26-9999")]
    [InlineData("lot=NO-LOT")]
    [InlineData("operator=nobody&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z")]
    [InlineData("incubator=NO-INC&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z")]
    [InlineData("calibration=NO-INC")]
    public async Task An_origin_nobody_knows_is_not_found(string query) => (await lab.Get("qa01", $"/blast-radius?{query}")).ShouldBeRefused(404, "NOT-FOUND");

    [Fact]
    public async Task Holds_need_batches_and_a_reason()
    {
        (await lab.Post("qa01", "/blast-radius/holds", new { batchIds = Array.Empty<string>(), reason = "Contaminated enzyme" })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await lab.Post("qa01", "/blast-radius/holds", new { batchIds = new[] { "A" }, reason = "short" })).ShouldBeRefused(422, "VAL-REASON");
        (await lab.Post("qa01", "/blast-radius/holds", new { batchIds = Enumerable.Range(0, 1001).Select(i => $"ADSC-26-{i:0000}"), reason = "Contaminated enzyme" })).ShouldBeRefused(422, "VAL-RANGE");
    }

    [Fact]
    public async Task Lineage_is_bounded_by_what_is_asked_for()
    {
        var enzyme = RunningLab.Id("COL");
        await Released(enzyme, "Enzyme");
        var batch = await lab.NewBatch();
        await lab.Isolated(batch, enzyme);
        var whole = (await lab.Get("qa01", $"/batches/{batch}/lineage")).ShouldBe(200);
        whole["nodes"].AsArray().Select(n => n!["kind"]!.GetValue<string>()).ShouldBe(["Donor", "Batch", "Tissue"]);
        whole["truncated"].GetValue<bool>().ShouldBeFalse();
        whole["steps"].AsArray().Single()!["cellsIn"]!.GetValue<decimal>().ShouldBe(1.8204e7m);
        (await lab.Get("qa01", $"/batches/{batch}/lineage?limit=2"))["truncated"].GetValue<bool>().ShouldBeTrue();
        (await lab.Get("qa01", $"/batches/{batch}/lineage?limit=20001")).ShouldBeRefused(422, "VAL-RANGE");
        (await lab.Get("qa01", $"/batches/{batch}/lineage?depth=101")).ShouldBeRefused(422, "VAL-RANGE");
        (await lab.Get("qa01", $"/batches/{batch}/lineage?direction=sideways")).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Get("qa01", "/batches/ADSC-26-9999/lineage")).ShouldBeRefused(404, "NOT-FOUND");
    }

    private Task Released(string lot, string kind) => lab.ReleasedLot(lot, kind);

    private object Medium(string lot, string component, decimal quantity) => new
    {
        lotId = lot,
        recipeId = "KGM-2",
        components = new[] { new { lotId = component, quantity, unit = "mL" } },
        volumeMl = 1000,
        preparedAt = lab.Now().ToString("O"),
        sterileFiltered = true,
        integrityPost = true,
        ph = 7.3,
        verification = RunningLab.Sign("Verified", "tech02"),
    };

    private async Task Mixed(string lot, string component, decimal quantity)
    {
        (await lab.Post("tech01", "/media", Medium(lot, component, quantity))).ShouldBe(201);
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        await lab.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task<string> InCulture(string enzyme, string medium)
    {
        var batch = await lab.NewBatch();
        await lab.Isolated(batch, enzyme);
        await lab.Seeded(batch, medium);
        return batch;
    }

    private Task<Reply> Feed(string batch, string medium) =>
        lab.Enter("tech01", batch, "MediumChanged", new { vesselIds = new[] { $"V-{batch}" }, mediumLot = medium, removedMl = 20, addedMl = 20, kind = "Half" }, comment: "As planned");
}
