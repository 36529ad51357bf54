namespace CultureTrack.Domain.Calculations;

/// <summary>A predicted value with the interval that holds it in four cultures of five.</summary>
public readonly record struct PlanningEstimate(double Value, double Low80, double High80);

/// <summary>
/// How to plan beside the normative forecast of domain.md 5.24 (decision 0029). The textbook interval takes deviations for independent noise around a true
/// line; cultures lag, slow down and are looked at with errors that stay. All on the scale of ln N or ln(N/(K−N)).
/// </summary>
public static class PlanningBand
{
    /// <summary>How far the plan starts from the last observation instead of the fitted line.</summary>
    public const double TrustInLast = 0.75;

    private const double Floor = 0.03, RateDoubt = 0.25, LeastNoise = 0.4, Tolerance = 1e-4;

    /// <summary>
    /// Expected size of an error: the textbook standard error of a new observation, a floor for what counts of one culture share, and a quarter of the
    /// growth since the last observation, because rates change.
    /// </summary>
    /// <param name="standardError">s·√(1+1/n+(t0−t̄)²/Sxx).</param>
    /// <param name="growthAhead">rate·(t0−last observation), at least 0.</param>
    public static double Scale(double standardError, double growthAhead) =>
        Math.Sqrt(standardError * standardError + Floor * Floor + RateDoubt * growthAhead * (RateDoubt * growthAhead));

    /// <summary>Weight of the usual rate of past cultures against the rate fitted to this one, 0 to 1: the less it has shown, the more.</summary>
    /// <param name="s">Residual standard deviation of the fit.</param>
    /// <param name="sxx">Sum of squared distances of its times from their mean.</param>
    /// <param name="spread">Spread of the rates of past cultures.</param>
    public static double WeightOfPast(double s, double sxx, double spread)
    {
        var own = (s * s + LeastNoise * LeastNoise) / sxx;
        return own / (own + spread * spread);
    }

    /// <summary>First time in [from, to] at which <paramref name="above"/>, which does not fall, reaches 0; null when it does not.</summary>
    internal static double? FirstReach(Func<double, double> above, double from, double to)
    {
        if (above(from) >= 0) return from;
        if (above(to) < 0) return null;
        while (to - from > Tolerance)
        {
            var middle = (from + to) / 2;
            if (above(middle) >= 0) to = middle;
            else from = middle;
        }
        return to;
    }
}
