using System.Net.Mime;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Documents;
using CultureTrack.Web.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>Batch record, certificate, labels and attachments.</summary>
internal static class DocumentEndpoints
{
    private const string Hash = "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456";
    private const string LabelsExample = """{"containerIds":["CEA-26-0001-01","CEA-26-0001-02"],"format":"zpl","copies":1}""";
    private const string AttachmentExample = $$"""{"attachmentId":"ATT-{{Hash}}","sha256":"{{Hash}}","contentType":"image/jpeg","fileName":"graft-day-10.jpg","bytes":482113,"duplicate":false,"batchId":"CEA-26-0001","eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","version":98}""";
    private const string ListExample = $$"""{"items":[{"attachmentId":"ATT-{{Hash}}","sha256":"{{Hash}}","contentType":"image/jpeg","fileName":"graft-day-10.jpg","bytes":482113,"uploadedBy":"tech01","uploadedAt":"2026-03-29T10:00:00.000Z","eventIds":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b11"]}],"page":1,"pageSize":100,"total":1}""";

    public static void MapDocuments(this IEndpointRouteBuilder root)
    {
        var batch = root.MapGroup("/batches/{id}").WithTags("Batches");
        batch.MapGet("/record.pdf", (string id, HttpContext context, BatchDocuments documents) => Document(id, BatchDocuments.Record, context, documents)).Is("The whole batch record on paper; the same bytes for the same version")
            .Produces(200, contentType: AttachmentContent.Pdf);
        batch.MapGet("/coa.pdf", (string id, HttpContext context, BatchDocuments documents) => Document(id, BatchDocuments.Certificate, context, documents)).Is("Certificate of analysis; a draft that says so until a decision is signed")
            .Produces(200, contentType: AttachmentContent.Pdf);
        batch.MapPost("/labels", Labels).By(Roles.Technician).Is("Prints labels and records the print (reason and comment for a reprint); labels entered as printed by hand are given out once without another entry")
            .Asks("dryRun", "true = a specimen that is marked as one; stores nothing.").Takes<LabelsBody>(LabelsExample).Produces(201, contentType: AttachmentContent.Pdf).Produces(200, contentType: AttachmentContent.Pdf);
        batch.MapGet("/attachments", Attached).Is("Files that entries of the batch name").Pages().Gives<Page<AttachmentLine>>(200, ListExample);
        root.MapPost("/attachments", Upload).Access(new([Roles.Technician, Roles.QualityControl, Roles.QualityAssurance], TakesFiles: true)).WithTags("Attachments")
            .Is("Keeps a photo (JPEG, PNG, WebP) or PDF; with batchId, and eventId where it belongs to one entry, also as an entry of the batch").TakesFile("batchId", "eventId", "comment")
            .Gives<AttachmentView>(201, AttachmentExample);
        root.MapGet("/attachments/{id}", Download).WithTags("Attachments").Is("The file as it was uploaded").Produces(200, contentType: MediaTypeNames.Application.Octet);
    }

    private static async Task<IResult> Document(string id, string kind, HttpContext context, BatchDocuments documents)
    {
        if (await documents.Get(id, kind, context.RequestAborted) is not { } made) return RegisterEndpoints.Unknown($"The batch {id}");
        var tag = $"\"{made.Version}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Any(t => t == tag)) return Results.StatusCode(StatusCodes.Status304NotModified);
        return new FileAnswer(made.Content, AttachmentContent.Pdf, $"{id}-{kind}-v{made.Version}.pdf", 200, Inline: true);
    }

    private static async Task<IResult> Labels(string id, HttpContext context, LabelDesk desk)
    {
        var query = new Query(context);
        var (dryRun, ifMatch) = (query.Flag("dryRun"), query.IfMatch());
        var body = Body.Read<LabelsBody>(context);
        context.Trace().Target = id;
        context.Trace().What = dryRun ? "(dry run)" : null;
        if (!body.Accepted || !query.IsGood) return Problem.Of([.. body.Findings, .. query.Findings]);
        var printed = await desk.Print(id, body.Value!, context.Caller().Actor, ifMatch, dryRun, context.RequestAborted);
        return Answer.Of(printed, file =>
        {
            context.Response.Headers.ETag = $"\"{file.Version}\"";
            return new FileAnswer(file.Content, file.ContentType, file.FileName, file.EventId is null ? 200 : 201);
        });
    }

