namespace CultureTrack.Domain.Release;

/// <summary>Rounding of results for comparison with a limit (G-3): half away from zero, in decimal arithmetic.</summary>
internal static class LimitRounding
{
    public static decimal ToDecimals(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);

    /// <summary>Rounds the mantissa at the limit's own exponent: 4.949e4 against 5.0e4 becomes 4.9e4.</summary>
    public static decimal ToMantissa(decimal value, int exponent, int decimals)
    {
        var unit = PowerOfTen(exponent);
        return Math.Round(value / unit, decimals, MidpointRounding.AwayFromZero) * unit;
    }

    /// <summary>Two significant digits, towards zero: 2.857 becomes 2.8, so that a calculated limit is never rounded up.</summary>
    public static decimal CutDownToTwoDigits(decimal value)
    {
        if (value <= 0m) return 0m;
        var exponent = 0;
        while (value / PowerOfTen(exponent) >= 10m) exponent++;
        while (value / PowerOfTen(exponent) < 1m) exponent--;
        return Math.Truncate(value / PowerOfTen(exponent - 1)) * PowerOfTen(exponent - 1);
    }

    public static decimal PowerOfTen(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(exponent), 20, nameof(exponent));
        var power = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++) power *= 10m;
        return exponent < 0 ? 1m / power : power;
    }
}
