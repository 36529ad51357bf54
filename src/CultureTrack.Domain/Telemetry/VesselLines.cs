using System.Globalization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>Metrics of the vessels of a batch along their lines: each goes on from its parents.</summary>
internal static class VesselLines
{
    /// <summary>Metrics of every vessel, its ancestors' included. Vessels with the same history have the same object.</summary>
    public static IReadOnlyDictionary<string, VesselMetrics> Of(ExposureInput input, IReadOnlyList<VesselCulture> vessels, DateTimeOffset at)
    {
        var byId = vessels.ToDictionary(v => v.VesselId, StringComparer.Ordinal);
        var done = new Dictionary<string, (VesselMetrics Metrics, string Line)>(StringComparer.Ordinal);
        // A batch has dozens of vessels and few histories: what went the same way from the same parents is computed once.
        var lines = new Dictionary<string, (VesselMetrics Metrics, string Line)>(StringComparer.Ordinal);
        var own = new Dictionary<string, VesselMetrics>(StringComparer.Ordinal);
        foreach (var vessel in vessels) Of(vessel, 0);
        return done.ToDictionary(d => d.Key, d => d.Value.Metrics, StringComparer.Ordinal);

        (VesselMetrics Metrics, string Line) Of(VesselCulture vessel, int depth)
        {
            if (done.TryGetValue(vessel.VesselId, out var known)) return known;
            if (depth > vessels.Count) throw new InvalidOperationException($"Vessel {vessel.VesselId} is its own ancestor.");
            var parents = vessel.ParentIds.Where(byId.ContainsKey).Distinct(StringComparer.Ordinal).Select(p => Of(byId[p], depth + 1)).DistinctBy(p => p.Line, StringComparer.Ordinal).ToArray();
            var way = WayOf(vessel);
            var history = string.Join('<', parents.Select(p => p.Line).Order(StringComparer.Ordinal).Prepend(way));
            if (!lines.TryGetValue(history, out var line))
            {
                if (!own.TryGetValue(way, out var metrics)) own[way] = metrics = VesselExposure.Own(input, vessel, at);
                lines[history] = line = (metrics.After([.. parents.Select(p => p.Metrics)]), lines.Count.ToString(CultureInfo.InvariantCulture));
            }
            return done[vessel.VesselId] = line;
        }
    }

    private static string WayOf(VesselCulture vessel) => string.Join('|', vessel.Stays.Select(s => $"{s.IncubatorId},{s.From.UtcTicks},{s.To?.UtcTicks}")
        .Prepend($"{vessel.SeededAt.UtcTicks},{vessel.CultureEndAt?.UtcTicks}"));
}
