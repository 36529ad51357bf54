using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Grains.Incubators;

/// <summary>What an incubator's grain remembers between activations; readings received later are judged again from the store.</summary>
public sealed record IncubatorSnapshot
{
    public required string Id { get; init; }
    public required IncubatorMemory Memory { get; init; }

    /// <summary>Readings received before this instant are in <see cref="Memory"/>; of those received at it, the ones of <see cref="Newest"/>.</summary>
    public required DateTimeOffset ReceivedUpTo { get; init; }
    public IReadOnlyList<string>? Newest { get; init; }
    public required string Profile { get; init; }

    /// <summary>What is known of the sensors; null in a snapshot of an earlier version.</summary>
    public SensorMemory? Sensors { get; init; }
}
