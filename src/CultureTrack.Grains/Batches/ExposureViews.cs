using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Grains.Batches;

/// <summary>Exposure as the API and the decisions of a batch show it.</summary>
internal static class ExposureViews
{
    public static EnvironmentReport Report(DateTimeOffset at, IReadOnlyList<Domain.Telemetry.ExposureMetric> metrics) =>
        new(at, [.. metrics.Select(m => new EnvironmentMetric(m.Id, Number(m.Value), m.Unit, Of(m.Band), m.WorstVessel))]);

    public static ExposureView Of(ExposureResult result, BatchState state) => new(
        result.At,
        [.. result.Metrics.Select(m => new ExposureMetric(m.Id, Number(m.Value), m.Unit, Of(m.Band), m.WorstVessel, IsAssessed(state, m.Id)))],
        [.. result.Vessels.Select(v => new VesselExposure(v.VesselId, [.. v.Stays.Select(s => new StayView(s.IncubatorId, s.From, s.To))], Values(v.Metrics)))],
        [.. result.Excursions.Select(e => new ExcursionView(e.ExcursionId, e.IncubatorId, e.Channel, Of(e.Side), Of(e.Severity), e.StartAt, e.OpenedAt,
            e.EndAt, e.ClosedAt, Number(e.Peak)!.Value, Number(e.DurationMin)!.Value, Number(e.RawMin)!.Value,
            e.ClosedAt is null ? ExcursionStatus.Open : ExcursionStatus.Closed))],
        [.. result.Gaps.Select(g => new GapView(g.IncubatorId, g.Channel, g.From, g.To, g.Cause.ToString()))]);

    // Assessed and not raised to a worse band since (4.4).
    private static bool IsAssessed(BatchState state, string id)
    {
        var assessed = state.Of<ExcursionAssessed>().LastOrDefault(a => a.Data.Criteria.Contains(id));
        return assessed is not null
            && !state.Of<ExposureBandChanged>().Any(b => b.Data.CriterionId == id && b.Version > assessed.Version && b.Data.ToBand > b.Data.FromBand);
    }

    private static Dictionary<string, decimal?> Values(VesselMetrics m) => new()
    {
        ["highTRawMin"] = Number(m.HighTRawMin),
        ["highTLongestMin"] = Number(m.HighTLongestMin),
        ["peakT"] = Number(m.PeakT),
        ["lowTRawMin"] = Number(m.LowTRawMin),
        ["lowTLongestMin"] = Number(m.LowTLongestMin),
        ["lowestT"] = Number(m.LowestT),
        ["co2RawMin"] = Number(m.Co2RawMin),
        ["co2LongestMin"] = Number(m.Co2LongestMin),
        ["co2Extreme"] = Number(m.Co2Extreme),
        ["humidityRawMin"] = Number(m.HumidityRawMin),
        ["o2RawMin"] = Number(m.O2RawMin),
        ["missingMin"] = Number(m.MissingMin),
        ["longestGapMin"] = Number(m.LongestGapMin),
        ["doorMin"] = Number(m.DoorMin),
        ["outMin"] = Number(m.OutMin),
        ["outLongestMin"] = Number(m.OutLongestMin),
        ["outDayMin"] = Number(m.OutDayMin),
        ["uncalibratedMin"] = Number(m.UncalibratedMin),
    };

    private static ExposureBand Of(Band band) => (ExposureBand)(int)band;
    private static ExcursionSide Of(Side side) => side == Side.High ? ExcursionSide.high : ExcursionSide.low;
    private static ExcursionSeverity Of(Severity severity) => severity == Severity.Critical ? ExcursionSeverity.critical : ExcursionSeverity.action;
    private static decimal? Number(double? value) => value is { } v ? Math.Round((decimal)v, 4) / 1.0000m : null;
}
