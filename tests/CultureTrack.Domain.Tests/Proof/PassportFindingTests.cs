using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Proof;

/// <summary>What a verifier says of a passport that was sealed rightly around something wrong, and of one that is not whole.</summary>
public sealed class PassportFindingTests
{
    private const string Checkpoint = "CHECKPOINT manifest.json checkpoint";
    private readonly SealedBatch _batch = new();

    private List<PassportEntry> Files => [.. PassportArchive.Read(_batch.Seal())];

    private PassportManifest Manifest => JsonSerializer.Deserialize<PassportManifest>(Files[0].Packed, RecordJson.Options)!;

    /// <summary>Sealed anew by the laboratory's own key, with other files or another manifest.</summary>
    private byte[] Resealed(Func<PassportManifest, PassportManifest>? manifest = null, Func<IEnumerable<PassportEntry>, IEnumerable<PassportEntry>>? files = null) =>
        Passport.Seal(manifest is null ? Manifest : manifest(Manifest), files is null ? Files.Skip(3) : files(Files.Skip(3)), SealedBatch.Key);

    private static string[] Found(byte[] passport) => [.. SealedBatch.Verify(passport).Findings.Select(f => $"{f.Code} {f.Where}")];
    private string[] Packed(Func<PassportEntry, PassportEntry?> change) => Found(PassportArchive.Write([.. Files.Select(change).OfType<PassportEntry>()]));
    private static Func<PassportEntry, PassportEntry?> Without(string path) => e => e.Path == path ? null : e;
    private static Func<PassportEntry, PassportEntry?> With(string path, byte[] content) => e => e.Path == path ? PassportEntry.Of(path, content) : e;

    [Fact]
    public void A_report_says_what_was_read_and_who_signed()
    {
        var report = SealedBatch.Verify(_batch.Seal());
        (report.BatchId, report.Version, report.KeyId, report.SignerKnown, report.Events, report.Signatures, report.Rehearsal)
            .ShouldBe(("material/MED-26-01", 3L, SealedBatch.Key.Public.Id, true, 3, 2, false));
        SealedBatch.Verify(Resealed(m => m with { Rehearsal = true })).Rehearsal.ShouldBeTrue();
        new PassportVerifier([SigningKey.Create().Key.Public, SealedBatch.Key.Public]).Verify(_batch.Seal()).IsProven.ShouldBeTrue();
    }

    [Fact]
    public void Without_a_manifest_or_a_key_nothing_else_can_be_told()
    {
        Packed(Without("manifest.json")).ShouldBe(["MANIFEST manifest.json"]);
        Packed(With("manifest.json", "{}"u8.ToArray())).ShouldBe(["MANIFEST manifest.json"]);
        Packed(With("manifest.json", "no json"u8.ToArray())).ShouldBe(["MANIFEST manifest.json"]);
        Packed(Without("key.pem")).ShouldBe(["KEY key.pem"]);
        Packed(With("key.pem", "no key"u8.ToArray())).ShouldBe(["KEY key.pem"]);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Packed(With("key.pem", Encoding.UTF8.GetBytes(other.ExportSubjectPublicKeyInfoPem()))).ShouldBe(["KEY key.pem"]);
        var report = SealedBatch.Verify(PassportArchive.Write([.. Files.Where(f => f.Path != "key.pem")]));
        (report.BatchId, report.KeyId, report.SignerKnown, report.Events).ShouldBe(("material/MED-26-01", null, false, 0));
    }

    [Fact]
    public void A_manifest_of_another_format_is_not_read()
    {
        Found(Resealed(m => m with { Format = 2 })).ShouldBe(["MANIFEST manifest.json"]);
        SealedBatch.Verify(Resealed(m => m with { Format = 0 })).BatchId.ShouldBeNull();
    }

