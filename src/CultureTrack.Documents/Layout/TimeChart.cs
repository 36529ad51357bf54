using System.Globalization;
using CultureTrack.Domain.Records;
using PdfSharp.Drawing;

namespace CultureTrack.Documents.Layout;

/// <param name="Low">Lowest and highest of what was measured in a stretch of time; equal for a single value.</param>
internal readonly record struct ChartPoint(DateTimeOffset At, double Low, double High);

/// <param name="Points">In time order; a new list begins where the line is broken.</param>
internal sealed record ChartSeries(IReadOnlyList<IReadOnlyList<ChartPoint>> Points, bool Marks = false, bool Dashed = false)
{
    public IReadOnlyList<(DateTimeOffset At, double Value, string Text)> Labels { get; init; } = [];
}

internal sealed record ChartBand(DateTimeOffset From, DateTimeOffset To, string Text);

internal sealed record ChartLimit(double Value, string Text);

internal sealed record TimeChart(string Title, string Unit, string Zone, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ChartSeries> Series)
{
    public bool Log { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];
    public IReadOnlyList<ChartLimit> Limits { get; init; } = [];
}

/// <summary>Draws a series over time with lines only: it prints sharp, in black and white, and is the same bytes everywhere.</summary>
internal static class ChartDrawing
{
    private const double AxisWidth = 40, AxisHeight = 22;
    private static readonly TextStyle Tick = new(6.6), Note = new(6.4, Grey: 0.2);
    private static readonly XPen Axis = new(XColors.Black, 0.6), Grid = new(XColor.FromGrayScale(0.85), 0.35), Line = new(XColors.Black, 0.7),
        Dashes = new(XColors.Black, 0.7) { DashStyle = XDashStyle.Dash }, LimitPen = new(XColor.FromGrayScale(0.25), 0.6) { DashPattern = [4, 2] };

    public static void Chart(this PaperFlow flow, TimeChart chart, double height = 130)
    {
        flow.Need(height + 16);
        TextStyle.Strong.Draw(flow.Page, TextStyle.Printable(chart.Unit.Length == 0 ? chart.Title : $"{chart.Title}, {chart.Unit}"), PaperFlow.Left, flow.Y + 8);
        var area = new XRect(PaperFlow.Left + AxisWidth, flow.Y + 14, PaperFlow.Width - AxisWidth - 4, height - AxisHeight - 14);
        new Plot(flow.Page, chart, area).Draw();
        flow.Y += height + 8;
    }

