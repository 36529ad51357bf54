using System.Security.Cryptography;
using CultureTrack.Documents.Labels;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Documents;
using CultureTrack.Web.Api;
using Marten;

namespace CultureTrack.Web.Documents;

/// <summary>Which labels are asked for. Labels that were printed before are a reprint: with <c>reason</c>, and <c>comment</c> because it is flagged.</summary>
public sealed record LabelsBody(IReadOnlyList<string> ContainerIds, string Format, int Copies, string? Reason = null, string? Comment = null);

/// <param name="Version">Of the record after the print.</param>
/// <param name="EventId">The entry LabelsPrinted made for it; null when the record counted these labels already.</param>
public sealed record LabelFile(byte[] Content, string ContentType, string FileName, long Version, Guid? EventId);

/// <summary>
/// Prints labels and keeps record and prints in step: what a person entered as printed is given out as a file once, without another entry; everything else
/// is recorded by the print itself, as a reprint when the record knows labels of one of the containers.
/// </summary>
public sealed class LabelDesk(IGrainFactory grains, LabelPrints prints, IDocumentStore store, AboutSettings about, TimeProvider clock)
{
    private const int MostLabels = 500, MostCopies = 100;
    public const string Pdf = "pdf", Zpl = "zpl";

    public async Task<Outcome<LabelFile>> Print(string batchId, LabelsBody asked, Actor actor, long? ifMatch, bool dryRun, CancellationToken ct)
    {
        var grain = grains.GetGrain<IBatchGrain>(batchId);
        if (await grain.Labels() is not { } draft) return Outcome.NotFound<LabelFile>(batchId);
        // Whoever may print may also record it; asked here, because a print the record counts already makes no entry.
        if (actor.RoleFor([Roles.Technician]) is null || !actor.IsQualifiedFor(nameof(LabelsPrinted), clock.GetUtcNow()))
            return Outcome.Refuse<LabelFile>(Codes.SodRole, "", "Labels are printed by a technician qualified for LabelsPrinted.");
        if (Wrong(asked).ToList() is [_, ..] findings) return Outcome.Refuse<LabelFile>(findings);
        var (content, overflow) = await Render(draft, asked, dryRun ? "SPECIMEN, NOT A LABEL" : about.ClockMode == "manual" ? "REHEARSAL, NOT FOR USE" : null, ct);
        if (content is null) return overflow!;
        var recorded = LabelWording.Recorded(draft.State);
        var row = new LabelPrintRow(batchId, asked.ContainerIds, asked.Copies, asked.Format, actor.UserId, clock.GetUtcNow(), Convert.ToHexStringLower(SHA256.HashData(content)));
        if (!dryRun && (ifMatch is null || ifMatch == draft.State.Version) && await prints.TryTake(row, recorded, ct)) return File(asked, content, draft.State.Version, null, batchId);
        var answer = await grain.Append([Entry(asked, draft, recorded, actor)], ifMatch, dryRun);
        if (!answer.Accepted) return new(default, answer.Findings, answer.Flags, answer.Findings.Any(f => f.Code == Codes.Concurrency) ? answer.Version : null);
        if (!dryRun) await prints.Add(row, ct);
        return File(asked, content, answer.Version, dryRun ? null : answer.Events[0].EventId, batchId);
    }

    private Entry Entry(LabelsBody asked, LabelDraft draft, IReadOnlyDictionary<string, long> recorded, Actor actor) => new(
        new LabelsPrinted(asked.ContainerIds, asked.Copies, draft.Wording.Texts, asked.ContainerIds.Any(recorded.ContainsKey), asked.Reason),
        actor, clock.GetUtcNow(), Comment: asked.Comment);

    private async Task<(byte[]? Content, Outcome<LabelFile>? Refused)> Render(LabelDraft draft, LabelsBody asked, string? mark, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var site = await session.LoadAsync<Site>(draft.State.Registration!.Site, ct);
        var labels = LabelSheet.Of(draft.State, draft.Wording, asked.ContainerIds, site?.Name ?? draft.State.Registration.Site, mark);
        try { return (asked.Format == Zpl ? LabelZpl.Write(labels, asked.Copies) : LabelPdf.Write(labels, asked.Copies, clock.GetUtcNow()), null); }
        catch (LabelOverflowException e) { return (null, Outcome.Refuse<LabelFile>(Codes.StateGuard, "containerIds", $"{e.Message} Nothing was printed.")); }
    }

    private static Outcome<LabelFile> File(LabelsBody asked, byte[] content, long version, Guid? eventId, string batchId) => Outcome.Of(asked.Format == Zpl
        ? new LabelFile(content, "application/zpl; charset=utf-8", $"{batchId}-labels.zpl", version, eventId)
        : new LabelFile(content, AttachmentContent.Pdf, $"{batchId}-labels.pdf", version, eventId));

    private static IEnumerable<Finding> Wrong(LabelsBody asked)
    {
        if (asked.ContainerIds.Count == 0) yield return new(Codes.ValRequired, "containerIds", "Name the containers.");
        if (asked.ContainerIds.Count > MostLabels) yield return new(Codes.ValRange, "containerIds", $"At most {MostLabels} containers at once.");
        if (asked.ContainerIds.Distinct(StringComparer.Ordinal).Count() < asked.ContainerIds.Count) yield return new(Codes.ValDuplicate, "containerIds", "A container is named twice.");
        if (asked.ContainerIds.FirstOrDefault(id => !ContainerLabel.CanBeCoded(id)) is { } odd)
            yield return new(Codes.ValFormat, "containerIds", $"{odd} cannot be coded: a label's code holds 1 to {ContainerLabel.LongestId} printable ASCII characters without blanks.");
        if (asked.Format is not (Pdf or Zpl)) yield return new(Codes.ValFormat, "format", "The format is pdf or zpl.");
        if (asked.Copies is < 1 or > MostCopies) yield return new(Codes.ValRange, "copies", $"1 to {MostCopies} copies of each label.");
    }
}
