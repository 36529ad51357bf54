using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="BatchId">Opens it on this batch; without, it belongs to the lab: equipment, a room, a way of working.</param>
public sealed record DeviationBody(string? BatchId, string Text, DeviationClass? Class = null, string? DeviationId = null, string? EquipmentId = null, string? RoomId = null);

/// <summary>Deviations of all batches, of equipment and rooms.</summary>
internal static class DeviationEndpoints
{
    private const string Example = """{"batchId":"CEA-26-0001","deviationId":"DEV-0197F3A25C1E7000","equipmentId":null,"roomId":null,"class":"Minor","text":"Tray 3 moved without scanning","openedBy":"tech01","openedAt":"2026-03-10T12:00:00.000Z","status":"Open","dueAt":"2026-03-24T12:00:00.000Z","rootCause":null,"impact":null,"capaRefs":[],"closedBy":null,"closedAt":null,"bySystem":false,"version":12}""";
    private static readonly string[] Openers = [Roles.Technician, Roles.QualityControl, Roles.QualityAssurance];

    public static void MapDeviations(this IEndpointRouteBuilder root)
    {
        var deviations = root.MapGroup("/deviations").WithTags("Deviations");
        deviations.MapGet("", List).Is("Deviations of all batches, equipment and rooms, newest first").Pages().Asks("batch", "Only of this batch.").Asks("equipment", "Only about this equipment.")
            .Asks("status", "Open or Closed.").Asks("class", "Minor, Major or Critical.").Asks("overdue", "true = open for more than ten working days.").Asks("capa", "Only those that name this CAPA.").Asks("q", "Part of the id or the text.")
            .Gives<Page<DeviationLine>>(200, RegisterEndpoints.ListOf(Example));
        deviations.MapPost("", Open).By(Openers).Is("Opens a deviation: with batchId an entry of that batch, else one of the lab")
            .Notes("QC only without batchId: in a batch it is an entry of T or QA.").Takes<DeviationBody>("""{"batchId":"CEA-26-0001","text":"Tray 3 moved without scanning","class":"Minor"}""").Gives<DeviationLine>(201, Example);
        deviations.MapGet("/{id}", Get).Is("One deviation").Asks("batch", "The batch, where several batches have this id.").Gives<DeviationLine>(200, Example);
        deviations.MapPost("/{id}/classify", (string id, HttpContext c, Deviations d) => Change<DeviationClassified, LabDeviationClassified>(id, c, d, d.Classify)).By(Roles.QualityAssurance).Is("Gives it its class; one the software found is not lowered")
            .Asks("batch", "The batch, where several batches have this id.").Takes<LabDeviationClassified>("""{"class":"Major"}""").Gives<DeviationLine>(200, Example);
        deviations.MapPost("/{id}/close", (string id, HttpContext c, Deviations d) => Change<DeviationClosed, LabDeviationClosed>(id, c, d, d.Close)).By(Roles.QualityAssurance).Is("Closes it with root cause and impact; not who opened it")
            .Asks("batch", "The batch, where several batches have this id.")
            .Takes<LabDeviationClosed>("""{"rootCause":"Scanner battery empty","impact":"None: the tray stayed in its own incubator","capaRefs":["CAPA-0197F3A25C1E7000"]}""").Gives<DeviationLine>(200, Example);
    }

    private static async Task<IResult> List(HttpContext context, Deviations deviations)
    {
        var query = new Query(context);
        var (batch, equipment, status, q, capa) = (query.Text("batch"), query.Text("equipment"), query.Text("status"), query.Text("q"), query.Text("capa"));
        var (severity, overdue) = (query.Name<DeviationClass>("class"), query.Flag("overdue"));
        if (status is not (null or "Open" or "Closed")) return Problem.Of(Codes.ValFormat, "The status is Open or Closed.", "status");
        if (!query.IsGood) return query.Refused();
        var now = context.Now();
        return query.Page([.. (await deviations.All(context.RequestAborted)).Where(d => (batch is null || d.BatchId == batch) && (equipment is null || d.EquipmentId == equipment) && (status is null || d.Status == status)
            && (severity is null || d.Class == severity) && (!overdue || (d.IsOpen && d.DueAt < now)) && (capa is null || d.CapaRefs.Contains(capa))
            && (q is null || d.Text.Contains(q, StringComparison.OrdinalIgnoreCase) || d.DeviationId.Contains(q, StringComparison.OrdinalIgnoreCase)))]);
    }

