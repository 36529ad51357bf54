using System.Security.Cryptography;
using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Npgsql;

namespace CultureTrack.Store.Backups;

/// <summary>What a backup is made of.</summary>
/// <param name="ReaderConnectionString">A role that may read everything: the superuser of the embedded cluster, or the owner.</param>
/// <param name="WithSigningKey">Whether the private key goes with it: whoever has the backup can then sign as this laboratory.</param>
public sealed record BackupSource(string ReaderConnectionString, string OwnerRole, string RuntimeRole, PostgresBinaries Binaries, string SigningKeyFile, bool WithSigningKey, string Program);

/// <summary>
/// Makes a backup in a folder, also while the server runs: one moment of the whole database, and a manifest of where every stream stood at that moment.
/// A folder under its own name is always a whole backup.
/// </summary>
public sealed class BackupMaker(BackupSource source, TimeProvider clock)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <param name="told">Told what is going on, line by line.</param>
    /// <exception cref="BackupException">The folder is not empty, or the dump failed.</exception>
    public async Task<BackupManifest> Make(string folder, Action<string>? told, CancellationToken ct)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new BackupException($"{folder} exists and is not empty. Name a new folder for each backup.", isUsage: true);
        var half = folder + ".partial";
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);    // an earlier backup was interrupted
        // Keys of patients and hashes of passwords are inside.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(half);
        else Directory.CreateDirectory(half, OwnerOnly);
        var manifest = await Fill(half, told, ct);
        if (Directory.Exists(folder)) Directory.Delete(folder);
        Directory.Move(half, folder);
        return manifest;
    }

    private async Task<BackupManifest> Fill(string folder, Action<string>? told, CancellationToken ct)
    {
        await using var data = NpgsqlDataSource.Create(source.ReaderConnectionString);
        await using var connection = await data.OpenConnectionAsync(ct);
        // The dump and the heads below show one and the same moment, whatever is appended meanwhile.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        if (await Scalar<bool>(connection, "select to_regclass('proof.event_chain') is null", ct))
            throw new BackupException("This database holds no store of this program, or one of a version without hash chain: start the server once, or run culturetrack migrate.", isUsage: true);
        var snapshot = await Scalar<string>(connection, "select pg_export_snapshot()", ct);
        await PostgresClient.Run(source.Binaries, "pg_dump", source.ReaderConnectionString,
            ["--format=custom", $"--snapshot={snapshot}", $"--file={Path.Combine(folder, BackupManifest.DumpPath)}"], told, ct);
        CopyKeys(folder);
        var key = File.Exists(source.SigningKeyFile) ? KeyFile.LoadOrCreate(source.SigningKeyFile) : null;
        var heads = await StreamHeads.Read(connection, ct);
        told?.Invoke($"{heads.Count} streams");
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, clock.GetUtcNow(), source.Program, await Scalar<bool>(connection, "select coalesce((select rehearsal from installation), false)", ct),
            source.OwnerRole, source.RuntimeRole, await Texts(connection, "select name from schema_migrations order by name", ct), heads.Sum(h => h.Version), await Newest(connection, ct), key?.Public.Id,
            [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => Describe(folder, f))], heads);
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, RecordJson.Options);
        await File.WriteAllBytesAsync(Path.Combine(folder, BackupManifest.Path), text, ct);
        if (key is not null) await File.WriteAllBytesAsync(Path.Combine(folder, BackupManifest.SignaturePath), key.Sign(text), ct);
        return manifest;
    }

    private void CopyKeys(string folder)
    {
        var keys = Path.GetDirectoryName(source.SigningKeyFile)!;
        if (!Directory.Exists(keys)) return;
        var to = Directory.CreateDirectory(Path.Combine(folder, BackupManifest.KeysFolder)).FullName;
        foreach (var file in Directory.GetFiles(keys, "*.public.pem")) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        if (source.WithSigningKey && File.Exists(source.SigningKeyFile)) File.Copy(source.SigningKeyFile, Path.Combine(to, KeyFile.Name));
    }

    internal static BackupFile Describe(string folder, string file)
    {
        using var stream = File.OpenRead(file);
        return new(Path.GetRelativePath(folder, file).Replace('\\', '/'), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static async Task<CheckpointMark?> Newest(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select number, encode(hash, 'hex') from proof.checkpoints order by number desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new(reader.GetInt64(0), reader.GetString(1)) : null;
    }

    private static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<List<string>> Texts(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var texts = new List<string>();
        while (await reader.ReadAsync(ct)) texts.Add(reader.GetString(0));
        return texts;
    }
}
