using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Tracing;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Used">Mixed into media prepared here.</param>
/// <param name="Stock">Received, used by media and batches, left; null in answers to a change of the lot.</param>
public sealed record MaterialView(
    string LotId, MaterialKind Kind, string Supplier, DateTimeOffset ExpiresAt, decimal Quantity, string Unit, bool Bovine, FeederControls? Feeder,
    MaterialStatus Status, string ReceivedBy, DateTimeOffset ReceivedAt, string? ReleasedBy, DateTimeOffset? ReleasedAt, DateTimeOffset? RecalledAt,
    string? RecallReason, PreparedMedium? Prepared, decimal Used, long Version, LotStock? Stock)
{
    public static MaterialView Of(Material m, LotStock? stock = null) => new(m.LotId, m.Kind, m.Supplier, m.ExpiresAt, m.Quantity, m.Unit, m.Bovine, m.Feeder, m.Status,
        m.ReceivedBy, m.ReceivedAt, m.ReleasedBy, m.ReleasedAt, m.RecalledAt, m.RecallReason, m.Prepared, m.Used, m.Version, stock);
}

/// <summary>Lots of material and media.</summary>
internal static class MaterialEndpoints
{
    private const string ReceiveExample = """
        {"lotId":"MED-26-01","kind":"Medium","supplier":"Northmed","expiresAt":"2026-12-31T23:59:59.000Z","quantity":60000,"unit":"mL"}
        """;
    private const string MediumExample = """
        {"lotId":"GM-26-014","recipeId":"KGM-2","components":[{"lotId":"MED-26-01","quantity":900,"unit":"mL"}],"volumeMl":1000,"preparedAt":"2026-03-02T09:00:00Z","sterileFiltered":true,"integrityPost":true,"ph":7.3,"verification":{"meaning":"Verified","user":"tech02","password":"…"}}
        """;
    private const string SignedExample = """{"signature":{"meaning":"Approved","user":"qa01","password":"…"}}""";
    private const string UseExample = """
        {"lotId":"MED-26-01","madeFrom":[],"madeInto":["GM-26-014"],"batches":[{"batchId":"CEA-26-0001","via":["MED-26-01"],"uses":[{"id":"0197…/mediumLot","lotId":"MED-26-01","batchId":"CEA-26-0001","eventId":"0197f3a2-0000-7000-8000-000000000001","eventType":"MediumChanged","field":"mediumLot","at":"2026-03-05T12:00:00.000Z"}],"deviationId":null}],"derivedBatches":[]}
        """;

    private static readonly string[] MakingOrQuality = [Roles.Technician, Roles.Supervisor, Roles.QualityAssurance];

    public static void MapMaterials(this IEndpointRouteBuilder root)
    {
        var materials = root.MapGroup("/materials").WithTags("Materials");
        materials.MapPost("", Receive).By(MakingOrQuality).Is("Receives a lot into quarantine, or several all or none")
            .TakesMany<MaterialReceived>(ReceiveExample).Gives<MaterialView>(201, ReceiveExample);
        materials.MapGet("", List).Is("All lots").Pages().Asks("status", "Quarantined, Released or Recalled.").Asks("kind", "Kind of material.").Asks("q", "Part of the lot id or supplier.")
            .Gives<Page<MaterialView>>(200, RegisterEndpoints.ListOf(ReceiveExample));
        materials.MapGet("/{lotId}", Get).Is("One lot, with what was received, used by media and batches, and is left as far as entries state amounts").Gives<MaterialView>(200, ReceiveExample);
        materials.MapGet("/{lotId}/use", Use).Is("Where the lot went and what it came from").Gives<LotTrace>(200, UseExample);
        materials.MapPost("/{lotId}/release", Release).By(Roles.QualityAssurance).Is("Releases a lot; QA, not who received it")
            .Takes<object>(SignedExample).Gives<MaterialView>(200, ReceiveExample);
        materials.MapPost("/{lotId}/recall", Recall).By(Roles.QualityAssurance).Is("Recalls a lot with every medium mixed from it; every batch that used one of them gets a deviation")
            .Takes<ReasonOnly>("""{"reason":"Supplier reports a contaminated fill"}""").Gives<MaterialView>(200, ReceiveExample);
        root.MapPost("/media", Prepare).By(MakingOrQuality).WithTags("Materials").Is("Records a medium prepared here; it becomes a lot in quarantine")
            .Takes<MediumPrepared>(MediumExample).Gives<MaterialView>(201, ReceiveExample);
    }

