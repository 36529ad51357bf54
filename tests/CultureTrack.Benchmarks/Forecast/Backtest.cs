using CultureTrack.Domain.Calculations;
using MathNet.Numerics.Distributions;

namespace CultureTrack.Benchmarks.Forecast;

/// <summary>One forecast that has come to pass.</summary>
/// <param name="Fit">Made of what was seen up to <paramref name="Last"/>.</param>
/// <param name="First">What the culture began with.</param>
sealed record PastForecast(HarvestForecast Fit, GrowthPoint First, GrowthPoint Last, GrowthPoint Seen);

/// <summary>What the forecasts of one set came to.</summary>
/// <param name="Textbook80">Share held by the 80 % prediction interval of the fit.</param>
/// <param name="Reference80">Share held by the planning band of a laboratory without a past.</param>
/// <param name="Own80">Share held by the planning band after the calibration half of the set.</param>
/// <param name="ModelError">Mean error of the fitted curve; counts: |ln(forecast ÷ seen)|, confluence: points.</param>
/// <param name="PlanError">Mean error of the planned value.</param>
/// <param name="FromLastError">Mean error of carrying the last observation on with one doubling time.</param>
/// <param name="FromSeedError">Mean error of carrying the seeding on with one doubling time, as a protocol does.</param>
sealed record BacktestResult(
    GrowthSet Set, int Forecasts, double Textbook80, double Reference80, double Own80, double ModelError, double PlanError, double FromLastError, double FromSeedError);

/// <summary>
/// Rolling origin: after each observation from the third on the next three are forecast. Cultures at even places calibrate, those at odd places are
/// judged; no culture is in both.
/// </summary>
static class Backtest
{
    public static BacktestResult Run(GrowthSet set)
    {
        var judged = Half(set, 1).SelectMany(c => PastGrowth.Played(c, set.IsConfluence).Select(p => new PastForecast(p.Fit, c[0], p.Last, p.Seen))).ToList();
        var own = PastGrowth.Learn(Half(set, 0), set.IsConfluence);
        var doubling = UsualDoublingDays(set);
        double Carried(GrowthPoint from, GrowthPoint to) => Math.Min(from.Value * Math.Pow(2, (to.Time - from.Time) / doubling), set.IsConfluence ? 100 : double.MaxValue);
        double MeanError(Func<PastForecast, double> forecast) => judged.Average(f => Error(set, forecast(f), f.Seen.Value));
        double Share(Func<PastForecast, bool> held) => (double)judged.Count(held) / judged.Count;
        return new(set, judged.Count, Share(Textbook), Share(f => Held(f, null)), Share(f => Held(f, own)), MeanError(f => f.Fit.PredictAt(f.Seen.Time).Value),
            MeanError(f => f.Fit.PlanAt(f.Seen.Time, own).Value), MeanError(f => Carried(f.Last, f.Seen)), MeanError(f => Carried(f.First, f.Seen)));
    }

    public static IEnumerable<IReadOnlyList<GrowthPoint>> Half(GrowthSet set, int half) => set.Series.Where((_, i) => i % 2 == half);

    private static bool Textbook(PastForecast f)
    {
        // The 95 % interval of the product, narrowed to 80 % on its own scale.
        var narrow = StudentT.InvCDF(0, 1, f.Fit.N - 2, 0.9) / StudentT.InvCDF(0, 1, f.Fit.N - 2, 0.975);
        var e = f.Fit.PredictAt(f.Seen.Time);
        var isLogistic = f.Fit.Model == "logistic";
        double Y(double v) => isLogistic ? Math.Log(v / (100 - v)) : Math.Log(v);
        var seen = isLogistic ? Math.Clamp(f.Seen.Value, 0.5, 99.5) : f.Seen.Value;
        return Math.Abs(Y(seen) - Y(e.Value)) <= narrow * (Y(e.High95) - Y(e.Value));
    }

    private static bool Held(PastForecast f, PastGrowth? past) => f.Fit.PlanAt(f.Seen.Time, past) is var e && f.Seen.Value >= e.Low80 && f.Seen.Value <= e.High80;

    /// <summary>The doubling time a protocol would state: the median over the calibration half, from the first observation to the last below 60 % of the most.</summary>
    private static double UsualDoublingDays(GrowthSet set)
    {
        var seen = new List<double>();
        foreach (var culture in Half(set, 0))
        {
            var most = culture.Max(p => p.Value);
            var rising = culture.TakeWhile(p => p.Value < 0.6 * most).ToList();
            if (rising.Count >= 2 && rising[^1].Value > rising[0].Value) seen.Add((rising[^1].Time - rising[0].Time) / Math.Log2(rising[^1].Value / rising[0].Value));
        }
        return seen.Count == 0 ? 1.5 : seen.Order().ElementAt(seen.Count / 2);
    }

    private static double Error(GrowthSet set, double forecast, double seen) => set.IsConfluence ? Math.Abs(forecast - seen) : Math.Abs(Math.Log(forecast / seen));
}
