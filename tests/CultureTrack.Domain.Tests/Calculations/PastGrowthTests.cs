using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>What is learnt from cultures of which the answer is known by hand.</summary>
public sealed class PastGrowthTests
{
    // Three days at 0.5 a day, then one day at a rate of its own: 0.01, 0.02 … 0.30.
    private static IReadOnlyList<GrowthPoint> Slowing(double rate) => [.. new[] { 0, 0.5, 1, 1 + rate }.Select((y, day) => new GrowthPoint(day, Math.Exp(y)))];
    private static IEnumerable<IReadOnlyList<GrowthPoint>> Slowing(int cultures) => Enumerable.Range(1, cultures).Select(i => Slowing(i / 100.0));

    [Fact]
    public void Thirty_plans_that_came_to_pass_teach_and_twenty_nine_do_not()
    {
        PastGrowth.Learn(Slowing(29), isConfluence: false).ShouldBeNull();
        PastGrowth.Learn(Slowing(30), isConfluence: false).ShouldNotBeNull().Forecasts.ShouldBe(30);
        PastGrowth.FewestForecasts.ShouldBe(30);
    }

    [Fact]
    public void The_middle_and_the_spread_of_the_rates_and_the_ends_of_the_errors_are_those_of_their_ranks()
    {
        // Of 31 ranks the middle is the 16th, the quarters are the 8th and the 23rd, the tenths the 3rd and the 28th.
        var past = PastGrowth.Learn(Slowing(30), isConfluence: false)!;
        past.Rate.ShouldBe(0.16, 1e-9);
        past.RateSpread!.Value.ShouldBe((0.23 - 0.08) / 1.349, 1e-9);
        var own = 0.4 * 0.4 / 2;
        var doubt = own / (own + past.RateSpread.Value * past.RateSpread.Value);
        var (planned, scale) = ((1 - doubt) * 0.5 + doubt * 0.16, Math.Sqrt(0.03 * 0.03 + 0.125 * 0.125));
        past.ErrorLow.ShouldBe((0.03 - planned) / scale, 1e-6);
        past.ErrorMiddle.ShouldBe((0.16 - planned) / scale, 1e-6);
        past.ErrorHigh.ShouldBe((0.28 - planned) / scale, 1e-6);
    }

    [Fact]
    public void A_culture_is_planned_from_its_third_observation_on_for_the_next_three()
    {
        var culture = Enumerable.Range(0, 7).Select(day => new GrowthPoint(day, Math.Exp(0.4 * day))).ToList();
        PastGrowth.Played(culture, isConfluence: false).Select(p => (p.Fit.N, p.Last.Time, p.Seen.Time)).ShouldBe(
            [(3, 2, 3), (3, 2, 4), (3, 2, 5), (4, 3, 4), (4, 3, 5), (4, 3, 6), (5, 4, 5), (5, 4, 6), (6, 5, 6)]);
        PastGrowth.Played([.. culture.Take(3)], isConfluence: false).ShouldBeEmpty();
    }

    [Fact]
    public void A_culture_that_does_not_grow_yet_is_planned_once_it_does()
    {
        GrowthPoint[] late = [new(0, 3), new(1, 2), new(2, 1), new(3, 30), new(4, 90)];
        PastGrowth.Played(late, isConfluence: false).Select(p => (p.Fit.N, p.Seen.Time)).ShouldBe([(4, 4)]);
    }

    [Fact]
    public void A_confluence_is_learnt_on_its_own_scale()
    {
        static double Pct(double y) => 100 / (1 + Math.Exp(-y));
        var cultures = Enumerable.Range(1, 30).Select(i => (IReadOnlyList<GrowthPoint>)[new(0, Pct(-2)), new(1, Pct(-1.5)), new(2, Pct(-1)), new(3, Pct(-1 + i / 100.0))]).ToList();
        PastGrowth.Learn(cultures, isConfluence: true)!.Rate.ShouldBe(0.16, 1e-9);
        PastGrowth.Played(cultures[0], isConfluence: true).Single().Fit.Model.ShouldBe("logistic");
        PastGrowth.Played(cultures[0], isConfluence: false).Single().Fit.Model.ShouldBe("exponential");
    }
}
