using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record SpecificationView(
    string SpecId, int Version, string ProductType, DateTimeOffset EffectiveFrom, string Status, string? Author, string? ApprovedBy, IReadOnlyList<Criterion> Criteria);

public sealed record OpenDeviationView(string BatchId, string DeviationId, DeviationClass? Class, string Text, string OpenedBy, DateTimeOffset OpenedAt, string Status);
public sealed record DeviationBody(string BatchId, string Text, DeviationClass? Class = null);
public sealed record TaskView(string Id, string BatchId, string Task, string? Subject, string Title, string CompletedBy, string Role, DateTimeOffset DueAt, DateTimeOffset OverdueAt, bool IsOverdue);

/// <summary>Specifications, deviations over all batches, and what is due.</summary>
internal static class QualityEndpoints
{
    private const string SpecExample = """
        {"specId":"ADSC","version":2,"productType":"ADSC","effectiveFrom":"2026-06-01T00:00:00.000Z","status":"Draft","author":"qa01","approvedBy":null,"criteria":[]}
        """;
    private const string SpecBody = """{"specId":"ADSC","version":2,"productType":"ADSC","effectiveFrom":"2026-06-01T00:00:00.000Z","criteria":[]}""";
    private const string DeviationExample = """{"batchId":"CEA-26-0001","deviationId":"DEV-0197F3A25C1E7000","class":"Minor","text":"Tray 3 moved without scanning","openedBy":"tech01","openedAt":"2026-03-10T12:00:00.000Z","status":"Open"}""";
    private const string TaskExample = """{"id":"CEA-26-0001/D-05/T-01","batchId":"CEA-26-0001","task":"D-05","subject":"T-01","title":"Change medium of T-01","completedBy":"MediumChanged","role":"T","dueAt":"2026-03-05T12:00:00.000Z","overdueAt":"2026-03-06T08:00:00.000Z","isOverdue":false}""";

    public static void MapQuality(this IEndpointRouteBuilder root)
    {
        root.MapGet("/specifications", List).WithTags("Specifications").Is("All specifications with their versions").Pages().Asks("specId", "Only this one.").Gives<Page<SpecificationView>>(200, RegisterEndpoints.ListOf(SpecExample));
        root.MapGet("/specifications/{id}/versions/{v:int}", One).WithTags("Specifications").Is("One version").Gives<SpecificationView>(200, SpecExample);
        root.MapPost("/specifications", Draft).By(Roles.QualityAssurance).WithTags("Specifications").Is("Writes the next version; a draft until somebody else approves it").Takes<Specification>(SpecBody).Gives<SpecificationView>(201, SpecExample);
        root.MapPost("/specifications/{id}/versions/{v:int}/approve", Approve).By(Roles.QualityAssurance).WithTags("Specifications").Is("Approves a version; not its author")
            .Takes<object>("""{"signature":{"meaning":"Approved","user":"qa02","password":"…"}}""").Gives<SpecificationView>(200, SpecExample);
        root.MapGet("/deviations", Deviations).WithTags("Deviations").Is("Deviations of all batches, newest first").Pages().Asks("batch", "Only of this batch.").Asks("status", "Open or Closed.").Gives<Page<OpenDeviationView>>(200, RegisterEndpoints.ListOf(DeviationExample));
        root.MapPost("/deviations", OpenDeviation).By(Roles.Technician, Roles.QualityAssurance).WithTags("Deviations").Is("Opens a deviation of a batch")
            .Takes<DeviationBody>("""{"batchId":"CEA-26-0001","text":"Tray 3 moved without scanning","class":"Minor"}""").Gives<OpenDeviationView>(201, DeviationExample);
        root.MapGet("/tasks", Tasks).WithTags("Tasks").Is("What is due, by time").Pages().Asks("role", "Only for this role.").Asks("batch", "Only of this batch.").Asks("overdue", "true = only overdue.").Asks("until", "Due by then.")
            .Gives<Page<TaskView>>(200, RegisterEndpoints.ListOf(TaskExample));
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

    private static async Task<IResult> Deviations(HttpContext context, IDocumentStore store, IGrainFactory grains)
    {
        var query = new Query(context);
        var (batch, status) = (query.Text("batch"), query.Text("status"));
        if (status is not (null or "Open" or "Closed")) return Problem.Of(Codes.ValFormat, "The status is Open or Closed.", "status");
        await using var session = store.QuerySession();
        var ids = status == "Open"
            ? await session.Query<BatchSummary>().Where(b => b.OpenDeviations > 0).Select(b => b.Id).ToListAsync(context.RequestAborted)
            : await session.Query<BatchSummary>().Select(b => b.Id).ToListAsync(context.RequestAborted);
        var states = await Task.WhenAll(ids.Where(id => batch is null || id == batch).Select(id => grains.GetGrain<IBatchGrain>(id).State()));
        return query.Page([.. states.OfType<BatchState>().SelectMany(s => s.Deviations.Values.Select(d => View(s.BatchId, d)))
            .Where(d => status is null || d.Status == status).OrderByDescending(d => d.OpenedAt)]);
    }

    private static OpenDeviationView View(string batchId, Deviation d) => new(batchId, d.DeviationId, d.Class, d.Text, d.OpenedBy, d.OpenedAt, d.IsOpen ? "Open" : "Closed");

    private static async Task<IResult> OpenDeviation(HttpContext context, IGrainFactory grains)
    {
        var body = Body.Read<DeviationBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (batchId, text, severity) = body.Value!;
        context.Trace().Target = batchId;
        var grain = grains.GetGrain<IBatchGrain>(batchId);
        if (await grain.State() is null) return RegisterEndpoints.Unknown($"The batch {batchId}");
        var answer = await grain.Append([new Entry(new DeviationOpened(null, text, severity), context.Caller().Actor, context.Now())], null, dryRun: false);
        if (!answer.Accepted) return Problem.Of(answer.Findings, answer.Flags);
        var opened = (await grain.State())!.Deviations.Values.First(d => d.EventId == answer.Events[0].EventId);
        return Answer.Created(View(batchId, opened), answer.Version);
    }

    private static async Task<IResult> Tasks(HttpContext context, IDocumentStore store)
    {
        var query = new Query(context);
        var (role, batch, overdue, until) = (query.Text("role"), query.Text("batch"), query.Flag("overdue"), query.Instant("until"));
        if (!query.IsGood) return query.Refused();
        var now = context.Now();
        await using var session = store.QuerySession();
        var work = await session.Query<DueWork>().ToListAsync(context.RequestAborted);
        return query.Page([.. work.Where(w => (role is null || w.Role == role) && (batch is null || w.BatchId == batch) && (!overdue || w.OverdueAt < now) && (until is null || w.DueAt <= until))
            .OrderBy(w => w.DueAt).Select(w => new TaskView(w.Id, w.BatchId, w.Task, w.Subject, w.Title, w.CompletedBy, w.Role, w.DueAt, w.OverdueAt, w.OverdueAt < now))]);
    }
}
