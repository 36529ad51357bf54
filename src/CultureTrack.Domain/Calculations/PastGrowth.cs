namespace CultureTrack.Domain.Calculations;

/// <summary>What past cultures of one kind teach about the next one.</summary>
/// <param name="Rate">Median of their growth per day after an observation, on the scale of the fit.</param>
/// <param name="RateSpread">Spread of it (interquartile range ÷ 1.349); null: nothing is known of this kind of culture.</param>
/// <param name="ErrorLow">10 % quantile of the errors of their plans, each divided by its scale; positive errors: grew faster than planned.</param>
/// <param name="ErrorMiddle">Median of them.</param>
/// <param name="ErrorHigh">90 % quantile of them.</param>
/// <param name="Forecasts">Number of plans that have come to pass.</param>
public sealed record PastGrowth(double Rate, double? RateSpread, double ErrorLow, double ErrorMiddle, double ErrorHigh, int Forecasts)
{
    /// <summary>Fewer plans that came to pass say nothing.</summary>
    public const int FewestForecasts = 30;

    private const int FewestPoints = 3, StepsAhead = 3;

    /// <summary>For a laboratory without a past of its own: the calibration halves of the benchmark's cultures (decision 0029), counts.</summary>
    public static PastGrowth Exponential { get; } = new(0, null, -2.01, -0.81, 0.67, 0);

    /// <summary>The same for confluence.</summary>
    public static PastGrowth Logistic { get; } = new(0, null, -1.54, -0.43, 0.74, 0);

    /// <summary>
    /// Learns from cultures that have been observed: after each observation from the third on the next three are planned and compared. Two passes: first
    /// the usual rate, then the errors of plans that know it. Quantiles are the conformal ones, so that the promise holds for the next culture too.
    /// </summary>
    /// <returns>Null while fewer than <see cref="FewestForecasts"/> plans have come to pass.</returns>
    public static PastGrowth? Learn(IEnumerable<IReadOnlyList<GrowthPoint>> cultures, bool isConfluence)
    {
        var past = cultures.SelectMany(c => Played(c, isConfluence)).ToList();
        var rates = past.Select(p => p.Fit.RateTo(p.Seen)).Where(double.IsFinite).Order().ToArray();
        if (rates.Length < FewestForecasts) return null;
        var known = new PastGrowth(At(rates, 0.5), (At(rates, 0.75) - At(rates, 0.25)) / 1.349, 0, 0, 0, 0);
        var errors = past.Select(p => p.Fit.ScaledError(p.Seen, known)).Where(double.IsFinite).Order().ToArray();
        return errors.Length < FewestForecasts ? null : known with { ErrorLow = At(errors, 0.1), ErrorMiddle = At(errors, 0.5), ErrorHigh = At(errors, 0.9), Forecasts = errors.Length };
    }

    /// <summary>Every forecast that could have been made of a culture, with an observation that came after it.</summary>
    public static IEnumerable<(HarvestForecast Fit, GrowthPoint Last, GrowthPoint Seen)> Played(IReadOnlyList<GrowthPoint> culture, bool isConfluence)
    {
        for (var n = FewestPoints; n < culture.Count; n++)
        {
            if (HarvestForecast.TryFit([.. culture.Take(n)], isConfluence: isConfluence).Fit is not { } fit) continue;
            for (var i = n; i < Math.Min(n + StepsAhead, culture.Count); i++) yield return (fit, culture[n - 1], culture[i]);
        }
    }

    // The k-th smallest of n + 1 ranks.
    private static double At(double[] sorted, double share) => sorted[Math.Clamp((int)Math.Round(share * (sorted.Length + 1)) - 1, 0, sorted.Length - 1)];
}
