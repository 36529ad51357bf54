using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Controls;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Controls;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Status">Baseline while there are no limits, else InUse; Expired after the expiry of the lot.</param>
public sealed record ControlView(
    string ControlId, string Title, string Criterion, string? Part, string Unit, string LotId, string Level, DateTimeOffset ExpiresAt, string? MethodId, string Status, double? Mean, double? Sd,
    int? BaselineN, int BaselineNeeded, IReadOnlyList<ControlResult> Results, long Version)
{
    public static ControlView Of(ControlSample c, DateTimeOffset now) => new(c.ControlId, c.Title, c.Criterion, c.Part, c.Unit, c.LotId, c.Level, c.ExpiresAt, c.MethodId,
        c.ExpiresAt <= now ? "Expired" : c.Limits is null ? "Baseline" : "InUse", c.Mean, c.Sd, c.BaselineN, ControlSample.BaselineValues, c.Results, c.Version);
}

/// <param name="Low">Mean − 3 sd of the last 20 lots; null while there are fewer.</param>
public sealed record TrendView(string ProductType, string Criterion, double? Mean, double? Sd, double? Low, double? High, IReadOnlyList<TrendLot> Items);
public sealed record TrendLot(string BatchId, decimal Value, DateTimeOffset ApprovedAt);

/// <summary>Control samples, the runs they were measured in, and the trend of lots.</summary>
internal static class ControlEndpoints
{
    private const int MostLots = 200;
    private const string RegisterExample = """{"controlId":"CTRL-CD45-L","title":"CD45 cells, low","criterion":"ADSC-05","part":"CD45","unit":"%","lotId":"CT-2607","level":"low","expiresAt":"2027-03-01T00:00:00.000Z","methodId":"FLOW-MSC","assignedMean":1.6,"assignedSd":0.1}""";
    private const string Example = """{"controlId":"CTRL-CD45-L","title":"CD45 cells, low","criterion":"ADSC-05","part":"CD45","unit":"%","lotId":"CT-2607","level":"low","expiresAt":"2027-03-01T00:00:00.000Z","methodId":"FLOW-MSC","status":"InUse","mean":1.6,"sd":0.1,"baselineN":null,"baselineNeeded":20,"results":[{"no":1,"runId":"RUN-26-031","value":1.85,"measuredAt":"2026-04-28T15:30:00.000Z","by":"qc01","z":2.5,"outcome":"Warning","rules":["1-2s"],"correctiveAction":null,"eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","voidReason":null}],"version":2}""";
    private const string MeasureExample = """{"runId":"RUN-26-031","value":1.85,"unit":"%","measuredAt":"2026-04-28T15:30:00.000Z"}""";
    private const string VoidExample = """{"resultNo":1,"reason":"Typed 1.85, the printout says 1.58","signature":{"meaning":"Approved","user":"qa01","password":"…"}}""";
    private const string SignedExample = """{"signature":{"meaning":"Approved","user":"qa01","password":"…"}}""";
    private const string RunExample = """{"runId":"RUN-26-031","whyRejected":null,"isAccepted":true,"isRejected":false}""";
    private const string TrendExample = """{"productType":"ADSC","criterion":"ADSC-05(CD45)","mean":0.9,"sd":0.2,"low":0.3,"high":1.5,"items":[{"batchId":"ADSC-26-0007","value":1.4,"approvedAt":"2026-04-28T17:20:00.000Z"}]}""";

    public static void MapControls(this IEndpointRouteBuilder root)
    {
        var controls = root.MapGroup("/controls").WithTags("Controls");
        controls.MapGet("", List).Is("Control samples with their limits and values").Pages().Asks("criterion", "Only of this criterion.").Gives<Page<ControlView>>(200, RegisterEndpoints.ListOf(Example));
        controls.MapGet("/{id}", One).Is("One control").Gives<ControlView>(200, Example);
        controls.MapPost("", Register).By(Roles.QualityControl, Roles.QualityAssurance).Is("Registers a lot of control material; its limits are assigned, or established from 20 values")
            .Takes<ControlRegistered>(RegisterExample).Gives<ControlView>(201, Example);
        controls.MapPost("/{id}/results", Measure).By(Roles.QualityControl).Is("Enters a value of a run; it is judged by its limits and the Westgard rules, and may reject the run")
            .Takes<object>(MeasureExample).Gives<ControlView>(201, Example);
        controls.MapPost("/{id}/void", Void).By(Roles.QualityAssurance).Is("Takes a wrongly entered value out of the judgement; it stays to be seen").Takes<object>(VoidExample).Gives<ControlView>(200, Example);
        controls.MapPost("/{id}/baseline", Establish).By(Roles.QualityAssurance).Is("Fixes the limits from the values so far, at least 20").Takes<object>(SignedExample).Gives<ControlView>(200, Example);
        root.MapGet("/runs/{runId}", Run).WithTags("Controls").Is("What the controls of one run say").Gives<RunFact>(200, RunExample);
        root.MapGet("/trends", Trend).WithTags("Controls").Is("Approved values of the last lots, with 3 sd of the last 20").Asks("productType", "Product code.").Asks("criterion", "Criterion, with its part in brackets: ADSC-05(CD45).")
            .Gives<TrendView>(200, TrendExample);
    }

