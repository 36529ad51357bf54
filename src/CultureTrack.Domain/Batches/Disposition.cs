using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

public enum DispositionKind { Conditional, Release, Reject, FinalRelease, Revoke, Exceptional }
public enum InformedAbout { PendingTests, PositiveResult, OosUse }

public sealed record DispositionSigned(
    DispositionKind Kind, long VerdictVersion, string Verdict, IReadOnlyList<string> Pending, IReadOnlyList<string> Reasons) : EventData;

public sealed record ExceptionalUseRequested(
    string PhysicianRef, DateTimeOffset RequestedAt, IReadOnlyList<string> Criteria, string RiskEvaluationRef, bool NoAlternative,
    DateTimeOffset AuthorityTaskDueAt) : EventData;

public sealed record PhysicianInformed(string Contact, string Method, InformedAbout About, DateTimeOffset InformedAt) : EventData;

internal static class DispositionRules
{
    private const int ReasonMinLength = 10;
    private const string ChainOfIdentity = "C-01";

    public static void Check(DispositionSigned e, Judgement j)
    {
        var (state, actor) = (j.State, j.Entry.Actor);
        var releases = e.Kind is not (DispositionKind.Reject or DispositionKind.Revoke);
        j.Require(!releases || state.Jurisdiction != Jurisdiction.EU || actor.QualifiedPerson, Codes.SodRole, "type", "In the EU only a Qualified Person releases.");
        j.Require(e.VerdictVersion == state.Version, Codes.Concurrency, "data.verdictVersion",
            $"The record moved from version {e.VerdictVersion} to {state.Version} since the verdict was shown; look at it again.");
        var work = Independence.WorkOf(state, actor.UserId);
        j.Require(work is null, Codes.SodDisposer, "type", $"{actor.UserId} worked on this batch ({work?.Type} {work?.OccurredAt:u}) and cannot dispose of it.");
        if (e.Kind == DispositionKind.Reject)
            j.Require(e.Reasons.Count > 0 || j.Entry.Reason?.Length >= ReasonMinLength, Codes.ValReason, "data.reasons", "A rejection needs at least one reason.");
        if (releases) CheckVerdict(e, j);
    }

    private static void CheckVerdict(DispositionSigned e, Judgement j)
    {
        if (e.Kind == DispositionKind.Conditional)
            j.Require(BatchEvaluation.IsConditionalAllowed(j.State), Codes.RelCondNotAllowed, "data.kind",
                $"{j.Product.Code} in storage {j.Registration.Storage} is never released conditionally.");
        if (!j.Require(j.Facts.Spec is not null, Codes.RelBlocked, "data.verdict", "The specification of the batch is not known.")) return;
        var verdict = ReleaseEvaluator.Evaluate(j.State, j.Facts.Spec!, j.Facts, j.Now);
        j.Require(e.Verdict == verdict.Value && e.Pending.ToHashSet().SetEquals(verdict.Pending), Codes.RelBlocked, "data.verdict",
            $"The verdict is {Told(verdict)} now, not {e.Verdict}: time has changed it.");
        if (e.Kind == DispositionKind.Exceptional)
        {
            CheckExceptional(j);
            return;
        }
        var needed = e.Kind == DispositionKind.Conditional ? Verdicts.Conditional : Verdicts.Release;
        j.Require(verdict.Value == needed, Codes.RelBlocked, "data.kind", $"{e.Kind} needs the verdict {needed}; it is {Told(verdict)}.");
    }

    private static string Told(Verdict verdict) =>
        verdict.Reasons.Count == 0 ? verdict.Value : $"{verdict.Value} ({string.Join(", ", verdict.Reasons.Select(r => r.Id))})";

    /// <summary>3.9: what fails must be what the physician asked to use all the same; holds, open investigations and identity are never waived.</summary>
    private static void CheckExceptional(Judgement j)
    {
        j.Require(j.Product.ExceptionalAllowed, Codes.RelBlocked, "data.kind", $"{j.Product.Name} is never released exceptionally.");
        var waived = j.State.Of<ExceptionalUseRequested>().SelectMany(r => r.Data.Criteria).Where(c => c != ChainOfIdentity).ToHashSet(StringComparer.Ordinal);
        j.Require(waived.Count > 0, Codes.RelBlocked, "data.kind", "No exceptional use is requested.");
        var standing = ReleaseEvaluator.Standing(j.State, j.Facts.Spec!, j.Facts, j.Now).Where(r => !waived.Contains(r.Id) && !waived.Contains(r.Id.Split('(')[0])).ToList();
        j.Require(standing.Count == 0, Codes.RelBlocked, "data.kind", $"Not covered by the request: {string.Join(", ", standing.Select(r => r.Id))}.");
    }

    public static void Check(ExceptionalUseRequested e, Judgement j)
    {
        j.Require(e.Criteria.Count > 0, Codes.ValRequired, "data.criteria", "Name the criteria that fail.");
        j.Require(e.RequestedAt <= j.Now.AddSeconds(5), Codes.ValFuture, "data.requestedAt", "requestedAt lies in the future.");
        j.Require(j.Product.ExceptionalAllowed, Codes.StateGuard, "type", $"{j.Product.Name} is never released exceptionally.");
        j.Require(!e.Criteria.Contains(ChainOfIdentity), Codes.StateGuard, "data.criteria", "A failure of the chain of identity is never waived.");
        j.Require(e.NoAlternative, Codes.StateGuard, "data.noAlternative", "Exceptional use needs that there is no alternative.");
    }

    public static void Check(PhysicianInformed e, Judgement j)
    {
        j.Require(e.InformedAt <= j.Now.AddSeconds(5), Codes.ValFuture, "data.informedAt", "informedAt lies in the future.");
        if (e.About != InformedAbout.PositiveResult || PhysicianTasks.Open(j.State) is not [var task, ..]) return;
        var late = e.InformedAt - task.Since;
        j.FlagIf(late > PhysicianTasks.Within, Flags.Interval, "informedAt", "≤ 24 h", Math.Round((decimal)late.TotalHours, 1));
    }
}
