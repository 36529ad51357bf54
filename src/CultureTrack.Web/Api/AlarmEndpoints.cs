using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Incubators;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record AcknowledgeBody(string Cause, string Action);
public sealed record ShelveBody(DateTimeOffset Until, string Reason, string? Comment = null);
public sealed record AlarmReasonBody(string Reason);

/// <summary>The alarm list and what people do with alarms.</summary>
internal static class AlarmEndpoints
{
    private const string Example = """
        {"alarmId":"INC-04.Limit.temperature.high.critical.20260426T020900000","incubatorId":"INC-04","channel":"temperature","kind":"Limit","severity":"critical","state":"UnackActive","raisedAt":"2026-04-26T02:09:00.000Z","clearedAt":null,"acknowledgedBy":null,"level":1,"shelvedUntil":null,"excursionId":"EXC-1"}
        """;

    // Administrators act on alarms about the roster alone; the incubator refuses them all others.
    private const string RosterOnly = "ADMIN only for alarms about the roster (incubatorId ROSTER).";
    private static readonly string[] OnDuty = [Roles.Technician, Roles.Supervisor, Roles.QualityAssurance, Roles.Administrator];

    public static void MapAlarms(this IEndpointRouteBuilder root)
    {
        var alarms = root.MapGroup("/alarms").WithTags("Alarms");
        alarms.MapGet("", List).Is("Alarms, newest first").Pages().Asks("state", "Only this state.").Asks("incubator", "Only of this equipment.")
            .Gives<Page<AlarmView>>(200, RegisterEndpoints.ListOf(Example));
        alarms.MapPost("/{id}/acknowledge", (string id, HttpContext c, IDocumentStore s, IGrainFactory g) =>
                Act<AcknowledgeBody>(c, s, g, id, (b, now, user) => (new AlarmCommand.Acknowledge(now, user, b.Cause, b.Action), null)))
            .By(OnDuty).Notes(RosterOnly).Is("Acknowledges with cause and action").Takes<AcknowledgeBody>("""{"cause":"Heater relay stuck","action":"Service called, incubator watched"}""").Gives<AlarmView>(200, Example);
        alarms.MapPost("/{id}/shelve", (string id, HttpContext c, IDocumentStore s, IGrainFactory g) =>
                Act<ShelveBody>(c, s, g, id, (b, now, user) => (new AlarmCommand.Shelve(now, user, b.Until, b.Reason), b.Comment)))
            .By(OnDuty).Notes(RosterOnly).Is("Silences an action alarm for at most an hour").Takes<ShelveBody>("""{"until":"2026-04-26T03:00:00Z","reason":"Gas bottle is being changed"}""").Gives<AlarmView>(200, Example);
        alarms.MapPost("/{id}/unshelve", (string id, HttpContext c, IDocumentStore s, IGrainFactory g) =>
                Act<AlarmReasonBody>(c, s, g, id, (b, now, user) => (new AlarmCommand.Unshelve(now, user, b.Reason), null)))
            .By(OnDuty).Notes(RosterOnly).Is("Ends the silence early").Takes<AlarmReasonBody>("""{"reason":"Bottle changed"}""").Gives<AlarmView>(200, Example);
        alarms.MapPost("/{id}/reset", (string id, HttpContext c, IDocumentStore s, IGrainFactory g) =>
                Act<AlarmReasonBody>(c, s, g, id, (b, now, user) => (new AlarmCommand.Reset(now, user, b.Reason), null)))
            .By(OnDuty).Notes(RosterOnly).Is("Resets a latched alarm").Takes<AlarmReasonBody>("""{"reason":"Relay replaced, temperature normal"}""").Gives<AlarmView>(200, Example);
    }

    private static async Task<IResult> List(HttpContext context, IDocumentStore store)
    {
        var query = new Query(context);
        var (state, incubator) = (query.Name<AlarmState>("state"), query.Text("incubator"));
        var (page, size) = query.Paging();
        if (!query.IsGood) return query.Refused();
        await using var session = store.QuerySession();
        IQueryable<AlarmRecord> found = session.Query<AlarmRecord>().Stats(out var statistics);
        if (state is { } wanted) { var name = wanted.ToString(); found = found.Where(a => a.State == name); }
        if (incubator is not null) found = found.Where(a => a.IncubatorId == incubator);
        var items = await found.OrderByDescending(a => a.RaisedAt).ThenBy(a => a.Id).Skip((page - 1) * size).Take(size).ToListAsync(context.RequestAborted);
        var now = context.Now();
        return Answer.Ok(new Page<AlarmView>([.. items.Select(a => a.View(now))], page, size, statistics.TotalResults));
    }

    private static async Task<IResult> Act<T>(HttpContext context, IDocumentStore store, IGrainFactory grains, string id, Func<T, DateTimeOffset, string, (AlarmCommand Command, string? Comment)> command)
        where T : class
    {
        var body = Body.Read<T>(context);
        if (!body.Accepted) return Problem.Of(body);
        await using var session = store.QuerySession();
        if (await session.LoadAsync<AlarmRecord>(id, context.RequestAborted) is not { } known) return RegisterEndpoints.Unknown($"The alarm {id}");
        var caller = context.Caller();
        var (wanted, comment) = command(body.Value!, context.Now(), caller.User);
        var answer = await grains.GetGrain<IIncubatorGrain>(known.IncubatorId).Act(id, wanted, caller.Actor, comment);
        return answer.Alarm is { } alarm && answer.Findings.Count == 0 ? Answer.Ok(alarm) : Problem.Of(answer.Findings, answer.Flags);
    }
}
