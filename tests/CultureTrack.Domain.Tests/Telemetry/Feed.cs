using System.Globalization;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Readings and judges for tests, in minutes from an origin.</summary>
internal static class Feed
{
    public static readonly DateTimeOffset Origin = At("2026-04-26T00:00:00Z");

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    public static DateTimeOffset Min(double minutes) => Origin.AddMinutes(minutes);

    public static IncubatorJudge Judge(string profile = "P37-5", string id = "INC-04", decimal temperatureResolution = 0.01m) =>
        new(new(id, EquipmentProfiles.Get(profile), TimeSpan.FromMinutes(1), new Dictionary<string, decimal> { [Channels.Temperature] = temperatureResolution }));

    public static Reading R(double minute, double value, string channel = Channels.Temperature) => new(Min(minute), channel, value);

    /// <summary>One reading a minute.</summary>
    public static IEnumerable<Reading> Minutes(double first, double last, Func<double, double> value, string channel = Channels.Temperature)
    {
        for (var m = first; m <= last; m++) yield return R(m, value(m), channel);
    }

    /// <summary>The calm baseline of the worked batches: set point plus on even minutes, minus on odd ones.</summary>
    public static double Calm(double minute, double set, double swing) => (double)((decimal)set + ((long)minute % 2 == 0 ? 1 : -1) * (decimal)swing);

    public static IEnumerable<Reading> CalmRow(double m) =>
        [R(m, Calm(m, 37, 0.1)), R(m, Calm(m, 5, 0.02), Channels.Co2), R(m, Calm(m, 95, 0.5), Channels.Humidity), R(m, 0, Channels.Door)];

    /// <summary>The calm baseline with some readings replaced.</summary>
    public static IEnumerable<Reading> CalmWith(double first, double last, IEnumerable<Reading> curve)
    {
        var replaced = curve.ToDictionary(r => (r.At, r.Channel));
        for (var m = first; m <= last; m++)
            foreach (var r in CalmRow(m)) yield return replaced.GetValueOrDefault((r.At, r.Channel), r);
    }

    /// <summary>The heat curve of worked batch 7.2, decimal as devices send it.</summary>
    public static double Heat(int m) => (double)(m <= 21 ? 38.10m + 0.15m * m : m <= 45 ? 41.30m : Math.Max(37.00m, 41.30m - 0.12m * (m - 45)));

    /// <summary>The CO2 curve of worked batch 7.1.</summary>
    public static double LowCo2(int m) => (double)(m <= 180 ? 5.00m - 0.01m * m : Math.Min(5.00m, 3.40m + 0.20m * (m - 181)));

    public static (IncubatorMemory Memory, List<TelemetryFact> Facts) Run(IncubatorJudge judge, IEnumerable<Reading> readings, IncubatorMemory? from = null)
    {
        var memory = from ?? IncubatorMemory.Empty;
        var facts = new List<TelemetryFact>();
        foreach (var reading in judge.InOrder(readings))
        {
            var judged = judge.Take(memory, reading);
            if (judged.IsLate) throw new InvalidOperationException($"{reading} is late");
            memory = judged.Memory;
            facts.AddRange(judged.Facts);
        }
        return (memory, facts);
    }

    public static ChannelLedger Channel(IncubatorJudge judge, IncubatorMemory memory, string channel = Channels.Temperature) => judge.Ledger(memory).Channels[channel];
}
