using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Release;

/// <summary>An E row for the worst vessel (4.5): PASS, FAIL, or ASSESS until QA has signed its impact.</summary>
internal static class EnvironmentRecord
{
    public static ProcessValue Evaluate(BatchEvaluation e, string id)
    {
        var value = Judge(e, id);
        return Doubted(e, id) is { Length: > 0 } doubts ? value with { Why = $"{value.Why} {doubts}" } : value;
    }

    // What data are worth is asked at E-12, what sensors are worth at E-14; a doubt changes no number.
    private static string Doubted(BatchEvaluation e, string id) => string.Join(' ', e.Facts.Environment.Doubts.Where(d => id == d.Finding.Kind switch
    {
        SensorFindingKind.Restamped or SensorFindingKind.Swapped => "E-12",
        _ => "E-14",
    }).Select(d => $"In doubt: {d.Text}"));

    private static ProcessValue Judge(BatchEvaluation e, string id)
    {
        var metric = e.Facts.Environment.Metrics.FirstOrDefault(m => m.Id == id);
        if (metric is null) return ProcessValue.Missing(id.StartsWith("E-", StringComparison.Ordinal) ? "The exposure of this batch is not known." : "Nothing of the batch has been in storage yet.");
        var observed = string.Create(CultureInfo.InvariantCulture, $"{metric.Value:0.###} {metric.Unit}").Trim();
        var changes = e.State.Of<ExposureBandChanged>().Where(b => b.Data.CriterionId == id).ToList();
        var latest = changes.TakeLast(1).Select(c => c.EventId).Concat(Grounds.Exposed(e.State));
        var where = metric.WorstVessel is { } vessel ? $" in {vessel}" : "";
        if (metric.Band == ExposureBand.PASS) return ProcessValue.Met(true, observed, "Within PASS.", latest);
        if (metric.Band == ExposureBand.FAIL) return ProcessValue.Met(false, observed, $"{observed}{where}: beyond what can be assessed.", latest);
        var assessment = Assessment(e.State, id);
        return assessment?.Data.Impact switch
        {
            null => new(null, [], Outcome.Pending, $"{observed}{where}: QA has not assessed its impact.", [.. latest]) { Observed = observed, Code = "ASSESS" },
            AssessedImpact.Unacceptable => ProcessValue.Met(false, observed, "QA assessed the impact as unacceptable.", [assessment.EventId, .. latest]),
            var impact => ProcessValue.Met(true, observed, $"QA assessed the impact: {impact}.", [assessment.EventId, .. latest]),
        };
    }

    /// <summary>The assessment in force; a band that rises after it makes it void (4.4).</summary>
    public static Recorded<ExcursionAssessed>? Assessment(BatchState state, string id)
    {
        var latest = state.Of<ExcursionAssessed>().LastOrDefault(a => a.Data.Criteria.Contains(id));
        return latest is not null && !state.Of<ExposureBandChanged>().Any(b => b.Data.CriterionId == id && b.Data.ToBand > b.Data.FromBand && b.Version > latest.Version)
            ? latest : null;
    }
}
