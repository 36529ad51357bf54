using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

public enum OosConclusion { AssignableLabError, Confirmed, Inconclusive, NotConfirmed }

/// <summary>Opened by the software when a recorded result of an F or C criterion fails; one at a time for a criterion and batch.</summary>
public sealed record OosOpened(string OosId, string ResultId, string CriterionId, IReadOnlyList<string>? Parts = null) : EventData;

public sealed record OosConcluded(string OosId, int Phase, OosConclusion Conclusion, string Rationale) : EventData;

internal static class OosRules
{
    private const int RationaleMinLength = 20, OpenAtMostWorkingDays = 10;

    public static void Check(OosOpened e, Judgement j) =>
        j.Require(j.State.Qc.OpenOos(e.CriterionId) is null, Codes.StateGuard, "data.criterionId", $"An OOS of {e.CriterionId} is open already.");

    public static void Check(QcResultInvalidated e, Judgement j)
    {
        j.Require(!string.IsNullOrWhiteSpace(e.AssignableCause), Codes.ValRequired, "data.assignableCause", "The assignable cause is needed.");
        if (!j.Require(j.State.Qc.Results.TryGetValue(e.ResultId, out var result), Codes.StateGuard, "data.resultId", $"Result {e.ResultId} is unknown.")) return;
        j.Require(result!.InvalidatedEventId is null, Codes.StateGuard, "data.resultId", $"Result {e.ResultId} was set aside already.");
        j.Require(HasCause(j, result.CriterionId), Codes.StateGuard, "data.resultId", $"{result.CriterionId} has neither an OOS nor an invalid run.");
        // A failure that QA has confirmed is a fact of the product, not of the run (3.1).
        j.Require(!Confirms(j.State, result), Codes.StateGuard, "data.resultId", $"The failure of {result.ResultId} was concluded as confirmed; it is not set aside.");
        var before = j.State.Qc.ResultsOf(result.CriterionId).Count(r => r.InvalidatedEventId is not null);
        j.FlagIf(before > 0, Flags.OutOfWindow, "resultId", "one invalidation of a criterion", before + 1);
    }

    public static void Check(QcRetestOrdered e, Judgement j)
    {
        j.Above("retestNo", e.RetestNo, 0m);
        var qc = j.State.Qc;
        j.Require(HasCause(j, e.CriterionId), Codes.StateGuard, "data.criterionId", $"{e.CriterionId} has neither an OOS nor an invalid run.");
        var criterion = j.Facts.Spec?.WithCommon().Find(e.CriterionId);
        // Sterility and mycoplasma are repeated once in all; another test once for each failure that is investigated.
        var since = criterion is { Sterility: true } or { Mycoplasma: true } ? 0
            : qc.Oos.Values.Where(o => o.CriterionId == e.CriterionId).Select(o => o.Version).DefaultIfEmpty().Max();
        var ordered = qc.Retests.Count(r => r.CriterionId == e.CriterionId && r.Version > since);
        j.Require(e.RetestNo <= 1 && ordered == 0, Codes.StateGuard, "data.retestNo", "One retest is allowed.");
        // Sterility and mycoplasma are repeated only when the first result is ascribed definitively to the laboratory.
        if (criterion is { Sterility: true } or { Mycoplasma: true })
            j.Require(IsLaboratoryError(j.State, e.CriterionId), Codes.StateGuard, "data.criterionId",
                $"{e.CriterionId} is repeated only after its result was ascribed to a laboratory error.");
        if (!j.Require(qc.Samples.TryGetValue(e.SampleId, out var sample) && sample.Criteria.Contains(e.CriterionId), Codes.StateGuard, "data.sampleId",
                $"{e.SampleId} is no sample of {e.CriterionId}.")) return;
        if (criterion?.Validity is not { } stable) return;
        var age = j.At - sample!.CollectedAt;
        j.FlagIf(age.TotalHours > (double)stable.Hours, Flags.Interval, "sampleId", $"≤ {stable.Hours} h after collection", Math.Round((decimal)age.TotalHours, 1));
    }

    private static bool Confirms(BatchState state, QcResult result) =>
        state.Qc.Oos.Values.Any(o => o.CriterionId == result.CriterionId && o.IsConfirmed && (o.ResultId == result.ResultId || (result.Version > o.Version && result.Version < o.ConcludedVersion)));

    private static bool HasCause(Judgement j, string criterionId) =>
        j.State.Qc.Oos.Values.Any(o => o.CriterionId == criterionId) || j.State.Qc.ResultsOf(criterionId).Any(r => !r.ControlsValid || j.Facts.IsRejected(r.RunId));

