using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Samples, tests, results and OOS of one batch.</summary>
public sealed record QcState
{
    public static readonly QcState Empty = new();

    public QcState Apply(Recorded e) => this;
}
