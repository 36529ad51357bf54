using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Builds the list of a review by exception (R-36, R-37): everything QA must have seen. Ids are derived from event ids and never change.</summary>
public static class ExceptionList
{
    /// <summary>The list alone, for a batch whose specification is not known.</summary>
    public static ExceptionReport Of(BatchState state, LabFacts facts) => Report(state, facts, [], new(0, 0, 0, 0, 0, 0));

    /// <summary>The full list with lapsed validity and how much was checked.</summary>
    public static ExceptionReport Of(
        BatchState state, Specification spec, LabFacts facts, DateTimeOffset at, ReadingCount? readings = null, SignatureCheck? signatures = null)
    {
        var evaluation = new BatchEvaluation(state, spec, facts, at);
        var results = evaluation.All();
        var checkedOnes = signatures ?? SignatureCheck.None;
        return Report(state, facts, [.. Lapsed(results), .. checkedOnes.Invalid.Select(Unfitting)],
            ReviewExtent.Of(evaluation, results, readings ?? ReadingCount.None, checkedOnes));
    }

    private static ExceptionReport Report(BatchState state, LabFacts facts, IReadOnlyList<ReviewException> others, ReviewCoverage coverage)
    {
        var review = ReviewRecord.Current(state);
        var items = Found(state, facts).Select(f => new ReviewException(f.Id, f.Kind, f.EventIds, f.Text, review is not null && IsSeen(review, f)));
        return new(state.Version, [.. items, .. others.Select(l => l with { Seen = ReviewRecord.HasTicked(review, l.ExceptionId) })], coverage);
    }

    private static bool IsSeen(Recorded<RecordReviewed> review, FoundException found) =>
        found.Version <= review.Data.ScopeVersion && ReviewRecord.HasTicked(review, found.Id);

    private static IEnumerable<ReviewException> Lapsed(IReadOnlyList<CriterionResult> results) =>
        from result in results
        where result.Gate is Gate.F or Gate.C
        from part in result.Parts
        where part.Outcome == Outcome.Expired
        select new ReviewException($"ValidityExpired-{part.Evidence[0]:N}-{result.Criterion.Id}", "ValidityExpired", part.Evidence,
            $"{result.Criterion.Id} {result.Criterion.Attribute}: {part.Why}", false);

    private static ReviewException Unfitting((Recorded Event, string Field) signature) =>
        new($"Uncovered-{signature.Event.EventId:N}-{signature.Field}", "Uncovered", [signature.Event.EventId],
            $"The {signature.Field} of {signature.Event.Type} does not belong to what stands there: it was moved, or the entry was changed outside of the program.", false);

    /// <summary>Everything that is an exception, each with the version from which a review must have known it.</summary>
    internal static IEnumerable<FoundException> Found(BatchState state, LabFacts facts) =>
        state.History.SelectMany(e => Of(state, e)).Concat(Uncovered(state, facts.Checks)).Concat(ExcursionExceptions.Of(state)).Concat(Shelved(state, facts.Shelvings)).Concat(Doubted(facts.Environment))
            .OrderBy(f => f.Version);

    // R-37: what no validated check has judged, somebody has to read.
    private static IEnumerable<FoundException> Uncovered(BatchState state, ValidatedChecks checks) =>
        from e in state.History
        where e.Origin == Origin.Entered
        let kind = EventCatalogue.Of(e.Body)
        where !checks.Covers(kind)
        select Make("Uncovered", e, $"{e.Type} of {e.OccurredAt:u}: its automatic check (version {kind.CheckVersion}) is not in version {checks.Version} of the list of validated checks.");

    // Of an incubator while cultures or containers of this batch were inside.
    private static IEnumerable<FoundException> Shelved(BatchState state, IReadOnlyList<ShelvedFact> shelvings)
    {
        var stays = CultureExposure.Vessels(state).Concat(CultureExposure.Containers(state)).SelectMany(v => v.Stays).ToList();
        return shelvings.Where(f => stays.Any(s => s.IncubatorId == f.IncubatorId && s.From < f.Until && (s.To is null || s.To > f.From))).OrderBy(f => f.From)
            .Select(f => new FoundException($"Shelved-{f.EventId:N}", "Shelved", [f.EventId], $"{f.IncubatorId} {f.Channel}: {f.By} shelved {f.AlarmId} from {f.From:u} to {f.Until:u}: {f.Reason}", 1));
    }

