using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Incubators;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>One line of the alarm history as the API shows it.</summary>
public sealed record AlarmLineView(
    DateTimeOffset At, string AlarmId, string IncubatorId, string Site, string? Channel, string Kind, string Point, string Step, string Severity, string State, string? User, string? ExcursionId)
{
    public static AlarmLineView Of(AlarmLine l) => new(
        l.At, l.AlarmId, l.IncubatorId, l.Site, l.Alarm.Point.Channel, l.Alarm.Point.Kind.ToString(), l.Alarm.Point.ToString(), l.Step.ToString(),
        l.Severity == Domain.Telemetry.Severity.Critical ? "critical" : "action", l.Alarm.State.ToString(), l.User, l.Alarm.ExcursionId);
}

/// <summary>What happened to alarms, and the figures of EEMUA 191 and ISA-18.2 it makes.</summary>
internal static class AlarmFigureEndpoints
{
    private const string LineExample = """
        {"at":"2026-04-26T02:09:00.000Z","alarmId":"INC-04.Limit.temperature.high.critical.20260426T020900000","incubatorId":"INC-04","site":"main","channel":"temperature","kind":"Limit","point":"Limit.temperature.high.critical","step":"Raised","severity":"critical","state":"UnackActive","user":null,"excursionId":"EXC-1"}
        """;

    private const string MetricsExample = """
        {"from":"2026-04-01T00:00:00.000Z","to":"2026-05-01T00:00:00.000Z","operators":1,"alarms":180,"perHourPerOperator":0.25,"peak":{"site":"main","at":"2026-04-26T02:16:00.000Z","alarms":7},"priorities":[{"priority":"Low","alarms":140,"share":0.778,"target":0.8},{"priority":"Medium","alarms":31,"share":0.172,"target":0.15},{"priority":"High","alarms":9,"share":0.05,"target":0.05}],"mostFrequent":[{"incubatorId":"INC-04","point":"Limit.co2.low.action","alarms":63,"share":0.35}],"mostFrequentShare":0.35,"chattering":1,"fleeting":4,"stale":0,"shelved":6,"acknowledgedMedianMin":2.5,"acknowledgedP95Min":14,"floods":[],"floodMin":0,"floodShare":0,"days":[{"day":"2026-04-01","alarms":6}]}
        """;

    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static void MapAlarmFigures(this IEndpointRouteBuilder root)
    {
        var alarms = root.MapGroup("/alarms").WithTags("Alarms");
        Period(alarms.MapGet("/metrics", Metrics).Is("Figures of the alarm system over a period, by EEMUA 191 and ISA-18.2")).Asks("site", "Only this site.").Gives<AlarmMetrics>(200, MetricsExample);
        Period(alarms.MapGet("/history", History).Is("Every change of every alarm, oldest first").Pages()).Asks("incubator", "Only of this equipment.")
            .Gives<Page<AlarmLineView>>(200, RegisterEndpoints.ListOf(LineExample));
    }

    private static RouteHandlerBuilder Period(RouteHandlerBuilder endpoint) =>
        endpoint.Asks("from", "Start; 30 days before the end unless given. At most 366 days before it.").Asks("to", "End, not included; now unless given.");

    private static async Task<IResult> Metrics(HttpContext context, AlarmHistory history)
    {
        var (query, site) = (new Query(context), new Query(context).Text("site"));
        if (Asked(query, context.Now()) is not { } period) return query.Refused();
        return await history.Metrics(period.From, period.To, site, context.RequestAborted) is { } metrics ? Answer.Ok(metrics) : RegisterEndpoints.Unknown($"The site {site}");
    }

    private static async Task<IResult> History(HttpContext context, AlarmHistory history)
    {
        var query = new Query(context);
        if (Asked(query, context.Now()) is not { } period) return query.Refused();
        var lines = await history.Lines(query.Text("incubator"), period.From, period.To, context.RequestAborted);
        return query.Page([.. lines.OrderBy(l => l.At).Select(AlarmLineView.Of)]);
    }

    private static (DateTimeOffset From, DateTimeOffset To)? Asked(Query query, DateTimeOffset now)
    {
        var to = query.Instant("to") ?? now.AddMilliseconds(1);    // what happens at this instant has happened
        var from = query.Instant("from") ?? to - Usual;
        if (from >= to || to - from > AlarmHistory.LongestPeriod) query.Refuse(Codes.ValRange, "from", $"From lies before to, at most {AlarmHistory.LongestPeriod.TotalDays} days.");
        return query.IsGood ? (from, to) : null;
    }
}
