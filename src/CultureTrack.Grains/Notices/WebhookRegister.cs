using System.Security.Cryptography;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;

namespace CultureTrack.Grains.Notices;

/// <summary>Webhooks from registration to removal; every change is an event of the webhook's stream.</summary>
public sealed class WebhookRegister(LabWriter writer, NoticeBoard board)
{
    private const int SecretBytes = 32;

    /// <summary>The webhook with its secret; it is shown this once.</summary>
    public async Task<Outcome<Webhook>> Register(Func<EventData, LabEntry> entry, WebhookRegistered data, string? secret, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var id = writer.NewId("WH");
        var given = entry(data with { Name = string.IsNullOrWhiteSpace(data.Name) ? new UriBuilder(Good(data.Url)).Host : data.Name });
        var e = work.Append(given, WebhookRules.Stream(id), 0, j => WebhookRules.Check(data, secret, j));
        if (e is null) return work.Refused<Webhook>();
        var webhook = new Webhook
        {
            Id = id,
            Name = ((WebhookRegistered)given.Data).Name!,
            Url = data.Url,
            Events = data.Events,
            Secret = secret ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)),
            CreatedBy = e.ActorId,
            CreatedAt = e.RecordedAt,
            Version = e.Version,
        };
        work.Session.Insert(webhook);
        return await Told(await work.Save(webhook, ct), ct);
    }

    public Task<Outcome<Webhook>> Disable(LabEntry entry, string id, CancellationToken ct) =>
        Change(entry, id, (w, j) => j.Require(w.Enabled, Codes.StateTransition, "webhookId", "It is off already."), (w, e) => w with { Enabled = false, DisabledBecause = ((WebhookDisabled)e.Body).Reason }, ct);

    /// <summary>On again; what was given up while it failed is tried again.</summary>
    public async Task<Outcome<Webhook>> Enable(LabEntry entry, string id, CancellationToken ct)
    {
        var outcome = await Change(entry, id, (w, j) => j.Require(!w.Enabled, Codes.StateTransition, "webhookId", "It is on already."),
            (w, _) => w with { Enabled = true, DisabledBecause = null, FailingSince = null }, ct);
        board.Sent();
        return outcome;
    }

    private static string Good(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? url : "http://unknown";

    private async Task<Outcome<Webhook>> Change(LabEntry entry, string id, Action<Webhook, LabJudgement> rule, Func<Webhook, Recorded, Webhook> change, CancellationToken ct) =>
        await Told(await writer.Change<Webhook>(entry, WebhookRules.Stream(id), id, $"The webhook {id}", null, w => w.Version,
            (w, j) => { WebhookRules.CheckReason(entry.Data, j); rule(w, j); }, (w, e) => change(w, e) with { Version = e.Version }, ct), ct);

    private async Task<Outcome<Webhook>> Told(Outcome<Webhook> outcome, CancellationToken ct)
    {
        if (outcome.Accepted) await board.Reload(ct);
        return outcome;
    }
}
