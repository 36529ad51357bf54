using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Electronic signatures (R-11…R-13): what an entry needs, and how one is bound to its content.</summary>
public static class SignatureRules
{
    /// <summary>The meaning an entry's own signature must have, or null when it needs none.</summary>
    public static string? MeaningNeeded(EventData data) => data switch
    {
        QcResultApproved => Meanings.Approved,
        EntryVerified => Meanings.Verified,
        RecordReviewed => Meanings.Reviewed,
        DispositionSigned { Kind: DispositionKind.Conditional } => Meanings.ConditionallyReleased,
        DispositionSigned { Kind: DispositionKind.Reject } => Meanings.Rejected,
        DispositionSigned { Kind: DispositionKind.Revoke } => Meanings.Revoked,
        DispositionSigned => Meanings.Released,
        _ => null,
    };

    public static Signature Make(Recorded e, Actor signer, string meaning, DateTimeOffset now) => new(
        signer.UserId, signer.FullName, meaning, now, SiteTime.Text(e.SiteZone, now), e.SiteZone, ContentHash.Of(e, signer.UserId, meaning), e.Version);

    /// <summary>False when the signature was copied from another record or the content has changed since .</summary>
    public static bool IsValid(Recorded e, Signature s) => s.StreamVersion == e.Version && s.ContentHash == ContentHash.Of(e, s.User, s.Meaning);
}
