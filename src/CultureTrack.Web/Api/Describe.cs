using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.Api;

/// <summary>What a request body holds. Not the framework's own metadata: that would turn a wrong content type into an unknown path.</summary>
internal sealed record BodyExample(Type Type, JsonNode? Value, string ContentType = "application/json")
{
    /// <summary>Of a multipart form, the texts beside the file.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Takes an array of them too.</summary>
    public bool Many { get; init; }
}

internal sealed record AnswerExample(int Status, JsonNode? Value);
internal sealed record QueryHint(string Name, string Text);

/// <summary>What a caller has to know beyond the roles.</summary>
internal sealed record Note(string Text);

/// <summary>Says of an endpoint who may use it and what goes in and comes out; the pipeline and the reference page read it.</summary>
public static class Describe
{
    /// <summary>Only persons who may act in one of the roles.</summary>
    public static RouteHandlerBuilder By(this RouteHandlerBuilder endpoint, params string[] roles) => endpoint.WithMetadata(new Admittance(roles));

    public static RouteHandlerBuilder WithoutSession(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Admittance([], WithoutSession: true));

    public static RouteHandlerBuilder Access(this RouteHandlerBuilder endpoint, Admittance access) => endpoint.WithMetadata(access);

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, string example) where T : notnull =>
        endpoint.WithMetadata(new BodyExample(typeof(T), JsonNode.Parse(example)));

    /// <summary>One of them or an array.</summary>
    public static RouteHandlerBuilder TakesMany<T>(this RouteHandlerBuilder endpoint, string example) where T : notnull =>
        endpoint.WithMetadata(new BodyExample(typeof(T), JsonNode.Parse(example)) { Many = true });

    /// <summary>A multipart form with a file.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder endpoint, params string[] fields) =>
        endpoint.WithMetadata(new BodyExample(typeof(IFormFile), null, "multipart/form-data") { Fields = fields });

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, int status, string example) =>
        endpoint.Produces<T>(status, "application/json").WithMetadata(new AnswerExample(status, JsonNode.Parse(example)));

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, int status, T example) =>
        endpoint.Produces<T>(status, "application/json").WithMetadata(new AnswerExample(status, JsonSerializer.SerializeToNode(example, ApiJson.Options)));

    public static RouteHandlerBuilder GivesNothing(this RouteHandlerBuilder endpoint) => endpoint.Produces(StatusCodes.Status204NoContent);

    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, string name, string text) => endpoint.WithMetadata(new QueryHint(name, text));

    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder endpoint) =>
        endpoint.Asks("page", "Page, from 1.").Asks("pageSize", "Items a page, 1 to 1000; 100 unless given.");

    public static RouteHandlerBuilder Notes(this RouteHandlerBuilder endpoint, string text) => endpoint.WithMetadata(new Note(text));

    public static RouteHandlerBuilder Is(this RouteHandlerBuilder endpoint, string summary) => endpoint.WithSummary(summary);
}
