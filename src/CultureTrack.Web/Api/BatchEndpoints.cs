using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.People;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>One entry of a batch. <c>data</c> has the fields of the event type.</summary>
public sealed record EntryBody(
    string Type, JsonElement? Data, DateTimeOffset? OccurredAt, string? Reason, string? Comment, SignatureInput? Signature, SignatureInput? Verification,
    SignatureInput? CoSignature);

public sealed record AppendedView(string BatchId, long Version, IReadOnlyList<JsonObject> Events, LifeState State, string? Phase);

/// <summary>Registering batches, their list, and everything that is entered into them.</summary>
internal static class BatchEndpoints
{
    private const int MostEvents = 5000, RegistrationAttempts = 5;
    private const string RegisterExample = """
        {"batchId":"ADSC-26-0007","productType":"ADSC","specId":"ADSC","specVersion":1,"site":"main","autologous":true,"patientRef":"PT-0007","donorRef":"DN-0007","orderedQty":400000000,"orderedUnit":"cell","plannedUseAt":"2026-04-29T07:00:00Z","intendedUse":"Trial","storage":"Fresh","cultured":true,"patientWeightKg":68,"doseVolumeMl":20,"administrationHours":1,"route":"Subcutaneous"}
        """;
    private const string EntryExample = """
        {"type":"PassagePerformed","data":{"cellLine":"Msc","fromVesselIds":["V-21"],"reagentLot":"TRY-26-01","exposureMin":6,"viableHarvested":122112000,"viabilityPct":95.0},"verification":{"meaning":"Verified","user":"tech02","password":"…"}}
        """;
    private const string AppendedExample = $$"""{"batchId":"ADSC-26-0007","version":23,"events":[{{WireEvent.Example}}],"state":"InProcess","phase":"Expansion"}""";
    private const string ListExample = """
        {"items":[{"batchId":"ADSC-26-0007","version":23,"productType":"ADSC","site":"main","zone":"UTC","state":"InProcess","phase":"Expansion","distribution":"None","patientRef":"PT-0007","donorRef":"DN-0007","registeredAt":"2026-04-10T09:00:00.000Z","plannedUseAt":"2026-04-29T07:00:00.000Z","changedAt":"2026-04-24T13:00:00.000Z","holds":0,"openDeviations":0,"vesselsInCulture":8,"incubators":["INC-04"],"nextDueAt":"2026-04-25T14:00:00.000Z","nextDue":"Look at V-21","isOpen":true}],"page":1,"pageSize":100,"total":1}
        """;

    public static void MapBatches(this IEndpointRouteBuilder root)
    {
        var batches = root.MapGroup("/batches").WithTags("Batches");
        batches.MapPost("", Register).By(Roles.Technician, Roles.QualityAssurance).Is("Registers a batch; without batchId the next serial is taken").Takes<BatchRegistered>(RegisterExample).Gives<BatchView>(201, BatchViewEndpoints.Example);
        batches.MapGet("", List).Is("Batches, latest change first").Pages().Asks("state", "Only this state.").Asks("productType", "Only this product.").Asks("incubator", "Only with vessels in it.")
            .Asks("due", "true = only with work due by now.").Asks("q", "Part of the id, patient or donor.").Gives<Page<BatchSummary>>(200, ListExample);
        batches.MapPost("/{id}/events", Append).Is("Makes one entry, or several all or none").Asks("dryRun", "true = decides and stores nothing.").TakesMany<EntryBody>(EntryExample)
            .Notes("Who may make it, its fields and an example stand with each type of entry, under the components Entry.*.").Gives<AppendedView>(201, AppendedExample);
        batches.MapGet("/{id}/events", Events).Is("The full history in order").Asks("afterVersion", "Only later ones.").Pages()
            .Gives<object>(200, $$"""{"items":[{{WireEvent.Example}}],"page":1,"pageSize":5000,"total":23}""");
    }

    private static async Task<IResult> Register(HttpContext context, IGrainFactory grains, IDocumentStore store)
    {
        var read = await Body.BatchEntry<BatchRegistered>(context);
        if (!read.Accepted) return Problem.Of(read);
        var asked = (BatchRegistered)read.Value!.Data;
        for (var attempt = 1; ; attempt++)
        {
            var id = asked.BatchId ?? await BatchIds.Next(store, asked.ProductType, asked.Site, context.Now(), context.RequestAborted);
            context.Trace().Target = id;
            var grain = grains.GetGrain<IBatchGrain>(id);
            if (await grain.State() is not null)
            {
                if (asked.BatchId is null && attempt < RegistrationAttempts) continue;    // somebody else took the serial at the same moment
                return Problem.Of(Codes.ValDuplicate, $"The batch {id} exists already.", "batchId");
            }
            var answer = await grain.Append([read.Value with { Data = asked with { BatchId = id } }], null, dryRun: false);
            if (!answer.Accepted) return Problem.Of(answer.Findings, answer.Flags);
            return Answer.Created(BatchView.Of((await grain.State())!), answer.Version);
        }
    }

