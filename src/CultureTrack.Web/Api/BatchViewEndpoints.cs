using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Tracing;
using CultureTrack.Web.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record ReleaseView(
    string Verdict, long Version, DateTimeOffset At, string Spec, IReadOnlyList<VerdictReason> Reasons, IReadOnlyList<string> Pending, IReadOnlyList<CriterionStatus> Criteria,
    IReadOnlyList<Guid> Evidence)
{
    public static ReleaseView Of(Verdict v) => new(v.Value, v.Version, v.At, v.Spec, v.Reasons, v.Pending, v.Criteria, v.Evidence);
}

/// <summary>What can be seen of one batch: its state, verdict, exposure, exceptions, lineage and forecast.</summary>
internal static class BatchViewEndpoints
{

    public const string Example = """
        {"batchId":"ADSC-26-0007","version":23,"productType":"ADSC","state":"InProcess","phase":"Expansion","holds":[],"distribution":"None","passage":1,"pdl":2.585,"cpdl":2.585,"cpdlFlag":"P0Unknown","expiresAt":null,"specId":"ADSC","specVersion":1,"site":"main","zone":"UTC","jurisdiction":"US","patientRef":"PT-0007","donorRef":"DN-0007","autologous":true,"storage":"Fresh","orderedQty":400000000,"orderedUnit":"cell","plannedUseAt":"2026-04-29T07:00:00.000Z","registeredAt":"2026-04-10T09:00:00.000Z","vessels":[{"vesselId":"V-21","type":"1-layer stack","areaCm2":636,"passage":1,"incubatorId":"INC-04","shelf":2,"status":"InUse","purpose":"Expansion","confluencePct":80}],"containers":[],"samples":[],"openDeviations":[],"openOos":[],"dueWork":[]}
        """;
    private const string ReleaseExample = """
        {"verdict":"BLOCKED","version":97,"at":"2026-03-19T10:16:00.000Z","spec":"CEA@1","reasons":[{"id":"C-12","code":"NOT_REVIEWED","text":"The record is not reviewed.","evidence":[]}],"pending":[],"criteria":[{"id":"CEA-01","common":null,"attribute":"Sheet area","gate":"F","status":"Pass","limit":"≥ 50 cm²","observed":"53.5 cm²","alert":false,"validUntil":null,"evidence":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b11"],"why":"53.5 cm² is within the limit."}],"evidence":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b01"]}
        """;
    private const string ExposureExample = """
        {"at":"2026-04-26T04:00:00.000Z","metrics":[{"id":"E-01","value":75,"unit":"min","band":"FAIL","worstVessel":"V-31","assessed":false}],"vessels":[{"vesselId":"V-31","stays":[{"incubatorId":"INC-04","from":"2026-04-24T14:15:00.000Z","to":null}],"metrics":{"highTRawMin":73,"highTLongestMin":75,"peakT":41.3,"missingMin":0,"doorMin":0,"outMin":15}}],"excursions":[{"excursionId":"X-1","incubatorId":"INC-04","channel":"temperature","side":"high","severity":"action","startAt":"2026-04-26T02:00:00.000Z","openedAt":"2026-04-26T02:05:00.000Z","endAt":"2026-04-26T03:15:00.000Z","closedAt":"2026-04-26T03:20:00.000Z","peak":41.3,"durationMin":75,"rawMin":73,"status":"Closed"}],"gaps":[],"sensors":[{"incubatorId":"INC-04","channel":"co2","deviceId":"INC-04-probe","kind":"Drifting","from":"2026-04-24T20:00:00.000Z","to":null,"text":"The level went from 5.00 to 5.24 %, farther than the accuracy of ±0.2 %."}]}
        """;
    private const string ExceptionsExample = """
        {"scopeVersion":96,"items":[{"exceptionId":"X-1","kind":"Excursion","eventIds":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b11"],"text":"CO2 low in INC-02","seen":false}],"coverage":{"rulesRun":140,"readingsExpected":100000,"readingsReceived":99990,"stepsExpected":40,"stepsDone":40,"signaturesChecked":22}}
        """;

    public static void MapBatchViews(this IEndpointRouteBuilder root)
    {
        var batch = root.MapGroup("/batches/{id}").WithTags("Batches");
        batch.MapGet("", Get).Is("One batch, now or as of an instant").Asks("at", "What had happened by then.").Asks("knownAt", "What was recorded by then.").Gives<BatchView>(200, Example);
        batch.MapGet("/diff", Diff).Is("What differs between two views of the batch: what had happened, and what was known of it").Asks("at", "First view: what had happened by then.")
            .Asks("knownAt", "First view: what was recorded by then.").Asks("otherAt", "Second view; now unless given.").Asks("otherKnownAt", "Second view; now unless given.").Gives<DiffView>(200, DiffView.Example);
        batch.MapGet("/release", Release).Is("The verdict, now, then, or against another specification").Asks("spec", "Such as ADSC@2: what if.").Asks("at", "As of this instant.").Gives<ReleaseView>(200, ReleaseExample);
        batch.MapGet("/exposure", Exposure).Is("What its incubators did to it").Asks("at", "As of this instant.").Gives<ExposureView>(200, ExposureExample);
        batch.MapGet("/exceptions", Exceptions).Is("Everything a reviewer has to see").Gives<ExceptionReport>(200, ExceptionsExample);
        batch.MapGet("/lineage", Lineage).Is("From donor to container as a graph, across the batches it comes from and those made of it").Asks("direction", "ancestors, descendants or both; both unless given.")
            .Asks("depth", "Batches away, 0 to 100; 100 unless given.").Asks("limit", "Nodes, 1 to 20000; 10000 unless given. More than that is truncated, the nearest batches first.").Gives<LineageView>(200, LineageView.Example);
        batch.MapGet("/forecast", Forecast).Is("When the cells will be enough").Asks("target", "Cells or percent to reach.").Asks("unit", "cells or pct.").Asks("at", "Predict for this instant too.").Asks("capacity", "Cells the vessels can hold.").Asks("planning", "true: the 80 % interval to plan with, beside the normative one.")
            .Gives<ForecastView>(200, ForecastView.Example);
    }

