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
            return ProcessValue.Met(false, "Ineligible", "The donor was determined ineligible.", [own.EventId]);
        if (state.Registration is { Autologous: false } && Reactive(state) is { } reactive)
            return ProcessValue.Met(false, $"{reactive.Data.Marker} reactive", $"The donor is reactive for {reactive.Data.Marker}.", [reactive.EventId]);
        return SourceRecord.OfCriterion(source, "C-02", null, allocated.EventId);
    }

    private static ProcessValue Autologous(BatchState state, Recorded<DonorEligibilityDetermined>? determined)
    {
        if (state.Jurisdiction == Jurisdiction.US && determined?.Data.Status is EligibilityStatus.AutologousExempt or EligibilityStatus.Eligible)
            return ProcessValue.Met(true, determined.Data.Status.ToString(), "No determination is required for autologous use.", [determined.EventId]);
        // Elsewhere the same markers are tested; a reactive result does not bar autologous use but demands separate storage.
        var untested = Untested(state);
        return untested.Count == 0
            ? ProcessValue.Met(true, "all markers tested", "Every marker has a result.", state.Of<DonorTestRecorded>().Select(t => t.EventId))
            : ProcessValue.Missing($"No result in time for {string.Join(", ", untested)}.");
    }

    private static ProcessValue Allogeneic(BatchState state, Recorded<DonorEligibilityDetermined>? determined)
    {
        if (determined?.Data.Status == EligibilityStatus.Ineligible)
            return ProcessValue.Met(false, "Ineligible", "The donor was determined ineligible.", [determined.EventId]);
        if (Reactive(state) is { } reactive)
            return ProcessValue.Met(false, $"{reactive.Data.Marker} reactive", $"The donor is reactive for {reactive.Data.Marker}.", [reactive.EventId]);
        if (determined?.Data.Status != EligibilityStatus.Eligible) return ProcessValue.Missing("The donor is not determined eligible.");
        var untested = Untested(state);
        return untested.Count == 0
            ? ProcessValue.Met(true, "Eligible", "The donor is eligible.", [determined.EventId])
            : ProcessValue.Missing($"No result of a sample taken in time for {string.Join(", ", untested)}.", null, determined.EventId);
    }

    // A reactive CMV alone makes nobody ineligible.
    private static Recorded<DonorTestRecorded>? Reactive(BatchState state) => state.Of<DonorTestRecorded>().GroupBy(t => t.Data.Marker)
        .Select(g => g.Last()).FirstOrDefault(t => t.Data is { Result: DonorResult.Reactive, Marker: not "CMV" });

    private static List<string> Untested(BatchState state)
    {
        var receipt = state.Last<TissueReceived>()?.Data;
        return [.. DonorTesting.Required(state).Where(m => !state.Of<DonorTestRecorded>().Any(t =>
            t.Data.Marker == m && (receipt is null || DonorTesting.IsInWindow(t.Data.SampledAt, receipt, state.Zone))))];
    }
}
