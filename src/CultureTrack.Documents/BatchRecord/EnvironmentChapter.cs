using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>What the vessels lived through: the air of each incubator while they were inside, excursions, bands and their assessment.</summary>
internal static class EnvironmentChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Environment of the culture", newPage: true);
        var excursions = Excursions(d);
        flow.Text("Each chart shows an incubator while vessels of this batch were inside: lowest and highest reading of each stretch of time, action limits dashed, excursions shaded. A break in the line is a time without vessels or without readings.", TextStyle.Quiet);
        flow.Gap(4);
        foreach (var trace in d.Traces.Where(t => t.Points.Any(p => p.Low is not null))) flow.Chart(Chart(d, trace, excursions));
        if (!d.Traces.Any(t => t.Points.Any(p => p.Low is not null))) flow.Text("No readings for the time of the culture.", TextStyle.Quiet);
        flow.Heading("Stays");
        flow.Table([new("Incubator", 12), new("Shelf", 7), new("In", 24), new("Out", 24), new("Vessels", 33)], Stays(d), "No vessel has been in an incubator.");
        flow.Heading("Excursions");
        flow.Table([new("Incubator, channel", 17), new("Side, severity", 12), new("Start", 18), new("End", 18), new("Peak", 8, true), new("Duration, min", 9, true), new("Raw, min", 8, true), new("Status", 10), new("Entries", 9)],
            excursions.Select(x => new Row(x.Severity == ExcursionSeverity.critical, $"{x.IncubatorId} {x.Channel}", $"{x.Side}, {x.Severity}", Exact.Day(d.Zone, x.StartAt), x.EndAt is { } end ? Exact.Day(d.Zone, end) : "–",
                Exact.Number(x.Peak), Exact.Number(x.DurationMin), Exact.Number(x.RawMin), x.Status, x.Entries)), "No excursion met this batch.");
        flow.Heading("Exposure bands and their assessment");
        flow.Table([new("When", 20), new("Criterion", 12), new("Vessel", 12), new("Band or assessment", 56), new("Entry", 7)], Bands(d), "Every criterion of the environment stayed in band PASS.");
    }

    private static TimeChart Chart(BatchDossier d, ChannelTrace trace, IReadOnlyList<Told> excursions)
    {
        var runs = new List<IReadOnlyList<ChartPoint>>();
        var run = new List<ChartPoint>();
        foreach (var p in trace.Points)
        {
            if (p is { Low: { } low, High: { } high }) run.Add(new(p.At, low, high));
            else if (run.Count > 0) { runs.Add(run); run = []; }
        }
        runs.Add(run);
        var bands = excursions.Where(x => x.IncubatorId == trace.IncubatorId && x.Channel == trace.Channel && x.Status != "withdrawn").Select(x => new ChartBand(x.StartAt, x.EndAt ?? d.At, $"{x.Severity} {x.Side}"));
        return new($"{Said.Words(trace.Channel).Replace("Co2", "CO₂", StringComparison.Ordinal)} in {trace.IncubatorId}", trace.Unit, d.Zone, trace.Points[0].At, trace.Points[^1].At, [new(runs)])
        {
            Bands = [.. bands],
            Limits = [.. trace.Limits.Select(l => new ChartLimit(l.Value, l.Text))],
        };
    }

    private sealed record Told(string IncubatorId, string Channel, ExcursionSide Side, ExcursionSeverity Severity, DateTimeOffset StartAt, DateTimeOffset? EndAt, decimal Peak, decimal DurationMin, decimal RawMin, string Status, string Entries);

    /// <summary>Each excursion as it was last told.</summary>
    private static List<Told> Excursions(BatchDossier d) => [.. d.Events.Select(e => (Event: e, Id: IdOf(e))).Where(x => x.Id is not null).GroupBy(x => x.Id).Select(g =>
    {
        var entries = CriteriaChapter.Versions(d, g.Select(x => x.Event.EventId));
        return g.Last().Event.Body switch
        {
            ExcursionClosed x => new Told(x.IncubatorId, x.Channel, x.Side, x.Severity, x.StartAt, x.EndAt, x.Peak, x.DurationMin, x.RawMin, "closed", entries),
            ExcursionAmended x => new Told(x.IncubatorId, x.Channel, x.Side, x.Severity, x.StartAt, x.EndAt, x.Peak, x.DurationMin, x.RawMin, x.Status.ToString().ToLowerInvariant(), entries),
            ExcursionOpened x => new Told(x.IncubatorId, x.Channel, x.Side, x.Severity, x.StartAt, null, x.Peak, x.DurationMin, x.RawMin, "open", entries),
            var other => throw new InvalidOperationException($"{other.GetType().Name} tells of no excursion."),
        };
    }).OrderBy(x => x.StartAt)];

    private static string? IdOf(Recorded e) => e.Body switch
    {
        ExcursionOpened x => x.ExcursionId,
        ExcursionClosed x => x.ExcursionId,
        ExcursionAmended x => x.ExcursionId,
        _ => null,
    };

    private static IEnumerable<Row> Stays(BatchDossier d) => d.State.Culture.Vessels.Values.SelectMany(v => v.Stays.Select(s => (Stay: s, v.Id))).GroupBy(x => x.Stay)
        .OrderBy(g => g.Key.From).ThenBy(g => g.Key.IncubatorId, StringComparer.Ordinal)
        .Select(g => new Row(g.Key.IncubatorId, Exact.Number(g.Key.Shelf), Exact.Time(d.Zone, g.Key.From), g.Key.To is { } to ? Exact.Time(d.Zone, to) : "inside", string.Join(", ", g.Select(x => x.Id).Order(StringComparer.Ordinal))));

    private static IEnumerable<Row> Bands(BatchDossier d) => d.Events.Select(e => (e, Text: e.Body switch
    {
        ExposureBandChanged b => (b.CriterionId, b.VesselId, $"{b.FromBand} → {b.ToBand}{(b.Value is { } v ? $", {Exact.Number(v)} {b.Unit}" : "")}"),
        ExcursionAssessed a => (string.Join(", ", a.Criteria), "", $"assessed by {e.ActorId}: impact {a.Impact}. {a.Rationale}"),
        _ => ((string, string, string)?)null,
    })).Where(x => x.Text is not null).Select(x => new Row(Exact.Time(d.Zone, x.e.OccurredAt), x.Text!.Value.Item1, x.Text.Value.Item2, x.Text.Value.Item3, CriteriaChapter.Versions(d, [x.e.EventId])));
}
