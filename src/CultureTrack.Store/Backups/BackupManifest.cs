using CultureTrack.Domain.Proof;
using CultureTrack.Store.Proof;

namespace CultureTrack.Store.Backups;

public sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary><c>manifest.json</c> of a backup: what it holds, and where every stream stood at the one moment it shows.</summary>
/// <param name="OwnerRole">Database role that owns the schema; a restore needs roles of the same names.</param>
/// <param name="Streams">Last version and hash of every stream.</param>
/// <param name="KeyId">Key the manifest is signed with; null when there was none.</param>
public sealed record BackupManifest(
    int Format, DateTimeOffset MadeAt, string Program, bool Rehearsal, string OwnerRole, string RuntimeRole, IReadOnlyList<string> Schema, long Events,
    CheckpointMark? Checkpoint, string? KeyId, IReadOnlyList<BackupFile> Files, IReadOnlyList<StreamHead> Streams)
{
    public const int CurrentFormat = 1;
    public const string Path = "manifest.json", SignaturePath = "manifest.sig", DumpPath = "database.dump", KeysFolder = "keys";
}

/// <summary>A backup or restore that cannot be done; the message says why and what to do.</summary>
/// <param name="isUsage">True when nothing was tried: the folder or the target is not what the command needs.</param>
public sealed class BackupException(string message, bool isUsage = false) : Exception(message)
{
    public bool IsUsage { get; } = isUsage;
}
