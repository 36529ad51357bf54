using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Release;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record WhatIfBody(IReadOnlyList<LifeState>? States = null, DateTimeOffset? From = null, DateTimeOffset? To = null, bool OnlyChanged = false);

/// <param name="Summary">Over all batches asked about, whatever page is shown.</param>
public sealed record WhatIfView(string Spec, string Status, DateTimeOffset AskedAt, WhatIfSummary Summary, IReadOnlyList<WhatIfResult> Items, int Page, int PageSize, int Total);

public sealed record SpecificationDiffView(string SpecId, int From, int To, IReadOnlyList<CriterionDifference> Criteria);

/// <summary>What a version of a specification changes: against another version, and for batches that were or will be judged.</summary>
internal static class WhatIfEndpoints
{
    private const string Lines = "application/x-ndjson";
    private const string DiffExample = """{"specId":"ADSC","from":1,"to":2,"criteria":[{"id":"ADSC-05","attribute":"Purity: CD45, CD31, CD235a","change":"Changed","fields":[{"field":"parts[CD45].limit.max","from":"2.0","to":"1.5"}]}]}""";
    private const string AskExample = """{"states":["Released","Closed"],"from":"2026-01-01T00:00:00.000Z","to":"2027-01-01T00:00:00.000Z","onlyChanged":true}""";
    private const string Example = """{"spec":"ADSC@2","status":"Draft","askedAt":"2026-06-01T09:00:00.000Z","summary":{"batches":120,"changed":3,"then":{"RELEASE":120},"now":{"BLOCKED":3,"RELEASE":117},"moves":{"RELEASE → BLOCKED":3},"criteria":{"ADSC-05":3}},"items":[{"batchId":"ADSC-26-0011","state":"Closed","at":"2026-04-29T09:30:00.000Z","spec":"ADSC@1","verdict":"RELEASE","whatIf":"BLOCKED","changed":[{"id":"ADSC-05","from":"Pass","to":"FailUnconfirmed","limitFrom":"CD45 <2.0 %","limitTo":"CD45 <1.5 %","observed":"CD45 1.8 %"}],"reasons":["ADSC-05(CD45)"],"differs":true}],"page":1,"pageSize":100,"total":3}""";

    public static void MapWhatIf(this IEndpointRouteBuilder root)
    {
        root.MapGet("/specifications/{id}/diff", Diff).WithTags("Specifications").Is("What differs between two versions, drafts included").Asks("from", "Version.").Asks("to", "Version.").Gives<SpecificationDiffView>(200, DiffExample);
        root.MapPost("/specifications/{id}/versions/{v:int}/what-if", Ask).WithTags("Specifications")
            .Is("What this version, approved or a draft, would have meant for batches, open and closed; writes nothing. With Accept: application/x-ndjson one line a batch as they come, the summary last").Pages()
            .Takes<WhatIfBody>(AskExample).Gives<WhatIfView>(200, Example);
    }

    private static async Task<IResult> Diff(string id, HttpContext context, Specifications specifications)
    {
        var query = new Query(context);
        var (from, to) = (query.Whole("from", 0, 1, int.MaxValue), query.Whole("to", 0, 1, int.MaxValue));
        if (!query.IsGood) return query.Refused();
        if (from == 0 || to == 0) return Problem.Of(Codes.ValRequired, "Name both versions.", from == 0 ? "from" : "to");
        var (old, other) = (await specifications.Known(id, from, context.RequestAborted), await specifications.Known(id, to, context.RequestAborted));
        return old is null ? RegisterEndpoints.Unknown($"{id}@{from}") : other is null ? RegisterEndpoints.Unknown($"{id}@{to}") : Answer.Ok(new SpecificationDiffView(id, from, to, SpecificationDiff.Of(old, other)));
    }

    private static async Task<IResult> Ask(string id, int v, HttpContext context, Specifications specifications, ManyVerdicts many)
    {
        var query = new Query(context);
        var (page, size) = query.Paging();
        var body = Body.Read<WhatIfBody>(context);
        if (!body.Accepted || !query.IsGood) return Problem.Of([.. body.Findings, .. query.Findings]);
        if (await specifications.Known(id, v, context.RequestAborted) is not { } spec) return RegisterEndpoints.Unknown($"{id}@{v}");
        var asked = body.Value!;
        if (asked.From >= asked.To) return Problem.Of(Codes.ValOrder, "to lies before from.", "to");
        context.Trace().Target = spec.Name;
        var scope = new WhatIfScope(asked.States, asked.From, asked.To);
        if (context.Request.Headers.Accept.ToString().Contains(Lines, StringComparison.OrdinalIgnoreCase)) return new Stream(many.Ask(spec, scope, context.RequestAborted), asked.OnlyChanged);
        var results = new List<WhatIfResult>();
        await foreach (var result in many.Ask(spec, scope, context.RequestAborted)) results.Add(result);
        var shown = results.Where(r => !asked.OnlyChanged || r.Differs).OrderBy(r => r.BatchId, StringComparer.Ordinal).ToList();
        return Answer.Ok(new WhatIfView(spec.Name, spec.ApprovedBy is null ? "Draft" : "Approved", context.Now(), WhatIfSummary.Of(results), [.. shown.Skip((page - 1) * size).Take(size)], page, size, shown.Count));
    }

    private sealed class Stream(IAsyncEnumerable<WhatIfResult> results, bool onlyChanged) : IResult
    {
        private static readonly byte[] NewLine = "\n"u8.ToArray();

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = Lines;
            var all = new List<WhatIfResult>();
            await foreach (var result in results)
            {
                all.Add(result);
                if (!onlyChanged || result.Differs) await Line(httpContext, result);
            }
            await Line(httpContext, new { summary = WhatIfSummary.Of(all) });
        }

        private static async Task Line(HttpContext context, object line)
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, line, line.GetType(), ApiJson.Options, context.RequestAborted);
            await context.Response.Body.WriteAsync(NewLine, context.RequestAborted);
        }
    }
}
