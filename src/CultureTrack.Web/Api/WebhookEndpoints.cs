using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Notices;
using CultureTrack.Web.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Events">Kinds it wants: <c>alarm</c>, <c>batch.DispositionSigned</c>, …; everything when left out.</param>
/// <param name="Secret">16 to 256 characters; made when left out.</param>
public sealed record WebhookBody(string Url, IReadOnlyList<string>? Events = null, string? Secret = null, string? Name = null);

/// <param name="Secret">Only in the answer to its registration.</param>
public sealed record WebhookView(
    string WebhookId, string Name, string Url, IReadOnlyList<string> Events, bool Enabled, string? DisabledBecause, DateTimeOffset? FailingSince, DateTimeOffset? LastDeliveredAt, string CreatedBy,
    DateTimeOffset CreatedAt, long Version, string? Secret = null)
{
    public static WebhookView Of(Webhook w) => new(w.Id, w.Name, w.Url, w.Events, w.Enabled, w.DisabledBecause, w.FailingSince, w.LastDeliveredAt, w.CreatedBy, w.CreatedAt, w.Version);
}

public sealed record DeliveryView(string DeliveryId, string Type, DateTimeOffset At, DeliveryStatus Status, IReadOnlyList<DeliveryAttempt> Attempts, DateTimeOffset? NextAttemptAt, JsonElement Body)
{
    public static DeliveryView Of(Delivery d) => new(d.Id, d.Kind, d.At, d.Status, d.Attempts, d.Status == DeliveryStatus.Pending && d.NextAttemptAt > DateTimeOffset.UnixEpoch ? d.NextAttemptAt : null,
        JsonSerializer.Deserialize<JsonElement>(d.Body));
}

/// <summary>Programs elsewhere that are told what happens.</summary>
internal static class WebhookEndpoints
{
    private const string Reason = """{"reason":"Receiver is being moved"}""";
    private static readonly DateTimeOffset Then = new(2026, 3, 2, 9, 40, 0, TimeSpan.Zero);
    private static readonly WebhookView Example = new("WH-0197F3A25C1E7000", "MES", "https://mes.lab.example/culturetrack", ["alarm", "batch.DispositionSigned"], true, null, null, null, "adm01", Then, 1);
    private static readonly DeliveryView Handed = new("9f2c4e1d0b7a46c38d5e2f1a0b9c8d7e", "alarm.raised", Then, DeliveryStatus.Delivered, [new(Then, "204", 18)], null,
        JsonSerializer.Deserialize<JsonElement>("""{"id":"…","type":"alarm.raised","at":"2026-03-02T09:40:00.000Z","subject":"…","data":{"alarmId":"…","incubatorId":"INC-02","severity":"action"}}"""));

    public static void MapWebhooks(this IEndpointRouteBuilder root)
    {
        var hooks = root.MapGroup("/webhooks").WithTags("Webhooks");
        hooks.MapGet("", List).By(Roles.Administrator, Roles.QualityAssurance).Is("All webhooks").Pages().Gives(200, new Page<WebhookView>([Example], 1, 100, 1));
        hooks.MapPost("", Register).Access(new([Roles.Administrator], KeepsNoAnswer: true)).Is("Registers a webhook; its secret is shown this once")
            .Takes<WebhookBody>("""{"name":"MES","url":"https://mes.lab.example/culturetrack","events":["alarm","batch.DispositionSigned"]}""").Gives(201, Example with { Secret = "shown once" });
        hooks.MapGet("/{id}", Get).By(Roles.Administrator, Roles.QualityAssurance).Is("One webhook").Gives(200, Example);
        hooks.MapPost("/{id}/disable", (string id, HttpContext c, WebhookRegister r) => Change(id, c, reason => new WebhookDisabled(reason), r.Disable)).By(Roles.Administrator).Is("Switches it off; what waits for it is kept").Takes<ReasonBody>(Reason).Gives(200, Example with { Enabled = false });
        hooks.MapPost("/{id}/enable", Enable).By(Roles.Administrator).Is("Switches it on; what waited is delivered").Takes<ReasonBody>(Reason).Gives(200, Example);
        hooks.MapDelete("/{id}", Remove).By(Roles.Administrator).Is("Switches it off for good; its deliveries stay readable").GivesNothing();
        hooks.MapPost("/{id}/test", Test).By(Roles.Administrator).Is("Delivers a webhook.test").GivesNothing();
        hooks.MapGet("/{id}/deliveries", Deliveries).By(Roles.Administrator, Roles.QualityAssurance).Is("What was delivered and what waits, newest first; delivered ones are kept 30 days").Pages().Asks("status", "Pending, Delivered or GivenUp.")
            .Gives(200, new Page<DeliveryView>([Handed], 1, 100, 1));
        hooks.MapPost("/{id}/deliveries/{deliveryId}/redeliver", Redeliver).By(Roles.Administrator).Is("Delivers it again, under the same id").GivesNothing();
    }

