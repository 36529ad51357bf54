using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Entries;

/// <summary>What a file is by its bytes, what it is called, and the hashes that name files and bind signatures.</summary>
public sealed class AttachmentTests
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 0xFF, 0xD9];
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[9], .. "IEND"u8, 1, 2, 3, 4];
    private static readonly byte[] WebP = [.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPVP8 "u8, .. new byte[4]];

    private static byte[] Pdf(int after) => [.. "%PDF-1.7\n"u8, .. "%%EOF"u8, .. new byte[after]];

    private static byte[] With(byte[] file, int at, byte value)
    {
        var changed = (byte[])file.Clone();
        changed[at < 0 ? file.Length + at : at] = value;
        return changed;
    }

    [Fact]
    public void A_picture_begins_and_ends_as_its_kind_does()
    {
        AttachmentContent.TypeOf(Jpeg).ShouldBe("image/jpeg");
        AttachmentContent.TypeOf(With(Jpeg, 2, 0)).ShouldBeNull();
        AttachmentContent.TypeOf(With(Jpeg, -1, 0)).ShouldBeNull();
        AttachmentContent.TypeOf(Png).ShouldBe("image/png");
        AttachmentContent.TypeOf(With(Png, 0, 0)).ShouldBeNull();
        AttachmentContent.TypeOf(With(Png, 12, 0)).ShouldBeNull();
        AttachmentContent.TypeOf(With(Png, -8, 0)).ShouldBeNull();
        Png.Length.ShouldBe(33);
        AttachmentContent.TypeOf([.. Png[..24], .. Png[25..]]).ShouldBeNull("shorter than any picture");
        AttachmentContent.TypeOf(WebP).ShouldBe("image/webp");
        foreach (var at in new[] { 0, 8, 12 }) AttachmentContent.TypeOf(With(WebP, at, 0)).ShouldBeNull($"byte {at}");
        AttachmentContent.TypeOf([.. WebP, 0]).ShouldBeNull("longer than it says");
    }

    [Fact]
    public void A_file_too_short_to_be_a_picture_is_none()
    {
        AttachmentContent.TypeOf([]).ShouldBeNull();
        AttachmentContent.TypeOf(Png.AsSpan(0, 12)).ShouldBeNull();
        AttachmentContent.TypeOf([.. "RIFF"u8]).ShouldBeNull();
        AttachmentContent.TypeOf([.. "RIFF"u8, 8, 0, 0, 0, .. "WEBPVP8 "u8]).ShouldBeNull("16 bytes hold no picture");
        AttachmentContent.TypeOf([.. "RIFF"u8, 9, 0, 0, 0, .. "WEBPVP8 "u8, 0]).ShouldBe("image/webp");
    }

    [Fact]
    public void A_document_ends_within_its_last_2048_bytes()
    {
        AttachmentContent.TypeOf(Pdf(0)).ShouldBe("application/pdf");
        AttachmentContent.TypeOf(Pdf(2043)).ShouldBe("application/pdf");
        AttachmentContent.TypeOf(Pdf(2044)).ShouldBeNull();
        AttachmentContent.TypeOf([.. "PDF-1.7 %%EOF"u8]).ShouldBeNull();
        AttachmentContent.TypeOf([.. "%PDF-1.7"u8]).ShouldBeNull();
        AttachmentContent.TypeOf([.. "%PDF-1.7\n"u8, .. "%%EOF"u8]).ShouldBe("application/pdf");
    }

    [Theory]
    [InlineData("flask 3.JPG", "image/jpeg", "flask 3.jpg")]
    [InlineData("C:\\photos\\flask.png", "image/png", "flask.png")]
    [InlineData("/tmp/../flask.exe", "image/webp", "flask.webp")]
    [InlineData("a<b>|\"c\".pdf", "application/pdf", "a_b___c_.pdf")]
    [InlineData("day-3_(P1).x.png", "image/png", "day-3_(P1).x.png")]
    [InlineData("é\u0000.png", "image/png", "é_.png")]
    [InlineData("e\u0301.png", "image/png", "é.png")]
    [InlineData("...", "image/png", "file.png")]
    [InlineData(".png", "image/png", "file.png")]
    [InlineData(" . x . .png", "image/png", "x.png")]
    [InlineData("", "application/pdf", "file.pdf")]
    [InlineData(null, "application/pdf", "file.pdf")]
    public void A_name_keeps_nothing_that_is_more_than_a_name(string? name, string type, string safe) => AttachmentContent.SafeName(name, type).ShouldBe(safe);

    [Fact]
    public void A_name_is_cut_to_100_characters()
    {
        AttachmentContent.SafeName(new string('a', 100) + ".png", AttachmentContent.Png).ShouldBe(new string('a', 100) + ".png");
        AttachmentContent.SafeName(new string('a', 101) + ".png", AttachmentContent.Png).ShouldBe(new string('a', 100) + ".png");
        AttachmentContent.Extension(AttachmentContent.Jpeg).ShouldBe(".jpg");
    }

    [Fact]
    public void The_id_of_a_file_is_the_hash_of_its_content()
    {
        var id = AttachmentId.Of(Jpeg);
        id.ShouldBe("ATT-" + Convert.ToHexString(SHA256.HashData(Jpeg)).ToLowerInvariant());
        AttachmentId.Sha256(id).ShouldBe(id[4..]);
        AttachmentId.IsOne(id).ShouldBeTrue();
        foreach (var other in new[] { id[..^1], id + "0", "ATX-" + id[4..], id[..^1] + "G", id[..^1] + "A", "" }) AttachmentId.IsOne(other).ShouldBeFalse(other);
    }

    [Fact]
    public void What_a_person_signs_is_hashed_part_by_part_with_its_length_as_the_passport_describes()
    {
        var id = Guid.Parse("00000000-0000-7000-8000-000000000001");
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_772_444_400_125);
        var data = JsonSerializer.Deserialize<JsonElement>("""{"z":[1.50,100,1e2,true,false],"a":{"n":null,"t":"e\u0301"},"B":"x"}""");
        ContentHash.Of("CEA-26-0001", 7, id, "TissueRefused", at, data, "qa01", "Approved").ShouldBe(Convert.ToHexString(SHA256.HashData(
        [
            .. Part("culturetrack-signature-1"), .. Part("CEA-26-0001"), .. Part("7"), .. Part(id.ToString()), .. Part("TissueRefused"), .. Part("1772444400125"), .. Part("qa01"), .. Part("Approved"),
            .. Part("o3"), .. Part("B"), .. Part("sx"), .. Part("a"), .. Part("o1"), .. Part("t"), .. Part("s\u00e9"),
            .. Part("z"), .. Part("a5"), .. Part("n1.5"), .. Part("n100"), .. Part("n100"), .. Part("True"), .. Part("False"),
        ])).ToLowerInvariant());

        static byte[] Part(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            return [.. length, .. bytes];
        }
    }

    [Fact]
    public void An_event_is_signed_as_its_stored_form_is()
    {
        var at = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        var e = new Stamp("CEA-26-0001", at, at, new("qa01", "Ann", [Roles.QualityAssurance], []), Roles.QualityAssurance, "UTC").Record(new TissueRefused("Clotted"), 3);
        var data = JsonSerializer.Deserialize<JsonElement>("""{"reason":"Clotted"}""");
        ContentHash.Of(e, "qa01", Meanings.Approved).ShouldBe(ContentHash.Of("CEA-26-0001", 3, e.EventId, "TissueRefused", at, data, "qa01", "Approved"));
        ContentHash.Of(e, "qa02", Meanings.Approved).ShouldNotBe(ContentHash.Of(e, "qa01", Meanings.Approved));
        ContentHash.Of(e, "qa01", Meanings.Verified).ShouldNotBe(ContentHash.Of(e, "qa01", Meanings.Approved));
    }

    [Fact]
    public void A_number_beyond_decimals_is_hashed_as_it_stands()
    {
        var at = DateTimeOffset.UnixEpoch;
        string Hash(string number) => ContentHash.Of("S", 1, Guid.Empty, "T", at, JsonSerializer.Deserialize<JsonElement>(number), "u", "m");
        Hash("1e40").ShouldNotBe(Hash("1e41"));
        Hash("1.0").ShouldBe(Hash("1"));
        Hash("0.10").ShouldBe(Hash("1e-1"));
        Hash("-0.10").ShouldNotBe(Hash("1e-1"));
    }
}
