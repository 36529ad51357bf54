using System.Reflection;
using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
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
/// <param name="Doubt">Why commands are refused with CLOCK at the moment; absent when they are not .</param>
public sealed record ClockView(DateTimeOffset Now, bool Settled, string Mode, string? Doubt = null);
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
        root.MapGet("/audit.csv", (HttpContext context, AuditTrail audit) => Export(context, audit, csv: true)).By(Roles.QualityAssurance, Roles.Administrator, Roles.Supervisor).WithTags("Records")
            .Is("The same as a CSV file, all of it, with the same filters").Produces(200, contentType: "text/csv");
        root.MapGet("/audit.json", (HttpContext context, AuditTrail audit) => Export(context, audit, csv: false)).By(Roles.QualityAssurance, Roles.Administrator, Roles.Supervisor).WithTags("Records")
            .Is("The same as a JSON file, all of it, with the same filters").Gives(200, new List<AuditView> { new(Then, "tech01", "POST /batches/{id}/events MediumChanged", "CEA-26-0001", "Accepted", null, "10.0.0.7") });
        root.MapGet("/batches/{id}/audit.csv", (string id, HttpContext context, AuditTrail audit, IGrainFactory grains) => ExportBatch(id, context, audit, grains, csv: true)).WithTags("Batches")
            .Is("The audit trail of a batch for people: entries, corrections with both values, signatures, refusals").Produces(200, contentType: "text/csv");
        root.MapGet("/batches/{id}/audit.json", (string id, HttpContext context, AuditTrail audit, IGrainFactory grains) => ExportBatch(id, context, audit, grains, csv: false)).WithTags("Batches")
            .Is("The same for programs").Gives<List<BatchAuditLine>>(200, $"[{BatchAuditLine.Example}]");
        root.MapGet("/rejects", Rejects).WithTags("Records").Is("Refused device messages, newest first").Pages()
            .Gives(200, new Page<RejectView>([new(Then, "INC-02-9f3c1a", "culturetrack/main/INC-02/telemetry", "not JSON", "0x99", "eyJ0cw==")], 1, 100, 1));
        root.MapGet("/service", async (HttpContext context, Service.ServiceStatus status) => Answer.Ok(await status.Now(context.RequestAborted))).By(Roles.Administrator, Roles.QualityAssurance, Roles.Supervisor).WithTags("Server").Is("How the server is: its parts, what comes in, the newest checkpoint, deliveries that wait")
            .Gives(200, new Service.ServiceView(Then, true, [new("api", true, null), new("database", true, null), new("silo", true, null), new("broker", true, null)], new Dictionary<string, long> { ["messages"] = 120, ["readings"] = 480 }, 7, Then, 1220, 0));
        root.MapPut("/clock", Advance).By(Roles.Administrator).WithTags("Server").Is("Puts the manual clock of a rehearsal forward").Takes<ClockBody>("""{"now":"2026-03-02T09:40:00.000Z"}""")
            .Gives(200, new ClockView(Then, true, "manual"));
        root.MapGet("/clock", (TimeProvider clock, ClockGuard guard, AboutSettings about) => Answer.Ok(new ClockView(clock.GetUtcNow(), true, about.ClockMode, guard.Doubt()))).WithTags("Server").Is("The lab's clock")
            .Gives(200, new ClockView(Then, true, "manual"));
        root.MapGet("/about", About).WithoutSession().WithTags("Server").Is("Version, addresses, site and clock mode")
            .Gives<object>(200, """{"name":"CultureTrack","version":"0.1.0","urls":["http://localhost:8080"],"mqtt":"127.0.0.1:1883","site":"main","sites":["main"],"clockMode":"real","rehearsal":false,"now":"2026-03-02T09:40:00.000Z"}""");
    }

    private static async Task<IResult> Audit(HttpContext context, AuditTrail audit)
    {
        var query = new Query(context);
        var (page, size) = query.Paging();
        var asked = Asked(query);
        if (!query.IsGood) return query.Refused();
        var (items, total) = await audit.List(asked, page, size, context.RequestAborted);
        return Answer.Ok(new Page<AuditView>([.. items.Select(View)], page, size, total));
    }

    private static AuditQuery Asked(Query query) =>
        new(query.Text("user"), query.Text("target"), query.Text("command"), query.Text("outcome"), query.Instant("from"), query.Instant("to"));

    private static IResult Export(HttpContext context, AuditTrail audit, bool csv)
    {
        var query = new Query(context);
        var asked = Asked(query);
        if (!query.IsGood) return query.Refused();
        var entries = audit.All(asked, context.RequestAborted);
        return csv ? Results.Stream(to => AuditExport.Trail(to, entries, context.RequestAborted), "text/csv; charset=utf-8", "audit.csv")
            : Results.Stream(to => JsonSerializer.SerializeAsync(to, entries.Select(View), ApiJson.Options, context.RequestAborted), "application/json", "audit.json");
    }

    private static async Task<IResult> ExportBatch(string id, HttpContext context, AuditTrail audit, IGrainFactory grains, bool csv)
    {
        var events = await grains.GetGrain<IBatchGrain>(id).Events();
        if (events.Count == 0) return RegisterEndpoints.Unknown($"The batch {id}");
        var lines = BatchAuditLine.Of(events, await audit.All(new(Target: id, Outcome: "Refused"), context.RequestAborted).ToListAsync(context.RequestAborted));
        return csv ? Results.Stream(to => AuditExport.Batch(to, lines, context.RequestAborted), "text/csv; charset=utf-8", $"{id}-audit.csv")
            : Results.Stream(to => JsonSerializer.SerializeAsync(to, lines, ApiJson.Options, context.RequestAborted), "application/json", $"{id}-audit.json");
    }

    private static AuditView View(AuditEntry a) => new(a.At, a.User, a.Command, a.Target, a.Outcome, a.Code, a.SourceAddress);

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
