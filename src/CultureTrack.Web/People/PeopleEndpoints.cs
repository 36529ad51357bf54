using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Web.Api;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.People;

public sealed record NewUserBody(
    string User, string FullName, string Email, IReadOnlyList<string> Roles, IReadOnlyList<string> Qualifications, string InitialPassword, bool QualifiedPerson = false);

public sealed record PersonView(
    string User, string FullName, string? Email, IReadOnlyList<string> Roles, bool QualifiedPerson, IReadOnlyList<Qualification> Qualifications, string Status)
{
    public static PersonView Of(UserAccount a) => new(a.Id, a.FullName, a.Email, a.Roles, a.QualifiedPerson, a.Qualifications,
        !a.IsActive ? "Deactivated" : a.IsLocked ? "Locked" : a.MustChangePassword ? "MustChangePassword" : "Active");
}

public sealed record ReasonBody(string Reason);
public sealed record RolesBody(IReadOnlyList<string> Roles, string Reason, bool QualifiedPerson = false);
public sealed record OneTimeLinkView(string OneTimeLink, DateTimeOffset ExpiresAt);

/// <summary>Accounts, training and duties.</summary>
public static class PeopleEndpoints
{
    private const string Example = """
        {"user":"tech01","fullName":"Tomas Keller","email":"tech01@lab.example","roles":["T"],"qualifications":["*"],"initialPassword":"given-once-to-change"}
        """;

