using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Domain.Release;

/// <summary>The status of a part that a laboratory reports: approved results against the limit, within their validity (3.1).</summary>
internal static class LaboratoryEvaluation
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromHours(24);

    public static PartResult Of(BatchEvaluation e, Criterion criterion, CriterionPart part)
    {
        var (range, complete) = e.RangeOf(part);
        var result = Judge(e, criterion, part, range, complete);
        var harvest = HarvestAlert(e, criterion);
        return result with
        {
            Limit = (range ?? new AcceptanceRange()).Text(part.Unit),
            Alert = result.Alert || harvest is not null,
            Evidence = [.. result.Evidence.Concat(SetAsideBy(e, criterion, part, range, complete, result)).Concat(Withdrawing(e, criterion, part)).Concat(e.GroundsOfRange(part, result.Observed is not null)).Concat(harvest is { } h ? [h] : []).Distinct()],
        };
    }

    // What set a result aside is named where the part would read otherwise without it.
    private static IEnumerable<Guid> SetAsideBy(BatchEvaluation e, Criterion criterion, CriterionPart part, AcceptanceRange? range, bool complete, PartResult result)
    {
        foreach (var (eventId, qc) in e.State.Qc.WithoutEachSettingAside(criterion.Id))
        {
            var other = Judge(e.With(e.State with { Qc = qc }), criterion, part, range, complete);
            if ((other.Outcome, other.Why, other.Observed) != (result.Outcome, result.Why, result.Observed)) yield return eventId;
        }
    }

    private static IEnumerable<Guid> Withdrawing(BatchEvaluation e, Criterion criterion, CriterionPart part)
    {
        var units = e.State.Qc.ResultsOf(criterion.Id).Where(r => r.Counts).SelectMany(r => r.Values).Where(v => criterion.LaboratoryPart(v.Part) == part)
            .Select(v => v.UnitId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return units.Count == 0 ? []
            : e.State.Of<VesselDiscarded>().Where(d => d.Data.Ids.Any(id => units.Contains(id) || units.Contains(e.State.Product.Containers.GetValueOrDefault(id)?.SourceId ?? ""))).Select(d => d.EventId);
    }

    private static PartResult Judge(BatchEvaluation e, Criterion criterion, CriterionPart part, AcceptanceRange? range, bool complete)
    {
        var readings = Readings.Of(e, criterion, part, range, complete);
        if (Confirmed(e, criterion, readings) is { } failed) return failed with { Part = part };
        var failing = readings.FirstOrDefault(r => r.Outcome == LimitOutcome.Fail && !IsSetAside(e.State.Qc, r.Result));
        if (failing is not null)
            return new(part, Outcome.FailUnconfirmed, $"{failing.Text} is outside the limit ({failing.Result.ResultId}); not concluded yet.")
            {
                Observed = failing.Text,
                HasResult = true,
                Evidence = [failing.Sample.EventId, failing.Test.EventId, failing.Result.EventId],
            };
        // The latest sample speaks for the product; a second reading of the same sample counts with the first.
        var latest = readings.Where(r => r.Outcome != LimitOutcome.Fail && r.IsApproved && r.IsConclusive)
            .GroupBy(r => r.Result.ResultId).MaxBy(g => (g.First().Sample.CollectedAt, g.First().Result.Version));
        if (latest is null && readings.LastOrDefault(r => r.Result.ApprovedEventId is not null && !r.IsApproved) is { } corrected)
            return Waiting(e, criterion, part) with { Why = $"{corrected.Text} ({corrected.Result.ResultId}) was corrected and is not approved again.", Evidence = [corrected.Sample.EventId, corrected.Test.EventId, corrected.Result.EventId] };
        // There is an approved result, it only counts no more: to say that there is none would send people looking for it.
        if (latest is null && readings.LastOrDefault(r => r.Outcome == LimitOutcome.Fail && r.IsApproved) is { } aside)
            return Waiting(e, criterion, part) with { Why = $"{aside.Text} ({aside.Result.ResultId}) is outside the limit and was set aside with its OOS; no result since counts." };
        return latest is null ? Waiting(e, criterion, part) : Passed(e, criterion, part, range, [.. latest]);
    }

    // A conclusion that rests on a retest sets aside what came before it, not the retest: under another limit that may fail too.
    private static bool IsSetAside(QcState qc, QcResult result) => qc.Oos.Values.Any(o => o.CriterionId == result.CriterionId && o.SetsAside && result.Version < o.ConcludedVersion
        && !(o.Conclusion == OosConclusion.NotConfirmed && qc.RetestOf(o)?.ResultId == result.ResultId));

    private static PartResult? Confirmed(BatchEvaluation e, Criterion criterion, IReadOnlyList<Reading> readings)
    {
        foreach (var oos in e.State.Qc.Oos.Values.Where(o => o.CriterionId == criterion.Id && o.IsConfirmed).OrderBy(o => o.Version))
        {
            var failing = readings.FirstOrDefault(r => r.Outcome == LimitOutcome.Fail && r.Result.Version < oos.ConcludedVersion);
            if (failing is null) continue;
            return new(new(), Outcome.FailConfirmed, $"{failing.Text} is outside the limit ({failing.Result.ResultId}); {oos.OosId} concluded {oos.Conclusion}.")
            {
                Observed = failing.Text,
                HasResult = true,
                Evidence = [failing.Sample.EventId, failing.Test.EventId, failing.Result.EventId, oos.EventId, oos.ConcludedEventId!.Value],
            };
        }
        return null;
    }

    private static PartResult Passed(BatchEvaluation e, Criterion criterion, CriterionPart part, AcceptanceRange? range, IReadOnlyList<Reading> readings)
    {
        var (first, id) = (readings[0], readings[0].Result.ResultId);
        var observed = string.Join(", ", readings.Select(r => r.Text));
        List<Guid> evidence = [first.Sample.EventId, first.Test.EventId, first.Result.EventId, first.Result.ApprovedEventId!.Value];
        if (readings.FirstOrDefault(r => r.Outcome == LimitOutcome.NotEvaluable) is { } open)
            return Waiting(e, criterion, part) with { Outcome = Outcome.Pending, Why = $"{open.Text} ({id}) cannot be judged against the limit.", Observed = observed, Evidence = evidence };
        var validUntil = criterion.Validity is { } v && !(v.FreshOnly && e.Holds(Condition.Cryo))
            ? first.Sample.CollectedAt + TimeSpan.FromHours((double)v.Hours) : (DateTimeOffset?)null;
        var lapsed = e.WindowsAt > validUntil;
        // A window that has lapsed since still stands because a release was signed inside it.
        if (e.At > validUntil && !lapsed) evidence.Add(e.FirstRelease!.EventId);
        return new(part, lapsed ? Outcome.Expired : Outcome.Pass,
            lapsed ? $"{observed} passed ({id}), but its validity ended {validUntil:u}." : range is null ? $"{observed} reported ({id})." : $"{observed} is within the limit ({id}).")
        {
            Observed = observed,
            HasResult = true,
            ValidUntil = validUntil,
            Alert = part.Alert is { } alert && readings.Any(r => r.Value.Value is { } n && alert.Judge(n) == LimitOutcome.Fail),
            Evidence = evidence,
        };
    }

    /// <summary>No result to count: what is being waited for, and until when.</summary>
    private static PartResult Waiting(BatchEvaluation e, Criterion criterion, CriterionPart part)
    {
        var samples = Readings.SamplesOf(e, criterion).OrderBy(s => s.CollectedAt).ToList();
        if (samples.Count == 0) return Unsampled(e, criterion, part);
        var latest = samples[^1];
        var test = e.State.Qc.Tests.Values.Where(t => t.CriterionId == criterion.Id && samples.Any(s => s.SampleId == t.SampleId))
            .MaxBy(t => (t.IncubationStartedAt ?? t.StartedAt, t.EventId));
        if (test is null && e.At - latest.CollectedAt > StartWithin)
            return new(part, Outcome.NotTested, $"Sample {latest.SampleId} was taken {latest.CollectedAt:u}; its test has not started within 24 h.") { Evidence = [latest.EventId] };
        var sample = test is null ? latest : e.State.Qc.Samples[test.SampleId];
        return new(part, Outcome.Pending, test is null ? $"Sample {latest.SampleId} taken; test not started." : $"Test {test.TestId} has no approved result.")
        {
            ExpectedAt = (test?.IncubationStartedAt ?? sample.CollectedAt) + TimeSpan.FromHours((double)(criterion.ValidatedHours ?? 0m)),
            Evidence = test is null ? [sample.EventId] : [sample.EventId, test.EventId],
        };
    }

    private static PartResult Unsampled(BatchEvaluation e, Criterion criterion, CriterionPart part)
    {
        var drawn = e.State.Qc.Samples.Values.Where(s => s.Criteria.Contains(criterion.Id)).ToList();
        return drawn.Count == 0 ? new(part, Outcome.NotTested, "No sample taken.")
            : new(part, Outcome.NotTested, $"The sample was not taken at the stage it must be ({criterion.Stage}).")
            {
                Evidence = [.. drawn.Count == 1 ? [drawn[0].EventId] : Array.Empty<Guid>(), .. Grounds.Unfilled(e.State)],
            };
    }

    private static Guid? HarvestAlert(BatchEvaluation e, Criterion criterion) =>
        criterion.HarvestViabilityAlert is { } limit && e.State.Last<HarvestPerformed>() is { } harvest
        && Limit.OfNumber(LimitSense.AtLeast, limit).Judge(harvest.Data.ViabilityPct) == LimitOutcome.Fail ? harvest.EventId : null;
}

