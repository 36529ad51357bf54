using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>Where a formula of domain.md 5 has no answer or refuses its inputs, and what happens at the very bound.</summary>
public sealed class CalculationBoundTests
{
    private static void Refused(Action calculation) => Should.Throw<ArgumentOutOfRangeException>(calculation);

    [Fact]
    public void Counts_are_not_negative_and_something_was_plated_or_counted()
    {
        Refused(() => CellCounting.ViabilityPct(-1, 5));
        Refused(() => CellCounting.ViabilityPct(5, -1));
        CellCounting.ViabilityPct(0, 5).ShouldBe(0);
        Refused(() => CellCounting.FeederPct(-1, 5));
        Refused(() => CellCounting.FeederPct(5, -1));
        CellCounting.FeederPct(0, 0).ShouldBeNull();
        CellCounting.FeederPct(0, 5).ShouldBe(0);
        Refused(() => CellCounting.ColonyFormingPct(-1, 10));
        Refused(() => CellCounting.ColonyFormingPct(1, 0));
        CellCounting.ColonyFormingPct(0, 10).ShouldBe(0);
    }

    [Fact]
    public void A_pool_of_nothing_has_no_viability_and_no_cells_no_scatter()
    {
        CellCounting.PooledViabilityPct([]).ShouldBeNull();
        CellCounting.PooledViabilityPct([new(0, 90)]).ShouldBeNull();
        CellCounting.PooledViabilityPct([new(1, 90)]).ShouldBe(90);
        CellCounting.CvPct([]).ShouldBeNull();
        CellCounting.CvPct([0, 0]).ShouldBeNull();
        CellCounting.CvPct([5, 5]).ShouldBe(0);
    }

    [Fact]
    public void A_chamber_count_needs_a_square_and_a_dilution_of_1()
    {
        Refused(() => CellCounting.PerMl([], 2));
        Refused(() => CellCounting.PerMl([50], 0.9));
        CellCounting.PerMl([50], 1).ShouldBe(5e5);
        Refused(() => CellCounting.Contraction(0, 0));
        CellCounting.Contraction(100, 100).ShouldBe(0);
    }

    [Fact]
    public void Growth_needs_cells_time_and_a_fraction_of_at_most_1()
    {
        Refused(() => Growth.Doublings(0, 1));
        Refused(() => Growth.Doublings(1, 0));
        Refused(() => Growth.ClonogenicDoublings(4, 1, 0));
        Refused(() => Growth.ClonogenicDoublings(4, 1, 1.01));
        Growth.ClonogenicDoublings(4, 1, 1).ShouldBe(2);
        Refused(() => Growth.DoublingTimeHours(0, 1));
        Refused(() => Growth.RatePerHour(0, 4, 1));
        Growth.DoublingTimeHours(96, 0).ShouldBeNull();
        Growth.DoublingTimeHours(96, 0.5).ShouldBe(192);
        Growth.CumulativeDoublings([1.5, 4, 2], 1).ShouldBe(5);
        Growth.CumulativeDoublings([2], -0.5).ShouldBe(1.5);
    }

    [Fact]
    public void Endotoxin_limits_need_a_dose_a_weight_and_a_volume_and_an_hour_at_least()
    {
        Endotoxin.LimitEuPerMl(5, 70, 50, 0.5m).ShouldBe(7.0m);
        Endotoxin.LimitEuPerMl(5, 60, 20, 1).ShouldBe(15.0m);
        Endotoxin.LimitEuPerMl(5, 50, 100, 4).ShouldBe(10.0m);
        Endotoxin.LimitEuPerMl(Endotoxin.IntrathecalEuPerKg, 70, 5, 1).ShouldBe(2.8m);
        Endotoxin.DeviceLimitEuPerMl(20, 40).ShouldBe(0.5m);
        Endotoxin.MaximumValidDilution(7.0m, 0.05m).ShouldBe(140m);
        Endotoxin.PatientLoadEuPerKg(0.10m, 50, 70).ShouldBe(0.0714m, 0.0001m);
        foreach (var zero in new Action[]
                 {
                     () => Endotoxin.LimitEuPerMl(0, 70, 50, 1), () => Endotoxin.LimitEuPerMl(5, 0, 50, 1), () => Endotoxin.LimitEuPerMl(5, 70, 0, 1),
                     () => Endotoxin.DeviceLimitEuPerMl(20, 0), () => Endotoxin.MaximumValidDilution(7, 0), () => Endotoxin.PatientLoadEuPerKg(1, 50, 0),
                 }) Refused(zero);
    }

