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
        if (Current(state) is not { } review) return Open("A correction after the review made it void; it must be repeated.", latest.EventId);
        return FirstUnseen(state, facts, review) is { } unseen
            ? Open($"The review has not seen: {unseen.Text}", [review.EventId, .. unseen.EventIds])
            : ProcessValue.Met(true, $"reviewed by {review.ActorId}", "The review is signed and has seen every exception.", [review.EventId]);
    }

    private static ProcessValue Open(string why, params IEnumerable<Guid> evidence) =>
        new(null, [], Outcome.NotTested, why, [.. evidence]) { Code = "NOT_REVIEWED" };
}
