using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum DeviationClass { Minor, Major, Critical }

/// <param name="Run">Given by the software only: what the deviation is about, so that one run of one channel opens one deviation
/// (<c>INC-04/temperature/high/2026-04-26T02:00:00.000Z</c>), or the criterion (<c>E-03</c>, <c>C-06</c>).</param>
public sealed record DeviationOpened(string? DeviationId, string Text, DeviationClass? Class, string? Run = null) : EventData;

public sealed record DeviationClassified(string DeviationId, DeviationClass Class) : EventData;

public sealed record DeviationClosed(string DeviationId, string RootCause, string? Impact, IReadOnlyList<string> CapaRefs) : EventData;

internal static class DeviationRules
{
    private const int LongestOpenDays = 30;
    private const string RecallRun = "recall/";

    /// <summary>The run of the deviation that the recall of a lot opens: one for each batch and lot, however often the recall is followed up.</summary>
    public static string RunOfRecall(string lotId) => RecallRun + lotId;

    /// <summary>The lot whose recall opened the deviation, or null.</summary>
    public static string? RecalledLot(DeviationOpened e) => e.Run?.StartsWith(RecallRun, StringComparison.Ordinal) == true ? e.Run[RecallRun.Length..] : null;

    public static void Check(DeviationOpened e, Judgement j)
    {
        j.Require(e.Run is null || j.Entry.Actor.IsSystem, Codes.ValBody, Judgement.Data("run"), "run is given by the software only.");
        j.Require(e.DeviationId is null || !j.State.Deviations.ContainsKey(e.DeviationId), Codes.ValDuplicate, Judgement.Data("deviationId"),
            $"{e.DeviationId} is in use.");
    }

    public static void Check(DeviationClassified e, Judgement j)
    {
        if (Open(e.DeviationId, j) is not { } deviation) return;
        j.Guard(!(deviation.BySystem && e.Class < deviation.Class), "class", $"The software found it {deviation.Class}; that is not lowered.");
    }

    public static void Check(DeviationClosed e, Judgement j)
    {
        j.Require(e.Impact is not null, Codes.ValRequired, Judgement.Data("impact"), "The impact on the product is stated.");
        if (Open(e.DeviationId, j) is not { } deviation) return;
        j.Guard(deviation.Class is not null, "deviationId", $"{deviation.DeviationId} has not been classified.");
        j.Require(deviation.OpenedBy != j.Entry.Actor.UserId || deviation.BySystem, Codes.SodCloser, "type", "A deviation is not closed by who opened it.");
        j.ComputedWindow("deviationId", (j.At - deviation.OpenedAt).TotalDays, null, LongestOpenDays, 0, Flags.Interval);
    }

    private static Deviation? Open(string id, Judgement j)
    {
        var deviation = j.State.Deviations.GetValueOrDefault(id);
        return j.Guard(deviation is { IsOpen: true }, "deviationId", $"There is no open deviation {id}.") ? deviation : null;
    }

    /// <summary>Somebody of quality has judged it: closed, classified by a person, or its excursions assessed.</summary>
    public static bool IsAssessed(Deviation deviation, BatchState state) =>
        !deviation.IsOpen
        || state.Of<DeviationClassified>().Any(c => c.Data.DeviationId == deviation.DeviationId && c.ActorRole != Roles.System)
        || (deviation.Run is { } run && !run.StartsWith(RecallRun, StringComparison.Ordinal) && state.Of<ExcursionAssessed>().Any(a => a.OccurredAt >= deviation.OpenedAt));

    public static ImmutableSortedDictionary<string, Deviation> Apply(ImmutableSortedDictionary<string, Deviation> deviations, Recorded e) => e.Body switch
    {
        DeviationOpened d => deviations.SetItem(d.DeviationId!,
            new(d.DeviationId!, d.Text, d.Class, e.ActorId, e.ActorRole == Roles.System, e.OccurredAt, e.EventId, d.Run)),
        DeviationClassified d when deviations.TryGetValue(d.DeviationId, out var open) => deviations.SetItem(d.DeviationId, open with { Class = d.Class }),
        DeviationClosed d when deviations.TryGetValue(d.DeviationId, out var open) => deviations.SetItem(d.DeviationId, open with { ClosedEventId = e.EventId }),
        _ => deviations,
    };
}
