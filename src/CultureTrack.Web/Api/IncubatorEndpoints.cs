using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>Incubators and other equipment, calibrations, device credentials, gateways.</summary>
internal static class IncubatorEndpoints
{
    private const string RegisterExample = """
        {"incubatorId":"INC-02","kind":"Incubator","site":"main","profile":"P37-5","periodSeconds":60,"shelves":4,"channels":[{"channel":"temperature","resolution":0.01,"calibratedAt":"2026-02-01T08:00:00.000Z","dueAt":"2027-02-01T08:00:00.000Z"},{"channel":"co2","resolution":0.01,"calibratedAt":"2026-02-01T08:00:00.000Z","dueAt":"2026-08-01T08:00:00.000Z"}],"status":"InService"}
        """;
    private const string ViewExample = """
        {"incubatorId":"INC-02","kind":"Incubator","site":"main","profile":"P37-5","periodSeconds":60,"shelves":4,"positions":null,"status":"InService","channels":[{"channel":"temperature","resolution":0.01,"calibratedAt":"2026-02-01T08:00:00.000Z","dueAt":"2027-02-01T08:00:00.000Z","lastGoodAt":null,"asFound":"Within"}],"latest":[{"channel":"temperature","unit":"°C","value":37.02,"text":null,"at":"2026-03-05T12:00:00.000Z","ageSeconds":4,"state":"ok","trust":"doubtful","calibrationDueAt":"2027-02-01T08:00:00.000Z","trustScore":60,"findings":[{"kind":"Drifting","deviceId":"INC-02-probe","since":"2026-03-03T04:00:00.000Z","until":null,"text":"The level went from 37.00 to 37.35 °C, farther than the accuracy of ±0.3 °C."}]}],"alarms":[],"occupancy":[{"vesselId":"T-01","batchId":"CEA-26-0001","shelf":2,"since":"2026-03-02T12:40:00.000Z","until":null}],"at":"2026-03-05T12:00:04.000Z","version":1}
        """;
    private const string CalibrationExample = """
        {"channel":"co2","performedAt":"2026-08-01T09:00:00Z","dueAt":"2027-02-01T09:00:00Z","asFound":"Within","asFoundError":0.05,"certificateRef":"CERT-4711"}
        """;
    private const string StatusExample = """{"status":"Decon","reason":"Yearly decontamination cycle"}""";
    private const string CabinetExample = """
        {"cabinetId":"BSC-1","batchIds":["CEA-26-0001"],"startAt":"2026-03-02T09:00:00Z","endAt":"2026-03-02T09:40:00Z","cleaned":true,"airflowOk":true}
        """;
    private const string GatewayExample = """{"gatewayId":"GW-1","site":"main","incubators":["INC-01","INC-02"]}""";

    private static readonly IssuedCredential CredentialExample = new(
        "0197f3a2", "INC-02-9f3c1a", "inc-02-9f3c1a", "shown once", "shown once", ["culturetrack/main/INC-02/telemetry", "culturetrack/main/INC-02/status", "v1/devices/me/telemetry"]);

    private static readonly string[] BenchOrAdmin = [Roles.Technician, Roles.Supervisor, Roles.Administrator];

    public static void MapIncubators(this IEndpointRouteBuilder root)
    {
        var incubators = root.MapGroup("/incubators").WithTags("Incubators");
        incubators.MapPost("", Register).By(Roles.Administrator).Is("Registers equipment").Takes<EquipmentRegistered>(RegisterExample).Gives<IncubatorView>(201, ViewExample);
        incubators.MapGet("", List).Is("All equipment with latest values, alarms and occupancy").Pages().Asks("kind", "Only this kind.").Gives<Page<IncubatorView>>(200, RegisterEndpoints.ListOf(ViewExample));
        incubators.MapGet("/{id}", Get).Is("One piece of equipment, now or as of an instant").Asks("at", "As of this instant.").Gives<IncubatorView>(200, ViewExample);
        incubators.MapPost("/{id}/calibrations", Calibrate).By(BenchOrAdmin).Is("Records a calibration").Takes<CalibrationRecorded>(CalibrationExample).Gives<IncubatorView>(201, ViewExample);
        incubators.MapPost("/{id}/status", ChangeStatus).By(BenchOrAdmin).Is("Takes equipment in or out of service").Takes<IncubatorServiceChanged>(StatusExample).Gives<IncubatorView>(200, ViewExample);
        incubators.MapPost("/{id}/uses", UseCabinet).By(Roles.Technician).Is("Records the use of a cabinet").Takes<CabinetUsed>(CabinetExample).Gives<IncubatorView>(201, ViewExample);
        incubators.MapPost("/{id}/credentials", Issue).Access(new([Roles.Administrator], KeepsNoAnswer: true)).Is("Issues a device credential, shown once").Gives(201, CredentialExample);
        incubators.MapDelete("/{id}/credentials/{credentialId}", Revoke).By(Roles.Administrator).Is("Withdraws a device credential at once").GivesNothing();
        root.MapPost("/gateways", RegisterGateway).Access(new([Roles.Administrator], KeepsNoAnswer: true)).WithTags("Incubators").Is("Registers a gateway and issues its credential, shown once")
            .Takes<GatewayRegistered>(GatewayExample).Gives(201, CredentialExample);
    }

