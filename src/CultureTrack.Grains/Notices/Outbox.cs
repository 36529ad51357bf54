using Marten;

namespace CultureTrack.Grains.Notices;

/// <summary>What was handed over and what waits, for those who look after it.</summary>
public sealed class Outbox(IDocumentStore store, NoticeBoard board)
{
    public const string TestKind = "webhook.test";

    public async Task<IReadOnlyList<Webhook>> Webhooks(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<Webhook>().ToListAsync(ct)).OrderBy(w => w.CreatedAt)];
    }

    public async Task<Webhook?> Find(string id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Webhook>(id, ct);
    }

    /// <summary>Newest first.</summary>
    public async Task<(IReadOnlyList<Delivery> Items, long Total)> Deliveries(string? target, DeliveryStatus? status, int page, int size, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        IQueryable<Delivery> found = session.Query<Delivery>().Stats(out var statistics);
        if (target is not null) found = found.Where(d => d.Target == target);
        if (status is { } wanted) found = found.Where(d => d.Status == wanted);
        var items = await found.OrderByDescending(d => d.At).ThenBy(d => d.Id).Skip((page - 1) * size).Take(size).ToListAsync(ct);
        return (items, statistics.TotalResults);
    }

    /// <summary>Tries it again now, under the same id; false when there is no such delivery of that receiver.</summary>
    public async Task<bool> Again(string target, string deliveryId, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<Delivery>(deliveryId, ct) is not { } delivery || delivery.Target != target) return false;
        session.Store(delivery with { Status = DeliveryStatus.Pending, NextAttemptAt = DateTimeOffset.UnixEpoch });
        await session.SaveChangesAsync(ct);
        board.Sent();
        return true;
    }

    /// <summary>Puts a test into the outbox; false when there is no such webhook that is on.</summary>
    public async Task<bool> Test(string webhookId, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<Webhook>(webhookId, ct) is not { Enabled: true } webhook) return false;
        NoticeBoard.Put(session, webhook, new Notice($"test/{Guid.CreateVersion7()}", TestKind, now, $"Test of {webhook.Name}", new { webhookId }));
        await session.SaveChangesAsync(ct);
        board.Sent();
        return true;
    }

    /// <summary>Puts everything that waits for a receiver to now.</summary>
    public async Task Hurry(string target, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var waiting = await session.Query<Delivery>().Where(d => d.Target == target && d.Status == DeliveryStatus.Pending).ToListAsync(ct);
        session.Store(waiting.Select(d => d with { NextAttemptAt = DateTimeOffset.UnixEpoch }).ToArray());
        await session.SaveChangesAsync(ct);
        board.Sent();
    }
}
