using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>
/// Which events a finding rests on. An event is named when the finding would read otherwise without it; what several entries say alike rests on none of
/// them alone. How this is meant in full, and what holds it: docs/decisions/0022.
/// </summary>
internal static class Grounds
{
    /// <summary>An entry of G-10 with the later verification without which it would not count.</summary>
    public static IEnumerable<Guid> Counted(BatchState state, Recorded e) => [e.EventId, .. Verification(state, e)];

    public static IEnumerable<Guid> Verification(BatchState state, Recorded e)
    {
        var corrected = state.CorrectedAt.GetValueOrDefault(e.EventId);
        return corrected == 0 && e.VerifiedBy is not null ? []
            : Sole(state.Of<EntryVerified>().Where(v => v.Data.EventId == e.EventId && v.Version > corrected));
    }

    public static IEnumerable<Guid> Sole(IEnumerable<Recorded> entries)
    {
        var found = entries.Take(2).ToList();
        return found.Count == 1 ? [found[0].EventId] : [];
    }

    /// <summary>The filled units as they stand: the fill, its verification, and whatever withdrew one of its containers.</summary>
    public static IEnumerable<Guid> Filled(BatchState state) =>
        ProcessRecord.Fill(state) is { } fill ? [.. Counted(state, fill), .. Withdrawals(state)] : Unfilled(state);

    /// <summary>Something is not there for every filled unit: what was withdrawn is not what is missing, unless no unit is left.</summary>
    public static IEnumerable<Guid> NotForAll(BatchState state) => ProcessRecord.Fill(state) is { } fill && state.Product.Filled.Any() ? Counted(state, fill) : Filled(state);

    /// <summary>Why there is no fill that counts.</summary>
    public static IEnumerable<Guid> Unfilled(BatchState state) => state.Last<FillPerformed>() is { } fill ? [fill.EventId] : [];

    private static IEnumerable<Guid> Withdrawals(BatchState state) => state.History.Where(e => Names(e.Body).Any(id =>
        state.Product.Containers.GetValueOrDefault(id) is { IsFilled: true, Withdrawn: true })).Select(e => e.EventId);

    private static IReadOnlyList<string> Names(EventData data) => data switch
    {
        VesselDiscarded v => v.Ids,
        BatchDiscarded b => b.Ids,
        _ => [],
    };

    /// <summary>Without its only culture a batch would have been exposed to nothing.</summary>
    public static IEnumerable<Guid> Exposed(BatchState state) =>
        Sole(state.History.Where(e => e.Body is VesselsSeeded or SourceCellsAllocated or ScaffoldSeeded or DermalEquivalentCast));

    /// <summary>What makes a condition of the specification hold or not, where one entry alone decides it.</summary>
    public static IEnumerable<Guid> Of(BatchEvaluation e, Condition condition) => condition switch
    {
        Condition.NoFeederUsed => Sole(e.State.Of<FeederPlated>()),
        Condition.NoBovineLot => Sole(LotsUsed.Of(e.State).Where(u => e.Facts.Lots.TryGetValue(u.LotId, out var lot) && lot.Bovine)
            .Select(u => u.EventId).Distinct().Select(id => e.State.Event(id)).OfType<Recorded>()),
        Condition.ThawedAfterFill when e.Holds(condition) => [.. Unfilled(e.State), .. Sole(e.State.Of<CellsThawed>().Where(t => t.OccurredAt > e.State.Product.FilledAt))],
        Condition.AllLyophilised when e.Holds(condition) => e.State.Of<Lyophilised>().Select(l => l.EventId),
        Condition.FinalSterilityPassed when e.Holds(condition) => e.Result(BatchEvaluation.FinalSterility)!.Parts.SelectMany(p => p.Evidence),
        _ => [],
    };

    /// <summary>
    /// What the verdict itself rests on beside its reasons and criteria: the registration; what lifted an obstacle that would stand again without it;
    /// the physician informed; and the signature that keeps a released product from expiring.
    /// </summary>
    /// <param name="slowTests">Only slow tests stood between the batch and its release.</param>
    public static IReadOnlyList<Guid> OfVerdict(BatchEvaluation e, string verdict, bool slowTests)
    {
        var state = e.State;
        var registered = state.History.Where(h => h.Body is BatchRegistered).Select(h => h.EventId);
        if (verdict == Verdicts.Reject) return [.. registered];
        var lifted = state.History.Where(h => h.Body is HoldReleased or DeviationClosed or OosConcluded).Select(h => h.EventId);
        var assessed = state.Deviations.Values.Where(d => d is { IsOpen: true, Class: DeviationClass.Minor } && DeviationRules.IsAssessed(d, state))
            .SelectMany(d => state.History.Where(h => h.Body is DeviationClassified c && c.DeviationId == d.DeviationId || (d.Run is not null && h.Body is ExcursionAssessed)))
            .Select(h => h.EventId);
        var informed = slowTests ? Sole(state.Of<PhysicianInformed>().Where(p => p.Data.About == InformedAbout.PendingTests)) : [];
        var kept = e.At >= state.Product.ExpiresAt ? Sole(state.Of<DispositionSigned>()) : [];
        return [.. registered.Concat(lifted).Concat(assessed).Concat(informed).Concat(kept).Distinct()];
    }
}
