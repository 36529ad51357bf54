using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Api.Batches;

/// <summary>A signature as a request gives it.</summary>
public sealed record SignatureBody(string Meaning, string Password, string? User = null);

/// <summary>Finds the person behind a signature and checks the password .</summary>
public interface ISigningDesk
{
    /// <param name="session">The person whose session this is; signs when the body names nobody.</param>
    /// <param name="own">True for the entry's own signature, false for a second person's.</param>
    Task<Signing> Check(SignatureBody body, Actor session, bool own, CancellationToken ct);
}

/// <summary>
/// Reads the body of <c>POST /batches/{id}/events</c>: one entry or an array of them,
/// <c>{"type","occurredAt"?,"data":{…},"reason"?,"comment"?,"signature"?,"verification"?,"coSignature"?}</c>.
/// </summary>
public sealed class EntryReader(ISigningDesk desk, TimeProvider clock)
{
    public const int MostEntries = 200;

    private static readonly HashSet<string> Members =
        new(["type", "occurredAt", "data", "reason", "comment", "signature", "verification", "coSignature"], StringComparer.Ordinal);

    /// <summary>Entries in order; empty when there are findings.</summary>
    public async Task<IReadOnlyList<Entry>> Read(JsonElement body, Actor actor, ICollection<Finding> findings, CancellationToken ct)
    {
        var isList = body.ValueKind == JsonValueKind.Array;
        if (isList && body.GetArrayLength() is 0 or > MostEntries)
        {
            findings.Add(new(Codes.ValBody, "", $"1 to {MostEntries} entries are expected."));
            return [];
        }
        var entries = new List<Entry>();
        var items = isList ? body.EnumerateArray().ToList() : [body];
        for (var i = 0; i < items.Count; i++)
            if (await ReadOne(items[i], isList ? $"[{i}]." : "", actor, findings, ct) is { } entry) entries.Add(entry);
        return findings.Count == 0 ? entries : [];
    }

    private async Task<Entry?> ReadOne(JsonElement item, string where, Actor actor, ICollection<Finding> findings, CancellationToken ct)
    {
        var before = findings.Count;
        if (item.ValueKind != JsonValueKind.Object)
        {
            findings.Add(new(Codes.ValBody, where.TrimEnd('.'), "An entry is an object with type and data."));
            return null;
        }
        foreach (var member in item.EnumerateObject().Where(m => !Members.Contains(m.Name)))
            findings.Add(new(Codes.ValBody, where + member.Name, $"{member.Name} is not a member of an entry."));
        var data = Data(item, where, findings);
        var occurredAt = Instant(item, where, findings);
        var (reason, comment) = (Text(item, "reason", where, findings), Text(item, "comment", where, findings));
        var (own, second, quality) = (Signature(item, "signature", where, findings), Signature(item, "verification", where, findings),
            Signature(item, "coSignature", where, findings));
        if (findings.Count > before || data is null) return null;
        return new(data, actor, clock.GetUtcNow(), occurredAt, reason, comment,
            own is null ? null : await desk.Check(own, actor, own: true, ct),
            second is null ? null : await desk.Check(second, actor, own: false, ct),
            quality is null ? null : await desk.Check(quality, actor, own: false, ct));
    }

    private static EventData? Data(JsonElement item, string where, ICollection<Finding> findings)
    {
        if (!item.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            findings.Add(new(Codes.ValRequired, where + "type", "The type of the event is required."));
            return null;
        }
        if (!EventCatalogue.ByName.TryGetValue(type.GetString()!, out var kind))
        {
            findings.Add(new(Codes.ValFormat, where + "type", $"{type.GetString()} is not an event type."));
            return null;
        }
        var data = item.TryGetProperty("data", out var given) && given.ValueKind != JsonValueKind.Null ? given : JsonDocument.Parse("{}").RootElement;
        return (EventData?)EventReader.Read(kind.DataType, data, where + "data", findings);
    }

    private static DateTimeOffset? Instant(JsonElement item, string where, ICollection<Finding> findings)
    {
        if (!item.TryGetProperty("occurredAt", out var at) || at.ValueKind == JsonValueKind.Null) return null;
        if (at.ValueKind == JsonValueKind.String && EventReader.TryInstant(at.GetString(), out var instant)) return instant;
        findings.Add(new(Codes.ValFormat, where + "occurredAt", "An ISO 8601 instant with offset is expected here."));
        return null;
    }

    private static string? Text(JsonElement item, string name, string where, ICollection<Finding> findings)
    {
        if (!item.TryGetProperty(name, out var text) || text.ValueKind == JsonValueKind.Null) return null;
        if (text.ValueKind == JsonValueKind.String && text.GetString() is { Length: <= 4000 } value) return value.Trim().Length == 0 ? null : value.Trim();
        findings.Add(new(Codes.ValFormat, where + name, "A text of at most 4000 characters is expected here."));
        return null;
    }

    private static SignatureBody? Signature(JsonElement item, string name, string where, ICollection<Finding> findings) =>
        item.TryGetProperty(name, out var given) && given.ValueKind != JsonValueKind.Null
            ? EventReader.Read<SignatureBody>(given, where + name, findings) : null;
}
