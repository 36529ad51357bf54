using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Npgsql;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack verify</c>: whether a passport or the whole store is as it was written, and where not.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<FileInfo?> Passport = new("FILE") { Description = "A passport (.zip); without it, the store of this data directory or ConnectionStrings:CultureTrack.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<FileInfo[]> Trust = new("--trust") { Description = "Public key from a place of your own, may be given several times. For the store, those in the data directory count unless one is given.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<FileInfo?> Noted = new("--checkpoint") { Description = "A checkpoint kept elsewhere (JSON with number and hash); the store must still contain it." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var command = new Command("verify", "Check that nothing was changed, dropped, inserted, reordered or moved: in a passport, or in the whole store (also while the server runs).\n"
            + "Exit code 0: proven. 1: something is wrong, or the signer is not known.\n\nExamples:\n  culturetrack verify CEA-26-0001-passport.zip --trust lab-key.pem\n"
            + "  culturetrack verify\n  culturetrack verify --trust lab-key.pem --checkpoint checkpoint-2026-03.json --json");
        command.Arguments.Add(Passport);
        foreach (var option in new Option[] { Trust, Noted, Json }) command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings.With(new Dictionary<string, string?> { ["Logging:Level"] = "Warning" }));
        try
        {
            var trusted = (parsed.GetValue(Trust) ?? []).Select(f => PublicKey.Read(File.ReadAllText(f.FullName))).ToList();
            return parsed.GetValue(Passport) is { } file ? OfPassport(file, trusted, parsed.GetValue(Json)) : await OfStore(settings, trusted, parsed, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return CommandOutput.Failed; }
        catch (Exception e) when (e is ArgumentException or CryptographicException or JsonException or FileNotFoundException or DirectoryNotFoundException) { return await CommandOutput.Fail(e.Message, CommandOutput.Usage); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SettingException or PostgresUnavailableException or NpgsqlException) { return await CommandOutput.Fail(e.Message); }
        finally { await Log.CloseAndFlushAsync(); }
    }

    private static int OfPassport(FileInfo file, IReadOnlyCollection<PublicKey> trusted, bool json)
    {
        var report = new PassportVerifier(trusted).Verify(File.ReadAllBytes(file.FullName));
        var verdict = report switch
        {
            { IsProven: true } => $"{report.BatchId} version {report.Version}: nothing was changed. {report.Events} events, {report.Signatures} signatures, signed with the trusted key {report.KeyId}.",
            { IsConsistent: true } => $"{report.BatchId} version {report.Version}: consistent, signer unknown. {report.Events} events. The key {report.KeyId} is not among those trusted (--trust KEY.pem).",
            _ => $"{file.Name}: NOT as it was written.",
        };
        return Tell(verdict, report.Rehearsal, report.Findings, report.IsProven, json, report);
    }

    private static async Task<int> OfStore(LabSettings settings, List<PublicKey> trusted, ParseResult parsed, CancellationToken ct)
    {
        var noted = parsed.GetValue(Noted) is { } file ? JsonSerializer.Deserialize<CheckpointMark>(await File.ReadAllTextAsync(file.FullName, ct), RecordJson.Options) : null;
        IReadOnlyList<PublicKey> keys = trusted.Count > 0 ? trusted : TrustedKeys.Beside(settings.SigningKeyFile).Keys;
        var running = settings.Runtime ?? RunningPostgres.Find(settings.DataDirectory);
        if (running is null && !RunningPostgres.Exists(settings.DataDirectory)) return await CommandOutput.Fail($"There is no store in {settings.DataDirectory}.", CommandOutput.Usage);
        await using var cluster = running is null
            ? await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = settings.DataDirectory, BinDirectory = settings.PostgresBinDirectory, Port = settings.PostgresPort }, Logs.Factory.CreateLogger("verify"), ct) : null;
        await using var source = NpgsqlDataSource.Create(running ?? cluster!.RuntimeConnectionString);
        await using var hasChain = source.CreateCommand("select to_regclass('proof.event_chain') is not null");
        if (await hasChain.ExecuteScalarAsync(ct) is not true) return await CommandOutput.Fail("This store was made by a version without hash chain; start the server once, or run: culturetrack migrate.");
        var json = parsed.GetValue(Json);
        var report = await new StoreVerifier(source, keys, noted).Verify(json || Console.IsOutputRedirected ? null : n => CommandOutput.Status($"{n} events read"), ct);
        var counts = $"{report.Streams} streams, {report.Events} events, {report.Signatures} signatures, {report.Checkpoints} checkpoints, {report.EventsSinceCheckpoint} events since the last one.";
        var verdict = report switch
        {
            { IsProven: true } => $"Nothing was changed. {counts}",
            { IsConsistent: true } => $"Consistent, signer unknown: no trusted key. {counts}",
            _ => $"The store is NOT as it was written. {counts}",
        };
        return Tell(verdict, false, report.Findings, report.IsProven, json, report);
    }

    private static int Tell(string verdict, bool rehearsal, IReadOnlyList<ProofFinding> findings, bool proven, bool json, object report)
    {
        if (json) CommandOutput.WriteJson(report);
        else
        {
            if (!Console.IsOutputRedirected) CommandOutput.Status("\r");
            foreach (var f in findings) Console.WriteLine($"{f.Code,-16} {f.Where}: {f.Text}");
            if (rehearsal) Console.WriteLine("This is a rehearsal: its clock was moved by hand.");
            Console.WriteLine(verdict);
        }
        return proven ? 0 : CommandOutput.Failed;
    }
}
