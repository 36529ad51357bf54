using System.Security.Cryptography;
using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Npgsql;

namespace CultureTrack.Store.Backups;

/// <param name="ConnectionString">Who restores: the superuser of the embedded cluster, or the owner.</param>
public sealed record RestoreTarget(string ConnectionString, string RuntimeRole, PostgresBinaries Binaries);

/// <param name="Differing">Streams that do not stand where the manifest says, as sentences.</param>
/// <param name="Verification">The whole store read again and compared with its chain and checkpoints.</param>
public sealed record RestoreReport(string Folder, DateTimeOffset MadeAt, long Streams, long Events, IReadOnlyList<string> Differing, StoreReport Verification)
{
    /// <summary>Whether everything stands where it stood, unchanged. Whether the signer is known is another question.</summary>
    public bool IsEqual => Differing.Count == 0 && Verification.IsConsistent;
}

/// <summary>Brings a backup into an empty database and proves that every stream stands where it stood (R-34).</summary>
public sealed class BackupRestorer(string folder, IReadOnlyList<PublicKey> trusted)
{
    private const int MostDifferences = 100;

    // The owner makes everything itself and could not give it to somebody else.
    private static readonly string[] AsOwner = ["--no-owner"];
    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Public keys that lie in the backup; they are only as trustworthy as the backup itself.</summary>
    public IReadOnlyList<string> PublicKeyFiles => Directory.Exists(KeysFolder) ? [.. Directory.GetFiles(KeysFolder, "*.public.pem").Order(StringComparer.Ordinal)] : [];

    /// <summary>The private key, where the backup was made with it.</summary>
    public string? SigningKeyFile => File.Exists(Path.Combine(KeysFolder, KeyFile.Name)) ? Path.Combine(KeysFolder, KeyFile.Name) : null;

    private string KeysFolder => Path.Combine(_folder, BackupManifest.KeysFolder);

    /// <summary>Reads the manifest and compares every file with it, before anything is touched.</summary>
    /// <exception cref="BackupException">This is no whole, unchanged backup.</exception>
    public BackupManifest Check()
    {
        var file = Path.Combine(_folder, BackupManifest.Path);
        if (!File.Exists(file)) throw new BackupException($"{_folder} is no backup: it has no {BackupManifest.Path}.", isUsage: true);
        var text = File.ReadAllBytes(file);
        BackupManifest manifest;
        try { manifest = JsonSerializer.Deserialize<BackupManifest>(text, RecordJson.Options) ?? throw new JsonException("It is empty."); }
        catch (JsonException e) { throw new BackupException($"{file} cannot be read: {e.Message}"); }
        if (manifest.Format != BackupManifest.CurrentFormat) throw new BackupException($"The backup has format {manifest.Format}; this program reads {BackupManifest.CurrentFormat}.");
        CheckSignature(manifest, text);
        foreach (var f in manifest.Files)
        {
            var path = Path.Combine(_folder, f.Path);
            if (!File.Exists(path)) throw new BackupException($"{f.Path} is missing in the backup.");
            if (BackupMaker.Describe(_folder, path) != f) throw new BackupException($"{f.Path} is not the file the backup was made with: its length or hash differs.");
        }
        return manifest;
    }

    private void CheckSignature(BackupManifest manifest, byte[] text)
    {
        if (manifest.KeyId is null && trusted.Count == 0) return;
        var keys = trusted.Count > 0 ? trusted : [.. PublicKeyFiles.Select(f => PublicKey.Read(File.ReadAllText(f)))];
        var signature = Path.Combine(_folder, BackupManifest.SignaturePath);
        if (!File.Exists(signature) || !keys.Any(k => k.Verifies(text, File.ReadAllBytes(signature))))
            throw new BackupException($"The manifest is not signed by {(trusted.Count > 0 ? "a trusted key" : "a key of the backup")}: it was changed, or made elsewhere.");
    }

    /// <param name="told">Told what is going on, line by line.</param>
    /// <exception cref="BackupException">The target is not empty, its roles have other names, or the restore failed; then nothing is in it.</exception>
    public async Task<RestoreReport> Restore(BackupManifest manifest, RestoreTarget target, Action<string>? told, CancellationToken ct)
    {
        if (target.RuntimeRole != manifest.RuntimeRole)
            throw new BackupException($"The backup gives its rights to the role {manifest.RuntimeRole}; here the server signs in as {target.RuntimeRole}. Restore into a database whose runtime role has that name.", isUsage: true);
        await using var data = NpgsqlDataSource.Create(target.ConnectionString);
        await using (var empty = data.CreateCommand("select to_regclass('schema_migrations') is null and to_regnamespace('culturetrack') is null"))
            if (await empty.ExecuteScalarAsync(ct) is not true) throw new BackupException("The database is not empty. A backup is restored into an empty one.", isUsage: true);
        var at = new NpgsqlConnectionStringBuilder(target.ConnectionString);
        await PostgresClient.Run(target.Binaries, "pg_restore", target.ConnectionString,
            ["--single-transaction", "--exit-on-error", .. at.Username == manifest.OwnerRole ? AsOwner : [], $"--dbname={at.Database}", Path.Combine(_folder, BackupManifest.DumpPath)], told, ct);
        told?.Invoke("comparing every stream with the manifest");
        await using var connection = await data.OpenConnectionAsync(ct);
        var heads = await StreamHeads.Read(connection, ct);
        var keys = trusted.Count > 0 ? trusted : [.. PublicKeyFiles.Select(f => PublicKey.Read(File.ReadAllText(f)))];
        var verification = await new StoreVerifier(data, keys, manifest.Checkpoint).Verify(n => told?.Invoke($"{n} events read"), ct);
        return new(_folder, manifest.MadeAt, heads.Count, heads.Sum(h => h.Version), [.. Compare(manifest.Streams, heads).Take(MostDifferences)], verification);
    }

    /// <summary>Where what is there differs from what the manifest says.</summary>
    public static IEnumerable<string> Compare(IReadOnlyList<StreamHead> expected, IReadOnlyList<StreamHead> found)
    {
        var there = found.ToDictionary(h => h.StreamId, StringComparer.Ordinal);
        foreach (var head in expected)
            if (!there.Remove(head.StreamId, out var now)) yield return $"{head.StreamId} is missing; it had {head.Version} events.";
            else if (now.Version != head.Version) yield return $"{head.StreamId} has {now.Version} events; it had {head.Version}.";
            else if (now.Hash != head.Hash) yield return $"{head.StreamId} version {head.Version} has another hash.";
        foreach (var more in there.Keys) yield return $"{more} is not in the manifest.";
    }
}