    private static async Task<IResult> Open(HttpContext context, Deviations deviations)
    {
        var json = Body.Json(context);
        if (!json.Accepted) return Problem.Of(json);
        if (json.Value.ValueKind != JsonValueKind.Object) return Problem.Of(Codes.ValBody, "A JSON object is expected.");
        if (json.Value.TryGetProperty("batchId", out var batch) && batch.ValueKind != JsonValueKind.Null) return await OpenOnBatch(context, deviations, json.Value, batch);
        var entry = await Body.Entry<LabDeviationOpened>(context, Body.Split(json.Value, m => m != "batchId").Fitting, "");
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await deviations.Open(entry.Value!, context.RequestAborted), d => Created(context, Deviations.Line(d)));
    }

    private static async Task<IResult> OpenOnBatch(HttpContext context, Deviations deviations, JsonElement json, JsonElement batch)
    {
        if (batch.ValueKind != JsonValueKind.String) return Problem.Of(Codes.ValFormat, "batchId is a text.", "batchId");
        if (json.TryGetProperty("equipmentId", out _) || json.TryGetProperty("roomId", out _)) return Problem.Of(Codes.ValFormat, "A deviation of a batch names the batch alone.", "equipmentId");
        var batchId = batch.GetString()!;
        context.Trace().Target = batchId;
        var entry = await Body.BatchEntry<DeviationOpened>(context, Body.Split(json, m => m != "batchId").Fitting);
        if (!entry.Accepted) return Problem.Of(entry);
        var answer = await deviations.OfBatch(batchId, entry.Value!, new Query(context).IfMatch(), context.RequestAborted);
        if (!answer.Accepted) return Problem.Of(answer);
        var opened = (DeviationOpened)answer.Value!.Events[0].Body;
        return Created(context, (await deviations.Find(opened.DeviationId!, batchId, context.RequestAborted))[0]);
    }

    private static IResult Created(HttpContext context, DeviationLine line)
    {
        context.Trace().Target ??= line.DeviationId;
        return Answer.Created(line, line.Version);
    }

    private static async Task<IResult> Get(string id, HttpContext context, Deviations deviations)
    {
        var (line, refused) = await One(id, context, deviations);
        return line is null ? refused! : Answer.Ok(line, line.Version);
    }

    private static async Task<(DeviationLine? Line, IResult? Refused)> One(string id, HttpContext context, Deviations deviations) =>
        await deviations.Find(id, new Query(context).Text("batch"), context.RequestAborted) switch
        {
            [] => (null, RegisterEndpoints.Unknown($"The deviation {id}")),
            [var only] => (only, null),
            var several => (null, Problem.Of(Codes.ValRequired, $"Several batches have a deviation {id}: name one of {string.Join(", ", several.Select(d => d.BatchId))}.", "batch")),
        };

    // The same body for both: a batch's entry also names the deviation, the lab's own stream is it.
    private static async Task<IResult> Change<TOfBatch, TOfLab>(string id, HttpContext context, Deviations deviations, Func<LabEntry, string, long?, CancellationToken, Task<Outcome<LabDeviation>>> change)
        where TOfBatch : EventData where TOfLab : EventData
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var json = Body.Json(context);
        if (!json.Accepted || !query.IsGood) return Problem.Of([.. json.Findings, .. query.Findings]);
        if (json.Value.ValueKind != JsonValueKind.Object) return Problem.Of(Codes.ValBody, "A JSON object is expected.");
        var (line, refused) = await One(id, context, deviations);
        if (line is null) return refused!;
        if (line.BatchId is null)
        {
            var own = await Body.Entry<TOfLab>(context, json.Value, "");
            return own.Accepted ? Answer.Of(await change(own.Value!, id, ifMatch, context.RequestAborted), d => Answer.Ok(Deviations.Line(d), d.Version)) : Problem.Of(own);
        }
        var body = JsonObject.Create(json.Value)!;
        body["deviationId"] = id;
        if (typeof(TOfBatch) == typeof(DeviationClosed)) body.TryAdd("capaRefs", new JsonArray());
        var entry = await Body.BatchEntry<TOfBatch>(context, JsonSerializer.SerializeToElement(body));
        if (!entry.Accepted) return Problem.Of(entry);
        var answer = await deviations.OfBatch(line.BatchId, entry.Value!, ifMatch, context.RequestAborted);
        if (!answer.Accepted) return Problem.Of(answer);
        line = (await deviations.Find(id, line.BatchId, context.RequestAborted))[0];
        return Answer.Ok(line, line.Version);
    }
}
