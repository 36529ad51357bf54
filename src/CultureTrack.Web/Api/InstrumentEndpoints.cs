using CultureTrack.Domain.Records;
using CultureTrack.Instruments;
using CultureTrack.Web.Laboratory;
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

    private static async Task<IResult> Upload(string kind, HttpContext context, InstrumentIntake intake)
    {
        var query = new Query(context);
        var dryRun = query.Flag("dryRun");
        if (!query.IsGood) return query.Refused();
        if (kind != "auto" && !InstrumentFile.Kinds.Contains(kind)) return RegisterEndpoints.Unknown($"The instrument {kind}");
        var (form, refused) = await FileForm.Read(context);
        if (form is null) return refused!;
        if (form.Files.GetFile("file") is not { } upload) return Problem.Of(Codes.ValRequired, "Send the file in the part named file.", "file");
        if (upload.Length > FileForm.MostBytes) return Problem.Of(Codes.ValSize, "A file has at most 25 MiB.");
        if (InstrumentIntake.Settings(kind, form["zone"], form["dateOrder"], form["decimalMark"]) is not { } settings) return Problem.Of(Codes.ValFormat, "zone is an IANA time zone, dateOrder DayFirst or MonthFirst.", "zone");
        using var bytes = new MemoryStream();
        await upload.CopyToAsync(bytes, context.RequestAborted);
        context.Trace().Target = InstrumentIntake.Sha(bytes);
        return Answer.Of(await intake.Read(bytes, upload.FileName, settings, dryRun, context.Caller(), context.RequestAborted), v => Answer.Ok(v));
    }
}
