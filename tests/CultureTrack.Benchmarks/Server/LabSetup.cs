using System.Text.Json.Nodes;

namespace CultureTrack.Benchmarks.Server;

/// <summary>A small lab with batches in culture, made over HTTP.</summary>
internal static class LabSetup
{
    public static async Task People(RunningLab lab)
    {
        await lab.Post("adm01", "/sites", new JsonObject { ["siteId"] = "main", ["name"] = "Main laboratory", ["zone"] = "UTC", ["jurisdiction"] = "US" });
        await lab.AddUser("tech01", "T");
        await lab.AddUser("tech02", "T");
        await lab.AddUser("qa01", "QA");
    }

    public static async Task Materials(RunningLab lab, DateTimeOffset now)
    {
        foreach (var (lot, kind) in new[] { ("COL-01", "Enzyme"), ("MED-01", "Medium") })
        {
            await lab.Post("tech01", "/materials", new JsonObject
            {
                ["lotId"] = lot,
                ["kind"] = kind,
                ["supplier"] = "Northmed",
                ["expiresAt"] = Text(now.AddYears(2)),
                ["quantity"] = 100000,
                ["unit"] = "mL",
            });
            await lab.Post("qa01", $"/materials/{lot}/release", new JsonObject { ["signature"] = RunningLab.Signature("qa01", "Approved") });
        }
    }

    public static Task Incubator(RunningLab lab, string id, DateTimeOffset now) => lab.Post("adm01", "/incubators", new JsonObject
    {
        ["incubatorId"] = id,
        ["kind"] = "Incubator",
        ["site"] = "main",
        ["profile"] = "P37-5",
        ["periodSeconds"] = 60,
        ["shelves"] = 4,
        ["status"] = "InService",
        ["channels"] = new JsonArray([.. new[] { "temperature", "co2", "humidity" }.Select(c => new JsonObject
        {
            ["channel"] = c, ["resolution"] = 0.01, ["calibratedAt"] = Text(now.AddDays(-10)), ["dueAt"] = Text(now.AddDays(120)),
        })]),
    });

    /// <summary>An ADSC batch up to P0 in culture; answers its vessel.</summary>
    public static async Task<string> BatchInCulture(RunningLab lab, int serial, DateTimeOffset now)
    {
        var (batch, patient, vessel) = ($"ADSC-{now.Year % 100:00}-{serial:0000}", $"PT-{serial:0000}", $"V-{serial:0000}");
        await lab.Post("tech01", "/patients", new JsonObject { ["patientRef"] = patient, ["secondIdentifier"] = "1958-03-14" });
        await lab.Post("tech01", "/donors", new JsonObject { ["donorRef"] = $"DN-{serial:0000}", ["autologousFor"] = patient });
        await lab.Post("tech01", "/batches", new JsonObject
        {
            ["batchId"] = batch,
            ["productType"] = "ADSC",
            ["specId"] = "ADSC",
            ["specVersion"] = 1,
            ["site"] = "main",
            ["autologous"] = true,
            ["patientRef"] = patient,
            ["donorRef"] = $"DN-{serial:0000}",
            ["orderedQty"] = 4e8,
            ["orderedUnit"] = "cell",
            ["plannedUseAt"] = Text(now.AddDays(19)),
            ["intendedUse"] = "Trial",
            ["storage"] = "Fresh",
            ["cultured"] = true,
            ["patientWeightKg"] = 68,
            ["doseVolumeMl"] = 20,
            ["administrationHours"] = 1,
            ["route"] = "Subcutaneous",
        });
        await Enter(lab, batch, "ConsentRecorded", new JsonObject { ["consentRef"] = "C-1", ["signedAt"] = Text(now.AddDays(-1)), ["scope"] = new JsonArray("Trial") });
        await Enter(lab, batch, "DonorEligibilityDetermined", new JsonObject { ["status"] = "AutologousExempt" }, user: "qa01");
        await Enter(lab, batch, "TissueReceived", new JsonObject
        {
            ["tissue"] = "Lipoaspirate",
            ["din"] = "A999926000002",
            ["dinFlag"] = "00",
            ["dinCheck"] = "6",
            ["quantity"] = 120,
            ["quantityUnit"] = "mL",
            ["procuredAt"] = Text(now.AddHours(-3)),
            ["receivedAt"] = Text(now),
            ["transitMinC"] = 18,
            ["transitMaxC"] = 18,
            ["containerIntact"] = true,
            ["coi"] = new JsonArray(patient, "1958-03-14"),
            ["coiMatches"] = 2,
        }, verifier: "tech02");
        await Enter(lab, batch, "TissueAccepted", new JsonObject());
        var isolated = await Enter(lab, batch, "IsolationPerformed", new JsonObject
        {
            ["cellLine"] = "Msc",
            ["method"] = "Collagenase",
            ["enzymeLot"] = "COL-01",
            ["durationMin"] = 45,
            ["tempC"] = 37,
            ["totalNucleated"] = 2.22e7,
            ["viabilityPct"] = 82,
        });
        await Enter(lab, batch, "VesselsSeeded", new JsonObject
        {
            ["purpose"] = "Culture",
            ["cellLine"] = "Msc",
            ["sourceIds"] = new JsonArray((string)isolated["events"]![0]!["eventId"]!),
            ["viableSeeded"] = 1.75e6,
            ["cellsPerCm2"] = 10000,
            ["passage"] = 0,
            ["mediumLot"] = "MED-01",
            ["mediumMl"] = 35,
            ["vessels"] = new JsonArray(new JsonObject { ["id"] = vessel, ["type"] = "T175", ["areaCm2"] = 175 }),
        });
        return vessel;
    }

    public static async Task<JsonNode> Enter(RunningLab lab, string batch, string type, JsonObject data, string? verifier = null, string user = "tech01")
    {
        var body = new JsonObject { ["type"] = type, ["data"] = data, ["comment"] = "Benchmark entry" };
        if (verifier is not null) body["verification"] = RunningLab.Signature(verifier, "Verified");
        return (await lab.Post(user, $"/batches/{batch}/events", body))!;
    }

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
