using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Proof;

/// <summary>Something that is not as it was written.</summary>
/// <param name="Where">A file, a stream, an event: <c>events.ndjson line 12</c>, <c>CEA-26-0001 version 12</c>.</param>
public sealed record ProofFinding(string Code, string Where, string Text);

/// <param name="SignerKnown">The key that signed is one of those trusted.</param>
public sealed record PassportReport(string? BatchId, long? Version, string? KeyId, bool SignerKnown, int Events, int Signatures, bool Rehearsal, IReadOnlyList<ProofFinding> Findings)
{
    /// <summary>Nothing was changed since somebody sealed it.</summary>
    public bool IsConsistent => Findings.Count == 0;
    public bool IsProven => IsConsistent && SignerKnown;
}

/// <summary>Checks a passport from its bytes alone. Whoever can write a passport can also write a key into it, so only a key from elsewhere proves the signer.</summary>
public sealed class PassportVerifier(IReadOnlyCollection<PublicKey> trusted)
{
    private static readonly string[] LinkMembers = ["storedType", "prevHash", "hash"];
    private readonly List<ProofFinding> _findings = [];
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private int _events, _signatures;

    public PassportReport Verify(byte[] file)
    {
        var entries = Unpack(file);
        var manifest = Manifest();
        var key = Key();
        var known = key is not null && trusted.Any(t => t.Pem == key.Pem);
        if (manifest is null || key is null) return Report(manifest, key, known);
        if (!key.Verifies(_files[Passport.ManifestPath], _files.GetValueOrDefault(Passport.SignaturePath) ?? [])) Find("SIGNATURE", Passport.SignaturePath, "The signature does not belong to manifest.json and key.pem.");
        CheckFiles(manifest, entries);
        CheckDocuments(manifest);
        var last = CheckEvents(manifest);
        if (last is not null && (last.Event.Version, last.Hash) != (manifest.Head.Version, manifest.Head.Hash))
            Find("HEAD", Passport.EventsPath, $"The events end at version {last.Event.Version}; the manifest says {manifest.Head.Version}.");
        CheckCheckpoint(manifest, key);
        return Report(manifest, key, known);
    }

    private PassportReport Report(PassportManifest? manifest, PublicKey? key, bool known) =>
        new(manifest?.BatchId, manifest?.Head.Version, key?.Id, known, _events, _signatures, manifest?.Rehearsal ?? false, _findings);

    private void Find(string code, string where, string text) => _findings.Add(new(code, where, text));

    private IReadOnlyList<PassportEntry> Unpack(byte[] file)
    {
        IReadOnlyList<PassportEntry> entries = [];
        try { entries = PassportArchive.Read(file); }
        catch (FormatException e)
        {
            Find("ARCHIVE", "passport", e.Message);
            UnpackLeniently(file);
            return entries;
        }
        foreach (var entry in entries)
            try { if (!_files.TryAdd(entry.Path, PassportArchive.Content(entry))) Find("ARCHIVE", entry.Path, "The file is there twice."); }
            catch (FormatException e) { Find("FILE", entry.Path, e.Message); }
        return entries;
    }