/// <summary>One reported value of a part, with the sample and test it comes from.</summary>
internal sealed record Reading(QcSample Sample, QcTest Test, QcResult Result, ResultValue Value, LimitOutcome Outcome, bool IsApproved, bool IsConclusive, string Text);

internal static class Readings
{
    /// <summary>All counting readings of a part, oldest first.</summary>
    public static IReadOnlyList<Reading> Of(BatchEvaluation e, Criterion criterion, CriterionPart part, AcceptanceRange? range, bool complete)
    {
        var samples = SamplesOf(e, criterion).Select(s => s.SampleId).ToHashSet(StringComparer.Ordinal);
        var readings = new List<Reading>();
        foreach (var result in e.State.Qc.ResultsOf(criterion.Id).Where(r => r.Counts))
        {
            if (!e.State.Qc.Tests.TryGetValue(result.TestId, out var test) || !e.State.Qc.Samples.TryGetValue(test.SampleId, out var sample)) continue;
            foreach (var value in result.Values.Where(v => criterion.LaboratoryPart(v.Part) == part && !IsWithdrawn(e.State, v)))
            {
                var outcome = Judge(e, part, value, range, complete);
                // A sample of another stage cannot speak for the product, but growth in it speaks against.
                if (!samples.Contains(sample.SampleId) && outcome != LimitOutcome.Fail) continue;
                // Nor can a run whose control was rejected afterwards; what it found against the product stays to be looked into.
                if (e.Facts.IsRejected(result.RunId) && outcome != LimitOutcome.Fail) continue;
                readings.Add(new(sample, test, result, value, outcome, IsApproved(e.State, result), IsConclusive(criterion, part, test, result), Text(value, part)));
            }
        }
        return readings;
    }

