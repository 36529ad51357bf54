using System.Reflection;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;
using CultureTrack.Store.Readings;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Web.Api;

public sealed record AboutSettings(string ClockMode);

/// <summary>Adds to what the server says of itself: the broker's address, other ports.</summary>
public interface IAboutSource
{
    IEnumerable<KeyValuePair<string, object?>> Facts();
}

public sealed record ClockBody(DateTimeOffset Now);
public sealed record ClockView(DateTimeOffset Now, bool Settled, string Mode);
public sealed record AuditView(DateTimeOffset At, string? User, string Command, string? Target, string Outcome, string? Code, string? SourceAddress);
public sealed record RejectView(DateTimeOffset ReceivedAt, string ClientId, string Topic, string Reason, string Code, string Payload);

/// <summary>Audit trail, reject log, clock and what the server says of itself.</summary>
internal static class RecordEndpoints
{
    private static readonly DateTimeOffset Then = new(2026, 3, 2, 9, 40, 0, TimeSpan.Zero);

    public static void MapRecords(this IEndpointRouteBuilder root)
    {
        root.MapGet("/audit", Audit).By(Roles.QualityAssurance, Roles.Administrator, Roles.Supervisor).WithTags("Records").Is("Every command and refusal, newest first").Pages()
            .Asks("user", "Only of this person.").Asks("target", "Only on this thing.").Asks("command", "Part of the command.").Asks("outcome", "Accepted or Refused.")
            .Asks("from", "Since.").Asks("to", "Before.")
            .Gives(200, new Page<AuditView>([new(Then, "tech01", "POST /batches/{id}/events MediumChanged", "CEA-26-0001", "Accepted", null, "10.0.0.7")], 1, 100, 1));
        root.MapGet("/rejects", Rejects).WithTags("Records").Is("Refused device messages, newest first").Pages()
            .Gives(200, new Page<RejectView>([new(Then, "INC-02-9f3c1a", "culturetrack/main/INC-02/telemetry", "not JSON", "0x99", "eyJ0cw==")], 1, 100, 1));
        root.MapGet("/service", async (HttpContext context, Service.ServiceStatus status) => Answer.Ok(await status.Now(context.RequestAborted))).By(Roles.Administrator, Roles.QualityAssurance, Roles.Supervisor).WithTags("Server").Is("How the server is: its parts, what comes in, the newest checkpoint, deliveries that wait")
            .Gives(200, new Service.ServiceView(Then, true, [new("api", true, null), new("database", true, null), new("silo", true, null), new("broker", true, null)], new Dictionary<string, long> { ["messages"] = 120, ["readings"] = 480 }, 7, Then, 1220, 0));
        root.MapPut("/clock", Advance).By(Roles.Administrator).WithTags("Server").Is("Puts the manual clock of a rehearsal forward").Takes<ClockBody>("""{"now":"2026-03-02T09:40:00.000Z"}""")
            .Gives(200, new ClockView(Then, true, "manual"));
        root.MapGet("/clock", (TimeProvider clock, AboutSettings about) => Answer.Ok(new ClockView(clock.GetUtcNow(), true, about.ClockMode))).WithTags("Server").Is("The lab's clock")
            .Gives(200, new ClockView(Then, true, "manual"));
        root.MapGet("/about", About).WithoutSession().WithTags("Server").Is("Version, addresses, site and clock mode")
            .Gives<object>(200, """{"name":"CultureTrack","version":"0.1.0","urls":["http://localhost:8080"],"mqtt":"127.0.0.1:1883","site":"main","sites":["main"],"clockMode":"real","rehearsal":false,"now":"2026-03-02T09:40:00.000Z"}""");
    }

    private static async Task<IResult> Audit(HttpContext context, AuditTrail audit)
    {
        var query = new Query(context);
        var (page, size) = query.Paging();
        var asked = new AuditQuery(query.Text("user"), query.Text("target"), query.Text("command"), query.Text("outcome"), query.Instant("from"), query.Instant("to"));
        if (!query.IsGood) return query.Refused();
        var (items, total) = await audit.List(asked, page, size, context.RequestAborted);
        return Answer.Ok(new Page<AuditView>([.. items.Select(a => new AuditView(a.At, a.User, a.Command, a.Target, a.Outcome, a.Code, a.SourceAddress))], page, size, total));
    }

    private static async Task<IResult> Rejects(HttpContext context, RejectLog log)
    {
        var query = new Query(context);
        var (page, size) = query.Paging();
        if (!query.IsGood) return query.Refused();
        var (items, total) = await log.List(page, size, context.RequestAborted);
        return Answer.Ok(new Page<RejectView>(
            [.. items.Select(r => new RejectView(r.ReceivedAt, r.ClientId, r.Topic, r.Reason, $"0x{r.Code:X2}", Convert.ToBase64String(r.Payload.Span)))], page, size, total));
    }

    private static async Task<IResult> Advance(HttpContext context, ClockControl clock, TimeProvider time)
    {
        var body = Body.Read<ClockBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        if (!clock.IsManual) return Problem.Of(Codes.ValClock, "The clock of this server is real; it cannot be set.", "now");
        return await clock.Advance(body.Value!.Now, context.RequestAborted)
            ? Answer.Ok(new ClockView(time.GetUtcNow(), true, "manual"))
            : Problem.Of(Codes.ValClock, $"The clock stands at {time.GetUtcNow():u} and never goes back.", "now");
    }

    private static async Task<IResult> About(HttpContext context, IServer server, AboutSettings settings, IDocumentStore store, IEnumerable<IAboutSource> sources)
    {
        await using var session = store.QuerySession();
        var sites = await session.Query<Site>().OrderBy(s => s.RegisteredAt).ToListAsync(context.RequestAborted);
        var facts = new Dictionary<string, object?>
        {
            ["name"] = "CultureTrack",
            ["version"] = typeof(RecordEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
            ["urls"] = server.Features.Get<IServerAddressesFeature>()?.Addresses.ToList(),
            ["site"] = sites is [var first, ..] ? first.SiteId : null,
            ["sites"] = sites.Select(s => s.SiteId).ToList(),
            ["clockMode"] = settings.ClockMode,
            ["rehearsal"] = settings.ClockMode == "manual",
            ["now"] = context.Now(),
        };
        foreach (var (name, value) in sources.SelectMany(s => s.Facts())) facts[name] = value;
        return Answer.Ok(facts);
    }
}
