using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>What follows by itself from test results: OOS, holds, deviations.</summary>
internal static class QcReactions
{
    public static IEnumerable<EventData> To(BatchState state, Recorded e, LabFacts facts) => [];
}
