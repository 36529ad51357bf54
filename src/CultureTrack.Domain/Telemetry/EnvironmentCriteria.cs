namespace CultureTrack.Domain.Telemetry;

/// <summary>The bands of E-01…E-14 (domain.md 4.5). Values are compared unrounded (G-4).</summary>
public static class EnvironmentCriteria
{
    /// <summary>Bounds of the duration criteria, min (E-10: h): up to the first PASS, up to the second ASSESS, beyond FAIL.</summary>
    internal static readonly IReadOnlyDictionary<string, (double Pass, double Assess)> Bounds = new Dictionary<string, (double, double)>(StringComparer.Ordinal)
    {
        ["E-01"] = (15, 60),
        ["E-02"] = (30, 120),
        ["E-04"] = (60, 480),
        ["E-05"] = (120, 960),
        ["E-07"] = (60, 480),
        ["E-08"] = (240, 1440),
        ["E-10"] = (24, 72),
        ["E-11"] = (240, 2880),
    };

    /// <summary>Longest gap of PASS, min (E-12).</summary>
    internal const double GapMin = 30;

    /// <summary>Largest share missing of PASS, % of stay (E-12).</summary>
    internal const double MissingPct = 0.5;

    /// <summary>Longest single time out of PASS and of ASSESS, and most in 24 h of PASS, min (E-13).</summary>
    internal const double OutPassMin = 60, OutAssessMin = 240, OutDayMin = 180;

    private const double Tolerance = 1e-9;

    /// <summary>All fourteen criteria of one vessel, in order of id.</summary>
    public static IReadOnlyList<ExposureMetric> Judge(VesselMetrics m)
    {
        ArgumentNullException.ThrowIfNull(m);
        return
        [
            Duration("E-01", m.HighTLongestMin),
            Duration("E-02", m.HighTRawMin),
            new("E-03", m.PeakT, "°C", m.HotReadings >= 2 ? Band.Fail : m.PeakT > 38.5 ? Band.Assess : Band.Pass),
            Duration("E-04", m.LowTLongestMin),
            Duration("E-05", m.LowTRawMin),
            new("E-06", m.LowestT, "°C", m.LowestT < 15.0 ? Band.Fail : m.LowestT < 34.0 ? Band.Assess : Band.Pass),
            Duration("E-07", m.Co2LongestMin),
            Duration("E-08", m.Co2RawMin),
            new("E-09", m.Co2Extreme, "%", m.HighestCo2 > 15.0 ? Band.Fail : Math.Abs(m.Co2Deviation) > 3.0 + Tolerance ? Band.Assess : Band.Pass),
            Duration("E-10", m.HumidityRawMin / 60, "h"),
            Duration("E-11", m.O2RawMin),
            Missing(m),
            Out(m),
            new("E-14", m.UncalibratedMin, "min", m.UncalibratedMin > 0 ? Band.Assess : Band.Pass),
        ];
    }

    /// <summary>The worse band, then the value farther from good.</summary>
    internal static bool IsWorse(ExposureMetric metric, ExposureMetric than) =>
        metric.Band != than.Band ? metric.Band > than.Band
        : metric.Id == "E-06" ? metric.Value < than.Value || than.Value is null && metric.Value is not null
        : metric.Value > than.Value || than.Value is null && metric.Value is not null;

    private static ExposureMetric Duration(string id, double value, string unit = "min")
    {
        var (pass, assess) = Bounds[id];
        return new(id, value, unit, value > assess + Tolerance ? Band.Fail : value > pass + Tolerance ? Band.Assess : Band.Pass);
    }

    // The value shown is the one that decides: the longest gap, unless only the total is too large.
    private static ExposureMetric Missing(VesselMetrics m)
    {
        var isGap = m.LongestGapMin > GapMin + Tolerance;
        var isTotal = m.MissingPct > MissingPct + Tolerance;
        return isTotal && !isGap ? new("E-12", m.MissingPct, "%", Band.Assess) : new("E-12", m.LongestGapMin, "min", isGap ? Band.Assess : Band.Pass);
    }

    private static ExposureMetric Out(VesselMetrics m)
    {
        if (m.OutLongestMin > OutAssessMin + Tolerance) return new("E-13", m.OutLongestMin, "min", Band.Fail);
        if (m.OutLongestMin > OutPassMin + Tolerance) return new("E-13", m.OutLongestMin, "min", Band.Assess);
        return m.OutDayMin > OutDayMin + Tolerance ? new("E-13", m.OutDayMin, "min", Band.Assess) : new("E-13", m.OutLongestMin, "min", Band.Pass);
    }
}

/// <summary>Time in which a channel's calibration is not to be relied on (domain.md 4.3.11, E-14).</summary>
public static class CalibrationCover
{
    /// <summary>
    /// Minutes of [from, to) outside of every calibration's validity, or between the last good calibration and one that found the sensor out.
    /// </summary>
    public static double UncoveredMin(IEnumerable<Calibration> calibrations, DateTimeOffset from, DateTimeOffset to)
    {
        var ordered = calibrations.OrderBy(c => c.PerformedAt).ToArray();
        var covered = TimeSpan.Zero;
        for (var i = 0; i < ordered.Length; i++)
        {
            var next = i + 1 < ordered.Length ? ordered[i + 1] : null;
            // What a later calibration found out of tolerance may have been so ever since the one before.
            if (next is { AsFoundOut: true }) continue;
            var (start, end) = (ordered[i].PerformedAt, next?.PerformedAt < ordered[i].DueAt ? next.PerformedAt : ordered[i].DueAt);
            if (start < from) start = from;
            if (end > to) end = to;
            if (end > start) covered += end - start;
        }
        return to <= from ? 0 : (to - from - covered).TotalMinutes;
    }
}
