using System.Diagnostics;
using System.Net.Http.Headers;
using CultureTrack.Domain.Proof;
using CultureTrack.IntegrationTests.Api;

namespace CultureTrack.IntegrationTests.Proof;

/// <summary>Passports, checkpoints, verification and the two clocks, over HTTP and with the verifiers people use.</summary>
[Collection(LabCollection.Name)]
public sealed class ProofApiTests(RunningLab lab)
{
    private async Task<byte[]> Passport(string batch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/batches/{batch}/passport.zip");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await lab.FreshToken("qa01"));
        using var response = await lab.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> Started()
    {
        var batch = await lab.NewBatch();
        var lot = RunningLab.Id("COL");
        await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "Northmed", expiresAt = "2027-06-30T23:59:59Z", quantity = 10, unit = "mg" });
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        await lab.Isolated(batch, lot);
        return batch;
    }

    [Fact]
    public async Task R33_A_passport_is_proven_by_both_verifiers_without_the_server()
    {
        var batch = await Started();
        var file = await Passport(batch);
        var pem = (await lab.Get(null, "/signing-key")).Text;
        var report = new PassportVerifier([PublicKey.Read(pem)]).Verify(file);
        report.Findings.ShouldBeEmpty();
        (report.IsProven, report.BatchId, report.Rehearsal).ShouldBe((true, batch, true));
        report.Events.ShouldBe((await lab.Get("tech01", $"/batches/{batch}"))["version"].GetValue<int>());
        report.Signatures.ShouldBeGreaterThan(0);
        PassportArchive.Read(file).Select(e => e.Path).ShouldBe(["manifest.json", "manifest.sig", "key.pem", "events.ndjson", "signatures.ndjson", "record.pdf", "coa.pdf", "spec.json", "excursions.ndjson"], ignoreOrder: true);

        var folder = Directory.CreateTempSubdirectory("culturetrack-passport-").FullName;
        try
        {
            string zip = Path.Combine(folder, "p.zip"), key = Path.Combine(folder, "key.pem");
            await File.WriteAllBytesAsync(zip, file, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(key, pem, TestContext.Current.CancellationToken);
            await BothSay(0, zip, "--trust", key);
            await BothSay(1, zip);
            await BothSay(2, Path.Combine(folder, "none.zip"));
            foreach (var bad in Attacks(file))
            {
                await File.WriteAllBytesAsync(zip, bad, TestContext.Current.CancellationToken);
                new PassportVerifier([PublicKey.Read(pem)]).Verify(bad).IsProven.ShouldBeFalse();
                (await Node(zip, "--trust", key)).ShouldBe(1);
            }
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    private static IEnumerable<byte[]> Attacks(byte[] good)
    {
        foreach (var at in Enumerable.Range(0, 12).Select(i => i * (good.Length - 1) / 11))
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x10;
            yield return bad;
        }
        yield return good[..^1];
        yield return PassportArchive.Write([.. PassportArchive.Read(good).SkipLast(1)]);
        yield return PassportArchive.Write([.. PassportArchive.Read(good).Select(e => e.Path == "events.ndjson" ? Without(e) : e)]);
    }

    private static PassportEntry Without(PassportEntry events)
    {
        var lines = System.Text.Encoding.UTF8.GetString(events.Packed).Split('\n');
        return PassportEntry.Of(events.Path, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines.Where((_, i) => i != 1))));
    }

    private static async Task BothSay(int code, params string[] words)
    {
        (await Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "culturetrack.dll"), "verify", .. words])).ShouldBe(code);
        (await Node(words)).ShouldBe(code);
    }

    private static Task<int> Node(params string[] words) => Run("node", [Path.Combine(Root(), "tools", "verify-passport.mjs"), .. words]);

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CultureTrack.sln"))) at = at.Parent!;
        return at.FullName;
    }

    private static async Task<int> Run(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["TZ"], start.Environment["LC_ALL"]) = ("Pacific/Auckland", "tr_TR.UTF-8");
        using var process = Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    [Fact]
    public async Task R06_The_running_store_is_proven_with_every_stream_of_every_kind()
    {
        await Started();
        var made = (await lab.Post("qa01", "/checkpoints", null)).ShouldBe(201);
        var again = (await lab.Post("adm01", "/checkpoints", null)).ShouldBe(201);
        again["number"].GetValue<long>().ShouldBeGreaterThanOrEqualTo(made["number"].GetValue<long>());
        (await lab.Post("tech01", "/checkpoints", null)).ShouldBeRefused(403, "SOD-ROLE");
        var report = (await lab.Post("qa01", "/verification", null)).ShouldBe(200);
        report["findings"].AsArray().ShouldBeEmpty(report.Text);
        report["isProven"].GetValue<bool>().ShouldBeTrue();
        report["events"].GetValue<int>().ShouldBeGreaterThan(10);
        report["streams"].GetValue<int>().ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task R03_Two_views_of_a_batch_can_be_compared_by_what_had_happened_and_by_what_was_known()
    {
        var batch = await lab.NewBatch();
        var before = lab.Now();
        await lab.Advance(TimeSpan.FromMinutes(10));
        // Told ten minutes later: it had happened, but nobody could know.
        (await lab.Post("tech01", $"/batches/{batch}/events", new { type = "DeviationOpened", occurredAt = before, data = new { text = "Lid was open", @class = "Minor" } })).ShouldBe(201);
        var unknown = (await lab.Get("qa01", $"/batches/{batch}?at={before:O}&knownAt={before:O}".Replace("+", "%2B", StringComparison.Ordinal))).ShouldBe(200);
        unknown["openDeviations"].AsArray().Count.ShouldBe(0);
        var known = (await lab.Get("qa01", $"/batches/{batch}?at={before:O}".Replace("+", "%2B", StringComparison.Ordinal))).ShouldBe(200);
        known["openDeviations"].AsArray().Count.ShouldBe(1);

        var diff = (await lab.Get("qa01", $"/batches/{batch}/diff?at={before:O}&knownAt={before:O}&otherAt={before:O}".Replace("+", "%2B", StringComparison.Ordinal))).ShouldBe(200);
        // The deviation, and the work of closing it.
        var changes = diff["changes"].AsArray();
        changes.Select(c => ((string)c!["path"]!).Split('[')[0]).ShouldBe(["openDeviations", "dueWork"]);
        changes[0]!["before"].ShouldBeNull();
        changes[0]!["after"]!["text"]!.GetValue<string>().ShouldBe("Lid was open");
        diff["eventIds"].AsArray().Count.ShouldBe(1);
        (await lab.Get("qa01", $"/batches/{batch}/diff")).ShouldBe(200)["changes"].AsArray().ShouldBeEmpty();
        (await lab.Get("qa01", $"/batches/{batch}/diff?at=yesterday")).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Get("qa01", "/batches/NONE-1/diff")).ShouldBeRefused(404, "NOT-FOUND");
    }
}
