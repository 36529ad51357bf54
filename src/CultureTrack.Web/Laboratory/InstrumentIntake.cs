using System.Security.Cryptography;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Instruments;
using CultureTrack.Web.Api;
using Marten;

namespace CultureTrack.Web.Laboratory;

/// <summary>Result files of instruments: read, matched to samples of open batches, kept. The same for the API and for the page.</summary>
public sealed class InstrumentIntake(InstrumentFiles files, IDocumentStore store, IGrainFactory grains, TimeProvider clock)
{
    public const int MostBytes = FileForm.MostBytes;

    /// <summary>How to read a file; null when the zone or the order is none.</summary>
    public static ReadSettings? Settings(string kind, string? zoneId, string? dateOrder, string? decimalMark)
    {
        TimeZoneInfo? zone = null;
        DateOrder? order = null;
        DecimalMark? mark = null;
        if (zoneId is { Length: > 0 } && !TimeZoneInfo.TryFindSystemTimeZoneById(zoneId, out zone)) return null;
        if (dateOrder is { Length: > 0 }) { if (!Enum.TryParse<DateOrder>(dateOrder, out var o)) return null; order = o; }
        if (decimalMark is { Length: > 0 }) { if (!Enum.TryParse<DecimalMark>(decimalMark, out var m)) return null; mark = m; }
        return new(kind == "auto" ? null : kind, zone, order, mark, MostBytes);
    }

    /// <param name="dryRun">True reads and keeps nothing.</param>
    public async Task<Outcome<FileView>> Read(MemoryStream bytes, string fileName, ReadSettings settings, bool dryRun, Caller who, CancellationToken ct)
    {
        var sha = Sha(bytes);
        bytes.Position = 0;
        var outcome = InstrumentFile.Read(bytes, fileName, settings);
        if (outcome is ReadOutcome.Rejected no) return Outcome.Refuse<FileView>(Codes.ValFormat, "file", no.Reason);
        var known = await files.Find(sha, ct);
        var view = View(outcome, known?.Id ?? Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"), sha, known is not null, await Samples.Load(store, grains, ct));
        if (!dryRun && known is null && outcome is not ReadOutcome.Ambiguous) await files.Keep(view.FileId, sha, view.Kind, fileName, bytes.ToArray(), who.User, ct);
        return Outcome.Of(view);
    }

    public static string Sha(MemoryStream bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));

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
