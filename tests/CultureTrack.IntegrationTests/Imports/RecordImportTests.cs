using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Proof;
using CultureTrack.IntegrationTests.Api;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Events;
using CultureTrack.Store.Proof;
using Npgsql;

namespace CultureTrack.IntegrationTests.Imports;

/// <summary>Records made elsewhere: batches that lived before the system, and passports of another installation.</summary>
[Collection(LabCollection.Name)]
public sealed class RecordImportTests(RunningLab lab, PostgresFixture postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("culturetrack-import-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CommandLine.Ended> Run(string connection, params string[] words) =>
        CommandLine.Run([("DataDirectory", Path.Combine(_folder, "data")), ("ConnectionStrings:CultureTrack", connection)], words);

    private async Task<string> File(string name, IEnumerable<object> lines)
    {
        var path = Path.Combine(_folder, name);
        await System.IO.File.WriteAllLinesAsync(path, lines.Select(l => l as string ?? JsonSerializer.Serialize(l)), Ct);
        return path;
    }

    /// <summary>A batch of 2024 up to its first seeding, with people who have no account here.</summary>
    private async Task<(string Id, List<object> Lines)> OldBatch()
    {
        var n = RunningLab.Id("X")[2..];
        await lab.Post("tech01", "/patients", new { patientRef = $"PT-{n}", secondIdentifier = $"1958-03-{n}" });
        await lab.Post("tech01", "/donors", new { donorRef = $"DN-{n}", autologousFor = $"PT-{n}" });
        var (id, isolation) = ($"ADSC-24-{n}", Guid.CreateVersion7());
        var registration = RunningLab.Registration(n);
        registration["plannedUseAt"] = "2024-03-05T09:00:00Z";
        object Line(string type, string at, object data, string role = "T", Guid? eventId = null) =>
            new { batchId = id, type, occurredAt = $"2024-{at}Z", actor = role == "T" ? "old-tech" : "old-qa", role, data, eventId };
        return (id,
        [
            "# Paper record, transcribed", Line("BatchRegistered", "02-05T09:00:00", registration),
            Line("ConsentRecorded", "02-05T09:10:00", new { consentRef = "C-1", signedAt = "2024-02-01T10:00:00Z", scope = new[] { "Trial" } }),
            Line("DonorEligibilityDetermined", "02-05T09:20:00", new { status = "AutologousExempt" }, "QA"),
            Line("TissueReceived", "02-06T09:00:00", new
            {
                tissue = "Lipoaspirate", din = "A999926000002", dinFlag = "00", dinCheck = "6", quantity = 120, quantityUnit = "mL", procuredAt = "2024-02-06T06:00:00Z", receivedAt = "2024-02-06T09:00:00Z",
                transitMinC = 18.0, transitMaxC = 18.0, containerIntact = true, coi = new[] { $"PT-{n}", $"1958-03-{n}" }, coiMatches = 2,
            }),
            Line("TissueAccepted", "02-06T09:30:00", new { }),
            Line("IsolationPerformed", "02-06T11:00:00", new { cellLine = "Msc", method = "Collagenase", enzymeLot = "COL-OLD", durationMin = 45, tempC = 37.0, totalNucleated = 2.22e7, viabilityPct = 82.0 }, eventId: isolation),
            Line("VesselsSeeded", "02-06T12:00:00", new
            {
                purpose = "Culture", cellLine = "Msc", sourceIds = new[] { isolation }, vessels = new[] { new { id = $"OLD-{n}", type = "T175", areaCm2 = 175 } }, viableSeeded = 1.75e6, cellsPerCm2 = 10000, passage = 0,
                mediumLot = "MED-OLD", mediumMl = 35,
            }),
        ]);
    }

    [Fact]
    public async Task A_batch_that_lived_before_the_system_is_taken_whole_once_and_is_never_releasable()
    {
        var (id, lines) = await OldBatch();
        var (other, broken) = await OldBatch();
        broken.RemoveAt(6);    // seeded from an isolation that nobody tells of
        var file = await File("old.ndjson", lines.Concat(broken));

        var dry = await Run(lab.RuntimeConnectionString, "import", "batches", file, "--dry-run", "--json");
        dry.ExitCode.ShouldBe(1, dry.Output + dry.Errors);
        (await lab.Get("qa01", $"/batches/{id}")).ShouldBeRefused(404, "NOT-FOUND");

        var run = await Run(lab.RuntimeConnectionString, "import", "batches", file, "--json");
        run.ExitCode.ShouldBe(1, run.Errors);
        var batches = JsonNode.Parse(run.Output)!["batches"]!.AsArray();
        batches.Select(b => ((string)b!["batchId"]!, (string)b["outcome"]!)).ShouldBe([(id, "Imported"), (other, "Refused")]);
        var finding = batches[1]!["findings"]![0]!;
        finding["line"]!.GetValue<int>().ShouldBe(lines.Count + broken.Count, run.Output);
        (finding["code"]!.GetValue<string>(), finding["field"]!.GetValue<string>()).ShouldBe(("STATE-PHASE", "type"));
        (await lab.Get("qa01", $"/batches/{other}")).ShouldBeRefused(404, "NOT-FOUND");

        var batch = (await lab.Get("qa01", $"/batches/{id}")).ShouldBe(200);
        (batch["state"].GetValue<string>(), batch["phase"].GetValue<string>()).ShouldBe(("InProcess", "P0"));
        var events = (await lab.Get("qa01", $"/batches/{id}/events"))["items"].AsArray();
        events.Where(e => (string)e!["origin"]! != "System").Select(e => (string)e!["origin"]!).Distinct().ShouldBe(["Imported"]);
        events[0]!["occurredAt"]!.GetValue<DateTimeOffset>().Year.ShouldBe(2024);
        events[0]!["recordedAt"]!.GetValue<DateTimeOffset>().Year.ShouldBe(2026);
        var verdict = (await lab.Get("qa01", $"/batches/{id}/release")).ShouldBe(200);
        verdict["verdict"].GetValue<string>().ShouldBe("BLOCKED");
        verdict["reasons"].AsArray().ShouldContain(r => (string)r!["id"]! == "IMPORTED" && (string)r["code"]! == "OPEN");
        (await lab.Get("qa01", $"/batches/{id}/exceptions"))["items"].AsArray().Count(i => (string)i!["kind"]! == "Uncovered").ShouldBe(lines.Count - 1);
        (await lab.Get("qa01", $"/audit?target={id}"))["items"].AsArray().ShouldContain(a => (string)a!["command"]! == "import batches");
        // It goes on here like any other batch, and stays what it is.
        (await lab.Enter("tech01", id, "DeviationOpened", new { text = "Lid was open", @class = "Minor" })).ShouldBe(201);

        var again = await Run(lab.RuntimeConnectionString, "import", "batches", await File("again.ndjson", lines));
        (again.ExitCode, again.Output.Contains("unchanged", StringComparison.Ordinal)).ShouldBe((0, true), again.Output + again.Errors);
        var longer = await Run(lab.RuntimeConnectionString, "import", "batches", await File("longer.ndjson", lines.SkipLast(1)));
        (longer.ExitCode, longer.Output.Contains("VAL-DUPLICATE", StringComparison.Ordinal)).ShouldBe((1, true), longer.Output);
        await lab.Post("qa01", "/checkpoints", null);
        (await lab.Post("qa01", "/verification", null))["findings"].AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not json", "VAL-BODY")]
    [InlineData("""{"batchId":"ADSC-24-9999","type":"Nothing","occurredAt":"2024-01-01T00:00:00Z","actor":"a","role":"T"}""", "VAL-FORMAT")]
    [InlineData("""{"batchId":"ADSC-24-9999","type":"TissueAccepted","occurredAt":"2024-01-01T00:00:00Z","actor":"a","role":"SYS"}""", "VAL-FORMAT")]
    [InlineData("""{"batchId":"ADSC-24-9999","type":"TissueAccepted","actor":"a","role":"T"}""", "VAL-REQUIRED")]
    [InlineData("""{"batchId":"ADSC-24-9999","type":"TissueAccepted","occurredAt":"2024-01-01T00:00:00Z","actor":"a","role":"T","password":"x"}""", "VAL-BODY")]
    [InlineData("", "VAL-REQUIRED")]
    public void A_line_that_is_no_entry_is_told_with_its_number(string line, string code)
    {
        var (lines, findings) = Server.Imports.BatchFile.Read(["# a file", line], DateTimeOffset.UnixEpoch);
        (lines.Count, findings[0].Code).ShouldBe((0, code));
        if (line.Length > 0) findings[0].Line.ShouldBe(2);
    }

    [Fact]
    public async Task R33_A_passport_is_imported_read_only_elsewhere_and_exported_again_with_equal_hashes()
    {
        var batch = await lab.NewBatch();
        (await lab.Enter("tech01", batch, "ConsentRecorded", new { consentRef = "C-1", signedAt = lab.Now().AddDays(-2), scope = new[] { "Trial" } })).ShouldBe(201);
        var token = Path.Combine(_folder, "token.txt");
        await System.IO.File.WriteAllTextAsync(token, (await lab.Post("qa01", "/tokens", new { name = "Archive", scopes = new[] { "read" }, expiresAt = lab.Now().AddDays(1) })).ShouldBe(201)["token"].GetValue<string>(), Ct);
        var exported = await CommandLine.Run([("DataDirectory", _folder)], "export", batch, "--to", _folder, "--server", lab.Http.BaseAddress!.ToString(), "--token-file", token, "--json");
        exported.ExitCode.ShouldBe(0, exported.Output + exported.Errors);
        var zip = Path.Combine(_folder, $"{batch}-passport.zip");
        var key = Path.Combine(_folder, "their.pem");
        await System.IO.File.WriteAllTextAsync(key, (await lab.Get(null, "/signing-key")).Text, Ct);

        var other = await (await postgres.CreateDatabase()).Migrated(new EventStoreMigration(Features.All), new ChainStart());
        var first = await Run(other.RuntimeConnectionString, "import", "passport", zip, "--trust", key, "--json");
        first.ExitCode.ShouldBe(0, first.Output + first.Errors);
        var imported = JsonNode.Parse(first.Output)!;
        ((string)imported["outcome"]!, (string)imported["passport"]!["batchId"]!, (bool)imported["passport"]!["signerKnown"]!).ShouldBe(("Imported", batch, true));
        (await Run(other.RuntimeConnectionString, "import", "passport", zip)).Output.ShouldContain("is here already");
        var bytes = await System.IO.File.ReadAllBytesAsync(zip, Ct);
        var bad = (byte[])bytes.Clone();
        bad[bad.Length / 2] ^= 1;
        await System.IO.File.WriteAllBytesAsync(zip, bad, Ct);
        (await Run(other.RuntimeConnectionString, "import", "passport", zip)).ExitCode.ShouldBe(1);

        await using var source = NpgsqlDataSource.Create(other.RuntimeConnectionString);
        var passports = new ImportedPassports(source, TimeProvider.System);
        var kept = (await passports.All(Ct)).ShouldHaveSingleItem();
        (await passports.File(kept.Sha256, Ct)).ShouldBe(bytes);
        var hashes = (await passports.Events(kept.Sha256, Ct))!.Select(e => e.GetProperty("hash").GetString()!).ToList();
        await using var own = NpgsqlDataSource.Create(lab.RuntimeConnectionString);
        hashes.ShouldBe((await new ChainReader(own).Stream(batch, Ct)).Select(e => e.Hash));
        kept.HeadHash.ShouldBe(hashes[^1]);
        (await Should.ThrowAsync<PostgresException>(async () =>
        {
            await using var change = source.CreateCommand("update proof.imported_passports set signer_known = false");
            await change.ExecuteNonQueryAsync(Ct);
        })).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Imported_passports_are_read_over_HTTP_and_are_no_batch_that_anybody_could_work_on()
    {
        var file = await Passport(await lab.NewBatch());
        await using var source = NpgsqlDataSource.Create(lab.RuntimeConnectionString);
        var (kept, _, _) = await new ImportedPassports(source, TimeProvider.System).Add(file, [], "somebody", dryRun: false, Ct);
        var listed = (await lab.Get("tech01", "/imported-passports"))["items"].AsArray().Single(i => (string)i!["sha256"]! == kept!.Sha256)!;
        ((bool)listed["signerKnown"]!, (string)listed["batchId"]!).ShouldBe((false, kept!.BatchId));
        (await lab.Get("tech01", $"/imported-passports/{kept.Sha256}/events"))["items"].AsArray().Count.ShouldBe((int)kept.Version);
        (await lab.Get("tech01", "/imported-passports/none/events")).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("qa02", $"/imported-passports/{kept.Sha256}/events", new { type = "TissueAccepted", data = new { } })).ShouldBeRefused(404, "NOT-FOUND");
    }

    private async Task<byte[]> Passport(string batch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/batches/{batch}/passport.zip");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await lab.FreshToken("qa01"));
        using var response = await lab.Http.SendAsync(request, Ct);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Ct);
    }
}
