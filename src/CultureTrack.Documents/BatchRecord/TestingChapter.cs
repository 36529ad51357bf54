using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>Samples, and every result that was ever recorded for them, set aside or not.</summary>
internal static class TestingChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Samples and results", newPage: true);
        var qc = d.State.Qc;
        flow.Table([new("Sample", 16), new("For", 26), new("Matrix", 16), new("Volume, mL", 9, true), new("Collected", 24), new("Entry", 8)],
            qc.Samples.Values.OrderBy(s => s.CollectedAt).ThenBy(s => s.SampleId, StringComparer.Ordinal).Select(s => new Row(s.SampleId, string.Join(", ", s.Criteria), Said.Words(s.Matrix.ToString()),
                s.VolumeMl is { } ml ? Exact.Number(ml) : "–", Exact.Time(d.Zone, s.CollectedAt), CriteriaChapter.Versions(d, [s.EventId]))), "No sample was taken.");
        flow.Heading("Results");
        flow.Table([new("Criterion", 11), new("Sample, test", 17), new("Result", 17), new("Values", 26), new("Recorded", 22), new("Standing", 19), new("Entries", 9)],
            qc.Results.Values.OrderBy(r => r.Version).Select(r => Result(d, r)), "No result was recorded.");
    }

    private static Row Result(BatchDossier d, QcResult r) => new(r.InvalidatedEventId is not null,
        r.CriterionId, $"{d.State.Qc.Tests.GetValueOrDefault(r.TestId)?.SampleId ?? "–"}, {r.TestId}", $"{r.ResultId} ({r.Kind.ToString().ToLowerInvariant()})",
        !r.ControlsValid ? "invalid run: its controls failed" : string.Join("; ", r.Values.Select(Text)), $"{Exact.Day(d.Zone, r.RecordedAt)}, {r.RecordedBy}",
        r.InvalidatedEventId is not null ? "set aside" : r.ApprovedBy is { } by ? $"approved by {by}" : "not approved",
        CriteriaChapter.Versions(d, new[] { r.EventId, r.ApprovedEventId, r.InvalidatedEventId }.OfType<Guid>()));

    public static string Text(ResultValue v)
    {
        var limit = v.Lod is { } lod ? $" (detection limit {Exact.Number(lod)} {Num.UnitText(v.LodUnit)})" : "";
        var value = v.Qualitative is { } word ? Said.Words(word.ToString()).ToLowerInvariant() : $"{(v.Qualifier is "<" or ">" ? v.Qualifier + " " : "")}{(v.Value is { } n ? Exact.Number(n) : "–")} {Num.UnitText(v.Unit)}".TrimEnd();
        return $"{(v.Part is { } part ? part + " " : "")}{value}{limit}";
    }
}
