using CultureTrack.Documents;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Documents;

namespace CultureTrack.Web.Documents;

/// <param name="AttachmentId">ATT- and the SHA-256: an entry that carries it, as in photoRefs, rawDataRef or evidenceRef, holds exactly this file.</param>
/// <param name="EventId">The entry AttachmentAdded, when the upload named a batch.</param>
/// <param name="Duplicate">The same content was kept before.</param>
public sealed record AttachmentView(
    string AttachmentId, string Sha256, string ContentType, string FileName, long Bytes, bool Duplicate, string? BatchId = null, Guid? EventId = null, long? Version = null);

/// <summary>A file as it is kept, and the entries of a batch that name it.</summary>
public sealed record AttachmentLine(
    string AttachmentId, string Sha256, string ContentType, string FileName, long Bytes, string UploadedBy, DateTimeOffset UploadedAt, IReadOnlyList<Guid> EventIds);

/// <summary>Where a file is attached to.</summary>
public sealed record AttachmentTarget(string BatchId, Guid? AboutEventId, string? Comment, long? IfMatch);

/// <summary>Takes photos and PDFs, by what they are, and binds them to a batch.</summary>
public sealed class AttachmentDesk(AttachmentStore attachments, IGrainFactory grains, TimeProvider clock)
{
    private static readonly string[] Uploaders = [Roles.Technician, Roles.QualityControl, Roles.QualityAssurance];

    public async Task<Outcome<AttachmentView>> Add(byte[] content, string? name, AttachmentTarget? target, Actor actor, CancellationToken ct)
    {
        if (actor.RoleFor(Uploaders) is null) return Outcome.Refuse<AttachmentView>(Codes.SodRole, "", $"Needed: {string.Join(" or ", Uploaders)}.");
        var grain = target is null ? null : grains.GetGrain<IBatchGrain>(target.BatchId);
        if (grain is not null && await grain.State() is not { HasStarted: true }) return Outcome.NotFound<AttachmentView>($"The batch {target!.BatchId}");
        if (content.Length == 0) return Outcome.Refuse<AttachmentView>(Codes.ValRequired, "file", "The file is empty.");
        if (AttachmentContent.TypeOf(content) is not { } type)
            return Outcome.Refuse<AttachmentView>(Codes.ValFormat, "file", "The file is no JPEG, PNG, WebP or PDF by its content. Nothing was kept.");
        var id = AttachmentId.Of(content);
        var (kept, known) = await attachments.Keep(new(id, type, AttachmentContent.SafeName(name, type), actor.UserId, clock.GetUtcNow(), content.Length), content, ct);
        var view = new AttachmentView(id, AttachmentId.Sha256(id), kept.ContentType, AttachmentContent.SafeName(name, type), kept.Bytes, known);
        if (grain is null) return Outcome.Of(view);
        var entry = new Entry(new AttachmentAdded(id, view.FileName, type, view.Bytes, target!.AboutEventId), actor, clock.GetUtcNow(), Comment: target.Comment);
        var answer = await grain.Append([entry], target.IfMatch, dryRun: false);
        return answer.Accepted
            ? Outcome.Of(view with { BatchId = target.BatchId, EventId = answer.Events[0].EventId, Version = answer.Version })
            : new(default, answer.Findings, answer.Flags, answer.Findings.Any(f => f.Code == Codes.Concurrency) ? answer.Version : null);
    }

    /// <summary>Files that entries of the batch name; null when there is no such batch.</summary>
    public async Task<IReadOnlyList<AttachmentLine>?> Of(string batchId, CancellationToken ct)
    {
        var grain = grains.GetGrain<IBatchGrain>(batchId);
        if (await grain.State() is not { HasStarted: true }) return null;
        var named = (await grain.Events()).SelectMany(e => AttachmentRefs.Of(e.Body).Select(id => (id, e.EventId))).ToLookup(x => x.id, x => x.EventId, StringComparer.Ordinal);
        return [.. (await attachments.Find([.. named.Select(n => n.Key)], ct)).Select(a =>
            new AttachmentLine(a.AttachmentId, AttachmentId.Sha256(a.AttachmentId), a.ContentType, a.FileName, a.Bytes, a.UploadedBy, a.UploadedAt, [.. named[a.AttachmentId]]))];
    }
}
