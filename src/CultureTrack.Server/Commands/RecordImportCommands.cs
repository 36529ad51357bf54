using System.CommandLine;
using System.Security.Cryptography;
using CultureTrack.Domain.Proof;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;
using CultureTrack.Server.Hosting;
using CultureTrack.Server.Imports;
using CultureTrack.Store.Events;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Marten;
using Npgsql;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack import batches</c> and <c>import passport</c>: records that were made elsewhere, also while the server runs.</summary>
internal static class RecordImportCommands
{
    private static readonly Argument<FileInfo> Batches = new("FILE") { Description = "Entries, one JSON object a line; docs/import.md describes them." };
    private static readonly Argument<FileInfo[]> Passports = new("FILE") { Description = "Passports (.zip).", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<FileInfo[]> Trust = new("--trust") { Description = "Public key of the other installation, from a place of your own.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Read, judge and report; store nothing." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    private static string Who => $"{Environment.UserName} (command line)";

    public static Command CreateBatches()
    {
        var command = new Command("batches", "Batches that lived before the system, entry by entry. Each batch is taken whole or not at all; the same file again changes nothing. Imported entries are marked for ever, exempt from "
            + "lateness, and their batch can never be released. Patients, donors and sites must be registered.\n\nExamples:\n  culturetrack import batches history-2025.ndjson --dry-run\n  culturetrack import batches history-2025.ndjson --json");
        command.Arguments.Add(Batches);
        foreach (var option in new Option[] { DryRun, Json }) command.Options.Add(option);
        command.SetAction((parsed, ct) => Guarded(() => ImportBatches(parsed, ct), ct));
        return command;
    }

    public static Command CreatePassports()
    {
        var command = new Command("passport", "Batches of another installation as passports: proven, kept byte for byte, read-only, never releasable here. The same file again changes nothing.\n\nExamples:\n"
            + "  culturetrack import passport CEA-26-0001-passport.zip --trust their-key.pem\n  culturetrack import passport passports/*.zip --dry-run");
        command.Arguments.Add(Passports);
        foreach (var option in new Option[] { Trust, DryRun, Json }) command.Options.Add(option);
        command.SetAction((parsed, ct) => Guarded(() => ImportPassports(parsed, ct), ct));
        return command;
    }

    private static async Task<int> ImportBatches(ParseResult parsed, CancellationToken ct)
    {
        var (json, dryRun) = (parsed.GetValue(Json), parsed.GetValue(DryRun));
        return await OnStore(async (source, clock) =>
        {
            var (lines, unreadable) = BatchFile.Read(File.ReadLines(parsed.GetValue(Batches)!.FullName), clock.GetUtcNow());
            if (unreadable.Count > 0) return Tell([new("", ImportedBatch.Refused, 0, unreadable)], dryRun, json);
            await using var store = DocumentStore.For(o =>
            {
                o.Connection(source);
                EventStore.Configure(o, Features.All, ownsSchema: false);
            });
            var import = new BatchImport(store, new LabFactsSource(store, clock), new AuditTrail(store, clock, Logs.Factory.CreateLogger<AuditTrail>()), clock);
            var progress = json ? null : CommandOutput.Progress();
            var all = lines.Select(l => l.BatchId).Distinct(StringComparer.Ordinal).Count();
            return Tell(await import.Run(lines, Who, dryRun, progress is null ? null : n => progress($"{n} of {all} batches"), ct), dryRun, json);
        }, ct);
    }

    private static int Tell(IReadOnlyList<ImportedBatch> batches, bool dryRun, bool json)
    {
        if (json) CommandOutput.WriteJson(new { dryRun, batches });
        else
            foreach (var batch in batches)
            {
                CommandOutput.End(batch.Outcome switch
                {
                    ImportedBatch.Imported => $"{batch.BatchId}: {batch.Events} events {(dryRun ? "would be imported" : "imported")}",
                    ImportedBatch.Unchanged => $"{batch.BatchId}: is here already, unchanged",
                    _ => $"{(batch.BatchId.Length == 0 ? "The file" : batch.BatchId)}: refused, nothing of it is stored",
                });
                foreach (var f in batch.Findings) Console.WriteLine($"  line {f.Line}: {f.Code} {f.Field}: {f.Message}");
            }
        return batches.Any(b => b.Outcome == ImportedBatch.Refused) ? CommandOutput.Failed : 0;
    }

    private static async Task<int> ImportPassports(ParseResult parsed, CancellationToken ct)
    {
        var trusted = (parsed.GetValue(Trust) ?? []).Select(f => PublicKey.Read(File.ReadAllText(f.FullName))).ToList();
        var (json, dryRun) = (parsed.GetValue(Json), parsed.GetValue(DryRun));
        return await OnStore(async (source, clock) =>
        {
            var passports = new ImportedPassports(source, clock);
            var failed = false;
            foreach (var file in parsed.GetValue(Passports)!)
            {
                var (passport, isNew, report) = await passports.Add(await File.ReadAllBytesAsync(file.FullName, ct), trusted, Who, dryRun, ct);
                failed |= passport is null;
                if (json) CommandOutput.WriteJson(new { file = file.Name, outcome = passport is null ? "Refused" : isNew ? "Imported" : "Unchanged", dryRun, passport, report.Findings });
                else Tell(file.Name, passport, isNew, dryRun, report);
            }
            return failed ? CommandOutput.Failed : 0;
        }, ct);
    }

    private static void Tell(string file, ImportedPassport? passport, bool isNew, bool dryRun, PassportReport report)
    {
        if (passport is null)
        {
            Console.WriteLine($"{file}: NOT as it was written; it is not imported.");
            foreach (var f in report.Findings) Console.WriteLine($"  {f.Code} {f.Where}: {f.Text}");
        }
        else Console.WriteLine($"{file}: {passport.BatchId} version {passport.Version}, {(passport.SignerKnown ? "signed with the trusted key" : "signer unknown, key")} {passport.KeyId}: {(!isNew ? "is here already" : dryRun ? "would be imported" : "imported, read-only")}");
    }

    /// <summary>The store of a running server, or the one of this data directory started for as long as it takes.</summary>
    private static async Task<int> OnStore(Func<NpgsqlDataSource, TimeProvider, Task<int>> use, CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings.With(new Dictionary<string, string?> { ["Logging:Level"] = "Warning" }));
        if (settings.Runtime is null && RunningPostgres.Find(settings.DataDirectory) is { } running)
        {
            await SchemaMigrations.EnsureCurrent(running, ct);
            await using var source = NpgsqlDataSource.Create(running);
            return await use(source, await Clock(source, ct));
        }
        await using var database = await Database.Open(settings, Logs.Factory, ct);
        await using var own = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        return await use(own, await Clock(own, ct));
    }

    // A rehearsal is judged by the clock it stands at.
    private static async Task<TimeProvider> Clock(NpgsqlDataSource source, CancellationToken ct) =>
        await Store.Installation.Open(source, null, ct) is { Rehearsal: true, ManualNow: { } now } ? new ManualLabClock(now) : new SystemLabClock();

    private static async Task<int> Guarded(Func<Task<int>> run, CancellationToken ct)
    {
        try { return await run(); }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return await CommandOutput.Fail("Interrupted; batches that were told as imported stay, and the same file again adds the rest."); }
        catch (Exception e) when (e is ArgumentException or CryptographicException or FileNotFoundException or DirectoryNotFoundException) { return await CommandOutput.Fail(e.Message, CommandOutput.Usage); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SettingException or PostgresUnavailableException or SchemaMismatchException or NpgsqlException) { return await CommandOutput.Fail(e.Message); }
        finally { await Log.CloseAndFlushAsync(); }
    }
}
