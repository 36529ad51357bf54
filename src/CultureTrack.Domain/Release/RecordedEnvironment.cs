using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Release;

/// <summary>
/// The environment of a batch as its own stream tells it: the band of each criterion as last recorded. It needs no readings, so that many batches can
/// be judged at once; for one batch it says what the readings said when they were judged.
/// </summary>
public static class RecordedEnvironment
{
    private static readonly IReadOnlyList<string> Rows = [.. Enumerable.Range(1, 14).Select(n => $"E-{n:00}")];

    public static EnvironmentReport Of(BatchState state, DateTimeOffset at)
    {
        var metrics = new List<EnvironmentMetric>();
        if (state.Culture.Vessels.Values.Any(v => v.SeededAt is not null)) metrics.AddRange(Rows.Select(id => Row(state, id)));
        if (state.Definition?.StorageCriterion is { } storage && state.Product.Containers.Values.Any(c => c.Stays.Count > 0)) metrics.Add(Row(state, storage));
        return metrics.Count == 0 ? EnvironmentReport.None : new(at, metrics);
    }

    private static EnvironmentMetric Row(BatchState state, string id) => state.Of<ExposureBandChanged>().LastOrDefault(b => b.Data.CriterionId == id)?.Data is { } last
        ? new(id, last.Value, last.Unit, last.ToBand, last.VesselId) : new(id, null, "", ExposureBand.PASS, null);
}
