using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

public sealed record PatientBody(string PatientRef, string SecondIdentifier, JsonElement? Identity = null);

/// <summary>Sites, patients, donors and clean-room sessions.</summary>
internal static class RegisterEndpoints
{
    private const string SiteExample = """{"siteId":"main","name":"Main laboratory","zone":"Europe/Paris","jurisdiction":"EU"}""";
    private const string DestroyedExample = """{"patientRef":"PT-0007","secondIdentifier":"1958-03-14","identityKept":true,"identityDestroyedAt":"2026-03-02T09:40:00.000Z","registeredAt":"2026-03-01T09:40:00.000Z","version":2}""";
    private const string PatientExample = """{"patientRef":"PT-0007","secondIdentifier":"1958-03-14"}""";
    private const string DonorExample = """{"donorRef":"DN-0007","autologousFor":"PT-0007"}""";
    private const string OpenExample = """
        {"sessionId":"EM-26-0428","roomId":"R-1","cabinetId":"BSC-1","batchIds":["ADSC-26-0007"],"operatorIds":["tech01","tech02"],"startAt":"2026-04-28T13:30:00.000Z"}
        """;
    private const string CloseExample = """
        {"endAt":"2026-04-28T15:10:00.000Z","particles05PerM3":1200,"particles50PerM3":4,"plates":[{"plateId":"PL-1","kind":"Settle","grade":"A"}]}
        """;

    private static readonly string[] MakingOrQuality = [Roles.Technician, Roles.Supervisor, Roles.QualityAssurance];

    public static void MapRegisters(this IEndpointRouteBuilder root)
    {
        root.MapPost("/sites", CreateSite).By(Roles.Administrator).WithTags("Registers").Is("Registers a site")
            .Takes<SiteRegistered>(SiteExample).Gives<Site>(201, SiteExample);
        root.MapGet("/sites", Sites).WithTags("Registers").Is("All sites").Pages().Gives<Page<Site>>(200, ListOf(SiteExample));
        root.MapPost("/patients", CreatePatient).By(MakingOrQuality).WithTags("Registers").Is("Registers a patient by pseudonym")
            .Takes<PatientBody>(PatientExample).Gives<Patient>(201, PatientExample);
        root.MapGet("/patients/{patientRef}", GetPatient).WithTags("Registers").Is("A patient's identifiers").Gives<Patient>(200, PatientExample);
        root.MapGet("/patients/{patientRef}/identity", Identity).By(Roles.QualityAssurance).WithTags("Registers").Is("Who the patient is; the look is recorded")
            .Gives<object>(200, """{"name":"kept encrypted, apart from every batch"}""");
        root.MapPost("/patients/{patientRef}/identity/destroy", DestroyIdentity).By(Roles.QualityAssurance).WithTags("Registers").Is("Destroys the key of the patient's identity, for ever")
            .Takes<object>("""{"reason":"The patient asked for erasure, letter of 2 March","signature":{"meaning":"Approved","user":"qa01","password":"…"}}""")
            .Gives<Patient>(200, DestroyedExample);
        root.MapPost("/donors", CreateDonor).By(MakingOrQuality).WithTags("Registers").Is("Registers a donor by pseudonym")
            .Takes<DonorRegistered>(DonorExample).Gives<Donor>(201, DonorExample);
        root.MapPost("/em-sessions", OpenSession).By(Roles.Technician).WithTags("Clean rooms").Is("Opens a monitored clean-room session")
            .Takes<EmSessionOpened>(OpenExample).Gives<EmSession>(201, OpenExample);
        root.MapPost("/em-sessions/{id}/close", CloseSession).By(Roles.Technician).WithTags("Clean rooms").Is("Closes it with particle counts and plates")
            .Takes<EmSessionClosed>(CloseExample).Gives<EmSession>(200, OpenExample);
        root.MapGet("/em-sessions/{id}", GetSession).WithTags("Clean rooms").Is("One session").Gives<EmSession>(200, OpenExample);
        root.MapGet("/em-sessions", EmSessions).WithTags("Clean rooms").Is("All sessions, newest first").Pages().Asks("batch", "Only sessions that name this batch.")
            .Gives<Page<EmSession>>(200, ListOf(OpenExample));
    }

    internal static string ListOf(string item) => $$"""{"items":[{{item}}],"page":1,"pageSize":100,"total":1}""";

