using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>The register of test methods.</summary>
internal static class MethodEndpoints
{
    private const string DraftExample = """{"methodId":"FLOW-MSC","version":1,"title":"Surface markers by flow cytometry","criteria":["ADSC-04","ADSC-05","ADSC-06"],"effectiveFrom":"2026-03-01T00:00:00.000Z","documentRef":"SOP-QC-031","qualificationRequired":true,"controlRequired":true}""";
    private const string Example = """{"methodId":"FLOW-MSC","versions":[{"version":1,"title":"Surface markers by flow cytometry","criteria":["ADSC-04","ADSC-05","ADSC-06"],"effectiveFrom":"2026-03-01T00:00:00.000Z","documentRef":"SOP-QC-031","qualificationRequired":true,"controlRequired":true,"author":"qa01","approvedBy":"qa02","approvedAt":"2026-02-20T09:00:00.000Z"}],"retiredFrom":null,"streamVersion":2}""";
    private const string ApproveExample = """{"signature":{"meaning":"Approved","user":"qa02","password":"…"}}""";
    private const string RetireExample = """{"retiredFrom":"2026-12-31T00:00:00.000Z","reason":"Replaced by the spectral panel","signature":{"meaning":"Approved","user":"qa02","password":"…"}}""";

    public static void MapMethods(this IEndpointRouteBuilder root)
    {
        var methods = root.MapGroup("/methods").WithTags("Methods");
        methods.MapGet("", List).Is("Test methods with their versions").Pages().Asks("criterion", "Only what tests this criterion.").Gives<Page<Method>>(200, RegisterEndpoints.ListOf(Example));
        methods.MapPost("", Draft).By(Roles.QualityAssurance).Is("Writes the next version of a method; a draft until somebody else approves it").Takes<MethodDrafted>(DraftExample).Gives<Method>(201, Example);
        methods.MapPost("/{id}/versions/{v:int}/approve", Approve).By(Roles.QualityAssurance).Is("Approves a version; not its author").Takes<object>(ApproveExample).Gives<Method>(200, Example);
        methods.MapPost("/{id}/retire", Retire).By(Roles.QualityAssurance).Is("Ends a method: no test begins with it from then on").Takes<object>(RetireExample).Gives<Method>(200, Example);
    }

    private static async Task<IResult> List(HttpContext context, TestMethods methods)
    {
        var query = new Query(context);
        var criterion = query.Text("criterion");
        return query.Page([.. (await methods.All(context.RequestAborted)).Where(m => criterion is null || m.Versions.Any(v => v.Criteria.Contains(criterion)))]);
    }

    private static async Task<IResult> Draft(HttpContext context, TestMethods methods)
    {
        var entry = await Body.Entry<MethodDrafted>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((MethodDrafted)entry.Value!.Data).MethodId;
        return Answer.Of(await methods.Draft(entry.Value, context.RequestAborted), m => Answer.Created(m, m.StreamVersion));
    }

    private static async Task<IResult> Approve(string id, int v, HttpContext context, TestMethods methods)
    {
        var entry = await Body.Signed(context, new MethodApproved(id, v));
        return entry.Accepted ? Answer.Of(await methods.Approve(entry.Value!, context.RequestAborted), m => Answer.Ok(m, m.StreamVersion)) : Problem.Of(entry);
    }

    private static async Task<IResult> Retire(string id, HttpContext context, TestMethods methods)
    {
        var entry = await Body.Entry<MethodRetired>(context, with: ("methodId", id));
        return entry.Accepted ? Answer.Of(await methods.Retire(entry.Value!, context.RequestAborted), m => Answer.Ok(m, m.StreamVersion)) : Problem.Of(entry);
    }
}
