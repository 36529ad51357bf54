using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Tracing;
using CultureTrack.Web.Tracing;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Evidence">Number of entries that show it; the first ones are in <paramref name="Events"/>.</param>
public sealed record ReachView(
    ReachKind Kind, string Text, int Weight, string Key, string? Via, DateTimeOffset From, DateTimeOffset? To, int Evidence, IReadOnlyList<Guid> Events, IReadOnlyList<Guid> OriginEvents);

public sealed record ReachedView(
    string BatchId, int Score, string? ProductType, LifeState? State, string? PatientRef, int? Holds, Distribution? Distribution, IReadOnlyList<ReachView> Reasons);

public sealed record BlastView(OriginFound Origin, IReadOnlyList<ReachedView> Items, int Page, int PageSize, int Total);

public sealed record BlastHoldsBody(IReadOnlyList<string> BatchIds, string Reason);

public sealed record BlastHoldsView(int Placed, int AlreadyOnHold, int Refused, IReadOnlyList<HeldBatch> Batches);

/// <summary>Which batches something may have reached, and one hold for all of them.</summary>
internal static class BlastRadiusEndpoints
{
    private const int MostEvidence = 10, LongestWindowDays = 366;
    private const string Example = """
        {"origin":{"kind":"Batch","id":"ADSC-26-0007","from":null,"to":null,"eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","eventType":"ConfluenceObserved","eventAt":"2026-04-25T09:00:00.000Z"},"items":[{"batchId":"ADSC-26-0009","score":80,"productType":"ADSC","state":"InProcess","patientRef":"PT-0009","holds":0,"distribution":"None","reasons":[{"kind":"SameShelf","text":"On the same shelf 2 of INC-04 at the same time","weight":50,"key":"INC-04","via":"2","from":"2026-04-24T14:15:00.000Z","to":null,"evidence":1,"events":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b12"],"originEvents":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b13"]}]}],"page":1,"pageSize":100,"total":1}
        """;
    private const string HoldsBody = """{"batchIds":["ADSC-26-0009","ADSC-26-0010"],"reason":"Contamination of ADSC-26-0007 under investigation"}""";
    private const string HoldsExample = """
        {"placed":1,"alreadyOnHold":0,"refused":1,"batches":[{"batchId":"ADSC-26-0009","outcome":"Placed","holdId":"HOLD-0197F3A25C1E7000","code":null,"message":null},{"batchId":"ADSC-26-0010","outcome":"Refused","holdId":null,"code":"STATE-TRANSITION","message":"HoldPlaced is not possible while the batch is Closed."}]}
        """;

    public static void MapBlastRadius(this IEndpointRouteBuilder root)
    {
        var group = root.MapGroup("/blast-radius").WithTags("Blast radius");
        group.MapGet("", Find).Is("Every batch that shared something with one batch, lot, operator, incubator or failed calibration, ranked with reasons").Pages()
            .Asks("batch", "A batch.").Asks("event", "With batch: the entry that tells of the contamination.").Asks("lot", "A lot, also inside of media.").Asks("operator", "A person, with from and to.")
            .Asks("incubator", "An incubator, freezer or cabinet, with from and to.").Asks("shelf", "With incubator: only this shelf.")
            .Asks("calibration", "Equipment whose calibration found a sensor out of tolerance: everything since the last good one.").Asks("channel", "With calibration: only this channel.")
            .Asks("from", "Only contacts from then on.").Asks("to", "Only contacts until then.").Asks("kind", "Only batches with a reason of this kind.").Asks("state", "Only batches in this state.")
            .Asks("open", "true = only batches whose life goes on.").Gives<BlastView>(200, Example);
        group.MapPost("/holds", Hold).By(Roles.Technician, Roles.QualityAssurance).Is("Puts batches on hold for one reason; each by its own rules, a repeat places nothing twice")
            .Takes<BlastHoldsBody>(HoldsBody).Gives<BlastHoldsView>(200, HoldsExample);
    }

