using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace CultureTrack.Web.Api;

/// <summary>The OpenAPI document and the page that shows it, both from the endpoints themselves.</summary>
internal static class Reference
{
    private const string Session = "session";

    private static readonly JsonNode ProblemExample = JsonSerializer.SerializeToNode(
        Problem.Body([new(Codes.ValRange, "data.exposureMin", "exposureMin is 75; it must be more than 0 and at most 60.")]), ApiJson.Options)!;

    public static IServiceCollection AddReference(this IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        o.ShouldInclude = d => d.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true && !d.RelativePath.Contains('*', StringComparison.Ordinal);
        o.AddDocumentTransformer(About);
        o.AddDocumentTransformer(Requests);
        o.AddOperationTransformer(Operation);
        o.AddSchemaTransformer(Schema);
    });

    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        routes.MapScalarApiReference("/api", o => o.WithTitle("CultureTrack API").WithOpenApiRoutePattern("/openapi/{documentName}.json"));
    }

    private static Task About(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new()
        {
            Title = "CultureTrack",
            Version = "v1",
            Description = "Batches of cultured cells, incubators and release. Instants are ISO 8601 UTC with milliseconds; unknown members are refused; errors are application/problem+json.",
            License = new() { Name = "Apache-2.0" },
        };
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Session] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Token of POST /api/v1/session, or a personal access token." },
        };
        return Task.CompletedTask;
    }

    private static async Task Operation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var access = metadata.OfType<Admittance>().LastOrDefault() ?? Admittance.AnyPerson;
        if (!access.WithoutSession) operation.Security = [new() { [new OpenApiSecuritySchemeReference(Session, context.Document)] = [] }];
        if (access.Roles.Count > 0) operation.Description = $"Needs {string.Join(" or ", access.Roles)}.";
        if (metadata.OfType<Note>().LastOrDefault() is { } note) operation.Description = $"{operation.Description} {note.Text}".Trim();
        if (metadata.OfType<BodyExample>().LastOrDefault() is { } body) operation.RequestBody = await Request(body, context, ct);
        foreach (var answer in metadata.OfType<AnswerExample>())
            if (operation.Responses?.TryGetValue(answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var response) == true)
                foreach (var content in response.Content?.Values ?? []) content.Example = answer.Value?.DeepClone();
        foreach (var hint in metadata.OfType<QueryHint>()) (operation.Parameters ??= []).Add(Parameter(hint));
        (operation.Responses ??= [])["default"] = new OpenApiResponse
        {
            Description = "Refused",
            Content = new Dictionary<string, OpenApiMediaType> { [Problem.ContentType] = new() { Example = ProblemExample.DeepClone() } },
        };
    }

    private static async Task<OpenApiRequestBody> Request(BodyExample body, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var schema = body.Type == typeof(IFormFile) ? Form(body) : body.Type == typeof(EntryBody) ? new OpenApiSchemaReference(EntryReference.Entry, context.Document)
            : await Json(body, context, ct);
        if (body.Many) schema = new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema, MinItems = 1, MaxItems = Body.MostItems }] };
        return new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [body.ContentType] = new() { Schema = schema, Example = body.Value?.DeepClone() } },
        };
    }

    private static OpenApiSchema Form(BodyExample body) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = body.Fields.ToDictionary(f => f, IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.String })
            .Prepend(new("file", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" })).ToDictionary(),
        Required = new HashSet<string> { "file" },
    };

    private static async Task<IOpenApiSchema> Json(BodyExample body, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        // An endpoint that takes signatures and little else has no type of its own: its example names the members.
        if (body.Type == typeof(object)) return WithEnvelope(new() { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>() }, body, context.Document!);
        var schema = await context.GetOrCreateSchemaAsync(body.Type, null, ct);
        foreach (var optional in EntryReference.Members(body.Type).Where(p => !EventReader.IsRequired(p))) schema.Required?.Remove(JsonNamingPolicy.CamelCase.ConvertName(optional.Name!));
        return body.Type.IsAssignableTo(typeof(EventData)) ? WithEnvelope(schema, body, context.Document!) : schema;
    }

    private static OpenApiSchema WithEnvelope(OpenApiSchema schema, BodyExample body, OpenApiDocument document)
    {
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, member) in EntryReference.Around(document)) schema.Properties.TryAdd(name, member);
        foreach (var (name, value) in body.Value?.AsObject() ?? [])
            if (schema.Properties.TryAdd(name, new OpenApiSchema { Type = value?.GetValueKind() == JsonValueKind.Number ? JsonSchemaType.Number : JsonSchemaType.String }))
                (schema.Required ??= new HashSet<string>()).Add(name);
        return schema;
    }

    /// <summary>Adds the entries of a batch, and asks in requests for no more than the server does: what may be null may be left out.</summary>
    private static Task Requests(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        EntryReference.AddTo(document);
        var seen = new HashSet<IOpenApiSchema>(ReferenceEqualityComparer.Instance);
        foreach (var content in document.Paths.Values.SelectMany(p => p.Operations ?? []).SelectMany(o => o.Value.RequestBody?.Content?.Values ?? []))
            Loosen(content.Schema, document, seen);
        return Task.CompletedTask;
    }

    private static void Loosen(IOpenApiSchema? schema, OpenApiDocument document, HashSet<IOpenApiSchema> seen)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } id }) schema = document.Components!.Schemas!.TryGetValue(id, out var named) ? named : null;
        if (schema is not OpenApiSchema own || !seen.Add(own)) return;
        foreach (var (name, member) in own.Properties ?? new Dictionary<string, IOpenApiSchema>())
            if (MayBeNull(member)) own.Required?.Remove(name);
        foreach (var part in (own.Properties?.Values ?? []).Concat(own.OneOf ?? []).Concat(own.AnyOf ?? []).Append(own.Items)) Loosen(part, document, seen);
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema is OpenApiSchema own && (own.Type?.HasFlag(JsonSchemaType.Null) == true || own.OneOf?.Any(MayBeNull) == true);

    private static OpenApiParameter Parameter(QueryHint hint) => new()
    {
        Name = hint.Name,
        In = ParameterLocation.Query,
        Description = hint.Text,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static Task Schema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        var orNull = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) is null ? 0 : JsonSchemaType.Null;
        if (type == typeof(DateTimeOffset)) (schema.Type, schema.Format) = (JsonSchemaType.String | orNull, "date-time");
        if (type == typeof(decimal)) (schema.Type, schema.Format, schema.Pattern) = (JsonSchemaType.Number | orNull, null, null);
        if (type == typeof(int) || type == typeof(long)) (schema.Type, schema.Pattern) = (JsonSchemaType.Integer | orNull, null);    // never as text
        return Task.CompletedTask;
    }
}
