using System.CommandLine;
using System.Globalization;
using CultureTrack.Domain.Records;
using CultureTrack.Instruments.Recordings;
using CultureTrack.Server.Hosting;
using CultureTrack.Server.Imports;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack import</c>: brings in what was recorded elsewhere.</summary>
internal static class ImportCommand
{
    private static readonly Argument<FileInfo> Recorded = new("FILE") { Description = "The recording." };
    private static readonly Option<string> Incubator = new("--incubator") { Description = "Registered incubator the readings belong to.", Required = true };
    private static readonly Option<string?> Format = new("--format") { Description = $"One of {string.Join(", ", Recording.Formats)}; without it, recognised by content." };
    private static readonly Option<string?> Zone = new("--zone") { Description = "Zone of the device's clock, such as Europe/Berlin, where the stamps have none." };
    private static readonly Option<string?> StartAt = new("--start") { Description = "When it began, such as 2026-03-02T09:40:00Z, where it only counts seconds." };
    private static readonly Option<string?> Device = new("--device") { Description = "Device id the values are stored under; without it, import-FORMAT." };
    private static readonly Option<string?> Sensor = new("--sensor") { Description = "Of a recording of several sensors, this one only." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Read and report; store nothing." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var telemetry = new Command("telemetry", "Readings that a device or logger recorded, stored as the backlog of that device. While the server of the same data directory runs, "
            + "it is refused. Again the same file adds nothing.\n\nExamples:\n"
            + "  culturetrack import telemetry log.csv --incubator INC-02 --zone Europe/Paris --dry-run\n"
            + "  culturetrack import telemetry run7.csv --incubator INC-04 --start 2026-03-02T09:40:00Z --device probe-7");
        telemetry.Arguments.Add(Recorded);
        foreach (var option in new Option[] { Incubator, Format, Zone, StartAt, Device, Sensor, DryRun, Json }) telemetry.Options.Add(option);
        telemetry.SetAction(Telemetry);
        return new Command("import", "Bring in what was recorded elsewhere. Examples:\n  culturetrack import telemetry log.csv --incubator INC-02\n  culturetrack import batches history.ndjson\n"
            + "  culturetrack import passport CEA-26-0001-passport.zip") { telemetry, RecordImportCommands.CreateBatches(), RecordImportCommands.CreatePassports() };
    }

    private static async Task<int> Telemetry(ParseResult parsed, CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings.With(new Dictionary<string, string?> { ["Logging:Level"] = "Warning" }));
        try
        {
            var how = How(parsed);
            var file = parsed.GetValue(Recorded)!;
            await using var stream = file.OpenRead();
            var outcome = Recording.Read(stream, file.Name, how);
            if (outcome is RecordingOutcome.Rejected rejected) return await CommandOutput.Fail(rejected.Reason);
            var recording = (RecordingOutcome.Parsed)outcome;
            var import = new TelemetryImport(recording, parsed.GetValue(Incubator)!, parsed.GetValue(Device) ?? $"import-{recording.Format}", parsed.GetValue(Sensor));
            var stored = parsed.GetValue(DryRun) ? null : await StoreAll(settings, import, Progress(parsed), ct);
            Print(import.Report(stored), parsed.GetValue(Json));
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return await CommandOutput.Fail("Interrupted; what was stored so far stays, and the same file again adds the rest."); }
        catch (FormatException e) { return await CommandOutput.Fail(e.Message, CommandOutput.Usage); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImportRefusedException or SettingException or Store.Postgres.PostgresUnavailableException
            or Store.Migrations.SchemaMismatchException or Npgsql.NpgsqlException)
        { return await CommandOutput.Fail(e.Message); }
        finally { await Log.CloseAndFlushAsync(); }
    }

    private static RecordingSettings How(ParseResult parsed)
    {
        var zone = parsed.GetValue(Zone) is not { } id ? null
            : TimeZoneInfo.TryFindSystemTimeZoneById(id, out var found) ? found : throw new FormatException($"{id} is no IANA time zone such as Europe/Paris.");
        DateTimeOffset? start = parsed.GetValue(StartAt) is not { } text ? null
            : EventReader.TryInstant(text, out var at) ? at : throw new FormatException($"{text} is no instant such as 2026-03-02T09:40:00Z.");
        if (parsed.GetValue(Format) is { } format && !Recording.Formats.Contains(format)) throw new FormatException($"{format} is no format; known are {string.Join(", ", Recording.Formats)}.");
        return new(parsed.GetValue(Format), zone, start);
    }

    private static async Task<StoredCounts> StoreAll(LabSettings settings, TelemetryImport import, Action<double>? progress, CancellationToken ct)
    {
        await using var database = await Database.Open(settings, Logs.Factory, ct);
        return await import.Store(database, progress, Logs.Factory, ct);
    }

    private static Action<double>? Progress(ParseResult parsed) => parsed.GetValue(Json) || Console.IsOutputRedirected ? null
        : share => CommandOutput.Status(string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} % stored"));

    private static void Print(ImportReport report, bool json)
    {
        if (json)
        {
            CommandOutput.WriteJson(report);
            return;
        }
        if (!Console.IsOutputRedirected) Console.WriteLine();
        Console.WriteLine($"{report.Format}: {report.LinesRead} lines read, {report.Values} values from {Text(report.First)} to {Text(report.Last)}, {report.Skipped.Count} lines skipped, "
            + $"{report.Repeats} repeated values left out, {report.ConflictsInFile} contradicting values");
        foreach (var skipped in report.Skipped.Take(10)) Console.WriteLine($"  line {skipped.Line}: {skipped.Reason}");
        foreach (var gap in report.Gaps.Take(10)) Console.WriteLine($"  nothing from {Text(gap.From)} to {Text(gap.To)}{(gap.Device is null ? "" : $" ({gap.Device})")}");
        if (report.Gaps.Count > 10) Console.WriteLine($"  … and {report.Gaps.Count - 10} more gaps");
        Console.WriteLine(report.Stored is not { } stored ? "Nothing stored (dry run)."
            : $"{report.IncubatorId}: {stored.Values} values stored, {stored.Duplicates} were there already, {stored.Conflicts} contradict stored ones and are kept beside them.");
    }

    private static string Text(DateTimeOffset? at) => at is { } t ? RecordJson.Text(t) : "-";
}
