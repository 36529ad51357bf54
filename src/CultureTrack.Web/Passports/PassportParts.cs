using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Documents;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Documents;
using CultureTrack.Store.Readings;
using CultureTrack.Web.Api;
using CultureTrack.Web.Documents;

namespace CultureTrack.Web.Passports;

/// <summary>Files that a passport carries beside the events themselves.</summary>
public interface IPassportPart
{
    IAsyncEnumerable<PassportEntry> Files(BatchState batch, DateTimeOffset at, CancellationToken ct);
}

/// <summary><c>spec.json</c>: the version of the specification the batch is judged by.</summary>
internal sealed class SpecificationPart(Specifications specifications) : IPassportPart
{
    public async IAsyncEnumerable<PassportEntry> Files(BatchState batch, DateTimeOffset at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (await specifications.Known(batch.Registration!.SpecId, batch.Registration.SpecVersion, ct) is { } spec)
            yield return PassportEntry.Of("spec.json", JsonSerializer.SerializeToUtf8Bytes(spec.WithCommon(), SpecificationRegister.Json));
    }
}

/// <summary><c>record.pdf</c> and <c>coa.pdf</c>: the same files the server gives for this version; and the attachments the events name.</summary>
internal sealed class DocumentPart(BatchDocuments documents, AttachmentStore attachments, IGrainFactory grains) : IPassportPart
{
    public async IAsyncEnumerable<PassportEntry> Files(BatchState batch, DateTimeOffset at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var kind in new[] { BatchDocuments.Record, BatchDocuments.Certificate })
        {
            if (await documents.Get(batch.BatchId, kind, ct) is not { } made || made.Version != batch.Version)
                throw new InvalidOperationException($"{batch.BatchId} was appended to while its passport was made; ask again.");
            yield return PassportEntry.Of($"{kind}.pdf", made.Content);
        }
        var named = (await grains.GetGrain<IBatchGrain>(batch.BatchId).Events()).SelectMany(e => AttachmentRefs.Of(e.Body)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in await attachments.Find(named, ct))
            yield return PassportEntry.Of($"attachments/{file.AttachmentId}{AttachmentContent.Extension(file.ContentType)}", (await attachments.Content(file.AttachmentId, ct))!);
    }
}

/// <summary><c>excursions.ndjson</c>: what the incubators did to the batch, one excursion a line.</summary>
internal sealed class ExcursionPart(IGrainFactory grains) : IPassportPart
{
    public async IAsyncEnumerable<PassportEntry> Files(BatchState batch, DateTimeOffset at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var exposure = await grains.GetGrain<IBatchGrain>(batch.BatchId).Exposure(at);
        yield return Passport.Lines("excursions.ndjson", exposure.Excursions.Select(e => (JsonObject)JsonSerializer.SerializeToNode(e, RecordJson.Options)!));
    }
}

/// <summary><c>telemetry/{incubator}/{channel}.csv</c>: every reading from the first vessel in to the last one out, as it was received .</summary>
internal sealed class TelemetryPart(ReadingStore readings, IEquipmentRegister register) : IPassportPart
{
    public async IAsyncEnumerable<PassportEntry> Files(BatchState batch, DateTimeOffset at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var stays = batch.Culture.Vessels.Values.SelectMany(v => v.Stays).ToLookup(s => s.IncubatorId, s => (s.From, To: s.To ?? at), StringComparer.Ordinal);
        foreach (var incubator in stays.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var channels = (await register.Find(incubator.Key))?.Channels.Select(c => c.Channel) ?? [];
            foreach (var channel in channels.Append(Channels.Door).Select(Channels.Canonical).Distinct().Order(StringComparer.Ordinal))
            {
                using var csv = new MemoryStream();
                await ReadingCsv.Write(csv, readings.Query(incubator.Key, channel, incubator.Min(s => s.From), incubator.Max(s => s.To), ct), channel, ct);
                yield return PassportEntry.Of($"telemetry/{incubator.Key}/{channel}.csv", csv.ToArray());
            }
        }
    }
}
