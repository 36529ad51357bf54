using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>What a reviewer always reads, however well the automatic checks went: identity, fill, labels, donor, environment, sterility.</summary>
public static class CriticalSteps
{
    private static readonly string[] Sterility = ["C-04", "C-05", "C-06", "C-07"];

    public static IReadOnlyList<Recorded> Of(BatchState state) => [.. state.History.Where(e => Is(state, e.Body)).OrderBy(e => e.OccurredAt)];

    private static bool Is(BatchState state, EventData data) => data switch
    {
        TissueReceived or SourceCellsAllocated or SampleAccepted or CoiMismatchRecorded or Shipped or Delivered or Administered => true,
        HarvestPerformed or SheetDetached or ConditionedMediumCollected or FillPerformed or UnitsInspected or ExpiryOverridden => true,
        LabelsPrinted or LabelsReconciled => true,
        ConsentRecorded or DonorTestRecorded or DonorEligibilityDetermined or PhysicianInformed => true,
        ExposureBandChanged or ExcursionAssessed => true,
        QcInterimReported r => IsSterility(state, r.TestId),
        QcResultRecorded r => IsSterility(state, r.TestId),
        QcResultInvalidated r => state.Qc.Results.TryGetValue(r.ResultId, out var result) && IsSterility(state, result.TestId),
        _ => false,
    };

    private static bool IsSterility(BatchState state, string testId) => state.Qc.Tests.TryGetValue(testId, out var test) && Sterility.Contains(test.CriterionId);
}
