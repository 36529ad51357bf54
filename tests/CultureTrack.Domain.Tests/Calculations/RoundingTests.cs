using System.Globalization;
using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>The vectors of domain.md G-3.</summary>
public sealed class RoundingTests
{
    [Theory]
    [InlineData("2.04", 1, "2.0")]
    [InlineData("2.05", 1, "2.1")]
    [InlineData("-2.05", 1, "-2.1")]
    [InlineData("94.95", 1, "95.0")]
    [InlineData("69.5", 0, "70")]
    [InlineData("69.4", 0, "69")]
    [InlineData("1.05", 1, "1.1")]
    [InlineData("0.545", 1, "0.5")]
    [InlineData("0.55", 1, "0.6")]
    public void Halves_are_rounded_away_from_zero(string value, int decimals, string expected) =>
        Rounding.ToDecimals(D(value), decimals).ShouldBe(D(expected));

    [Theory]
    [InlineData(49490, 49000)]
    [InlineData(49500, 50000)]
    public void A_mantissa_is_rounded_at_the_exponent_of_the_limit(int value, int expected) => Rounding.ToMantissa(value, 4, 1).ShouldBe(expected);

    [Theory]
    [InlineData("17.0", "17")]
    [InlineData("2.857", "2.8")]
    [InlineData("2.999", "2.9")]
    [InlineData("0.0714", "0.071")]
    [InlineData("149.9", "140")]
    [InlineData("10", "10")]
    [InlineData("9.99", "9.9")]
    [InlineData("0.1", "0.10")]
    [InlineData("0", "0")]
    public void A_computed_limit_is_cut_down_to_two_significant_digits(string value, string expected) =>
        Rounding.CutDownToTwoDigits(D(value)).ShouldBe(D(expected));

    [Fact]
    public void A_negative_limit_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => Rounding.CutDownToTwoDigits(-1m));

    private static decimal D(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
