using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record EntryVerified(Guid EventId) : EventData;

public sealed record ReviewSubmitted(IReadOnlyList<string> OpenItems) : EventData;

public sealed record RecordReviewed(long ScopeVersion, IReadOnlyList<string> ExceptionsSeen, bool AuditTrailReviewed) : EventData;

internal static class ReviewRules
{
    public static void Check(EntryVerified e, Judgement j) { }
    public static void Check(ReviewSubmitted e, Judgement j) { }
    public static void Check(RecordReviewed e, Judgement j) { }
}
