using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Incubators;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record BacktestBody(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RuleChange>? Changes = null);

/// <summary>What another limit or delay would have meant.</summary>
internal static class BacktestEndpoints
{
    private const string Example = """
        {"incubatorId":"INC-04","from":"2026-03-01T00:00:00.000Z","to":"2026-06-01T00:00:00.000Z","changes":[{"channel":"co2","severity":"action","side":"low","limit":4.2,"delayMin":20}],"readings":529920,"live":{"alarms":31,"pages":34,"pagesPerWeek":2.59,"excursions":12,"minutesToPageMedian":10,"minutesToPageP95":10},"candidate":{"alarms":26,"pages":29,"pagesPerWeek":2.21,"excursions":7,"minutesToPageMedian":20,"minutesToPageP95":20},"found":7,"missed":5,"extra":0,"missedList":[{"channel":"co2","side":"low","severity":"action","startAt":"2026-03-09T10:12:00.000Z","endAt":"2026-03-09T10:27:00.000Z","peak":3.8}],"extraList":[],"answerAfterMin":3.5,"check":{"lines":96,"isExact":true,"notReplayed":[],"onlyReplayed":[]}}
        """;

    public static void MapBacktests(this IEndpointRouteBuilder root) =>
        root.MapPost("/incubators/{id}/backtest", Run).By(Roles.Technician, Roles.Supervisor, Roles.QualityAssurance).WithTags("Incubators")
            .Is("Tries another limit or delay on the stored past, at most 366 days of it, beside the live rule; writes nothing. Without changes it replays the live rule")
            .Takes<BacktestBody>("""{"from":"2026-03-01T00:00:00.000Z","to":"2026-06-01T00:00:00.000Z","changes":[{"channel":"co2","severity":"action","side":"low","limit":4.2,"delayMin":20}]}""")
            .Gives<BacktestResult>(200, Example);

    private static async Task<IResult> Run(string id, HttpContext context, Backtests backtests)
    {
        var body = Body.Read<BacktestBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        context.Trace().Target = id;
        return Answer.Of(await backtests.Run(id, body.Value!.From, body.Value.To, body.Value.Changes ?? [], context.RequestAborted), r => Answer.Ok(r));
    }
}
