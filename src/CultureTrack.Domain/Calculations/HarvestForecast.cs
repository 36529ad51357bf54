using MathNet.Numerics.Distributions;

namespace CultureTrack.Domain.Calculations;

/// <summary>One observation of a culture.</summary>
/// <param name="Time">Time since an origin, in days or hours; the results use the same unit.</param>
/// <param name="Value">Viable cells, or confluence in % with capacity 100; > 0.</param>
public readonly record struct GrowthPoint(double Time, double Value);

/// <summary>A predicted value or time with its 95 % interval.</summary>
public readonly record struct Estimate(double Value, double Low95, double High95);

/// <summary>
/// Forecast of growth by least squares on ln N (exponential) or ln(N/(K−N)) (logistic with fixed capacity) against time, n ≥ 3
/// (domain.md 5.24). A planning aid, never evidence for release.
/// </summary>
public sealed class HarvestForecast
{
    /// <summary>Why there is no forecast: fewer than three usable points.</summary>
    public const string TooFewPoints = "TOO_FEW_POINTS";

    /// <summary>Why there is no forecast: the fitted rate is not positive.</summary>
    public const string NotGrowing = "NOT_GROWING";

    private readonly double _meanTime, _sxx, _t, _last, _lastY;
    private readonly double? _capacity;

    private HarvestForecast(IReadOnlyList<GrowthPoint> used, double? capacity)
    {
        (_capacity, N, _last) = (capacity, used.Count, used[^1].Time);
        var y = used.Select(p => Transform(p.Value)).ToArray();
        (_meanTime, var meanY) = (used.Average(p => p.Time), y.Average());
        _sxx = used.Sum(p => (p.Time - _meanTime) * (p.Time - _meanTime));
        Rate = used.Zip(y, (p, v) => (p.Time - _meanTime) * (v - meanY)).Sum() / _sxx;
        A = meanY - Rate * _meanTime;
        var residual = used.Zip(y, (p, v) => v - A - Rate * p.Time).Sum(r => r * r);
        S = Math.Sqrt(residual / (N - 2));
        R2 = 1 - residual / y.Sum(v => (v - meanY) * (v - meanY));
        _t = StudentT.InvCDF(0, 1, N - 2, 0.975);
        _lastY = y[^1];
    }

    /// <summary><c>exponential</c> or <c>logistic</c>.</summary>
    public string Model => _capacity is null ? "exponential" : "logistic";

    /// <summary>Number of points used.</summary>
    public int N { get; }

    /// <summary>Intercept of the fitted line at time 0.</summary>
    public double A { get; }

    /// <summary>Growth rate μ or r, per unit of time.</summary>
    public double Rate { get; }

    /// <summary>Residual standard deviation, n−2.</summary>
    public double S { get; }

    /// <summary>Coefficient of determination.</summary>
    public double R2 { get; }

    /// <summary>Doubling time in the unit of time, ln2/rate (for the logistic model that of the start).</summary>
    public double DoublingTime => Math.Log(2) / Rate;

    /// <summary>
    /// Fits the points. With a capacity K the logistic model is used when the last value is above half of it or
    /// <paramref name="isConfluence"/> is set (then K defaults to 100); points at ≤ 1 % or ≥ 99 % of K are left out of it.
    /// </summary>
    /// <returns>The fit, or null with the reason.</returns>
    public static (HarvestForecast? Fit, string? Reason) TryFit(IReadOnlyCollection<GrowthPoint> points, double? capacity = null, bool isConfluence = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        var ordered = points.Where(p => p.Value > 0).OrderBy(p => p.Time).ToArray();
        if (isConfluence) capacity ??= 100;
        var logistic = capacity is { } k && (isConfluence || ordered is [.., var last] && last.Value > 0.5 * k);
        var used = logistic ? ordered.Where(p => p.Value > 0.01 * capacity && p.Value < 0.99 * capacity).ToArray() : ordered;
        if (used.Length < 3 || used.Select(p => p.Time).Distinct().Count() < 2) return (null, TooFewPoints);
        var fit = new HarvestForecast(used, logistic ? capacity : null);
        return fit.Rate > 0 ? (fit, null) : (null, NotGrowing);
    }