    /// <summary>A value of a unit that was taken out again says nothing of the rest.</summary>
    public static bool IsWithdrawn(BatchState state, ResultValue value) => value.UnitId is { } unit
        && (state.Product.Containers.Values.Any(c => (c.Id == unit || c.SourceId == unit) && c.Withdrawn) || state.Of<VesselDiscarded>().Any(d => d.Data.Ids.Contains(unit)));

    public static LimitOutcome Judge(BatchEvaluation e, CriterionPart part, ResultValue value, AcceptanceRange? range, bool complete)
    {
        if (e.Judged(part, value) is not { } judged) return LimitOutcome.NotEvaluable;
        var outcome = range?.Judge(judged) ?? LimitOutcome.Pass;
        return complete || outcome == LimitOutcome.Fail ? outcome : LimitOutcome.NotEvaluable;
    }

    /// <summary>The approval is the second person; a corrected value must be approved again (G-10).</summary>
    public static bool IsApproved(BatchState state, QcResult result) =>
        result.ApprovedEventId is not null && result.ApprovedVersion > state.CorrectedAt.GetValueOrDefault(result.EventId);

    // A final result is conclusive; an interim one only where the criterion asks for it and after the hours it asks for.
    private static bool IsConclusive(Criterion criterion, CriterionPart part, QcTest test, QcResult result) =>
        result.Kind == ResultKind.Final
        || (criterion.SourceOf(part) == ValueSource.QcInterim && part.InterimHours is { } hours && test.IncubationStartedAt is { } started
            && result.RecordedAt - started >= TimeSpan.FromHours((double)hours));

    /// <summary>Samples for the criterion that were taken at the stage the criterion asks for, judged once the product is filled.</summary>
    public static IEnumerable<QcSample> SamplesOf(BatchEvaluation e, Criterion criterion) => e.State.Qc.Samples.Values
        .Where(s => s.Criteria.Contains(criterion.Id) && IsOfStage(criterion.SampleBeforeFill, s.CollectedAt, e.State.Product.FilledAt));

    private static bool IsOfStage(SampleWindow? window, DateTimeOffset collectedAt, DateTimeOffset? filledAt)
    {
        if (window is null || filledAt is not { } filled) return true;
        var hours = (decimal)(filled - collectedAt).TotalHours;
        return !(hours < window.MinHours) && !(hours > window.MaxHours);
    }

    public static string Text(ResultValue value, CriterionPart part) => value.Qualitative is { } word
        ? value.Lod is { } lod ? string.Create(CultureInfo.InvariantCulture, $"{word} (LOD {lod} {value.LodUnit})") : word.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{(value.Qualifier is "<" or ">" ? value.Qualifier : "")}{value.Value} {part.Unit}").TrimEnd();
}
