using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Live;
using CultureTrack.Store.Readings;

namespace CultureTrack.Grains.Incubators;

public sealed partial class IncubatorGrain
{
    private void WatchSensors(SensorMemory? memory)
    {
        if (_profile is null || _equipment is null) return;
        _sensors = new(_profile, _equipment.Period, memory)
        {
            CalibratedAt = _calibrations.GroupBy(c => c.Channel).ToDictionary(g => g.Key, g => g.Max(c => c.PerformedAt), StringComparer.Ordinal),
        };
    }

    private List<SensorFinding> TakeIntoWatch(IReadOnlyList<ReadingRow> rows) => _sensors is null ? [] : [.. rows.SelectMany(r => _sensors.Take(ToMessage(r)))];

    private static SensorMessage ToMessage(ReadingRow row) => new(row.DeviceId, row.EffectiveAt, row.ReceivedAt, row.DeviceTime, row.Buffered, QualityOf(row),
        [.. row.Values.All().Where(v => !Channels.IsState(v.Key)).OrderBy(v => v.Key, StringComparer.Ordinal)]);

    // No alarm: what is to be done about a doubted sensor has time, and nobody is called at night for it.
    private void TellSensors(List<SensorFinding> news)
    {
        foreach (var finding in news) live.Publish(new LiveEvent($"incubator:{Id}", "incubator", new { incubatorId = Id, sensor = finding }));
    }

    private IncubatorEnvironment EnvironmentOf(DateTimeOffset from, DateTimeOffset to) => new(_track!.Ledger.Slice(from, to), _calibrations)
    {
        Findings = [.. (_sensors?.Findings ?? []).Where(f => f.Touches(from, to))],
    };

    private IReadOnlyList<ChannelTrust> TrustNow(DateTimeOffset now) =>
        _track is null ? [] : SensorTrust.At(new(_track.Ledger, _calibrations) { Findings = _sensors?.Findings ?? [] }, now, _equipment?.InServiceSince);
}
