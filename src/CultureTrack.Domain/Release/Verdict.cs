namespace CultureTrack.Domain.Release;

/// <summary>RELEASE, CONDITIONAL, BLOCKED or REJECT, with what led there (3.1).</summary>
public sealed record Verdict(
    string Value, long Version, DateTimeOffset At, string Spec, IReadOnlyList<VerdictReason> Reasons, IReadOnlyList<string> Pending,
    IReadOnlyList<CriterionStatus> Criteria)
{
    /// <summary>Events the verdict rests on beside those its reasons and criteria name.</summary>
    public IReadOnlyList<Guid> Evidence { get; init; } = [];
}

public sealed record VerdictReason(string Id, string Code, string Text, IReadOnlyList<Guid> Evidence);

public sealed record CriterionStatus(
    string Id, string? Common, string Attribute, string Gate, string Status, string? Limit, string? Observed, bool Alert, DateTimeOffset? ValidUntil,
    IReadOnlyList<Guid> Evidence, string Why);
