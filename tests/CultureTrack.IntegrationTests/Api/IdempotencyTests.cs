namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class IdempotencyTests(RunningLab lab)
{
    [Fact]
    public async Task A_repeated_command_gets_the_first_answer_and_does_nothing()
    {
        var (key, patient) = (("Idempotency-Key", Guid.NewGuid().ToString()), RunningLab.Id("PT"));
        var first = (await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "2" }, key)).ShouldBe(201);
        var second = (await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "2" }, key)).ShouldBe(201);
        second.Text.ShouldBe(first.Text);
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        (await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "3" }, key)).ShouldBeRefused(422, "VAL-IDEMPOTENCY");
        (await lab.Post("tech02", "/patients", new { patientRef = patient, secondIdentifier = "2" }, key)).ShouldBeRefused(422, "VAL-DUPLICATE");
    }

    [Fact]
    public async Task Of_many_repeats_at_the_same_moment_one_is_done()
    {
        var (key, patient) = (("Idempotency-Key", Guid.NewGuid().ToString()), RunningLab.Id("PT"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "2" }, key)));
        answers.ShouldAllBe(a => a.Status == 201 || a.Status == 409);
        answers.ShouldContain(a => a.Status == 201);
        (await lab.Get("qa01", $"/audit?target={patient}&outcome=Refused"))["items"].AsArray().ShouldAllBe(i => i!["code"]!.GetValue<string>() == "CONCURRENCY");
    }

    [Fact]
    public async Task After_a_day_the_key_is_free_again()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        (await lab.Post("tech01", "/patients", new { patientRef = RunningLab.Id("PT"), secondIdentifier = "2" }, key)).ShouldBe(201);
        await lab.Advance(TimeSpan.FromHours(24));
        (await lab.Post("tech01", "/patients", new { patientRef = RunningLab.Id("PT"), secondIdentifier = "2" }, key)).ShouldBe(201);
    }
}
