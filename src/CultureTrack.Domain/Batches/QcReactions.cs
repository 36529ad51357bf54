using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

/// <summary>What follows by itself from test results: OOS, holds, deviations.</summary>
internal static class QcReactions
{
    /// <summary>How the reason of a hold begins that a failure after release has placed; it also opens a physician-notification task.</summary>
    public const string AfterRelease = "Failed after release: ";

    public static IEnumerable<EventData> To(BatchState state, Recorded e, LabFacts facts) => e.Body switch
    {
        QcInterimReported { Reading: InterimReading.Signal } s => Signal(state, s),
        QcResultRecorded or RecordCorrected or FillPerformed when facts.Spec is { } spec => Judge(state, new(state, spec, facts, e.RecordedAt)),
        DonorTestRecorded or DonorEligibilityDetermined or CoiMismatchRecorded or VesselDiscarded when facts.Spec is { } spec =>
            AfterReleaseHolds(state, new(state, spec, facts, e.RecordedAt)),
        _ => [],
    };

    private static HoldPlaced[] Signal(BatchState state, QcInterimReported s)
    {
        var criterion = state.Qc.Tests.GetValueOrDefault(s.TestId)?.CriterionId ?? s.TestId;
        return Reactions.Hold($"Signal in {criterion} (test {s.TestId}, {s.Hours:0.#} h)");
    }

    // A corrected result, or a limit that became known with the fill, fails like a new one; what is under way already is not opened twice.
    private static IEnumerable<EventData> Judge(BatchState state, BatchEvaluation evaluation)
    {
        var failing = Failing(state, evaluation).ToList();
        return [.. Opened(state, evaluation, failing), .. Critical(state, failing), .. AfterReleaseHolds(state, evaluation)];
    }

    private sealed record Failure(Criterion Criterion, QcResult Result, IReadOnlyList<string> Parts);

    private static IEnumerable<Failure> Failing(BatchState state, BatchEvaluation evaluation) =>
        from criterion in evaluation.Spec.Criteria
        from result in state.Qc.ResultsOf(criterion.Id)
        where result.Counts
        let parts = criterion.LaboratoryParts.Where(p => Fails(state, evaluation, criterion, p, result)).ToList()
        where parts.Count > 0
        select new Failure(criterion, result, [.. parts.Select(p => p.Name).OfType<string>()]);

    private static bool Fails(BatchState state, BatchEvaluation evaluation, Criterion criterion, CriterionPart part, QcResult result)
    {
        if (evaluation.IsNotApplicable(part)) return false;
        var (range, complete) = evaluation.RangeOf(part);
        return result.Values.Any(v => criterion.LaboratoryPart(v.Part) == part && !Readings.IsWithdrawn(state, v) && Readings.Judge(evaluation, part, v, range, complete) == LimitOutcome.Fail);
    }

    private static IEnumerable<OosOpened> Opened(BatchState state, BatchEvaluation evaluation, IReadOnlyList<Failure> failing) =>
        from failure in failing
        where evaluation.GateOf(failure.Criterion) is Gate.F or Gate.C
        let cases = state.Qc.Oos.Values.Where(o => o.CriterionId == failure.Criterion.Id).ToList()
        where !cases.Any(o => o.IsOpen || o.ResultId == failure.Result.ResultId || o.ConcludedVersion > failure.Result.Version)
        group failure by failure.Criterion.Id into one
        let first = one.First()
        select new OosOpened(NextId(state, one.Key), first.Result.ResultId, one.Key, first.Parts.Count == 0 ? null : first.Parts);

    private static string NextId(BatchState state, string criterionId) =>
        $"OOS-{criterionId}-{state.Qc.Oos.Values.Count(o => o.CriterionId == criterionId) + 1}";

    // Growth and mycoplasma are critical whatever the state; the hold follows from the critical deviation.
    private static IEnumerable<DeviationOpened> Critical(BatchState state, IReadOnlyList<Failure> failing) =>
        from failure in failing
        where (failure.Criterion.Sterility || failure.Criterion.Mycoplasma)
            && !state.Deviations.Values.Any(d => d.BySystem && d.Run == failure.Criterion.Id)
        group failure by failure.Criterion.Id into one
        let what = one.First().Criterion.Mycoplasma ? "Mycoplasma detected" : "Growth"
        select (DeviationOpened)EntryRules.WithIds(
            new DeviationOpened(null, $"{what} in {one.Key}, result {one.First().Result.ResultId}", DeviationClass.Critical, one.Key));

    private static IEnumerable<HoldPlaced> AfterReleaseHolds(BatchState state, BatchEvaluation evaluation)
    {
        if (!state.IsReleased) return [];
        var signed = state.Of<DispositionSigned>().SelectMany(d => d.Data.Reasons).ToHashSet(StringComparer.Ordinal);
        return evaluation.All()
            .Where(c => c.Gate is Gate.F or Gate.C && c.Outcome is Outcome.FailConfirmed or Outcome.FailUnconfirmed)
            .Where(c => !signed.Any(r => r == c.Criterion.Id || r.StartsWith($"{c.Criterion.Id}(", StringComparison.Ordinal)))
            .Select(c => AfterRelease + c.Criterion.Id)
            .Where(reason => !state.Of<HoldPlaced>().Any(h => h.Data.Reason == reason))
            .SelectMany(reason => Reactions.Hold(reason));
    }
}
