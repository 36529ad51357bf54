namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class StorageApiTests(RunningLab lab)
{
    internal static object Freezer(string id) => new
    {
        incubatorId = id,
        kind = "Freezer",
        site = "main",
        profile = "F-80",
        periodSeconds = 60,
        positions = 3840,
        channels = new[] { new { channel = "temperature", resolution = 0.1, calibratedAt = "2026-02-01T08:00:00Z", dueAt = "2027-02-01T08:00:00Z" } },
        status = "InService",
        roomId = "R-2",
    };

    private static object Layout(string wells) => new { levels = new[] { new { name = "rack", from = "R1", to = "R2" }, new { name = "box", from = "B01", to = "B03" }, new { name = "well", from = "A01", to = wells } } };

    [Fact]
    public async Task A_store_shows_how_it_is_divided_and_proposes_free_positions()
    {
        var id = RunningLab.Id("FRZ");
        (await lab.Post(RunningLab.Admin, "/incubators", Freezer(id))).ShouldBe(201);
        (await lab.Get("tech01", $"/incubators/{id}/positions"))["isUsual"].GetValue<bool>().ShouldBeTrue();

        (await lab.Post("tech01", $"/incubators/{id}/layout", Layout("H12"))).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/layout", Layout("12"))).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/layout", new { levels = new[] { new { name = "rack", from = "R1", to = "R9" }, new { name = "box", from = "B01", to = "B99" }, new { name = "well", from = "A01", to = "H12" } } })).ShouldBeRefused(422, "VAL-RANGE");
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/layout", Layout("H12"))).ShouldBe(200);

        var map = (await lab.Get("tech01", $"/incubators/{id}/positions?propose=3")).ShouldBe(200);
        map["positions"].GetValue<int>().ShouldBe(2 * 3 * 96);
        map["proposed"].AsArray().Select(p => p!.GetValue<string>()).ShouldBe([$"{id}/R1/B01/A01", $"{id}/R1/B01/A02", $"{id}/R1/B01/A03"]);
        (await lab.Get("tech01", "/incubators/NONE-1/positions")).ShouldBeRefused(404, "NOT-FOUND");
    }

    [Fact]
    public async Task A_sensor_found_out_of_tolerance_opens_a_deviation_for_every_batch_inside_since_and_is_judged_at_once()
    {
        var id = RunningLab.Id("INC");
        (await lab.Post(RunningLab.Admin, "/incubators", IncubatorApiTests.Incubator(id))).ShouldBe(201);
        var lot = RunningLab.Id("COL");
        (await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "Northmed", expiresAt = lab.Now().AddYears(1), quantity = 500, unit = "mg" })).ShouldBe(201);
        (await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        var medium = RunningLab.Id("MED");
        (await lab.Post("tech01", "/materials", new { lotId = medium, kind = "Medium", supplier = "Northmed", expiresAt = lab.Now().AddYears(1), quantity = 5000, unit = "mL" })).ShouldBe(201);
        (await lab.Post("qa01", $"/materials/{medium}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBe(200);
        var batch = await lab.NewBatch();
        await lab.Isolated(batch, lot);
        var isolation = (await lab.Get("tech01", $"/batches/{batch}/events"))["items"].AsArray().Single(e => e!["type"]!.GetValue<string>() == "IsolationPerformed")!["eventId"]!.GetValue<string>();
        var vessel = RunningLab.Id("T");
        (await lab.Enter("tech01", batch, "VesselsSeeded", new
        {
            purpose = "Culture",
            cellLine = "Msc",
            sourceIds = new[] { isolation },
            vessels = new[] { new { id = vessel, type = "T175", areaCm2 = 175 } },
            viableSeeded = 1.75e6,
            cellsPerCm2 = 1e4,
            passage = 0,
            mediumLot = medium,
            mediumMl = 35,
        })).ShouldBe(201);
        (await lab.Enter("tech01", batch, "MovedIntoIncubator", new { vesselIds = new[] { vessel }, incubatorId = id, shelf = 1 })).ShouldBe(201);
        await lab.Advance(TimeSpan.FromMinutes(1));

        (await lab.Post("tech01", $"/incubators/{id}/calibrations", new { channel = "temperature", performedAt = lab.Now(), dueAt = lab.Now().AddMonths(12), asFound = "Out", asFoundError = 0.6, certificateRef = "CERT-9", comment = "Sensor replaced" })).ShouldBe(201);

        var deviation = (await lab.Get("qa01", $"/deviations?batch={batch}")).ShouldBe(200)["items"].AsArray().ShouldHaveSingleItem()!;
        deviation["bySystem"]!.GetValue<bool>().ShouldBeTrue();
        deviation["class"]!.GetValue<string>().ShouldBe("Major");
        deviation["text"]!.GetValue<string>().ShouldContain(id);
        var band = (await lab.Get("tech01", $"/batches/{batch}/events"))["items"].AsArray().Single(e => e!["type"]!.GetValue<string>() == "ExposureBandChanged")!["data"]!;
        (band["criterionId"]!.GetValue<string>(), band["toBand"]!.GetValue<string>()).ShouldBe(("E-14", "ASSESS"));
    }
}