    // The archive was altered; what can still be read shows what was altered in it.
    private void UnpackLeniently(byte[] file)
    {
        try
        {
            using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(file));
            foreach (var entry in archive.Entries)
            {
                using var content = entry.Open();
                using var all = new MemoryStream();
                content.CopyTo(all);
                _files.TryAdd(entry.FullName, all.ToArray());
            }
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or IOException) { Find("ARCHIVE", "passport", "It is no readable zip file."); }
    }

    private PassportManifest? Manifest()
    {
        try
        {
            if (_files.TryGetValue(Passport.ManifestPath, out var text) && JsonSerializer.Deserialize<PassportManifest>(text, RecordJson.Options) is { Head: not null, Files: not null } manifest)
            {
                if (manifest.Format == Passport.Format) return manifest;
                Find("MANIFEST", Passport.ManifestPath, $"Format {manifest.Format} is not known to this program.");
                return null;
            }
            Find("MANIFEST", Passport.ManifestPath, "It is missing or not whole.");
        }
        catch (JsonException e) { Find("MANIFEST", Passport.ManifestPath, $"It cannot be read: {e.Message}"); }
        return null;
    }

    private PublicKey? Key()
    {
        try
        {
            if (_files.TryGetValue(Passport.KeyPath, out var pem))
            {
                var key = PublicKey.Read(Encoding.UTF8.GetString(pem));
                if (key.Pem != Encoding.UTF8.GetString(pem)) Find("KEY", Passport.KeyPath, "It is not written as CultureTrack writes a key.");
                return key;
            }
            Find("KEY", Passport.KeyPath, "It is missing.");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException) { Find("KEY", Passport.KeyPath, $"It is no public key: {e.Message}"); }
        return null;
    }

    private void CheckFiles(PassportManifest manifest, IReadOnlyList<PassportEntry> entries)
    {
        foreach (var listed in manifest.Files)
        {
            if (!_files.TryGetValue(listed.Path, out var content)) Find("FILE", listed.Path, "The file is missing.");
            else if (content.Length != listed.Bytes || Passport.Sha256(content) != listed.Sha256) Find("FILE", listed.Path, "The file was changed.");
            else if (entries.FirstOrDefault(e => e.Path == listed.Path) is { } entry && (entry.Deflated ? Passport.Sha256(entry.Packed) : null) != listed.PackedSha256)
                Find("ARCHIVE", listed.Path, "The file is packed otherwise than it was.");
        }
        string[] own = [Passport.ManifestPath, Passport.SignaturePath, Passport.KeyPath];
        foreach (var path in _files.Keys.Except(manifest.Files.Select(f => f.Path)).Except(own)) Find("FILE", path, "The file was added.");
        foreach (var path in new[] { Passport.EventsPath, Passport.SignaturesPath }.Except(manifest.Files.Select(f => f.Path))) Find("FILE", path, "The manifest does not list it.");
    }

    // Each document carries the version and the hash it was made from; one of another version, even an honest one, does not belong here.
    private void CheckDocuments(PassportManifest manifest)
    {
        var made = Encoding.ASCII.GetBytes(Passport.MadeFrom(manifest.Head));
        foreach (var path in Passport.Documents.Where(_files.ContainsKey))
            if (!_files[path].AsSpan().StartsWith("%PDF-"u8) || _files[path].AsSpan().IndexOf(made) < 0) Find("DOCUMENT", path, $"It was not made from version {manifest.Head.Version} of this record.");
    }

    private LinkedEvent? CheckEvents(PassportManifest manifest)
    {
        LinkedEvent? last = null;
        var signatures = new List<string>();
        var number = 0;
        foreach (var line in Lines(Passport.EventsPath))
        {
            var where = $"{Passport.EventsPath} line {++number}";
            if (Event(line) is not { } e) { Find("EVENT", where, "It cannot be read as an event."); continue; }
            var at = $"{where}, version {e.Event.Version}";
            if (e.Event.StreamId != manifest.BatchId) Find("SPLICE", at, $"The event belongs to {e.Event.StreamId}.");
            var next = (last?.Event.Version ?? 0) + 1;
            if (e.Event.Version != next) Find("ORDER", at, $"Version {next} should stand here.");
            var before = last?.Hash ?? Convert.ToHexStringLower(EventChain.Beginning);
            if (e.PrevHash != before) Find("LINK", at, "It does not follow the event before it.");
            if (e.Hash != Linked(e)) Find("CHANGED", at, "The event was changed.");
            CheckSignatures(e, at, signatures);
            last = e;
            _events++;
        }
        if (!signatures.SequenceEqual(Lines(Passport.SignaturesPath), StringComparer.Ordinal)) Find("FILE", Passport.SignaturesPath, "The signatures are not those of the events.");
        if (last is null) Find("EVENT", Passport.EventsPath, "There are no events.");
        return last;
    }

    private void CheckSignatures(LinkedEvent e, string at, List<string> lines)
    {
        foreach (var bad in RecordSignatures.Of(e.Event.Envelope).Where(s => !s.IsValid)) Find("RECORD-SIGNATURE", at, $"{bad.Field} was made for another content or another record.");
        var own = Passport.Signatures(e.Event.Envelope).Select(s => s.ToJsonString(RecordJson.Options)).ToList();
        lines.AddRange(own);
        _signatures += own.Count;
    }

    private static string? Linked(LinkedEvent e)
    {
        try { return Convert.ToHexStringLower(EventChain.Link(Convert.FromHexString(e.PrevHash), EventChain.Content(e.Event))); }
        // The hash before is no hash, or a number is none that could be written: nothing can follow from it.
        catch (Exception x) when (x is FormatException or OverflowException) { return null; }
    }

    private IEnumerable<string> Lines(string path) =>
        _files.TryGetValue(path, out var content) ? Encoding.UTF8.GetString(content).Split('\n').SkipLast(1) : [];

    private static LinkedEvent? Event(string line)
    {
        try
        {
            var json = JsonNode.Parse(line)!.AsObject();
            string[] own = [.. LinkMembers.Select(n => (string)json[n]!)];
            foreach (var name in LinkMembers) json.Remove(name);
            var envelope = JsonSerializer.SerializeToElement(json);
            _ = envelope.GetProperty("eventId").GetGuid();
            return new(new(envelope.GetProperty("streamId").GetString() ?? "", envelope.GetProperty("version").GetInt64(), own[0], envelope), own[1], own[2]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException or KeyNotFoundException) { return null; }
    }

    private void CheckCheckpoint(PassportManifest manifest, PublicKey key)
    {
        const string where = "manifest.json checkpoint";
        if (manifest.Checkpoint is not { } covering) { Find("CHECKPOINT", where, "There is none."); return; }
        try
        {
            var checkpoint = covering.Checkpoint;
            var head = new StreamHead(manifest.BatchId, manifest.Head.Version, manifest.Head.Hash);
            // It may have been signed with an earlier key of the installation; then the manifest's signature vouches for it.
            if (checkpoint.Body.KeyId == key.Id && !checkpoint.IsSignedBy(key)) Find("CHECKPOINT", where, "Its signature does not belong to it.");
            if (Convert.ToHexStringLower(HeadTree.Climb(HeadTree.Leaf(head), covering.Path)) != checkpoint.Body.HeadsRoot) Find("CHECKPOINT", where, "It does not cover the head of this batch.");
        }
        catch (Exception e) when (e is JsonException or FormatException or NullReferenceException) { Find("CHECKPOINT", where, "It cannot be read."); }
    }
}
