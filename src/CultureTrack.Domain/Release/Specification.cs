namespace CultureTrack.Domain.Release;

/// <summary>A versioned list of criteria, fixed to a batch at registration. Built-in ones are data (<c>Release/specs/*.json</c>).</summary>
public sealed record Specification(
    string SpecId, int Version, string ProductType, DateTimeOffset EffectiveFrom, string? ApprovedBy, IReadOnlyList<Criterion> Criteria);
