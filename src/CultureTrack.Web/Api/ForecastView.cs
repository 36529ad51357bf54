using System.Text.Json.Serialization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Web.Batches;

namespace CultureTrack.Web.Api;

public sealed record ForecastPoint(DateTimeOffset At, double Value);
public sealed record ForecastPrediction(DateTimeOffset At, double Value, double Low95, double High95);
public sealed record ForecastTarget(double Value, DateTimeOffset? At, DateTimeOffset? Low95, DateTimeOffset? High95);

public sealed record PlanPoint(DateTimeOffset At, double Value, double Low80, double High80);

/// <summary>When to plan the target for; in one culture of ten it comes before <c>Low80</c>, in one after <c>High80</c>. Null: not within a month.</summary>
public sealed record PlanTarget(double Value, DateTimeOffset? At, DateTimeOffset? Low80, DateTimeOffset? High80);

/// <summary>The interval to plan with beside the normative one (decision 0029).</summary>
/// <param name="Basis"><c>own</c>: past cultures of this product in this laboratory; <c>reference</c>: the reference cultures.</param>
/// <param name="Forecasts">Number of own forecasts it was learnt from.</param>
public sealed record PlanningView(string Basis, int Forecasts, IReadOnlyList<PlanPoint> Points, PlanTarget? Target);

/// <summary>Growth of the culture, fitted and carried on. A planning aid, never evidence for release.</summary>
/// <param name="Rate">Per day.</param>
/// <param name="Reason">Why there is no fit: TOO_FEW_POINTS or NOT_GROWING.</param>
public sealed record ForecastView(
    string? Model, int N, double? A, double? Rate, string RateUnit, double? S, double? R2, double? TdHours, IReadOnlyList<ForecastPoint> Points,
    IReadOnlyList<ForecastPrediction> Predictions, ForecastTarget? Target, string? Reason)
{
    /// <summary>Only where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public PlanningView? Planning { get; init; }

    public const string Example = """
        {"model":"exponential","n":4,"a":12.1,"rate":0.44,"rateUnit":"1/d","s":0.05,"r2":0.99,"tdHours":37.8,"points":[{"at":"2026-04-21T12:00:00.000Z","value":2600000}],"predictions":[{"at":"2026-04-24T12:00:00.000Z","value":9700000,"low95":8100000,"high95":11600000}],"target":{"value":10000000,"at":"2026-04-24T13:40:00.000Z","low95":"2026-04-24T11:00:00.000Z","high95":"2026-04-24T16:20:00.000Z"},"reason":null}
        """;

    private const int DaysAhead = 7, PlannedDaysMost = 31;
    private static readonly TimeSpan Step = TimeSpan.FromHours(12);

    public static ForecastView Of(BatchState state, double? target, bool isConfluence, DateTimeOffset? at, double? capacity, PlanBasis? plan = null)
    {
        var vessels = GrowthSeries.Present(state);
        IReadOnlyList<ForecastPoint> points = [.. (isConfluence ? GrowthSeries.Confluence(state, vessels) : GrowthSeries.Cells(state, vessels)).Select(p => new ForecastPoint(p.At, p.Value))];
        if (points.Count == 0) return new(null, 0, null, null, "1/d", null, null, null, [], [], null, HarvestForecast.TooFewPoints);
        var origin = points[0].At;
        double Days(DateTimeOffset moment) => (moment - origin).TotalDays;
        var (fit, reason) = HarvestForecast.TryFit([.. points.Select(p => new GrowthPoint(Days(p.At), p.Value))], capacity, isConfluence);
        if (fit is null) return new(null, points.Count, null, null, "1/d", null, null, null, points, [], null, reason);
        var moments = Enumerable.Range(0, (int)(TimeSpan.FromDays(DaysAhead) / Step) + 1).Select(i => points[^1].At + i * Step).Concat(at is { } asked ? [asked] : []).Order().ToList();
        return new(fit.Model, fit.N, fit.A, fit.Rate, "1/d", fit.S, fit.R2, fit.DoublingTime * 24, points,
            [.. moments.Select(m => Predict(fit, m, Days(m))).Where(p => double.IsFinite(p.High95))], Reached(fit, origin, target), null)
        { Planning = plan is null ? null : Plan(fit, plan.Past, origin, moments, target) };
    }

    private static PlanningView Plan(HarvestForecast fit, PastGrowth? past, DateTimeOffset origin, IEnumerable<DateTimeOffset> moments, double? target)
    {
        var points = moments.Select(m => fit.PlanAt((m - origin).TotalDays, past) is var e ? new PlanPoint(m, e.Value, e.Low80, e.High80) : throw new InvalidOperationException());
        PlanTarget? reached = target is not { } value ? null
            : fit.PlanTimeTo(value, PlannedDaysMost, past) is { } t ? new(value, Later(origin, t.At), t.Low80 is { } low ? Later(origin, low) : null, t.High80 is { } high ? Later(origin, high) : null)
            : new(value, null, null, null);
        return new(past is null ? "reference" : "own", past?.Forecasts ?? 0, [.. points.Where(p => double.IsFinite(p.High80))], reached);
    }

    private static ForecastPrediction Predict(HarvestForecast fit, DateTimeOffset at, double days) =>
        fit.PredictAt(days) is var e ? new(at, e.Value, e.Low95, e.High95) : throw new InvalidOperationException();

    private static ForecastTarget? Reached(HarvestForecast fit, DateTimeOffset origin, double? target)
    {
        if (target is not { } value) return null;
        return fit.TimeTo(value) is { } time ? new(value, Later(origin, time.Value), Later(origin, time.Low95), Later(origin, time.High95)) : new(value, null, null, null);
    }

    // A slow culture may reach its target after the end of the calendar; that is no date to plan with.
    private static DateTimeOffset? Later(DateTimeOffset origin, double days) => Math.Abs(days) < 36_500 ? origin.AddDays(days) : null;
}

/// <summary>Asks for the planning interval too.</summary>
/// <param name="Past">What own cultures teach; null: nothing yet.</param>
public sealed record PlanBasis(PastGrowth? Past);
