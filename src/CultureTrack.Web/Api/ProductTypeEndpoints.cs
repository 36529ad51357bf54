using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Definition">Path, steps, windows, schedule, storage and labels, as <c>ProductType</c> of the reference.</param>
public sealed record ProductTypeBody(int Version, DateTimeOffset EffectiveFrom, JsonElement Definition);

public sealed record ProductTypeView(
    string Code, int Version, string Name, DateTimeOffset EffectiveFrom, string Status, bool BuiltIn, string? Author, string? ApprovedBy, JsonElement Definition);

/// <summary>The product register: what the site makes, and how. A site adds types of its own by data alone (G-8).</summary>
internal static class ProductTypeEndpoints
{
    private const string Definition = """
        {"code":"LES","name":"Limbal epithelial sheet","path":{"":["Isolation"],"Isolation":["Isolation","OnMembrane"],"OnMembrane":["Package"],"Package":["Package"]},"maxRepeats":{},
        "steps":{"IsolationPerformed":"Isolation","ScaffoldSeeded":"OnMembrane","FillPerformed":"Package"},"tissues":["Skin"],"fillsFrom":"InProcess","conditionalAllowed":true,
        "needsPatientDose":false,"minimumProcessHours":240,"fillLeadHours":6,
        "expiry":[{"storage":"Fresh","hours":36,"months":null,"afterThawHours":null,"storageMinC":15,"storageMaxC":25,"storageText":"15-25 °C"}]}
        """;
    private const string BodyExample = $$"""{"version":1,"effectiveFrom":"2026-03-01T00:00:00.000Z","definition":{{Definition}}}""";
    private const string ViewExample = $$"""
        {"code":"LES","version":1,"name":"Limbal epithelial sheet","effectiveFrom":"2026-03-01T00:00:00.000Z","status":"Draft","builtIn":false,"author":"qa01","approvedBy":null,"definition":{{Definition}}}
        """;

    public static void MapProductTypes(this IEndpointRouteBuilder root)
    {
        root.MapGet("/product-types", List).WithTags("Product types").Is("The product register: built-in types and the site's own, with their versions").Pages().Asks("code", "Only this product.")
            .Gives<Page<ProductTypeView>>(200, RegisterEndpoints.ListOf(ViewExample));
        root.MapGet("/product-types/{code}", InForce).WithTags("Product types").Is("The version new batches are registered with").Gives<ProductTypeView>(200, ViewExample);
        root.MapGet("/product-types/{code}/versions/{v:int}", One).WithTags("Product types").Is("One version").Gives<ProductTypeView>(200, ViewExample);
        root.MapPost("/product-types", Draft).By(Roles.QualityAssurance).WithTags("Product types").Is("Writes the next version of a product type of the site's own; a draft until somebody else approves it")
            .Takes<ProductTypeBody>(BodyExample).Gives<ProductTypeView>(201, ViewExample);
        root.MapPost("/product-types/{code}/versions/{v:int}/approve", Approve).By(Roles.QualityAssurance).WithTags("Product types").Is("Approves a version; not its author, and not before a specification for it is approved")
            .Takes<object>("""{"signature":{"meaning":"Approved","user":"qa02","password":"…"}}""").Gives<ProductTypeView>(200, ViewExample);
    }

    private static ProductTypeView View(RegisteredProductType p) => new(
        p.Code, p.Version, p.Definition.Name, p.EffectiveFrom, p.ApprovedBy is null ? "Draft" : "Approved", p.IsBuiltIn, p.Author, p.ApprovedBy,
        JsonSerializer.SerializeToElement(p.Definition, ProductRegister.Json));

    private static async Task<IResult> List(HttpContext context, ProductTypes products)
    {
        var query = new Query(context);
        var code = query.Text("code");
        return query.Page([.. (await products.All(context.RequestAborted)).Where(p => code is null || p.Code == code).Select(View)]);
    }

    private static async Task<IResult> InForce(string code, HttpContext context, ProductTypes products) =>
        await products.InForce(code, context.RequestAborted) is { } type ? Answer.Ok(View(type), type.Version) : RegisterEndpoints.Unknown(code);

    private static async Task<IResult> One(string code, int v, HttpContext context, ProductTypes products) =>
        (await products.Versions(code, context.RequestAborted)).FirstOrDefault(p => p.Version == v) is { } type ? Answer.Ok(View(type), type.Version) : RegisterEndpoints.Unknown($"{code}@{v}");

    private static async Task<IResult> Draft(HttpContext context, ProductTypes products)
    {
        var body = Body.Read<ProductTypeBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (version, effectiveFrom, json) = body.Value!;
        ProductType definition;
        try { definition = ProductRegister.Parse(json.GetRawText()); }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return Problem.Of(Codes.ValBody, $"Not a product type: {(e as JsonException)?.Path ?? "$"} cannot be read. {FirstSentence(e.Message)}", "definition");
        }
        context.Trace().Target = $"{definition.Code}@{version}";
        return Answer.Of(await products.Draft(data => Body.Entry(context, data), definition, version, effectiveFrom, context.RequestAborted), p => Answer.Created(View(p), p.Version));
    }

    // The reader names the member that is unknown or missing in its first sentence; what follows is about its own types.
    private static string FirstSentence(string message) =>
        message.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? message[..(end + 1)].Replace(".NET ", "", StringComparison.Ordinal) : message;

    private static async Task<IResult> Approve(string code, int v, HttpContext context, ProductTypes products)
    {
        if (await products.ToApprove(code, v, context.RequestAborted) is not { } data) return RegisterEndpoints.Unknown($"{code}@{v}");
        var entry = await Body.Signed(context, data);
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await products.Approve(entry.Value!, context.RequestAborted), p => Answer.Ok(View(p), p.Version));
    }
}
