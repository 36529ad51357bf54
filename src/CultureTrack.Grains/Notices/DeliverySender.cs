using System.Diagnostics;
using System.Text;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Lab;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Grains.Notices;

/// <summary>
/// Hands over what is in the outbox: at once, and again after pauses that grow, until it arrived. Of several servers one sends at a time. The pauses are
/// the machine's time, also in a rehearsal.
/// </summary>
public sealed class DeliverySender(
    IDocumentStore store, NpgsqlDataSource source, NoticeBoard board, LabWriter writer, MailSettings mail, IStatePublisher broker, ILogger<DeliverySender> log) : BackgroundService
{
    private const long Turnstile = 0x43545F4F5554;    // one sender in the whole database
    private const int MostAtOnce = 200, MostReceiversAtOnce = 8, AttemptsKept = 20;
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(5), DisableAfter = TimeSpan.FromDays(3), Kept = TimeSpan.FromDays(30), TidiesEvery = TimeSpan.FromHours(1);

    // After the n-th failed attempt; what a receiver refused for itself is given up after the last one.
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12)];

    private readonly WebhookCaller _caller = new();
    private readonly Mailer _mailer = new(mail, store);
    private DateTimeOffset _tidiedAt = DateTimeOffset.MinValue;

    private static DateTimeOffset Machine => TimeProvider.System.GetUtcNow();

    public override void Dispose()
    {
        _caller.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await Pass(stoppingToken) == MostAtOnce) { }
                await board.Something(LooksEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception e)
            {
                log.LogError(e, "Deliveries could not be looked through and are tried again");
                await ((Task)board.Something(LooksEvery, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Hands over what is due; the number of deliveries looked at.</summary>
    private async Task<int> Pass(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var turn = await connection.BeginTransactionAsync(ct);
        await using (var ask = new NpgsqlCommand("select pg_try_advisory_xact_lock(@key)", connection, turn) { Parameters = { new("key", Turnstile) } })
            if (await ask.ExecuteScalarAsync(ct) is not true) return 0;
        var now = Machine;
        await Tidy(now, ct);
        await using var session = store.QuerySession();
        var due = await session.Query<Delivery>().Where(d => d.Status == DeliveryStatus.Pending && d.NextAttemptAt <= now).OrderBy(d => d.At).Take(MostAtOnce).ToListAsync(ct);
        if (due.Count == 0) return 0;
        var webhooks = (await session.Query<Webhook>().ToListAsync(ct)).ToDictionary(w => w.Id, StringComparer.Ordinal);
        await Parallel.ForEachAsync(due.GroupBy(d => (d.Channel, d.Target)), new ParallelOptions { MaxDegreeOfParallelism = MostReceiversAtOnce, CancellationToken = ct },
            async (receiver, inner) => await HandOver(receiver.Key.Channel, webhooks.GetValueOrDefault(receiver.Key.Target), [.. receiver], inner));
        return due.Count;
    }

    // In order; when the receiver is away the rest waits as long as the first.
    private async Task HandOver(DeliveryChannel channel, Webhook? webhook, List<Delivery> deliveries, CancellationToken ct)
    {
        if (webhook is { FailingSince: not null }) deliveries = await LeaveNewOnesWaiting(webhook, deliveries, ct);
        for (var i = 0; i < deliveries.Count; i++)
        {
            if (channel == DeliveryChannel.Webhook && webhook is not { Enabled: true })
            {
                await Put(deliveries[i..], Machine + Pauses[^1], ct);
                return;
            }
            var handed = channel switch
            {
                DeliveryChannel.Webhook => await _caller.Post(webhook!, deliveries[i], ct),
                DeliveryChannel.Mqtt => await Publish(deliveries[i], ct),
                _ => await _mailer.Post(deliveries[i], ct),
            };
            var kept = await Keep(deliveries[i], handed, ct);
            if (webhook is not null) webhook = await Remember(webhook, handed, ct);
            if (!handed.IsReceiverAway) continue;
            await Put(deliveries[(i + 1)..], kept.NextAttemptAt, ct);
            return;
        }
    }

    private async Task<Handed> Publish(Delivery delivery, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var place = NoticePlace.Of(delivery.Target);
        var taken = await broker.Tell(place.Site, place.IncubatorId, Encoding.UTF8.GetBytes(delivery.Body), ct);
        return new(taken, taken ? "taken by the broker" : "the broker is not connected", (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds, !taken);
    }

    // A receiver known to be away is not asked for every new delivery: what is new waits with what waits already, so that it holds up no other receiver.
    private async Task<List<Delivery>> LeaveNewOnesWaiting(Webhook webhook, List<Delivery> deliveries, CancellationToken ct)
    {
        var (now, id) = (Machine, webhook.Id);
        await using var session = store.QuerySession();
        var waiting = await session.Query<Delivery>().Where(d => d.Target == id && d.Status == DeliveryStatus.Pending && d.NextAttemptAt > now).OrderBy(d => d.NextAttemptAt).FirstOrDefaultAsync(ct);
        if (waiting is null) return deliveries;
        var fresh = deliveries.Where(d => d.Attempts.Count == 0 && d.Kind != Outbox.TestKind).ToList();
        await Put(fresh, waiting.NextAttemptAt, ct);
        return [.. deliveries.Except(fresh)];
    }

    private async Task<Delivery> Keep(Delivery delivery, Handed handed, CancellationToken ct)
    {
        var failed = delivery.Attempts.Count;    // before this one
        var after = delivery with
        {
            Attempts = [.. delivery.Attempts.TakeLast(AttemptsKept - 1), new(Machine, handed.Answer, handed.DurationMs)],
            Status = handed.Arrived ? DeliveryStatus.Delivered : !handed.IsReceiverAway && failed >= Pauses.Length - 1 ? DeliveryStatus.GivenUp : DeliveryStatus.Pending,
            NextAttemptAt = handed.Arrived ? Machine : Machine + Pauses[Math.Min(failed, Pauses.Length - 1)],
        };
        await using var session = store.LightweightSession();
        session.Store(after);
        await session.SaveChangesAsync(ct);
        if (!handed.Arrived) log.LogWarning("{Kind} did not arrive at {Target}: {Answer}", delivery.Kind, delivery.Target, handed.Answer);
        return after;
    }

    private async Task Put(List<Delivery> waiting, DateTimeOffset until, CancellationToken ct)
    {
        if (waiting.Count == 0) return;
        await using var session = store.LightweightSession();
        session.Store(waiting.Select(d => d with { NextAttemptAt = until }).ToArray());
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Keeps since when the webhook fails, and puts it off after three days of nothing but failures.</summary>
    private async Task<Webhook> Remember(Webhook webhook, Handed handed, CancellationToken ct)
    {
        if (handed.Arrived && webhook.FailingSince is null && Machine - webhook.LastDeliveredAt < TimeSpan.FromMinutes(1)) return webhook;
        if (!handed.Arrived && webhook.FailingSince is { } since && Machine - since > DisableAfter) return await Disable(webhook, since, ct);
        if (!handed.Arrived && webhook.FailingSince is not null) return webhook;
        await using var session = store.LightweightSession();
        var fresh = await session.LoadAsync<Webhook>(webhook.Id, ct) ?? webhook;
        fresh = handed.Arrived ? fresh with { FailingSince = null, LastDeliveredAt = Machine } : fresh with { FailingSince = fresh.FailingSince ?? Machine };
        session.Store(fresh);
        await session.SaveChangesAsync(ct);
        return fresh;
    }

    private async Task<Webhook> Disable(Webhook webhook, DateTimeOffset since, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<Webhook>(webhook.Id, ct) is not { Enabled: true } known) return webhook with { Enabled = false };
        var reason = $"Nothing arrived since {since:u}";
        var e = work.Append(new LabEntry(new WebhookDisabled(reason), Actor.Software, writer.Now), WebhookRules.Stream(known.Id), known.Version, _ => { });
        var off = known with { Enabled = false, DisabledBecause = reason, Version = e!.Version };
        work.Session.Store(off);
        await work.Save(off, ct);
        await board.Reload(ct);
        log.LogWarning("Webhook {Webhook} is off: {Reason}", known.Id, reason);
        return off;
    }

    private async Task Tidy(DateTimeOffset now, CancellationToken ct)
    {
        if (now - _tidiedAt < TidiesEvery) return;
        _tidiedAt = now;
        var before = now - Kept;
        await using var session = store.LightweightSession();
        session.DeleteWhere<Delivery>(d => d.Status != DeliveryStatus.Pending && d.NextAttemptAt < before);
        await session.SaveChangesAsync(ct);
    }
}
