using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Controls;
using CultureTrack.Web.Api;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Laboratory;

/// <summary>Levey-Jennings charts: values in time with the mean and one, two and three standard deviations.</summary>
internal static class ControlCharts
{
    private static readonly TimeSpan Room = TimeSpan.FromHours(12);

    // Of a long chart only the latest are read out one by one; the table has them all.
    private const int Told = 10;

    /// <param name="runs">What all controls say of the runs: a good value may stand in a run that another control rejected.</param>
    public static ChartSpec? OfControl(ControlSample control, IReadOnlyDictionary<string, RunFact> runs, string zone, IStringLocalizer<Words> l)
    {
        var shown = control.Results.Where(r => r.Counts).Select(r => (Result: r, Mark: Mark(r, runs))).ToList();
        if (shown.Count == 0) return null;
        string Said(ControlResult r) => $"{r.RunId}: {(r.Rules.Count > 0 ? string.Join(", ", r.Rules) : runs[r.RunId].WhyRejected)}";
        var told = shown.Where(s => s.Mark is not null).TakeLast(Told).Select(s => s.Mark == "critical" ? l["rejected {0}", Said(s.Result)].Value : l["warning {0}", Said(s.Result)].Value);
        var rejected = shown.Count(s => s.Mark == "critical");
        string summary = l["Control {0}: {1} values, {2} in rejected runs, {3} with a warning", control.ControlId, shown.Count, rejected, shown.Count(s => s.Mark == "alert")];
        return Spec(zone, string.Join("; ", told.Prepend(summary)), $"{control.Criterion} {control.Part}, {Num.UnitText(control.Unit)}", control.Limits,
            [.. shown.Select(s => new Point(s.Result.MeasuredAt, (double)s.Result.Value, $"{Num.Plain(s.Result.Value, 4)} {Num.UnitText(control.Unit)}, {s.Result.RunId} {string.Join(" ", s.Result.Rules)}", s.Mark,
                s.Result.Rules.Count > 0 ? string.Join(" ", s.Result.Rules) : l["run rejected"].Value))], l);
    }

    internal static string? Mark(ControlResult r, IReadOnlyDictionary<string, RunFact> runs) =>
        r.Outcome == ControlOutcome.Rejected || runs.GetValueOrDefault(r.RunId) is { WhyRejected: not null } ? "critical" : r.Rules.Count > 0 ? "alert" : null;

    private sealed record Point(DateTimeOffset At, double Value, string Text, string? Mark = null, string? Label = null);

    public static ChartSpec OfLots(TrendView trend, string zone, IStringLocalizer<Words> l) => Spec(zone, l["Trend of {0} over {1} lots", trend.Criterion, trend.Items.Count], trend.Criterion,
        trend is { Mean: { } mean, Sd: { } sd } ? new(mean, sd, 20) : null, [.. trend.Items.Select(i => new Point(i.ApprovedAt, (double)i.Value, $"{i.BatchId} {Num.Plain(i.Value, 4)}"))], l, onlyThree: true);

    private static ChartSpec Spec(
        string zone, string summary, string name, ControlLimits? limits, IReadOnlyList<Point> points, IStringLocalizer<Words> l, bool onlyThree = false)
    {
        var rows = points.Select(p => new object?[] { p.At.ToUnixTimeMilliseconds(), p.Value, p.Text, p.Mark, p.Label }).ToList();
        var panel = new ChartPanel(name, [new(l["Value"], rows) { Symbols = true }])
        {
            AllLimits = true,
            Limits = limits is null ? [] : [new(l["mean {0}", Text(limits.Mean)], limits.Mean, "set"), .. Enumerable.Range(1, 3).Where(n => n == 3 || !onlyThree).SelectMany(n => Pair(limits, n))],
        };
        return new((points[0].At - Room).ToUnixTimeMilliseconds(), (points[^1].At + Room).ToUnixTimeMilliseconds(), zone, summary, [panel]);
    }

    private static IEnumerable<ChartLimit> Pair(ControlLimits limits, int n)
    {
        var severity = n switch { 1 => "alert", 2 => "action", _ => "critical" };
        yield return new($"+{n} sd", limits.Mean + n * limits.Sd, severity);
        yield return new($"−{n} sd", limits.Mean - n * limits.Sd, severity);
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.CurrentCulture);
}
