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

    /// <summary>Judges it reading by reading as if each had come at its own time, and says how many weeks it covers.</summary>
    public (SensorTrial Trial, double Weeks) Judge(EquipmentProfile? profile = null)
    {
        var trial = new SensorTrial(profile ?? EquipmentProfiles.Get("P37-5"), Period);
        var messages = Samples.Where(s => EquipmentProfiles.Get("P37-5").Find(s.Channel) is not null).GroupBy(s => (s.DeviceTime, s.Device)).OrderBy(g => g.Key.DeviceTime).ToList();
        DateTimeOffset? last = null;
        foreach (var message in messages)
        {
            // Silence shows when it lasts, not when it is over.
            if (last is { } before && message.Key.DeviceTime - before > ChannelLedger.SilenceIsGapAfter) trial.Look(before + ChannelLedger.SilenceIsGapAfter);
            last = message.Key.DeviceTime;
            trial.Take(message.Key.Device ?? "device", message.Key.DeviceTime, [.. message.GroupBy(s => s.Channel).Select(s => KeyValuePair.Create(s.Key, (double)s.Last().Value))]);
            trial.Look(message.Key.DeviceTime);
        }
        return (trial, (messages[^1].Key.DeviceTime - messages[0].Key.DeviceTime).TotalDays / 7);
    }
}
