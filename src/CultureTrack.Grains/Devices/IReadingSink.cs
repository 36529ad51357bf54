using CultureTrack.Store.Readings;

namespace CultureTrack.Grains.Devices;

/// <summary>Told what was committed: readings in order per incubator, after their senders were told.</summary>
public interface IReadingSink
{
    Task Committed(string incubatorId, IReadOnlyList<ReadingRow> readings);
}

/// <summary>What devices say about themselves. The device is answered when the call has completed.</summary>
public interface IDeviceEvents
{
    Task StatusChanged(string incubatorId, string deviceId, bool online, string? firmware, DateTimeOffset receivedAt);

    /// <param name="at">Device time, or the receipt time when it gave none.</param>
    Task AlarmReported(string incubatorId, string deviceId, DateTimeOffset at, string code, string? text, bool active);
}

/// <summary>
/// Publishes an incubator's live state, retained, to <c>culturetrack/{site}/{incubator}/state</c>, and what happens to its alarms to
/// <c>culturetrack/{site}/{incubator}/alarms</c>.
/// </summary>
public interface IStatePublisher
{
    /// <param name="json">The payload, UTF-8.</param>
    Task Publish(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct);

    /// <summary>Publishes something about an alarm, once, at QoS 1.</summary>
    /// <returns>True when the broker has taken it; false: try again later.</returns>
    Task<bool> Tell(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct);
}
