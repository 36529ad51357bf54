using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Api;

/// <summary>One stored event as the API writes it: the envelope of the domain specification, data, computed values and signatures with their validity.</summary>
public static class WireEvent
{
    public const string Example = """
        {"eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","streamId":"ADSC-26-0007","version":23,"type":"PassagePerformed","occurredAt":"2026-04-24T13:00:00.000Z","recordedAt":"2026-04-24T13:00:00.000Z","actorId":"tech01","actorRole":"T","siteZone":"Europe/Paris","utcOffsetMin":120,"origin":"Entered","verifiedBy":{"user":"tech02","fullName":"Leila Haddad","meaning":"Verified","signedAt":"2026-04-24T13:00:00.000Z","local":"2026-04-24T15:00:00+02:00","zone":"Europe/Paris","contentHash":"9f2c…","streamVersion":23,"valid":true},"flags":[],"schemaVersion":1,"data":{"cellLine":"Msc","fromVesselIds":["V-21"],"reagentLot":"TRY-26-01","exposureMin":6,"viableHarvested":122112000,"viabilityPct":95.0},"computed":{"pd":2.585,"tdHours":37.14,"cpdl":2.585,"formula":"5.4@1","inputs":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b10"]}}
        """;

    public static JsonObject Of(Recorded e)
    {
        var json = new JsonObject
        {
            ["eventId"] = e.EventId.ToString(),
            ["streamId"] = e.StreamId,
            ["version"] = e.Version,
            ["type"] = e.Type,
            ["occurredAt"] = Node(e.OccurredAt),
            ["recordedAt"] = Node(e.RecordedAt),
            ["actorId"] = e.ActorId,
            ["actorRole"] = e.ActorRole,
        };
        Add(json, "deviceId", e.DeviceId);
        json["siteZone"] = e.SiteZone;
        json["utcOffsetMin"] = e.UtcOffsetMin;
        json["origin"] = e.Origin.ToString();
        Add(json, "reason", e.Reason);
        Add(json, "comment", e.Comment);
        Add(json, "correctsEventId", e.CorrectsEventId?.ToString());
        Add(json, "supersedesEventId", e.SupersedesEventId?.ToString());
        Add(json, "verifiedBy", e, e.VerifiedBy);
        Add(json, "coSignature", e, e.CoSignature);
        Add(json, "signature", e, e.Signature);
        json["flags"] = Node(e.Flags);
        json["schemaVersion"] = e.SchemaVersion;
        json["data"] = JsonSerializer.SerializeToNode(e.Body, e.Body.GetType(), RecordJson.Options);
        if (e.Computed is { } computed) json["computed"] = Computed(computed);
        return json;
    }

    private static JsonObject Computed(Computed computed)
    {
        var json = new JsonObject();
        foreach (var (name, value) in computed.Values) json[name] = Node(value);
        json["formula"] = computed.Formula;
        json["inputs"] = Node(computed.Inputs);
        return json;
    }

    private static void Add(JsonObject json, string name, string? value)
    {
        if (value is not null) json[name] = value;
    }

    private static void Add(JsonObject json, string name, Recorded e, Signature? signature)
    {
        if (signature is null) return;
        var node = Node(signature)!.AsObject();
        node["valid"] = SignatureRules.IsValid(e, signature);
        json[name] = node;
    }

    private static JsonNode? Node(object? value) => value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), RecordJson.Options);
}
