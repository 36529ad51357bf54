using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Record complete (C-12): the latest review holds as long as nothing that QA must see has happened since (R-38, K-11).</summary>
internal static class ReviewRecord
{
    /// <summary>The latest signed review that no correction has made void; what it ticked stays seen.</summary>
    public static Recorded<RecordReviewed>? Current(BatchState state)
    {
        var latest = state.Last<RecordReviewed>();
        return latest is { Signature: not null } && !state.Of<RecordCorrected>().Any(c => c.Version > latest.Version) ? latest : null;
    }

    public static bool HasTicked(Recorded<RecordReviewed>? review, string exceptionId) => review?.Data.ExceptionsSeen.Contains(exceptionId) == true;

    private static FoundException? FirstUnseen(BatchState state, LabFacts facts, Recorded<RecordReviewed> review) =>
        ExceptionList.Found(state, facts).FirstOrDefault(f => f.Version > review.Data.ScopeVersion || !HasTicked(review, f.Id));

    public static ProcessValue Evaluate(BatchState state, LabFacts facts)
    {
        if (state.Last<RecordReviewed>() is not { } latest) return Open("QA has not reviewed the record.");
        if (latest.Signature is null) return Open("The review is not signed.", latest.EventId);
        if (Current(state) is not { } review) return Open("A correction after the review made it void; it must be repeated.",
                [latest.EventId, .. Grounds.Sole(state.Of<RecordCorrected>().Where(c => c.Version > latest.Version))]);
        return FirstUnseen(state, facts, review) is { } unseen
            ? Open($"The review has not seen: {unseen.Text}", [review.EventId, .. News(state, review, unseen)])
            : ProcessValue.Met(true, $"reviewed by {review.ActorId} {review.OccurredAt:u}", "The review is signed and has seen every exception.", [review.EventId]);
    }

    // What the software added to a thing that had been seen is the news; otherwise the thing itself is.
    private static IEnumerable<Guid> News(BatchState state, Recorded<RecordReviewed> review, FoundException unseen)
    {
        var later = unseen.EventIds.Skip(1).Select(state.Event).OfType<Recorded>().Where(e => e.ActorRole == Roles.System && e.Version > review.Data.ScopeVersion);
        var seen = HasTicked(review, unseen.Id) && unseen.EventIds is [var first, ..] && state.Event(first)?.Version <= review.Data.ScopeVersion;
        return unseen.EventIds.Take(1).Concat(seen ? Grounds.Sole(later) : []);
    }

    private static ProcessValue Open(string why, params IEnumerable<Guid> evidence) =>
        new(null, [], Outcome.NotTested, why, [.. evidence]) { Code = "NOT_REVIEWED" };
}
