using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

public enum ResultKind { Interim, Final }
public enum Qualitative { NotDetected, Detected, NoGrowth, Growth, Negative, Positive, Pass, Fail }
public enum InterimReading { NegativeToDate, Signal }

/// <summary>One measured part of a result: a number with unit and qualifier (<c>=</c>, <c>&lt;</c>, <c>&gt;</c>), or a qualitative call with its detection limit.</summary>
public sealed record ResultValue(
    string? Part = null, decimal? Value = null, string? Unit = null, string? Qualifier = null,
    Qualitative? Qualitative = null, decimal? Lod = null, string? LodUnit = null);

public sealed record QcTestStarted(string TestId, string SampleId, string CriterionId, int MethodVersion, DateTimeOffset? IncubationStartedAt) : EventData;

public sealed record QcInterimReported(string TestId, decimal Hours, InterimReading Reading) : EventData;

public sealed record QcResultRecorded(
    string ResultId, string TestId, ResultKind Kind, IReadOnlyList<ResultValue> Values, bool ControlsValid, string? RawDataRef) : EventData;

public sealed record QcResultApproved(string ResultId) : EventData;

public sealed record QcResultInvalidated(string ResultId, string AssignableCause, string EvidenceRef) : EventData;

public sealed record QcRetestOrdered(string CriterionId, string SampleId, int RetestNo) : EventData;

internal static class TestingRules
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromHours(24);
    private static readonly TimeSpan ApproveWithin = TimeSpan.FromHours(72);

    public static void Check(QcTestStarted e, Judgement j)
    {
        var qc = j.State.Qc;
        j.Require(!qc.Tests.ContainsKey(e.TestId), Codes.ValDuplicate, "data.testId", $"Test {e.TestId} exists already.");
        if (j.Require(qc.Samples.TryGetValue(e.SampleId, out var sample), Codes.StateGuard, "data.sampleId", $"Sample {e.SampleId} is unknown."))
        {
            j.Require(sample!.Criteria.Contains(e.CriterionId), Codes.StateGuard, "data.criterionId",
                $"Sample {e.SampleId} was taken for {string.Join(", ", sample.Criteria)}, not for {e.CriterionId}.");
            j.Require(sample.DispatchedAt is null || sample.AcceptedAt is not null, Codes.StateGuard, "data.sampleId",
                $"Sample {e.SampleId} is on its way and was not accepted yet: a gap in its custody.");
            j.Require(!(e.IncubationStartedAt < sample.CollectedAt), Codes.ValOrder, "data.incubationStartedAt", "The incubation starts before the sample was collected.");
            var waited = (e.IncubationStartedAt ?? j.At) - sample.CollectedAt;
            j.FlagIf(waited > StartWithin, Flags.Interval, "sampleId", "≤ 24 h after collection", Math.Round((decimal)waited.TotalHours, 1));
        }
        j.Require(!(e.IncubationStartedAt > j.Now.AddSeconds(5)), Codes.ValFuture, "data.incubationStartedAt", "The incubation start lies in the future.");
        if (j.Facts.Spec?.WithCommon().Find(e.CriterionId) is not { } criterion) return;
        j.Require(e.MethodVersion == criterion.MethodVersion, Codes.ValSpec, "data.methodVersion",
            $"Version {criterion.MethodVersion} of the method of {criterion.Id} is effective, not {e.MethodVersion}.");
        // Without its start an incubation can never be shown to be long enough.
        if (criterion.LaboratoryParts.All(p => p.IncubationHours is not null))
            j.Require(e.IncubationStartedAt is not null, Codes.ValRequired, "data.incubationStartedAt", $"{criterion.Id} is judged by its incubation time.");
    }

    public static void Check(QcInterimReported e, Judgement j)
    {
        if (!j.Require(j.State.Qc.Tests.TryGetValue(e.TestId, out var test), Codes.StateGuard, "data.testId", $"Test {e.TestId} is unknown.")) return;
        var elapsed = (decimal)(j.At - (test!.IncubationStartedAt ?? test.StartedAt)).TotalHours;
        j.Range("hours", e.Hours, test.LastHours ?? 0m, decimal.Round(elapsed, 2));
        j.FlagIf(e.Reading == InterimReading.Signal, Flags.SuspectedContamination, "reading", null, nameof(InterimReading.Signal));
    }

    public static void Check(QcResultRecorded e, Judgement j)
    {
        j.Require(!j.State.Qc.Results.ContainsKey(e.ResultId), Codes.ValDuplicate, "data.resultId", $"Result {e.ResultId} exists already.");
        j.Require(e.ControlsValid || e.Values.Count == 0, Codes.ValRange, "data.values",
            "A run whose controls failed has no values: send an empty list, the run is then invalid.");
        j.Require(!e.ControlsValid || e.Values.Count > 0, Codes.ValRequired, "data.values", "A valid run reports at least one value.");
        if (!j.Require(j.State.Qc.Tests.TryGetValue(e.TestId, out var test), Codes.StateGuard, "data.testId", $"Test {e.TestId} is unknown.")) return;
        if (j.Facts.Spec is not { } spec || spec.WithCommon().Find(test!.CriterionId) is not { } criterion) return;
        var evaluation = new BatchEvaluation(j.State, spec, j.Facts, j.At);
        for (var i = 0; i < e.Values.Count; i++) ResultValueRules.Check(e, i, test, criterion, evaluation, j);
    }

    public static void Check(QcResultApproved e, Judgement j)
    {
        if (!j.Require(j.State.Qc.Results.TryGetValue(e.ResultId, out var result), Codes.StateGuard, "data.resultId", $"Result {e.ResultId} is unknown.")) return;
        j.Require(result!.InvalidatedEventId is null, Codes.StateGuard, "data.resultId", $"Result {e.ResultId} was set aside.");
        j.Require(!Readings.IsApproved(j.State, result), Codes.StateGuard, "data.resultId", $"Result {e.ResultId} is approved already.");
        j.Require(!Recorders(j.State, result).Contains(j.Entry.Actor.UserId), Codes.SodApprover, "data.resultId", "Who recorded or corrected a result does not approve it.");
        var waited = j.At - result.RecordedAt;
        j.FlagIf(waited > ApproveWithin, Flags.Interval, "resultId", "≤ 72 h after recording", Math.Round((decimal)waited.TotalHours, 1));
    }

    private static IEnumerable<string> Recorders(BatchState state, QcResult result) => state.Of<RecordCorrected>()
        .Where(c => c.Data.CorrectsEventId == result.EventId).Select(c => c.ActorId).Append(result.RecordedBy);
}
