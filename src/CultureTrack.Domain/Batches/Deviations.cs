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
    public static void Check(DeviationOpened e, Judgement j) { }
    public static void Check(DeviationClassified e, Judgement j) { }
    public static void Check(DeviationClosed e, Judgement j) { }

    public static ImmutableDictionary<string, Deviation> Apply(ImmutableDictionary<string, Deviation> deviations, Recorded e) => e.Body switch
    {
        DeviationOpened d => deviations.SetItem(d.DeviationId!,
            new(d.DeviationId!, d.Text, d.Class, e.ActorId, e.ActorRole == Roles.System, e.OccurredAt, e.EventId, d.Run)),
        DeviationClassified d when deviations.TryGetValue(d.DeviationId, out var open) => deviations.SetItem(d.DeviationId, open with { Class = d.Class }),
        DeviationClosed d when deviations.TryGetValue(d.DeviationId, out var open) => deviations.SetItem(d.DeviationId, open with { ClosedEventId = e.EventId }),
        _ => deviations,
    };
}
