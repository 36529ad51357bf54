namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class RegisterTests(RunningLab lab)
{
    private static object Lot(string lotId, string kind = "Medium", string expiresAt = "2027-06-30T23:59:59Z", object? feeder = null) =>
        new { lotId, kind, supplier = "Northmed", expiresAt, quantity = 1000, unit = "mL", feeder };

    private static object Approval(string user) => new { signature = RunningLab.Sign("Approved", user) };

    [Fact]
    public async Task A_lot_is_received_into_quarantine_and_released_by_quality_who_did_not_receive_it()
    {
        var lot = RunningLab.Id("LOT");
        (await lab.Post("tech01", "/materials", Lot(lot))).ShouldBe(201)["status"].GetValue<string>().ShouldBe("Quarantined");
        (await lab.Post("tech01", $"/materials/{lot}/release", Approval("tech01"))).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01", "wrong") })).ShouldBeRefused(422, "SIG-PASSWORD");
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Verified", "qa01") })).ShouldBeRefused(422, "VAL-MEANING");
        (await lab.Post("qa01", $"/materials/{lot}/release", new { })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await lab.Post("qa01", $"/materials/{lot}/release", Approval("qa01"))).ShouldBe(200)["status"].GetValue<string>().ShouldBe("Released");
        (await lab.Post("qa01", $"/materials/{lot}/release", Approval("qa01"))).ShouldBeRefused(422, "STATE-TRANSITION");

        var own = RunningLab.Id("LOT");
        await lab.Post("qa01", "/materials", Lot(own));
        (await lab.Post("qa01", $"/materials/{own}/release", Approval("qa01"))).ShouldBeRefused(403, "SOD-AUTHOR");
        (await lab.Post("qa02", $"/materials/{own}/release", Approval("qa02"))).ShouldBe(200);
    }

    [Fact]
    public async Task An_expired_lot_and_a_feeder_without_its_controls_are_not_released()
    {
        var (old, feeder) = (RunningLab.Id("LOT"), RunningLab.Id("FDR"));
        await lab.Post("tech01", "/materials", Lot(old, expiresAt: "2026-03-01T00:00:00Z"));
        (await lab.Post("qa01", $"/materials/{old}/release", Approval("qa01"))).ShouldBeRefused(422, "VAL-LOT");
        (await lab.Post("tech01", "/materials", Lot(feeder, "Feeder"))).ShouldBeRefused(422, "VAL-REQUIRED");
        await lab.Post("tech01", "/materials", Lot(feeder, "Feeder", feeder: new { arrestControlPassed = true, adventitiousAgentsNegative = false }));
        (await lab.Post("qa01", $"/materials/{feeder}/release", Approval("qa01"))).ShouldBeRefused(422, "STATE-GUARD");
    }

    [Fact]
    public async Task Lots_are_received_all_or_none_and_a_lot_id_is_used_once()
    {
        var lot = RunningLab.Id("LOT");
        (await lab.Post("tech01", "/materials", new[] { Lot(lot), Lot(lot) })).ShouldBeRefused(422, "VAL-DUPLICATE");
        (await lab.Get("tech01", $"/materials/{lot}")).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("tech01", "/materials", new[] { Lot(lot), Lot(RunningLab.Id("LOT")) })).ShouldBe(201).Json!.AsArray().Count.ShouldBe(2);
        (await lab.Post("tech01", "/materials", Lot(lot))).ShouldBeRefused(422, "VAL-DUPLICATE");
        var read = (await lab.Get("tech01", $"/materials/{lot}")).ShouldBe(200);
        read.Headers.ETag!.Tag.ShouldBe("\"1\"");
        (await lab.Post("qa01", $"/materials/{lot}/release", Approval("qa01"), ("If-Match", "\"7\""))).ShouldBeRefused(409, "CONCURRENCY")["currentVersion"].GetValue<int>().ShouldBe(1);
        (await lab.Post("qa01", $"/materials/{lot}/release", Approval("qa01"), ("If-Match", "\"1\""))).ShouldBe(200);
    }

    [Fact]
    public async Task A_medium_is_mixed_from_released_lots_by_two_persons_and_its_expiry_is_computed()
    {
        var (component, medium) = (RunningLab.Id("LOT"), RunningLab.Id("GM"));
        await lab.Post("tech01", "/materials", Lot(component));
        object Medium(decimal quantity, object? verification) => new
        {
            lotId = medium,
            recipeId = "KGM-2",
            components = new[] { new { lotId = component, quantity, unit = "mL" } },
            volumeMl = 1000,
            preparedAt = "2026-03-02T08:00:00Z",
            sterileFiltered = true,
            integrityPost = true,
            ph = 7.3,
            verification,
        };
        var second = RunningLab.Sign("Verified", "tech02");
        (await lab.Post("tech01", "/media", Medium(900, second))).ShouldBeRefused(422, "VAL-LOT");
        await lab.Post("qa01", $"/materials/{component}/release", Approval("qa01"));
        await lab.Advance(TimeSpan.FromMinutes(1));
        object Later(decimal quantity, object? verification) => new
        {
            lotId = medium,
            recipeId = "KGM-2",
            components = new[] { new { lotId = component, quantity, unit = "mL" } },
            volumeMl = 1000,
            preparedAt = lab.Now().ToString("O"),
            sterileFiltered = true,
            integrityPost = true,
            ph = 7.3,
            verification,
        };
        (await lab.Post("tech01", "/media", Later(900, null))).ShouldBeRefused(422, "STATE-GUARD");
        (await lab.Post("tech01", "/media", Later(900, RunningLab.Sign("Verified", "tech01")))).ShouldBeRefused(403, "SOD-VERIFIER");
        (await lab.Post("tech01", "/media", Later(1001, second))).ShouldBeRefused(422, "VAL-RANGE");
        var made = (await lab.Post("tech01", "/media", Later(900, second))).ShouldBe(201);
        made["status"].GetValue<string>().ShouldBe("Quarantined");
        made["expiresAt"].GetValue<DateTimeOffset>().ShouldBe(lab.Now().AddDays(28));
        (await lab.Get("tech01", $"/materials/{component}/use"))["madeInto"].AsArray().Select(x => x!.GetValue<string>()).ShouldBe([medium]);
    }

    [Fact]
    public async Task A_recalled_lot_opens_a_deviation_in_every_batch_that_used_it()
    {
        var (lot, batch) = (RunningLab.Id("COL"), await lab.NewBatch());
        await lab.Post("tech01", "/materials", Lot(lot, "Enzyme"));
        await lab.Post("qa01", $"/materials/{lot}/release", Approval("qa01"));
        await lab.Isolated(batch, lot);
        (await lab.Get("tech01", $"/materials/{lot}/use"))["batches"]![0]!["batchId"]!.GetValue<string>().ShouldBe(batch);
        (await lab.Post("qa01", $"/materials/{lot}/recall", new { reason = "Supplier reports a contaminated fill" })).ShouldBe(200)["status"].GetValue<string>().ShouldBe("Recalled");
        (await lab.Get("qa01", $"/batches/{batch}"))["openDeviations"]![0]!["text"]!.GetValue<string>().ShouldContain(lot);
        (await lab.Get("qa01", $"/deviations?batch={batch}&status=Open"))["total"].GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_site_needs_a_real_zone_and_is_registered_by_an_administrator_once()
    {
        (await lab.Post(RunningLab.Admin, "/sites", new { siteId = "moon", name = "Moon", zone = "Moon/Tycho", jurisdiction = "EU" })).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post("tech01", "/sites", new { siteId = "b", name = "B", zone = "UTC", jurisdiction = "EU" })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post(RunningLab.Admin, "/sites", new { siteId = "main", name = "B", zone = "UTC", jurisdiction = "EU" })).ShouldBeRefused(422, "VAL-DUPLICATE");
    }

    [Fact]
    [Trait("Rule", "R-39")]
    public async Task A_patients_identity_stands_apart_and_only_quality_sees_it()
    {
        var patient = RunningLab.Id("PT");
        var made = await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "1958-03-14", identity = new { name = "Somebody Real" } });
        made.ShouldBe(201).Text.ShouldNotContain("Somebody");
        (await lab.Get("tech01", $"/patients/{patient}/identity")).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Get("qa01", $"/patients/{patient}/identity")).ShouldBe(200)["name"].GetValue<string>().ShouldBe("Somebody Real");
        (await lab.Post("tech01", "/donors", new { donorRef = RunningLab.Id("DN"), autologousFor = "PT-NOBODY" })).ShouldBeRefused(422, "VAL-FORMAT");
    }

    [Fact]
    public async Task A_clean_room_session_is_opened_and_closed_once_with_its_limits_flagged()
    {
        var id = RunningLab.Id("EM");
        object Open(string[] operators) => new { sessionId = id, roomId = "R-1", cabinetId = "BSC-1", batchIds = new[] { "CEA-26-0001" }, operatorIds = operators, startAt = lab.Now().ToString("O") };
        object Close(int particles, string? comment = null) => new { endAt = lab.Now().ToString("O"), particles05PerM3 = particles, particles50PerM3 = 4, plates = new[] { new { plateId = "PL-1", kind = "Settle", grade = "A" } }, comment };
        (await lab.Post("tech02", "/em-sessions", Open(["nobody"]))).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post("tech02", "/em-sessions", Open(["tech01", "tech02"]))).ShouldBe(201);
        (await lab.Post("tech02", $"/em-sessions/{id}/close", Close(3521))).ShouldBeRefused(422, "VAL-COMMENT")["flags"]![0]!["code"]!.GetValue<string>().ShouldBe("OutOfWindow");
        (await lab.Post("tech02", $"/em-sessions/{id}/close", Close(3521, "Counter was next to the door"))).ShouldBe(200);
        (await lab.Post("tech02", $"/em-sessions/{id}/close", Close(100))).ShouldBeRefused(422, "STATE-TRANSITION");
        (await lab.Post("tech02", "/em-sessions/EM-NONE/close", Close(100))).ShouldBeRefused(404, "NOT-FOUND");
    }
}
