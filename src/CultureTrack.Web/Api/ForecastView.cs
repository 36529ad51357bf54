using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Web.Api;

public sealed record ForecastPoint(DateTimeOffset At, double Value);
public sealed record ForecastPrediction(DateTimeOffset At, double Value, double Low95, double High95);
public sealed record ForecastTarget(double Value, DateTimeOffset? At, DateTimeOffset? Low95, DateTimeOffset? High95);

/// <summary>Growth of the culture, fitted and carried on. A planning aid, never evidence for release.</summary>
/// <param name="Rate">Per day.</param>
/// <param name="Reason">Why there is no fit: TOO_FEW_POINTS or NOT_GROWING.</param>
public sealed record ForecastView(
    string? Model, int N, double? A, double? Rate, string RateUnit, double? S, double? R2, double? TdHours, IReadOnlyList<ForecastPoint> Points,
    IReadOnlyList<ForecastPrediction> Predictions, ForecastTarget? Target, string? Reason)
{
    public const string Example = """
        {"model":"exponential","n":4,"a":12.1,"rate":0.44,"rateUnit":"1/d","s":0.05,"r2":0.99,"tdHours":37.8,"points":[{"at":"2026-04-21T12:00:00.000Z","value":2600000}],"predictions":[{"at":"2026-04-24T12:00:00.000Z","value":9700000,"low95":8100000,"high95":11600000}],"target":{"value":10000000,"at":"2026-04-24T13:40:00.000Z","low95":"2026-04-24T11:00:00.000Z","high95":"2026-04-24T16:20:00.000Z"},"reason":null}
        """;

    private const int DaysAhead = 7;
    private static readonly TimeSpan Step = TimeSpan.FromHours(12);

    public static ForecastView Of(BatchState state, double? target, bool isConfluence, DateTimeOffset? at, double? capacity)
    {
        var points = isConfluence ? Confluence(state) : Cells(state);
        if (points.Count == 0) return new(null, 0, null, null, "1/d", null, null, null, [], [], null, HarvestForecast.TooFewPoints);
        var origin = points[0].At;
        double Days(DateTimeOffset moment) => (moment - origin).TotalDays;
        var (fit, reason) = HarvestForecast.TryFit([.. points.Select(p => new GrowthPoint(Days(p.At), p.Value))], capacity, isConfluence);
        if (fit is null) return new(null, points.Count, null, null, "1/d", null, null, null, points, [], null, reason);
        var moments = Enumerable.Range(0, (int)(TimeSpan.FromDays(DaysAhead) / Step) + 1).Select(i => points[^1].At + i * Step).Concat(at is { } asked ? [asked] : []).Order();
        return new(fit.Model, fit.N, fit.A, fit.Rate, "1/d", fit.S, fit.R2, fit.DoublingTime * 24, points,
            [.. moments.Select(m => Predict(fit, m, Days(m))).Where(p => double.IsFinite(p.High95))], Reached(fit, origin, target), null);
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

    /// <summary>Cells of the present passage: what was seeded, then every count of its vessels.</summary>
    private static List<ForecastPoint> Cells(BatchState s)
    {
        if (Present(s) is not { } vessels) return [];
        var seeded = new ForecastPoint(vessels.Min(v => v.SeededAt!.Value), (double)vessels.Sum(v => v.Seeded));
        var ids = vessels.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        var counts = s.Of<CellCounted>().Where(c => c.Data.VesselId is { } id && ids.Contains(id) && c.OccurredAt > seeded.At)
            .Select(c => new ForecastPoint(c.OccurredAt, (double)(c.Data.ViablePerMl * c.Data.VolumeMl)));
        return [seeded, .. counts.Where(c => c.Value > 0).OrderBy(c => c.At)];
    }

    private static List<ForecastPoint> Confluence(BatchState s)
    {
        if (Present(s) is not { } vessels) return [];
        var ids = vessels.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        return [.. s.Of<ConfluenceObserved>().Where(c => ids.Contains(c.Data.VesselId) && c.Data.Pct > 0).OrderBy(c => c.OccurredAt).Select(c => new ForecastPoint(c.OccurredAt, (double)c.Data.Pct))];
    }

    private static List<Vessel>? Present(BatchState s)
    {
        var product = s.Culture.Vessels.Values.Where(v => v is { HoldsProduct: true, SeededAt: not null }).ToList();
        return product.Count == 0 ? null : [.. product.Where(v => v.Passage == product.Max(p => p.Passage))];
    }
}
