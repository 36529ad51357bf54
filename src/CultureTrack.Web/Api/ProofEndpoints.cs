using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Proof;
using CultureTrack.Store.Proof;
using CultureTrack.Web.Passports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Body">JSON, byte for byte as signed.</param>
/// <param name="Signature">Base64 of the DER signature over the body, ECDSA P-256 with SHA-256.</param>
public sealed record CheckpointView(long Number, string Hash, DateTimeOffset MadeAt, long Streams, long Events, string KeyId, string Body, string Signature);

/// <summary>Passports, checkpoints and the verification of the store .</summary>
internal static class ProofEndpoints
{
    private const string Hash = "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456";
    private const string CheckpointExample = $$"""{"number":7,"hash":"{{Hash}}","madeAt":"2026-03-02T09:40:00.000Z","streams":41,"events":1220,"keyId":"2f1c0e4d99aa7b10","body":"{\"format\":1,…}","signature":"MEUCIQ…"}""";
    private const string ReportExample = $$"""{"streams":41,"events":1220,"signatures":310,"checkpoints":7,"checkpoint":{"number":7,"hash":"{{Hash}}"},"eventsSinceCheckpoint":0,"signerKnown":true,"findings":[],"isConsistent":true,"isProven":true}""";

    private const string ImportedExample = $$"""{"sha256":"{{Hash}}","batchId":"CEA-26-0001","version":96,"headHash":"{{Hash}}","keyId":"2f1c0e4d99aa7b10","signerKnown":true,"rehearsal":false,"madeAt":"2026-03-02T09:40:00.000Z","importedAt":"2026-03-09T09:40:00.000Z","importedBy":"adm (command line)"}""";

    private const string IntegrityExample = $$"""{"streams":41,"events":1220,"checkpoints":7,"checkpoint":{"number":7,"hash":"{{Hash}}"},"checkpointAt":"2026-03-02T09:40:00.000Z","keyId":"2f1c0e4d99aa7b10","eventsSinceCheckpoint":0,"lastVerification":{"finishedAt":"2026-03-02T09:41:00.000Z","askedBy":"qa01","report":{{ReportExample}} } }""";

    public static void MapProof(this IEndpointRouteBuilder root)
    {
        root.MapGet("/batches/{id}/passport.zip", Passport).WithTags("Batches").Is("The batch with its proof, to be checked without this server").Produces(200, contentType: "application/zip");
        root.MapGet("/imported-passports", Imported).WithTags("Proof").Is("Batches of other installations, read-only").Pages().Gives<Page<ImportedPassport>>(200, RegisterEndpoints.ListOf(ImportedExample));
        root.MapGet("/imported-passports/{sha256}/events", ImportedEvents).WithTags("Proof").Is("Their events as the other installation stored them, with their hashes").Pages()
            .Gives<object>(200, RegisterEndpoints.ListOf($$"""{"eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","streamId":"CEA-26-0001","version":1,"type":"BatchRegistered","storedType":"batch_registered","prevHash":"{{Hash}}","hash":"{{Hash}}"}"""));
        root.MapGet("/imported-passports/{sha256}/passport.zip", ImportedFile).WithTags("Proof").Is("The file as it was received").Produces(200, contentType: "application/zip");
        root.MapPost("/checkpoints", Make).By(Roles.QualityAssurance, Roles.Administrator).WithTags("Proof").Is("Signs where every stream stands now; gives the newest checkpoint").Gives<CheckpointView>(201, CheckpointExample);
        root.MapPost("/verification", Verify).By(Roles.QualityAssurance, Roles.Administrator).WithTags("Proof").Is("Reads every event and compares it with the chain and the checkpoints").Gives<StoreReport>(200, ReportExample);
        root.MapGet("/integrity", async (HttpContext context, VerificationLog log) => Answer.Ok(await log.State(context.RequestAborted))).By(Roles.QualityAssurance, Roles.Administrator, Roles.Supervisor)
            .WithTags("Proof").Is("Where the chain of hashes stands, the newest checkpoint and the last verification").Gives<IntegrityState>(200, IntegrityExample);
        root.MapGet("/signing-key", (SigningKey key) => Results.Text(key.Public.Pem, "application/x-pem-file")).WithoutSession().WithTags("Proof").Is("The public key passports and checkpoints are signed with")
            .Produces(200, contentType: "application/x-pem-file");
    }

    private static async Task<IResult> Imported(HttpContext context, ImportedPassports passports) => new Query(context).Page(await passports.All(context.RequestAborted));

    private static async Task<IResult> ImportedEvents(string sha256, HttpContext context, ImportedPassports passports) =>
        await passports.Events(sha256, context.RequestAborted) is { } events ? new Query(context).Page(events) : RegisterEndpoints.Unknown("This passport");

    private static async Task<IResult> ImportedFile(string sha256, HttpContext context, ImportedPassports passports) =>
        await passports.File(sha256, context.RequestAborted) is { } file ? Results.Bytes(file, "application/zip", $"{sha256[..16]}-passport.zip") : RegisterEndpoints.Unknown("This passport");

    private static async Task<IResult> Passport(string id, HttpContext context, PassportMaker passports)
    {
        context.Trace().Target = id;
        return await passports.Make(id, context.RequestAborted) is { } file
            ? Results.Bytes(file, "application/zip", $"{id}-passport.zip")
            : RegisterEndpoints.Unknown($"The batch {id}");
    }

    private static async Task<IResult> Make(HttpContext context, CheckpointWriter checkpoints)
    {
        if (await checkpoints.Make(context.RequestAborted) is not { } made) return RegisterEndpoints.Unknown("An event");
        var body = made.Body;
        return Answer.Created(new CheckpointView(body.Number, made.Hash, body.MadeAt, body.Streams, body.Events, body.KeyId, made.Text, Convert.ToBase64String(made.Signature)));
    }

    private static async Task<IResult> Verify(HttpContext context, VerificationSchedule verification) => Answer.Ok((await verification.Verify(context.Caller().User, context.RequestAborted)).Report);
}
