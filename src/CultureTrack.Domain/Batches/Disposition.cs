using CultureTrack.Domain.Records;

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
    public static void Check(DispositionSigned e, Judgement j) { }
    public static void Check(ExceptionalUseRequested e, Judgement j) { }
    public static void Check(PhysicianInformed e, Judgement j) { }
}
