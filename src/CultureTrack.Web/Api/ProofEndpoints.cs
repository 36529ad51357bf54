using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Store.Proof;
using CultureTrack.Web.Passports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

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

    public static void MapProof(this IEndpointRouteBuilder root)
    {
        root.MapGet("/batches/{id}/passport.zip", Passport).WithTags("Batches").Is("The batch with its proof, to be checked without this server").Produces(200, contentType: "application/zip");
        root.MapPost("/checkpoints", Make).By(Roles.QualityAssurance, Roles.Administrator).WithTags("Proof").Is("Signs where every stream stands now; gives the newest checkpoint").Gives<CheckpointView>(201, CheckpointExample);
        root.MapPost("/verification", Verify).By(Roles.QualityAssurance, Roles.Administrator).WithTags("Proof").Is("Reads every event and compares it with the chain and the checkpoints").Gives<StoreReport>(200, ReportExample);
        root.MapGet("/signing-key", (SigningKey key) => Results.Text(key.Public.Pem, "application/x-pem-file")).WithoutSession().WithTags("Proof").Is("The public key passports and checkpoints are signed with")
            .Produces(200, contentType: "application/x-pem-file");
    }

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

    private static async Task<IResult> Verify(HttpContext context, NpgsqlDataSource source, TrustedKeys trusted) =>
        Answer.Ok(await new StoreVerifier(source, trusted.Keys).Verify(null, context.RequestAborted));
}
