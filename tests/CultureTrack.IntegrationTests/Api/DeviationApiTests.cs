namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class DeviationApiTests(RunningLab lab)
{
    [Fact]
    public async Task A_deviation_of_a_batch_is_classified_and_closed_by_somebody_else()
    {
        var batch = await lab.NewBatch();
        var opened = (await lab.Post("qa01", "/deviations", new { batchId = batch, text = "Tray 3 moved without scanning" })).ShouldBe(201);
        var id = opened["deviationId"].GetValue<string>();
        opened["status"].GetValue<string>().ShouldBe("Open");
        (await lab.Post("qa02", $"/deviations/{id}/close", new { rootCause = "Scanner empty", impact = "None" })).ShouldBeRefused(422, "STATE-GUARD");
        (await lab.Post("qa01", $"/deviations/{id}/classify", new { @class = "Minor" })).ShouldBe(200)["class"].GetValue<string>().ShouldBe("Minor");
        (await lab.Post("qa01", $"/deviations/{id}/close", new { rootCause = "Scanner empty", impact = "None" })).ShouldBeRefused(403, "SOD-CLOSER");
        (await lab.Post("tech01", $"/deviations/{id}/close", new { rootCause = "Scanner empty", impact = "None" })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("qa02", $"/deviations/{id}/close", new { rootCause = "Scanner empty" })).ShouldBeRefused(422, "VAL-REQUIRED");
        var closed = (await lab.Post("qa02", $"/deviations/{id}/close", new { rootCause = "Scanner empty", impact = "None", capaRefs = new[] { "CAPA-1" } })).ShouldBe(200);
        (closed["status"].GetValue<string>(), closed["closedBy"].GetValue<string>(), closed["rootCause"].GetValue<string>()).ShouldBe(("Closed", "qa02", "Scanner empty"));
        (await lab.Get("qa01", $"/deviations?batch={batch}&status=Open"))["total"].GetValue<int>().ShouldBe(0);
        (await lab.Get("qa01", "/deviations?capa=CAPA-1"))["items"].AsArray().ShouldContain(d => d!["deviationId"]!.GetValue<string>() == id);
        (await lab.Post("qa01", "/deviations", new { batchId = "CEA-26-9999", text = "x" })).ShouldBeRefused(404, "NOT-FOUND");
    }

    [Fact]
    public async Task A_deviation_of_equipment_belongs_to_no_batch_and_follows_the_same_rules()
    {
        var equipment = RunningLab.Id("FRZ");
        (await lab.Post(RunningLab.Admin, "/incubators", StorageApiTests.Freezer(equipment))).ShouldBe(201);
        (await lab.Post("tech01", "/deviations", new { equipmentId = "NONE-9", text = "Seal torn" })).ShouldBeRefused(422, "VAL-FORMAT");
        var id = (await lab.Post("qa01", "/deviations", new { equipmentId = equipment, text = "Seal torn", @class = "Minor" })).ShouldBe(201)["deviationId"].GetValue<string>();
        (await lab.Get("tech01", $"/deviations?equipment={equipment}"))["items"].AsArray().ShouldHaveSingleItem()!["batchId"].ShouldBeNull();
        (await lab.Get("tech01", $"/tasks?equipment={equipment}"))["items"].AsArray().ShouldContain(t => t!["task"]!.GetValue<string>() == "D-22");
        (await lab.Post("qa01", $"/deviations/{id}/close", new { rootCause = "Worn out", impact = "None" })).ShouldBeRefused(403, "SOD-CLOSER");
        (await lab.Post("qa02", $"/deviations/{id}/close", new { rootCause = "Worn out", impact = "None" })).ShouldBe(200)["status"].GetValue<string>().ShouldBe("Closed");
        (await lab.Post("qa02", $"/deviations/{id}/close", new { rootCause = "Worn out", impact = "None" })).ShouldBeRefused(422, "STATE-GUARD");
    }

    [Fact]
    public async Task A_capa_is_done_by_its_owner_and_closed_by_another_person_once_it_worked()
    {
        object New(string owner) => new
        {
            title = "Regulators replaced late",
            problem = "Low CO2 for 2 h in INC-02",
            correctiveAction = "Replaced on all incubators",
            owner,
            dueAt = lab.Now().AddDays(30),
            effectivenessCheck = "No excursion by a regulator in three months",
            effectivenessDueAt = lab.Now().AddDays(120),
        };
        (await lab.Post("tech01", "/capas", New("qa01"))).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post("sup01", "/capas", New("nobody9"))).ShouldBeRefused(422, "VAL-FORMAT");
        var id = (await lab.Post("sup01", "/capas", New("qa01"))).ShouldBe(201)["capaId"].GetValue<string>();
        object Close(string user) => new { conclusion = "No excursion by a regulator since", signature = RunningLab.Sign("Approved", user) };
        (await lab.Post("qa02", $"/capas/{id}/close", Close("qa02"))).ShouldBeRefused(422, "STATE-TRANSITION");
        (await lab.Get("qa01", "/tasks?assignee=qa01"))["items"].AsArray().ShouldContain(t => t!["subject"]!.GetValue<string>() == id);
        (await lab.Post("qa01", $"/capas/{id}/done", new { done = "All six replaced" })).ShouldBe(200)["status"].GetValue<string>().ShouldBe("ActionsDone");
        (await lab.Post("qa01", $"/capas/{id}/close", Close("qa01"))).ShouldBeRefused(403, "SOD-CLOSER");
        (await lab.Post("qa02", $"/capas/{id}/reopen", new { reason = "One more excursion in May", dueAt = lab.Now().AddDays(40), effectivenessDueAt = lab.Now().AddDays(150) })).ShouldBe(200)["reopened"].GetValue<int>().ShouldBe(1);
        (await lab.Post("qa01", $"/capas/{id}/done", new { done = "Other make of regulator" })).ShouldBe(200);
        var closed = (await lab.Post("qa02", $"/capas/{id}/close", Close("qa02"))).ShouldBe(200);
        (closed["status"].GetValue<string>(), closed["closedBy"].GetValue<string>()).ShouldBe(("Closed", "qa02"));
    }
}
