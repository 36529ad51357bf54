namespace CultureTrack.Domain.Release;

/// <summary>One line of a specification.</summary>
public sealed record Criterion(string Id, string Attribute);
