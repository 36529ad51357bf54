using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>Vectors F-1, F-3 and F-4 of domain.md 5.24.</summary>
public sealed class ForecastTests
{
    [Fact]
    public void F1_exponential_growth_over_days()
    {
        var fit = Fit([(0, 1.00e6), (1, 1.45e6), (2, 2.30e6), (3, 3.40e6), (4, 5.20e6)]);
        fit.Model.ShouldBe("exponential");
        fit.A.ShouldBe(13.80099, 1e-5);
        fit.Rate.ShouldBe(0.414953, 1e-6);
        fit.S.ShouldBe(0.0216468, 1e-6);
        fit.R2.ShouldBe(0.999184, 1e-6);
        fit.DoublingTime.ShouldBe(1.6704, 1e-4);
        Check(fit.PredictAt(5), 7.848e6, 7.102e6, 8.672e6);
        Check(fit.TimeTo(1e7)!.Value, 5.584, 5.382, 5.786);
    }

    [Fact]
    public void F4_exponential_growth_over_hours()
    {
        var fit = Fit([(0, 4.0e5), (20, 5.6e5), (44, 9.9e5), (68, 1.75e6)]);
        fit.A.ShouldBe(12.853341, 1e-5);
        fit.Rate.ShouldBe(0.0219859, 1e-6);
        fit.S.ShouldBe(0.0563203, 1e-6);
        fit.R2.ShouldBe(0.994985, 1e-6);
        fit.DoublingTime.ShouldBe(31.527, 1e-2);
        Check(fit.PredictAt(92), 2.888e6, 1.956e6, 4.264e6);
        Check(fit.TimeTo(5e6)!.Value, 116.97, 98.01, 135.92);
    }

    [Fact]
    public void F3_confluence_is_logistic()
    {
        var (fit, _) = HarvestForecast.TryFit([new(1, 10), new(2, 18), new(3, 31), new(4, 48), new(5, 66)], isConfluence: true);
        fit.ShouldNotBeNull().Model.ShouldBe("logistic");
        fit.A.ShouldBe(-2.933291, 1e-5);
        fit.Rate.ShouldBe(0.715734, 1e-6);
        fit.S.ShouldBe(0.0202980, 1e-6);
        Check(fit.PredictAt(6), 79.59, 78.03, 81.07);
        Check(fit.TimeTo(85)!.Value, 6.522, 6.414, 6.630);
    }

    [Fact]
    public void The_logistic_model_needs_a_capacity_and_a_culture_beyond_half_of_it()
    {
        GrowthPoint[] points = [new(0, 1e6), new(1, 2e6), new(2, 4e6)];
        HarvestForecast.TryFit(points, capacity: 1e8).Fit!.Model.ShouldBe("exponential");
        HarvestForecast.TryFit(points, capacity: 7e6).Fit!.Model.ShouldBe("logistic");
        HarvestForecast.TryFit(points, capacity: 7e6).Fit!.TimeTo(8e6).ShouldBeNull();
    }

    [Fact]
    public void Readings_at_the_ends_of_the_range_are_left_out_of_the_logistic_model() =>
        HarvestForecast.TryFit([new(0, 1), new(1, 10), new(2, 40), new(3, 99)], isConfluence: true).Reason.ShouldBe(HarvestForecast.TooFewPoints);

    [Fact]
    public void Few_points_or_no_growth_give_no_forecast()
    {
        HarvestForecast.TryFit([new(0, 1e6), new(1, 2e6)]).Reason.ShouldBe(HarvestForecast.TooFewPoints);
        HarvestForecast.TryFit([new(0, 3e6), new(1, 2e6), new(2, 1e6)]).Reason.ShouldBe(HarvestForecast.NotGrowing);
        HarvestForecast.TryFit([]).Reason.ShouldBe(HarvestForecast.TooFewPoints);
    }

    private static HarvestForecast Fit((double Time, double Value)[] points) =>
        HarvestForecast.TryFit([.. points.Select(p => new GrowthPoint(p.Time, p.Value))]).Fit.ShouldNotBeNull();

    private static void Check(Estimate e, double value, double low, double high)
    {
        e.Value.ShouldBeClose(value);
        e.Low95.ShouldBeClose(low);
        e.High95.ShouldBeClose(high);
    }
}
