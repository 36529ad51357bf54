using System.Globalization;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>Cells passage by passage, counts and confluence.</summary>
internal static class GrowthChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Growth", newPage: true);
        var growth = d.State.Culture.Growth.OrderBy(g => g.From).ToList();
        var looks = d.State.Of<ConfluenceObserved>().OrderBy(c => c.OccurredAt).ToList();
        if (growth.Count > 0) flow.Chart(Cells(d, growth));
        if (looks.Count > 0) flow.Chart(Confluence(d, looks), 110);
        flow.Heading("Population doublings");
        flow.Table([new("P", 4), new("Line", 13), new("From", 24), new("To", 24), new("Seeded", 13, true), new("Harvested", 13, true), new("h", 8, true), new("PD", 8, true), new("Td, h", 8, true), new("cPDL", 8, true), new("Entry", 6)],
            growth.Select(g => new Row($"P{g.Passage}", g.CellLine is { } l ? Said.Words(l.ToString()) : "–", Exact.Day(d.Zone, g.From), Exact.Day(d.Zone, g.To), Exact.Number(g.Seeded),
                g.Harvested is { } h ? Exact.Number(h) : "–", Fixed(g.Hours, 1), Fixed(g.Pd, 3), Fixed(g.TdHours, 1), Fixed(g.Cpdl, 3), CriteriaChapter.Versions(d, [g.EventId]))), "No passage or harvest yet.");
        flow.Heading("Counts");
        flow.Table([new("When", 20), new("Sample", 14), new("Vessel", 12), new("Viable /mL", 13, true), new("Viability %", 10, true), new("Total viable", 14, true), new("CV %", 8, true), new("By", 9), new("Entry", 6)],
            d.State.Of<CellCounted>().Select(c => new Row(Exact.Day(d.Zone, c.OccurredAt), c.Data.SampleId, c.Data.VesselId ?? "–", Exact.Number(c.Data.ViablePerMl), Exact.Number(c.Data.ViabilityPct),
                Exact.Value(c.Computed?.Values.GetValueOrDefault("viable"), d.Zone), Exact.Value(c.Computed?.Values.GetValueOrDefault("cvPct"), d.Zone), c.ActorId, CriteriaChapter.Versions(d, [c.EventId]))), "No count is recorded.");
    }

    private static TimeChart Cells(BatchDossier d, List<GrowthStep> growth)
    {
        var runs = growth.Select(g => (IReadOnlyList<ChartPoint>)[Point(g.From, (double)g.Seeded), .. g.Harvested is { } h ? new[] { Point(g.To, (double)h) } : []]).ToList();
        var labels = growth.SelectMany(g => new[] { (g.From, -(double)g.Seeded, $"P{g.Passage} {Num.Cells(g.Seeded)}") }.Concat(g.Harvested is { } h ? [(g.To, (double)h, Num.Cells(h))] : []));
        return new("Viable cells seeded and harvested", "", d.Zone, growth.Min(g => g.From), Later(growth.Max(g => g.To)), [new(runs, Marks: true) { Labels = [.. labels] }]) { Log = true };
    }

    private static TimeChart Confluence(BatchDossier d, List<Domain.Records.Recorded<ConfluenceObserved>> looks)
    {
        var lines = looks.GroupBy(c => c.Data.VesselId).Select(v => new ChartSeries([[.. v.Select(c => Point(c.OccurredAt, (double)c.Data.Pct))]], Marks: true));
        return new("Confluence of each vessel looked at", "%", d.Zone, looks[0].OccurredAt.AddHours(-6), Later(looks[^1].OccurredAt), [.. lines]) { Min = 0, Max = 105 };
    }

    private static DateTimeOffset Later(DateTimeOffset at) => at.AddHours(12);
    private static ChartPoint Point(DateTimeOffset at, double value) => new(at, value, value);
    private static string Fixed(double? value, int digits) => value?.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) ?? "–";
}
