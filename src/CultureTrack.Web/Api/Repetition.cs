using System.Security.Cryptography;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.People;
using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.Api;

/// <summary>Idempotency-Key: a repeated command gets the first answer and does nothing (contract 3.1).</summary>
public sealed class Repetition(IdempotentAnswers answers)
{
    private const string Header = "Idempotency-Key", Repeated = "Idempotency-Replayed";
    private const int LongestKey = 200;

    public async Task Run(HttpContext context, RequestDelegate next)
    {
        var key = context.Request.Headers[Header].ToString();
        var access = context.GetEndpoint()?.Metadata.GetMetadata<Admittance>();
        if (key.Length == 0 || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || access is { KeepsNoAnswer: true } or { WithoutSession: true })
        {
            await next(context);
            return;
        }
        if (key.Length > LongestKey || key.Any(char.IsControl))
        {
            await Refuse(context, Codes.ValIdempotency, $"The key has at most {LongestKey} printable characters.");
            return;
        }
        var id = RequestExtensions.Sha256(context.Caller().User, context.Request.Method, context.Request.Path + context.Request.QueryString, key);
        var body = Convert.ToHexStringLower(SHA256.HashData(await Bytes(context)));
        if (await answers.TakeOrFind(id, body, context.RequestAborted) is { } found) await Repeat(context, found, body);
        else await First(context, next, id, body);
    }

    // A file is read twice: here for its hash, then by the endpoint.
    private static async Task<byte[]> Bytes(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || Body.Bytes(context) is { Length: > 0 } known) return Body.Bytes(context);
        context.Request.EnableBuffering();
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        context.Request.Body.Position = 0;
        return copy.ToArray();
    }

    private static Task Repeat(HttpContext context, IdempotentAnswer found, string body)
    {
        if (found.BodyHash != body) return Refuse(context, Codes.ValIdempotency, "This key was used with another body.");
        if (found.Status == 0) return Refuse(context, Codes.Concurrency, "The first request with this key has not been answered yet. Look whether it had an effect before you try another key.");
        context.Response.StatusCode = found.Status;
        context.Response.ContentType = found.ContentType;
        if (found.ETag is not null) context.Response.Headers.ETag = found.ETag;
        context.Response.Headers[Repeated] = "true";
        return context.Response.Body.WriteAsync(found.Body, context.RequestAborted).AsTask();
    }

    private async Task First(HttpContext context, RequestDelegate next, string id, string bodyHash)
    {
        var wire = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        catch
        {
            // No answer came of it: the client may try again.
            await answers.Release(id, CancellationToken.None);
            throw;
        }
        finally { context.Response.Body = wire; }
        // Of these the next attempt may well be another case: who sends it, how busy and how well the server is.
        if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status429TooManyRequests or >= 500)
            await answers.Release(id, CancellationToken.None);
        else
            await answers.Keep(new IdempotentAnswer
            {
                Id = id,
                BodyHash = bodyHash,
                At = context.Now(),
                Status = context.Response.StatusCode,
                ContentType = context.Response.ContentType,
                ETag = context.Response.Headers.ETag,
                Body = buffer.ToArray(),
            }, CancellationToken.None);
        await wire.WriteAsync(buffer.ToArray(), context.RequestAborted);
    }

    private static Task Refuse(HttpContext context, string code, string message) => Problem.Write(context, Problem.Body([new(code, "Idempotency-Key", message)]));
}
