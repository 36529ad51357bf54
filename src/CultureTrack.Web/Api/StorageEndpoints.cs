using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Proposed">Free positions, as many as asked for.</param>
public sealed record StoreMapView(
    string EquipmentId, IReadOnlyList<StorageLevel> Levels, bool IsUsual, long Positions, long Free, IReadOnlyList<StoredContainer> Occupied, IReadOnlyList<StoredContainer> Elsewhere, IReadOnlyList<string> Proposed);

public sealed record CredentialView(string CredentialId, string ClientId, string Username, string? GatewayId, IReadOnlyList<string> Incubators, DateTimeOffset IssuedAt, DateTimeOffset? RevokedAt)
{
    public static CredentialView Of(DeviceCredential c) => new(c.Id, c.ClientId, c.Username, c.GatewayId, c.Incubators, c.IssuedAt, c.RevokedAt);
}

public sealed record CabinetUseView(string CabinetId, IReadOnlyList<string> BatchIds, DateTimeOffset StartAt, DateTimeOffset EndAt, bool Cleaned, bool AirflowOk, string By, DateTimeOffset RecordedAt);

/// <summary>What is where in stores; walk-rounds, rooms, credentials and uses of equipment.</summary>
internal static class StorageEndpoints
{
    private const string MapExample = """{"equipmentId":"FRZ-01","levels":[{"name":"rack","from":"R1","to":"R4"},{"name":"box","from":"B01","to":"B10"},{"name":"well","from":"A01","to":"H12"}],"isUsual":false,"positions":3840,"free":3768,"occupied":[{"position":"FRZ-01/R2/B05/A07","containerId":"CM-26-0003-07","batchId":"CM-26-0003"}],"elsewhere":[],"proposed":["FRZ-01/R2/B05/A08"]}""";
    private const string Equipment = """{"incubatorId":"FRZ-01","kind":"Freezer","site":"main","profile":"F-80","status":"InService","version":3}""";
    private static readonly DateTimeOffset Then = new(2026, 3, 2, 9, 40, 0, TimeSpan.Zero);

    public static void MapStorage(this IEndpointRouteBuilder root)
    {
        var incubators = root.MapGroup("/incubators").WithTags("Incubators");
        incubators.MapGet("/{id}/positions", Map).Is("What is where in a freezer, LN2 vessel or refrigerator, and what is free").Asks("propose", "That many free positions, 0 to 1000.").Asks("batch", "Near the containers of this batch.").Gives<StoreMapView>(200, MapExample);
        incubators.MapPost("/{id}/layout", (string id, HttpContext c, EquipmentRegister r, IncubatorViews v) => Change<StorageLayoutDefined>(id, c, r.Divide, v)).By(Roles.Administrator).Is("Says how a store is divided; from then on only its positions are taken")
            .Takes<StorageLayoutDefined>("""{"levels":[{"name":"rack","from":"R1","to":"R4"},{"name":"box","from":"B01","to":"B10"},{"name":"well","from":"A01","to":"H12"}]}""").Gives<IncubatorView>(200, Equipment);
        incubators.MapPost("/{id}/walk-rounds", (string id, HttpContext c, EquipmentRegister r, IncubatorViews v) => Change<WalkRoundDone>(id, c, r.WalkRound, v)).By(Roles.Technician, Roles.Supervisor).Is("Somebody went and looked")
            .Takes<WalkRoundDone>("""{"items":[{"item":"Door closed, seal clean","ok":true},{"item":"No unusual ice","ok":false,"note":"Ice at the upper seal, scraped off"}],"shownTemperatureC":-80.5}""").Gives<IncubatorView>(201, Equipment);
        incubators.MapPost("/{id}/room", (string id, HttpContext c, EquipmentRegister r, IncubatorViews v) => Change<EquipmentPlaced>(id, c, r.Place, v)).By(Roles.Administrator).Is("Says in which room it stands").Takes<EquipmentPlaced>("""{"roomId":"R-1"}""").Gives<IncubatorView>(200, Equipment);
        incubators.MapGet("/{id}/uses", Uses).Is("Uses of a cabinet, newest first").Pages().Gives(200, new Page<CabinetUseView>([new("BSC-1", ["CEA-26-0001"], Then, Then.AddMinutes(40), true, true, "tech01", Then.AddMinutes(41))], 1, 100, 1));
        incubators.MapGet("/{id}/credentials", Credentials).By(Roles.Administrator).Is("Device credentials of the equipment, without their secrets").Pages()
            .Gives(200, new Page<CredentialView>([new("0197f3a2", "INC-02-9f3c1a", "inc-02-9f3c1a", null, ["INC-02"], Then, null)], 1, 100, 1));
        var gateways = root.MapGroup("/gateways").WithTags("Incubators");
        gateways.MapGet("", Gateways).Is("All gateways").Pages().Gives(200, new Page<Gateway>([new("GW-1", "main", ["*"], Then, 1)], 1, 100, 1));
        gateways.MapGet("/{id}/credentials", GatewayCredentials).By(Roles.Administrator).Is("Credentials of a gateway, without their secrets").Pages().Gives(200, new Page<CredentialView>([new("0197f3a2", "GW-1", "gw-1-9f3c1a", "GW-1", ["*"], Then, null)], 1, 100, 1));
        gateways.MapPost("/{id}/credentials", (string id, HttpContext c, DeviceCredentials d) => Reissue(id, c, d)).Access(new([Roles.Administrator], KeepsNoAnswer: true)).Is("Issues another credential for a gateway, shown once")
            .Gives(201, new IssuedCredential("0197f3a3", "GW-1", "gw-1-77ab01", "shown once", "shown once", ["culturetrack/main/+/telemetry", "v1/gateway/telemetry"]));
        gateways.MapDelete("/{id}/credentials/{credentialId}", RevokeGateway).By(Roles.Administrator).Is("Withdraws a gateway's credential at once").GivesNothing();
    }

