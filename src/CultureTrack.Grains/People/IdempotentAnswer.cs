using JasperFx;
using Marten;
using Marten.Exceptions;
using Npgsql;

namespace CultureTrack.Grains.People;

/// <summary>The first answer to a request with an Idempotency-Key, for a day.</summary>
public sealed record IdempotentAnswer
{
    /// <summary>Hash of user, method, path and key.</summary>
    public required string Id { get; init; }
    public required string BodyHash { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>0 while the first request is still being worked on.</summary>
    public required int Status { get; init; }
    public string? ContentType { get; init; }
    public string? ETag { get; init; }
    public byte[] Body { get; init; } = [];
}

/// <summary>Answers kept so that a repeated request does nothing twice, also after a restart.</summary>
public sealed class IdempotentAnswers(IDocumentStore store, TimeProvider clock)
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Takes the key for this request; otherwise gives what is there already.</summary>
    public async Task<IdempotentAnswer?> TakeOrFind(string id, string bodyHash, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var now = clock.GetUtcNow();
        if (await session.LoadAsync<IdempotentAnswer>(id, ct) is { } found)
        {
            if (now - found.At < Kept) return found;
            session.Delete(found);
            await session.SaveChangesAsync(ct);
        }
        session.Insert(new IdempotentAnswer { Id = id, BodyHash = bodyHash, At = now, Status = 0 });
        try
        {
            await session.SaveChangesAsync(ct);
            return null;
        }
        catch (Exception e) when (e is DocumentAlreadyExistsException or ConcurrencyException or MartenCommandException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } })
        {
            await using var again = store.QuerySession();    // the same request is being worked on at this moment
            return await again.LoadAsync<IdempotentAnswer>(id, ct);
        }
    }

    public async Task Keep(IdempotentAnswer answer, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Store(answer);
        var outdated = clock.GetUtcNow() - Kept;
        session.DeleteWhere<IdempotentAnswer>(a => a.At < outdated);
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Gives the key back when the request came to no answer.</summary>
    public async Task Release(string id, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<IdempotentAnswer>(id);
        await session.SaveChangesAsync(ct);
    }
}
