using System.Globalization;
using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

public sealed class RoundingTests
{
    [Theory]
    [InlineData("2.04", "≤2.0", "2.0", LimitOutcome.Pass)]
    [InlineData("2.05", "≤2.0", "2.1", LimitOutcome.Fail)]
    [InlineData("94.95", "≥95.0", "95.0", LimitOutcome.Pass)]
    [InlineData("69.5", "≥70", "70", LimitOutcome.Pass)]
    [InlineData("69.4", "≥70", "69", LimitOutcome.Fail)]
    [InlineData("1.04", "≤1.0", "1.0", LimitOutcome.Pass)]
    [InlineData("1.05", "≤1.0", "1.1", LimitOutcome.Fail)]
    [InlineData("0.545", "≤0.5", "0.5", LimitOutcome.Pass)]
    [InlineData("0.55", "≤0.5", "0.6", LimitOutcome.Fail)]
    [InlineData("2.0", "<2.0", "2.0", LimitOutcome.Fail)]
    [InlineData("80.0", ">80.0", "80.0", LimitOutcome.Fail)]
    [InlineData("80.05", ">80.0", "80.1", LimitOutcome.Pass)]
    public void A_result_is_compared_after_rounding_to_the_decimals_of_the_limit(string value, string limit, string rounded, LimitOutcome outcome)
    {
        var l = Limit.Parse(limit);
        l.Round(D(value)).ShouldBe(D(rounded));
        l.Judge(D(value)).ShouldBe(outcome);
        l.ToString().ShouldBe(limit);
    }

    [Theory]
    [InlineData(49490, 49000, LimitOutcome.Fail)]
    [InlineData(49500, 50000, LimitOutcome.Pass)]
    public void A_limit_in_E_notation_rounds_the_mantissa_at_its_own_exponent(int value, int rounded, LimitOutcome outcome)
    {
        var limit = Limit.Parse("≥5.0e4");
        limit.Round(value).ShouldBe(rounded);
        limit.Judge(value).ShouldBe(outcome);
        limit.ToString().ShouldBe("≥5.0e4");
    }

    [Theory]
    [InlineData("17.0", "17")]
    [InlineData("2.857", "2.8")]
    [InlineData("2.999", "2.9")]
    [InlineData("0.0714", "0.071")]
    [InlineData("140", "140")]
    [InlineData("149.9", "140")]
    [InlineData("10", "10")]
    [InlineData("9.99", "9.9")]
    [InlineData("0.1", "0.10")]
    [InlineData("0", "0")]
    public void A_computed_limit_is_cut_down_to_two_significant_digits(string value, string expected) =>
        Rounding.CutDownToTwoDigits(D(value)).ShouldBe(D(expected));

    [Fact]
    public void The_smaller_of_two_limits_keeps_its_own_decimals_and_the_fixed_one_wins_when_equal()
    {
        var two = Limit.Parse("≤2.0");
        Limit.Smaller(two, Limit.Computed(LimitSense.AtMost, 17.0m)).ShouldBe(two);
        Limit.Smaller(two, Limit.Computed(LimitSense.AtMost, 2.0m)).ShouldBeSameAs(two);
        var half = Limit.Smaller(two, Limit.Computed(LimitSense.AtMost, 0.287m));
        half.ShouldBe(new Limit(LimitSense.AtMost, 0.28m, 2));
        half.Judge(0.284m).ShouldBe(LimitOutcome.Pass);
        half.Judge(0.285m).ShouldBe(LimitOutcome.Fail);
    }

    [Theory]
    [InlineData("0.5", Censoring.LessThan, "≤0.5", LimitOutcome.Pass)]
    [InlineData("0.6", Censoring.LessThan, "≤0.5", LimitOutcome.NotEvaluable)]
    [InlineData("0.4", Censoring.GreaterThan, "≤0.5", LimitOutcome.NotEvaluable)]
    [InlineData("95.0", Censoring.GreaterThan, "≥95.0", LimitOutcome.Pass)]
    [InlineData("94.0", Censoring.GreaterThan, "≥95.0", LimitOutcome.NotEvaluable)]
    [InlineData("99.0", Censoring.LessThan, "≥95.0", LimitOutcome.NotEvaluable)]
    public void A_censored_value_passes_only_when_every_value_it_may_stand_for_does(string value, Censoring sign, string limit, LimitOutcome outcome) =>
        Limit.Parse(limit).Judge(D(value), sign).ShouldBe(outcome);

    [Theory]
    [InlineData("1.04", null, "≤1.0", true)]
    [InlineData("0.94", null, "≤1.0", false)]
    [InlineData("0.96", null, "≤1.00", true)]
    [InlineData("1.1", null, "≤1.0", false)]
    [InlineData("7.02", "≥7.0", "≤7.6", true)]
    [InlineData("7.3", "≥7.0", "≤7.6", false)]
    [InlineData("0", null, "≤0", false)]
    public void A_passing_value_near_its_limit_is_marked(string value, string? lower, string? upper, bool near) =>
        NearLimit.Applies(D(value), lower is null ? null : Limit.Parse(lower), upper is null ? null : Limit.Parse(upper)).ShouldBe(near);

    [Fact]
    public void A_limit_without_a_sense_is_refused() => Should.Throw<FormatException>(() => Limit.Parse("2.0"));

    private static decimal D(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
