using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Proof;

public sealed record PassportFile(string Path, long Bytes, string Sha256, string? PackedSha256 = null);
public sealed record PassportHead(long Version, string Hash);

/// <summary>The checkpoint that covers the batch, with the way from the batch's head to it.</summary>
/// <param name="Text">Body, byte for byte as signed.</param>
/// <param name="Signature">Base64 of the DER signature over the text.</param>
public sealed record PassportCheckpoint(string Text, string Signature, IReadOnlyList<TreeStep> Path)
{
    [JsonIgnore] public Checkpoint Checkpoint => new(Text, Convert.FromBase64String(Signature));
}

/// <summary><c>manifest.json</c>: what the passport holds, and where the batch stood.</summary>
public sealed record PassportManifest(
    int Format, string BatchId, DateTimeOffset CreatedAt, bool Rehearsal, PassportHead Head, PassportCheckpoint? Checkpoint, IReadOnlyList<PassportFile> Files);

/// <summary>A stored event with its link, as <c>events.ndjson</c> carries it.</summary>
public sealed record LinkedEvent(StoredEvent Event, string PrevHash, string Hash);

/// <summary>Puts a passport together: one batch that can be checked without the server (contract, section 4).</summary>
public static class Passport
{
    public const int Format = 1;
    public const string ManifestPath = "manifest.json", SignaturePath = "manifest.sig", KeyPath = "key.pem", EventsPath = "events.ndjson", SignaturesPath = "signatures.ndjson";

    /// <summary>Batch record and certificate of analysis, as printed for the version of the head.</summary>
    public static readonly IReadOnlyList<string> Documents = ["record.pdf", "coa.pdf"];

    /// <summary>What a document says of where it comes from, in its own description.</summary>
    public static string MadeFrom(PassportHead head) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Version {head.Version}, {head.Hash}");

    public static byte[] Seal(PassportManifest manifest, IEnumerable<PassportEntry> files, SigningKey key)
    {
        var entries = files.ToList();
        var signed = manifest with { Files = [.. entries.Select(Describe)] };
        var text = JsonSerializer.SerializeToUtf8Bytes(signed, RecordJson.Options);
        return PassportArchive.Write(
        [
            PassportEntry.Of(ManifestPath, text), PassportEntry.Of(SignaturePath, key.Sign(text)), PassportEntry.Of(KeyPath, Encoding.UTF8.GetBytes(key.Public.Pem)), .. entries,
        ]);
    }

    public static PassportFile Describe(PassportEntry e) => new(e.Path, e.Bytes, Sha256(PassportArchive.Content(e)), e.Deflated ? Sha256(e.Packed) : null);

    /// <summary>One line an event: the envelope as it is stored, its stored name, the hash before and its own.</summary>
    public static PassportEntry Events(IEnumerable<LinkedEvent> events) => Lines(EventsPath, events.Select(e =>
    {
        var line = JsonObject.Create(e.Event.Envelope)!;
        line["storedType"] = e.Event.StoredType;
        line["prevHash"] = e.PrevHash;
        line["hash"] = e.Hash;
        return line;
    }));

    /// <summary>One line a signature: the event, the place in its envelope, and the signature.</summary>
    public static PassportEntry Signatures(IEnumerable<LinkedEvent> events) => Lines(SignaturesPath, events.SelectMany(e => Signatures(e.Event.Envelope)));

    public static IEnumerable<JsonObject> Signatures(JsonElement envelope) => RecordSignatures.Of(envelope).Select(s =>
    {
        var line = new JsonObject { ["eventId"] = envelope.GetProperty("eventId").GetString(), ["version"] = envelope.GetProperty("version").GetInt64(), ["field"] = s.Field };
        foreach (var member in s.Signature.EnumerateObject()) line[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        return line;
    });

    public static PassportEntry Lines(string path, IEnumerable<JsonObject> lines) =>
        PassportEntry.Of(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l.ToJsonString(RecordJson.Options) + "\n"))));

    internal static string Sha256(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