    private static async Task<IResult> List(HttpContext context, ControlRegister register)
    {
        var query = new Query(context);
        var criterion = query.Text("criterion");
        return query.Page([.. (await register.All(context.RequestAborted)).Where(c => criterion is null || c.Criterion == criterion).Select(c => ControlView.Of(c, context.Now()))]);
    }

    private static async Task<IResult> One(string id, HttpContext context, ControlRegister register) =>
        await register.Find(id, context.RequestAborted) is { } c ? Answer.Ok(ControlView.Of(c, context.Now()), c.Version) : RegisterEndpoints.Unknown($"The control {id}");

    private static async Task<IResult> Register(HttpContext context, ControlRegister register)
    {
        var entry = await Body.Entry<ControlRegistered>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((ControlRegistered)entry.Value!.Data).ControlId;
        return Answer.Of(await register.Register(entry.Value, context.RequestAborted), c => Answer.Created(ControlView.Of(c, context.Now()), c.Version));
    }

    private static async Task<IResult> Measure(string id, HttpContext context, ControlRegister register)
    {
        var entry = await Body.Entry<ControlMeasured>(context, with: ("controlId", id));
        return entry.Accepted ? Answer.Of(await register.Measure(entry.Value!, context.RequestAborted), c => Answer.Created(ControlView.Of(c, context.Now()), c.Version)) : Problem.Of(entry);
    }

    private static async Task<IResult> Void(string id, HttpContext context, ControlRegister register)
    {
        var entry = await Body.Entry<ControlResultVoided>(context, with: ("controlId", id));
        return entry.Accepted ? Answer.Of(await register.Void(entry.Value!, context.RequestAborted), c => Answer.Ok(ControlView.Of(c, context.Now()), c.Version)) : Problem.Of(entry);
    }

    private static async Task<IResult> Establish(string id, HttpContext context, ControlRegister register)
    {
        if (await register.ToEstablish(id, context.RequestAborted) is not { } data) return RegisterEndpoints.Unknown($"The control {id}");
        var entry = await Body.Signed(context, data);
        return entry.Accepted ? Answer.Of(await register.Establish(entry.Value!, context.RequestAborted), c => Answer.Ok(ControlView.Of(c, context.Now()), c.Version)) : Problem.Of(entry);
    }

    private static async Task<IResult> Run(string runId, HttpContext context, IDocumentStore store)
    {
        await using var session = store.QuerySession();
        return (await ControlRegister.Runs(session, [runId], context.RequestAborted)).GetValueOrDefault(runId) is { } run ? Answer.Ok(run) : RegisterEndpoints.Unknown($"The run {runId}");
    }

    private static async Task<IResult> Trend(HttpContext context, IDocumentStore store)
    {
        var query = new Query(context);
        if (query.Text("productType") is not { } product) return Problem.Of(Codes.ValRequired, "Name the product.", "productType");
        if (query.Text("criterion") is not { } criterion) return Problem.Of(Codes.ValRequired, "Name the criterion.", "criterion");
        return Answer.Ok(await LotTrend(store, product, criterion, context.RequestAborted));
    }

    internal static async Task<TrendView> LotTrend(IDocumentStore store, string product, string criterion, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var lots = await session.Query<LotValue>().Where(v => v.ProductType == product && v.Criterion == criterion).OrderByDescending(v => v.ApprovedAt).Take(MostLots).ToListAsync(ct);
        var limits = ResultTrend.Limits([.. lots.Take(ResultTrend.Lots).Select(v => v.Value)]);
        return new(product, criterion, limits?.Mean, limits?.Sd, limits?.Mean - 3 * limits?.Sd, limits?.Mean + 3 * limits?.Sd, [.. lots.Reverse().Select(v => new TrendLot(v.BatchId, v.Value, v.ApprovedAt))]);
    }
}