    private static async Task<IResult> Attached(string id, HttpContext context, AttachmentDesk desk) =>
        await desk.Of(id, context.RequestAborted) is { } all ? new Query(context).Page(all) : RegisterEndpoints.Unknown($"The batch {id}");

    private static async Task<IResult> Upload(HttpContext context, AttachmentDesk desk)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var (form, refused) = await FileForm.Read(context);
        if (form is null) return refused!;
        if (!query.IsGood) return query.Refused();
        if (form.Files.GetFile("file") is not { } upload) return Problem.Of(Codes.ValRequired, "Send the file in the part named file.", "file");
        if (upload.Length > FileForm.MostBytes) return Problem.Of(Codes.ValSize, "A file has at most 25 MiB.", "file");
        if (Target(form, ifMatch) is not { Accepted: true } target) return Problem.Of(Target(form, ifMatch));
        using var bytes = new MemoryStream((int)upload.Length);
        await upload.CopyToAsync(bytes, context.RequestAborted);
        var added = await desk.Add(bytes.ToArray(), upload.FileName, target.Value, context.Caller().Actor, context.RequestAborted);
        context.Trace().Target = added.Value?.BatchId ?? added.Value?.AttachmentId ?? target.Value?.BatchId;
        return Answer.Of(added, view => Answer.Created(view, view.Version));
    }

    private static Outcome<AttachmentTarget?> Target(IFormCollection form, long? ifMatch)
    {
        var (batch, about, comment) = (form["batchId"].ToString(), form["eventId"].ToString(), form["comment"].ToString());
        if (form.Keys.FirstOrDefault(k => k is not ("batchId" or "eventId" or "comment")) is { } unknown) return Outcome.Refuse<AttachmentTarget?>(Codes.ValBody, unknown, $"{unknown} is not known.");
        if (comment.Contains('\0') || batch.Contains('\0')) return Outcome.Refuse<AttachmentTarget?>(Codes.ValBody, "comment", "The character U+0000 cannot be stored.");
        Guid id = default;
        if (about.Length > 0 && !Guid.TryParse(about, out id)) return Outcome.Refuse<AttachmentTarget?>(Codes.ValFormat, "eventId", "An event id is a UUID.");
        if (batch.Length == 0) return about.Length > 0 ? Outcome.Refuse<AttachmentTarget?>(Codes.ValRequired, "batchId", "Name the batch of the entry.") : Outcome.Of<AttachmentTarget?>(null);
        return Outcome.Of<AttachmentTarget?>(new(batch, about.Length > 0 ? id : null, comment.Length > 0 ? comment : null, ifMatch));
    }

    private static async Task<IResult> Download(string id, HttpContext context, AttachmentStore attachments)
    {
        if (!AttachmentId.IsOne(id) || await attachments.Find([id], context.RequestAborted) is not [var file]) return RegisterEndpoints.Unknown($"The attachment {id}");
        return new FileAnswer((await attachments.Content(id, context.RequestAborted))!, file.ContentType, file.FileName, 200);
    }

    /// <summary>A file that a browser keeps as a file: its type is the one said, it may run nothing, and it is shown in the page only where the server made it.</summary>
    private sealed record FileAnswer(byte[] Content, string ContentType, string FileName, int Status, bool Inline = false) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            (response.StatusCode, response.ContentType, response.ContentLength) = (Status, ContentType, Content.Length);
            response.Headers.XContentTypeOptions = "nosniff";
            // A sandbox would keep a browser's own PDF viewer from showing what this server made; what others made is never shown.
            response.Headers.ContentSecurityPolicy = Inline ? "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'" : "default-src 'none'; sandbox";
            response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
            var disposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue(Inline ? "inline" : "attachment");
            disposition.SetHttpFileName(FileName);
            response.Headers.ContentDisposition = disposition.ToString();
            return response.Body.WriteAsync(Content, httpContext.RequestAborted).AsTask();
        }
    }
}
