using System.Security.Claims;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Store.Documents;
using CultureTrack.Web.Entries;

namespace CultureTrack.Web.Documents;

/// <summary>Labels and attachments for the person at a page: asks who that is at this moment and keeps the audit trail, as the HTTP API does.</summary>
public sealed class DocumentsOfPages(IEntryDesk people, LabelDesk labels, AttachmentDesk attachments, LabelPrints prints, IGrainFactory grains, AuditTrail audit)
{
    public const long MostBytes = 25 * 1024 * 1024;

    private const string SessionOver = "The session is over. Sign in again in another tab; what you typed stays here.";

    public async Task<Outcome<LabelFile>> Print(ClaimsPrincipal person, string batchId, LabelsBody asked, CancellationToken ct)
    {
        if (await people.Who(person, ct) is not { } caller) return Outcome.Refuse<LabelFile>(Codes.AuthExpired, "", SessionOver);
        var printed = await labels.Print(batchId, asked, caller.Actor, null, dryRun: false, ct);
        await audit.Add(caller.User, "Labels", batchId, printed.Findings.Select(f => f.Code).FirstOrDefault(), null, ct);
        return printed;
    }

    public async Task<Outcome<AttachmentView>> Attach(ClaimsPrincipal person, string batchId, byte[] content, string name, string? comment, CancellationToken ct)
    {
        if (await people.Who(person, ct) is not { } caller) return Outcome.Refuse<AttachmentView>(Codes.AuthExpired, "", SessionOver);
        var added = await attachments.Add(content, name, new(batchId, null, comment, null), caller.Actor, ct);
        await audit.Add(caller.User, "Attachment", batchId, added.Findings.Select(f => f.Code).FirstOrDefault(), null, ct);
        return added;
    }

    public async Task<IReadOnlyList<AttachmentLine>> Attachments(string batchId, CancellationToken ct) => await attachments.Of(batchId, ct) ?? [];

    public Task<IReadOnlyList<LabelPrintRow>> Prints(string batchId, CancellationToken ct) => prints.Of(batchId, ct);

    public Task<LabelDraft?> Wording(string batchId) => grains.GetGrain<IBatchGrain>(batchId).Labels();
}
