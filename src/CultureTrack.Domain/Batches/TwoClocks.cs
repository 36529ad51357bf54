using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>
/// The past seen by two clocks: what had happened by an instant, and what was known of it by another. A late entry belongs to the moment it tells of as soon
/// as it is known; a correction changes the entry it corrects, whenever it was made.
/// </summary>
public static class TwoClocks
{
    /// <param name="at">Happened by then; null = everything.</param>
    /// <param name="knownAt">Recorded by then; null = everything known now.</param>
    public static BatchState Fold(IEnumerable<Recorded> events, DateTimeOffset? at, DateTimeOffset? knownAt) => BatchFold.Fold(Select(events, at, knownAt));

    /// <summary>The entries that this view of the past rests on, in order.</summary>
    public static IEnumerable<Recorded> Select(IEnumerable<Recorded> events, DateTimeOffset? at, DateTimeOffset? knownAt)
    {
        var kept = new HashSet<Guid>();
        return events.Where(e => (knownAt is null || e.RecordedAt <= knownAt) && HasHappened(e, at, kept) && kept.Add(e.EventId));
    }

    private static bool HasHappened(Recorded e, DateTimeOffset? at, HashSet<Guid> kept) => at is null
        || (e is Recorded<RecordCorrected> correction ? kept.Contains(correction.Data.CorrectsEventId) : e.OccurredAt <= at);
}
