using System.Security.Cryptography;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Instruments;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record FileValue(decimal? Value, string Unit, string Qualifier);
public sealed record FileMatch(string BatchId, string SampleId, string? CriterionId);

/// <param name="Status">matched, unmatched, ambiguous or quarantined.</param>
public sealed record FileRecord(int Row, string Sample, DateTimeOffset? Time, IReadOnlyDictionary<string, FileValue> Values, FileMatch? Match, string Status, string? Why);

public sealed record FileView(string FileId, string Sha256, string Kind, bool Duplicate, IReadOnlyList<FileRecord> Records, IReadOnlyList<string> Questions);

/// <summary>Result files of instruments: read, matched to samples, kept.</summary>
internal static class InstrumentEndpoints
{
    private const string Example = """
        {"fileId":"0197f3a2","sha256":"9f2c…","kind":"vicell-blu","duplicate":false,"records":[{"row":2,"sample":"S-VIAB","time":"2026-04-28T14:20:00.000Z","values":{"viability":{"value":88.5,"unit":"%","qualifier":"="}},"match":{"batchId":"ADSC-26-0007","sampleId":"S-VIAB","criterionId":"ADSC-01"},"status":"matched","why":null}],"questions":[]}
        """;

    public static void MapInstruments(this IEndpointRouteBuilder root) =>
        root.MapPost("/instruments/{kind}/files", Upload)
            .Access(new([Roles.QualityControl, Roles.Technician, Roles.QualityAssurance], TakesFiles: true, Scope: "import")).WithTags("Instruments")
            .Is("Reads an instrument's result file (multipart: file, zone, dateOrder); the same file again changes nothing").Asks("dryRun", "true = reads and keeps nothing.")
            .TakesFile("zone", "dateOrder").Gives<FileView>(200, Example);

    private static async Task<IResult> Upload(string kind, HttpContext context, InstrumentFiles files, IDocumentStore store, IGrainFactory grains)
    {
        var query = new Query(context);
        var dryRun = query.Flag("dryRun");
        if (!query.IsGood) return query.Refused();
        if (kind != "auto" && !InstrumentFile.Kinds.Contains(kind)) return RegisterEndpoints.Unknown($"The instrument {kind}");
        var (form, refused) = await FileForm.Read(context);
        if (form is null) return refused!;
        if (form.Files.GetFile("file") is not { } upload) return Problem.Of(Codes.ValRequired, "Send the file in the part named file.", "file");
        if (upload.Length > FileForm.MostBytes) return Problem.Of(Codes.ValSize, "A file has at most 25 MiB.");
        if (Settings(kind, form) is not { } settings) return Problem.Of(Codes.ValFormat, "zone is an IANA time zone, dateOrder DayFirst or MonthFirst.", "zone");
        using var bytes = new MemoryStream();
        await upload.CopyToAsync(bytes, context.RequestAborted);
        var sha = Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        context.Trace().Target = sha;
        bytes.Position = 0;
        var outcome = InstrumentFile.Read(bytes, upload.FileName, settings);
        if (outcome is ReadOutcome.Rejected no) return Problem.Of(Codes.ValFormat, no.Reason, "file");
        var known = await files.Find(sha, context.RequestAborted);
        var view = View(outcome, known?.Id ?? Guid.CreateVersion7(context.Now()).ToString("N"), sha, known is not null, await Samples.Load(store, grains, context.RequestAborted));
        if (!dryRun && known is null && outcome is not ReadOutcome.Ambiguous)
            await files.Keep(view.FileId, sha, view.Kind, upload.FileName, bytes.ToArray(), context.Caller().User, context.RequestAborted);
        return Answer.Ok(view);
    }

    private static ReadSettings? Settings(string kind, IFormCollection form)
    {
        TimeZoneInfo? zone = null;
        DateOrder? order = null;
        DecimalMark? mark = null;
        if (form["zone"].ToString() is { Length: > 0 } zoneId && !TimeZoneInfo.TryFindSystemTimeZoneById(zoneId, out zone)) return null;
        if (form["dateOrder"].ToString() is { Length: > 0 } orderText) { if (!Enum.TryParse<DateOrder>(orderText, out var o)) return null; order = o; }
        if (form["decimalMark"].ToString() is { Length: > 0 } markText) { if (!Enum.TryParse<DecimalMark>(markText, out var m)) return null; mark = m; }
        return new(kind == "auto" ? null : kind, zone, order, mark, FileForm.MostBytes);
    }

    private static FileView View(ReadOutcome outcome, string fileId, string sha, bool duplicate, Samples samples) => outcome switch
    {
        ReadOutcome.Parsed p => new(fileId, sha, p.Kind, duplicate, [.. p.Records.Select(r => Record(r, samples))], []),
        ReadOutcome.Empty e => new(fileId, sha, e.Kind, duplicate, [], [e.Reason]),
        ReadOutcome.Ambiguous a => new(fileId, sha, a.Kinds.Count == 1 ? a.Kinds[0] : "auto", duplicate, [], [.. a.Questions.Select(q => q.Text)]),
        _ => throw new InvalidOperationException("A refused file is answered before."),
    };

    private static FileRecord Record(ResultRecord r, Samples samples)
    {
        var (match, status, why) = samples.Match(r.Sample);
        if (r.Warnings.Count > 0) (status, why) = ("quarantined", string.Join(" ", r.Warnings));
        var values = r.Values.ToDictionary(v => v.Key, v => new FileValue(v.Value.Value, v.Value.Unit, v.Value.Qualifier.ToString()));
        return new(r.Row, r.Sample, r.Time?.Instant, values, match, status, why);
    }

    /// <summary>Samples of open batches, by id.</summary>
    private sealed class Samples(ILookup<string, FileMatch> byId)
    {
        public static async Task<Samples> Load(IDocumentStore store, IGrainFactory grains, CancellationToken ct)
        {
            await using var session = store.QuerySession();
            var open = await session.Query<BatchSummary>().Where(b => b.IsOpen).Select(b => b.Id).ToListAsync(ct);
            var states = await Task.WhenAll(open.Select(id => grains.GetGrain<IBatchGrain>(id).State()));
            return new(states.OfType<BatchState>().SelectMany(s => s.Qc.Samples.Values.Select(x => new FileMatch(s.BatchId, x.SampleId, x.Criteria.Count == 1 ? x.Criteria[0] : null)))
                .ToLookup(m => m.SampleId, StringComparer.OrdinalIgnoreCase));
        }

        public (FileMatch? Match, string Status, string? Why) Match(string sample) => byId[sample.Trim()].ToList() switch
        {
            [] => (null, "unmatched", $"No open batch has a sample {sample}."),
            [var only] => (only, "matched", null),
            var several => (null, "ambiguous", $"Several batches have a sample {sample}: {string.Join(", ", several.Select(m => m.BatchId))}."),
        };
    }
}
