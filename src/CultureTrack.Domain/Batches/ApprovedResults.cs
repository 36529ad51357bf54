namespace CultureTrack.Domain.Batches;

using CultureTrack.Domain.Records;

/// <summary>An approved, not invalidated result with the criterion it is for.</summary>
internal sealed record ApprovedResult(string CriterionId, QcResultRecorded Result, Guid RecordedEventId, Guid ApprovedEventId);

/// <summary>What approved results say, as far as making the product depends on it.</summary>
internal static class ApprovedResults
{
    /// <summary>In the order of approval.</summary>
    public static IEnumerable<ApprovedResult> Of(BatchRecord history)
    {
        var criteria = history.Of<QcTestStarted>().ToLookup(t => t.Data.TestId, t => t.Data.CriterionId);
        var results = history.Of<QcResultRecorded>().ToLookup(r => r.Data.ResultId);
        var invalid = history.Of<QcResultInvalidated>().Select(i => i.Data.ResultId).ToHashSet(StringComparer.Ordinal);
        foreach (var approval in history.Of<QcResultApproved>().Where(a => !invalid.Contains(a.Data.ResultId)))
            if (results[approval.Data.ResultId].LastOrDefault() is { } result && criteria[result.Data.TestId].LastOrDefault() is { } criterion)
                yield return new(criterion, result.Data, result.EventId, approval.EventId);
    }

    /// <summary>True when the latest approved result of the criterion found nothing: no growth, not detected, negative or pass.</summary>
    public static bool FoundNothing(BatchState state, string criterion) =>
        Of(state.History).LastOrDefault(r => r.CriterionId == criterion && r.Result.Values.Count > 0) is { } last
        && last.Result.Values.All(v => v.Qualitative is Qualitative.NoGrowth or Qualitative.NotDetected or Qualitative.Negative or Qualitative.Pass);

    /// <summary>CFU-F of the plate seeded with the fresh isolate, as a fraction (5.5); null while none is approved.</summary>
    public static double? ClonogenicFractionOfP0(BatchRecord history) => P0Plate(history)?.Value is { } pct ? (double)pct / 100 : null;

    /// <summary>Events that the doublings of P0 rest on .</summary>
    public static IEnumerable<Guid> EvidenceOfP0(BatchRecord history) =>
        P0Plate(history) is { Result: var r } ? [.. history.Of<QcTestStarted>().Where(t => t.Data.TestId == r.Result.TestId).Select(t => t.EventId), r.RecordedEventId, r.ApprovedEventId] : [];

    private static (ApprovedResult Result, decimal Value)? P0Plate(BatchRecord history)
    {
        foreach (var result in Of(history).Where(r => r.CriterionId is "ADSC-10" or "BMM-10" && r.Result.Kind == ResultKind.Final).Reverse())
            if (result.Result.Values.FirstOrDefault(v => v is { Part: "P0", Value: > 0 and <= 100 }) is { Value: { } value })
                return (result, value);
        return null;
    }
}
