using System.Text.Json;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.Api;

/// <summary>Why a request was refused, as <c>application/problem+json</c>.</summary>
/// <param name="Code">The first finding's code; see the error codes of the reference.</param>
/// <param name="Errors">Every finding of the group of checks that failed first.</param>
/// <param name="Flags">With VAL-COMMENT: what the entry would be flagged with.</param>
/// <param name="CurrentVersion">With CONCURRENCY: the version the thing has now.</param>
public sealed record ProblemBody(
    string Type, string Title, int Status, string Code, string Detail, IReadOnlyList<ProblemError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Flag>? Flags = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? CurrentVersion = null);

public sealed record ProblemError(string Field, string Code, string Message);

/// <summary>Refusals as answers.</summary>
public static class Problem
{
    public const string ContentType = "application/problem+json", Internal = "INTERNAL", Unavailable = "UNAVAILABLE";
    private const string RetryAfterSeconds = "5";
    internal static readonly object CodeItem = new();

    public static int StatusOf(string code) => code switch
    {
        Codes.ValBody => 400,
        Codes.AuthPasswordChange => 403,
        Codes.NotFound => 404,
        Codes.Concurrency => 409,
        Codes.ValSize => 413,
        Codes.Rate => 429,
        Codes.Clock or Unavailable => 503,
        Internal => 500,
        _ => code.Split('-')[0] switch
        {
            "AUTH" => 401,
            "SOD" => 403,
            _ => 422,
        },
    };

    public static IResult Of(string code, string message, string field = "") => Of([new(code, field, message)]);

    public static IResult Of<T>(Outcome<T> refused) => Of(refused.Findings, refused.Flags, refused.CurrentVersion);

    public static IResult Of(IReadOnlyCollection<Finding> findings, IReadOnlyList<Flag>? flags = null, long? currentVersion = null) =>
        new Result(Body(findings, flags, currentVersion));

    public static ProblemBody Body(IReadOnlyCollection<Finding> findings, IReadOnlyList<Flag>? flags = null, long? currentVersion = null)
    {
        var shown = LabDecider.FirstGroup(findings);
        var code = shown[0].Code;
        return new($"urn:culturetrack:problem:{code}", Title(code), StatusOf(code), code, shown[0].Message,
            [.. shown.Select(f => new ProblemError(f.Field, f.Code, f.Message))], code == Codes.ValComment ? flags : null, currentVersion);
    }

    public static ProblemBody Unexpected { get; } = new($"urn:culturetrack:problem:{Internal}", "Something went wrong in the server", 500, Internal,
        "Nothing was stored by this request. The failure is in the server's log.", []);

    public static ProblemBody DatabaseAway { get; } = new($"urn:culturetrack:problem:{Unavailable}", "The database does not answer", 503, Unavailable,
        "The database does not answer at the moment; it works again by itself as soon as it is back. Look whether this request had an effect before you repeat it.", []);

    private static string Title(string code) => code switch
    {
        Codes.ValBody => "The body is not JSON of the shape",
        Codes.ValSize => "The body is too large",
        Codes.ValComment => "A comment is needed",
        Codes.NotFound => "Not known or not visible",
        Codes.Rate => "Too many requests",
        Codes.Clock => "The server's clock is not trusted at the moment",
        Codes.Concurrency => "It has changed in the meantime",
        Codes.SodRole => "A role, permission or qualification is missing",
        Codes.SigPassword => "The signature is not valid",
        _ => code.Split('-')[0] switch
        {
            "AUTH" => "Sign-in is needed",
            "SOD" => "Another person has to do this",
            "VAL" => "The entry is not valid",
            "STATE" => "Not possible in the present state",
            _ => "The verdict does not allow this",
        },
    };

    /// <summary>Writes a problem and leaves its code for the audit trail.</summary>
    public static Task Write(HttpContext context, ProblemBody body)
    {
        context.Items[CodeItem] = body.Code;
        context.Response.StatusCode = body.Status;
        if (body.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        if (body.Status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = RetryAfterSeconds;
        context.Response.ContentType = ContentType;
        return JsonSerializer.SerializeAsync(context.Response.Body, body, ApiJson.Options, context.RequestAborted);
    }

    private sealed class Result(ProblemBody body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext, body);
    }
}