    [Fact]
    public void A_key_written_otherwise_or_a_signature_that_is_not_there_is_found()
    {
        Packed(With("key.pem", Encoding.UTF8.GetBytes(SealedBatch.Key.Public.Pem + "\n"))).ShouldBe(["KEY key.pem"]);
        Packed(Without("manifest.sig")).ShouldBe(["SIGNATURE manifest.sig"]);
        Packed(With("manifest.sig", [1, 2, 3])).ShouldBe(["SIGNATURE manifest.sig"]);
    }

    [Fact]
    public void A_file_that_is_missing_changed_added_or_there_twice_is_found()
    {
        const string csv = "telemetry/INC-02/temperature.csv";
        Packed(Without(csv)).ShouldBe([$"FILE {csv}"]);
        var content = PassportArchive.Content(Files.Single(f => f.Path == csv));
        content[0] ^= 1;
        Packed(With(csv, content)).ShouldBe([$"FILE {csv}"]);
        Packed(With(csv, content[1..])).ShouldBe([$"FILE {csv}"]);
        Found(PassportArchive.Write([.. Files, PassportEntry.Of("extra.txt", [1])])).ShouldBe(["FILE extra.txt"]);
        Found(PassportArchive.Write([.. Files, Files[^1]])).ShouldBe([$"ARCHIVE {csv}"]);
    }

    [Fact]
    public void A_file_that_is_packed_otherwise_is_found()
    {
        const string csv = "telemetry/INC-02/temperature.csv";
        Packed(e => e.Path == csv ? new(csv, PassportArchive.Content(e), false, e.Crc, e.Bytes) : e).ShouldBe([$"ARCHIVE {csv}"]);
        Packed(e => e.Path == csv ? e with { Crc = e.Crc ^ 1 } : e).ShouldBe([$"FILE {csv}", $"FILE {csv}"], "damaged, and so not there");
    }

    [Fact]
    public void A_manifest_that_does_not_list_events_or_signatures_is_found()
    {
        Found(Resealed(files: f => f.Where(e => e.Path != Passport.EventsPath))).ShouldBe(["FILE events.ndjson", "FILE signatures.ndjson", "EVENT events.ndjson"]);
        Found(Resealed(files: f => f.Where(e => e.Path != Passport.SignaturesPath))).ShouldBe(["FILE signatures.ndjson", "FILE signatures.ndjson"]);
    }

    [Fact]
    public void Signatures_are_those_of_the_events_in_their_order()
    {
        Found(Resealed(files: f => f.Select(e => e.Path == Passport.SignaturesPath ? Passport.Signatures(_batch.Events.Reverse()) : e))).ShouldBe(["FILE signatures.ndjson"]);
        Found(Resealed(files: f => f.Select(e => e.Path == Passport.SignaturesPath ? Passport.Signatures(_batch.Events.Take(2)) : e))).ShouldBe(["FILE signatures.ndjson"]);
    }

    [Fact]
    public void A_document_is_a_PDF_made_from_this_version()
    {
        var made = Passport.MadeFrom(Manifest.Head);
        string[] Document(string path, string content) => Found(Resealed(files: f => f.Append(PassportEntry.Of(path, Encoding.ASCII.GetBytes(content)))));
        Document("record.pdf", $"%PDF-1.4 {made}").ShouldBeEmpty();
        Document("record.pdf", $" %PDF-1.4 {made}").ShouldBe(["DOCUMENT record.pdf"]);
        Document("coa.pdf", "%PDF-1.4").ShouldBe(["DOCUMENT coa.pdf"]);
        Document("letter.pdf", "%PDF-1.4").ShouldBeEmpty();
    }

    [Fact]
    public void A_link_that_is_no_hash_leads_nowhere() =>
        Found(Resealed(files: f => f.Select(e => e.Path == Passport.EventsPath ? Passport.Events([_batch.Events[0] with { PrevHash = "no hash" }, .. _batch.Events.Skip(1)]) : e)))
            .ShouldBe(["LINK events.ndjson line 1, version 1", "CHANGED events.ndjson line 1, version 1"]);