    private static async Task<IResult> Map(string id, HttpContext context, StorageMap map)
    {
        var query = new Query(context);
        var count = query.Whole("propose", 0, 0, 1000);
        if (!query.IsGood) return query.Refused();
        if (await map.Of(id, context.RequestAborted) is not { } view) return RegisterEndpoints.Unknown($"The store {id}");
        var proposed = await map.Propose(id, query.Text("batch"), count, context.RequestAborted);
        return Answer.Ok(new StoreMapView(id, view.Layout?.Levels ?? [], view.IsUsual, view.Positions, view.Free, view.Occupied, view.Elsewhere, proposed));
    }

    private static async Task<IResult> Change<T>(string id, HttpContext context, Func<LabEntry, string, long?, CancellationToken, Task<Outcome<Domain.Lab.Equipment>>> change, IncubatorViews views) where T : EventData
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<T>(context);
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return await IncubatorEndpoints.Shown(context, await change(entry.Value!, id, ifMatch, context.RequestAborted), views, created: typeof(T) == typeof(WalkRoundDone));
    }

    private static async Task<IResult> Uses(string id, HttpContext context, EquipmentRegister register) =>
        new Query(context).Page([.. (await register.Uses(id, context.RequestAborted)).Select(e => new CabinetUseView(
            e.Data.CabinetId, e.Data.BatchIds, e.Data.StartAt, e.Data.EndAt, e.Data.Cleaned, e.Data.AirflowOk, e.ActorId, e.RecordedAt))]);

    private static async Task<IResult> Credentials(string id, HttpContext context, DeviceCredentials credentials) =>
        new Query(context).Page([.. (await credentials.Of(id, context.RequestAborted)).Select(CredentialView.Of)]);

    private static async Task<IResult> GatewayCredentials(string id, HttpContext context, DeviceCredentials credentials) =>
        new Query(context).Page([.. (await credentials.OfGateway(id, context.RequestAborted)).Select(CredentialView.Of)]);

    private static async Task<IResult> Gateways(HttpContext context, IDocumentStore store)
    {
        await using var session = store.QuerySession();
        return new Query(context).Page([.. await session.Query<Gateway>().OrderBy(g => g.GatewayId).ToListAsync(context.RequestAborted)]);
    }

    private static async Task<IResult> Reissue(string id, HttpContext context, DeviceCredentials credentials) =>
        Answer.Of(await credentials.IssueForGateway(data => Body.Entry(context, data), id, context.RequestAborted), c => Answer.Created(c));

    private static async Task<IResult> RevokeGateway(string id, string credentialId, HttpContext context, DeviceCredentials credentials) =>
        Answer.Of(await credentials.RevokeForGateway(data => Body.Entry(context, data), id, credentialId, context.RequestAborted), _ => Results.NoContent());
}
