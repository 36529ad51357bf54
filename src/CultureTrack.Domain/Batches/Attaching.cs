using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Adds a photo or PDF to the record. Its id is its hash, so the event holds exactly that file.</summary>
/// <param name="AboutEventId">The entry it belongs to; null = the batch as a whole.</param>
public sealed record AttachmentAdded(string AttachmentId, string FileName, string ContentType, long Bytes, Guid? AboutEventId = null) : EventData;

internal static class AttachingRules
{
    public static void Check(AttachmentAdded e, Judgement j)
    {
        if (!j.Require(AttachmentId.IsOne(e.AttachmentId), Codes.ValFormat, Judgement.Data("attachmentId"), "An attachment id is ATT- and 64 hexadecimal digits.")) return;
        j.Require(j.Facts.Attachments.TryGetValue(e.AttachmentId, out var bytes) && bytes == e.Bytes, Codes.ValFormat, Judgement.Data("attachmentId"), "There is no such file; upload it first.");
        j.Guard(e.AboutEventId is not { } about || j.State.Event(about) is not null, "aboutEventId", $"The batch has no entry {e.AboutEventId}.");
    }
}
