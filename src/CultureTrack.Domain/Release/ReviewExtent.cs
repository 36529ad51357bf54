using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>How many of its signatures still belong to exactly the content they sign, counted on the entries as they are stored.</summary>
public sealed record SignatureCheck(int Valid, IReadOnlyList<(Recorded Event, string Field)> Invalid)
{
    public static readonly SignatureCheck None = new(0, []);

    public static SignatureCheck Of(IEnumerable<Recorded> stored)
    {
        var all = stored.SelectMany(e => new[] { ("signature", e.Signature), ("verifiedBy", e.VerifiedBy), ("coSignature", e.CoSignature) }
            .Where(s => s.Item2 is not null).Select(s => (Event: e, Field: s.Item1, Valid: SignatureRules.IsValid(e, s.Item2!)))).ToList();
        return new(all.Count(s => s.Valid), [.. all.Where(s => !s.Valid).Select(s => (s.Event, s.Field))]);
    }
}

/// <summary>Readings the cultures and stored containers of a batch should have: as many as the sampling period asks for, one a channel; and those received.</summary>
public sealed record ReadingCount(long Expected, long Received)
{
    public static readonly ReadingCount None = new(0, 0);
}

/// <summary>Counts what a review by exception rests on. Every number is counted, none is assumed.</summary>
internal static class ReviewExtent
{
    // Deciding is what the review is for; it is not missing from the record that is reviewed.
    private static readonly string[] Deciding = [nameof(RecordReviewed), nameof(DispositionSigned)];

    public static ReviewCoverage Of(BatchEvaluation evaluation, IReadOnlyList<CriterionResult> results, ReadingCount readings, SignatureCheck signatures)
    {
        var state = evaluation.State;
        var entries = state.History.Where(e => e.Origin == Origin.Entered).ToList();
        var rules = entries.Count + results.Count(r => r.Gate != Gate.NotApplicable);
        var steps = entries.Where(e => e.Body is not (RecordReviewed or DispositionSigned or EntryVerified)).ToList();
        var unverified = steps.Count(e => EventCatalogue.Of(e.Body).SecondPerson != SecondPerson.None && !state.IsVerified(e));
        var open = ReviewRules.MissingSamples(state, evaluation).Count() + Overdue(evaluation);
        return new(rules, readings.Expected, readings.Received, steps.Count + open, steps.Count - unverified, signatures.Valid);
    }

    // A task of the schedule that was due and has not been done.
    private static int Overdue(BatchEvaluation e) =>
        Schedule.Due(e.State, e.Facts.Product).Count(t => t.DueAt <= e.At && !Deciding.Contains(t.CompletedBy) && t.CompletedBy != nameof(SampleTaken));
}
