using System.Globalization;
using CultureTrack.Domain.Controls;
using CultureTrack.Web.Api;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Laboratory;

/// <summary>Levey-Jennings charts: values in time with the mean and one, two and three standard deviations.</summary>
internal static class ControlCharts
{
    private static readonly TimeSpan Room = TimeSpan.FromHours(12);

    public static ChartSpec? OfControl(ControlSample control, string zone, IStringLocalizer<Words> l)
    {
        var shown = control.Results.Where(r => r.Counts).ToList();
        if (shown.Count == 0) return null;
        var rejected = shown.Count(r => r.Outcome == ControlOutcome.Rejected);
        return Spec(zone, l["Control {0}: {1} values, {2} rejected", control.ControlId, shown.Count, rejected], $"{control.Criterion} {control.Part}, {Num.UnitText(control.Unit)}", control.Limits,
            [.. shown.Select(r => (r.MeasuredAt, (double)r.Value, $"{Num.Plain(r.Value, 4)} {Num.UnitText(control.Unit)}, {r.RunId} {string.Join(" ", r.Rules)}"))], l);
    }

    public static ChartSpec OfLots(TrendView trend, string zone, IStringLocalizer<Words> l) => Spec(zone, l["Trend of {0} over {1} lots", trend.Criterion, trend.Items.Count], trend.Criterion,
        trend is { Mean: { } mean, Sd: { } sd } ? new(mean, sd, 20) : null, [.. trend.Items.Select(i => (i.ApprovedAt, (double)i.Value, $"{i.BatchId} {Num.Plain(i.Value, 4)}"))], l, onlyThree: true);

    private static ChartSpec Spec(
        string zone, string summary, string name, ControlLimits? limits, IReadOnlyList<(DateTimeOffset At, double Value, string Text)> points, IStringLocalizer<Words> l, bool onlyThree = false)
    {
        var rows = points.Select(p => new object?[] { p.At.ToUnixTimeMilliseconds(), p.Value, p.Text }).ToList();
        var panel = new ChartPanel(name, [new(l["Value"], rows) { Symbols = true }])
        {
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
