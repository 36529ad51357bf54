using System.Text;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tests.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Documents.Tests;

/// <summary>What is taken as a photo or PDF, and how a file is bound to an entry.</summary>
public sealed class AttachmentTests
{
    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    [Fact]
    public void A_file_is_what_it_holds_from_its_first_byte_to_its_last()
    {
        AttachmentContent.TypeOf(Png).ShouldBe("image/png");
        AttachmentContent.TypeOf([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9]).ShouldBe("image/jpeg");
        AttachmentContent.TypeOf([.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPVP8 "u8, 0, 0, 0, 0]).ShouldBe("image/webp");
        AttachmentContent.TypeOf("%PDF-1.7\n1 0 obj\n%%EOF\n"u8).ShouldBe("application/pdf");
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("<!doctype html><html><script>alert(1)</script></html>")]
    [InlineData("GIF89a")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("")]
    [InlineData("%PDF-1.7 cut off")]
    [InlineData(" %PDF-1.7\n%%EOF")]
    public void Anything_else_is_refused(string content) => AttachmentContent.TypeOf(Encoding.UTF8.GetBytes(content)).ShouldBeNull();

    [Fact]
    public void A_picture_with_a_page_behind_it_is_refused()
    {
        AttachmentContent.TypeOf([.. Png, .. "<html><script>alert(1)</script>"u8]).ShouldBeNull();
        AttachmentContent.TypeOf([0xFF, 0xD8, 0xFF, 0xE0, .. "<html>"u8]).ShouldBeNull();
        AttachmentContent.TypeOf([.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPVP8 "u8, 0, 0, 0, 0, .. "<html>"u8]).ShouldBeNull();
    }

    [Theory]
    [InlineData("../../etc/passwd", "image/png", "passwd.png")]
    [InlineData("C:\\photos\\graft\r\nSet-Cookie: a.svg", "image/jpeg", "graft__Set-Cookie_ a.jpg")]
    [InlineData("Überstand.html", "application/pdf", "Überstand.pdf")]
    [InlineData(null, "application/pdf", "file.pdf")]
    [InlineData("...", "image/webp", "file.webp")]
    public void A_name_is_only_a_name_and_ends_as_its_content_does(string? name, string type, string safe) => AttachmentContent.SafeName(name, type).ShouldBe(safe);

    [Fact]
    public void An_entry_binds_the_file_by_its_hash_and_only_a_file_that_is_kept()
    {
        var story = WorkedBatches.AdscGrowing();
        var id = AttachmentId.Of(Png);
        id.ShouldBe($"ATT-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Png))}");
        var passage = story.State.Last<PassagePerformed>()!.EventId;
        story.Refusals("04-24 15:00", "tech01", new AttachmentAdded(id, "a.png", "image/png", Png.Length, passage)).ShouldBe([Codes.ValFormat]);
        story.Facts = story.Facts with { Attachments = new Dictionary<string, long> { [id] = Png.Length } };
        story.Refusals("04-24 15:00", "tech01", new AttachmentAdded(id, "a.png", "image/png", Png.Length + 1, passage)).ShouldBe([Codes.ValFormat]);
        story.Refusals("04-24 15:00", "tech01", new AttachmentAdded("ATT-1", "a.png", "image/png", Png.Length)).ShouldBe([Codes.ValFormat]);
        story.Refusals("04-24 15:00", "tech01", new AttachmentAdded(id, "a.png", "image/png", Png.Length, Guid.NewGuid())).ShouldBe([Codes.StateGuard]);
        story.Do("04-24 15:00", "tech01", new AttachmentAdded(id, "a.png", "image/png", Png.Length, passage));
        CultureTrack.Documents.AttachmentRefs.Of(story.State.History[^1].Body).ShouldBe([id]);
        CultureTrack.Documents.AttachmentRefs.Of(new GraftTakeRecorded(["A-1"], story.Time("04-24 15:00"), 90m, TakeMethod.Visual, false, [id, "paper 12"])).ShouldBe([id]);
    }
}
