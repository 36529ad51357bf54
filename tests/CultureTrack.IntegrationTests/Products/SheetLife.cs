using System.Globalization;
using System.Text.Json.Nodes;
using CultureTrack.IntegrationTests.Api;

namespace CultureTrack.IntegrationTests.Products;

/// <summary>The life of one limbal sheet, entry by entry, as people at the bench and in the laboratory make it over HTTP.</summary>
internal sealed class SheetLife(RunningLab lab)
{
    private const string Batch = "LES-26-0001";

    public static DateTimeOffset Time(string at) => DateTimeOffset.ParseExact($"2026-{at} +00:00", "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    public async Task On(string at) => (await lab.Put(RunningLab.Admin, "/clock", new { now = Time(at) })).ShouldBe(200);

    public async Task<Reply> Do(string user, string type, object data, string? verify = null, string? sign = null, string? comment = null) => (await lab.Post(user, $"/batches/{Batch}/events", new
    {
        type,
        data,
        comment,
        verification = verify is null ? null : RunningLab.Sign("Verified", verify),
        signature = sign is null ? null : RunningLab.Sign(sign, user),
    })).ShouldBe(201);

    public async Task Lots()
    {
        foreach (var (lotId, kind) in new[] { ("LES-ENZ", "Enzyme"), ("LES-SCF", "Scaffold") })
        {
            (await lab.Post("tech01", "/materials", new { lotId, kind, supplier = "Northmed", expiresAt = "2027-06-30T23:59:59Z", quantity = 10, unit = "mL" })).ShouldBe(201);
            (await lab.Post("qa01", $"/materials/{lotId}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        }
        (await lab.Post(RunningLab.Admin, "/incubators", IncubatorApiTests.Incubator("INC-LES"))).ShouldBe(201);
        (await lab.Post("tech01", "/patients", new { patientRef = "PT-LES", secondIdentifier = "1975-05-05" })).ShouldBe(201);
        (await lab.Post("tech01", "/donors", new { donorRef = "DN-LES", autologousFor = "PT-LES" })).ShouldBe(201);
    }

    public static JsonObject Registration()
    {
        var order = RunningLab.Registration("LES");
        foreach (var (name, value) in new (string, JsonNode)[] { ("batchId", Batch), ("productType", "LES"), ("specId", "LES"), ("orderedQty", 1), ("orderedUnit", "sheet"), ("plannedUseAt", "2026-03-16T18:00:00Z") }) order[name] = value;
        foreach (var name in new[] { "patientWeightKg", "doseVolumeMl", "administrationHours", "route" }) order.Remove(name);
        return order;
    }

    public async Task Grown()
    {
        await Do("tech01", "ConsentRecorded", new { consentRef = "CONS-LES", signedAt = "2026-02-27T09:00:00Z", scope = new[] { "Trial" } });
        await Do("qa01", "DonorEligibilityDetermined", new { status = "AutologousExempt" });
        await On("03-02 09:00");
        await Do("tech01", "TissueReceived", new
        {
            tissue = "Skin",
            din = "A999926000001",
            dinFlag = "00",
            dinCheck = "8",
            quantity = 1,
            quantityUnit = "cm2",
            procuredAt = "2026-03-02T06:00:00Z",
            receivedAt = "2026-03-02T09:00:00Z",
            transitMinC = 4,
            transitMaxC = 4,
            containerIntact = true,
            coi = new[] { "PT-LES", "1975-05-05" },
            coiMatches = 2,
        }, verify: "tech02");
        await Do("tech01", "TissueAccepted", new { });
        await On("03-02 10:00");
        await Do("tech01", "IsolationPerformed", new { cellLine = "Keratinocyte", method = "DispaseTrypsin", enzymeLot = "LES-ENZ", durationMin = 60, tempC = 37, totalNucleated = 1.0e6, viabilityPct = 90 });
        await On("03-02 11:00");
        await Do("tech01", "ScaffoldSeeded", new { scaffoldLot = "LES-SCF", kind = "Collagen", areaCm2 = 9, cellsPerCm2 = 1.0e5, constructs = new[] { new { id = "LS-1", type = "membrane", areaCm2 = 9 } } });
        await Shelved("03-02 11:08");
        await On("03-02 11:10");
        await Do("tech01", "MovedIntoIncubator", new { vesselIds = new[] { "LS-1" }, incubatorId = "INC-LES", shelf = 1 });
        await On("03-02 11:40");
        await Silenced();
        await On("03-03 11:00");
        await Do("tech01", "AttachmentAssessed", new { constructIds = new[] { "LS-1" }, atHours = 24, attachedPct = 88 });
        await On("03-13 10:00");
        await Sample("C-04", "CellsAndSupernatant", 20, incubates: true);
    }

    // Put aside just before the vessel goes in, for longer than that.
    private async Task Shelved(string at)
    {
        await On(at);
        var alarm = (await lab.Get("tech01", "/alarms?incubator=INC-LES"))["items"].AsArray().Single()!["alarmId"]!.GetValue<string>();
        (await lab.Post("tech01", $"/alarms/{alarm}/shelve", new { until = lab.Now().AddMinutes(30), reason = "Read at its own display" })).ShouldBe(200);
    }

    // Nothing sends for this incubator; whoever is told once need not be told again every quarter of an hour for a fortnight.
    private async Task Silenced()
    {
        foreach (var alarm in (await lab.Get("tech01", "/alarms?pageSize=1000"))["items"].AsArray().Where(a => a!["incubatorId"]!.GetValue<string>() == "INC-LES"))
            (await lab.Post("tech01", $"/alarms/{alarm!["alarmId"]!.GetValue<string>()}/acknowledge", new { cause = "Not connected yet", action = "Read by hand twice a day" })).ShouldBe(200);
    }

    public async Task Packed()
    {
        string[] unit = ["LS-1"];
        await On("03-16 09:30");
        (await lab.Post("tech02", "/em-sessions", new { sessionId = "EM-LES", roomId = "R-1", cabinetId = "BSC-1", batchIds = new[] { Batch }, operatorIds = new[] { "tech01" }, startAt = Time("03-16 09:30") })).ShouldBe(201);
        await On("03-16 09:50");
        await Do("tech01", "LabelsPrinted", new
        {
            containerIds = unit,
            copies = 1,
            reprint = false,
            texts = new[] { "FOR AUTOLOGOUS USE ONLY", "PT-LES 1975-05-05", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "Caution: new drug", Batch, "DIN A999926000001", "STERILITY TEST PENDING", "15-25 °C", "For ocular use" },
        });
        await On("03-16 10:00");
        await Do("tech01", "FillPerformed", new { containers = new[] { new { id = "LS-1", volumeMl = 20, areaCm2 = 9 } }, excipients = Array.Empty<string>(), storageC = 20, coiMatches = 2 }, verify: "tech02");
        (await lab.Post("tech02", "/em-sessions/EM-LES/close", new { endAt = Time("03-16 10:00"), particles05PerM3 = 900, particles50PerM3 = 3, plates = new[] { new { plateId = "PL-LES", kind = "Settle", grade = "A" } } })).ShouldBe(200);
        await Do("tech01", "LabelsReconciled", new { printed = 1, applied = 1, destroyed = 0, retained = 0 }, verify: "tech02");
        await Do("tech01", "UnitsInspected", new { units = new[] { new { containerId = "LS-1", result = "Pass", defects = Array.Empty<string>(), tearMm = 0 } } }, verify: "tech02");
    }

    public async Task FastTestsDone()
    {
        await On("03-16 11:30");
        await Result("C-04", "Interim", new { qualitative = "Negative" });
        await Sample("C-06", "FinalProduct", 5, incubates: true);
        await Sample("C-11", "Plate", null, incubates: true);
        foreach (var (criterion, matrix, value) in new (string, string, object)[]
        {
            ("C-05", "FinalProduct", new { qualitative = "Negative" }), ("C-07", "CellsAndSupernatant", new { qualitative = "NotDetected", lod = 10, lodUnit = "CFU/mL" }),
            ("LES-01", "Extract", new { value = 91, unit = "%" }), ("LES-02", "Extract", new { value = 5.2, unit = "%" }), ("LES-04", "Extract", new { value = 0.05, unit = "EU/mL" }),
        })
        {
            await Sample(criterion, matrix, 2);
            await Result(criterion, "Final", value);
        }
    }

    public async Task Sample(string criterion, string matrix, decimal? volumeMl, bool incubates = false)
    {
        var now = lab.Now();
        await Do("tech01", "SampleTaken", new { sampleId = $"S-{criterion}", criteria = new[] { criterion }, matrix, volumeMl, sourceIds = Array.Empty<string>(), collectedAt = now });
        await Do("qc01", "QcTestStarted", new { testId = $"T-{criterion}", sampleId = $"S-{criterion}", criterionId = criterion, methodVersion = 1, incubationStartedAt = incubates ? now : (DateTimeOffset?)null });
    }

    public async Task Result(string criterion, string kind, object value)
    {
        await Do("qc01", "QcResultRecorded", new { resultId = $"R-{criterion}", testId = $"T-{criterion}", kind, values = new[] { value }, controlsValid = true });
        await Do("qc02", "QcResultApproved", new { resultId = $"R-{criterion}" }, sign: "Approved");
    }

    public async Task Reviewed()
    {
        await On("03-16 12:00");
        await Do("tech01", "ReviewSubmitted", new { openItems = Array.Empty<string>() }, verify: "tech02");
        var metrics = (await lab.Get("qa01", $"/batches/{Batch}/exposure"))["metrics"].AsArray();
        var toAssess = metrics.Where(m => m!["band"]!.GetValue<string>() == "ASSESS").Select(m => m!["id"]!.GetValue<string>()).ToArray();
        if (toAssess.Length > 0)
            await Do("qa01", "ExcursionAssessed", new { criteria = toAssess, excursionIds = Array.Empty<string>(), impact = "Acceptable", rationale = "The incubator has a display of its own, read twice a day." });
        var exceptions = (await lab.Get("qa01", $"/batches/{Batch}/exceptions")).ShouldBe(200);
        var seen = exceptions["items"].AsArray().Where(i => i!["kind"]!.GetValue<string>() != "Refused").Select(i => i!["exceptionId"]!.GetValue<string>()).ToArray();
        // An alarm that was shelved while the sheet was inside is one of the things to tick (R-36).
        var shelved = exceptions["items"].AsArray().Single(i => i!["kind"]!.GetValue<string>() == "Shelved")!["exceptionId"]!.GetValue<string>();
        (await lab.Post("qa01", $"/batches/{Batch}/events", new
        {
            type = "RecordReviewed",
            data = new { scopeVersion = exceptions["scopeVersion"].GetValue<long>(), exceptionsSeen = seen.Where(s => s != shelved), auditTrailReviewed = true },
            signature = RunningLab.Sign("Reviewed", "qa01"),
        })).ShouldBeRefused(422, "STATE-GUARD");
        await Do("qa01", "RecordReviewed", new { scopeVersion = exceptions["scopeVersion"].GetValue<long>(), exceptionsSeen = seen, auditTrailReviewed = true }, sign: "Reviewed");
        await Do("qa01", "PhysicianInformed", new { contact = "Dr A. Moreau", method = "Telephone", about = "PendingTests", informedAt = lab.Now() });
    }

    public Task<Reply> Verdict() => lab.Get("qa02", $"/batches/{Batch}/release");

    public async Task<Reply> Sign(string kind, string meaning)
    {
        var verdict = await Verdict();
        return await Do("qa02", "DispositionSigned", new
        {
            kind,
            verdictVersion = verdict["version"].GetValue<long>(),
            verdict = verdict["verdict"].GetValue<string>(),
            pending = verdict["pending"].AsArray().Select(p => p!.GetValue<string>()).ToArray(),
            reasons = Array.Empty<string>(),
        }, sign: meaning);
    }
}
