using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>One criterion that comes out otherwise; null where it is in only one of the two specifications.</summary>
public sealed record CriterionChange(string Id, string? From, string? To, string? LimitFrom, string? LimitTo, string? Observed);

/// <summary>One batch under its own and under another specification, at the same instant.</summary>
/// <param name="At">When it was decided about the batch; now while nobody has decided.</param>
/// <param name="Reasons">Why the other verdict is not a release.</param>
public sealed record WhatIfResult(
    string BatchId, LifeState State, DateTimeOffset At, string Spec, string Verdict, string WhatIf, IReadOnlyList<CriterionChange> Changed, IReadOnlyList<string> Reasons)
{
    public bool Differs => Verdict != WhatIf || Changed.Count > 0;
}

/// <summary>What another specification, approved or a draft, would have meant. Nothing is written.</summary>
public static class WhatIf
{
    /// <summary>
    /// The record and the instant at which a batch is asked about: just before the last signature that decided about it, with the windows that stood then;
    /// the whole record and now while there is none.
    /// </summary>
    public static (IReadOnlyList<Recorded> History, DateTimeOffset At) Moment(IReadOnlyList<Recorded> history, DateTimeOffset now)
    {
        var decided = history.LastOrDefault(e => e.Body is DispositionSigned { Kind: not DispositionKind.Revoke });
        return decided is null ? (history, now) : ([.. history.TakeWhile(e => e != decided)], decided.OccurredAt);
    }

    /// <summary>
    /// The criteria that two specifications word alike, and that therefore come out alike for the same batch at the same instant. A criterion whose gate or
    /// limit looks at final sterility is alike only when that is.
    /// </summary>
    public static IReadOnlySet<string> Alike(Specification own, Specification other)
    {
        var differing = SpecificationDiff.Of(own, other).Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        return own.WithCommon().Criteria.Where(c => !differing.Contains(c.Id) && !(differing.Contains(BatchEvaluation.FinalSterility) && c.LooksAt(Condition.FinalSterilityPassed)))
            .Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <param name="alike">Of <see cref="Alike"/> for the two specifications, so that many batches need it once; null: found here.</param>
    public static WhatIfResult Compare(
        BatchState state, LifeState present, Specification own, Specification other, LabFacts facts, DateTimeOffset at, IReadOnlySet<string>? alike = null)
    {
        var (before, judged) = ReleaseEvaluator.Evaluate(new BatchEvaluation(state, own, facts, at));
        var (after, _) = ReleaseEvaluator.Evaluate(new BatchEvaluation(state, other, facts, at).TakingOver(judged, alike ?? Alike(own, other)));
        var now = after.Criteria.ToDictionary(c => c.Id, StringComparer.Ordinal);
        var then = before.Criteria.ToDictionary(c => c.Id, StringComparer.Ordinal);
        var changed = then.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Select(id => (Id: id, Then: then.GetValueOrDefault(id), Now: now.GetValueOrDefault(id)))
            .Where(c => c.Then?.Status != c.Now?.Status)
            .Select(c => new CriterionChange(c.Id, c.Then?.Status, c.Now?.Status, c.Then?.Limit, c.Now?.Limit, c.Now?.Observed ?? c.Then?.Observed));
        return new(state.BatchId, present, at, own.Name, before.Value, after.Value, [.. changed], [.. after.Reasons.Select(r => r.Id)]);
    }
}

/// <summary>Counts over many batches.</summary>
/// <param name="Moves">How many went from one verdict to another: <c>RELEASE → REJECT</c>.</param>
/// <param name="Criteria">How many batches each criterion changed in.</param>
public sealed record WhatIfSummary(int Batches, int Changed, IReadOnlyDictionary<string, int> Then, IReadOnlyDictionary<string, int> Now, IReadOnlyDictionary<string, int> Moves, IReadOnlyDictionary<string, int> Criteria)
{
    public static WhatIfSummary Of(IReadOnlyCollection<WhatIfResult> results) => new(
        results.Count, results.Count(r => r.Differs), Count(results.Select(r => r.Verdict)), Count(results.Select(r => r.WhatIf)),
        Count(results.Where(r => r.Verdict != r.WhatIf).Select(r => $"{r.Verdict} → {r.WhatIf}")), Count(results.SelectMany(r => r.Changed.Select(c => c.Id))));

    private static SortedDictionary<string, int> Count(IEnumerable<string> values) => new(values.CountBy(v => v).ToDictionary(), StringComparer.Ordinal);
}
