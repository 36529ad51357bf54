using System.Net.Http.Headers;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>Batch record, certificate, labels and attachments over HTTP.</summary>
[Collection(LabCollection.Name)]
public sealed class DocumentApiTests(RunningLab lab)
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    private async Task<(byte[] Content, HttpResponseMessage Response)> File(string path, string? tag = null, object? post = null)
    {
        using var request = new HttpRequestMessage(post is null ? HttpMethod.Get : HttpMethod.Post, $"/api/v1{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await lab.FreshToken("tech01"));
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (post is not null) request.Content = System.Net.Http.Json.JsonContent.Create(post);
        var response = await lab.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response);
    }

    private async Task<string> Isolated()
    {
        var batch = await lab.NewBatch();
        var lot = RunningLab.Id("COL");
        await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "Northmed", expiresAt = "2027-06-30T23:59:59Z", quantity = 10, unit = "mg" });
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        await lab.Isolated(batch, lot);
        return batch;
    }

    [Theory]
    [InlineData("record")]
    [InlineData("coa")]
    public async Task A_document_is_the_same_bytes_until_the_record_moves_also_in_the_passport(string kind)
    {
        var batch = await Isolated();
        var (first, response) = await File($"/batches/{batch}/{kind}.pdf");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var tag = response.Headers.ETag!.Tag;
        tag.ShouldBe($"\"{(await lab.Get("tech01", $"/batches/{batch}"))["version"]}\"");
        System.Text.Encoding.ASCII.GetString(first, 0, 5).ShouldBe("%PDF-");
        await lab.Advance(TimeSpan.FromMinutes(1));
        (await File($"/batches/{batch}/{kind}.pdf")).Content.ShouldBe(first);
        ((int)(await File($"/batches/{batch}/{kind}.pdf", tag)).Response.StatusCode).ShouldBe(304);
        var passport = (await File($"/batches/{batch}/passport.zip")).Content;
        PassportArchive.Read(passport).Single(e => e.Path == $"{kind}.pdf").Packed.ShouldBe(first);
        (await lab.Enter("qa01", batch, "HoldPlaced", new { reason = "Label of the tube is smeared" })).ShouldBe(201);
        (await File($"/batches/{batch}/{kind}.pdf", tag)).Content.ShouldNotBe(first);
        (await lab.Get("tech01", $"/batches/ADSC-26-9999/{kind}.pdf")).ShouldBeRefused(404, "NOT-FOUND");
    }

    [Fact]
    public async Task A_print_is_recorded_a_reprint_says_why_and_what_was_entered_by_hand_is_given_out_once()
    {
        var batch = await Isolated();
        string[] ids = [$"{batch}-01", $"{batch}-02"];
        var body = new { containerIds = ids, format = "zpl", copies = 2 };
        (await lab.Post("qa01", $"/batches/{batch}/labels", body)).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("tech01", $"/batches/{batch}/labels", new { containerIds = ids, format = "doc", copies = 0 })).ShouldBeRefused(422, "VAL-FORMAT");
        var specimen = await File($"/batches/{batch}/labels?dryRun=true", post: body);
        specimen.Response.EnsureSuccessStatusCode();
        System.Text.Encoding.UTF8.GetString(specimen.Content).ShouldContain("SPECIMEN, NOT A LABEL");

        var printed = await File($"/batches/{batch}/labels", post: body);
        ((int)printed.Response.StatusCode).ShouldBe(201);
        var text = System.Text.Encoding.UTF8.GetString(printed.Content);
        text.ShouldContain("FOR AUTOLOGOUS USE ONLY");
        text.ShouldContain($"^FD{batch}-02^FS");
        var events = (await lab.Get("tech01", $"/batches/{batch}/events"))["items"].AsArray();
        var entry = events.Single(e => (string?)e!["type"] == "LabelsPrinted")!;
        (entry["data"]!["copies"]!.GetValue<int>(), entry["data"]!["reprint"]!.GetValue<bool>()).ShouldBe((2, false));

        (await lab.Post("tech01", $"/batches/{batch}/labels", body)).ShouldBeRefused(422, "VAL-REASON");
        (await lab.Post("tech01", $"/batches/{batch}/labels", new { containerIds = ids, format = "pdf", copies = 1, reason = "Two labels were smeared" })).ShouldBeRefused(422, "VAL-COMMENT");
        var reprint = await File($"/batches/{batch}/labels", post: new { containerIds = ids, format = "pdf", copies = 1, reason = "Two labels were smeared", comment = "The first ones are destroyed" });
        ((int)reprint.Response.StatusCode).ShouldBe(201);
        System.Text.Encoding.ASCII.GetString(reprint.Content, 0, 5).ShouldBe("%PDF-");

        var spare = new { containerIds = new[] { $"{batch}-S1" }, copies = 1, texts = entry["data"]!["texts"], reprint = false };
        (await lab.Enter("tech01", batch, "LabelsPrinted", spare)).ShouldBe(201);
        var before = (await lab.Get("tech01", $"/batches/{batch}"))["version"].GetValue<int>();
        var once = await File($"/batches/{batch}/labels", post: new { spare.containerIds, format = "pdf", copies = 1 });
        ((int)once.Response.StatusCode).ShouldBe(200);
        (await lab.Get("tech01", $"/batches/{batch}"))["version"].GetValue<int>().ShouldBe(before);
        (await lab.Post("tech01", $"/batches/{batch}/labels", new { spare.containerIds, format = "pdf", copies = 1 })).ShouldBeRefused(422, "VAL-REASON");
    }

    private Task<Reply> Upload(string user, byte[] content, string name, params (string Name, string Value)[] fields) => lab.Post(user, "/attachments", (Func<HttpContent>)(() =>
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name } };
        foreach (var (field, value) in fields) form.Add(new StringContent(value), field);
        return form;
    }));

    [Fact]
    public async Task A_photo_is_kept_by_its_hash_bound_to_its_entry_and_goes_with_the_passport()
    {
        var batch = await Isolated();
        byte[] photo = [.. Png[..^12], .. System.Text.Encoding.ASCII.GetBytes(batch), .. Png[^12..]];
        var about = (await lab.Get("tech01", $"/batches/{batch}/events"))["items"].AsArray()[^1]!["eventId"]!.GetValue<string>();
        var kept = (await Upload("tech01", photo, "../tube <1>.svg", ("batchId", batch), ("eventId", about))).ShouldBe(201);
        var id = kept["attachmentId"].GetValue<string>();
        id.ShouldBe(AttachmentId.Of(photo));
        (kept["contentType"].GetValue<string>(), kept["fileName"].GetValue<string>(), kept["duplicate"].GetValue<bool>()).ShouldBe(("image/png", "tube _1_.png", false));
        (await Upload("tech01", photo, "again.png")).ShouldBe(201)["duplicate"].GetValue<bool>().ShouldBeTrue();

        var (content, response) = await File($"/attachments/{id}");
        content.ShouldBe(photo);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");

        var line = (await lab.Get("qa01", $"/batches/{batch}/attachments"))["items"].AsArray().ShouldHaveSingleItem()!;
        line["eventIds"]!.AsArray().Single()!.GetValue<string>().ShouldBe(kept["eventId"].GetValue<string>());
        var archive = PassportArchive.Read((await File($"/batches/{batch}/passport.zip")).Content);
        archive.Single(e => e.Path == $"attachments/{id}.png").Packed.ShouldBe(photo);
    }

    [Fact]
    public async Task Files_that_are_no_photo_and_no_PDF_by_content_are_refused_whatever_they_are_called()
    {
        (await Upload("tech01", "<svg onload=alert(1)>"u8.ToArray(), "photo.png")).ShouldBeRefused(422, "VAL-FORMAT");
        (await Upload("tech01", [], "photo.png")).ShouldBeRefused(422, "VAL-REQUIRED");
        (await Upload("sup01", Png, "photo.png", ("batchId", "ADSC-26-9999"))).ShouldBeRefused(404, "NOT-FOUND");
        (await Upload("tech01", Png, "photo.png", ("batch", "ADSC-26-9999"))).ShouldBeRefused(400, "VAL-BODY");
        (await Upload("adm01", Png, "photo.png")).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Get("tech01", $"/attachments/ATT-{new string('0', 64)}")).ShouldBeRefused(404, "NOT-FOUND");
    }
}
