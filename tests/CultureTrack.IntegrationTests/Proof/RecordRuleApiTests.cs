using CultureTrack.Grains.Lab;
using CultureTrack.IntegrationTests.Api;
using Marten;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.IntegrationTests.Proof;

/// <summary>Rules for electronic records, asked over HTTP.</summary>
[Collection(LabCollection.Name)]
public sealed class RecordRuleApiTests(RunningLab lab)
{
    private static readonly object Deviation = new { text = "Lid was open", @class = "Minor" };

    [Fact]
    public async Task R02_The_server_says_who_and_when_and_no_client_can()
    {
        var batch = await lab.NewBatch();
        foreach (var forged in new object[]
        {
            new { type = "DeviationOpened", data = Deviation, recordedAt = "2026-01-01T00:00:00Z" },
            new { type = "DeviationOpened", data = Deviation, actorId = "tech02" },
            new { type = "DeviationOpened", data = Deviation, eventId = Guid.CreateVersion7() },
            new { type = "DeviationOpened", data = Deviation, version = 7 },
        })
            (await lab.Post("tech01", $"/batches/{batch}/events", forged)).ShouldBeRefused(400, "VAL-BODY");
        var now = lab.Now();
        var e = (await lab.Enter("tech01", batch, "DeviationOpened", Deviation)).ShouldBe(201)["events"][0]!;
        (e["actorId"]!.GetValue<string>(), e["actorRole"]!.GetValue<string>(), e["recordedAt"]!.GetValue<DateTimeOffset>()).ShouldBe(("tech01", "T", now));
    }

    [Theory]
    [InlineData("Seen")]
    [InlineData("verified")]
    [InlineData("Reviewed by me")]
    public async Task R12_A_signature_has_one_of_ten_meanings_and_no_other(string meaning)
    {
        var batch = await lab.NewBatch();
        (await lab.Enter("tech01", batch, "DeviationOpened", Deviation, RunningLab.Sign(meaning, "tech02"))).ShouldBeRefused(422, "VAL-MEANING");
    }

    [Fact]
    public async Task R39_Destroying_a_patients_key_makes_the_identity_unreadable_and_leaves_every_hash_valid()
    {
        var patient = RunningLab.Id("PT-E");
        (await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "1958-03-14", identity = new { name = "Somebody Real" } })).ShouldBe(201);
        var store = lab.Services.GetRequiredService<IDocumentStore>();
        await using (var session = store.LightweightSession())
        {
            var sealedIdentity = (await session.LoadAsync<PatientIdentity>(patient, TestContext.Current.CancellationToken))!;
            session.Store(sealedIdentity with { Key = null });
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        (await lab.Get("qa01", $"/patients/{patient}/identity")).Text.ShouldNotContain("Somebody Real");
        await lab.Post("qa01", "/checkpoints", null);
        (await lab.Post("qa01", "/verification", null)).ShouldBe(200)["isProven"].GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task R05_The_trail_of_one_batch_is_found_by_its_id_and_exports_as_json()
    {
        var batch = await lab.NewBatch();
        (await lab.Enter("tech01", batch, "DeviationOpened", Deviation)).ShouldBe(201);
        (await lab.Enter("tech01", batch, "DispositionSigned", new { })).ShouldBeRefused(403, "SOD-ROLE");
        var trail = (await lab.Get("qa01", $"/audit?target={batch}")).ShouldBe(200)["items"].AsArray();
        trail.Select(a => a!["outcome"]!.GetValue<string>()).ShouldContain("Accepted");
        trail.Single(a => a!["outcome"]!.GetValue<string>() == "Refused")!["code"]!.GetValue<string>().ShouldBe("SOD-ROLE");
        (await lab.Get("qa01", $"/batches/{batch}/events")).ShouldBe(200)["items"].AsArray().Count.ShouldBe(2, "a refusal makes no event (R-40)");
    }
}
