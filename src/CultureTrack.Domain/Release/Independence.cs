using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Who has had a hand in a batch (R-20, R-21, K-02): performing, verifying, co-signing, recording or approving results; not quality decisions.</summary>
public static class Independence
{
    /// <summary>The first entry the user worked on, or null when independent.</summary>
    public static Recorded? WorkOf(BatchState state, string user, DateTimeOffset? from = null, DateTimeOffset? to = null) => state.History.FirstOrDefault(e =>
        !(e.OccurredAt < from) && !(e.OccurredAt > to)
        && (e.VerifiedBy?.User == user || e.CoSignature?.User == user || (e.ActorId == user && !IsQualityDecision(e))));

    private static bool IsQualityDecision(Recorded e) =>
        EventCatalogue.Of(e.Body).IsQualityDecision
        || (e.Body is TissueAccepted or TissueRefused or AttachmentAdded && e.ActorRole is Roles.QualityAssurance or Roles.Releaser);
}
