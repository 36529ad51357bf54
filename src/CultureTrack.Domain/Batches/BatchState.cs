using System.Collections.Immutable;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record Hold(string HoldId, string Reason, string PlacedBy, bool BySystem, DateTimeOffset PlacedAt, Guid EventId, string? DeviationRef);

public sealed record Deviation(
    string DeviationId, string Text, DeviationClass? Class, string OpenedBy, bool BySystem, DateTimeOffset OpenedAt, Guid EventId, string? Run,
    Guid? ClosedEventId = null)
{
    public bool IsOpen => ClosedEventId is null;
}

/// <summary>Everything one batch is, folded from its events. Immutable: a refused entry leaves no trace.</summary>
public sealed record BatchState
{
    public static readonly BatchState Initial = new();

    public string BatchId { get; init; } = "";

    /// <summary>Number of events folded.</summary>
    public long Version { get; init; }

    public LifeState State { get; init; }
    public string? Phase { get; init; }
    public Distribution Distribution { get; init; }
    public BatchRegistered? Registration { get; init; }

    /// <summary>The product type as it was at registration; null while there is no registration, or for a code nobody knows any more.</summary>
    public ProductType? Definition { get; init; }
    public string Zone { get; init; } = "UTC";
    public Jurisdiction Jurisdiction { get; init; }

    /// <summary>The events in order, with corrected values put in; the stored originals stay in the event store.</summary>
    public BatchRecord History { get; init; } = [];

    /// <summary>Entries whose value was corrected and which must be verified again (G-10), with the version of the latest correction.</summary>
    public ImmutableDictionary<Guid, long> CorrectedAt { get; init; } = ImmutableDictionary<Guid, long>.Empty;

    /// <summary>When <see cref="State"/> last changed; entries cannot be made for before it (G-6).</summary>
    public DateTimeOffset? StateChangedAt { get; init; }

    public ImmutableSortedDictionary<string, Hold> Holds { get; init; } = ById.None<Hold>();
    public ImmutableSortedDictionary<string, Deviation> Deviations { get; init; } = ById.None<Deviation>();
    public CultureState Culture { get; init; } = CultureState.Empty;
    public QcState Qc { get; init; } = QcState.Empty;
    public ProductState Product { get; init; } = ProductState.Empty;

    public bool HasStarted => State != LifeState.None;
    public bool IsTerminal => State is LifeState.Discarded or LifeState.Closed;
    public bool IsReleased => State is LifeState.ConditionallyReleased or LifeState.Released or LifeState.ReleasedExceptional;
    public string ProductType => Registration?.ProductType ?? "";

    public IEnumerable<Recorded<T>> Of<T>() where T : EventData => History.Of<T>();
    public Recorded<T>? Last<T>() where T : EventData => History.Last<T>();
    public Recorded? Event(Guid id) => History.Find(id);

    /// <summary>Whether an entry of G-10 counts: verified with it or later, and again after a correction.</summary>
    public bool IsVerified(Recorded e)
    {
        var corrected = CorrectedAt.GetValueOrDefault(e.EventId);
        return (corrected == 0 && e.VerifiedBy is not null)
            || Of<EntryVerified>().Any(v => v.Data.EventId == e.EventId && v.Version > corrected);
    }
}
