using CultureTrack.Documents;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Store.Documents;
using CultureTrack.Store.Proof;
using CultureTrack.Store.Readings;
using CultureTrack.Web.Api;
using Marten;

namespace CultureTrack.Web.Documents;

/// <summary>Collects what the documents of a batch are made of, all of it as of the batch's last event.</summary>
public sealed class DossierMaker(
    IGrainFactory grains, ChainReader chain, ReadingStore readings, IEquipmentRegister register, AttachmentStore attachments, IDocumentStore store, AboutSettings about)
{
    private const int Attempts = 5, Buckets = 480;

    // Two charts of each incubator; a culture has seen one or two.
    private static readonly string[] Drawn = [Channels.Temperature, Channels.Co2];

    /// <summary>Null when there is no such batch.</summary>
    public async Task<BatchDossier?> Make(string batchId, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var grain = grains.GetGrain<IBatchGrain>(batchId);
            if (await grain.Printed() is not { } printed) return null;
            var events = await grain.Events();
            var links = await chain.Stream(batchId, ct);
            if (events.Count == printed.State.Version && links.Count == events.Count) return await Make(printed, events, links[^1], ct);
            // Something was appended while it was read.
            if (attempt == Attempts) throw new InvalidOperationException($"{batchId} is appended to faster than it can be read; try again.");
        }
    }

    private async Task<BatchDossier> Make(PrintedBatch printed, IReadOnlyList<Recorded> events, LinkedEvent head, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var site = await session.LoadAsync<Site>(printed.State.Registration!.Site, ct);
        return new()
        {
            Events = events,
            State = printed.State,
            HeadHash = head.Hash,
            Verdict = printed.Verdict,
            Specification = printed.Specification,
            Exceptions = printed.Exceptions,
            SiteName = site?.Name ?? "",
            SecondIdentifier = printed.SecondIdentifier,
            Rehearsal = about.ClockMode == "manual",
            Lots = printed.Lots,
            Traces = await Traces(printed.State, events[^1].RecordedAt, ct),
            Attachments = await Attached(events, ct),
        };
    }

    private async Task<IReadOnlyList<AttachedFile>> Attached(IReadOnlyList<Recorded> events, CancellationToken ct)
    {
        var named = events.SelectMany(e => AttachmentRefs.Of(e.Body)).ToHashSet(StringComparer.Ordinal);
        return [.. (await attachments.Find(named, ct)).Select(a => new AttachedFile(a.AttachmentId, AttachmentId.Sha256(a.AttachmentId), a.FileName, a.ContentType, a.Bytes))];
    }

    private async Task<IReadOnlyList<ChannelTrace>> Traces(BatchState state, DateTimeOffset at, CancellationToken ct)
    {
        var traces = new List<ChannelTrace>();
        var stays = state.Culture.Vessels.Values.Where(v => v.HoldsProduct).SelectMany(v => v.Stays).ToLookup(s => s.IncubatorId, s => (s.From, To: s.To ?? at), StringComparer.Ordinal);
        foreach (var incubator in stays.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var profile = await register.Find(incubator.Key) is { } info ? EquipmentProfiles.Find(info.Profile) : null;
            traces.AddRange(await Traces(incubator.Key, [.. incubator.Where(s => s.To > s.From)], profile, at, ct));
        }
        return traces;
    }

    private async Task<IEnumerable<ChannelTrace>> Traces(string incubator, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> stays, EquipmentProfile? profile, DateTimeOffset at, CancellationToken ct)
    {
        if (stays.Count == 0) return [];
        var (from, to) = (stays.Min(s => s.From), stays.Max(s => s.To));
        var width = (to - from) / Buckets;
        var extremes = Drawn.ToDictionary(c => c, _ => new (double Low, double High)?[Buckets], StringComparer.Ordinal);
        await foreach (var row in readings.Rows(incubator, from, to, ct))
        {
            // What came later belongs to a later version of the record.
            if (row.CountsAsMissing || row.ReceivedAt > at || !stays.Any(s => row.EffectiveAt >= s.From && row.EffectiveAt <= s.To)) continue;
            var bucket = Math.Clamp((int)((row.EffectiveAt - from) / width), 0, Buckets - 1);
            foreach (var channel in Drawn)
                if (row.Values[channel] is { } value)
                    extremes[channel][bucket] = extremes[channel][bucket] is var (low, high) ? (Math.Min(low, value), Math.Max(high, value)) : (value, value);
        }
        return Drawn.Select(channel => new ChannelTrace(incubator, channel, profile?.Find(channel)?.Unit ?? "",
            [.. extremes[channel].Select((e, i) => new TracePoint(from + (i + 0.5) * width, e?.Low, e?.High))], Limits(profile?.Find(channel))));
    }

    private static IReadOnlyList<(double, string)> Limits(ChannelProfile? profile) =>
        [.. new[] { profile?.LimitOf(Severity.Action, Side.Low), profile?.LimitOf(Severity.Action, Side.High) }.OfType<double>().Select(v => (v, "action limit"))];
}

/// <summary>The documents of a batch: each made once for a version of the record, and the same bytes ever after.</summary>
public sealed class BatchDocuments(DossierMaker dossiers, IssuedDocuments issued, IGrainFactory grains, TimeProvider clock)
{
    public const string Record = "record", Certificate = "coa";

    // Counts the layouts: a later program that draws them otherwise, or more, counts up and makes documents anew.
    private const int Form = 1;

    /// <summary>The file and the version of the record it shows; null when there is no such batch.</summary>
    public async Task<(byte[] Content, long Version)?> Get(string batchId, string kind, CancellationToken ct)
    {
        if (await grains.GetGrain<IBatchGrain>(batchId).State() is not { HasStarted: true } state) return null;
        if (await issued.Find(batchId, state.Version, kind, Form, ct) is { } known) return (known, state.Version);
        if (await dossiers.Make(batchId, ct) is not { } dossier) return null;
        var content = kind == Record ? CultureTrack.Documents.BatchRecord.BatchRecordPdf.Write(dossier) : CultureTrack.Documents.Certificates.CertificatePdf.Write(dossier);
        return (await issued.Keep(batchId, dossier.State.Version, kind, Form, content, clock.GetUtcNow(), ct), dossier.State.Version);
    }
}
