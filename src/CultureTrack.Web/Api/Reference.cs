using System.Text.Json.Nodes;
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

    private static readonly JsonNode ProblemExample = System.Text.Json.JsonSerializer.SerializeToNode(
        Problem.Body([new(Domain.Records.Codes.ValRange, "data.exposureMin", "exposureMin is 75; it must be more than 0 and at most 60.")]), ApiJson.Options)!;

    public static IServiceCollection AddReference(this IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        o.ShouldInclude = d => d.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true && !d.RelativePath.Contains('*', StringComparison.Ordinal);
        o.AddDocumentTransformer(About);
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
        var schema = body.Type == typeof(IFormFile)
            ? new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = body.Fields.ToDictionary(f => f, IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.String })
                    .Prepend(new("file", new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" })).ToDictionary(),
            }
            : await context.GetOrCreateSchemaAsync(body.Type, null, ct);
        return new()
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [body.ContentType] = new() { Schema = schema, Example = body.Value?.DeepClone() } },
        };
    }

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
        if (type == typeof(DateTimeOffset)) (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
        if (type == typeof(decimal)) (schema.Type, schema.Format, schema.Pattern) = (JsonSchemaType.Number, null, null);
        return Task.CompletedTask;
    }
}
