using System.Diagnostics;
using System.Globalization;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;

namespace CultureTrack.Benchmarks.Exposures;

/// <summary>
/// <c>exposure [days] [moves]</c>: how long the exposure of one long culture takes, evaluated from the ledgers of its incubators (the domain alone, warm): a
/// vessel that was moved between six simulated incubators, and one with as many ancestors.
/// </summary>
static class ExposureProgram
{
    private const int Incubators = 6, Rounds = 50;
    private const double BarMs = 50;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>0 when the 95th percentile is below 50 ms.</returns>
    public static int Run(string[] args)
    {
        var days = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        var moves = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
        var environments = Enumerable.Range(0, Incubators).ToDictionary(i => $"INC-{i}", i => Air(i, days), StringComparer.Ordinal);
        var facts = environments.Values.Sum(e => e.Ledger.Channels.Values.Sum(c => c.Facts.Spans.Count + c.Facts.Samples.Count + c.Facts.Hours.Count + c.Facts.Excursions.Count));
        Console.WriteLine($"{days} days, {Incubators} incubators, {facts} facts in their ledgers");
        var moved = Measure($"one vessel, {moves} moves", new([Moved(days, moves)], environments), days);
        var passaged = Measure($"a line of {moves + 1} vessels, each in another incubator", new([.. Passaged(days, moves)], environments), days);
        return moved < BarMs && passaged < BarMs ? 0 : 1;
    }

    private static double Measure(string what, ExposureInput input, int days)
    {
        var at = Start.AddDays(days);
        var times = new List<double>();
        for (var i = 0; i < Rounds + 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var result = Exposure.Evaluate(input with { }, at);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (result.Metrics.Count != 14) throw new InvalidOperationException("Fourteen criteria were expected.");
        }
        var warm = times.Skip(5).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-56} median {warm[Rounds / 2],7:0.00} ms  p95 {warm[(int)(0.95 * Rounds)],7:0.00} ms  (bar {BarMs:0} ms)"));
        return warm[(int)(0.95 * Rounds)];
    }

    private static VesselCulture Moved(int days, int moves) => new("V-1", Start, null, [], VesselUse.Product, [.. Enumerable.Range(0, moves + 1).Select(i => StayOf(i, days, moves))]);

    private static IEnumerable<VesselCulture> Passaged(int days, int moves) => Enumerable.Range(0, moves + 1).Select(i =>
    {
        var stay = StayOf(i, days, moves);
        return new VesselCulture($"V-{i}", stay.From, stay.To, i == 0 ? [] : [$"V-{i - 1}"], VesselUse.Product, [stay]);
    });

    private static Stay StayOf(int i, int days, int moves)
    {
        var each = TimeSpan.FromDays(days) / (moves + 1);
        return new($"INC-{i % Incubators}", Start + i * each, i == moves ? null : Start + (i + 1) * each - TimeSpan.FromMinutes(10));
    }

    private static IncubatorEnvironment Air(int number, int days)
    {
        var profile = EquipmentProfiles.Get("P37-5");
        var judge = new IncubatorJudge(new($"INC-{number}", profile, TimeSpan.FromMinutes(1), new Dictionary<string, decimal> { [Channels.Temperature] = 0.01m }));
        var model = new IncubatorModel(new($"INC-{number}", profile, 40 + number, FaultScript.Parse("* at 200h HeaterRunaway for 30m\n* at 500h Co2Empty for 5h\n* at 700h StuckProbe for 2h channel temperature")));
        var memory = IncubatorMemory.Empty;
        foreach (var row in model.Record(TimeSpan.FromDays(days), TimeSpan.FromMinutes(1)))
            // One hour in a hundred is lost.
            if ((int)row.ModelTime.TotalHours % 100 != 99)
                foreach (var reading in judge.InOrder(row.Values.Select(v => new Reading(Start + row.ModelTime, v.Key, v.Value is decimal d ? (double)d : Channels.StateValue(v.Key, (string)v.Value)!.Value))))
                    memory = judge.Take(memory, reading).Memory;
        return new(judge.Ledger(memory), [.. new[] { Channels.Temperature, Channels.Co2, Channels.Humidity }.Select(c => new Calibration(c, Start.AddDays(-1), Start.AddYears(1)))]);
    }
}
