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
        // The source device is what the server itself sees: the address of the connection, the same as in the audit trail.
        var source = e["deviceId"]!.GetValue<string>();
        source.ShouldBeOneOf("127.0.0.1", "::1", "::ffff:127.0.0.1");
        (await lab.Get("qa01", $"/audit?target={batch}&outcome=Accepted"))["items"][0]!["sourceAddress"]!.GetValue<string>().ShouldBe(source);
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
        (await lab.Get("qa01", $"/patients/{patient}/identity")).ShouldBe(200)["name"].GetValue<string>().ShouldBe("Somebody Real");
        var path = $"/patients/{patient}/identity/destroy";
        var signature = RunningLab.Sign("Approved", "qa01");
        (await lab.Post(RunningLab.Admin, path, new { reason = "Asked for by the patient", signature = RunningLab.Sign("Approved", RunningLab.Admin) })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("qa01", path, new { reason = "Asked for by the patient" })).ShouldBeRefused(422, "VAL-REQUIRED");
        (await lab.Post("qa01", path, new { reason = "Asked", signature })).ShouldBeRefused(422, "VAL-REASON");
        (await lab.Post("qa01", "/patients/PT-NONE/identity/destroy", new { reason = "Asked for by the patient", signature })).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("qa01", path, new { reason = "Asked for by the patient", signature })).ShouldBe(200)["identityDestroyedAt"].GetValue<DateTimeOffset>().ShouldBe(lab.Now());
        (await lab.Get("qa01", $"/patients/{patient}/identity")).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("qa01", path, new { reason = "Asked for by the patient", signature })).ShouldBeRefused(422, "STATE-GUARD");
        await using (var session = lab.Services.GetRequiredService<IDocumentStore>().QuerySession())
        {
            var left = (await session.LoadAsync<PatientIdentity>(patient, TestContext.Current.CancellationToken))!;
            (left.Key, left.Sealed.Length).ShouldBe((null, 0));
        }
        (await lab.Get("tech01", $"/patients/{patient}"))["secondIdentifier"].GetValue<string>().ShouldBe("1958-03-14");
        (await lab.Get("qa01", $"/audit?target={patient}&outcome=Accepted"))["items"].AsArray().ShouldContain(i => ((string)i!["command"]!).Contains("identity/destroy", StringComparison.Ordinal));
        await lab.Post("qa01", "/checkpoints", null);
        (await lab.Post("qa01", "/verification", null)).ShouldBe(200)["isProven"].GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task R36_Refusals_are_shown_and_one_for_the_order_of_steps_says_when_it_was_tried_again()
    {
        var batch = await lab.NewBatch();
        (await lab.Enter("tech01", batch, "TissueAccepted", new { })).ShouldBeRefused(422, "STATE-TRANSITION");
        (await lab.Enter("qa01", batch, "TissueAccepted", new { })).ShouldBeRefused(422, "STATE-TRANSITION");
        var lot = RunningLab.Id("COL");
        await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "Northmed", expiresAt = "2027-06-30T23:59:59Z", quantity = 10, unit = "mg" });
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        await lab.Isolated(batch, lot);
        var report = (await lab.Get("qa01", $"/batches/{batch}/exceptions")).ShouldBe(200);
        var refused = report["items"].AsArray().Where(i => (string)i!["kind"]! == "Refused").ToList();
        refused.Select(i => (bool)i!["seen"]!).ShouldBe([true, true]);
        ((string)refused[0]!["text"]!).ShouldContain("tried again and taken");
        ((string)refused[1]!["text"]!).ShouldContain("not taken later");
        report["coverage"]["signaturesChecked"]!.GetValue<int>().ShouldBe(1);
        report["coverage"]["stepsDone"]!.GetValue<int>().ShouldBe(6);
    }

    [Fact]
    public async Task R05_The_trail_of_a_batch_exports_for_people_and_for_programs_with_both_values_of_a_correction()
    {
        var batch = await lab.NewBatch();
        (await lab.Enter("tech01", batch, "TissueAccepted", new { })).ShouldBeRefused(422, "STATE-TRANSITION");
        var consent = (await lab.Enter("tech01", batch, "ConsentRecorded", new { consentRef = "=C-1", signedAt = lab.Now().AddDays(-2), scope = new[] { "Trial" } })).ShouldBe(201)["events"][0]!["eventId"]!.GetValue<string>();
        (await lab.Post("tech01", $"/batches/{batch}/events", new
        {
            type = "RecordCorrected",
            data = new { correctsEventId = consent, field = "consentRef", oldValue = "=C-1", newValue = "C-11", reason = "Typing error, see form" },
            signature = RunningLab.Sign("Performed", "tech01"),
        })).ShouldBe(201);
        var json = (await lab.Get("tech01", $"/batches/{batch}/audit.json")).ShouldBe(200).Json!.AsArray();
        json.Select(l => (string)l!["action"]!).ShouldContain("POST /batches/{id}/events TissueAccepted");
        var correction = json.Single(l => (string)l!["action"]! == "RecordCorrected")!;
        ((string)correction["oldValue"]!, (string)correction["newValue"]!, (string)correction["reason"]!).ShouldBe(("=C-1", "C-11", "Typing error, see form"));
        ((string)correction["signatures"]![0]!).ShouldContain("Person tech01 (tech01), Performed, 2026-");
        var csv = (await lab.Get("tech01", $"/batches/{batch}/audit.csv")).ShouldBe(200);
        csv.ContentType.ShouldBe("text/csv");
        csv.Text.Split('\n')[0].Trim().ShouldBe("at,occurredAt,user,role,action,version,outcome,code,field,oldValue,newValue,reason,comment,signatures,source");
        csv.Text.ShouldContain(",STATE-TRANSITION,");
        csv.Text.ShouldContain("'=C-1,C-11,");    // no spreadsheet takes it for a formula
        (await lab.Get("qa01", $"/audit.csv?target={batch}&outcome=Refused")).ShouldBe(200).Text.ShouldContain("STATE-TRANSITION");
        (await lab.Get("qa01", $"/audit.json?target={batch}")).ShouldBe(200).Json!.AsArray().Count.ShouldBeGreaterThan(2);
        (await lab.Get("tech01", "/audit.csv")).ShouldBeRefused(403, "SOD-ROLE");
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
