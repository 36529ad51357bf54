using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Donor testing as a release criterion (C-02, 3.7): the determination, and the results it rests on, from samples taken in time.</summary>
internal static class DonorEvidence
{
    public static ProcessValue Evaluate(BatchState state, SourceFact? source)
    {
        if (state.Registration is not { } batch) return ProcessValue.Missing("Not registered.");
        if (state.Last<SourceCellsAllocated>() is { } allocated) return OfSource(state, source, allocated);
        var determined = state.Last<DonorEligibilityDetermined>();
        return batch.Autologous ? Autologous(state, determined) : Allogeneic(state, determined);
    }

    // 3.11: of allocated cells the source's donor counts; what is found out about the donor here counts too.
    private static ProcessValue OfSource(BatchState state, SourceFact? source, Recorded<SourceCellsAllocated> allocated)
    {
        if (state.Last<DonorEligibilityDetermined>() is { Data.Status: EligibilityStatus.Ineligible } own)
            return ProcessValue.Met(false, "Ineligible", $"The donor was determined ineligible {own.OccurredAt:u}.", [own.EventId]);
        if (state.Registration is { Autologous: false } && Reactive(state) is { } reactive)
            return ProcessValue.Met(false, $"{reactive.Data.Marker} reactive", $"The donor is reactive for {reactive.Data.Marker} (sample of {reactive.Data.SampledAt:u}).", [reactive.EventId]);
        return SourceRecord.OfCriterion(source, "C-02", null, allocated.EventId);
    }

    private static ProcessValue Autologous(BatchState state, Recorded<DonorEligibilityDetermined>? determined)
    {
        if (state.Jurisdiction == Jurisdiction.US && determined?.Data.Status is EligibilityStatus.AutologousExempt or EligibilityStatus.Eligible)
            return ProcessValue.Met(true, determined.Data.Status.ToString(), $"No determination is required for autologous use ({determined.OccurredAt:u}).", [determined.EventId]);
        // Elsewhere the same markers are tested; a reactive result does not bar autologous use but demands separate storage.
        var untested = Untested(state);
        return untested.Count == 0
            ? ProcessValue.Met(true, "all markers tested", "Every marker has a result.", OnlyTests(state))
            : ProcessValue.Missing($"No result in time for {string.Join(", ", untested)}.", null, TooEarlyOrLate(state));
    }

    private static ProcessValue Allogeneic(BatchState state, Recorded<DonorEligibilityDetermined>? determined)
    {
        if (determined?.Data.Status == EligibilityStatus.Ineligible)
            return ProcessValue.Met(false, "Ineligible", $"The donor was determined ineligible {determined.OccurredAt:u}.", [determined.EventId]);
        if (Reactive(state) is { } reactive)
            return ProcessValue.Met(false, $"{reactive.Data.Marker} reactive", $"The donor is reactive for {reactive.Data.Marker} (sample of {reactive.Data.SampledAt:u}).", [reactive.EventId]);
        if (determined?.Data.Status != EligibilityStatus.Eligible) return ProcessValue.Missing("The donor is not determined eligible.");
        var untested = Untested(state);
        return untested.Count == 0
            ? ProcessValue.Met(true, "Eligible", $"The donor was determined eligible {determined.OccurredAt:u}.", [determined.EventId, .. OnlyTests(state)])
            : ProcessValue.Missing($"No result of a sample taken in time for {string.Join(", ", untested)}.", null, [determined.EventId, .. TooEarlyOrLate(state)]);
    }

    // A reactive CMV alone makes nobody ineligible.
    private static Recorded<DonorTestRecorded>? Reactive(BatchState state) => state.Of<DonorTestRecorded>().GroupBy(t => t.Data.Marker)
        .Select(g => g.Last()).FirstOrDefault(t => t.Data is { Result: DonorResult.Reactive, Marker: not "CMV" });

    // A marker with one result in time rests on it; with several on none alone.
    private static IEnumerable<Guid> OnlyTests(BatchState state)
    {
        var receipt = state.Last<TissueReceived>()?.Data;
        return DonorTesting.Required(state).SelectMany(m => Grounds.Sole(state.Of<DonorTestRecorded>().Where(t =>
            t.Data.Marker == m && (receipt is null || DonorTesting.IsInWindow(t.Data.SampledAt, receipt, state.Zone)))));
    }

    // Without the receipt there would be no day to be out of time with.
    private static IEnumerable<Guid> TooEarlyOrLate(BatchState state) =>
        state.Last<TissueReceived>() is { } receipt && state.Of<DonorTestRecorded>().Any(t => !DonorTesting.IsInWindow(t.Data.SampledAt, receipt.Data, state.Zone)) ? [receipt.EventId] : [];

    private static List<string> Untested(BatchState state)
    {
        var receipt = state.Last<TissueReceived>()?.Data;
        return [.. DonorTesting.Required(state).Where(m => !state.Of<DonorTestRecorded>().Any(t =>
            t.Data.Marker == m && (receipt is null || DonorTesting.IsInWindow(t.Data.SampledAt, receipt, state.Zone))))];
    }
}
