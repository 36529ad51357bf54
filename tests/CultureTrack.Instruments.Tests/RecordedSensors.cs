using CultureTrack.Domain.Telemetry;
using CultureTrack.Instruments.Recordings;
using CultureTrack.Instruments.Tests.Simulator;

namespace CultureTrack.Instruments.Tests;

/// <summary>A recording of real sensors, judged as one incubator of profile P37-5 with the recording's own period.</summary>
/// <param name="Name">Folder and file.</param>
/// <param name="Samples">What it holds, in its own order.</param>
/// <param name="Period">Usual time between two readings.</param>
public sealed record RecordedSensors(string Name, IReadOnlyList<RecordedSample> Samples, TimeSpan Period)
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    // Sensors that show tenths for most of the recording: one gives averages of them, the other finer values in its last days.
    private static readonly string[] InTenths = ["office-co2", "memmert"];

    private static readonly (string Folder, string File, double PeriodSeconds, RecordingSettings Settings)[] Known =
    [
        ("memmert", "memmert_2025-10-23_to_10-30.jsonl", 60, new(Zone: Berlin)),
        ("embryo-incubator", "test01.csv", 60, new(Zone: TimeZoneInfo.Utc)),
        ("embryo-incubator", "test03.csv", 60, new(Zone: TimeZoneInfo.Utc)),
        ("bioreactor", "20251208-0937_bioreactor_data.csv", 5, new(StartedAt: new(2025, 12, 8, 9, 37, 0, TimeSpan.Zero))),
        ("bioreactor", "20260213_170934_bioreactor_data.csv", 20, new(Zone: TimeZoneInfo.Utc)),
        ("iot-incubator", "sample.json", 5, new()),
        ("office-co2", "datatest.txt", 60, new(Zone: TimeZoneInfo.Utc)),
        ("nab", "ambient_temperature_system_failure.csv", 3600, new("nab", TimeZoneInfo.Utc)),
    ];

    /// <summary>The recordings of a folder that are there.</summary>
    public static IEnumerable<RecordedSensors> In(string folder) => Known.Where(k => File.Exists(Path.Combine(folder, k.Folder, k.File))).Select(k => Read(folder, k.Folder, k.File));

    public static RecordedSensors Read(string folder, string kind, string file)
    {
        var known = Known.Single(k => (k.Folder, k.File) == (kind, file));
        using var stream = File.OpenRead(Path.Combine(folder, kind, file));
        var parsed = (RecordingOutcome.Parsed)Recording.Read(stream, settings: known.Settings);
        return new($"{kind}/{file}", parsed.Samples, TimeSpan.FromSeconds(known.PeriodSeconds));
    }

    /// <summary>The usual smallest step from one reading to the next: the resolution the channel would have in the register. A few readings may be finer.</summary>
    public decimal? Resolution(string channel)
    {
        if (channel == Channels.Temperature && InTenths.Any(n => Name.StartsWith(n, StringComparison.Ordinal))) return 0.1m;
        var values = Samples.Where(s => s.Channel == channel).Select(s => s.Value).ToList();
        var steps = values.Zip(values.Skip(1), (a, b) => Math.Abs(b - a)).Where(d => d > 0).Order().ToList();
        return steps.Count == 0 ? null : steps[steps.Count / 10];
    }

    /// <summary>Judges it reading by reading, each as if it came at its own time, or as it arrived; and says how many weeks it covers.</summary>
    public (SensorTrial Trial, double Weeks) Judge(EquipmentProfile? profile = null, bool asArrived = false)
    {
        var known = profile ?? EquipmentProfiles.Get("P37-5");
        var resolutions = known.Channels.Select(c => (c.Channel, Resolution: Resolution(c.Channel))).Where(r => r.Resolution is not null).ToDictionary(r => r.Channel, r => r.Resolution!.Value, StringComparer.Ordinal);
        var trial = new SensorTrial(known, Period, resolutions);
        var messages = Samples.Where(s => known.Find(s.Channel) is not null).GroupBy(s => (s.DeviceTime, s.Device)).OrderBy(g => g.Key.DeviceTime).ToList();
        DateTimeOffset? last = null;
        foreach (var message in messages)
        {
            var at = message.Key.DeviceTime;
            // Silence shows while it lasts, not when it is over.
            if (last is { } before && at - before > ChannelLedger.SilenceIsGapAfter) trial.Look(before + ChannelLedger.SilenceIsGapAfter);
            last = at;
            var arrived = asArrived && message.First().ArrivedAt is { } a && a > at ? a : at;
            trial.Take(message.Key.Device ?? "device", at, [.. message.GroupBy(s => s.Channel).Select(s => KeyValuePair.Create(s.Key, (double)s.Last().Value))], buffered: arrived - at > TimeSpan.FromSeconds(5), receivedAt: arrived);
            trial.Look(at);
        }
        return (trial, (messages[^1].Key.DeviceTime - messages[0].Key.DeviceTime).TotalDays / 7);
    }
}
