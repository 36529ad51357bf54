using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>State from events: the only place where a batch changes.</summary>
public static class BatchFold
{
    public static BatchState Fold(IEnumerable<Recorded> events) => events.Aggregate(BatchState.Initial, Apply);

    public static BatchState Apply(BatchState state, Recorded e) => e is Recorded<RecordCorrected> correction
        ? Correct(state, correction)
        : Step(state, e);

    private static BatchState Step(BatchState state, Recorded e)
    {
        if (e is Recorded<BatchRegistered> registered) state = state with { Definition = ProductRegister.Of(registered) };
        var next = Lifecycle.Next(state, e);
        var product = state.Product.Apply(e, state);
        return state with
        {
            BatchId = e.StreamId,
            Version = e.Version,
            State = next,
            StateChangedAt = next == state.State ? state.StateChangedAt : e.OccurredAt,
            Phase = PhasePath.Entered(e.Body, state) ?? state.Phase,
            Distribution = Lifecycle.DistributionOf(product),
            Registration = e.Body as BatchRegistered ?? state.Registration,
            Zone = state.HasStarted ? state.Zone : e.SiteZone,
            Jurisdiction = e is Recorded<BatchRegistered> ? JurisdictionOf(e) : state.Jurisdiction,
            History = state.History.Add(e),
            Holds = HoldRules.Apply(state.Holds, e),
            Deviations = DeviationRules.Apply(state.Deviations, e),
            Culture = state.Culture.Apply(e, state),
            Qc = state.Qc.Apply(e),
            Product = product,
        };
    }

    // The registration stores the site's jurisdiction as a computed value, so that the batch keeps it whatever becomes of the site (G-9).
    private static Jurisdiction JurisdictionOf(Recorded e) =>
        e.Computed?.Values.GetValueOrDefault("jurisdiction") is { } j && Enum.TryParse<Jurisdiction>(j.ToString(), out var parsed) ? parsed : Jurisdiction.US;

    /// <summary>A correction is the past seen anew: the corrected value goes into the old entry and everything is folded again.</summary>
    private static BatchState Correct(BatchState state, Recorded<RecordCorrected> correction)
    {
        var corrected = state.History.Select(e => e.EventId == correction.Data.CorrectsEventId ? CorrectionRules.Patch(e, correction.Data) : e);
        var refolded = corrected.Where(e => e is not Recorded<RecordCorrected>).Aggregate(BatchState.Initial, Step);
        var history = state.History.Select(e => refolded.Event(e.EventId) ?? e);
        return refolded with
        {
            Version = correction.Version,
            History = [.. history, correction],
            CorrectedAt = state.CorrectedAt.SetItem(correction.Data.CorrectsEventId, correction.Version),
        };
    }
}
