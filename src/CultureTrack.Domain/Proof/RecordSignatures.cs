using System.Text.Json;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Proof;

/// <summary>A signature inside a stored envelope, and whether it belongs to exactly this content .</summary>
public sealed record FoundSignature(string Field, JsonElement Signature, bool IsValid);

/// <summary>Checks the signatures of events of which only the stored JSON is at hand.</summary>
public static class RecordSignatures
{
    private static readonly string[] Fields = ["verifiedBy", "coSignature", "signature"];

    public static IEnumerable<FoundSignature> Of(JsonElement envelope) =>
        from field in Fields
        where envelope.TryGetProperty(field, out var s) && s.ValueKind == JsonValueKind.Object
        let signature = envelope.GetProperty(field)
        select new FoundSignature(field, signature, IsValid(envelope, signature));

    private static bool IsValid(JsonElement e, JsonElement s)
    {
        try
        {
            if (!EventReader.TryInstant(e.GetProperty("occurredAt").GetString(), out var occurredAt)) return false;
            var version = e.GetProperty("version").GetInt64();
            return s.GetProperty("streamVersion").GetInt64() == version && s.GetProperty("contentHash").GetString() == ContentHash.Of(
                Text(e, "streamId"), version, e.GetProperty("eventId").GetGuid(), Text(e, "type"), occurredAt, e.GetProperty("data"), Text(s, "user"), Text(s, "meaning"));
        }
        // A member that is absent or of another kind: this is no signature of this event.
        catch (Exception x) when (x is KeyNotFoundException or InvalidOperationException or FormatException) { return false; }
    }

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString() ?? throw new FormatException($"{member} is null.");
}
