using System.Text.Json;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Live;
using CultureTrack.Store.Readings;

namespace CultureTrack.Grains.Incubators;

public sealed partial class IncubatorGrain
{
    private static readonly TimeSpan LiveEvery = TimeSpan.FromMilliseconds(500);
    private IGrainTimer? _liveTimer;
    private bool _liveIsStale;

    public Task<LiveState> Live() => Task.FromResult(LiveNow());

    private LiveState LiveNow()
    {
        var now = clock.GetUtcNow();
        var inside = _occupancy.Where(o => o.To is null).ToList();
        return new(Id, now, _latest.ToDictionary(l => l.Key, l => ToLive(l.Key, l.Value, now), StringComparer.Ordinal), OpenAlarms(), inside.Count,
            [.. inside.Select(o => o.BatchId).Distinct().Order(StringComparer.Ordinal)], TrustNow(now));
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

    /// <summary>Tells screens and subscribers, at most twice a second however fast readings come.</summary>
    private void PublishLive()
    {
        _liveIsStale = true;
        _liveTimer ??= this.RegisterGrainTimer(TellLive, new() { DueTime = TimeSpan.Zero, Period = LiveEvery, Interleave = true });
    }

    private async Task TellLive(CancellationToken ct)
    {
        if (!_liveIsStale)
        {
            _liveTimer?.Dispose();
            _liveTimer = null;
            return;
        }
        _liveIsStale = false;
        var state = LiveNow();
        live.Publish(new LiveEvent($"incubator:{Id}", "reading", state));
        if (_equipment is { } equipment) await statePublisher.Publish(equipment.Site, Id, StateMessage(state), ct);
    }

    // The payload of culturetrack/{site}/{incubator}/state.
    private static byte[] StateMessage(LiveState s) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        incubator = s.IncubatorId,
        at = s.At,
        values = s.Values.ToDictionary(v => v.Key, v => new
        {
            value = v.Value.Value ?? (object?)v.Value.Text,
            at = v.Value.At,
            ageSeconds = v.Value.AgeSeconds,
            state = v.Value.State,
        }),
        alarms = s.Alarms,
        vessels = s.Vessels,
        batches = s.Batches,
    }, RecordJson.Options);
}