    private static async Task<IResult> Get(string id, HttpContext context, IGrainFactory grains)
    {
        var query = new Query(context);
        var (at, knownAt) = (query.Instant("at"), query.Instant("knownAt"));
        if (!query.IsGood) return query.Refused();
        return await grains.GetGrain<IBatchGrain>(id).State(at, knownAt) is { HasStarted: true } state ? Answer.Ok(BatchView.Of(state), state.Version) : RegisterEndpoints.Unknown($"The batch {id}");
    }

    private static async Task<IResult> Diff(string id, HttpContext context, IGrainFactory grains)
    {
        var query = new Query(context);
        var (one, other) = (new DiffSide(query.Instant("at"), query.Instant("knownAt"), 0), new DiffSide(query.Instant("otherAt"), query.Instant("otherKnownAt"), 0));
        if (!query.IsGood) return query.Refused();
        var grain = grains.GetGrain<IBatchGrain>(id);
        if (await grain.State() is null) return RegisterEndpoints.Unknown($"The batch {id}");
        return Answer.Ok(DiffView.Of((await grain.State(one.At, one.KnownAt))!, one, (await grain.State(other.At, other.KnownAt))!, other));
    }

    private static async Task<IResult> Release(string id, HttpContext context, IGrainFactory grains, Specifications specifications)
    {
        var query = new Query(context);
        var (at, asked) = (query.Instant("at"), query.Text("spec"));
        if (!query.IsGood) return query.Refused();
        var grain = grains.GetGrain<IBatchGrain>(id);
        if (await grain.State(knownAt: at) is not { HasStarted: true }) return RegisterEndpoints.Unknown($"The batch {id}");
        Specification? whatIf = null;
        if (asked is not null)
        {
            if (asked.Split('@') is not [var specId, var number] || !int.TryParse(number, out var version)) return Problem.Of(Codes.ValFormat, "A specification is named like ADSC@2.", "spec");
            whatIf = (await specifications.Known(specId, version, context.RequestAborted))?.WithCommon();
            if (whatIf is null) return RegisterEndpoints.Unknown(asked);
        }
        var verdict = await grain.Release(at, whatIf);
        return Answer.Ok(ReleaseView.Of(verdict), verdict.Version);
    }

    private static async Task<IResult> Exposure(string id, HttpContext context, IGrainFactory grains)
    {
        var query = new Query(context);
        var at = query.Instant("at");
        if (!query.IsGood) return query.Refused();
        var grain = grains.GetGrain<IBatchGrain>(id);
        if (await grain.State() is not { } state) return RegisterEndpoints.Unknown($"The batch {id}");
        return Answer.Ok(await grain.Exposure(at), state.Version);
    }

    private static async Task<IResult> Exceptions(string id, HttpContext context, IGrainFactory grains, ReviewReports reports)
    {
        if (await grains.GetGrain<IBatchGrain>(id).State() is null) return RegisterEndpoints.Unknown($"The batch {id}");
        var report = await reports.Of(id, context.RequestAborted);
        return Answer.Ok(report, report.ScopeVersion);
    }

    private static async Task<IResult> Lineage(string id, HttpContext context, LineageSearch search)
    {
        var query = new Query(context);
        var direction = query.Text("direction") switch { null or "both" => LineageDirection.Both, "ancestors" => LineageDirection.Ancestors, "descendants" => LineageDirection.Descendants, _ => (LineageDirection?)null };
        var (depth, limit) = (query.Whole("depth", LineageSearch.MostDepth, 0, LineageSearch.MostDepth), query.Whole("limit", LineageSearch.UsualNodes, 1, LineageSearch.MostNodes));
        if (!query.IsGood) return query.Refused();
        if (direction is not { } towards) return Problem.Of(Codes.ValFormat, "The direction is ancestors, descendants or both.", "direction");
        return await search.Find(id, towards, depth, limit, context.RequestAborted) is { } found ? Answer.Ok(LineageView.Of(found), found.Version) : RegisterEndpoints.Unknown($"The batch {id}");
    }

    private static async Task<IResult> Forecast(string id, HttpContext context, IGrainFactory grains, GrowthExperience experience)
    {
        var query = new Query(context);
        var (target, capacity, at, unit) = (query.Number("target"), query.Number("capacity"), query.Instant("at"), query.Text("unit") ?? "cells");
        var planned = query.Flag("planning");
        if (!query.IsGood) return query.Refused();
        if (unit is not ("cells" or "pct")) return Problem.Of(Codes.ValUnit, "The unit is cells or pct.", "unit");
        if (target <= 0 || capacity <= 0) return Problem.Of(Codes.ValRange, "Target and capacity are more than 0.", target <= 0 ? "target" : "capacity");
        if (await grains.GetGrain<IBatchGrain>(id).State() is not { } state) return RegisterEndpoints.Unknown($"The batch {id}");
        var plan = planned ? new PlanBasis(await experience.Of(state.ProductType, unit == "pct", context.RequestAborted)) : null;
        return Answer.Ok(ForecastView.Of(state, (double?)target, unit == "pct", at, (double?)capacity, plan), state.Version);
    }
}
