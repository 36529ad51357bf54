using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>Corrective and preventive actions, closed apart from the batch.</summary>
internal static class CapaEndpoints
{
    private const string Opening = """
        {"title":"Regulator of incubator gas replaced late","problem":"Low CO2 for 2 h in INC-02: the regulator was past its service life","correctiveAction":"Regulator replaced on all incubators","preventiveAction":"Service life of regulators in the maintenance plan","owner":"sup01","dueAt":"2026-04-15T16:00:00.000Z","effectivenessCheck":"No CO2 excursion by a regulator in three months","effectivenessDueAt":"2026-07-15T16:00:00.000Z","deviationRefs":["DEV-0197F3A25C1E7000"]}
        """;
    private const string Example = """
        {"capaId":"CAPA-0197F3A25C1E7000","title":"Regulator of incubator gas replaced late","problem":"Low CO2 for 2 h in INC-02: the regulator was past its service life","correctiveAction":"Regulator replaced on all incubators","preventiveAction":"Service life of regulators in the maintenance plan","owner":"sup01","dueAt":"2026-04-15T16:00:00.000Z","effectivenessCheck":"No CO2 excursion by a regulator in three months","effectivenessDueAt":"2026-07-15T16:00:00.000Z","deviationRefs":["DEV-0197F3A25C1E7000"],"openedBy":"qa01","openedAt":"2026-03-16T10:00:00.000Z","version":1,"status":"Open","done":null,"evidenceRefs":[],"doneBy":null,"doneAt":null,"conclusion":null,"closedBy":null,"closedAt":null,"reopened":0}
        """;

    public static void MapCapas(this IEndpointRouteBuilder root)
    {
        var capas = root.MapGroup("/capas").WithTags("CAPA");
        capas.MapGet("", List).Is("Corrective and preventive actions, the open ones by date first").Pages().Asks("status", "Open, ActionsDone or Closed.").Asks("owner", "Only of this person.")
            .Asks("deviation", "Only those that name this deviation.").Asks("overdue", "true = past their date.").Gives<Page<Capa>>(200, RegisterEndpoints.ListOf(Example));
        capas.MapPost("", Open).By(Roles.Supervisor, Roles.QualityAssurance).Is("Opens one, with owner, date and how its effect is judged").Takes<CapaOpened>(Opening).Gives<Capa>(201, Example);
        capas.MapGet("/{id}", Get).Is("One of them").Gives<Capa>(200, Example);
        capas.MapPost("/{id}/done", (string id, HttpContext c, CapaRegister r) => Change<CapaActionsDone>(id, c, r.Done)).By(Roles.Technician, Roles.QualityControl, Roles.QualityAssurance, Roles.Supervisor)
            .Is("Says what was done").Takes<CapaActionsDone>("""{"done":"Regulators of INC-01 to INC-06 replaced, plan changed","evidenceRefs":["WO-4711"]}""").Gives<Capa>(200, Example);
        capas.MapPost("/{id}/reopen", (string id, HttpContext c, CapaRegister r) => Change<CapaReopened>(id, c, r.Reopen)).By(Roles.QualityAssurance).Is("The check found no effect: open again with new dates")
            .Takes<CapaReopened>("""{"reason":"One more excursion by a regulator in May","dueAt":"2026-06-15T16:00:00.000Z","effectivenessDueAt":"2026-09-15T16:00:00.000Z"}""").Gives<Capa>(200, Example);
        capas.MapPost("/{id}/close", (string id, HttpContext c, CapaRegister r) => Change<CapaClosed>(id, c, r.Close)).By(Roles.QualityAssurance).Is("Its effect is there; signed by quality, by nobody who opened, owns or did it")
            .Takes<CapaClosed>("""{"conclusion":"No excursion by a regulator from April to July","signature":{"meaning":"Approved","user":"qa02","password":"…"}}""").Gives<Capa>(200, Example);
    }

    private static async Task<IResult> List(HttpContext context, CapaRegister register)
    {
        var query = new Query(context);
        var (status, owner, deviation, overdue) = (query.Name<CapaStatus>("status"), query.Text("owner"), query.Text("deviation"), query.Flag("overdue"));
        if (!query.IsGood) return query.Refused();
        var now = context.Now();
        return query.Page([.. (await register.All(context.RequestAborted)).Where(c => (status is null || c.Status == status) && (owner is null || c.Owner == owner)
            && (deviation is null || c.DeviationRefs.Contains(deviation)) && (!overdue || (c.Status != CapaStatus.Closed && (c.Status == CapaStatus.Open ? c.DueAt : c.EffectivenessDueAt) < now)))]);
    }

    private static async Task<IResult> Get(string id, HttpContext context, CapaRegister register) =>
        await register.Find(id, context.RequestAborted) is { } capa ? Answer.Ok(capa, capa.Version) : RegisterEndpoints.Unknown($"The CAPA {id}");

    private static async Task<IResult> Open(HttpContext context, CapaRegister register)
    {
        var entry = await Body.Entry<CapaOpened>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await register.Open(entry.Value!, context.RequestAborted), c =>
        {
            context.Trace().Target = c.CapaId;
            return Answer.Created(c, c.Version);
        });
    }

    private static async Task<IResult> Change<T>(string id, HttpContext context, Func<LabEntry, string, long?, CancellationToken, Task<Outcome<Capa>>> change) where T : EventData
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<T>(context);
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return Answer.Of(await change(entry.Value!, id, ifMatch, context.RequestAborted), c => Answer.Ok(c, c.Version));
    }
}