    [Fact]
    public void A_kinetic_mean_weighs_by_time_and_knows_no_empty_log()
    {
        MeanKineticTemperature.Celsius([]).ShouldBeNull();
        MeanKineticTemperature.Celsius([new(0, 25)]).ShouldBeNull();
        MeanKineticTemperature.Celsius([new(1, 25), new(2, 25)])!.Value.ShouldBe(25.000, 1e-9);
        MeanKineticTemperature.Celsius([new(1, 5), new(1, 5), new(1, 5), new(1, 25)])!.Value.ShouldBe(15.132, 1e-3);
        MeanKineticTemperature.Celsius([new(24, 5), new(2, 15), new(22, 4)])!.Value.ShouldBe(5.361, 1e-3);
        MeanKineticTemperature.Celsius([new(10, 8), new(10, 8), new(1, 30)])!.Value.ShouldBe(11.671, 1e-3);
    }

    [Theory]
    [InlineData("G123498654321", "H", true)]
    [InlineData("A999926000001", "8", true)]
    [InlineData("A999926000002", "6", true)]
    [InlineData("A999926000002", "8", false)]
    [InlineData("A999926000002", "66", false)]
    [InlineData("A999926000002", "", false)]
    [InlineData("A99992600000", "6", false)]
    [InlineData("A9999260000022", "6", false)]
    [InlineData("a999926000002", "6", false)]
    [InlineData("A99992600000*", "6", false)]
    public void A_donation_number_carries_its_check_character(string din, string check, bool valid) => DonationNumber.IsValid(din, check).ShouldBe(valid);

    [Theory]
    [InlineData("<=2.0", 2.05, LimitOutcome.Fail)]
    [InlineData("<=2.0", 2.04, LimitOutcome.Pass)]
    [InlineData(">=70", 69.5, LimitOutcome.Pass)]
    [InlineData(">=70", 69.4, LimitOutcome.Fail)]
    [InlineData(" < 2.0 ", 1.94, LimitOutcome.Pass)]
    [InlineData(">-2.0", -1.94, LimitOutcome.Pass)]
    public void A_limit_is_read_as_it_is_written(string limit, double value, LimitOutcome outcome) => Limit.Parse(limit).Judge((decimal)value).ShouldBe(outcome);

    [Fact]
    public void Near_a_limit_is_5_percent_of_it_or_of_the_width_of_its_range_both_included()
    {
        Limit Of(string text) => Limit.Parse(text);
        NearLimit.Applies(95m, null, Of("≤100")).ShouldBeTrue();
        NearLimit.Applies(94m, null, Of("≤100")).ShouldBeFalse();
        NearLimit.Applies(105m, Of("≥100"), null).ShouldBeTrue();
        NearLimit.Applies(106m, Of("≥100"), null).ShouldBeFalse();
        NearLimit.Applies(99m, Of("≥100"), null).ShouldBeFalse();
        foreach (var (value, near) in new[] { (0m, true), (5m, true), (6m, false), (94m, false), (95m, true), (100m, true), (101m, false), (-1m, false) })
            NearLimit.Applies(value, Of("≥0"), Of("≤100")).ShouldBe(near, $"{value}");
        NearLimit.Applies(1m, null, null).ShouldBeFalse();
        Limit.Smaller(Of("≤2.0"), Of("≤1.9")).Bound.ShouldBe(1.9m);
        Limit.Smaller(Of("≤1.9"), Of("≤2.0")).Bound.ShouldBe(1.9m);
    }

    [Fact]
    public void Computed_limits_are_rounded_to_the_digits_that_remain()
    {
        (Limit.Computed(LimitSense.AtMost, 2.857m).Bound, Limit.Computed(LimitSense.AtMost, 2.857m).Decimals).ShouldBe((2.8m, 1));
        (Limit.Computed(LimitSense.AtMost, 17.03m).Bound, Limit.Computed(LimitSense.AtMost, 17.03m).Decimals).ShouldBe((17m, 0));
        (Limit.Computed(LimitSense.AtMost, 0.0714m).Bound, Limit.Computed(LimitSense.AtMost, 0.0714m).Decimals).ShouldBe((0.071m, 3));
        (Limit.Computed(LimitSense.AtMost, 149.9m).Bound, Limit.Computed(LimitSense.AtMost, 149.9m).Decimals).ShouldBe((140m, 0));
        (Limit.Computed(LimitSense.AtMost, 0m).Bound, Limit.Computed(LimitSense.AtMost, 0m).Decimals).ShouldBe((0m, 1));
        Refused(() => Rounding.CutDownToTwoDigits(-1));
        Rounding.CutDownToTwoDigits(1000m).ShouldBe(1000m);
        Rounding.CutDownToTwoDigits(0.001m).ShouldBe(0.001m);
        Rounding.ToDecimals(-2.05m, 1).ShouldBe(-2.1m);
    }
}