    private static bool IsLaboratoryError(BatchState state, string criterionId) =>
        state.Qc.ResultsOf(criterionId).Any(r => r.InvalidatedEventId is not null || !r.ControlsValid)
        || state.Qc.Oos.Values.Any(o => o.CriterionId == criterionId && o.Conclusion == OosConclusion.AssignableLabError);

    public static void Check(OosConcluded e, Judgement j)
    {
        j.Require(e.Rationale.Length >= RationaleMinLength, Codes.ValReason, "data.rationale", $"A rationale of at least {RationaleMinLength} characters is needed.");
        j.Range("phase", e.Phase, 1m, 2m);
        if (!j.Require(j.State.Qc.Oos.TryGetValue(e.OosId, out var oos), Codes.StateGuard, "data.oosId", $"OOS {e.OosId} is unknown.")) return;
        j.Require(oos!.IsOpen, Codes.StateGuard, "data.oosId", $"OOS {e.OosId} is concluded already.");
        // Every value is kept, and a retest that fails confirms the failure (3.1).
        if (e.Conclusion is OosConclusion.AssignableLabError or OosConclusion.NotConfirmed)
            j.Require(!RetestFailed(oos, j), Codes.StateGuard, "data.conclusion", "The ordered retest failed: the failure is confirmed.");
        if (e.Conclusion == OosConclusion.NotConfirmed)
        {
            j.Require(oos.CriterionId is not ("C-02" or "C-04" or "C-05" or "C-06" or "C-07"), Codes.StateGuard, "data.conclusion",
                $"A failure of {oos.CriterionId} is never argued away by a retest.");
            j.Require(PassingRetest(oos, j) is not null, Codes.StateGuard, "data.conclusion", "No ordered retest by a second analyst is approved with every failed part passing.");
        }
        var days = WorkingDays(oos.OpenedAt, j.At, j.State.Zone);
        j.FlagIf(days > OpenAtMostWorkingDays, Flags.Interval, "oosId", $"≤ {OpenAtMostWorkingDays} working days", days);
    }

    private static RetestOrder? Ordered(OosCase oos, BatchState state) =>
        state.Qc.Retests.FirstOrDefault(r => r.CriterionId == oos.CriterionId && r.Version > oos.Version);

    private static bool RetestFailed(OosCase oos, Judgement j) =>
        Ordered(oos, j.State) is { } ordered && AllReadings(oos, j).Any(r => r.Reading.Outcome == LimitOutcome.Fail && r.Reading.IsApproved && r.Reading.Result.Version > ordered.Version);

    /// <summary>
    /// The approved result of the ordered retest: the first after the order, on the retained sample, of another analyst, in which every part that failed
    /// passes. Later runs do not make good for it: nothing is tested into compliance.
    /// </summary>
    private static QcResult? PassingRetest(OosCase oos, Judgement j)
    {
        if (Ordered(oos, j.State) is not { } ordered) return null;
        var readings = AllReadings(oos, j);
        var failed = readings.Where(r => r.Reading.Outcome == LimitOutcome.Fail && r.Reading.Result.Version < ordered.Version).ToList();
        var analysts = failed.Select(r => r.Reading.Result.RecordedBy).ToHashSet(StringComparer.Ordinal);
        var retest = readings.Where(r => r.Reading.Result.Version > ordered.Version).GroupBy(r => r.Reading.Result).MinBy(g => g.Key.Version);
        return retest is not null && !analysts.Contains(retest.Key.RecordedBy)
            && retest.All(r => r.Reading is { Outcome: LimitOutcome.Pass, IsApproved: true } && r.Reading.Sample.SampleId == ordered.SampleId)
            && failed.All(f => retest.Any(r => r.Part == f.Part)) ? retest.Key : null;
    }

    private static List<(CriterionPart Part, Reading Reading)> AllReadings(OosCase oos, Judgement j)
    {
        if (j.Facts.Spec is not { } spec || spec.WithCommon().Find(oos.CriterionId) is not { } criterion) return [];
        var evaluation = new BatchEvaluation(j.State, spec, j.Facts, j.At);
        return [.. criterion.LaboratoryParts.SelectMany(p =>
        {
            var (range, complete) = evaluation.RangeOf(p);
            return Readings.Of(evaluation, criterion, p, range, complete).Select(r => (p, r));
        })];
    }

    /// <summary>Days from Monday to Friday after the day of <paramref name="from"/>, up to that of <paramref name="to"/>, in the batch's zone.</summary>
    internal static int WorkingDays(DateTimeOffset from, DateTimeOffset to, string zone)
    {
        var (day, last, count) = (SiteTime.Local(zone, from).Date, SiteTime.Local(zone, to).Date, 0);
        while (day < last)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) count++;
        }
        return count;
    }
}
