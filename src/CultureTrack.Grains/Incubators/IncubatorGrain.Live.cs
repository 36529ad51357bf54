using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Live;
using CultureTrack.Store.Readings;

namespace CultureTrack.Grains.Incubators;

public sealed partial class IncubatorGrain
{
    public Task<LiveState> Live() => Task.FromResult(LiveNow());

    private LiveState LiveNow()
    {
        var now = clock.GetUtcNow();
        var inside = _occupancy.Where(o => o.To is null).ToList();
        return new(Id, now, _latest.ToDictionary(l => l.Key, l => ToLive(l.Key, l.Value, now), StringComparer.Ordinal), OpenAlarms(), inside.Count,
            [.. inside.Select(o => o.BatchId).Distinct().Order(StringComparer.Ordinal)]);
    }

    // A value that covers no time any more is stale, however good it was (domain.md 4.3.3).
    private LiveValue ToLive(string channel, ReadingPoint point, DateTimeOffset now)
    {
        var age = now - point.Time;
        var isState = Channels.IsState(channel);
        var isStale = age > TimeSpan.FromMinutes(isState ? 5 : 2.5) && age > (_track?.Judge.Hold ?? TimeSpan.Zero);
        var state = isStale ? "stale" : point.CountsAsMissing ? "uncertain" : _profile?.Find(channel)?.StateOf(point.Value) ?? StateOfSwitch(channel, point.Value);
        return new(isState ? null : (decimal)point.Value, isState ? Channels.StateWord(channel, point.Value) : null, point.Time,
            Math.Max(0, Math.Round(age.TotalSeconds, 1)), state);
    }

    private static string StateOfSwitch(string channel, double value) => (channel, value) switch
    {
        (_, 0) => "ok",
        (Channels.Power or Channels.DeviceAlarm, _) => "action",
        _ => "alert",
    };

    private void PublishLive() => live.Publish(new LiveEvent($"incubator:{Id}", "reading", LiveNow()));
}