    private static async Task<IResult> Register(HttpContext context, EquipmentRegister register, IncubatorViews views)
    {
        var entry = await Body.Entry<EquipmentRegistered>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((EquipmentRegistered)entry.Value!.Data).IncubatorId;
        return await Shown(context, await register.Register(entry.Value, (EquipmentRegistered)entry.Value.Data, context.RequestAborted), views, created: true);
    }

    private static async Task<IResult> List(HttpContext context, IncubatorViews views)
    {
        var query = new Query(context);
        var kind = query.Name<EquipmentKind>("kind");
        return query.Page([.. (await views.All(context.RequestAborted)).Where(v => kind is null || v.Kind == kind)]);
    }

    private static async Task<IResult> Get(string id, HttpContext context, IncubatorViews views)
    {
        var query = new Query(context);
        var at = query.Instant("at");
        if (!query.IsGood) return query.Refused();
        return await views.One(id, at, context.RequestAborted) is { } view ? Answer.Ok(view, view.Version) : RegisterEndpoints.Unknown(id);
    }

    private static async Task<IResult> Calibrate(string id, HttpContext context, EquipmentRegister register, IncubatorViews views)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<CalibrationRecorded>(context);
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return await Shown(context, await register.Calibrate(entry.Value!, id, ifMatch, context.RequestAborted), views, created: true);
    }

    private static async Task<IResult> ChangeStatus(string id, HttpContext context, EquipmentRegister register, IncubatorViews views)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<IncubatorServiceChanged>(context);
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return await Shown(context, await register.ChangeService(entry.Value!, id, ifMatch, context.RequestAborted), views, created: false);
    }

    private static async Task<IResult> UseCabinet(string id, HttpContext context, EquipmentRegister register, IncubatorViews views)
    {
        var entry = await Body.Entry<CabinetUsed>(context, with: ("cabinetId", id));
        if (!entry.Accepted) return Problem.Of(entry);
        return await Shown(context, await register.UseCabinet(entry.Value!, id, context.RequestAborted), views, created: true);
    }

    internal static async Task<IResult> Shown(HttpContext context, Outcome<Equipment> outcome, IncubatorViews views, bool created)
    {
        if (!outcome.Accepted) return Problem.Of(outcome);
        var view = (await views.One(outcome.Value!.EquipmentId, null, context.RequestAborted))!;
        return created ? Answer.Created(view, view.Version) : Answer.Ok(view, view.Version);
    }

    private sealed record Nothing;

    private static async Task<IResult> Issue(string id, HttpContext context, DeviceCredentials credentials)
    {
        if (Body.Bytes(context).Length > 0 && Body.Read<Nothing>(context) is { Accepted: false } refused) return Problem.Of(refused);
        return Answer.Of(await credentials.Issue(data => Body.Entry(context, data), id, context.RequestAborted), c => Answer.Created(c));
    }

    private static async Task<IResult> Revoke(string id, string credentialId, HttpContext context, DeviceCredentials credentials) =>
        Answer.Of(await credentials.Revoke(data => Body.Entry(context, data), id, credentialId, context.RequestAborted), _ => Results.NoContent());

    private static async Task<IResult> RegisterGateway(HttpContext context, DeviceCredentials credentials)
    {
        var entry = await Body.Entry<GatewayRegistered>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((GatewayRegistered)entry.Value!.Data).GatewayId;
        return Answer.Of(await credentials.Register(entry.Value, (GatewayRegistered)entry.Value.Data, context.RequestAborted), c => Answer.Created(c));
    }
}