    [Fact]
    public void A_checkpoint_covers_the_head_by_its_way_and_carries_its_own_signature()
    {
        Found(Resealed(m => m with { Checkpoint = null })).ShouldBe([Checkpoint]);
        Found(Resealed(m => m with { Checkpoint = m.Checkpoint! with { Path = [] } })).ShouldBe([Checkpoint]);
        Found(Resealed(m => m with { Checkpoint = m.Checkpoint! with { Path = [new("above", "00")] } })).ShouldBe([Checkpoint]);
        Found(Resealed(m => m with { Checkpoint = m.Checkpoint! with { Signature = "no base64!" } })).ShouldBe([Checkpoint]);
        Found(Resealed(m => m with { Checkpoint = m.Checkpoint! with { Signature = Convert.ToBase64String(new byte[70]) } })).ShouldBe([Checkpoint]);
        Found(Resealed(m => m with { Checkpoint = m.Checkpoint! with { Text = "null" } })).ShouldBe([Checkpoint]);
        Found(Resealed(m => m with { Head = m.Head with { Version = 4 } })).ShouldBe(["HEAD events.ndjson", Checkpoint]);
    }

    [Fact]
    public void For_a_checkpoint_of_an_earlier_key_the_signature_of_the_manifest_vouches()
    {
        var body = Manifest.Checkpoint!.Checkpoint.Body with { KeyId = "0123456789abcdef" };
        Found(Resealed(m => m with { Checkpoint = m.Checkpoint! with { Text = JsonSerializer.Serialize(body, RecordJson.Options) } })).ShouldBeEmpty();
    }

    [Fact]
    public void The_manifest_says_of_its_checkpoint_the_text_the_signature_and_the_way_and_nothing_twice() =>
        JsonSerializer.Deserialize<JsonElement>(Files[0].Packed).GetProperty("checkpoint").EnumerateObject().Select(m => m.Name).ShouldBe(["text", "signature", "path"]);

    [Theory]
    [InlineData("1e99999999999")]
    [InlineData("1e-99999999999")]
    public void A_number_that_no_program_can_hold_is_found_and_does_not_stop_the_verifier(string number) =>
        Found(With(_batch.Events[0].Event.Envelope.GetRawText().Replace("12.50", number, StringComparison.Ordinal))).ShouldContain(f => f.StartsWith("CHANGED events.ndjson line 1", StringComparison.Ordinal));

    [Theory]
    [InlineData("user")]
    [InlineData("meaning")]
    public void A_signature_of_nobody_or_for_nothing_is_found_and_does_not_stop_the_verifier(string member)
    {
        var signed = SealedBatch.With(_batch.Events[1], e => e["signature"]![member] = null);
        Found(_batch.Seal([_batch.Events[0], signed, _batch.Events[2]])).ShouldContain("RECORD-SIGNATURE events.ndjson line 2, version 2");
    }

    [Fact]
    public void A_text_that_is_no_text_is_found_and_does_not_stop_the_verifier() =>
        Found(With(_batch.Events[0].Event.Envelope.GetRawText().Replace("\"Supplier\"", "\"\\uD800\"", StringComparison.Ordinal))).ShouldContain(f => f.StartsWith("EVENT events.ndjson line 1", StringComparison.Ordinal) || f.StartsWith("CHANGED events.ndjson line 1", StringComparison.Ordinal));

    // The first line as it is given, with its link as it was.
    private byte[] With(string firstEnvelope)
    {
        var lines = Encoding.UTF8.GetString(PassportArchive.Content(Files.Single(f => f.Path == Passport.EventsPath))).Split('\n');
        var link = $",\"storedType\":\"{_batch.Events[0].Event.StoredType}\",\"prevHash\":\"{_batch.Events[0].PrevHash}\",\"hash\":\"{_batch.Events[0].Hash}\"}}";
        lines[0] = firstEnvelope[..^1] + link;
        return Resealed(files: f => f.Select(e => e.Path == Passport.EventsPath ? PassportEntry.Of(e.Path, Encoding.UTF8.GetBytes(string.Join('\n', lines))) : e));
    }
}
