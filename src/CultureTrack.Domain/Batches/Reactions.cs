using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

/// <summary>What the software does by itself when an event is appended (2.3): holds, OOS, deviations.</summary>
public static class Reactions
{
    /// <param name="state">The batch with <paramref name="e"/> already folded in.</param>
    public static IEnumerable<(EventData Data, DateTimeOffset At)> To(BatchState state, Recorded e, LabFacts facts)
    {
        var at = e.OccurredAt;
        // Asked with every event, each hold told once: should word of the source have been missed, the next entry makes good for it.
        var inherited = e.Body is HoldPlaced || facts.Source is null ? [] : SourceReactions.Holds(state, facts.Source);
        foreach (var data in Holds(state, e).Concat(inherited).Concat<EventData>(QcReactions.To(state, e, facts)).Concat(Recalls(state, e, facts))) yield return (data, at);
    }

    private static HoldPlaced[] Holds(BatchState state, Recorded e) => e.Body switch
    {
        ConfluenceObserved { Contamination: Contamination.Suspected } c => Hold($"Suspected contamination in {c.VesselId}"),
        GraftTakeRecorded { InfectionSigns: true } => Hold("Suspected contamination: signs of infection at graft review"),
        CoiMismatchRecorded m => Hold($"Chain of identity mismatch at {m.Point}"),
        DeviationOpened { Class: DeviationClass.Critical } d => Hold($"Critical deviation {d.DeviationId}", d.DeviationId),
        DeviationClassified { Class: DeviationClass.Critical } d when !state.Holds.Values.Any(h => h.DeviationRef == d.DeviationId) =>
            Hold($"Critical deviation {d.DeviationId}", d.DeviationId),
        DonorTestRecorded { Result: DonorResult.Reactive } t when state.Registration is { Autologous: false } => Hold($"Donor reactive: {t.Marker}"),
        _ => [],
    };

    // Entered after the recall for a time before it: allowed (C-13), and told like every other use of the lot.
    private static IEnumerable<DeviationOpened> Recalls(BatchState state, Recorded e, LabFacts facts) =>
        from lot in LotsUsed.Named(e.Body).Select(n => n.LotId).Distinct()
        where facts.Lots.GetValueOrDefault(lot)?.RecalledAt is not null && !state.Of<DeviationOpened>().Any(d => DeviationRules.RecalledLot(d.Data) == lot)
        select (DeviationOpened)EntryRules.WithIds(new DeviationOpened(null, $"Lot {lot}, used here, was recalled", DeviationClass.Major, DeviationRules.RunOfRecall(lot)));

    public static HoldPlaced[] Hold(string reason, string? deviationRef = null) =>
        [(HoldPlaced)EntryRules.WithIds(new HoldPlaced(null, reason, deviationRef))];
}
