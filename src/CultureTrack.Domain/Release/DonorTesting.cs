using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Donor testing (C-02, 3.7).</summary>
public static class DonorTesting
{
    private static readonly string[] EveryDonor =
        ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT"];

    // Marrow and lipoaspirate count as viable leukocyte-rich tissue by default.
    private static readonly string[] LeukocyteRich = ["HTLV-I/II", Cytomegalovirus];

    private const string Cytomegalovirus = "CMV";
    private static readonly TimeSpan AroundRecovery = TimeSpan.FromDays(7);
    private static readonly TimeSpan MarrowBefore = TimeSpan.FromDays(30);

    /// <summary>Markers asked of a donor of this tissue (K-07 spelling).</summary>
    public static IReadOnlyList<string> Required(TissueKind? tissue) =>
        tissue is TissueKind.Marrow or TissueKind.Lipoaspirate ? [.. EveryDonor, .. LeukocyteRich] : EveryDonor;

    /// <summary>Required markers without a result of a sample taken in the window around recovery.</summary>
    public static IReadOnlyList<string> MissingMarkers(BatchState state)
    {
        var receipt = state.Last<TissueReceived>()?.Data;
        return [.. Required(receipt?.Tissue).Where(m => !state.Of<DonorTestRecorded>().Any(t => t.Data.Marker == m && InWindow(t.Data, receipt)))];
    }

    private static bool InWindow(DonorTestRecorded test, TissueReceived? receipt)
    {
        if (receipt is null) return true;
        var before = receipt.Tissue == TissueKind.Marrow ? MarrowBefore : AroundRecovery;
        return test.SampledAt >= receipt.ProcuredAt - before && test.SampledAt <= receipt.ProcuredAt + AroundRecovery;
    }

    /// <summary>Latest results that speak against the donor; a reactive CMV alone does not.</summary>
    public static IReadOnlyList<Recorded<DonorTestRecorded>> Reactive(BatchState state) =>
        [.. state.Of<DonorTestRecorded>().GroupBy(t => t.Data.Marker).Select(g => g.Last())
            .Where(t => t.Data.Result == DonorResult.Reactive && t.Data.Marker != Cytomegalovirus)];

    internal static ProcessValue Evaluate(BatchState state)
    {
        if (state.Registration is not { } batch) return ProcessValue.Missing("Not registered.");
        var determined = state.Last<DonorEligibilityDetermined>();
        return batch.Autologous ? Autologous(state, determined) : Allogeneic(state, determined);
    }

    private static ProcessValue Autologous(BatchState state, Recorded<DonorEligibilityDetermined>? determined)
    {
        if (state.Jurisdiction == Jurisdiction.US && determined?.Data.Status is EligibilityStatus.AutologousExempt or EligibilityStatus.Eligible)
            return ProcessValue.Met(true, determined.Data.Status.ToString(), "No determination is required for autologous use.", [determined.EventId]);
        // Elsewhere the same markers are tested; a reactive result does not bar autologous use but demands separate storage.
        var missing = MissingMarkers(state);
        return missing.Count == 0
            ? ProcessValue.Met(true, "all markers tested", "Every marker has a result.", state.Of<DonorTestRecorded>().Select(t => t.EventId))
            : ProcessValue.Missing($"No result for {string.Join(", ", missing)}.");
    }

    private static ProcessValue Allogeneic(BatchState state, Recorded<DonorEligibilityDetermined>? determined)
    {
        if (determined?.Data.Status == EligibilityStatus.Ineligible)
            return ProcessValue.Met(false, "Ineligible", "The donor was determined ineligible.", [determined.EventId]);
        if (Reactive(state) is [{ } reactive, ..])
            return ProcessValue.Met(false, $"{reactive.Data.Marker} reactive", $"The donor is reactive for {reactive.Data.Marker}.", [reactive.EventId]);
        if (determined?.Data.Status != EligibilityStatus.Eligible) return ProcessValue.Missing("The donor is not determined eligible.");
        var missing = MissingMarkers(state);
        return missing.Count == 0
            ? ProcessValue.Met(true, "Eligible", "The donor is eligible.", [determined.EventId])
            : ProcessValue.Missing($"No result of a sample taken in the window for {string.Join(", ", missing)}.", null, determined.EventId);
    }
}