    // Readings that count, though there is a reason to doubt them: no rule of 4.3 takes them out, so somebody has to weigh it.
    private static IEnumerable<FoundException> Doubted(EnvironmentReport environment) =>
        environment.Doubts.Select(d => new FoundException($"MissingData-{d.Id}", "MissingData", [], $"Sensor in doubt: {d.Text}", 1));

    private static IEnumerable<FoundException> Of(BatchState state, Recorded e)
    {
        if (e.Origin == Origin.Imported) yield return Make("Uncovered", e, $"{e.Type} was imported; no rule judged it when it happened.");
        foreach (var flag in e.Flags.Where(f => f.Code != Flags.ReviewVoided && e.Body is not ExpiryOverridden))
            yield return flag.Code == Flags.LateEntry
                ? Make("LateEntry", e, $"{e.Type} of {e.OccurredAt:u} was entered {e.RecordedAt:u}: {e.Reason}")
                : Make("Flag", e, FlagText(e, flag), $"{flag.Code}-{flag.Field}");
        var found = e.Body switch
        {
            RecordCorrected c => Make("Correction", e, $"{c.Field} changed from {c.OldValue} to {c.NewValue}: {c.Reason}"),
            DeviationOpened d => Related("Deviation", e, $"{d.DeviationId} {state.Deviations[d.DeviationId!].Class}: {d.Text}", RelatedTo(state, d.DeviationId!)),
            HoldPlaced { DeviationRef: null } h when e.ActorRole == Roles.System => Make("Deviation", e, $"Hold by the software: {h.Reason}"),
            OosOpened o => Related("Oos", e, OosText(state, o), state.Of<OosConcluded>().Where(c => c.Data.OosId == o.OosId)),
            QcResultInvalidated i => Make("Invalidation", e, $"Result {i.ResultId} set aside: {i.AssignableCause}"),
            QcResultRecorded { ControlsValid: false } r => Make("Invalidation", e, $"Run of test {r.TestId} invalid: its controls failed."),
            QcRetestOrdered r => Make("Retest", e, $"Retest {r.RetestNo} of {r.CriterionId} ordered on sample {r.SampleId}."),
            ExpiryOverridden o => Make("Override", e, $"Expiry set to {o.NewExpiresAt:u}: {o.Rationale}"),
            _ => null,
        };
        if (found is not null) yield return found;
    }

    private static string FlagText(Recorded e, Flag flag) => string.Create(CultureInfo.InvariantCulture,
        $"{e.Type} of {e.OccurredAt:u}: {flag.Code} {flag.Field}{(flag.Observed is null ? "" : $" {flag.Observed}")}{(flag.Window is null ? "" : $" (window {flag.Window})")}{(e.Comment is null ? "" : $"; {e.Comment}")}");

    private static string OosText(BatchState state, OosOpened oos) =>
        $"{oos.OosId} of {oos.CriterionId}: {(state.Qc.Oos.GetValueOrDefault(oos.OosId)?.Conclusion is { } c ? $"concluded {c}" : "open")}.";

    private static IEnumerable<Recorded> RelatedTo(BatchState state, string deviationId) => state.History.Where(e => e.Body switch
    {
        DeviationClassified c => c.DeviationId == deviationId,
        DeviationClosed c => c.DeviationId == deviationId,
        HoldPlaced h => h.DeviationRef == deviationId,
        _ => false,
    });

    private static FoundException Make(string kind, Recorded e, string text, string? detail = null) =>
        new(detail is null ? $"{kind}-{e.EventId:N}" : $"{kind}-{e.EventId:N}-{detail}", kind, [e.EventId], text, e.Version);

    // A hold or a higher class set by the software later is news; closing and concluding are QA's own decisions.
    private static FoundException Related(string kind, Recorded e, string text, IEnumerable<Recorded> related)
    {
        var all = related.ToList();
        var news = all.Where(r => r.ActorRole == Roles.System).Select(r => r.Version).Append(e.Version).Max();
        return new($"{kind}-{e.EventId:N}", kind, [e.EventId, .. all.Select(r => r.EventId)], text, news);
    }
}

/// <param name="Version">Version of the latest event that made it what it is; a review of a smaller scope has not seen it.</param>
internal sealed record FoundException(string Id, string Kind, IReadOnlyList<Guid> EventIds, string Text, long Version);
