using CultureTrack.Grains.Devices;
using CultureTrack.Store.Readings;

namespace CultureTrack.Grains.Incubators;

/// <summary>Hands committed readings to the incubators' grains.</summary>
public sealed class IncubatorFeed(IGrainFactory grains) : IReadingSink
{
    public Task Committed(string incubatorId, IReadOnlyList<ReadingRow> readings) => grains.GetGrain<IIncubatorGrain>(incubatorId).Committed(readings);
}