    private static async Task<IResult> List(HttpContext context, Outbox outbox) => new Query(context).Page([.. (await outbox.Webhooks(context.RequestAborted)).Select(WebhookView.Of)]);

    private static async Task<IResult> Get(string id, HttpContext context, Outbox outbox) =>
        await outbox.Find(id, context.RequestAborted) is { } hook ? Answer.Ok(WebhookView.Of(hook), hook.Version) : RegisterEndpoints.Unknown($"The webhook {id}");

    private static async Task<IResult> Register(HttpContext context, WebhookRegister register)
    {
        var body = Body.Read<WebhookBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (url, events, secret, name) = body.Value!;
        var outcome = await register.Register(data => Body.Entry(context, data), new WebhookRegistered(url, events ?? ["*"], name), secret, context.RequestAborted);
        return Answer.Of(outcome, w =>
        {
            context.Trace().Target = w.Id;
            return Answer.Created(WebhookView.Of(w) with { Secret = w.Secret }, w.Version);
        });
    }

    private static async Task<IResult> Change(string id, HttpContext context, Func<string, EventData> data, Func<LabEntry, string, CancellationToken, Task<Outcome<Webhook>>> change)
    {
        var body = Body.Read<ReasonBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        return Answer.Of(await change(Body.Entry(context, data(body.Value!.Reason)), id, context.RequestAborted), w => Answer.Ok(WebhookView.Of(w), w.Version));
    }

    private static Task<IResult> Enable(string id, HttpContext context, WebhookRegister register, Outbox outbox) =>
        Change(id, context, reason => new WebhookEnabled(reason), async (entry, webhook, ct) =>
        {
            var outcome = await register.Enable(entry, webhook, ct);
            if (outcome.Accepted) await outbox.Hurry(webhook, ct);
            return outcome;
        });

    private static async Task<IResult> Remove(string id, HttpContext context, WebhookRegister register) =>
        Answer.Of(await register.Disable(Body.Entry(context, new WebhookDisabled("Removed by the administrator")), id, context.RequestAborted), _ => Results.NoContent());

    private static async Task<IResult> Test(string id, HttpContext context, Outbox outbox) =>
        await outbox.Test(id, context.Now(), context.RequestAborted) ? Results.NoContent() : RegisterEndpoints.Unknown($"The webhook {id}");

    private static async Task<IResult> Deliveries(string id, HttpContext context, Outbox outbox)
    {
        var query = new Query(context);
        var status = query.Name<DeliveryStatus>("status");
        var (page, size) = query.Paging();
        if (!query.IsGood) return query.Refused();
        if (await outbox.Find(id, context.RequestAborted) is null) return RegisterEndpoints.Unknown($"The webhook {id}");
        var (items, total) = await outbox.Deliveries(id, status, page, size, context.RequestAborted);
        return Answer.Ok(new Page<DeliveryView>([.. items.Select(DeliveryView.Of)], page, size, total));
    }

    private static async Task<IResult> Redeliver(string id, string deliveryId, HttpContext context, Outbox outbox) =>
        await outbox.Again(id, deliveryId, context.RequestAborted) ? Results.NoContent() : RegisterEndpoints.Unknown($"The delivery {deliveryId}");
}
