using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

public sealed record EntryVerified(Guid EventId) : EventData;

public sealed record ReviewSubmitted(IReadOnlyList<string> OpenItems) : EventData;

public sealed record RecordReviewed(long ScopeVersion, IReadOnlyList<string> ExceptionsSeen, bool AuditTrailReviewed) : EventData;

internal static class ReviewRules
{
    public static void Check(EntryVerified e, Judgement j)
    {
        if (j.State.Event(e.EventId) is not { } entry)
        {
            j.Reject(Codes.StateGuard, "data.eventId", "The batch has no such entry.");
            return;
        }
        j.Require(EventCatalogue.Of(entry.Body).SecondPerson != SecondPerson.None, Codes.StateGuard, "data.eventId", $"{entry.Type} needs no second person.");
        j.Require(!j.State.IsVerified(entry), Codes.StateGuard, "data.eventId", $"This {entry.Type} is verified already.");
        var user = j.Entry.Actor.UserId;
        var corrected = j.State.Of<RecordCorrected>().LastOrDefault(c => c.Data.CorrectsEventId == e.EventId)?.ActorId;
        j.Require(entry.ActorId != user && corrected != user, Codes.SodVerifier, "data.eventId", "Who made or corrected an entry does not verify it.");
        j.Require(entry.Body is not ExpiryOverridden || j.Entry.Actor.RoleFor([Roles.Releaser]) is not null, Codes.SodRole, "data.eventId",
            "An expiry override is verified by a person with the release permission.");
    }

    /// <summary>T09: labels reconciled, every step that needs a second person verified, every unit inspected, every required sample taken.</summary>
    public static void Check(ReviewSubmitted e, Judgement j)
    {
        var state = j.State;
        var labels = state.Last<LabelsReconciled>();
        j.Require(labels is not null && Labelling.IsReconciled(labels.Data), Codes.StateGuard, "type", "The labels are not reconciled.");
        // Who looked over somebody's shoulder before the system stands on paper.
        var unverified = state.History.Where(h => h.Origin != Origin.Imported && EventCatalogue.Of(h.Body).SecondPerson != SecondPerson.None && !state.IsVerified(h)).ToList();
        j.Require(unverified.Count == 0, Codes.StateGuard, "data",
            $"Not verified by a second person: {string.Join(", ", unverified.Select(u => $"{u.Type} of {u.OccurredAt:u}"))}.");
        var inspected = state.Of<UnitsInspected>().SelectMany(u => u.Data.Units).Select(u => u.ContainerId).ToHashSet(StringComparer.Ordinal);
        j.Require(state.Product.Filled.All(c => inspected.Contains(c.Id)), Codes.StateGuard, "data.openItems", "Not every filled unit is inspected.");
        if (!j.Require(j.Facts.Spec is not null, Codes.StateGuard, "data.openItems", "The specification of the batch is not known.")) return;
        var missing = MissingSamples(state, new(state, j.Facts.Spec!, j.Facts, j.Now)).ToList();
        j.Require(missing.Count == 0, Codes.StateGuard, "data.openItems", $"No sample taken for {string.Join(", ", missing)}.");
    }

    // The plates come from the clean-room session, which may still be open.
    internal static IEnumerable<string> MissingSamples(BatchState state, BatchEvaluation evaluation) =>
        from criterion in evaluation.Spec.Criteria
        where evaluation.GateOf(criterion) is Gate.F or Gate.C
        where criterion.LaboratoryParts.Any(p => !p.Optional && !evaluation.IsNotApplicable(p))
        where !state.Qc.Samples.Values.Any(s => s.Criteria.Contains(criterion.Id))
        where !(criterion.Parts.Any(p => p.Source == ValueSource.CleanRoomParticles) && evaluation.Facts.EmSessions.Count > 0)
        select criterion.Id;

    public static void Check(RecordReviewed e, Judgement j)
    {
        j.Range("scopeVersion", e.ScopeVersion, 1m, j.State.Version);
        j.Require(j.State.Of<ReviewSubmitted>().Any(), Codes.StateGuard, "type", "The record is not submitted for review yet.");
        j.Require(e.AuditTrailReviewed, Codes.StateGuard, "data.auditTrailReviewed", "The audit trail must be reviewed too.");
        var report = j.Facts.Spec is { } spec ? ExceptionList.Of(j.State, spec, j.Facts, j.Now) : ExceptionList.Of(j.State, j.Facts);
        var above = ExceptionList.Found(j.State, j.Facts).Where(f => f.Version > e.ScopeVersion).Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
        var unticked = report.Items.Where(i => i is { Kind: not "Refused", Seen: false } && !above.Contains(i.ExceptionId) && !e.ExceptionsSeen.Contains(i.ExceptionId)).ToList();
        j.Require(unticked.Count == 0, Codes.StateGuard, "data.exceptionsSeen",
            $"{unticked.Count} exceptions are not ticked: {string.Join("; ", unticked.Take(5).Select(u => u.Text))}.");
        var work = Independence.WorkOf(j.State, j.Entry.Actor.UserId);
        j.Require(work is null, Codes.SodReviewer, "type", $"{j.Entry.Actor.UserId} worked on this batch ({work?.Type} {work?.OccurredAt:u}) and cannot review it.");
    }
}
