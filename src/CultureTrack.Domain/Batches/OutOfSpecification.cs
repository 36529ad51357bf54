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
        j.Require(HasCause(j.State, result.CriterionId), Codes.StateGuard, "data.resultId", $"{result.CriterionId} has neither an OOS nor an invalid run.");
        var before = j.State.Qc.ResultsOf(result.CriterionId).Count(r => r.InvalidatedEventId is not null);
        j.FlagIf(before > 0, Flags.OutOfWindow, "resultId", "one invalidation of a criterion", before + 1);
    }

    public static void Check(QcRetestOrdered e, Judgement j)
    {
        j.Above("retestNo", e.RetestNo, 0m);
        var qc = j.State.Qc;
        j.Require(HasCause(j.State, e.CriterionId), Codes.StateGuard, "data.criterionId", $"{e.CriterionId} has neither an OOS nor an invalid run.");
        var since = qc.Oos.Values.Where(o => o.CriterionId == e.CriterionId).Select(o => o.Version).DefaultIfEmpty().Max();
        var ordered = qc.Retests.Count(r => r.CriterionId == e.CriterionId && r.Version > since);
        j.Require(e.RetestNo <= 1 && ordered == 0, Codes.StateGuard, "data.retestNo", "One retest is allowed.");
        var criterion = j.Facts.Spec?.WithCommon().Find(e.CriterionId);
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

    private static bool HasCause(BatchState state, string criterionId) =>
        state.Qc.Oos.Values.Any(o => o.CriterionId == criterionId) || state.Qc.ResultsOf(criterionId).Any(r => !r.ControlsValid);

    private static bool IsLaboratoryError(BatchState state, string criterionId) =>
        state.Qc.ResultsOf(criterionId).Any(r => r.InvalidatedEventId is not null || !r.ControlsValid)
        || state.Qc.Oos.Values.Any(o => o.CriterionId == criterionId && o.Conclusion == OosConclusion.AssignableLabError);

    public static void Check(OosConcluded e, Judgement j)
    {
        j.Require(e.Rationale.Length >= RationaleMinLength, Codes.ValReason, "data.rationale", $"A rationale of at least {RationaleMinLength} characters is needed.");
        j.Range("phase", e.Phase, 1m, 2m);
        if (!j.Require(j.State.Qc.Oos.TryGetValue(e.OosId, out var oos), Codes.StateGuard, "data.oosId", $"OOS {e.OosId} is unknown.")) return;
        j.Require(oos!.IsOpen, Codes.StateGuard, "data.oosId", $"OOS {e.OosId} is concluded already.");
        if (e.Conclusion == OosConclusion.NotConfirmed)
        {
            j.Require(oos.CriterionId is not ("C-02" or "C-04" or "C-05" or "C-06" or "C-07"), Codes.StateGuard, "data.conclusion",
                $"A failure of {oos.CriterionId} is never argued away by a retest.");
            j.Require(PassingRetest(oos, j) is not null, Codes.StateGuard, "data.conclusion", "No ordered retest by a second analyst is approved with every failed part passing.");
        }
        var days = WorkingDays(oos.OpenedAt, j.At, j.State.Zone);
        j.FlagIf(days > OpenAtMostWorkingDays, Flags.Interval, "oosId", $"≤ {OpenAtMostWorkingDays} working days", days);
    }

    /// <summary>The approved result of the ordered retest, of another analyst, in which every part that failed passes.</summary>
    private static QcResult? PassingRetest(OosCase oos, Judgement j)
    {
        if (j.Facts.Spec is not { } spec || spec.WithCommon().Find(oos.CriterionId) is not { } criterion) return null;
        var ordered = j.State.Qc.Retests.FirstOrDefault(r => r.CriterionId == oos.CriterionId && r.Version > oos.Version);
        if (ordered is null) return null;
        var evaluation = new BatchEvaluation(j.State, spec, j.Facts, j.At);
        var readings = criterion.LaboratoryParts.SelectMany(p =>
        {
            var (range, complete) = evaluation.RangeOf(p);
            return Readings.Of(evaluation, criterion, p, range, complete).Select(r => (Part: p, Reading: r));
        }).ToList();
        var failed = readings.Where(r => r.Reading.Outcome == LimitOutcome.Fail && r.Reading.Result.Version < ordered.Version).ToList();
        var analysts = failed.Select(r => r.Reading.Result.RecordedBy).ToHashSet(StringComparer.Ordinal);
        return readings.Where(r => r.Reading.Result.Version > ordered.Version && r.Reading.IsApproved && !analysts.Contains(r.Reading.Result.RecordedBy))
            .GroupBy(r => r.Reading.Result)
            .FirstOrDefault(g => g.All(r => r.Reading.Outcome == LimitOutcome.Pass) && failed.All(f => g.Any(r => r.Part == f.Part)))?.Key;
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
