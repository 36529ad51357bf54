using System.Globalization;
using CultureTrack.Domain.Calculations;
using CultureTrack.Instruments;

namespace CultureTrack.Benchmarks.Forecast;

/// <summary>Cultures of one kind, observed by one method.</summary>
/// <param name="Series">Observations of each culture, time in days.</param>
/// <param name="IsConfluence">Percent; otherwise numbers of cells.</param>
sealed record GrowthSet(string Name, IReadOnlyList<IReadOnlyList<GrowthPoint>> Series, bool IsConfluence);

/// <summary>Growth as microscopes and counters have seen it: exports in a folder of instrument files, read by the product's own readers.</summary>
static class RecordedGrowth
{
    private const double LeastStepHours = 11.5;
    private const int LeastPoints = 5;

    /// <param name="folder">Holds <c>incucyte/</c>.</param>
    public static IEnumerable<GrowthSet> In(string folder)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "incucyte"), "*.txt").Order(StringComparer.Ordinal))
        {
            if (Records(file) is not { } records) continue;
            var value = records.SelectMany(r => r.Values.Keys).First(k => k != "elapsed");
            var isConfluence = records.Any(r => r.Values.TryGetValue(value, out var v) && v.Unit == "%");
            var series = records.GroupBy(r => r.Texts["column"], StringComparer.Ordinal).Where(g => !g.Key.Contains("Std Err", StringComparison.Ordinal)).Select(g => Daily(g, value)).Where(s => s.Count >= LeastPoints).ToList();
            if (series.Count > 0) yield return new(Path.GetFileNameWithoutExtension(file), series, isConfluence);
        }
    }

    private static IReadOnlyList<ResultRecord>? Records(string file)
    {
        // Where a file does not say which of day and month comes first, it is from a country where the month does.
        foreach (var settings in new[] { new ReadSettings(), new ReadSettings(DateOrder: DateOrder.MonthFirst) })
        {
            using var stream = File.OpenRead(file);
            if (InstrumentFile.Read(stream, file, settings) is ReadOutcome.Parsed { Records.Count: > 0 } parsed) return parsed.Records;
        }
        return null;
    }

    // A person looks once or twice a day, not every two hours.
    private static List<GrowthPoint> Daily(IEnumerable<ResultRecord> records, string value)
    {
        var seen = new List<GrowthPoint>();
        DateTime? start = null;
        foreach (var r in records.Where(r => r.Time is not null).OrderBy(r => r.Time!.Local))
        {
            if (!r.Values.TryGetValue(value, out var v) || v.Value is not > 0) continue;
            start ??= r.Time!.Local;
            var days = (r.Time!.Local - start.Value).TotalDays;
            if (seen.Count == 0 || (days - seen[^1].Time) * 24 >= LeastStepHours) seen.Add(new(days, (double)v.Value));
        }
        return seen;
    }
}

/// <summary>Cultures made up as bench cultures are: they lag, grow at a rate of their own, slow down before they are full, and are counted with error.</summary>
static class MadeUpGrowth
{
    public static GrowthSet Counts(int cultures, int seed)
    {
        var random = new Random(seed);
        return new("made up, counts", [.. Enumerable.Range(0, cultures).Select(_ => Culture(random, asConfluence: false))], false);
    }

    public static GrowthSet Confluence(int cultures, int seed)
    {
        var random = new Random(seed);
        return new("made up, confluence", [.. Enumerable.Range(0, cultures).Select(_ => Culture(random, asConfluence: true))], true);
    }

    // Doubling about 45 h and for two donors of three between 32 and 64 h, lag 0–24 h after plating, room for 12–40 times what was seeded; counts repeat
    // to 10 %, the eye to about 5 points.
    private static List<GrowthPoint> Culture(Random random, bool asConfluence)
    {
        var rate = 24 * Math.Log(2) / (45 * Math.Exp(0.35 * Gauss(random)));
        var lag = random.NextDouble();
        var (seeded, capacity) = (1.0, 12 + 28 * random.NextDouble());
        var points = new List<GrowthPoint>();
        for (var t = asConfluence ? 1.0 : 0; t < 8; t += 0.8 + 0.4 * random.NextDouble())
        {
            var grown = seeded * Math.Exp(rate * Math.Max(0, t - lag));
            var cells = grown / (1 + (grown - seeded) / capacity);
            if (!asConfluence)
                points.Add(new(t, 1e6 * cells * Math.Exp(0.1 * Gauss(random))));
            else if (Math.Clamp(5 * Math.Round((100 * cells / capacity + 3 * Gauss(random)) / 5), 5, 100) is var pct)
                points.Add(new(t, pct));
            if (cells > 0.9 * capacity) break;
        }
        return points;
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