    private static async Task<IResult> List(HttpContext context, IDocumentStore store)
    {
        var query = new Query(context);
        var (state, product, incubator, text, due) = (query.Name<LifeState>("state"), query.Text("productType"), query.Text("incubator"), query.Text("q"), query.Flag("due"));
        var (page, size) = query.Paging();
        if (!query.IsGood) return query.Refused();
        var now = context.Now();
        await using var session = store.QuerySession();
        IQueryable<BatchSummary> found = session.Query<BatchSummary>().Stats(out var statistics);
        if (state is { } s) found = found.Where(b => b.State == s);
        if (product is not null) found = found.Where(b => b.ProductType == product);
        if (incubator is not null) found = found.Where(b => b.Incubators.Contains(incubator));
        if (due) found = found.Where(b => b.NextDueAt <= now);
        if (text is not null) found = found.Where(b => b.Id.Contains(text, StringComparison.OrdinalIgnoreCase) || b.PatientRef!.Contains(text, StringComparison.OrdinalIgnoreCase) || b.DonorRef.Contains(text, StringComparison.OrdinalIgnoreCase));
        var items = await found.OrderByDescending(b => b.ChangedAt).ThenBy(b => b.Id).Skip((page - 1) * size).Take(size).ToListAsync(context.RequestAborted);
        return Answer.Ok(new Page<JsonObject>([.. items.Select(Line)], page, size, statistics.TotalResults));
    }

    // The document is found by its id; outside, a batch's id is called batchId everywhere.
    private static JsonObject Line(BatchSummary summary)
    {
        var line = JsonSerializer.SerializeToNode(summary, RecordJson.Options)!.AsObject();
        line.Remove("id");
        line.Insert(0, "batchId", summary.Id);
        return line;
    }

    private static async Task<IResult> Append(string id, HttpContext context, IGrainFactory grains)
    {
        var query = new Query(context);
        var (dryRun, ifMatch) = (query.Flag("dryRun"), query.IfMatch());
        var bodies = Body.OneOrMany(context);
        if (!bodies.Accepted || !query.IsGood) return Problem.Of([.. bodies.Findings, .. query.Findings]);
        var (items, isArray) = bodies.Value;
        context.Trace().Target = id;
        context.Trace().What = string.Join(",", items.Select(TypeOf).Distinct().Take(10)) + (dryRun ? " (dry run)" : "");
        var grain = grains.GetGrain<IBatchGrain>(id);
        if (await grain.State() is null) return RegisterEndpoints.Unknown($"The batch {id}");
        var entries = await EntryReading.Read(context, items, isArray);
        if (!entries.Accepted) return Problem.Of(entries);
        var answer = await grain.Append(entries.Value!, ifMatch, dryRun);
        if (!answer.Accepted)
            return Problem.Of(answer.Findings, answer.Flags, answer.Findings.Any(f => f.Code == Codes.Concurrency) ? answer.Version : null);
        var view = new AppendedView(answer.BatchId, answer.Version, [.. answer.Events.Select(WireEvent.Of)], answer.State, answer.Phase);
        return dryRun ? Answer.Ok(view) : Answer.Created(view, answer.Version);
    }

    // For the audit trail only: what was tried, whether or not it has the right shape.
    private static string TypeOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && EventCatalogue.ByName.ContainsKey(type.GetString()!) ? type.GetString()! : "?";

    private static async Task<IResult> Events(string id, HttpContext context, IGrainFactory grains)
    {
        var query = new Query(context);
        var after = query.Whole("afterVersion", 0, 0, int.MaxValue);
        var (page, size) = (query.Whole("page", 1, 1, int.MaxValue / MostEvents), query.Whole("pageSize", MostEvents, 1, MostEvents));
        if (!query.IsGood) return query.Refused();
        var grain = grains.GetGrain<IBatchGrain>(id);
        if (await grain.State() is not { } state) return RegisterEndpoints.Unknown($"The batch {id}");
        var events = await grain.Events(after);
        return Answer.Ok(new Page<JsonObject>([.. events.Skip((page - 1) * size).Take(size).Select(WireEvent.Of)], page, size, events.Count), state.Version);
    }
}

/// <summary>Ids of batches: product code, year and serial of the site (G-10).</summary>
internal static class BatchIds
{
    public static async Task<string> Next(IDocumentStore store, string productType, string site, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var zone = (await session.LoadAsync<Domain.Lab.Site>(site, ct))?.Zone ?? "UTC";
        var start = $"{productType}-{SiteTime.Local(zone, now):yy}-";
        var taken = await session.Query<BatchSummary>().Where(b => b.Id.StartsWith(start)).Select(b => b.Id).ToListAsync(ct);
        var last = taken.Select(id => int.TryParse(id[start.Length..], out var serial) ? serial : 0).DefaultIfEmpty().Max();
        return $"{start}{last + 1:0000}";
    }
}