    private static readonly int[] TickHours = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672];

    private sealed class Plot(XGraphics page, TimeChart chart, XRect area)
    {
        private readonly (double Low, double High) _range = Range(chart);

        public void Draw()
        {
            foreach (var band in chart.Bands) Band(band);
            Values();
            Times();
            foreach (var limit in chart.Limits.Where(l => Place(l.Value) is >= 0 and <= 1)) Limit(limit);
            var clip = page.Save();
            page.IntersectClip(area);
            foreach (var series in chart.Series) Series(series);
            page.Restore(clip);
            foreach (var (at, value, text) in chart.Series.SelectMany(s => s.Labels)) Label(at, value, text);
            page.DrawRectangle(Axis, area);
        }

        private void Series(ChartSeries series)
        {
            foreach (var run in series.Points.Where(r => r.Count > 0))
            {
                var path = new XGraphicsPath();
                path.AddLines([.. run.SelectMany(p => p.Low == p.High ? new[] { At(p.At, p.Low) } : [At(p.At, p.Low), At(p.At, p.High)]).DefaultIfEmpty().Append(At(run[^1].At, run[^1].High))]);
                page.DrawPath(series.Dashed ? Dashes : Line, path);
                if (!series.Marks) continue;
                foreach (var p in run)
                    page.DrawEllipse(XBrushes.Black, At(p.At, p.High).X - 1.7, At(p.At, p.High).Y - 1.7, 3.4, 3.4);
            }
        }

        private void Label(DateTimeOffset at, double value, string text)
        {
            // A negative value asks for the label below its point.
            var below = value < 0;
            var point = At(at, Math.Abs(value));
            var x = Math.Clamp(point.X + 4, area.Left, area.Right - Note.Width(text) - 2);
            Note.Draw(page, TextStyle.Printable(text), x, below ? Math.Min(area.Bottom - 2, point.Y + 9) : Math.Max(area.Top + 7, point.Y - 4));
        }

        private void Band(ChartBand band)
        {
            var (from, to) = (X(band.From < chart.From ? chart.From : band.From), X(band.To > chart.To ? chart.To : band.To));
            if (to < area.Left || from > area.Right) return;
            page.DrawRectangle(new XSolidBrush(XColor.FromGrayScale(0.8)), from, area.Top, Math.Max(1.2, to - from), area.Height);
            Note.Draw(page, TextStyle.Printable(band.Text), Math.Min(from, area.Right - Note.Width(band.Text) - 2), area.Top - 2);
        }

        private void Limit(ChartLimit limit)
        {
            var y = area.Bottom - Place(limit.Value) * area.Height;
            page.DrawLine(LimitPen, area.Left, y, area.Right, y);
            Note.Draw(page, TextStyle.Printable(limit.Text), area.Right - Note.Width(limit.Text) - 2, y - 1.5 < area.Top + 6 ? y + 7 : y - 1.5);
        }

        private void Values()
        {
            foreach (var (value, text) in chart.Log ? Powers() : Steps())
            {
                var y = area.Bottom - Place(value) * area.Height;
                if (y < area.Top - 0.1 || y > area.Bottom + 0.1) continue;
                page.DrawLine(Grid, area.Left, y, area.Right, y);
                Tick.Draw(page, text, area.Left - 4 - Tick.Width(text), y + 2.3);
            }
        }

        private IEnumerable<(double Value, string Text)> Powers()
        {
            for (var power = (int)Math.Floor(_range.Low); power <= Math.Ceiling(_range.High); power++)
                yield return (Math.Pow(10, power), $"10{string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']))}");
        }

        private IEnumerable<(double Value, string Text)> Steps()
        {
            var raw = (_range.High - _range.Low) / 5;
            var unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
            var step = unit * (raw / unit > 5 ? 10 : raw / unit > 2 ? 5 : raw / unit > 1 ? 2 : 1);
            var digits = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
            for (var n = Math.Ceiling(_range.Low / step); n * step <= _range.High + step * 1e-6; n++)
                yield return (n * step, (n * step).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Replace('-', '−'));
        }

        private void Times()
        {
            var span = chart.To - chart.From;
            var hours = TickHours.First(h => h == TickHours[^1] || span.TotalHours / h <= 9);
            var start = SiteTime.Local(chart.Zone, chart.From).Date;
            var last = double.NegativeInfinity;
            for (var n = 0; n < 400; n++)
            {
                // Steps of local time, so that a tick stands at midnight on both sides of a clock change.
                var local = start.AddHours(n * hours);
                var at = new DateTimeOffset(local, SiteTime.Offset(chart.Zone, new DateTimeOffset(local, TimeSpan.Zero)));
                if (at > chart.To) break;
                if (at < chart.From) continue;
                var x = X(at);
                page.DrawLine(Grid, x, area.Top, x, area.Bottom);
                var text = local.ToString(hours < 24 && local.Hour != 0 ? "HH:mm" : "d MMM", CultureInfo.InvariantCulture);
                if (x - Tick.Width(text) / 2 < last + 4) continue;
                Tick.Draw(page, text, x - Tick.Width(text) / 2, area.Bottom + 9);
                last = x + Tick.Width(text) / 2;
            }
        }

        private XPoint At(DateTimeOffset at, double value) => new(X(at), area.Bottom - Place(value) * area.Height);

        private double X(DateTimeOffset at) => area.Left + (at - chart.From) / (chart.To - chart.From) * area.Width;

        private double Place(double value) => ((chart.Log ? Math.Log10(Math.Max(value, 1e-9)) : value) - _range.Low) / (_range.High - _range.Low);

        private static (double Low, double High) Range(TimeChart chart)
        {
            var points = chart.Series.SelectMany(s => s.Points).SelectMany(p => p).ToList();
            var values = points.Select(p => p.Low).Concat(points.Select(p => p.High)).Concat(chart.Limits.Select(l => l.Value)).Select(v => chart.Log ? Math.Log10(Math.Max(v, 1e-9)) : v).ToList();
            var (low, high) = values.Count == 0 ? (0.0, 1.0) : (values.Min(), values.Max());
            if (chart.Log) return (Math.Floor(low), Math.Max(Math.Floor(low) + 1, Math.Ceiling(high)));
            var room = Math.Max((high - low) * 0.06, Math.Max(Math.Abs(high) * 0.002, 0.01));
            return (chart.Min ?? low - room, chart.Max ?? high + room);
        }
    }
}
