using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record SpecificationView(
    string SpecId, int Version, string ProductType, DateTimeOffset EffectiveFrom, string Status, string? Author, string? ApprovedBy, IReadOnlyList<Criterion> Criteria);

/// <summary>Specifications and their versions.</summary>
internal static class QualityEndpoints
{
    private const string SpecExample = """
        {"specId":"ADSC","version":2,"productType":"ADSC","effectiveFrom":"2026-06-01T00:00:00.000Z","status":"Draft","author":"qa01","approvedBy":null,"criteria":[]}
        """;
    private const string SpecBody = """{"specId":"ADSC","version":2,"productType":"ADSC","effectiveFrom":"2026-06-01T00:00:00.000Z","criteria":[{"id":"ADSC-05","attribute":"Purity: CD45","method":"flow","gate":"F","stage":"harvest","source":"Qc","parts":[{"name":"CD45","unit":"%","limit":{"max":"2.0","maxExcluded":true}}],"reference":"IFATS/ISCT 2013","matrices":["Cells"],"validatedHours":24}]}""";

    public static void MapQuality(this IEndpointRouteBuilder root)
    {
        root.MapGet("/specifications", List).WithTags("Specifications").Is("All specifications with their versions").Pages().Asks("specId", "Only this one.").Gives<Page<SpecificationView>>(200, RegisterEndpoints.ListOf(SpecExample));
        root.MapGet("/specifications/{id}/versions/{v:int}", One).WithTags("Specifications").Is("One version").Gives<SpecificationView>(200, SpecExample);
        root.MapPost("/specifications", Draft).By(Roles.QualityAssurance).WithTags("Specifications").Notes("All its criteria, as GET gives those of the version before; what GET gives beside them (approvedBy, author, status) is the server's and is ignored here.").Is("Writes the next version; a draft until somebody else approves it").Takes<Specification>(SpecBody).Gives<SpecificationView>(201, SpecExample);
        root.MapPost("/specifications/{id}/versions/{v:int}/approve", Approve).By(Roles.QualityAssurance).WithTags("Specifications").Is("Approves a version; not its author")
            .Takes<object>("""{"signature":{"meaning":"Approved","user":"qa02","password":"…"}}""").Gives<SpecificationView>(200, SpecExample);
    }

    private static SpecificationView View(Specification s) =>
        new(s.SpecId, s.Version, s.ProductType, s.EffectiveFrom, s.ApprovedBy is null ? "Draft" : "Approved", s.Author, s.ApprovedBy, s.Criteria);

    private static async Task<IResult> List(HttpContext context, Specifications specifications)
    {
        var query = new Query(context);
        var id = query.Text("specId");
        return query.Page([.. (await specifications.All(context.RequestAborted)).Where(s => id is null || s.SpecId == id).Select(View)]);
    }

    private static async Task<IResult> One(string id, int v, HttpContext context, Specifications specifications) =>
        await specifications.Known(id, v, context.RequestAborted) is { } spec ? Answer.Ok(View(spec), spec.Version) : RegisterEndpoints.Unknown($"{id}@{v}");

    private static async Task<IResult> Draft(HttpContext context, Specifications specifications)
    {
        var json = Body.Json(context);
        if (!json.Accepted) return Problem.Of(json);
        if (json.Value.ValueKind != JsonValueKind.Object) return Problem.Of(Codes.ValBody, "A specification is an object.");
        Specification draft;
        try { draft = Specifications.Read(JsonObject.Create(json.Value)!); }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return Problem.Of(Codes.ValBody, $"Not a specification: {(e as JsonException)?.Path ?? "$"} cannot be read.");
        }
        context.Trace().Target = draft.Name;
        return Answer.Of(await specifications.Draft(data => Body.Entry(context, data), draft, context.RequestAborted), r => Answer.Created(View(r.Specification)));
    }

    private static async Task<IResult> Approve(string id, int v, HttpContext context, Specifications specifications)
    {
        if (await specifications.ToApprove(id, v, context.RequestAborted) is not { } data) return RegisterEndpoints.Unknown($"{id}@{v}");
        var entry = await Body.Signed(context, data);
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await specifications.Approve(entry.Value!, context.RequestAborted), r => Answer.Ok(View(r.Specification)));
    }
}
