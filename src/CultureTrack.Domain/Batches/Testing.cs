using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

public enum ResultKind { Interim, Final }
public enum Qualitative { NotDetected, Detected, NoGrowth, Growth, Negative, Positive, Pass, Fail }
public enum InterimReading { NegativeToDate, Signal }

/// <summary>One measured part of a result: a number with unit and qualifier (<c>=</c>, <c>&lt;</c>, <c>&gt;</c>), or a qualitative call with its detection limit.</summary>
/// <param name="UnitId">The sheet or container it was measured on, where a result has one value for each; the value counts as long as that unit is not withdrawn (3.1).</param>
public sealed record ResultValue(
    string? Part = null, decimal? Value = null, string? Unit = null, string? Qualifier = null,
    Qualitative? Qualitative = null, decimal? Lod = null, string? LodUnit = null, string? UnitId = null);

public sealed record QcTestStarted(string TestId, string SampleId, string CriterionId, int MethodVersion, DateTimeOffset? IncubationStartedAt) : EventData;

public sealed record QcInterimReported(string TestId, decimal Hours, InterimReading Reading) : EventData;

/// <param name="RunId">The run of the instrument, where control samples were measured in it.</param>
public sealed record QcResultRecorded(
    string ResultId, string TestId, ResultKind Kind, IReadOnlyList<ResultValue> Values, bool ControlsValid, string? RawDataRef, string? RunId = null) : EventData;

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
            j.Require(!sample.IsOnItsWay, Codes.StateGuard, "data.sampleId", $"Sample {e.SampleId} was handed over and is not accepted yet: a gap in its custody.");
            j.Require(!(e.IncubationStartedAt < sample.CollectedAt), Codes.ValOrder, "data.incubationStartedAt", "The incubation starts before the sample was collected.");
            var waited = (e.IncubationStartedAt ?? j.At) - sample.CollectedAt;
            j.FlagIf(waited > StartWithin, Flags.Interval, "sampleId", "≤ 24 h after collection", Math.Round((decimal)waited.TotalHours, 1));
        }
        j.Require(!(e.IncubationStartedAt > j.Now.AddSeconds(5)), Codes.ValFuture, "data.incubationStartedAt", "The incubation start lies in the future.");
        if (j.Facts.Spec?.WithCommon().Find(e.CriterionId) is not { } criterion) return;
        CheckMethod(e, criterion, j);
        // Without its start an incubation can never be shown to be long enough.
        if (criterion.LaboratoryParts.All(p => p.IncubationHours is not null))
            j.Require(e.IncubationStartedAt is not null, Codes.ValRequired, "data.incubationStartedAt", $"{criterion.Id} is judged by its incubation time.");
    }

    // The register of methods says which version is in force; where it has none for a criterion, the specification does.
    private static void CheckMethod(QcTestStarted e, Criterion criterion, Judgement j)
    {
        if (!j.Facts.Methods.Any(m => m.Criteria.Contains(criterion.Id)))
        {
            j.Require(e.MethodVersion == criterion.MethodVersion, Codes.ValSpec, "data.methodVersion",
                $"Version {criterion.MethodVersion} of the method of {criterion.Id} is effective, not {e.MethodVersion}.");
            return;
        }
        var method = MethodFact.InForce(j.Facts.Methods, criterion.Id, j.At);
        if (!j.Require(method is not null, Codes.ValSpec, "data.methodVersion", $"No approved method of {criterion.Id} is effective at {j.At:u}.")) return;
        j.Require(e.MethodVersion == method!.Version, Codes.ValSpec, "data.methodVersion", $"Version {method.Version} of {method.MethodId} is effective for {criterion.Id}, not {e.MethodVersion}.");
        j.Require(!method.QualificationRequired || j.Entry.Actor.IsSystem || j.Entry.Actor.IsQualifiedFor(method.MethodId, j.Now), Codes.SodRole, "type",
            $"{j.Entry.Actor.UserId} has no qualification for {method.MethodId} in force.");
    }

    // Controls that failed make the run invalid, whatever its results look like; this is never the analyst's own choice.
    private static void CheckRun(QcResultRecorded e, QcTest test, Judgement j)
    {
        if (e.RunId is { } runId)
        {
            if (!j.Require(j.Facts.Runs.TryGetValue(runId, out var run), Codes.StateGuard, "data.runId", $"No control sample has been measured in run {runId}.")) return;
            j.Require(!e.ControlsValid || !run!.IsRejected, Codes.StateGuard, "data.controlsValid", $"Run {runId} is rejected: {run!.WhyRejected}. Its results are not valid.");
        }
        if (!e.ControlsValid || MethodFact.InForce(j.Facts.Methods, test.CriterionId, test.StartedAt) is not { ControlRequired: true } method) return;
        if (j.Require(e.RunId is not null, Codes.ValRequired, "data.runId", $"{method.MethodId} asks for a control sample in each run; name the run."))
            j.Require(j.Facts.Runs.GetValueOrDefault(e.RunId!) is { IsAccepted: true } or { IsRejected: true }, Codes.StateGuard, "data.runId", $"No control with established limits has been accepted in run {e.RunId}.");
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
        CheckRun(e, test!, j);
        if (j.Facts.Spec is not { } spec || spec.WithCommon().Find(test!.CriterionId) is not { } criterion) return;
        var evaluation = new BatchEvaluation(j.State, spec, j.Facts, j.At);
        for (var i = 0; i < e.Values.Count; i++) ResultValueRules.Check(e, i, test, criterion, evaluation, j);
    }

    public static void Check(QcResultApproved e, Judgement j)
    {
        if (!j.Require(j.State.Qc.Results.TryGetValue(e.ResultId, out var result), Codes.StateGuard, "data.resultId", $"Result {e.ResultId} is unknown.")) return;
        j.Require(result!.InvalidatedEventId is null, Codes.StateGuard, "data.resultId", $"Result {e.ResultId} was set aside.");
        j.Require(!j.Facts.IsRejected(result.RunId), Codes.StateGuard, "data.resultId", $"The control of run {result.RunId} is rejected; result {e.ResultId} is not valid.");
        j.Require(!Readings.IsApproved(j.State, result), Codes.StateGuard, "data.resultId", $"Result {e.ResultId} is approved already.");
        j.Require(!Recorders(j.State, result).Contains(j.Entry.Actor.UserId), Codes.SodApprover, "data.resultId", "Who recorded or corrected a result does not approve it.");
        var waited = j.At - result.RecordedAt;
        j.FlagIf(waited > ApproveWithin, Flags.Interval, "resultId", "≤ 72 h after recording", Math.Round((decimal)waited.TotalHours, 1));
    }

    private static IEnumerable<string> Recorders(BatchState state, QcResult result) => state.Of<RecordCorrected>()
        .Where(c => c.Data.CorrectsEventId == result.EventId).Select(c => c.ActorId).Append(result.RecordedBy);
}
