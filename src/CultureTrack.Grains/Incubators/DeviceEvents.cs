using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Live;

namespace CultureTrack.Grains.Incubators;

/// <summary>What devices say about themselves, for the incubators' grains and the screens.</summary>
public sealed class DeviceEvents(IGrainFactory grains, ILiveFeed live) : IDeviceEvents
{
    public Task StatusChanged(string incubatorId, string deviceId, bool online, string? firmware, DateTimeOffset receivedAt)
    {
        live.Publish(new($"incubator:{incubatorId}", "incubator", new { incubatorId, deviceId, online, firmware, at = receivedAt }));
        return Task.CompletedTask;
    }

    public Task AlarmReported(string incubatorId, string deviceId, DateTimeOffset at, string code, string? text, bool active) =>
        grains.GetGrain<IIncubatorGrain>(incubatorId).DeviceAlarm(code, text, active, at);
}
