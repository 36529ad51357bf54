using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>Steps of a batch that several tests need.</summary>
internal static class LabSteps
{
    public static DateTimeOffset Now(this RunningLab lab) => lab.Services.GetRequiredService<TimeProvider>().GetUtcNow();

    public static Task<Reply> Enter(this RunningLab lab, string user, string batch, string type, object data, object? verification = null, string? comment = null) =>
        lab.Post(user, $"/batches/{batch}/events", new { type, data, verification, comment });

    /// <summary>Tissue received, accepted and digested with the enzyme lot.</summary>
    public static async Task Isolated(this RunningLab lab, string batch, string enzymeLot)
    {
        var view = (await lab.Get("tech01", $"/batches/{batch}")).ShouldBe(200);
        var patient = view["patientRef"].GetValue<string>();
        var second = (await lab.Get("tech01", $"/patients/{patient}"))["secondIdentifier"].GetValue<string>();
        var now = lab.Now();
        (await lab.Enter("tech01", batch, "ConsentRecorded", new { consentRef = "C-1", signedAt = now.AddDays(-2), scope = new[] { "Trial" } })).ShouldBe(201);
        (await lab.Enter("qa01", batch, "DonorEligibilityDetermined", new { status = "AutologousExempt" })).ShouldBe(201);
        (await lab.Enter("tech01", batch, "TissueReceived", new
        {
            tissue = "Lipoaspirate",
            din = "A999926000002",
            dinFlag = "00",
            dinCheck = "6",
            quantity = 120,
            quantityUnit = "mL",
            procuredAt = now.AddHours(-3),
            receivedAt = now,
            transitMinC = 18.0,
            transitMaxC = 18.0,
            containerIntact = true,
            coi = new[] { patient, second },
            coiMatches = 2,
        }, RunningLab.Sign("Verified", "tech02"))).ShouldBe(201);
        (await lab.Enter("tech01", batch, "TissueAccepted", new { })).ShouldBe(201);
        (await lab.Enter("tech01", batch, "IsolationPerformed", new
        {
            cellLine = "Msc",
            method = "Collagenase",
            enzymeLot,
            durationMin = 45,
            tempC = 37.0,
            totalNucleated = 2.22e7,
            viabilityPct = 82.0,
        })).ShouldBe(201);
    }

    /// <summary>1000 mL of a lot that QA has released.</summary>
    public static async Task ReleasedLot(this RunningLab lab, string lot, string kind)
    {
        (await lab.Post("tech01", "/materials", new { lotId = lot, kind, supplier = "Northmed", expiresAt = "2027-06-30T23:59:59Z", quantity = 1000, unit = "mL" })).ShouldBe(201);
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
    }

    /// <summary>The isolated cells in one flask, <c>V-</c> and the batch, with 35 mL of medium.</summary>
    public static async Task Seeded(this RunningLab lab, string batch, string mediumLot)
    {
        var isolation = (await lab.Get("qa01", $"/batches/{batch}/events"))["items"].AsArray().Single(e => e!["type"]!.GetValue<string>() == "IsolationPerformed")!["eventId"]!.GetValue<string>();
        (await lab.Enter("tech01", batch, "VesselsSeeded", new
        {
            purpose = "Culture",
            cellLine = "Msc",
            sourceIds = new[] { isolation },
            vessels = new[] { new { id = $"V-{batch}", type = "T175", areaCm2 = 175 } },
            viableSeeded = 1.75e6,
            cellsPerCm2 = 1e4,
            passage = 0,
            mediumLot,
            mediumMl = 35,
        })).ShouldBe(201);
    }
}
