using System.CommandLine;
using System.Reflection;
using CultureTrack.Grains.Time;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Backups;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Npgsql;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack backup</c>: one moment of the whole store in a folder, also while the server runs.</summary>
internal static class BackupCommand
{
    private static readonly Argument<DirectoryInfo> Folder = new("FOLDER") { Description = "A new folder for this backup." };
    private static readonly Option<bool> WithKey = new("--with-signing-key") { Description = "Also the private signing key. Whoever has the backup can then sign as this laboratory." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var command = new Command("backup", "Write one moment of the whole store into a folder, also while the server runs: everything in the database, the public keys, and a signed manifest with the last version "
            + "and hash of every stream. Keep the folder as safe as the store: it holds the keys of patients' identities.\n\nExamples:\n  culturetrack backup /backups/2026-03-02\n"
            + "  CULTURETRACK_DataDirectory=/srv/culturetrack culturetrack backup /backups/2026-03-02 --json");
        command.Arguments.Add(Folder);
        foreach (var option in new Option[] { WithKey, Json }) command.Options.Add(option);
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
            var (folder, withKey) = (parsed.GetValue(Folder)!.FullName, parsed.GetValue(WithKey));
            var manifest = await Make(settings, folder, withKey, json ? null : CommandOutput.Progress(), ct);
            var bytes = manifest.Files.Sum(f => f.Bytes);
            if (json) CommandOutput.WriteJson(new { folder, manifest.MadeAt, bytes, streams = manifest.Streams.Count, manifest.Events, manifest.Checkpoint, manifest.KeyId });
            else CommandOutput.End($"{manifest.Streams.Count} streams with {manifest.Events} events and all readings are in {folder} ({bytes / 1024.0 / 1024.0:0.0} MiB). Restore it somewhere now and then: culturetrack restore.");
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return await CommandOutput.Fail("Interrupted; there is no backup under that name."); }
        catch (BackupException e) { return await CommandOutput.Fail(e.Message, e.IsUsage ? CommandOutput.Usage : CommandOutput.Failed); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SettingException or PostgresUnavailableException or NpgsqlException or KeyFileException) { return await CommandOutput.Fail(e.Message); }
        finally { await Log.CloseAndFlushAsync(); }
    }

    private static async Task<BackupManifest> Make(LabSettings settings, string folder, bool withKey, Action<string>? told, CancellationToken ct)
    {
        var log = Logs.Factory.CreateLogger("backup");
        var program = typeof(BackupCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
        var postgres = new PostgresOptions { DataDirectory = settings.DataDirectory, BinDirectory = settings.PostgresBinDirectory, Port = settings.PostgresPort };
        if (settings.Runtime is { } runtime)
        {
            var reader = settings.Owner ?? runtime;
            var source = new BackupSource(reader, Role(reader), Role(runtime), await PostgresBinaries.Find(postgres, null, log, ct), settings.SigningKeyFile, withKey, program);
            return await new BackupMaker(source, new SystemLabClock()).Make(folder, told, ct);
        }
        if (!RunningPostgres.Exists(settings.DataDirectory)) throw new BackupException($"There is no store in {settings.DataDirectory}.", isUsage: true);
        var running = RunningPostgres.FindAsSuperuser(settings.DataDirectory);
        await using var cluster = running is null ? await EmbeddedPostgres.StartAsync(postgres, log, ct) : null;
        var binaries = cluster?.Binaries ?? await PostgresBinaries.Find(postgres, RunningPostgres.Major(settings.DataDirectory), log, ct);
        var embedded = new BackupSource(running ?? cluster!.SuperuserConnection(EmbeddedPostgres.DatabaseName), EmbeddedPostgres.OwnerRole, EmbeddedPostgres.RuntimeRole, binaries, settings.SigningKeyFile, withKey, program);
        return await new BackupMaker(embedded, new SystemLabClock()).Make(folder, told, ct);
    }

    internal static string Role(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Username ?? "";
}
