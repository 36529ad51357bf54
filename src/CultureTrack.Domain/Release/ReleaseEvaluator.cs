using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

public static class Verdicts
{
    public const string Release = "RELEASE", Conditional = "CONDITIONAL", Blocked = "BLOCKED", Reject = "REJECT";
}

/// <summary>Whether a batch may be released, and every reason why not (3.1). Pure: the same events, specification and instant give the same verdict.</summary>
public static class ReleaseEvaluator
{
    /// <summary>Identifies the rules in computed values (R-29).</summary>
    public const string Formula = "3.1@1";

    /// <param name="state">The batch with the events recorded up to <paramref name="at"/>.</param>
    /// <param name="facts">Lots, clean-room sessions and exposure as they stood then.</param>
    public static Verdict Evaluate(BatchState state, Specification spec, LabFacts facts, DateTimeOffset at) => Evaluate(new(state, spec, facts, at)).Verdict;

    /// <summary>The verdict with the criteria it rests on.</summary>
    internal static (Verdict Verdict, IReadOnlyList<CriterionResult> Criteria) Evaluate(BatchEvaluation evaluation)
    {
        var all = evaluation.All();
        var (value, reasons, pending, slowTests) = Decide(evaluation, all);
        return (new(value, evaluation.State.Version, evaluation.At, evaluation.Spec.Name, Ordered(reasons), [.. pending.Order(StringComparer.Ordinal)], [.. all.Select(c => c.ToStatus())])
        {
            Evidence = Grounds.OfVerdict(evaluation, value, slowTests),
        }, all);
    }

    private static (string Value, IEnumerable<VerdictReason> Reasons, IEnumerable<string> Pending, bool SlowTests) Decide(
        BatchEvaluation e, IReadOnlyList<CriterionResult> all)
    {
        var failed = Failed(e, all).ToList();
        if (failed.Count > 0) return (Verdicts.Reject, failed, [], false);
        var blocked = Blocking(e, all).ToList();
        if (blocked.Count > 0) return (Verdicts.Blocked, blocked, [], false);
        var open = all.Where(c => c.Gate == Gate.C && !c.IsMet).ToList();
        if (open.Count == 0) return (Verdicts.Release, [], [], false);
        var unmet = open.Where(c => !MayBePending(e, c)).SelectMany(c => Reasons(c, _ => true)).Concat(Physician(e)).ToList();
        return unmet.Count == 0 ? (Verdicts.Conditional, [], open.Select(c => c.Criterion.Id), true) : (Verdicts.Blocked, unmet, [], true);
    }

    /// <summary>
    /// Everything that stands against an exceptional release, waived or not: rules 1 and 2, and slow tests without what stands in for them (3.9).
    /// </summary>
    internal static IReadOnlyList<VerdictReason> Standing(BatchState state, Specification spec, LabFacts facts, DateTimeOffset at)
    {
        var evaluation = new BatchEvaluation(state, spec, facts, at);
        var all = evaluation.All();
        var open = all.Where(c => c.Gate == Gate.C && !c.IsMet && c.Outcome != Outcome.FailConfirmed && !MayBePending(evaluation, c));
        return Ordered(Failed(evaluation, all).Concat(Blocking(evaluation, all)).Concat(open.SelectMany(c => Reasons(c, _ => true))));
    }

    /// <summary>Rule 1: what can never be released.</summary>
    internal static IEnumerable<VerdictReason> Failed(BatchEvaluation e, IReadOnlyList<CriterionResult> all)
    {
        foreach (var criterion in all.Where(c => c.Gate is Gate.F or Gate.C && c.Outcome == Outcome.FailConfirmed))
            foreach (var reason in Reasons(criterion, p => p.Outcome == Outcome.FailConfirmed)) yield return reason;
        if (IsExpired(e))
        {
            var evidence = e.State.History.Where(h => h.Body is FillPerformed or ExpiryOverridden).TakeLast(1).Select(h => h.EventId);
            yield return new("EXPIRED", "EXPIRED", $"The product expired {e.State.Product.ExpiresAt:u}.", [.. evidence]);
        }
    }

    private static bool IsExpired(BatchEvaluation e) =>
        e.State.State is LifeState.Formulated or LifeState.PendingDisposition && e.At >= e.State.Product.ExpiresAt;

    /// <summary>Rule 2: what must be settled first.</summary>
    internal static IEnumerable<VerdictReason> Blocking(BatchEvaluation e, IReadOnlyList<CriterionResult> all)
    {
        var state = e.State;
        if (!state.Holds.IsEmpty)
            yield return new("HOLD", "OPEN", Told("Held", state.Holds.Values.Select(h => h.Reason)), [.. state.Holds.Values.Select(h => h.EventId)]);
        var deviations = state.Deviations.Values.Where(d => d.IsOpen && !(d.Class == DeviationClass.Minor && DeviationRules.IsAssessed(d, state))).ToList();
        if (deviations.Count > 0)
            yield return new("DEVIATION", "OPEN", Told("Open", deviations.Select(d => $"{d.DeviationId} ({d.Class?.ToString() ?? "not classified"})")),
                [.. deviations.Select(d => d.EventId)]);
        var imported = state.History.Where(h => h.Origin == Origin.Imported).Select(h => h.EventId).ToList();
        if (imported.Count > 0)
            yield return new("IMPORTED", "OPEN", $"The history was brought in from elsewhere; {imported.Count} entries were not judged when they happened.", imported);
        var investigated = new HashSet<string>(StringComparer.Ordinal);
        foreach (var oos in state.Qc.Oos.Values.Where(o => o.IsOpen))
        {
            investigated.Add(oos.CriterionId);
            yield return new($"OOS({oos.CriterionId})", "OPEN", $"{oos.OosId} is not concluded.", [oos.EventId]);
        }
        foreach (var criterion in all.Where(c => c.Gate == Gate.F && !c.IsMet))
            foreach (var reason in Reasons(criterion, p => !(p.Outcome == Outcome.FailUnconfirmed && investigated.Contains(criterion.Criterion.Id)))) yield return reason;
    }

    /// <summary>Rule 4: a slow test may be left pending when others stand in for it and waiting for it would let the product expire.</summary>
    internal static bool MayBePending(BatchEvaluation e, CriterionResult criterion) =>
        e.ConditionalAllowed && criterion.Outcome == Outcome.Pending && e.SurrogatesPass(criterion.Criterion)
        && criterion.ExpectedAt > e.State.Product.ExpiresAt;

    private static IEnumerable<VerdictReason> Physician(BatchEvaluation e)
    {
        if (e.ConditionalAllowed && !e.State.Of<PhysicianInformed>().Any(p => p.Data.About == InformedAbout.PendingTests))
            yield return new("PHYSICIAN", "MISSING", "The treating physician is not informed about the pending tests.", []);
    }

    private static IEnumerable<VerdictReason> Reasons(CriterionResult criterion, Func<PartResult, bool> which) => criterion.Unmet(which)
        .Select(u => new VerdictReason(u.Id, u.Part.ReasonCode, $"{criterion.Criterion.Attribute}: {u.Part.Why}", u.Part.Evidence));

    private static string Told(string what, IEnumerable<string> details) => $"{what}: {string.Join("; ", details.Order(StringComparer.Ordinal))}.";

    private static IReadOnlyList<VerdictReason> Ordered(IEnumerable<VerdictReason> reasons) =>
        [.. reasons.DistinctBy(r => r.Id).OrderBy(r => r.Id, StringComparer.Ordinal)];
}
