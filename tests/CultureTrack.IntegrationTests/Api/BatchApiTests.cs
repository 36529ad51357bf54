using System.Text.Json.Nodes;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class BatchApiTests(RunningLab lab)
{
    [Fact]
    public async Task A_batch_without_id_gets_the_next_serial_and_an_id_is_used_once()
    {
        var first = await lab.NewBatch();
        var second = await lab.NewBatch();
        first.ShouldMatch(@"^ADSC-26-\d{4}$");
        int.Parse(second[^4..], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(int.Parse(first[^4..], System.Globalization.CultureInfo.InvariantCulture) + 1);
        var again = RunningLab.Registration("0001");
        again["batchId"] = first;
        (await lab.Post("tech01", "/batches", again)).ShouldBeRefused(422, "VAL-DUPLICATE");
        var listed = (await lab.Get("qa01", $"/batches?q={first}")).ShouldBe(200);
        listed["total"].GetValue<int>().ShouldBe(1);
        listed["items"]![0]!["state"]!.GetValue<string>().ShouldBe("Planned");
    }

    [Fact]
    public async Task A_dry_run_decides_and_stores_nothing()
    {
        var batch = await lab.NewBatch();
        var consent = new { type = "ConsentRecorded", data = new { consentRef = "C-1", signedAt = lab.Now().AddDays(-1), scope = new[] { "Trial" } } };
        var tried = (await lab.Post("tech01", $"/batches/{batch}/events?dryRun=true", consent)).ShouldBe(200);
        tried["events"]![0]!["type"]!.GetValue<string>().ShouldBe("ConsentRecorded");
        (await lab.Get("tech01", $"/batches/{batch}/events"))["total"].GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Entries_of_an_array_are_stored_all_or_none_and_findings_name_the_entry()
    {
        var batch = await lab.NewBatch();
        var good = new { type = "ConsentRecorded", data = (object)new { consentRef = "C-1", signedAt = lab.Now().AddDays(-1), scope = new[] { "Trial" } } };
        var bad = new { type = "TissueAccepted", data = (object)new { } };
        (await lab.Post("tech01", $"/batches/{batch}/events", new[] { good, bad })).ShouldBeRefused(422, "STATE-TRANSITION")["errors"]![0]!["field"]!.GetValue<string>().ShouldStartWith("[1].");
        (await lab.Get("tech01", $"/batches/{batch}"))["version"].GetValue<int>().ShouldBe(1);
    }

    [Fact]
    [Trait("Rule", "R-07")]
    public async Task The_role_is_judged_before_the_shape_and_the_shape_before_the_state()
    {
        var batch = await lab.NewBatch();
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "DispositionSigned", data = new { } })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "ExcursionOpened", data = new { } })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "HarvestPerformed", data = new { } })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "CoffeeMade", data = new { } })).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "TissueAccepted", data = new { }, mood = "good" })).ShouldBeRefused(400, "VAL-BODY");
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "TissueAccepted", data = new { } })).ShouldBeRefused(422, "STATE-TRANSITION");
    }

    [Fact]
    [Trait("Rule", "R-30")]
    public async Task A_stale_version_is_refused_with_the_present_one()
    {
        var batch = await lab.NewBatch();
        (await lab.Get("tech01", $"/batches/{batch}")).Headers.ETag!.Tag.ShouldBe("\"1\"");
        object Deviation(string text) => new { type = "DeviationOpened", data = new { text, @class = "Minor" } };
        (await lab.Post("tech01", $"/batches/{batch}/events", Deviation("One"), ("If-Match", "\"1\""))).ShouldBe(201).Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await lab.Post("tech01", $"/batches/{batch}/events", Deviation("Two"), ("If-Match", "\"1\""))).ShouldBeRefused(409, "CONCURRENCY")["currentVersion"].GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Two_persons_at_the_same_moment_never_overwrite_each_other()
    {
        var batch = await lab.NewBatch();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => lab.Post(i % 2 == 0 ? "tech01" : "tech02", $"/batches/{batch}/events",
            new { type = "DeviationOpened", data = new { text = $"Deviation {i}", @class = "Minor" } }, ("If-Match", "\"1\""))));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "CONCURRENCY");
        (await lab.Get("tech01", $"/batches/{batch}"))["version"].GetValue<int>().ShouldBe(2);
    }

    [Fact]
    [Trait("Rule", "R-11")]
    public async Task The_history_shows_envelopes_with_signatures_that_are_valid()
    {
        var batch = await lab.NewBatch();
        var lot = RunningLab.Id("COL");
        await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "N", expiresAt = "2027-06-30T23:59:59Z", quantity = 10, unit = "mg" });
        await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") });
        await lab.Isolated(batch, lot);
        var history = (await lab.Get("qa01", $"/batches/{batch}/events")).ShouldBe(200);
        var received = history["items"].AsArray().First(e => e!["type"]!.GetValue<string>() == "TissueReceived")!.AsObject();
        received.Select(m => m.Key).ShouldBe(["eventId", "streamId", "version", "type", "occurredAt", "recordedAt", "actorId", "actorRole", "deviceId", "siteZone", "utcOffsetMin", "origin",
            "verifiedBy", "flags", "schemaVersion", "data"], ignoreOrder: true);
        received["verifiedBy"]!["valid"]!.GetValue<bool>().ShouldBeTrue();
        received["verifiedBy"]!["fullName"]!.GetValue<string>().ShouldBe("Person tech02");
        received["verifiedBy"]!["local"]!.GetValue<string>().ShouldMatch(@"\+0[12]:00$");
        received["recordedAt"]!.GetValue<string>().ShouldMatch(@"\.\d{3}Z$");
        history.Text.ShouldNotContain(RunningLab.Password);
        (await lab.Get("qa01", $"/batches/{batch}/events?afterVersion=2"))["items"]![0]!["version"]!.GetValue<int>().ShouldBe(3);
        var isolated = history["items"].AsArray().First(e => e!["type"]!.GetValue<string>() == "IsolationPerformed")!;
        isolated["computed"]!["viable"]!.GetValue<decimal>().ShouldBe(18_204_000m);
        isolated["computed"]!["formula"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_flag_asks_for_a_comment_and_is_kept_with_it()
    {
        var batch = await lab.NewBatch();
        var late = new { type = "ConsentRecorded", occurredAt = lab.Now().AddHours(-1), reason = "The paper came by courier", data = new { consentRef = "C-1", signedAt = lab.Now().AddDays(-1), scope = new[] { "Trial" } }, comment = (string?)null };
        // Registered just now: an entry for before that is out of order; so the clock goes on first.
        await lab.Advance(TimeSpan.FromHours(2));
        (await lab.Post("tech01", $"/batches/{batch}/events", late with { occurredAt = lab.Now().AddHours(-1) })).ShouldBeRefused(422, "VAL-COMMENT")["flags"]![0]!["code"]!.GetValue<string>().ShouldBe("LateEntry");
        var stored = (await lab.Post("tech01", $"/batches/{batch}/events", late with { occurredAt = lab.Now().AddHours(-1), comment = "Courier was late" })).ShouldBe(201);
        stored["events"]![0]!["flags"]![0]!["code"]!.GetValue<string>().ShouldBe("LateEntry");
    }

    [Fact]
    [Trait("Rule", "R-14")]
    public async Task The_second_signature_of_a_session_needs_the_password_only_until_it_was_idle()
    {
        await lab.AddUser("signer01", "QA");
        async Task<string> Lot()
        {
            var lot = RunningLab.Id("LOT");
            await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Reagent", supplier = "N", expiresAt = "2028-06-30T23:59:59Z", quantity = 10, unit = "mL" });
            return lot;
        }
        async Task<Reply> Release(object signature) => await lab.Post("signer01", $"/materials/{await Lot()}/release", new { signature });
        var passwordOnly = new { meaning = "Approved", password = RunningLab.Password };
        (await Release(passwordOnly)).ShouldBeRefused(422, "VAL-REQUIRED");
        (await Release(RunningLab.Sign("Approved", "signer01"))).ShouldBe(200);
        (await Release(passwordOnly)).ShouldBe(200);
        await lab.Advance(TimeSpan.FromMinutes(16));
        (await Release(passwordOnly)).ShouldBeRefused(422, "VAL-REQUIRED");
        for (var i = 0; i < 5; i++) (await Release(RunningLab.Sign("Approved", "signer01", "wrong"))).ShouldBeRefused(422, "SIG-PASSWORD");
        (await Release(RunningLab.Sign("Approved", "signer01"))).ShouldBeRefused(401, "AUTH-LOCKED");
    }

    [Fact]
    public async Task Verdict_exposure_exceptions_lineage_and_forecast_can_be_asked()
    {
        var batch = await lab.NewBatch();
        await lab.Post("tech01", $"/batches/{batch}/events", new { type = "TissueAccepted", data = new { } });
        (await lab.Get("qa01", $"/batches/{batch}/release")).ShouldBe(200)["spec"].GetValue<string>().ShouldBe("ADSC@1");
        (await lab.Get("qa01", $"/batches/{batch}/release?spec=CEA@1")).ShouldBe(200);
        (await lab.Get("qa01", $"/batches/{batch}/release?spec=NONE@1")).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Get("qa01", $"/batches/{batch}/exposure")).ShouldBe(200)["metrics"].ShouldBeOfType<JsonArray>();
        (await lab.Get("qa01", $"/batches/{batch}/exceptions")).ShouldBe(200)["items"].AsArray().ShouldContain(i => i!["kind"]!.GetValue<string>() == "Refused");
        (await lab.Get("qa01", $"/batches/{batch}/lineage")).ShouldBe(200)["nodes"].AsArray().Count.ShouldBe(2);
        (await lab.Get("qa01", $"/batches/{batch}/forecast?target=1e7")).ShouldBe(200)["reason"].GetValue<string>().ShouldBe("TOO_FEW_POINTS");
        (await lab.Get("qa01", $"/batches/{batch}?at={Uri.EscapeDataString(RunningLab.Start.AddDays(-1).ToString("O"))}")).ShouldBeRefused(404, "NOT-FOUND");
    }
}
