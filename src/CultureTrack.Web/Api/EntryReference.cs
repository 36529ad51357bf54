using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Web.Entries;
using Microsoft.OpenApi;

namespace CultureTrack.Web.Api;

/// <summary>What each entry of a batch holds, for the OpenAPI document: read from the catalogue and the records themselves, so that it says what the server takes.</summary>
public static class EntryReference
{
    /// <summary>Component of one entry of any type.</summary>
    public const string Entry = "Entry";

    private const string SigningComponent = "Signing";

    private static readonly Lazy<JsonObject> ReadExamples = new(() =>
    {
        using var stream = typeof(EntryReference).Assembly.GetManifestResourceStream("entry-examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    });

    /// <summary>A whole entry for each type, under its name.</summary>
    public static JsonObject Examples => ReadExamples.Value;

    /// <summary>Types that people enter into a batch which is registered already.</summary>
    public static IReadOnlyList<EventKind> Kinds { get; } =
        [.. EventCatalogue.ByName.Values.Where(k => k.By.Count > 0 && k.DataType != typeof(BatchRegistered)).OrderBy(k => k.Name, StringComparer.Ordinal)];

    /// <summary>The meaning an entry's own signature must have; null when it needs none.</summary>
    public static string? Meaning(EventKind kind) =>
        kind.DataType == typeof(DispositionSigned) ? "ConditionallyReleased, Released, Rejected or Revoked, as its kind says"
        : kind.DataType == typeof(RecordCorrected) ? Meanings.Performed
        : EventReader.Read(kind.DataType, JsonSerializer.SerializeToElement(Examples[kind.Name]!["data"]), "", new List<Finding>()) is EventData data ? SignatureRules.MeaningNeeded(data) : null;

    internal static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(SigningComponent, Signing());
        foreach (var kind in Kinds) document.AddComponent(Name(kind), One(kind, document));
        document.AddComponent(Entry, new OpenApiSchema { Description = "An entry of a batch, of one type.", OneOf = [.. Kinds.Select(k => new OpenApiSchemaReference(Name(k), document))] });
    }

    /// <summary>What may stand beside the fields of every entry.</summary>
    internal static Dictionary<string, IOpenApiSchema> Around(OpenApiDocument document) => new()
    {
        ["occurredAt"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it happened; now unless given." },
        ["reason"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "At least 10 characters, where a reason is asked for (VAL-REASON)." },
        ["comment"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Asked for when the entry is flagged (VAL-COMMENT)." },
        ["signature"] = Signing(document, "Of the person who makes the entry."),
        ["verification"] = Signing(document, "Of the second person, meaning Verified."),
        ["coSignature"] = Signing(document, "Of QA, meaning Approved: for an entry more than 72 h late."),
    };

    private static string Name(EventKind kind) => $"{Entry}.{kind.Name}";

    private static OpenApiSchema One(EventKind kind, OpenApiDocument document)
    {
        var properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Const = kind.Name },
            ["data"] = Object(kind.DataType, kind.Name),
        };
        foreach (var (name, schema) in Around(document)) properties[name] = schema;
        var required = new HashSet<string> { "type" };
        if (Members(kind.DataType).Any(EventReader.IsRequired)) required.Add("data");
        if (Meaning(kind) is not null) required.Add("signature");
        if (kind.SecondPerson == SecondPerson.WithEntry) required.Add("verification");
        return new() { Title = kind.Name, Description = About(kind), Type = JsonSchemaType.Object, Properties = properties, Required = required, Examples = [Examples[kind.Name]!.DeepClone()] };
    }

    private static string About(EventKind kind) =>
        $"Needs {string.Join(" or ", kind.By)}."
        + kind.SecondPerson switch { SecondPerson.WithEntry => " A second person in the same entry (verification).", SecondPerson.Later => " A second person, in verification or later by EntryVerified.", _ => "" }
        + (Meaning(kind) is { } meaning ? $" Signed with meaning {meaning}." : "");

    private static OpenApiSchema Signing() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "meaning", "password" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["meaning"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Meanings.All.Order(StringComparer.Ordinal).Select(m => (JsonNode)m)] },
            ["user"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Always of a second person; one's own with the first signature of a session." },
            ["password"] = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };

    private static OpenApiSchemaReference Signing(OpenApiDocument document, string text) => new(SigningComponent, document) { Description = text };

    /// <summary>The members of a record, as they are read.</summary>
    internal static ParameterInfo[] Members(Type type) => type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First().GetParameters();

    private static OpenApiSchema Object(Type type, string eventType)
    {
        var members = Members(type).Select(p => (Name: JsonNamingPolicy.CamelCase.ConvertName(p.Name!), Parameter: p)).ToList();
        return new()
        {
            Type = JsonSchemaType.Object,
            Properties = members.ToDictionary(m => m.Name, IOpenApiSchema (m) => Member(m.Parameter.ParameterType, eventType, m.Name)),
            Required = members.Where(m => EventReader.IsRequired(m.Parameter)).Select(m => m.Name).ToHashSet(),
        };
    }

    private static OpenApiSchema Member(Type type, string eventType, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var hints = FieldCatalogue.For(eventType, name);
        var schema = Value(type, eventType);
        // A form's own help says where to click; a program needs the unit and what is usual.
        string?[] words = [hints.Unit, hints.Range is null ? null : $"usually {hints.Range}"];
        if (words.Any(w => w is not null)) schema.Description = string.Join(", ", words.OfType<string>());
        return schema;
    }

    private static OpenApiSchema Value(Type type, string eventType)
    {
        if (type == typeof(string)) return new() { Type = JsonSchemaType.String };
        if (type == typeof(decimal)) return new() { Type = JsonSchemaType.Number };
        if (type == typeof(int) || type == typeof(long)) return new() { Type = JsonSchemaType.Integer };
        if (type == typeof(bool)) return new() { Type = JsonSchemaType.Boolean };
        if (type == typeof(DateTimeOffset)) return new() { Type = JsonSchemaType.String, Format = "date-time" };
        if (type == typeof(Guid)) return new() { Type = JsonSchemaType.String, Format = "uuid" };
        if (type == typeof(JsonElement)) return new();
        if (type.IsEnum) return new() { Type = JsonSchemaType.String, Enum = [.. Enum.GetNames(type).Select(n => (JsonNode)n)] };
        if (type.IsGenericType) return new() { Type = JsonSchemaType.Array, Items = Value(type.GetGenericArguments()[0], eventType) };
        return Object(type, eventType);
    }
}
