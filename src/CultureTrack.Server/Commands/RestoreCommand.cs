using System.CommandLine;
using System.Security.Cryptography;
using CultureTrack.Domain.Proof;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Backups;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Npgsql;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack restore</c>: a backup into an empty data directory or an empty database, proven afterwards.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<DirectoryInfo> Folder = new("FOLDER") { Description = "A folder made by culturetrack backup." };
    private static readonly Option<FileInfo[]> Trust = new("--trust") { Description = "Public key from a place of your own; without one, those in the backup count.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var command = new Command("restore", "Bring a backup into an empty data directory (DataDirectory), or into the empty database of ConnectionStrings:CultureTrackOwner, all or nothing. Afterwards the last version and hash "
            + "of every stream are compared with the backup's manifest and the whole store is verified.\nExit code 0: equal. 1: it failed or differs. 2: the target is not empty, or this is no backup.\n\nExamples:\n"
            + "  CULTURETRACK_DataDirectory=/srv/culturetrack-new culturetrack restore /backups/2026-03-02\n  culturetrack restore /backups/2026-03-02 --trust lab-key.pem --json");
        command.Arguments.Add(Folder);
        foreach (var option in new Option[] { Trust, Json }) command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings.With(new Dictionary<string, string?> { ["Logging:Level"] = "Warning" }));
        try
        {
            var json = parsed.GetValue(Json);
            var trusted = (parsed.GetValue(Trust) ?? []).Select(f => PublicKey.Read(File.ReadAllText(f.FullName))).ToList();
            var backup = new BackupRestorer(parsed.GetValue(Folder)!.FullName, trusted);
            var told = json ? null : CommandOutput.Progress();
            var report = settings.Runtime is { } runtime ? await External(settings, runtime, backup, told, ct) : await Embedded(settings, backup, told, ct);
            if (json) CommandOutput.WriteJson(report);
            else Tell(report, settings);
            return report.IsEqual ? 0 : CommandOutput.Failed;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return await CommandOutput.Fail("Interrupted; nothing was restored."); }
        catch (BackupException e) { return await CommandOutput.Fail(e.Message, e.IsUsage ? CommandOutput.Usage : CommandOutput.Failed); }
        catch (Exception e) when (e is ArgumentException or CryptographicException or FileNotFoundException or DirectoryNotFoundException) { return await CommandOutput.Fail(e.Message, CommandOutput.Usage); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SettingException or PostgresUnavailableException or NpgsqlException) { return await CommandOutput.Fail(e.Message); }
        finally { await Log.CloseAndFlushAsync(); }
    }

    private static async Task<RestoreReport> Embedded(LabSettings settings, BackupRestorer backup, Action<string>? told, CancellationToken ct)
    {
        if (RunningPostgres.Exists(settings.DataDirectory)) throw new BackupException($"{settings.DataDirectory} holds a store already. Name an empty folder in DataDirectory.", isUsage: true);
        told?.Invoke("comparing the files with the manifest");
        var manifest = backup.Check();
        var options = new PostgresOptions { DataDirectory = settings.DataDirectory, BinDirectory = settings.PostgresBinDirectory, Port = settings.PostgresPort };
        try
        {
            await using var cluster = await EmbeddedPostgres.StartAsync(options, Logs.Factory.CreateLogger("restore"), ct);
            var report = await backup.Restore(manifest, new(cluster.SuperuserConnection(EmbeddedPostgres.DatabaseName), EmbeddedPostgres.RuntimeRole, cluster.Binaries), told, ct);
            CopyKeys(backup, settings.SigningKeyFile);
            return report;
        }
        catch
        {
            // What was made for a restore that failed must not look like a store.
            EmbeddedPostgres.Remove(settings.DataDirectory);
            throw;
        }
    }

    private static async Task<RestoreReport> External(LabSettings settings, string runtime, BackupRestorer backup, Action<string>? told, CancellationToken ct)
    {
        if (settings.Owner is not { } owner) throw new BackupException("restore needs ConnectionStrings:CultureTrackOwner, the owner of the empty database.", isUsage: true);
        told?.Invoke("comparing the files with the manifest");
        var manifest = backup.Check();
        var binaries = await PostgresBinaries.Find(new() { DataDirectory = settings.DataDirectory, BinDirectory = settings.PostgresBinDirectory }, null, Logs.Factory.CreateLogger("restore"), ct);
        var report = await backup.Restore(manifest, new(owner, BackupCommand.Role(runtime), binaries), told, ct);
        CopyKeys(backup, settings.SigningKeyFile);
        return report;
    }

    /// <summary>Public keys of the backup go on counting as this installation's own; a key that is here already stays.</summary>
    private static void CopyKeys(BackupRestorer backup, string keyFile)
    {
        var folder = Path.GetDirectoryName(keyFile)!;
        Directory.CreateDirectory(folder);
        if (backup.SigningKeyFile is { } key && !File.Exists(keyFile))
        {
            File.Copy(key, keyFile);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        foreach (var file in backup.PublicKeyFiles)
        {
            // The plain name belongs to the key that lies here; an earlier one is known by its id.
            var name = Path.GetFileName(file) != KeyFile.PublicName || File.Exists(keyFile) && backup.SigningKeyFile is not null ? Path.GetFileName(file) : $"{PublicKey.Read(File.ReadAllText(file)).Id}.public.pem";
            if (!File.Exists(Path.Combine(folder, name))) File.Copy(file, Path.Combine(folder, name));
        }
    }

    private static void Tell(RestoreReport report, LabSettings settings)
    {
        foreach (var difference in report.Differing) CommandOutput.End(difference);
        foreach (var f in report.Verification.Findings) CommandOutput.End($"{f.Code,-16} {f.Where}: {f.Text}");
        CommandOutput.End(report.IsEqual
            ? $"Restored: {report.Streams} streams with {report.Events} events stand exactly where the backup of {report.MadeAt:u} says{(report.Verification.SignerKnown ? "" : ", signer unknown")}. Start it: culturetrack serve{(settings.Runtime is null ? $" (DataDirectory {settings.DataDirectory})" : "")}."
            : "Restored, but it is NOT what the backup says. Do not use it.");
    }
}
