using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Web.Api;

/// <summary>The JSON body of a request: read once, bounded, and only trusted where it has the shape.</summary>
public static class Body
{
    public const int MostBytes = 1024 * 1024;
    public const int MostItems = 500;
    private const int DeepestNesting = 32;
    private static readonly object Item = new();
    private static readonly string[] EnvelopeMembers = ["occurredAt", "reason", "comment", "signature", "verification", "coSignature"];

    internal sealed record Envelope(
        DateTimeOffset? OccurredAt, string? Reason, string? Comment, SignatureInput? Signature, SignatureInput? Verification, SignatureInput? CoSignature);

    /// <summary>An entry as read, with its signatures checked.</summary>
    internal sealed record EntryParts(
        EventData Data, DateTimeOffset? OccurredAt, string? Reason, string? Comment, Signing? Signature, Signing? Verification, Signing? CoSignature)
    {
        public Entry AsEntry(HttpContext context, EventData data) =>
            new(data, context.Caller().Actor, context.Now(), OccurredAt, Reason, Comment, Signature, Verification, CoSignature);
    }

    internal static void Keep(HttpContext context, byte[] bytes) => context.Items[Item] = bytes;

    public static byte[] Bytes(HttpContext context) => context.Items[Item] as byte[] ?? [];

    /// <summary>The parsed body, or VAL-BODY.</summary>
    public static Outcome<JsonElement> Json(HttpContext context)
    {
        var bytes = Bytes(context);
        if (bytes.Length == 0) return Bad("A JSON body is expected.");
        if (!Utf8.IsValid(bytes)) return Bad("The body is not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DeepestNesting, AllowDuplicateProperties = false });
            return IsStorable(document.RootElement) ? Outcome.Of(document.RootElement.Clone()) : Bad("The body contains text that is no valid Unicode, or the character U+0000.");
        }
        catch (JsonException e)
        {
            return Bad($"Not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    private static Outcome<JsonElement> Bad(string message) => Outcome.Refuse<JsonElement>(Codes.ValBody, "", message);

    private static bool IsStorable(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: return value.EnumerateObject().All(m => !m.Name.Contains('\0') && IsStorable(m.Value));
            case JsonValueKind.Array: return value.EnumerateArray().All(IsStorable);
            case JsonValueKind.String:
                try { return !value.GetString()!.Contains('\0'); }
                catch (InvalidOperationException) { return false; }    // half of a surrogate pair, written as an escape
            default: return true;
        }
    }

    /// <summary>An object of the shape of <typeparamref name="T"/>.</summary>
    public static Outcome<T> Read<T>(HttpContext context) where T : class => Json(context) is { Accepted: true } json ? One<T>(json.Value, "") : Json(context).Refused<T>();

    /// <summary>One object or an array of them.</summary>
    public static Outcome<(IReadOnlyList<JsonElement> Items, bool IsArray)> OneOrMany(HttpContext context)
    {
        var json = Json(context);
        if (!json.Accepted) return json.Refused<(IReadOnlyList<JsonElement>, bool)>();
        if (json.Value.ValueKind != JsonValueKind.Array) return Outcome.Of<(IReadOnlyList<JsonElement>, bool)>(([json.Value], false));
        return json.Value.GetArrayLength() is > 0 and <= MostItems
            ? Outcome.Of<(IReadOnlyList<JsonElement>, bool)>(([.. json.Value.EnumerateArray()], true))
            : Outcome.Refuse<(IReadOnlyList<JsonElement>, bool)>(Codes.ValBody, "", $"An array has 1 to {MostItems} items.");
    }

    public static Outcome<T> One<T>(JsonElement json, string where) where T : class
    {
        if (json.ValueKind != JsonValueKind.Object) return Outcome.Refuse<T>(Codes.ValBody, where.TrimEnd('.'), "A JSON object is expected.");
        var findings = new List<Finding>();
        var value = EventReader.Read<T>(json, "", findings);
        return value is null ? Outcome.Refuse<T>([.. findings.Select(f => f with { Field = where + f.Field })]) : Outcome.Of(value);
    }

    /// <summary>An entry for a register: the event's fields, with <c>occurredAt</c>, <c>reason</c>, <c>comment</c> and signatures beside them.</summary>
    /// <param name="with">A field of the event that the path gives; the body may repeat it, not contradict it.</param>
    public static async Task<Outcome<LabEntry>> Entry<T>(HttpContext context, (string Name, string Value)? with = null) where T : EventData
    {
        var json = Json(context);
        if (!json.Accepted) return json.Refused<LabEntry>();
        if (with is not { } given || json.Value.ValueKind != JsonValueKind.Object) return await Entry<T>(context, json.Value, "");
        if (json.Value.TryGetProperty(given.Name, out var said) && (said.ValueKind != JsonValueKind.String || said.GetString() != given.Value))
            return Outcome.Refuse<LabEntry>(Codes.ValFormat, given.Name, $"The path says {given.Value}.");
        var body = JsonObject.Create(json.Value)!;
        body[given.Name] = given.Value;
        return await Entry<T>(context, JsonSerializer.SerializeToElement(body), "");
    }

    public static async Task<Outcome<LabEntry>> Entry<T>(HttpContext context, JsonElement json, string where) where T : EventData
    {
        var parts = await Parts(context, typeof(T), json, where);
        return parts.Then(p => new LabEntry(p.Data, context.Caller().Actor, context.Now(), p.OccurredAt, p.Reason, p.Comment, p.Signature, p.Verification, p.CoSignature));
    }

    /// <summary>The same for the registration of a batch.</summary>
    public static async Task<Outcome<Entry>> BatchEntry<T>(HttpContext context, Func<T, T>? complete = null) where T : EventData
    {
        var json = Json(context);
        if (!json.Accepted) return json.Refused<Entry>();
        var parts = await Parts(context, typeof(T), json.Value, "");
        return parts.Then(p => p.AsEntry(context, complete is null ? p.Data : complete((T)p.Data)));
    }

    /// <summary>The same for an entry of a batch that the path or a member beside it names.</summary>
    public static async Task<Outcome<Entry>> BatchEntry<T>(HttpContext context, JsonElement json) where T : EventData
    {
        var parts = await Parts(context, typeof(T), json, "");
        return parts.Then(p => p.AsEntry(context, p.Data));
    }

    /// <summary>Splits a body into the event's own fields and what stands around them, reads both and checks the passwords.</summary>
    private static async Task<Outcome<EntryParts>> Parts(HttpContext context, Type type, JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object) return Outcome.Refuse<EntryParts>(Codes.ValBody, where.TrimEnd('.'), "A JSON object is expected.");
        var own = OwnMembers(type);
        var (fields, around) = Split(json, name => own.Contains(name) || !EnvelopeMembers.Contains(name));
        var findings = new List<Finding>();
        var data = (EventData?)EventReader.Read(type, fields, "", findings);
        var envelope = EventReader.Read<Envelope>(around, "", findings);
        if (data is null || envelope is null) return Outcome.Refuse<EntryParts>([.. findings.Select(f => f with { Field = where + f.Field })]);
        return await Signed(context, data, envelope, where);
    }

    /// <summary>Checks the signatures of an entry that has been read.</summary>
    internal static async Task<Outcome<EntryParts>> Signed(HttpContext context, EventData data, Envelope e, string where)
    {
        var signatures = context.RequestServices.GetRequiredService<Signatures>();
        var (caller, ct) = (context.Caller(), context.RequestAborted);
        var findings = new List<Finding>();
        var signature = await signatures.Resolve(caller, e.Signature, $"{where}signature", own: true, findings, ct);
        var verification = await signatures.Resolve(caller, e.Verification, $"{where}verification", own: false, findings, ct);
        var coSignature = await signatures.Resolve(caller, e.CoSignature, $"{where}coSignature", own: false, findings, ct);
        return findings.Count > 0
            ? Outcome.Refuse<EntryParts>(findings)
            : Outcome.Of(new EntryParts(data, e.OccurredAt, e.Reason, e.Comment, signature, verification, coSignature));
    }

    /// <summary>An entry made of an event that the endpoint itself knows, with signatures, reason and comment from the body.</summary>
    public static async Task<Outcome<LabEntry>> Signed(HttpContext context, EventData data)
    {
        var envelope = Read<Envelope>(context);
        if (!envelope.Accepted) return envelope.Refused<LabEntry>();
        var parts = await Signed(context, data, envelope.Value!, "");
        return parts.Then(p => new LabEntry(p.Data, context.Caller().Actor, context.Now(), p.OccurredAt, p.Reason, p.Comment, p.Signature, p.Verification, p.CoSignature));
    }

    /// <summary>An entry made of an event that the endpoint itself knows.</summary>
    public static LabEntry Entry(HttpContext context, EventData data) => new(data, context.Caller().Actor, context.Now());

    private static HashSet<string> OwnMembers(Type type) =>
        [.. type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!))];

    /// <summary>Parts an object into the members that fit and the others.</summary>
    public static (JsonElement Fitting, JsonElement Others) Split(JsonElement json, Func<string, bool> fits)
    {
        JsonObject fitting = [], others = [];
        foreach (var member in json.EnumerateObject()) (fits(member.Name) ? fitting : others)[member.Name] = JsonSerializer.SerializeToNode(member.Value);
        return (JsonSerializer.SerializeToElement(fitting), JsonSerializer.SerializeToElement(others));
    }
}
