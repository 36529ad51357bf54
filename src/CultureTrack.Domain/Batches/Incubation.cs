using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record MovedIntoIncubator(IReadOnlyList<string> VesselIds, string IncubatorId, int Shelf) : EventData;

public sealed record MovedOutOfIncubator(IReadOnlyList<string> VesselIds, string IncubatorId, string? Reason) : EventData;

internal static class IncubationRules
{
    public static void Check(MovedIntoIncubator e, Judgement j) { }
    public static void Check(MovedOutOfIncubator e, Judgement j) { }
}
