using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.Api;

/// <summary>Reads the entries of a request: type, then role, then fields, then signatures, so that each refusal comes in the order of 2.6.</summary>
internal static class EntryReading
{
    private static readonly JsonElement NoFields = JsonSerializer.SerializeToElement(new { });

    public static async Task<Outcome<IReadOnlyList<Entry>>> Read(HttpContext context, IReadOnlyList<JsonElement> items, bool isArray)
    {
        var findings = new List<Finding>();
        var read = new List<(EntryBody Body, EventData Data, string Where)>();
        for (var i = 0; i < items.Count; i++)
        {
            var where = isArray && items.Count > 1 ? $"[{i}]." : "";
            var body = Body.One<EntryBody>(items[i], where);
            findings.AddRange(body.Findings);
            if (KindOf(items[i]) is { } kind) findings.AddRange(MissingRole(context, kind, where));
            if (body.Value is { } entry && Data(entry, where, findings) is { } data) read.Add((entry, data, where));
        }
        if (findings.Count > 0) return Outcome.Refuse<IReadOnlyList<Entry>>(findings);
        return await Signed(context, read);
    }

    // The role of an entry is judged before its shape, so the type is looked at even when the rest cannot be read.
    private static EventKind? KindOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? EventCatalogue.ByName.GetValueOrDefault(type.GetString()!) : null;

    private static IEnumerable<Finding> MissingRole(HttpContext context, EventKind kind, string where)
    {
        var actor = context.Caller().Actor;
        if (actor.RoleFor(kind.By) is null)
            yield return new(Codes.SodRole, $"{where}type", $"Needed for {kind.Name}: {(kind.By.Count == 0 ? "the software itself" : string.Join(" or ", kind.By))}.");
        else if (!actor.IsQualifiedFor(kind.Name, context.Now()))
            yield return new(Codes.SodRole, $"{where}type", $"{actor.UserId} has no qualification for {kind.Name} in force.");
    }

    private static EventData? Data(EntryBody entry, string where, List<Finding> findings)
    {
        if (!EventCatalogue.ByName.TryGetValue(entry.Type, out var kind))
        {
            findings.Add(new(Codes.ValFormat, $"{where}type", $"{entry.Type} is not an entry of a batch; the page /api lists them."));
            return null;
        }
        var own = new List<Finding>();
        var data = (EventData?)EventReader.Read(kind.DataType, entry.Data ?? NoFields, "data", own);
        findings.AddRange(own.Select(f => f with { Field = where + f.Field }));
        return data;
    }

    private static async Task<Outcome<IReadOnlyList<Entry>>> Signed(HttpContext context, List<(EntryBody Body, EventData Data, string Where)> read)
    {
        var entries = new List<Entry>();
        foreach (var (body, data, where) in read)
        {
            var envelope = new Body.Envelope(body.OccurredAt, body.Reason, body.Comment, body.Signature, body.Verification, body.CoSignature);
            var parts = await Body.Signed(context, data, envelope, where);
            if (!parts.Accepted) return parts.Refused<IReadOnlyList<Entry>>();
            entries.Add(parts.Value!.AsEntry(context, data));
        }
        return Outcome.Of<IReadOnlyList<Entry>>(entries);
    }
}