    /// <summary>Predicted value at a time with the 95 % prediction interval of a single new observation.</summary>
    public Estimate PredictAt(double time)
    {
        var y = A + Rate * time;
        var half = _t * S * Math.Sqrt(1 + 1.0 / N + (time - _meanTime) * (time - _meanTime) / _sxx);
        return new(Inverse(y), Inverse(y - half), Inverse(y + half));
    }

    /// <summary>Time at which the target is reached, with its 95 % confidence interval; null for a target the model never reaches.</summary>
    public Estimate? TimeTo(double target)
    {
        if (target <= 0 || target >= _capacity) return null;
        var time = (Transform(target) - A) / Rate;
        var half = _t * (S / Rate) * Math.Sqrt(1.0 / N + (time - _meanTime) * (time - _meanTime) / _sxx);
        return new(time, time - half, time + half);
    }

    /// <summary>
    /// Value to plan with at a time, and the interval that holds it in four cultures of five. It goes on from the last observation, at a rate between
    /// that of this culture and that of past ones, and is as wide as forecasts of past cultures were wrong (<see cref="PastGrowth"/>).
    /// </summary>
    public PlanningEstimate PlanAt(double time, PastGrowth? past = null)
    {
        var known = past ?? Reference;
        var (y, scale) = (PlanY(time, known), ScaleAt(time));
        return new(Inverse(y + known.ErrorMiddle * scale), Inverse(y + known.ErrorLow * scale), Inverse(y + known.ErrorHigh * scale));
    }

    /// <summary>When to plan a target for: the planned value reaches it, and the days before and after which it does so in one culture of ten each.</summary>
    /// <returns>Null for what the planned value does not reach within <paramref name="within"/>; a missing end of the interval lies beyond it.</returns>
    public (double At, double? Low80, double? High80)? PlanTimeTo(double target, double within, PastGrowth? past = null)
    {
        if (target <= 0 || target >= _capacity) return null;
        double? Reached(Func<PlanningEstimate, double> of) => PlanningBand.FirstReach(t => of(PlanAt(t, past)) - target, _last, _last + within);
        return Reached(e => e.Value) is { } at ? (at, Reached(e => e.High80), Reached(e => e.Low80)) : null;
    }

    /// <summary>Error of a plan that has come to pass, divided by its scale; positive when the culture grew faster.</summary>
    public double ScaledError(GrowthPoint seen, PastGrowth? past = null) => (Transform(seen.Value) - PlanY(seen.Time, past ?? Reference)) / ScaleAt(seen.Time);

    /// <summary>Growth per unit of time from the last observation to a later one, on the scale of the fit.</summary>
    public double RateTo(GrowthPoint seen) => (Transform(seen.Value) - _lastY) / (seen.Time - _last);

    private PastGrowth Reference => _capacity is null ? PastGrowth.Exponential : PastGrowth.Logistic;

    private double PlanY(double time, PastGrowth past)
    {
        var fitted = A + Rate * _last;
        var doubt = past.RateSpread is { } spread ? PlanningBand.WeightOfPast(S, _sxx, spread) : 0;
        var rate = (1 - doubt) * Rate + doubt * past.Rate;
        return fitted + PlanningBand.TrustInLast * (_lastY - fitted) + rate * Math.Max(0, time - _last);
    }

    private double ScaleAt(double time) => PlanningBand.Scale(
        S * Math.Sqrt(1 + 1.0 / N + (time - _meanTime) * (time - _meanTime) / _sxx), Rate * Math.Max(0, time - _last));

    private double Transform(double value) => _capacity is { } k ? Math.Log(value / (k - value)) : Math.Log(value);

    private double Inverse(double y) => _capacity is { } k ? k / (1 + Math.Exp(-y)) : Math.Exp(y);
}