    private static async Task<IResult> CreateSite(HttpContext context, SiteRegister register)
    {
        var entry = await Body.Entry<SiteRegistered>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        return Answer.Of(await register.Register(entry.Value!, (SiteRegistered)entry.Value!.Data, context.RequestAborted), s => Answer.Created(s, s.Version));
    }

    private static async Task<IResult> Sites(HttpContext context, IDocumentStore store)
    {
        await using var session = store.QuerySession();
        return new Query(context).Page([.. await session.Query<Site>().OrderBy(s => s.SiteId).ToListAsync(context.RequestAborted)]);
    }

    private static async Task<IResult> CreatePatient(HttpContext context, SiteRegister register)
    {
        var body = Body.Read<PatientBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (patientRef, second, identity) = body.Value!;
        if (identity is { ValueKind: not JsonValueKind.Object }) return Problem.Of(Codes.ValFormat, "The identity is an object.", "identity");
        context.Trace().Target = patientRef;
        var data = new PatientRegistered(patientRef, second, identity is not null);
        return Answer.Of(await register.Register(Body.Entry(context, data), data, identity?.GetRawText(), context.RequestAborted), p => Answer.Created(p, p.Version));
    }

    private static async Task<IResult> GetPatient(string patientRef, HttpContext context, IDocumentStore store)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Patient>(patientRef, context.RequestAborted) is { } p ? Answer.Ok(p, p.Version) : Unknown(patientRef);
    }

    private static async Task<IResult> Identity(string patientRef, HttpContext context, IDocumentStore store, Grains.People.AuditTrail audit)
    {
        await using var session = store.QuerySession();
        var kept = await session.LoadAsync<PatientIdentity>(patientRef, context.RequestAborted);
        if (kept is null || PatientIdentities.Open(kept) is not { } identity) return Problem.Of(Codes.NotFound, $"No identity of {patientRef} is kept.");
        await audit.Add(context.Caller().User, "GET /patients/{patientRef}/identity", patientRef, null, context.Connection.RemoteIpAddress?.ToString(), context.RequestAborted);
        return Answer.Ok(JsonSerializer.Deserialize<JsonElement>(identity));
    }

    private static async Task<IResult> DestroyIdentity(string patientRef, HttpContext context, SiteRegister register)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Signed(context, new PatientIdentityDestroyed(patientRef));
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return Answer.Of(await register.DestroyIdentity(entry.Value!, patientRef, ifMatch, context.RequestAborted), p => Answer.Ok(p, p.Version));
    }

    private static async Task<IResult> CreateDonor(HttpContext context, SiteRegister register)
    {
        var entry = await Body.Entry<DonorRegistered>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((DonorRegistered)entry.Value!.Data).DonorRef;
        return Answer.Of(await register.Register(entry.Value, (DonorRegistered)entry.Value.Data, context.RequestAborted), d => Answer.Created(d, d.Version));
    }

    private static async Task<IResult> OpenSession(HttpContext context, CleanRooms rooms)
    {
        var entry = await Body.Entry<EmSessionOpened>(context);
        if (!entry.Accepted) return Problem.Of(entry);
        context.Trace().Target = ((EmSessionOpened)entry.Value!.Data).SessionId;
        return Answer.Of(await rooms.Open(entry.Value, (EmSessionOpened)entry.Value.Data, context.RequestAborted), s => Answer.Created(s, s.Version));
    }

    private static async Task<IResult> CloseSession(string id, HttpContext context, CleanRooms rooms)
    {
        var query = new Query(context);
        var ifMatch = query.IfMatch();
        var entry = await Body.Entry<EmSessionClosed>(context);
        if (!entry.Accepted || !query.IsGood) return Problem.Of([.. entry.Findings, .. query.Findings]);
        return Answer.Of(await rooms.Close(entry.Value!, id, ifMatch, context.RequestAborted), s => Answer.Ok(s, s.Version));
    }

    private static async Task<IResult> GetSession(string id, HttpContext context, IDocumentStore store)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<EmSession>(id, context.RequestAborted) is { } s ? Answer.Ok(s, s.Version) : Unknown(id);
    }

    private static async Task<IResult> EmSessions(HttpContext context, IDocumentStore store)
    {
        var query = new Query(context);
        await using var session = store.QuerySession();
        var all = await session.Query<EmSession>().ToListAsync(context.RequestAborted);
        var batch = query.Text("batch");
        return query.Page([.. all.Where(s => batch is null || s.BatchIds.Contains(batch)).OrderByDescending(s => s.StartAt)]);
    }

    internal static IResult Unknown(string what) => Problem.Of(Codes.NotFound, $"{what} is not known.");
}
