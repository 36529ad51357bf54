using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Tasks;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Task">D-number of the schedule, or what it follows from: OOS, HOLD, PHYSICIAN, AUTHORITY, CAPA, TASK.</param>
public sealed record TaskView(
    string Id, string? BatchId, string Task, string? Subject, string Title, string CompletedBy, string Role, DateTimeOffset DueAt, DateTimeOffset OverdueAt, bool IsOverdue,
    string? Assignee, string? EquipmentId, string? RoomId, DateTimeOffset ShowFrom, string? Note)
{
    public static TaskView Of(TaskLine t, DateTimeOffset now) => new(t.Id, t.BatchId, t.Row, t.Subject, t.Title, t.CompletedBy, t.Role, t.DueAt, t.OverdueAt, t.OverdueAt < now,
        t.Assignee, t.EquipmentId, t.RoomId, t.ShowFrom, t.Note);
}

public sealed record TaskDoneBody(string TaskId, string? Note = null);
public sealed record TaskAssignBody(string TaskId, string? Assignee = null);

/// <summary>What is due, for whom and by when; also as a calendar.</summary>
internal static class TaskEndpoints
{
    private const string Example = """{"id":"CEA-26-0001/D-05/T-01","batchId":"CEA-26-0001","task":"D-05","subject":"T-01","title":"Change medium of T-01","completedBy":"MediumChanged","role":"T","dueAt":"2026-03-05T12:00:00.000Z","overdueAt":"2026-03-06T08:00:00.000Z","isOverdue":false,"assignee":null,"equipmentId":null,"roomId":"R-1","showFrom":"2026-03-05T08:00:00.000Z","note":null}""";
    private const string Calendar = "text/calendar";

    public static void MapTasks(this IEndpointRouteBuilder root)
    {
        var tasks = root.MapGroup("/tasks").WithTags("Tasks");
        Filters(tasks.MapGet("", List).Is("What is due, by time").Pages()).Gives<Page<TaskView>>(200, RegisterEndpoints.ListOf(Example));
        tasks.MapPost("", Open).Is("Opens a task that no protocol asks for")
            .Takes<TaskOpened>("""{"title":"Order gas bottles","dueAt":"2026-03-06T10:00:00.000Z","role":"T","assignee":"tech01","equipmentId":"INC-02","note":"Two of 50 L"}""").Gives<TaskView>(201, Example);
        tasks.MapPost("/assign", Assign).Is("Gives a task to somebody, or back to everybody in its role").Takes<TaskAssignBody>("""{"taskId":"CEA-26-0001/D-05/T-01","assignee":"tech02"}""").Gives<TaskView>(200, Example);
        tasks.MapPost("/done", Done).Is("Reports a task done that no entry completes").Takes<TaskDoneBody>("""{"taskId":"TASK-0197F3A25C1E7000","note":"Delivered on Friday"}""").Gives<TaskView>(200, Example);
        Filters(root.MapGet("/tasks.ics", Feed).WithTags("Tasks").Is("The same as a calendar feed (iCalendar); the token may stand in the address").Asks("token", "A personal access token with the scope read, for programs that send no headers."))
            .Produces(200, contentType: Calendar);
    }

    private static RouteHandlerBuilder Filters(RouteHandlerBuilder endpoint) => endpoint
        .Asks("role", "Only for this role.").Asks("batch", "Only of this batch.").Asks("equipment", "Only at this equipment.").Asks("room", "Only in this room.").Asks("assignee", "Only given to this person.")
        .Asks("mine", "true = given to me, or to nobody and in one of my roles.").Asks("overdue", "true = only overdue.").Asks("until", "Due by then.");

    private static async Task<(IReadOnlyList<TaskLine>? Tasks, IResult? Refused)> Asked(HttpContext context, TaskBoard board)
    {
        var query = new Query(context);
        var (role, batch, equipment, room, assignee) = (query.Text("role"), query.Text("batch"), query.Text("equipment"), query.Text("room"), query.Text("assignee"));
        var (mine, overdue, until) = (query.Flag("mine"), query.Flag("overdue"), query.Instant("until"));
        if (!query.IsGood) return (null, query.Refused());
        var (now, actor) = (context.Now(), context.Caller().Actor);
        return ([.. (await board.All(context.RequestAborted)).Where(t => (role is null || t.Role == role) && (batch is null || t.BatchId == batch) && (equipment is null || t.EquipmentId == equipment)
            && (room is null || t.RoomId == room) && (assignee is null || t.Assignee == assignee) && (!mine || t.IsFor(actor)) && (!overdue || t.OverdueAt < now) && (until is null || t.DueAt <= until))], null);
    }

    private static async Task<IResult> List(HttpContext context, TaskBoard board)
    {
        var (tasks, refused) = await Asked(context, board);
        return refused ?? new Query(context).Page([.. tasks!.Select(t => TaskView.Of(t, context.Now()))]);
    }

    private static async Task<IResult> Feed(HttpContext context, TaskBoard board, IDocumentStore store)
    {
        var (tasks, refused) = await Asked(context, board);
        if (refused is not null) return refused;
        await using var session = store.QuerySession();
        var site = await session.Query<Site>().OrderBy(s => s.RegisteredAt).FirstOrDefaultAsync(context.RequestAborted);
        return Results.Text(TaskCalendar.Of(tasks!, site?.SiteId ?? "lab", site?.Zone ?? "UTC", context.Now(), $"{context.Request.Scheme}://{context.Request.Host}"), Calendar, System.Text.Encoding.UTF8);
    }

    private static async Task<IResult> Open(HttpContext context, TaskRegister register)
    {
        var entry = await Body.Entry<TaskOpened>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        return Shown(context, await register.Open(entry.Value!, context.RequestAborted), created: true);
    }

    private static async Task<IResult> Assign(HttpContext context, TaskRegister register)
    {
        var body = Body.Read<TaskAssignBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        return Shown(context, await register.Assign(Body.Entry(context, new TaskAssigned(body.Value!.Assignee)), body.Value.TaskId, context.RequestAborted), created: false);
    }

    private static async Task<IResult> Done(HttpContext context, TaskRegister register)
    {
        var body = Body.Read<TaskDoneBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        return Shown(context, await register.Done(Body.Entry(context, new TaskDone(body.Value!.Note)), body.Value.TaskId, context.RequestAborted), created: false);
    }

    private static IResult Shown(HttpContext context, Outcome<TaskLine> outcome, bool created)
    {
        if (!outcome.Accepted) return Problem.Of(outcome);
        var view = TaskView.Of(outcome.Value!, context.Now());
        context.Trace().Target = view.Id;
        return created ? Answer.Created(view) : Answer.Ok(view);
    }
}
