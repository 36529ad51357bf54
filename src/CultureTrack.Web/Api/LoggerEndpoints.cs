using System.Security.Cryptography;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Instruments.Recordings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Data">The entry made of it, or that would be made.</param>
/// <param name="Skipped">Lines that gave no reading.</param>
public sealed record LoggerFileView(string BatchId, long Version, ShippingLoggerUploaded Data, decimal? MktC, int Skipped, IReadOnlyList<Flag> Flags);

/// <summary>Files of transport loggers: read, summed up and recorded as ShippingLoggerUploaded with the hash of the file.</summary>
internal static class LoggerEndpoints
{
    private const string Example = """
        {"batchId":"CEA-26-0001","version":61,"data":{"shipperId":"BOX-7","containerIds":["CEA-26-0001-S01"],"fileSha256":"9f2c…","fromAt":"2026-03-19T12:00:00.000Z","toAt":"2026-03-19T20:00:00.000Z","readings":[{"at":"2026-03-19T12:00:00.000Z","tempC":20.1}],"minC":19.4,"maxC":21.8,"missingMin":0},"mktC":20.6,"skipped":0,"flags":[]}
        """;

    public static void MapLoggerFiles(this IEndpointRouteBuilder root) =>
        root.MapPost("/batches/{id}/logger-files", Upload).Access(new([Roles.Technician], TakesFiles: true)).WithTags("Batches")
            .Is("Reads a transport logger's file (multipart: file, shipperId, containerIds, zone, comment) into ShippingLoggerUploaded").Asks("dryRun", "true = reads and records nothing.").TakesFile().Gives<LoggerFileView>(201, Example);

    private static async Task<IResult> Upload(string id, HttpContext context, IGrainFactory grains, InstrumentFiles files)
    {
        var query = new Query(context);
        var dryRun = query.Flag("dryRun");
        if (!query.IsGood) return query.Refused();
        var (form, refused) = await FileForm.Read(context);
        if (form is null) return refused!;
        context.Trace().Target = id;
        var grain = grains.GetGrain<IBatchGrain>(id);
        if (await grain.State() is not { } state) return RegisterEndpoints.Unknown($"The batch {id}");
        if (form.Files.GetFile("file") is not { } upload) return Problem.Of(Codes.ValRequired, "Send the file in the part named file.", "file");
        if (form["shipperId"].ToString() is not { Length: > 0 } shipper) return Problem.Of(Codes.ValRequired, "Name the shipper the logger travelled with.", "shipperId");
        TimeZoneInfo? zone = null;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(form["zone"].ToString() is { Length: > 0 } named ? named : state.Zone, out zone)) return Problem.Of(Codes.ValFormat, "zone is an IANA time zone.", "zone");
        using var bytes = new MemoryStream();
        await upload.CopyToAsync(bytes, context.RequestAborted);
        var read = ShippingLog.Of(bytes.ToArray(), shipper, Containers(form, state, shipper), zone);
        if (read.Data is not { } data) return Problem.Of(Codes.ValFormat, read.Reason!, "file");
        var comment = form["comment"].ToString() is { Length: > 0 } said ? said : null;
        var answer = await grain.Append([new Entry(data, context.Caller().Actor, context.Now(), Comment: comment)], query.IfMatch(), dryRun);
        if (!answer.Accepted) return Problem.Of(answer.Findings, answer.Flags);
        if (!dryRun) await ShippingLog.Keep(files, data.FileSha256, upload.FileName, bytes.ToArray(), context.Caller().User, context.Now(), context.RequestAborted);
        var entry = answer.Events[0];
        var view = new LoggerFileView(id, answer.Version, data, entry.Computed?.Number("mktC"), read.Skipped, entry.Flags);
        return dryRun ? Answer.Ok(view) : Answer.Created(view, answer.Version);
    }

    // Named, or else what was shipped with it.
    private static IReadOnlyList<string> Containers(IFormCollection form, BatchState state, string shipper) =>
        form["containerIds"].SelectMany(v => (v ?? "").Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().ToList() is { Count: > 0 } named
            ? named : state.Of<Shipped>().LastOrDefault(s => s.Data.ShipperId == shipper)?.Data.ContainerIds ?? [];
}

/// <summary>A transport logger's file as the entry it becomes; for the API and the page alike.</summary>
public static class ShippingLog
{
    public const int MostBytes = 10 * 1024 * 1024, MostReadings = 20_000;
    private const string Kind = "transport-logger";

    public static (ShippingLoggerUploaded? Data, int Skipped, string? Reason) Of(byte[] file, string shipperId, IReadOnlyList<string> containerIds, TimeZoneInfo? zone)
    {
        using var stream = new MemoryStream(file);
        var log = TransportLog.Read(stream, zone, MostBytes);
        if (log.Reason is not null) return (null, log.Skipped, log.Reason);
        if (log.Readings.Count > MostReadings) return (null, log.Skipped, $"The file has {log.Readings.Count} readings; {MostReadings} are taken at most. Export it with a longer interval.");
        var data = new ShippingLoggerUploaded(shipperId, containerIds, Convert.ToHexStringLower(SHA256.HashData(file)), log.Readings[0].At, log.Readings[^1].At,
            [.. log.Readings.Select(r => new LoggerReading(r.At, r.Celsius))], log.Readings.Min(r => r.Celsius), log.Readings.Max(r => r.Celsius), log.MissingMin);
        return (data, log.Skipped, null);
    }

    /// <summary>Keeps the file itself, once, beside those of instruments.</summary>
    public static async Task Keep(InstrumentFiles files, string sha256, string name, byte[] bytes, string user, DateTimeOffset now, CancellationToken ct)
    {
        if (await files.Find(sha256, ct) is null) await files.Keep(Guid.CreateVersion7(now).ToString("N"), sha256, Kind, name, bytes, user, ct);
    }
}
