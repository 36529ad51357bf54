using CultureTrack.Grains.Notices;
using Marten;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class WebhookApiTests(RunningLab lab)
{
    private const string Secret = "a-secret-both-sides-know";

    [Fact]
    public async Task What_happens_to_a_batch_arrives_signed_with_the_secret_of_the_webhook()
    {
        await using var receiver = await WebhookReceiver.Start();
        var hook = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "batch" }, secret = Secret })).ShouldBe(201);
        hook["secret"].GetValue<string>().ShouldBe(Secret);
        var id = hook["webhookId"].GetValue<string>();
        (await lab.Get(RunningLab.Admin, $"/webhooks/{id}")).Json!["secret"].ShouldBeNull("it is shown once");
        var batch = await lab.NewBatch();

        var told = receiver.Next("batch.BatchRegistered");

        told.IsSignedWith(Secret).ShouldBeTrue();
        told.Json["data"]!["batchId"]!.GetValue<string>().ShouldBe(batch);
        (await lab.Enter("tech01", batch, "DeviationOpened", new { text = "Tray moved without scanning", @class = "Minor" })).ShouldBe(201);
        var next = receiver.Next("batch.DeviationOpened");
        next.Id.ShouldNotBe(told.Id);
        next.Json["data"]!["version"]!.GetValue<int>().ShouldBe(2);
        (await lab.Post(RunningLab.Admin, $"/webhooks/{id}/test", null)).ShouldBe(204);
        receiver.Next("webhook.test").IsSignedWith(Secret).ShouldBeTrue();
        (await lab.Delete(RunningLab.Admin, $"/webhooks/{id}")).ShouldBe(204);
    }

    [Fact]
    public async Task What_a_receiver_does_not_take_waits_in_the_outbox_with_every_attempt_and_arrives_under_the_same_id()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answers = 400;
        var hook = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "register.MaterialReceived" } })).ShouldBe(201);
        var (id, secret) = (hook["webhookId"].GetValue<string>(), hook["secret"].GetValue<string>());
        (await lab.Post("tech01", "/materials", new { lotId = RunningLab.Id("WHK"), kind = "Medium", supplier = "Northmed", expiresAt = "2026-12-31T23:59:59Z", quantity = 500, unit = "mL" })).ShouldBe(201);
        var first = receiver.Next("register.MaterialReceived");
        var waiting = await Delivery(id, d => d["attempts"]!.AsArray().Count == 1);
        waiting["status"]!.GetValue<string>().ShouldBe("Pending");
        waiting["attempts"]![0]!["answer"]!.GetValue<string>().ShouldBe("400");

        receiver.Answers = 200;
        (await lab.Post(RunningLab.Admin, $"/webhooks/{id}/deliveries/{first.Id}/redeliver", null)).ShouldBe(204);

        var second = receiver.Next("register.MaterialReceived");
        second.Id.ShouldBe(first.Id);
        second.Body.ShouldBe(first.Body);
        second.IsSignedWith(secret).ShouldBeTrue();
        (await Delivery(id, d => d["status"]!.GetValue<string>() == "Delivered"))["attempts"]!.AsArray().Count.ShouldBe(2);
        (await lab.Delete(RunningLab.Admin, $"/webhooks/{id}")).ShouldBe(204);
    }

    [Fact]
    public async Task A_webhook_that_is_switched_off_gets_what_waited_when_it_is_switched_on()
    {
        await using var receiver = await WebhookReceiver.Start();
        var id = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "task" } })).ShouldBe(201)["webhookId"].GetValue<string>();
        var store = lab.Services.GetRequiredService<IDocumentStore>();
        await using (var session = store.LightweightSession())
        {
            session.Store(new Delivery { Id = RunningLab.Id("D"), Channel = DeliveryChannel.Webhook, Target = id, Kind = "task.waits", At = lab.Now(), Subject = "Waits", Body = """{"type":"task.waits"}""", NextAttemptAt = DateTimeOffset.MaxValue });
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        (await lab.Post(RunningLab.Admin, $"/webhooks/{id}/disable", new { reason = "short" })).ShouldBeRefused(422, "VAL-REASON");
        (await lab.Post(RunningLab.Admin, $"/webhooks/{id}/disable", new { reason = "Receiver is being moved" })).ShouldBe(200)["enabled"].GetValue<bool>().ShouldBeFalse();
        (await lab.Post(RunningLab.Admin, $"/webhooks/{id}/enable", new { reason = "Receiver is back again" })).ShouldBe(200)["enabled"].GetValue<bool>().ShouldBeTrue();
        receiver.Next("task.waits").Id.ShouldNotBeEmpty();
        (await lab.Delete(RunningLab.Admin, $"/webhooks/{id}")).ShouldBe(204);
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_not_asked_for_every_new_delivery()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answers = 503;
        var id = (await lab.Post(RunningLab.Admin, "/webhooks", new { url = receiver.Url, events = new[] { "batch" } })).ShouldBe(201)["webhookId"].GetValue<string>();
        var batch = await lab.NewBatch();
        await Delivery(id, d => d["attempts"]!.AsArray().Count == 1);

        (await lab.Enter("tech01", batch, "DeviationOpened", new { text = "Tray moved without scanning", @class = "Minor" })).ShouldBe(201);

        System.Text.Json.Nodes.JsonNode? later = null;
        await Waiting.Until(async () =>
        {
            later = (await lab.Get(RunningLab.Admin, $"/webhooks/{id}/deliveries")).ShouldBe(200)["items"].AsArray().FirstOrDefault(d => d!["type"]!.GetValue<string>() == "batch.DeviationOpened");
            return later?["nextAttemptAt"]?.GetValue<DateTimeOffset>() > TimeProvider.System.GetUtcNow();
        }, "the new delivery waits with the first");
        later!["attempts"]!.AsArray().ShouldBeEmpty();
        (await lab.Delete(RunningLab.Admin, $"/webhooks/{id}")).ShouldBe(204);
    }

    [Theory]
    [InlineData("ftp://mes.lab.example/x", "VAL-FORMAT")]
    [InlineData("http://user:secret@mes.lab.example/x", "VAL-FORMAT")]
    [InlineData("not an address", "VAL-FORMAT")]
    public async Task An_address_that_is_no_plain_http_is_refused(string url, string code) =>
        (await lab.Post(RunningLab.Admin, "/webhooks", new { url, events = new[] { "*" } })).ShouldBeRefused(422, code);

    [Fact]
    public async Task Only_an_administrator_makes_webhooks()
    {
        (await lab.Post("qa01", "/webhooks", new { url = "http://127.0.0.1:9/x" })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Post(RunningLab.Admin, "/webhooks", new { url = "http://127.0.0.1:9/x", events = new[] { "weather" } })).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post(RunningLab.Admin, "/webhooks", new { url = "http://127.0.0.1:9/x", secret = "short" })).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Get("qa01", "/webhooks")).ShouldBe(200);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Delivery(string webhook, Func<System.Text.Json.Nodes.JsonNode, bool> until)
    {
        System.Text.Json.Nodes.JsonNode? found = null;
        await Waiting.Until(async () => (found = (await lab.Get(RunningLab.Admin, $"/webhooks/{webhook}/deliveries")).ShouldBe(200)["items"].AsArray().FirstOrDefault()) is { } d && until(d), "the delivery log");
        return found!;
    }
}
