using System.Text.Json;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CultureTrack.Web.Api;

/// <summary>How answers are written: camelCase, enumerations by name, instants in UTC with milliseconds, nothing left out.</summary>
public static class ApiJson
{
    public static readonly JsonSerializerOptions Options = new(RecordJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };
}

/// <summary>A part of a list.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: JsonPropertyName("page")] int Number, int PageSize, long Total);

/// <summary>Answers of endpoints.</summary>
public static class Answer
{
    public static IResult Ok(object value, long? version = null) => Json(value, 200, version);
    public static IResult Created(object value, long? version = null) => Json(value, 201, version);

    public static IResult Of<T>(Outcome<T> outcome, Func<T, IResult> accepted) => outcome.Accepted ? accepted(outcome.Value!) : Problem.Of(outcome);

    private static Result Json(object value, int status, long? version) => new Result(value, status, version);

    private sealed class Result(object value, int status, long? version) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            if (version is { } v) httpContext.Response.Headers.ETag = new EntityTagHeaderValue($"\"{v}\"").ToString();
            return JsonSerializer.SerializeAsync(httpContext.Response.Body, value, value.GetType(), ApiJson.Options, httpContext.RequestAborted);
        }
    }
}