    private static async Task<IResult> Find(HttpContext context, BlastRadiusSearch search, IDocumentStore store)
    {
        var query = new Query(context);
        var (kind, state, open, (page, size)) = (query.Name<ReachKind>("kind"), query.Name<LifeState>("state"), query.Flag("open"), query.Paging());
        var question = Question(query, out var refused);
        if (!query.IsGood) return query.Refused();
        if (refused is not null) return Problem.Of([refused]);
        var answer = await search.Find(question!, context.RequestAborted);
        if (!answer.Accepted) return Problem.Of(answer);
        await using var session = store.QuerySession();
        var found = answer.Value!.Batches.Where(b => kind is null || b.Reasons.Any(r => r.Kind == kind)).ToList();
        if (state is not null || open)
        {
            var fitting = (await session.Query<BatchSummary>().Where(b => (state == null || b.State == state) && (!open || b.IsOpen)).Select(b => b.Id).ToListAsync(context.RequestAborted)).ToHashSet(StringComparer.Ordinal);
            found = [.. found.Where(b => fitting.Contains(b.BatchId))];
        }
        var shown = found.Skip((page - 1) * size).Take(size).ToList();
        var lines = (await session.LoadManyAsync<BatchSummary>(context.RequestAborted, [.. shown.Select(b => b.BatchId)])).ToDictionary(b => b.Id, StringComparer.Ordinal);
        return Answer.Ok(new BlastView(answer.Value.Origin, [.. shown.Select(b => View(b, lines.GetValueOrDefault(b.BatchId)))], page, size, found.Count));
    }

    /// <summary>Exactly one origin; a person or a thing needs its time.</summary>
    private static BlastQuestion? Question(Query query, out Finding? refused)
    {
        (string Name, OriginKind Kind)[] origins = [("batch", OriginKind.Batch), ("lot", OriginKind.Lot), ("operator", OriginKind.Operator), ("incubator", OriginKind.Incubator), ("calibration", OriginKind.Calibration)];
        var named = origins.Where(o => query.Text(o.Name) is not null).ToList();
        var (from, to, eventId) = (query.Instant("from"), query.Instant("to"), query.Text("event"));
        refused = null;
        if (named is not [var origin]) refused = new(Codes.ValRequired, "batch", "Name one origin: batch, lot, operator, incubator or calibration.");
        else if (from > to) refused = new(Codes.ValOrder, "to", "The end lies before the beginning.");
        else if (origin.Kind is OriginKind.Operator or OriginKind.Incubator && (from is null || to is null)) refused = new(Codes.ValRequired, from is null ? "from" : "to", "Say from when to when.");
        else if (origin.Kind is OriginKind.Operator or OriginKind.Incubator && to - from > TimeSpan.FromDays(LongestWindowDays)) refused = new(Codes.ValRange, "to", $"At most {LongestWindowDays} days.");
        else if (eventId is not null && (origin.Kind != OriginKind.Batch || !Guid.TryParse(eventId, out _))) refused = new(Codes.ValFormat, "event", "The id of an entry of the batch is expected.");
        else
            return new(origin.Kind, query.Text(origin.Name)!, from, to, eventId is null ? null : Guid.Parse(eventId), query.Text("shelf") is null ? null : query.Whole("shelf", 0, 0, 1000), query.Text("channel"));
        return null;
    }

    private static ReachedView View(ReachedBatch b, BatchSummary? line) => new(b.BatchId, b.Score, line?.ProductType, line?.State, line?.PatientRef, line?.Holds, line?.Distribution,
        [.. b.Reasons.Select(r => new ReachView(r.Kind, ReachWords.English(r), r.Weight, r.Key, r.Via, r.From, r.To, r.Events.Count, [.. r.Events.Take(MostEvidence)], [.. r.OriginEvents.Take(MostEvidence)]))]);

    private static async Task<IResult> Hold(HttpContext context, BlastHolds holds)
    {
        var body = Body.Read<BlastHoldsBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (ids, reason) = body.Value!;
        if (ids.Count is 0 or > BlastHolds.MostBatches) return Problem.Of(ids.Count == 0 ? Codes.ValRequired : Codes.ValRange, $"1 to {BlastHolds.MostBatches} batches are named.", "batchIds");
        if (reason.Trim().Length < BlastHolds.ReasonMinLength) return Problem.Of(Codes.ValReason, $"A reason of at least {BlastHolds.ReasonMinLength} characters is needed.", "reason");
        context.Trace().Target = ids.Count == 1 ? ids[0] : $"{ids.Count} batches";
        var held = await holds.Place(context.Caller().Actor, ids, reason.Trim(), context.Connection.RemoteIpAddress?.ToString(), context.RequestAborted);
        return Answer.Ok(new BlastHoldsView(held.Count(h => h.Outcome == HoldOutcome.Placed), held.Count(h => h.Outcome == HoldOutcome.AlreadyOnHold), held.Count(h => h.Outcome is HoldOutcome.Refused or HoldOutcome.NotKnown), held));
    }
}
