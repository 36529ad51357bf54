using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Proof;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Proof;

/// <summary>The parts of a proof by themselves: keys, checkpoints, signatures inside events and the file around them.</summary>
public sealed class SignatureAndArchiveTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly CheckpointBody Body = new(1, 7, At, false, 3, 9, 3, new string('a', 64), CheckpointBody.NoneBefore, "0123456789abcdef");

    [Fact]
    public void A_key_is_known_by_the_hash_of_its_public_half_and_is_read_back_as_it_was()
    {
        var (key, pem) = SigningKey.Create();
        using var same = ECDsa.Create();
        same.ImportFromPem(pem);
        key.Public.Id.ShouldBe(Convert.ToHexString(SHA256.HashData(same.ExportSubjectPublicKeyInfo())).ToLowerInvariant()[..16]);
        SigningKey.Read(pem).Public.Pem.ShouldBe(key.Public.Pem);
        PublicKey.Read(key.Public.Pem).Id.ShouldBe(key.Public.Id);
        pem.ShouldEndWith("-----\n");
        key.Public.Pem.ShouldEndWith("-----\n");
    }

    [Fact]
    public void A_signature_holds_for_its_data_and_its_key_only()
    {
        var (key, pem) = SigningKey.Create();
        var signature = SigningKey.Read(pem).Sign("data"u8);
        key.Public.Verifies("data"u8, signature).ShouldBeTrue();
        key.Public.Verifies("date"u8, signature).ShouldBeFalse();
        SealedBatch.Key.Public.Verifies("data"u8, signature).ShouldBeFalse();
    }

    [Fact]
    public void A_checkpoint_is_its_text_byte_by_byte()
    {
        var checkpoint = Checkpoint.Sign(Body, SealedBatch.Key);
        checkpoint.Body.ShouldBe(Body);
        checkpoint.Hash.ShouldBe(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(checkpoint.Text))).ToLowerInvariant());
        checkpoint.IsSignedBy(SealedBatch.Key.Public).ShouldBeTrue();
        checkpoint.IsSignedBy(SigningKey.Create().Key.Public).ShouldBeFalse();
        (checkpoint with { Text = checkpoint.Text + " " }).IsSignedBy(SealedBatch.Key.Public).ShouldBeFalse();
        Should.Throw<JsonException>(() => (checkpoint with { Text = "null" }).Body);
        checkpoint.Text.ShouldBe($$"""{"format":1,"number":7,"madeAt":"2026-03-02T08:00:00.000Z","rehearsal":false,"streams":3,"events":9,"newHeads":3,"headsRoot":"{{new string('a', 64)}}","previous":"{{new string('0', 64)}}","keyId":"0123456789abcdef"}""");
    }

    private static JsonElement Envelope(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(new SealedBatch().Events[1].Event.Envelope.GetRawText())!.AsObject();
        change(json);
        return JsonSerializer.SerializeToElement(json);
    }

    private static (string, bool)[] Signatures(Action<JsonObject> change) => [.. RecordSignatures.Of(Envelope(change)).Select(s => (s.Field, s.IsValid))];

    [Fact]
    public void Every_signature_of_an_event_is_found_and_judged()
    {
        Signatures(_ => { }).ShouldBe([("signature", true)]);
        Signatures(e => e["verifiedBy"] = e["signature"]!.DeepClone()).ShouldBe([("verifiedBy", true), ("signature", true)]);
        Signatures(e => e["coSignature"] = new JsonObject()).ShouldBe([("coSignature", false), ("signature", true)]);
        Signatures(e => e["coSignature"] = "Ann").ShouldBe([("signature", true)]);
        Signatures(e => e["signature"] = null).ShouldBeEmpty();
        Signatures(e => e.Remove("signature")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("streamVersion")]
    [InlineData("contentHash")]
    [InlineData("user")]
    [InlineData("meaning")]
    public void A_signature_without_one_of_its_members_or_with_another_is_none(string member)
    {
        Signatures(e => e["signature"]!.AsObject().Remove(member)).ShouldBe([("signature", false)]);
        Signatures(e => e["signature"]![member] = true).ShouldBe([("signature", false)]);
        Signatures(e => e["signature"]![member] = null).ShouldBe([("signature", false)]);
        Signatures(e => e["signature"]![member] = member == "streamVersion" ? 3 : "else").ShouldBe([("signature", false)]);
    }

    [Theory]
    [InlineData("occurredAt")]
    [InlineData("version")]
    [InlineData("streamId")]
    [InlineData("eventId")]
    [InlineData("type")]
    [InlineData("data")]
    public void A_signature_of_an_event_that_lacks_a_member_or_says_it_otherwise_is_none(string member)
    {
        Signatures(e => e.Remove(member)).ShouldBe([("signature", false)]);
        Signatures(e => e[member] = true).ShouldBe([("signature", false)]);
        Signatures(e => e[member] = null).ShouldBe([("signature", false)]);
        Signatures(e => e[member] = "else").ShouldBe([("signature", false)]);
    }

    [Fact]
    public void Only_large_tables_are_compressed()
    {
        static bool Deflated(string path, int bytes) => PassportEntry.Of(path, new byte[bytes]).Deflated;
        (Deflated("a.csv", 4095), Deflated("a.csv", 4096), Deflated("a.pdf", 4096), Deflated("a.csv.txt", 9999)).ShouldBe((false, true, false, false));
        PassportEntry.Of("x", "123456789"u8.ToArray()).ShouldSatisfyAllConditions(e => e.Crc.ShouldBe(0xCBF43926u), e => e.Bytes.ShouldBe(9));
        var packed = PassportEntry.Of("a.csv", new byte[5000]);
        (packed.Bytes, packed.Packed.Length < 5000, PassportArchive.Content(packed).SequenceEqual(new byte[5000])).ShouldBe((5000, true, true));
    }

    [Fact]
    public void A_content_that_is_not_what_its_header_says_is_refused()
    {
        var stored = PassportEntry.Of("a", [1, 2, 3]);
        var packed = PassportEntry.Of("a.csv", new byte[5000]);
        PassportArchive.Content(stored).ShouldBe([1, 2, 3]);
        foreach (var bad in new[]
                 {
                     stored with { Crc = stored.Crc + 1 }, stored with { Bytes = 4 }, packed with { Crc = packed.Crc + 1 }, packed with { Bytes = 4999 }, packed with { Bytes = 5001 },
                     packed with { Packed = [0xFF, 0xFF, 0xFF] }, packed with { Packed = packed.Packed[..^8] },
                 }) Should.Throw<FormatException>(() => PassportArchive.Content(bad));
    }

    [Fact]
    public void The_file_is_a_zip_file_that_any_program_reads_without_times()
    {
        PassportEntry[] entries = [PassportEntry.Of("é.txt", "one"u8.ToArray()), PassportEntry.Of("b.csv", Encoding.ASCII.GetBytes(new string('x', 5000)))];
        var file = PassportArchive.Write(entries);
        using var zip = new ZipArchive(new MemoryStream(file));
        zip.Entries.Select(e => (e.FullName, e.Length, e.Crc32, e.LastWriteTime.DateTime, e.CompressedLength)).ShouldBe(
            [.. entries.Select(e => (e.Path, (long)e.Bytes, e.Crc, new DateTime(1980, 1, 1), (long)e.Packed.Length))]);
        using var reader = new StreamReader(zip.Entries[1].Open());
        reader.ReadToEnd().ShouldBe(new string('x', 5000));
        PassportArchive.Read(file).Select(e => (e.Path, e.Deflated, e.Crc, e.Bytes)).ShouldBe([.. entries.Select(e => (e.Path, e.Deflated, e.Crc, e.Bytes))]);
        PassportArchive.Read(PassportArchive.Write([])).ShouldBeEmpty();
    }

    [Fact]
    public void A_small_file_lies_in_the_archive_byte_for_byte_as_the_format_says()
    {
        byte[] crc = [0x26, 0x39, 0xF4, 0xCB], sizes = [9, 0, 0, 0, 9, 0, 0, 0], middle = [0x00, 0x08, 0, 0, 0, 0, 0x21, 0, .. crc, .. sizes, 1, 0, 0, 0];
        PassportArchive.Write([PassportEntry.Of("a", "123456789"u8.ToArray())]).ShouldBe(
        [
            .. "PK\u0003\u0004"u8, 20, 0, .. middle, .. "a123456789"u8,
            .. "PK\u0001\u0002"u8, 20, 0, 20, 0, .. middle, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "a"u8,
            .. "PK\u0005\u0006"u8, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 40, 0, 0, 0, 0, 0,
        ]);
    }

    [Fact]
    public void A_file_that_ends_within_an_entry_is_not_read()
    {
        var file = PassportArchive.Write([PassportEntry.Of("a", "123456789"u8.ToArray())]);
        for (var length = 0; length < file.Length; length++) Should.Throw<FormatException>(() => PassportArchive.Read(file[..length]), $"{length} bytes");
    }
}
