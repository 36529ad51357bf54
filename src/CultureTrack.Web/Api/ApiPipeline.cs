using System.Security.Cryptography;
using System.Text;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;
using CultureTrack.Store;
using CultureTrack.Web.People;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Web.Api;

/// <summary>What a request under <c>/api/v1</c> passes before and after its endpoint: size, rate, who, role, repetition, audit.</summary>
public sealed class ApiPipeline(RequestDelegate next, RequestRate rate, Grains.People.Sessions sessions, ClockGuard guard, AuditTrail audit, Repetition repetition, NpgsqlDataSource database, ILogger<ApiPipeline> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await Handle(context);
        }
        catch (BadHttpRequestException e)
        {
            var tooLarge = e.StatusCode == StatusCodes.Status413PayloadTooLarge;
            await Refuse(context, tooLarge ? Codes.ValSize : Codes.ValBody, tooLarge ? "The body is too large." : "The request could not be read.");
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Fail(context, e);
        }
        if (IsCommand(context) || context.Items[Problem.CodeItem] is string code && code.StartsWith("AUTH", StringComparison.Ordinal) || context.Response.StatusCode == 403)
            await Audit(context);
    }

    // A database that is away is no fault of the program, and what is tried again when it is back works.
    private async Task Fail(HttpContext context, Exception e)
    {
        var away = await DatabaseAbsence.Explains(e, database);
        if (away) log.LogError("{Method} {Path}: the database does not answer: {Reason}", context.Request.Method, context.Request.Path, e.Message);
        else log.LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        if (!context.Response.HasStarted) await Problem.Write(context, away ? Problem.DatabaseAway : Problem.Unexpected);
    }

    private async Task Handle(HttpContext context)
    {
        if (HasNul(context.Request)) { await Refuse(context, Codes.NotFound, "No such path."); return; }
        if (!rate.Take(context, Needs(context).WithoutSession)) { await Refuse(context, Codes.Rate, "Too many requests. Try again in a second."); return; }
        if (!await ReadBody(context)) { await Refuse(context, Codes.ValSize, $"The body is larger than {Body.MostBytes / 1024} KiB."); return; }
        if (!await Admit(context)) return;
        if (IsCommand(context) && !Needs(context).WhateverTheClock && guard.Doubt() is { } doubt) { await Refuse(context, Codes.Clock, doubt); return; }
        await repetition.Run(context, next);
    }

    private static bool IsCommand(HttpContext context) => !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);

    private static bool HasNul(HttpRequest request) =>
        (request.Path.Value ?? "").Contains('\0') || request.Query.Any(q => q.Key.Contains('\0') || q.Value.Any(v => v?.Contains('\0') == true));

    private static Admittance Needs(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Admittance>() ?? Admittance.AnyPerson;

    private static async Task<bool> ReadBody(HttpContext context)
    {
        if (!IsCommand(context) || Needs(context).TakesFiles) return true;
        if (context.Request.ContentLength > Body.MostBytes) return false;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;    // counted here
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0;)
        {
            if (buffer.Length + read > Body.MostBytes) return false;
            buffer.Write(chunk, 0, read);
        }
        Body.Keep(context, buffer.ToArray());
        return true;
    }

    private async Task<bool> Admit(HttpContext context)
    {
        var needs = Needs(context);
        if (needs.WithoutSession) return true;
        var (token, fromCookie) = RequestToken.Of(context);
        if (token is null) return await Refuse(context, Codes.AuthCredentials, "Sign in first: POST /api/v1/session.");
        var admission = await sessions.Admit(token, RequestToken.Device(context), context.RequestAborted);
        if (admission.Caller is not { } caller) return await Refuse(context, admission.Code!, admission.Message!);
        context.Items[typeof(Caller)] = caller;
        // A page of another origin can make a browser send its cookie; it cannot forge where it comes from.
        if (fromCookie && IsCommand(context) && !RequestToken.IsSameOrigin(context)) return await Refuse(context, Codes.SodRole, "The request comes from another site.");
        if (needs.Roles.Count > 0 && caller.Actor.RoleFor(needs.Roles) is null)
            return await Refuse(context, Codes.SodRole, $"Needed: {string.Join(" or ", needs.Roles)}.");
        if (caller.Token is { } access && !access.Scopes.Contains(needs.Scope ?? (IsCommand(context) ? "" : "read")))
            return await Refuse(context, Codes.SodRole, "This access token's scopes do not cover the request.");
        return true;
    }

    private static async Task<bool> Refuse(HttpContext context, string code, string message)
    {
        if (!context.Response.HasStarted) await Problem.Write(context, Problem.Body([new(code, "", message)]));
        return false;
    }

    private async Task Audit(HttpContext context)
    {
        var trace = context.Trace();
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.Replace("/api/v1", "", StringComparison.Ordinal) ?? context.Request.Path.Value;
        var command = $"{context.Request.Method} {route}{(trace.What is null ? "" : $" {trace.What}")}";
        var target = trace.Target ?? context.Request.RouteValues.Values.FirstOrDefault()?.ToString();
        var code = context.Response.StatusCode < 400 ? null : context.Items[Problem.CodeItem] as string ?? Problem.Internal;
        var user = (context.Items[typeof(Caller)] as Caller)?.User ?? trace.User;
        await audit.Add(user, command, target, code, context.Connection.RemoteIpAddress?.ToString(), CancellationToken.None);
    }
}

/// <summary>Who may use an endpoint, and what it takes.</summary>
/// <param name="Roles">Any of them; empty = every signed-in person.</param>
/// <param name="WhateverTheClock">True for what must go on while the server's clock is in doubt (R-28): reading needs a sign-in.</param>
/// <param name="Scope">Scope an access token needs; null = <c>read</c> for reads, and never for commands.</param>
public sealed record Admittance(IReadOnlyList<string> Roles, bool WithoutSession = false, bool TakesFiles = false, string? Scope = null, bool KeepsNoAnswer = false, bool WhateverTheClock = false)
{
    public static readonly Admittance AnyPerson = new([]);
}

/// <summary>What the audit trail shall say beyond the path.</summary>
public sealed class RequestTrace
{
    public string? What { get; set; }
    public string? Target { get; set; }

    /// <summary>Who tried, where no session says it: a sign-in.</summary>
    public string? User { get; set; }
}

public static class RequestExtensions
{
    public static Caller Caller(this HttpContext context) => (Caller)context.Items[typeof(Caller)]!;

    public static DateTimeOffset Now(this HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    public static RequestTrace Trace(this HttpContext context)
    {
        if (context.Items[typeof(RequestTrace)] is RequestTrace trace) return trace;
        context.Items[typeof(RequestTrace)] = trace = new RequestTrace();
        return trace;
    }

    internal static string Sha256(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
}
