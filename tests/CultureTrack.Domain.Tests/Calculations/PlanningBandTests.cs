using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>The interval to plan with (decision 0029).</summary>
public sealed class PlanningBandTests
{
    private static GrowthPoint[] Growing(double ratePerDay, int days, Random? noise = null) =>
        [.. Enumerable.Range(0, days).Select(d => new GrowthPoint(d, 1e6 * Math.Exp(ratePerDay * d + 0.05 * ((noise?.NextDouble() ?? 0.5) - 0.5))))];

    private static List<IReadOnlyList<GrowthPoint>> Past(int cultures, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, cultures).Select(_ => (IReadOnlyList<GrowthPoint>)Growing(0.4 + 0.1 * (random.NextDouble() - 0.5), 7, random))];
    }

    private static HarvestForecast Fit(GrowthPoint[] points) => HarvestForecast.TryFit(points).Fit.ShouldNotBeNull();

    [Fact]
    public void Too_few_forecasts_that_came_to_pass_teach_nothing() => PastGrowth.Learn(Past(2, 1), isConfluence: false).ShouldBeNull();

    [Fact]
    public void Past_cultures_teach_their_rate_and_their_spread()
    {
        var past = PastGrowth.Learn(Past(40, 2), isConfluence: false).ShouldNotBeNull();
        past.Rate.ShouldBe(0.4, 0.02);
        past.RateSpread!.Value.ShouldBeInRange(0.005, 0.06);
        past.Forecasts.ShouldBe(40 * 9, "of seven observations four are forecast from: three, three, two and one step ahead");
        past.ErrorLow.ShouldBeLessThan(past.ErrorMiddle);
        past.ErrorMiddle.ShouldBeLessThan(past.ErrorHigh);
    }

    [Fact]
    public void Four_of_five_new_cultures_of_the_same_kind_fall_into_the_interval()
    {
        var past = PastGrowth.Learn(Past(200, 3), isConfluence: false);
        var played = Past(200, 4).SelectMany(c => PastGrowth.Played(c, isConfluence: false)).ToList();
        var held = played.Count(p => p.Fit.PlanAt(p.Seen.Time, past) is var e && p.Seen.Value >= e.Low80 && p.Seen.Value <= e.High80);
        ((double)held / played.Count).ShouldBeInRange(0.75, 0.85);
    }

    [Fact]
    public void A_culture_that_has_shown_little_is_planned_at_the_usual_rate()
    {
        var past = new PastGrowth(0.4, 0.02, -1, 0, 1, 100);
        var fast = Fit(Growing(0.8, 3));
        var planned = Math.Log(fast.PlanAt(4, past).Value / fast.PlanAt(2, past).Value) / 2;
        planned.ShouldBeInRange(0.4, 0.42);
        Math.Log(fast.PlanAt(4).Value / fast.PlanAt(2).Value).ShouldBeGreaterThan(0.5, "without a past nothing pulls it back");
    }

    [Fact]
    public void The_interval_widens_the_further_it_looks_ahead()
    {
        var fit = Fit(Growing(0.4, 5));
        double Width(double t) => fit.PlanAt(t) is var e ? Math.Log(e.High80 / e.Low80) : 0;
        Width(5).ShouldBeLessThan(Width(7));
        Width(7).ShouldBeLessThan(Width(9));
    }

    [Fact]
    public void The_planned_day_lies_in_its_interval_and_is_missing_beyond_the_horizon()
    {
        var past = new PastGrowth(0.4, 0.1, -1, 0, 1, 100);
        var fit = Fit(Growing(0.4, 5));
        var (at, low, high) = fit.PlanTimeTo(2e7, 31, past)!.Value;
        fit.PlanAt(at, past).Value.ShouldBe(2e7, 2e7 * 1e-3);
        low!.Value.ShouldBeLessThan(at);
        high!.Value.ShouldBeGreaterThan(at);
        fit.PlanTimeTo(1e30, 31, past).ShouldBeNull();
        fit.PlanTimeTo(0, 31, past).ShouldBeNull();
    }

    [Fact]
    public void A_confluence_is_planned_between_nothing_and_full()
    {
        var fit = HarvestForecast.TryFit([new(1, 10), new(2, 18), new(3, 31), new(4, 48), new(5, 66)], isConfluence: true).Fit!;
        foreach (var day in Enumerable.Range(5, 20)) fit.PlanAt(day).ShouldSatisfyAllConditions(e => e.Low80.ShouldBeGreaterThan(0), e => e.High80.ShouldBeLessThanOrEqualTo(100));
        fit.PlanTimeTo(100, 31).ShouldBeNull();
    }
}
