using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Refuses with a code unless something holds; returns whether it does.</summary>
internal delegate bool Require(bool ok, string code, string field, string message);

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

    /// <summary>
    /// What holds for the signatures of every entry, of a batch and of a register: their meanings and passwords, the first in the performer's own hand, the
    /// second person another one (R-18).
    /// </summary>
    /// <param name="needed">Meaning the entry itself is signed with; null when it need not be signed.</param>
    /// <param name="needsSecondPerson">Whether the entry named <paramref name="name"/> is made by two persons at once.</param>
    /// <returns>The second person, when there is one.</returns>
    internal static Actor? Check(
        string name, Actor performer, Signing? signature, Signing? verification, Signing? coSignature, string? needed, bool needsSecondPerson, Require require)
    {
        require(needed is null || signature is not null, Codes.ValRequired, "signature", $"This entry needs a signature with meaning {needed}.");
        CheckOne(signature, "signature", needed, require);
        CheckOne(verification, "verification", Meanings.Verified, require);
        CheckOne(coSignature, "coSignature", Meanings.Approved, require);
        require(signature?.Signer is not { } signer || signer.UserId == performer.UserId, Codes.SodRole, "signature.user", "The entry is signed by the person who makes it.");
        require(!needsSecondPerson || verification is not null, Codes.StateGuard, "verification", $"{name} needs a second person in the same entry.");
        require(verification?.Signer is not { } second || second.UserId != performer.UserId, Codes.SodVerifier, "verification.user", "Performer and second person must be two persons.");
        return verification?.Signer;
    }

    private static void CheckOne(Signing? signing, string field, string? needed, Require require)
    {
        if (signing is null) return;
        require(Meanings.All.Contains(signing.Meaning), Codes.ValMeaning, $"{field}.meaning", $"{signing.Meaning} is not a meaning of a signature; {needed ?? string.Join(", ", Meanings.All.Order(StringComparer.Ordinal))} is expected.");
        require(needed is null || signing.Meaning == needed, Codes.ValMeaning, $"{field}.meaning", $"The meaning must be {needed} here.");
        require(signing is { Signer: not null, PasswordValid: true }, Codes.SigPassword, $"{field}.password", "User or password is wrong.");
    }

    public static Signature Make(Recorded e, Actor signer, string meaning, DateTimeOffset now) => new(
        signer.UserId, signer.FullName, meaning, now, SiteTime.Text(e.SiteZone, now), e.SiteZone, ContentHash.Of(e, signer.UserId, meaning), e.Version);

    /// <summary>False when the signature was copied from another record or the content has changed since (R-13).</summary>
    public static bool IsValid(Recorded e, Signature s) => s.StreamVersion == e.Version && s.ContentHash == ContentHash.Of(e, s.User, s.Meaning);
}
