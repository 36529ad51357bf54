using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Api.Batches;

/// <summary>An event as the API shows it: the envelope of domain.md 2.4 with its data, signatures in the stored form with their validity.</summary>
public static class WireEvent
{
    public static JsonObject Of(Recorded e)
    {
        var wire = new JsonObject
        {
            ["eventId"] = e.EventId.ToString(),
            ["streamId"] = e.StreamId,
            ["version"] = e.Version,
            ["type"] = e.Type,
            ["occurredAt"] = Node(e.OccurredAt),
            ["recordedAt"] = Node(e.RecordedAt),
            ["actorId"] = e.ActorId,
            ["actorRole"] = e.ActorRole,
            ["siteZone"] = e.SiteZone,
            ["utcOffsetMin"] = e.UtcOffsetMin,
            ["origin"] = e.Origin.ToString(),
        };
        Add(wire, "deviceId", e.DeviceId);
        Add(wire, "reason", e.Reason);
        Add(wire, "comment", e.Comment);
        Add(wire, "correctsEventId", e.CorrectsEventId?.ToString());
        Add(wire, "supersedesEventId", e.SupersedesEventId?.ToString());
        if (e.VerifiedBy is { } verified) wire["verifiedBy"] = Signature(e, verified);
        if (e.CoSignature is { } coSigned) wire["coSignature"] = Signature(e, coSigned);
        if (e.Signature is { } signed) wire["signature"] = Signature(e, signed);
        wire["flags"] = new JsonArray([.. e.Flags.Select(Flag)]);
        wire["schemaVersion"] = e.SchemaVersion;
        wire["data"] = JsonSerializer.SerializeToNode(e.Body, e.Body.GetType(), RecordJson.Options);
        if (e.Computed is { } computed) wire["computed"] = Computed(computed);
        return wire;
    }

    public static JsonObject Flag(Flag flag) => new()
    {
        ["code"] = flag.Code,
        ["field"] = flag.Field,
        ["window"] = flag.Window,
        ["observed"] = Node(flag.Observed),
    };

    private static JsonObject Signature(Recorded e, Signature s) => new()
    {
        ["user"] = s.User,
        ["fullName"] = s.FullName,
        ["meaning"] = s.Meaning,
        ["signedAt"] = Node(s.SignedAt),
        ["local"] = s.Local,
        ["zone"] = s.Zone,
        ["contentHash"] = s.ContentHash,
        ["streamVersion"] = s.StreamVersion,
        ["valid"] = SignatureRules.IsValid(e, s),
    };

    private static JsonObject Computed(Computed computed)
    {
        var wire = new JsonObject();
        foreach (var (name, value) in computed.Values) wire[name] = Node(value);
        wire["formula"] = computed.Formula;
        wire["inputs"] = new JsonArray([.. computed.Inputs.Select(i => JsonValue.Create(i.ToString()))]);
        return wire;
    }

    private static void Add(JsonObject wire, string name, string? value)
    {
        if (value is not null) wire[name] = value;
    }

    private static JsonNode? Node(object? value) => value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), RecordJson.Options);
}
