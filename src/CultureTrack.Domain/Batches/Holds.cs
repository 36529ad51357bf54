using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record HoldPlaced(string? HoldId, string Reason, string? DeviationRef = null) : EventData;

public sealed record HoldReleased(string HoldId, string Reason) : EventData;

internal static class HoldRules
{
    private const int LongestOpenWorkingDays = 5;

    public static void Check(HoldPlaced e, Judgement j)
    {
        j.Require(e.HoldId is null || !j.State.Of<HoldPlaced>().Any(h => h.Data.HoldId == e.HoldId), Codes.ValDuplicate, Judgement.Data("holdId"), $"{e.HoldId} is in use.");
        j.Guard(e.DeviationRef is null || j.State.Deviations.ContainsKey(e.DeviationRef), "deviationRef", $"There is no deviation {e.DeviationRef}.");
    }

    public static void Check(HoldReleased e, Judgement j)
    {
        var hold = j.State.Holds.GetValueOrDefault(e.HoldId);
        if (!j.Guard(hold is not null, "holdId", $"There is no open hold {e.HoldId}.")) return;
        j.Require(hold!.BySystem || hold.PlacedBy != j.Entry.Actor.UserId, Codes.SodHold, "type", "A hold is not released by who placed it.");
        var deviation = hold.DeviationRef is { } id ? j.State.Deviations.GetValueOrDefault(id) : null;
        j.Guard(deviation is null || DeviationRules.IsAssessed(deviation, j.State), "holdId", $"Deviation {hold.DeviationRef} has not been assessed (T20).");
        var days = WorkingDays(SiteTime.Local(j.State.Zone, hold.PlacedAt), SiteTime.Local(j.State.Zone, j.At));
        j.FlagIf(days > LongestOpenWorkingDays, Flags.Interval, "holdId", $"≤{LongestOpenWorkingDays} working days", (decimal)days);
    }

    /// <summary>Days from Monday to Friday that begin after <paramref name="from"/>, up to and with the day of <paramref name="to"/>.</summary>
    private static int WorkingDays(DateTimeOffset from, DateTimeOffset to) =>
        Enumerable.Range(1, Math.Max(0, (to.Date - from.Date).Days)).Count(d => from.Date.AddDays(d).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));

    public static ImmutableSortedDictionary<string, Hold> Apply(ImmutableSortedDictionary<string, Hold> holds, Recorded e) => e.Body switch
    {
        HoldPlaced h => holds.SetItem(h.HoldId!, new(h.HoldId!, h.Reason, e.ActorId, e.ActorRole == Roles.System, e.OccurredAt, e.EventId, h.DeviationRef)),
        HoldReleased h => holds.Remove(h.HoldId),
        _ => holds,
    };
}
