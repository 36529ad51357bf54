namespace CultureTrack.Domain.Calculations;

/// <summary>Rounding of reported values for comparison with a limit: half away from zero, in decimal arithmetic (domain.md G-3, USP General Notices 7.20).</summary>
public static class Rounding
{
    /// <summary>Rounds to <paramref name="decimals"/> places, half away from zero: 2.05 → 2.1, −2.05 → −2.1.</summary>
    /// <param name="value">Any value; the unit is kept.</param>
    /// <param name="decimals">0 to 28; outside, <see cref="ArgumentOutOfRangeException"/>.</param>
    public static decimal ToDecimals(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);

    /// <summary>
    /// Rounds the mantissa at a given power of ten: 4.949e4 at exponent 4 and one decimal → 4.9e4.
    /// </summary>
    /// <param name="value">Any value; the unit is kept.</param>
    /// <param name="exponent">Power of ten of the limit, −20 to 20.</param>
    /// <param name="mantissaDecimals">Decimals of the limit's mantissa, 0 to 20.</param>
    public static decimal ToMantissa(decimal value, int exponent, int mantissaDecimals)
    {
        var step = PowerOfTen(exponent);
        return Math.Round(value / step, mantissaDecimals, MidpointRounding.AwayFromZero) * step;
    }

    /// <summary>
    /// Cuts a computed limit down (towards zero) to two significant digits, so that no product passes on a rounded-up limit: 2.857 → 2.8, 17.0 → 17, 0.0714 → 0.071.
    /// </summary>
    /// <param name="value">A positive limit; zero stays zero, a negative one throws <see cref="ArgumentOutOfRangeException"/>.</param>
    public static decimal CutDownToTwoDigits(decimal value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        if (value == 0m) return 0m;
        var exponent = (int)Math.Floor(Math.Log10((double)value));
        // The logarithm may be off by one at exact powers of ten; the mantissa must lie in [1, 10).
        if (value / PowerOfTen(exponent) >= 10m) exponent++;
        if (value / PowerOfTen(exponent) < 1m) exponent--;
        return Math.Truncate(value / PowerOfTen(exponent - 1)) * PowerOfTen(exponent - 1);
    }

    /// <summary>10^<paramref name="exponent"/> as an exact decimal, for −20 to 20.</summary>
    internal static decimal PowerOfTen(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(exponent), 20, nameof(exponent));
        var power = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++) power *= 10m;
        return exponent < 0 ? 1m / power : power;
    }
}