    private static readonly PersonView ExampleView = new("tech01", "Tomas Keller", "tech01@lab.example", ["T"], false,
        [new("*", new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero))], "MustChangePassword");

    public static void MapPeople(this IEndpointRouteBuilder root)
    {
        root.MapSessions();
        var users = root.MapGroup("/users").WithTags("People");
        users.MapPost("", Register).By(Roles.Administrator).Is("Registers a person, or several all or none")
            .TakesMany<NewUserBody>(Example).Gives(201, ExampleView);
        users.MapGet("", List).By(Roles.Administrator, Roles.QualityAssurance, Roles.Supervisor).Is("Everybody with an account").Pages()
            .Gives(200, new Page<PersonView>([ExampleView], 1, 100, 1));
        users.MapPost("/{user}/deactivate", (string user, HttpContext c, PeopleRegister p) => Change(c, user, reason => new PersonDeactivated(reason), p.Deactivate))
            .By(Roles.Administrator).Is("Closes an account for ever").Takes<ReasonBody>("""{"reason":"Left the laboratory"}""").Gives(200, ExampleView);
        users.MapPost("/{user}/unlock", (string user, HttpContext c, PeopleRegister p) => Change(c, user, reason => new AccountUnlocked(reason), p.Unlock))
            .By(Roles.Administrator).Is("Unlocks an account after too many wrong passwords").Takes<ReasonBody>("""{"reason":"Identity checked in person"}""").Gives(200, ExampleView);
        users.MapPost("/{user}/reset-password", Reset).Access(new([Roles.Administrator], KeepsNoAnswer: true)).Is("Gives a one-time link for choosing a new password")
            .Takes<ReasonBody>("""{"reason":"Password forgotten"}""")
            .Gives(200, new OneTimeLinkView("https://lab.example/account/password?user=tech01&code=…", new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)));
        users.MapPost("/{user}/roles", ChangeRoles).By(Roles.Administrator).Is("Gives other roles")
            .Takes<RolesBody>("""{"roles":["T","QC"],"reason":"Trained as an analyst"}""").Gives(200, ExampleView);
        root.MapPost("/training", Train).By(Roles.Supervisor, Roles.QualityAssurance).WithTags("People").Is("Records a qualification")
            .Takes<TrainingRecorded>("""{"user":"tech01","qualification":"Gowning","from":"2026-03-01T08:00:00Z","until":"2027-03-01T08:00:00Z","assessor":"tech02","evidenceRef":"TR-118"}""")
            .Gives(201, ExampleView);
        root.MapPost("/shifts", Roster).By(Roles.Supervisor).WithTags("People").Is("Gives somebody a duty")
            .Takes<ShiftRostered>(ShiftBody).Gives<ShiftRostered>(201, ShiftExample);
        root.MapGet("/shifts", Shifts).WithTags("People").Is("Duties that are not over").Pages().Gives<Page<ShiftRostered>>(200, $$"""{"items":[{{ShiftExample}}],"page":1,"pageSize":100,"total":1}""");
    }

    // The first duty of a roster leaves the others empty and is flagged for it: the example says that a comment answers this.
    private const string ShiftBody = """
        {"user":"tech01","duty":"OnShift","from":"2026-03-02T06:00:00.000Z","to":"2026-03-02T14:00:00.000Z","contact":"+33 1 23 45 67 89","comment":"The other duties follow"}
        """;
    private const string ShiftExample = """
        {"user":"tech01","duty":"OnShift","from":"2026-03-02T06:00:00.000Z","to":"2026-03-02T14:00:00.000Z","contact":"+33 1 23 45 67 89"}
        """;

    private static async Task<IResult> Register(HttpContext context, PeopleRegister people)
    {
        var bodies = Body.OneOrMany(context);
        if (!bodies.Accepted) return Problem.Of(bodies);
        var (items, isArray) = bodies.Value;
        var persons = new List<NewPerson>();
        var findings = new List<Finding>();
        for (var i = 0; i < items.Count; i++)
        {
            var read = Body.One<NewUserBody>(items[i], isArray ? $"[{i}]." : "");
            findings.AddRange(read.Findings);
            if (read.Value is { } body) persons.Add(new(Body.Entry(context, Person(body)), body.InitialPassword));
        }
        if (findings.Count > 0) return Problem.Of(findings);
        context.Trace().Target = string.Join(",", persons.Select(p => p.Data.User));
        return Answer.Of(await people.Register(persons, mustChange: true, context.RequestAborted), made => isArray
            ? Answer.Created(made.Select(PersonView.Of).ToList())
            : Answer.Created(PersonView.Of(made[0])));
    }

    private static PersonRegistered Person(NewUserBody b) =>
        new(UserAccount.NormalId(b.User), b.FullName, b.Email, [.. b.Roles.Distinct()], b.QualifiedPerson, b.Qualifications);

    private static async Task<IResult> List(HttpContext context, IDocumentStore store)
    {
        await using var session = store.QuerySession();
        var all = await session.Query<UserAccount>().OrderBy(u => u.Id).ToListAsync(context.RequestAborted);
        return new Query(context).Page([.. all.Select(PersonView.Of)]);
    }

    private static async Task<IResult> Change(
        HttpContext context, string user, Func<string, EventData> data, Func<LabEntry, string, CancellationToken, Task<Outcome<UserAccount>>> change)
    {
        var body = Body.Read<ReasonBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var outcome = await change(Body.Entry(context, data(body.Value!.Reason)), UserAccount.NormalId(user), context.RequestAborted);
        return Answer.Of(outcome, a => Answer.Ok(PersonView.Of(a)));
    }

    private static async Task<IResult> Reset(string user, HttpContext context, PeopleRegister people)
    {
        var body = Body.Read<ReasonBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var outcome = await people.ResetPassword(Body.Entry(context, new PasswordResetOrdered(body.Value!.Reason)), UserAccount.NormalId(user), context.RequestAborted);
        return Answer.Of(outcome, code => Answer.Ok(new OneTimeLinkView(
            $"{context.Request.Scheme}://{context.Request.Host}/account/password?user={Uri.EscapeDataString(code.User)}&code={Uri.EscapeDataString(code.Code)}", code.ExpiresAt)));
    }

    private static async Task<IResult> ChangeRoles(string user, HttpContext context, PeopleRegister people)
    {
        var body = Body.Read<RolesBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var data = new RolesChanged([.. body.Value!.Roles.Distinct()], body.Value.QualifiedPerson, body.Value.Reason);
        return Answer.Of(await people.ChangeRoles(Body.Entry(context, data), UserAccount.NormalId(user), context.RequestAborted), a => Answer.Ok(PersonView.Of(a)));
    }

    private static async Task<IResult> Train(HttpContext context, TrainingRegister training)
    {
        var entry = await Body.Entry<TrainingRecorded>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await training.Record(entry.Value!, (TrainingRecorded)entry.Value!.Data, context.RequestAborted), a => Answer.Created(PersonView.Of(a)));
    }

    private static async Task<IResult> Roster(HttpContext context, TrainingRegister training)
    {
        var entry = await Body.Entry<ShiftRostered>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await training.Roster(entry.Value!, (ShiftRostered)entry.Value!.Data, context.RequestAborted), s => Answer.Created(s));
    }

    private static async Task<IResult> Shifts(HttpContext context, DutyRoster roster) =>
        new Query(context).Page([.. await roster.Shifts(context.Now(), context.RequestAborted)]);
}
