using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>The vectors of domain.md 5.1 to 5.8, 5.16 and 5.19.</summary>
public sealed class CellTests
{
    [Theory]
    [InlineData(180, 20, 90.0)]
    [InlineData(412, 38, 91.556)]
    [InlineData(95, 0, 100.0)]
    [InlineData(276, 124, 69.0)]
    public void Viability_is_the_living_share(double live, double dead, double expected) => CellCounting.ViabilityPct(live, dead)!.Value.ShouldBeClose(expected);

    [Fact]
    public void Nothing_counted_has_no_viability() => CellCounting.ViabilityPct(0, 0).ShouldBeNull();

    [Fact]
    public void A_pool_weighs_viability_by_total_cells() =>
        CellCounting.PooledViabilityPct([new(2.0e7, 92), new(1.0e7, 80)])!.Value.ShouldBeClose(88.0);

    [Fact]
    public void A_chamber_count_gives_cells_per_millilitre()
    {
        CellCounting.PerMl([52, 48, 55, 45], 2).ShouldBeClose(1.00e6);
        CellCounting.PerMl([25, 30, 28, 29, 26], 5).ShouldBeClose(1.38e6);
    }

    [Theory]
    [InlineData(new[] { 1.02e6, 0.98e6 }, 2.83)]
    [InlineData(new[] { 1.30e6, 0.90e6 }, 25.71)]
    [InlineData(new[] { 8.4e5, 7.9e5, 8.6e5, 8.1e5 }, 3.769)]
    public void Replicates_scatter_as_their_coefficient_of_variation(double[] replicates, double expected) =>
        CellCounting.CvPct(replicates)!.Value.ShouldBeClose(expected);

    [Fact]
    public void One_replicate_has_no_scatter() => CellCounting.CvPct([1e6]).ShouldBeNull();

    [Theory]
    [InlineData(1e6, 8e6, 3.000)]
    [InlineData(2.0352e7, 1.22112e8, 2.585)]
    [InlineData(1.0176e8, 5.088e8, 2.322)]
    [InlineData(5e5, 4.2e5, -0.2515)]
    [InlineData(3.15e7, 1.26e8, 2.000)]
    public void Doublings_are_the_binary_logarithm_of_the_growth(double seeded, double harvested, double expected) =>
        Growth.Doublings(harvested, seeded).ShouldBeClose(expected);

    [Theory]
    [InlineData(1.75e7, 0.04, 2.10e7, 4.907)]
    [InlineData(5.0e6, 0.0001, 4.0e6, 12.966)]
    public void Doublings_of_P0_start_from_the_clonogenic_cells(double seeded, double f, double harvested, double expected) =>
        Growth.ClonogenicDoublings(harvested, seeded, f).ShouldBeClose(expected);

    [Fact]
    public void Cumulative_doublings_add_up()
    {
        var first = Growth.CumulativeDoublings([], Growth.Doublings(6e6, 1e6));
        var second = Growth.CumulativeDoublings([first], Growth.Doublings(9e6, 2e6));
        var third = Growth.CumulativeDoublings([second, 1.0], Growth.Doublings(14e6, 4e6));
        first.ShouldBeClose(2.585);
        second.ShouldBeClose(4.755);
        third.ShouldBeClose(6.562);
        Math.Pow(2, third).ShouldBeClose(94.5);
    }

    [Theory]
    [InlineData(8, 32.0, 0.02166)]
    [InlineData(6, 37.14, 0.01866)]
    [InlineData(5, 41.34, null)]
    public void Doubling_time_and_rate_follow_from_four_days_of_growth(double fold, double hours, double? rate)
    {
        Growth.DoublingTimeHours(96, fold * 1e6, 1e6)!.Value.ShouldBeClose(hours);
        if (rate is { } r) Growth.RatePerHour(96, fold * 1e6, 1e6).ShouldBeClose(r);
    }

    [Fact]
    public void A_shrinking_population_has_no_doubling_time() => Growth.DoublingTimeHours(96, -0.25).ShouldBeNull();

    [Fact]
    public void Colonies_and_feeder_cells_are_shares()
    {
        CellCounting.ColonyFormingPct(42, 1000).ShouldBeClose(4.2);
        CellCounting.ColonyFormingPct(12, 200).ShouldBeClose(6.0);
        CellCounting.FeederPct(400, 99_600)!.Value.ShouldBeClose(0.4);
        CellCounting.FeederPct(1040, 98_960)!.Value.ShouldBeClose(1.04);
    }

    [Fact]
    public void A_sheet_contracts()
    {
        CellCounting.AreaAfterContractionCm2(100, 0.42).ShouldBeClose(58.0);
        CellCounting.AreaAfterContractionCm2(150, 0.35).ShouldBeClose(97.5);
        CellCounting.Contraction(100, 58).ShouldBeClose(0.42);
    }
}

internal static class Closeness
{
    /// <summary>The tolerance of domain.md 5: relative 1e-3 unless stated.</summary>
    public static void ShouldBeClose(this double actual, double expected, double relative = 1e-3) =>
        actual.ShouldBe(expected, Math.Abs(expected) * relative);
}
