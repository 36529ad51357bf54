using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record HoldPlaced(string? HoldId, string Reason, string? DeviationRef = null) : EventData;

public sealed record HoldReleased(string HoldId, string Reason) : EventData;

internal static class HoldRules
{
    public static void Check(HoldPlaced e, Judgement j) { }
    public static void Check(HoldReleased e, Judgement j) { }

    public static ImmutableDictionary<string, Hold> Apply(ImmutableDictionary<string, Hold> holds, Recorded e) => e.Body switch
    {
        HoldPlaced h => holds.SetItem(h.HoldId!, new(h.HoldId!, h.Reason, e.ActorId, e.ActorRole == Roles.System, e.OccurredAt, e.EventId, h.DeviationRef)),
        HoldReleased h => holds.Remove(h.HoldId),
        _ => holds,
    };
}
