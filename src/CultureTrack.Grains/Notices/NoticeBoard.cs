using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Records;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Notices;

/// <summary>
/// Puts what is worth telling into the outbox, in the transaction of the caller. Who wants it is asked of memory, because that happens with every entry; a
/// webhook made through another server is known here within seconds.
/// </summary>
public sealed class NoticeBoard(IDocumentStore store, MailSettings mail, ILogger<NoticeBoard> log) : BackgroundService
{
    private static readonly TimeSpan ReloadEvery = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _something = new(0, 1);
    private volatile IReadOnlyList<Webhook> _webhooks = [];

    public bool Wants(string kind) => _webhooks.Any(w => w.Wants(kind));

    /// <summary>Adds the deliveries of a notice to the caller's transaction.</summary>
    public void Put(IDocumentOperations operations, Notice notice)
    {
        foreach (var webhook in _webhooks.Where(w => w.Wants(notice.Kind))) Put(operations, webhook, notice);
        if (notice.Place is { } place) operations.Store(New(notice, DeliveryChannel.Mqtt, place.Target, Json(notice)));
        if (!mail.IsOn) return;
        foreach (var person in notice.People.Where(p => p.Email is not null).DistinctBy(p => p.User))
            operations.Store(New(notice, DeliveryChannel.Email, person.User, notice.Text));
    }

    internal static void Put(IDocumentOperations operations, Webhook webhook, Notice notice) => operations.Store(New(notice, DeliveryChannel.Webhook, webhook.Id, Json(notice)));

    /// <summary>To be called after the transaction, so that the delivery is not waited for.</summary>
    public void Sent()
    {
        if (_something.CurrentCount > 0) return;
        try { _something.Release(); }
        catch (SemaphoreFullException e) { log.LogTrace(e, "The sender is awake already"); }
    }

    /// <summary>Until something was put, at most for <paramref name="atMost"/>.</summary>
    internal Task Something(TimeSpan atMost, CancellationToken ct) => _something.WaitAsync(atMost, ct);

    public async Task Reload(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        _webhooks = await session.Query<Webhook>().Where(w => w.Enabled).ToListAsync(ct);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Reload(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _something.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReloadEvery);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stoppingToken)) return;
                await Reload(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception e) { log.LogWarning(e, "The webhooks could not be reloaded; those in memory stay in use"); }
        }
    }

    private static Delivery New(Notice n, DeliveryChannel channel, string target, string body) => new()
    {
        Id = IdOf(n.Id, target),
        Channel = channel,
        Target = target,
        Kind = n.Kind,
        At = n.At,
        Subject = n.Subject,
        Body = body,
    };

    // Short, the same for the same happening and receiver, and nothing that must be escaped in a header.
    private static string IdOf(string notice, string target) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{notice}\n{target}")))[..32];

    private static string Json(Notice n) => JsonSerializer.Serialize(new { id = n.Id, type = n.Kind, at = n.At, subject = n.Subject, data = n.Data }, RecordJson.Options);
}
