using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>What formulas refuse by name, and values at the ends of what they can be given.</summary>
public sealed class CalculationGuardTests
{
    [Fact]
    public void What_is_not_there_is_refused_by_its_name()
    {
        Missing("parts", () => CellCounting.PooledViabilityPct(null!));
        Missing("squares", () => CellCounting.PerMl(null!, 1));
        Missing("replicates", () => CellCounting.CvPct(null!));
        Missing("log", () => MeanKineticTemperature.Celsius(null!));
        Missing("points", () => HarvestForecast.TryFit(null!));
        Missing("fixedLimit", () => Limit.Smaller(null!, Limit.Parse("≤1")));
        Missing("computed", () => Limit.Smaller(Limit.Parse("≤1"), null!));
        Missing("text", () => Limit.Parse(null!));
        Missing("number", () => Limit.OfNumber(LimitSense.AtMost, null!));
        DonationNumber.CheckCharacter(null!).ShouldBeNull();
        DonationNumber.IsValid("A999926000001", null!).ShouldBeFalse();

        static void Missing(string name, Action calculation) => Should.Throw<ArgumentNullException>(calculation).ParamName.ShouldBe(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_text_is_no_limit(string text)
    {
        Should.Throw<ArgumentException>(() => Limit.Parse(text)).ParamName.ShouldBe("text");
        Should.Throw<ArgumentException>(() => Limit.OfNumber(LimitSense.AtMost, text)).ParamName.ShouldBe("number");
    }

    [Fact]
    public void Planning_needs_densities_areas_yields_and_recoveries_above_zero()
    {
        foreach (var impossible in new Action[]
                 {
                     () => Planning.SplitRatio(1e6, 0, 175), () => Planning.SplitRatio(1e6, 4000, 0), () => Planning.VesselsFillable(-1, 4000, 175), () => Planning.VesselsFillable(1e6m, 0, 175),
                     () => Planning.VesselsFillable(1e6m, 4000, 0), () => Planning.AreaToOrderCm2(1e6m, 0.1m, 0, 0.9m), () => Planning.AreaToOrderCm2(1e6m, 0.1m, 1e4m, 0),
                     () => Planning.VesselsToOrder(1e6m, 0.1m, 1e4m, 0.9m, 0), () => Planning.DoseVolumeMl(1e6m, 0), () => Planning.VialsToThaw(1e6m, 0, 0.8m), () => Planning.VialsToThaw(1e6m, 1e6m, 0),
                     () => Planning.BodySurfaceM2(0, 70), () => Planning.BodySurfaceM2(170, 0), () => Planning.SheetsToOrder(100, 0.1, 0),
                 }) Should.Throw<ArgumentOutOfRangeException>(impossible);
    }

    [Fact]
    public void No_cells_fill_no_vessel_and_exactly_enough_fill_one()
    {
        Planning.VesselsFillable(0, 4000, 175).ShouldBe(new Fillable(0, 0));
        Planning.VesselsFillable(699_999, 4000, 175).ShouldBe(new Fillable(0, 699_999));
        Planning.VesselsFillable(700_000, 4000, 175).ShouldBe(new Fillable(1, 0));
        Planning.VesselsToOrder(900, 0, 1, 0.9m, 100).ShouldBe(10);
        Planning.VesselsToOrder(901, 0, 1, 0.9m, 100).ShouldBe(11);
        Planning.SheetsToOrder(100, 0.1, 55).ShouldBe(2, "the noise of binary arithmetic is no sheet");
        Planning.SheetsToOrder(100.01, 0.1, 55).ShouldBe(3);
        Planning.UsableRectangleCm2(2, 2, 1, 1).ShouldBe(0);
        Planning.UsableRectangleCm2(4, 5, 1, 1).ShouldBe(5);
    }

    [Fact]
    public void A_kinetic_mean_of_the_deepest_cold_does_not_fade_to_zero_and_a_warm_time_outweighs_it()
    {
        MeanKineticTemperature.Celsius([new(5, -265)])!.Value.ShouldBe(-265, 1e-6);
        // Cold of 8 K counts as nothing beside the warm half: 10000 K / (10000 K / 298.15 K + ln 2) − 273.15.
        MeanKineticTemperature.Celsius([new(1, -265), new(1, 25)])!.Value.ShouldBe(10000 / (10000 / 298.15 + Math.Log(2)) - 273.15, 1e-9);
        MeanKineticTemperature.Celsius([new(1, 25), new(-1, 25)]).ShouldBeNull();
        MeanKineticTemperature.Celsius([new(0.1, 25)])!.Value.ShouldBe(25, 1e-9);
    }

    [Theory]
    [InlineData("≤2.0", LimitSense.AtMost, 2.0, 1, null)]
    [InlineData("≥70", LimitSense.AtLeast, 70, 0, null)]
    [InlineData("<=0.25", LimitSense.AtMost, 0.25, 2, null)]
    [InlineData(">=1.5", LimitSense.AtLeast, 1.5, 1, null)]
    [InlineData("<0.25", LimitSense.Below, 0.25, 2, null)]
    [InlineData(">80.0", LimitSense.Above, 80.0, 1, null)]
    [InlineData("  ≤  -2.50  ", LimitSense.AtMost, -2.5, 2, null)]
    [InlineData("≥5.0E4", LimitSense.AtLeast, 5e4, 1, 4)]
    [InlineData("≤5e-3", LimitSense.AtMost, 5e-3, 0, -3)]
    [InlineData("≤1e0", LimitSense.AtMost, 1, 0, 0)]
    public void A_limit_keeps_its_sense_its_bound_its_decimals_and_its_exponent(string text, LimitSense sense, double bound, int decimals, int? exponent) =>
        Limit.Parse(text).ShouldBe(new Limit(sense, (decimal)bound, decimals, exponent));

    [Theory]
    [InlineData("<0.25")]
    [InlineData(">80.0")]
    [InlineData("≥5.0e4")]
    [InlineData("<5e-3")]
    [InlineData("≤-2.50")]
    public void A_limit_is_written_as_it_was_read(string text) => Limit.Parse(text).ToString().ShouldBe(text);

    [Fact]
    public void A_power_of_ten_reaches_20_places_and_no_further()
    {
        Limit.Parse("≤1e20").Bound.ShouldBe(100_000_000_000_000_000_000m);
        Limit.Parse("≤1e-20").Bound.ShouldBe(0.00000000000000000001m);
        Should.Throw<ArgumentOutOfRangeException>(() => Limit.Parse("≤1e21"));
        Should.Throw<ArgumentOutOfRangeException>(() => Limit.Parse("≤1e-21"));
    }

    [Theory]
    [InlineData("<2.0", 1.9, LimitOutcome.Pass, LimitOutcome.Pass, LimitOutcome.NotEvaluable)]
    [InlineData("<2.0", 2.0, LimitOutcome.Fail, LimitOutcome.NotEvaluable, LimitOutcome.NotEvaluable)]
    [InlineData("≤2.0", 2.0, LimitOutcome.Pass, LimitOutcome.Pass, LimitOutcome.NotEvaluable)]
    [InlineData(">2.0", 2.0, LimitOutcome.Fail, LimitOutcome.NotEvaluable, LimitOutcome.NotEvaluable)]
    [InlineData(">2.0", 2.1, LimitOutcome.Pass, LimitOutcome.NotEvaluable, LimitOutcome.Pass)]
    [InlineData("≥2.0", 2.0, LimitOutcome.Pass, LimitOutcome.NotEvaluable, LimitOutcome.Pass)]
    public void A_bound_passes_where_the_limit_includes_it_and_a_censored_value_on_its_safe_side_only(string limit, double value, LimitOutcome exact, LimitOutcome lessThan, LimitOutcome greaterThan)
    {
        var l = Limit.Parse(limit);
        l.Judge((decimal)value).ShouldBe(exact);
        l.Judge((decimal)value, Censoring.LessThan).ShouldBe(lessThan);
        l.Judge((decimal)value, Censoring.GreaterThan).ShouldBe(greaterThan);
    }

    [Fact]
    public void Near_a_limit_below_zero_is_measured_by_its_size()
    {
        NearLimit.Applies(-105m, null, Limit.Parse("≤-100")).ShouldBeTrue();
        NearLimit.Applies(-106m, null, Limit.Parse("≤-100")).ShouldBeFalse();
        NearLimit.Applies(0m, Limit.Parse("≥0"), null).ShouldBeFalse();
    }

    [Theory]
    [InlineData("999.9999999999999999", "990")]
    [InlineData("1000.0000000000000001", "1000")]
    [InlineData("0.0009999999999999999999", "0.00099")]
    [InlineData("1", "1")]
    [InlineData("100000000000", "100000000000")]
    [InlineData("0.00000001", "0.00000001")]
    public void A_computed_limit_just_beside_a_power_of_ten_is_cut_down_all_the_same(string value, string cut) =>
        Rounding.CutDownToTwoDigits(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(decimal.Parse(cut, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("0.1", "0.1", 2)]
    [InlineData("1", "1", 1)]
    [InlineData("9.99", "9.9", 1)]
    [InlineData("10", "10", 0)]
    [InlineData("100", "100", 0)]
    public void A_computed_limit_has_the_decimals_of_two_digits(string value, string bound, int decimals) =>
        Limit.Computed(LimitSense.Below, decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(new Limit(LimitSense.Below, decimal.Parse(bound, System.Globalization.CultureInfo.InvariantCulture), decimals));

    [Fact]
    public void A_dose_of_less_than_an_hour_is_given_within_one()
    {
        Endotoxin.LimitEuPerMl(5, 60, 20, 0.99m).ShouldBe(15m);
        Endotoxin.LimitEuPerMl(5, 60, 20, 1.1m).ShouldBe(16.5m);
        (Endotoxin.ParenteralEuPerKg, Endotoxin.IntrathecalEuPerKg).ShouldBe((5m, 0.2m));
    }
}
