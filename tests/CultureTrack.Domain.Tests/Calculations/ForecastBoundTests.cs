using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>Which observations a forecast is made of, and plans beside it computed by hand (domain.md 5.24, decision 0029).</summary>
public sealed class ForecastBoundTests
{
    // ln N is 1, 2 and 3.3: rate 1.15, intercept 0.95, residuals 0.05, −0.1 and 0.05.
    private static readonly HarvestForecast Fit = HarvestForecast.TryFit([new(0, Math.Exp(1)), new(1, Math.Exp(2)), new(2, Math.Exp(3.3))]).Fit!;
    private static readonly double Residual = Math.Sqrt(0.015);

    [Fact]
    public void The_line_is_that_of_least_squares()
    {
        (Fit.N, Fit.Model).ShouldBe((3, "exponential"));
        Fit.Rate.ShouldBe(1.15, 1e-9);
        Fit.A.ShouldBe(0.95, 1e-9);
        Fit.S.ShouldBe(Residual, 1e-9);
        Fit.R2.ShouldBe(1 - 0.015 / 2.66, 1e-9);
    }

    [Fact]
    public void Observations_count_in_the_order_of_time_and_those_of_nothing_do_not()
    {
        var (fit, reason) = HarvestForecast.TryFit([new(2, Math.Exp(3.3)), new(3, 0), new(0, Math.Exp(1)), new(4, -1), new(1, Math.Exp(2))]);
        reason.ShouldBeNull();
        fit!.N.ShouldBe(3);
        fit.PlanAt(4).Value.ShouldBe(Fit.PlanAt(4).Value, 1e-9);
    }

    [Theory]
    [InlineData(4.01, "logistic")]
    [InlineData(4.0, "exponential")]
    [InlineData(3.0, "exponential")]
    public void A_culture_beyond_half_of_its_capacity_slows_down(double last, string model) =>
        HarvestForecast.TryFit([new(0, 1), new(2, last), new(1, 2)], capacity: 8).Fit!.Model.ShouldBe(model);

    [Fact]
    public void A_confluence_is_logistic_from_the_first_and_full_at_100_unless_another_capacity_is_given()
    {
        GrowthPoint[] low = [new(0, 5), new(1, 10), new(2, 20)];
        var usual = HarvestForecast.TryFit(low, isConfluence: true).Fit!;
        usual.Model.ShouldBe("logistic");
        usual.TimeTo(100).ShouldBeNull();
        usual.TimeTo(99.9).ShouldNotBeNull();
        var lower = HarvestForecast.TryFit(low, capacity: 50, isConfluence: true).Fit!;
        lower.TimeTo(50).ShouldBeNull();
        lower.TimeTo(49.9).ShouldNotBeNull();
    }

    [Fact]
    public void At_1_and_at_99_percent_of_the_capacity_nothing_is_seen_of_growth()
    {
        HarvestForecast.TryFit([new(0, 1), new(1, 10), new(2, 40), new(3, 80), new(4, 99)], isConfluence: true).Fit!.N.ShouldBe(3);
        HarvestForecast.TryFit([new(0, 1.1), new(1, 10), new(2, 40), new(3, 80), new(4, 98.9)], isConfluence: true).Fit!.N.ShouldBe(5);
    }

    [Fact]
    public void Three_looks_at_one_time_are_no_course()
    {
        HarvestForecast.TryFit([new(1, 1), new(1, 2), new(1, 3)]).Reason.ShouldBe(HarvestForecast.TooFewPoints);
        HarvestForecast.TryFit([new(1, 1), new(2, 2), new(2, 3)]).Reason.ShouldBeNull();
        HarvestForecast.TryFit([new(1, 2), new(2, 2), new(3, 2)]).Reason.ShouldBe(HarvestForecast.NotGrowing);
    }

    [Fact]
    public void Nothing_is_no_target()
    {
        Fit.TimeTo(0).ShouldBeNull();
        Fit.TimeTo(-1).ShouldBeNull();
        Fit.TimeTo(0.001).ShouldNotBeNull();
        Fit.TimeTo(Math.Exp(0.95))!.Value.Value.ShouldBe(0, 1e-9);
    }

