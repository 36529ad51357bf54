using System.Security.Cryptography;
using System.Text.Json;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using Npgsql;

namespace CultureTrack.Store.Proof;

/// <summary>A batch of another installation, as its passport tells it.</summary>
/// <param name="Sha256">Of the file; its name here.</param>
/// <param name="MadeAt">When the other installation sealed it.</param>
public sealed record ImportedPassport(
    string Sha256, string BatchId, long Version, string HeadHash, string KeyId, bool SignerKnown, bool Rehearsal, DateTimeOffset MadeAt, DateTimeOffset ImportedAt, string ImportedBy);

/// <summary>
/// Passports of other installations. Kept byte for byte, so that what is exported again has the same hashes. They are read-only: no entry can be made
/// to such a batch and nobody here can release it.
/// </summary>
public sealed class ImportedPassports(NpgsqlDataSource source, TimeProvider clock)
{
    private const string Columns = "sha256, batch_id, head_version, head_hash, key_id, signer_known, rehearsal, made_at, imported_at, imported_by";

    /// <summary>Keeps a passport that holds what it says; the same file again changes nothing.</summary>
    /// <returns>The passport and whether it is new, or what is wrong with the file.</returns>
    public async Task<(ImportedPassport? Passport, bool IsNew, PassportReport Report)> Add(byte[] file, IReadOnlyCollection<PublicKey> trusted, string by, bool dryRun, CancellationToken ct)
    {
        var report = new PassportVerifier(trusted).Verify(file);
        if (!report.IsConsistent) return (null, false, report);
        var manifest = Manifest(file);
        var passport = new ImportedPassport(Convert.ToHexStringLower(SHA256.HashData(file)), manifest.BatchId, manifest.Head.Version, manifest.Head.Hash, report.KeyId!, report.SignerKnown,
            manifest.Rehearsal, manifest.CreatedAt, clock.GetUtcNow(), by);
        if (dryRun) return (passport, true, report);
        await using var insert = source.CreateCommand($"insert into proof.imported_passports ({Columns}, file) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing");
        foreach (var value in new object[]
        {
            passport.Sha256, passport.BatchId, passport.Version, passport.HeadHash, passport.KeyId, passport.SignerKnown, passport.Rehearsal, passport.MadeAt.UtcDateTime, passport.ImportedAt.UtcDateTime, by, file,
        }) insert.Parameters.AddWithValue(value);
        var isNew = await insert.ExecuteNonQueryAsync(ct) == 1;
        return (passport, isNew, report);
    }

    public async Task<IReadOnlyList<ImportedPassport>> All(CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select {Columns} from proof.imported_passports order by imported_at desc, sha256");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var all = new List<ImportedPassport>();
        while (await reader.ReadAsync(ct))
            all.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.GetBoolean(5), reader.GetBoolean(6), Instant(reader, 7), Instant(reader, 8), reader.GetString(9)));
        return all;
    }

    /// <summary>The file as it was received; null when there is none of that name.</summary>
    public async Task<byte[]?> File(string sha256, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select file from proof.imported_passports where sha256 = $1");
        command.Parameters.AddWithValue(sha256);
        return (byte[]?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>The events inside, in order, as the other installation stored them.</summary>
    public async Task<IReadOnlyList<JsonElement>?> Events(string sha256, CancellationToken ct)
    {
        if (await File(sha256, ct) is not { } file) return null;
        var events = PassportArchive.Content(PassportArchive.Read(file).Single(e => e.Path == Passport.EventsPath));
        return [.. System.Text.Encoding.UTF8.GetString(events).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
    }

    private static PassportManifest Manifest(byte[] file) =>
        JsonSerializer.Deserialize<PassportManifest>(PassportArchive.Content(PassportArchive.Read(file).Single(e => e.Path == Passport.ManifestPath)), RecordJson.Options)!;

    private static DateTimeOffset Instant(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);
}
