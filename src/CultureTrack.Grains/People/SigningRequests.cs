using System.Security.Cryptography;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using JasperFx;
using JasperFx.Metadata;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>What somebody is asked to sign at the identity provider: one record with one content, by one person, once.</summary>
public sealed record SigningRequest : IVersioned
{
    /// <summary>Random; whoever has it still needs the browser session it was asked in.</summary>
    public required string Id { get; init; }
    public required string SessionId { get; init; }

    /// <summary>Who has to sign.</summary>
    public required string Signer { get; init; }
    public required string Meaning { get; init; }

    /// <summary>Id of the record, and what is entered into it.</summary>
    public required string Target { get; init; }
    public required string Type { get; init; }

    /// <summary>SHA-256 of everything that will be stored of the entry.</summary>
    public required string ContentHash { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The way to the provider that counts, and when it began; a later one replaces it.</summary>
    public string? Round { get; init; }
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When the person signed in at the provider for this signature.</summary>
    public DateTimeOffset? ProvenAt { get; init; }
    public string? Refusal { get; init; }
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Changes with every write, so that nothing is used twice.</summary>
    public Guid Version { get; set; }

    public bool IsOpen => ProvenAt is null && Refusal is null && UsedAt is null;
}

/// <summary>Signatures under way at the identity provider. Times are the machine's, also in a rehearsal: the provider has no other clock.</summary>
public sealed class SigningRequests(IDocumentStore store)
{
    private const int IdBytes = 32;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public static TimeProvider Clock => TimeProvider.System;

    public async Task<SigningRequest> Ask(string sessionId, string signer, string meaning, string target, string type, string contentHash, CancellationToken ct)
    {
        var now = Clock.GetUtcNow();
        var asked = new SigningRequest
        {
            Id = NewId(),
            SessionId = sessionId,
            Signer = signer,
            Meaning = meaning,
            Target = target,
            Type = type,
            ContentHash = contentHash,
            ExpiresAt = now + IdentityProvider.Patience,
        };
        await using var session = store.LightweightSession();
        var outdated = now - Kept;
        session.DeleteWhere<SigningRequest>(r => r.ExpiresAt < outdated);
        session.Insert(asked);
        await session.SaveChangesAsync(ct);
        return asked;
    }

    public async Task<SigningRequest?> Find(string id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<SigningRequest>(id, ct);
    }

    /// <summary>
    /// Begins the way to the provider, or null when there is nothing to sign any more. Providers tell the time of a sign-in in whole seconds; so that an
    /// earlier one never looks like a new one, the way begins with the next whole second.
    /// </summary>
    public async Task<SigningRequest?> Begin(string id, string sessionId, CancellationToken ct)
    {
        if (await Find(id, ct) is not { IsOpen: true } found || found.SessionId != sessionId || Clock.GetUtcNow() >= found.ExpiresAt) return null;
        var begins = await FreshLogin.NextSecond(ct);
        return await Change(found with { Round = NewId(), BegunAt = begins }, ct);
    }

    /// <summary>Notes what came back of a round. Null: the round does not count any more, or somebody else was faster.</summary>
    public async Task<SigningRequest?> End(SigningRequest found, DateTimeOffset? provenAt, string? refusal, CancellationToken ct) =>
        await Change(found with { ProvenAt = provenAt, Refusal = refusal }, ct);

    /// <summary>Nobody waits for it any more.</summary>
    public async Task GiveUp(string id, CancellationToken ct)
    {
        if (await Find(id, ct) is { UsedAt: null, Refusal: null } found) await Change(found with { Refusal = "Given up." }, ct);
    }

    /// <summary>Takes the proof for the one entry it was given for. False: it is not proven, too old, of other content, or used.</summary>
    public async Task<bool> Use(SigningRequest asked, CancellationToken ct)
    {
        if (await Find(asked.Id, ct) is not { ProvenAt: not null, UsedAt: null, Refusal: null } found) return false;
        var now = Clock.GetUtcNow();
        if (now >= found.ExpiresAt || (found.SessionId, found.Signer, found.Meaning, found.Target, found.Type, found.ContentHash)
            != (asked.SessionId, asked.Signer, asked.Meaning, asked.Target, asked.Type, asked.ContentHash)) return false;
        return await Change(found with { UsedAt = now }, ct) is not null;
    }

    private async Task<SigningRequest?> Change(SigningRequest changed, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.UpdateExpectedVersion(changed, changed.Version);
        try { await session.SaveChangesAsync(ct); }
        catch (ConcurrencyException) { return null; }
        return changed;
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
}

/// <summary>Whether a sign-in at the provider was made for what it is shown for .</summary>
public static class FreshLogin
{
    /// <summary>Waits for the next whole second and returns it.</summary>
    public static async Task<DateTimeOffset> NextSecond(CancellationToken ct)
    {
        var next = DateTimeOffset.FromUnixTimeSeconds(SigningRequests.Clock.GetUtcNow().ToUnixTimeSeconds() + 1);
        // A timer may fire a little early, and a login in that little would be refused.
        for (TimeSpan left; (left = next - SigningRequests.Clock.GetUtcNow()) > TimeSpan.Zero;) await Task.Delay(left + TimeSpan.FromMilliseconds(1), SigningRequests.Clock, ct);
        return next;
    }

    /// <summary>Why the sign-in does not count, or null.</summary>
    /// <param name="authTime">When the person proved who they are, by the provider's clock, in whole seconds.</param>
    /// <param name="issuedAt">When the provider made the token.</param>
    /// <param name="begunAt">When this server sent the person there; a whole second.</param>
    public static string? Fault(DateTimeOffset? authTime, DateTimeOffset issuedAt, DateTimeOffset begunAt, DateTimeOffset now)
    {
        if (authTime is not { } at) return "The identity provider does not say when you signed in (auth_time).";
        if (at < begunAt) return "The identity provider did not ask you to sign in again.";
        if (at > now + IdentityProvider.ClockSkew) return "The identity provider's clock is ahead of this server's.";
        // By the provider's own clock, whatever it shows: a sign-in is not older than the way there.
        if (issuedAt - at > now - begunAt + TimeSpan.FromSeconds(1)) return "The identity provider did not ask you to sign in again.";
        return now - begunAt > IdentityProvider.Patience ? "It took too long." : null;
    }
}