    [Fact]
    public void A_plan_starts_three_quarters_of_the_way_to_the_last_observation_and_goes_on_at_the_fitted_rate()
    {
        // At 2 the line says 3.25 and the culture 3.3. Two days on, a quarter of the growth adds to the standard error.
        var scale = Math.Sqrt(0.015 * (1 + 1.0 / 3 + 9.0 / 2) + 0.03 * 0.03 + Math.Pow(0.25 * 1.15 * 2, 2));
        var plan = Fit.PlanAt(4, new(9, null, -1, 0.5, 2, 30));
        Math.Log(plan.Value).ShouldBe(3.2875 + 1.15 * 2 + 0.5 * scale, 1e-9);
        Math.Log(plan.Low80).ShouldBe(3.2875 + 1.15 * 2 - scale, 1e-9);
        Math.Log(plan.High80).ShouldBe(3.2875 + 1.15 * 2 + 2 * scale, 1e-9);
        Fit.ScaledError(new(4, Math.Exp(6)), new(9, null, -1, 0.5, 2, 30)).ShouldBe((6 - 5.5875) / scale, 1e-9);
        Fit.RateTo(new(4, Math.Exp(6))).ShouldBe(1.35, 1e-9);
    }

    [Fact]
    public void A_plan_for_a_time_that_has_passed_does_not_go_back()
    {
        var scale = Math.Sqrt(0.015 * (1 + 1.0 / 3) + 0.03 * 0.03);
        Math.Log(Fit.PlanAt(1, new(9, null, -1, 0, 1, 30)).High80).ShouldBe(3.2875 + scale, 1e-9);
    }

    [Fact]
    public void The_usual_rate_of_past_cultures_counts_the_more_the_less_this_one_has_shown()
    {
        var own = (0.015 + 0.4 * 0.4) / 2;
        var doubt = own / (own + 0.2 * 0.2);
        Math.Log(Fit.PlanAt(4, new(0.5, 0.2, 0, 0, 0, 30)).Value).ShouldBe(3.2875 + ((1 - doubt) * 1.15 + doubt * 0.5) * 2, 1e-9);
        PlanningBand.WeightOfPast(0.3, 2.5, 0.1).ShouldBe(0.1 / 0.11, 1e-9);
        PlanningBand.Scale(0, 0).ShouldBe(0.03, 1e-12);
        PlanningBand.Scale(0.4, 0).ShouldBe(Math.Sqrt(0.16 + 0.0009), 1e-12);
        PlanningBand.Scale(0, 2).ShouldBe(Math.Sqrt(0.0009 + 0.25), 1e-12);
    }

    [Fact]
    public void Without_a_past_of_its_own_a_laboratory_plans_with_that_of_the_benchmark()
    {
        Fit.PlanAt(4).ShouldBe(Fit.PlanAt(4, PastGrowth.Exponential));
        Fit.ScaledError(new(4, 400)).ShouldBe(Fit.ScaledError(new(4, 400), PastGrowth.Exponential));
        PastGrowth.Exponential.ShouldBe(new(0, null, -2.01, -0.81, 0.67, 0));
        var confluence = HarvestForecast.TryFit([new(1, 10), new(2, 18), new(3, 31)], isConfluence: true).Fit!;
        confluence.PlanAt(4).ShouldBe(confluence.PlanAt(4, PastGrowth.Logistic));
        PastGrowth.Logistic.ShouldBe(new(0, null, -1.54, -0.43, 0.74, 0));
    }

    [Fact]
    public void A_target_that_is_reached_is_planned_for_the_last_observation()
    {
        var sure = new PastGrowth(0, null, 0, 0, 0, 30);
        Fit.PlanTimeTo(Math.Exp(3), 10, sure).ShouldBe((2, 2, 2));
        Fit.PlanTimeTo(Math.Exp(3.2875 + 1.15), 10, sure)!.Value.At.ShouldBe(3, 2e-4);
        Fit.PlanTimeTo(0, 10, sure).ShouldBeNull();
        Fit.PlanTimeTo(Math.Exp(3.2875 + 1.15), 0.9, sure).ShouldBeNull();
        Fit.PlanTimeTo(Math.Exp(3.2875 + 1.15), 1.1, sure).ShouldNotBeNull();
    }

    [Fact]
    public void The_day_before_which_is_the_fast_culture_and_the_day_after_which_the_slow_one()
    {
        var plan = Fit.PlanTimeTo(Math.Exp(5), 20, new(0, null, -1, 0, 1, 30))!.Value;
        Math.Log(Fit.PlanAt(plan.Low80!.Value, new(0, null, -1, 0, 1, 30)).High80).ShouldBe(5, 1e-3);
        Math.Log(Fit.PlanAt(plan.High80!.Value, new(0, null, -1, 0, 1, 30)).Low80).ShouldBe(5, 1e-3);
        Fit.PlanTimeTo(Math.Exp(5), plan.At - 2 + 0.01, new(0, null, -1, 0, 1, 30))!.Value.High80.ShouldBeNull();
    }
}
