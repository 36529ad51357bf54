using System.Globalization;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Benchmarks.Forecast;

/// <summary><c>forecast [folder]</c>: rolling-origin backtest of the harvest forecast on made-up cultures and, with a folder of instrument files, on recorded ones.</summary>
static class ForecastProgram
{
    private const int Cultures = 400, Seed = 20;
    private const double Least = 0.75, Most = 0.85;

    /// <returns>0 when the planning band holds 75 to 85 % in every set and the plan beats a fixed doubling time in every set.</returns>
    public static int Run(string[] args)
    {
        List<GrowthSet> sets = [MadeUpGrowth.Counts(Cultures, Seed), MadeUpGrowth.Confluence(Cultures, Seed + 1)];
        if (args is [var folder, ..]) sets.AddRange(RecordedGrowth.In(folder));
        Console.WriteLine($"{"",-44} {"",8} {"",9}  held by the 80 % interval     mean error                          plan ÷");
        Console.WriteLine($"{"set",-44} {"cultures",8} {"forecasts",9}  {"textbook",8} {"no past",8} {"own past",8}  {"curve",7} {"plan",7} {"Td last",8} {"Td seed",8}  {"Td last",7} {"Td seed",7}");
        var results = sets.Select(Backtest.Run).ToList();
        foreach (var r in results) Print(r);
        Console.WriteLine("Quantiles for a laboratory without a past (calibration halves, each set with the same weight):");
        Reference("counts", sets.Where(s => !s.IsConfluence));
        Reference("confluence", sets.Where(s => s.IsConfluence));
        return results.All(r => r.Own80 is >= Least and <= Most && r.PlanError < r.FromLastError && r.PlanError < r.FromSeedError) ? 0 : 1;
    }

    private static void Print(BacktestResult r) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{Short(r.Set.Name),-44} {r.Set.Series.Count,8} {r.Forecasts,9}  {r.Textbook80,8:P1} {r.Reference80,8:P1} {r.Own80,8:P1}  {r.ModelError,7:0.000} {r.PlanError,7:0.000} {r.FromLastError,8:0.000} {r.FromSeedError,8:0.000}  {r.PlanError / r.FromLastError,7:0.00} {r.PlanError / r.FromSeedError,7:0.00}"));

    private static void Reference(string kind, IEnumerable<GrowthSet> sets)
    {
        var errors = sets.Select(s => Backtest.Half(s, 0).SelectMany(c => PastGrowth.Played(c, s.IsConfluence)).Select(p => p.Fit.ScaledError(p.Seen)).Where(double.IsFinite).Order().ToList())
            .Where(e => e.Count > 0).SelectMany(e => Enumerable.Range(0, 1000).Select(i => e[i * e.Count / 1000])).Order().ToList();
        double At(double share) => errors[(int)(share * (errors.Count - 1))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind}: {At(0.1):0.00} {At(0.5):0.00} {At(0.9):0.00}"));
    }

    private static string Short(string name) => name.Length <= 43 ? name : name[..43];
}
