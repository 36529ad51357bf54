using System.Text.Json.Nodes;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>An alarm that was put aside while cultures were inside is something the reviewer of their batch must have seen.</summary>
[Collection(LabCollection.Name)]
public sealed class ShelvingTests(RunningLab lab)
{
    private const string Why = "Sensor cable is being replaced";

    [Fact]
    [Trait("Rule", "R-36")]
    public async Task The_review_of_a_batch_lists_an_alarm_that_was_shelved_while_its_vessels_were_inside()
    {
        var (incubator, inside, elsewhere) = (RunningLab.Id("INC"), await lab.NewBatch(), await lab.NewBatch());
        (await lab.Post(RunningLab.Admin, "/incubators", IncubatorApiTests.Incubator(incubator))).ShouldBe(201);
        await InCulture(inside);
        (await lab.Enter("tech01", inside, "MovedIntoIncubator", new { vesselIds = new[] { $"V-{inside}" }, incubatorId = incubator, shelf = 1 })).ShouldBe(201);

        await lab.Advance(TimeSpan.FromMinutes(6));    // no reading for 5 min: an action alarm
        var alarm = (await lab.Get("tech01", $"/alarms?incubator={incubator}")).ShouldBe(200)["items"].AsArray().Single(a => a!["kind"]!.GetValue<string>() == "CommsLost")!["alarmId"]!.GetValue<string>();
        var shelving = new { until = lab.Now().AddMinutes(5), reason = Why };
        (await lab.Post("tech01", $"/alarms/{alarm}/shelve", shelving)).ShouldBe(200)["state"].GetValue<string>().ShouldBe("Shelved");
        await lab.Advance(TimeSpan.FromMinutes(6));

        var listed = (await Exceptions(inside)).Single(e => e["kind"]!.GetValue<string>() == "Shelved");
        listed["text"]!.GetValue<string>().ShouldContain(Why);
        listed["text"]!.GetValue<string>().ShouldContain($"{incubator} CommsLost: tech01 shelved {alarm} from");
        listed["seen"]!.GetValue<bool>().ShouldBeFalse();
        listed["eventIds"]!.AsArray().Count.ShouldBe(1);
        (await Exceptions(elsewhere)).ShouldNotContain(e => e["kind"]!.GetValue<string>() == "Shelved");

        // The lab is shared: an incubator that stays silent would go on calling people.
        (await lab.Enter("tech01", inside, "MovedOutOfIncubator", new { vesselIds = new[] { $"V-{inside}" }, incubatorId = incubator })).ShouldBe(201);
        (await lab.Post(RunningLab.Admin, $"/incubators/{incubator}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);
    }

    private async Task<IEnumerable<JsonNode>> Exceptions(string batch) => (await lab.Get("qa01", $"/batches/{batch}/exceptions")).ShouldBe(200)["items"].AsArray().Select(e => e!);

    private async Task InCulture(string batch)
    {
        var (enzyme, medium) = (RunningLab.Id("COL"), RunningLab.Id("GM"));
        await lab.ReleasedLot(enzyme, "Enzyme");
        await lab.ReleasedLot(medium, "Medium");
        await lab.Isolated(batch, enzyme);
        await lab.Seeded(batch, medium);
    }
}
