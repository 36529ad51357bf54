using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>A bag, vial or sheet package of FillPerformed, or a frozen intermediate.</summary>
public sealed record Container(string Id, decimal VolumeMl, decimal? Viable, decimal? AreaCm2, string? SourceId, bool IsFilled)
{
    public bool Withdrawn { get; init; }
    public string? StoredIn { get; init; }
    public string? Position { get; init; }
    public bool Shipped { get; init; }
}

/// <summary>Sheets, containers, labels and expiry of one batch.</summary>
public sealed record ProductState
{
    public static readonly ProductState Empty = new();

    public ImmutableDictionary<string, Container> Containers { get; init; } = ImmutableDictionary<string, Container>.Empty;
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? FilledAt { get; init; }

    /// <summary>Containers of the fill that were not withdrawn.</summary>
    public IEnumerable<Container> Filled => Containers.Values.Where(c => c is { IsFilled: true, Withdrawn: false }).OrderBy(c => c.Id, StringComparer.Ordinal);

    public ProductState Apply(Recorded e, BatchState before) => this;
}
