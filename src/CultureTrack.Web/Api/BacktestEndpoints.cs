using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Incubators;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Severity">action or critical.</param>
/// <param name="Side">low or high.</param>
/// <param name="Limit">A value in the unit of the channel; null: as it is.</param>
/// <param name="DelayMin">Minutes; null: as it is.</param>
public sealed record RuleChangeBody(string Channel, string Severity, string Side, decimal? Limit = null, decimal? DelayMin = null);

public sealed record BacktestBody(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RuleChangeBody>? Changes = null);

public sealed record LoneExcursionView(string Channel, string Side, string Severity, DateTimeOffset StartAt, DateTimeOffset? EndAt, double Peak);

/// <summary>A backtest with the words of the API.</summary>
public sealed record BacktestView(
    string IncubatorId, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RuleChangeBody> Changes, long Readings, RuleOutcome Live, RuleOutcome Candidate,
    int Found, int Missed, int Extra, IReadOnlyList<LoneExcursionView> MissedList, IReadOnlyList<LoneExcursionView> ExtraList, double AnswerAfterMin, ReplayCheck Check);

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
            .Gives<BacktestView>(200, Example);

    private static async Task<IResult> Run(string id, HttpContext context, Backtests backtests)
    {
        var body = Body.Read<BacktestBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        context.Trace().Target = id;
        var (from, to, asked) = body.Value!;
        var (changes, findings) = (new List<RuleChange>(), new List<Finding>());
        foreach (var (change, i) in (asked ?? []).Select((c, i) => (c, i)))
        {
            Severity? severity = change.Severity switch { "action" => Severity.Action, "critical" => Severity.Critical, _ => null };
            Side? side = change.Side switch { "low" => Side.Low, "high" => Side.High, _ => null };
            if (severity is null) findings.Add(new(Codes.ValFormat, $"changes[{i}].severity", "action or critical is expected."));
            if (side is null) findings.Add(new(Codes.ValFormat, $"changes[{i}].side", "low or high is expected."));
            if (severity is { } how && side is { } where) changes.Add(new(change.Channel, how, where, change.Limit, change.DelayMin));
        }
        if (findings.Count > 0) return Problem.Of(findings);
        return Answer.Of(await backtests.Run(id, from, to, changes, context.RequestAborted), r => Answer.Ok(View(r)));
    }

    private static BacktestView View(BacktestResult r) => new(
        r.IncubatorId, r.From, r.To, [.. r.Changes.Select(c => new RuleChangeBody(c.Channel, Word(c.Severity), Word(c.Side), c.Limit, c.DelayMin))], r.Readings, r.Live, r.Candidate,
        r.Found, r.Missed, r.Extra, [.. r.MissedList.Select(View)], [.. r.ExtraList.Select(View)], r.AnswerAfterMin, r.Check);

    private static LoneExcursionView View(LoneExcursion e) => new(e.Channel, Word(e.Side), Word(e.Severity), e.StartAt, e.EndAt, e.Peak);

    private static string Word(Severity severity) => severity == Severity.Critical ? "critical" : "action";

    private static string Word(Side side) => side == Side.High ? "high" : "low";
}