    private sealed record ReasonOnly(string Reason);

    private static async Task<IResult> Receive(HttpContext context, MaterialRegister register)
    {
        var bodies = Body.OneOrMany(context);
        if (!bodies.Accepted) return Problem.Of(bodies);
        var (items, isArray) = bodies.Value;
        var entries = new List<LabEntry>();
        var findings = new List<Finding>();
        for (var i = 0; i < items.Count; i++)
        {
            var read = await Body.Entry<MaterialReceived>(context, items[i], isArray ? $"[{i}]." : "");
            findings.AddRange(read.Findings);
            if (read.Value is { } entry) entries.Add(entry);
        }
        if (findings.Count > 0) return Problem.Of(findings);
        context.Trace().Target = string.Join(",", entries.Select(e => ((MaterialReceived)e.Data).LotId));
        return Answer.Of(await register.Receive(entries, context.RequestAborted), lots => isArray
            ? Answer.Created(lots.Select(l => MaterialView.Of(l)).ToList())
            : Answer.Created(MaterialView.Of(lots[0]), lots[0].Version));
    }

    private static async Task<IResult> List(HttpContext context, IDocumentStore store, LotTracing tracing)
    {
        var query = new Query(context);
        var (status, kind, q) = (query.Name<MaterialStatus>("status"), query.Name<MaterialKind>("kind"), query.Text("q"));
        await using var session = store.QuerySession();
        var all = await session.Query<Material>().OrderBy(m => m.LotId).ToListAsync(context.RequestAborted);
        var shown = all.Where(m => (status is null || m.Status == status) && (kind is null || m.Kind == kind)
            && (q is null || m.LotId.Contains(q, StringComparison.OrdinalIgnoreCase) || m.Supplier.Contains(q, StringComparison.OrdinalIgnoreCase))).ToList();
        var stocks = await tracing.Stocks(shown, context.RequestAborted);
        return query.Page([.. shown.Select(m => MaterialView.Of(m, stocks[m.LotId]))]);
    }

    private static async Task<IResult> Get(string lotId, HttpContext context, IDocumentStore store, LotTracing tracing)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Material>(lotId, context.RequestAborted) is { } lot
            ? Answer.Ok(MaterialView.Of(lot, (await tracing.Stocks([lot], context.RequestAborted))[lotId]), lot.Version)
            : RegisterEndpoints.Unknown($"Lot {lotId}");
    }

    private static async Task<IResult> Use(string lotId, HttpContext context, LotTracing tracing) =>
        await tracing.Trace(lotId, context.RequestAborted) is { } trace ? Answer.Ok(trace) : RegisterEndpoints.Unknown($"Lot {lotId}");

    private static async Task<IResult> Release(string lotId, HttpContext context, MaterialRegister register)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<MaterialReleased>(context, with: ("lotId", lotId));
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return Answer.Of(await register.Release(entry.Value!, lotId, ifMatch, context.RequestAborted), l => Answer.Ok(MaterialView.Of(l), l.Version));
    }

    private static async Task<IResult> Recall(string lotId, HttpContext context, MaterialRegister register)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<MaterialRecalled>(context, with: ("lotId", lotId));
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return Answer.Of(await register.Recall(entry.Value!, lotId, ifMatch, context.RequestAborted), l => Answer.Ok(MaterialView.Of(l), l.Version));
    }

    private static async Task<IResult> Prepare(HttpContext context, MaterialRegister register)
    {
        var entry = await Body.Entry<MediumPrepared>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((MediumPrepared)entry.Value!.Data).LotId;
        return Answer.Of(await register.Prepare(entry.Value, (MediumPrepared)entry.Value.Data, context.RequestAborted), l => Answer.Created(MaterialView.Of(l), l.Version));
    }
}
