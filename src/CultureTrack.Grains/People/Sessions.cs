using System.Security.Cryptography;
using System.Text;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>One sign-in. The token is kept as a hash only.</summary>
public sealed record UserSession
{
    /// <summary>SHA-256 of the token.</summary>
    public required string Id { get; init; }
    public required string User { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Sign-in of the web app: ends after 30 minutes without use.</summary>
    public bool IsBrowser { get; init; }

    /// <summary>Begun at the identity provider; where there is one, no other session counts.</summary>
    public bool IsOfProvider { get; init; }

    /// <summary>Address and program of the sign-in; another one has to identify again before it signs .</summary>
    public string Device { get; init; } = "";

    /// <summary>When the person last signed with user id and password in this continuous session.</summary>
    public DateTimeOffset? IdentifiedAt { get; init; }
}

/// <summary>A token a person made for a program. It can read and send, never sign.</summary>
public sealed record AccessToken
{
    /// <summary>SHA-256 of the token.</summary>
    public required string Id { get; init; }
    public required string TokenId { get; init; }
    public required string Name { get; init; }
    public required string User { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>Who sends a request, and on what ground.</summary>
public sealed record Caller(Actor Actor, UserSession? Session, AccessToken? Token)
{
    public string User => Actor.UserId;
    public bool MaySign => Session is not null;
}

/// <summary>The caller, or the code that says why there is none.</summary>
public sealed record Admission(Caller? Caller, string? Code = null, string? Message = null);

/// <summary>Sign-ins and who they belong to, judged by the lab clock at every request .</summary>
public sealed class Sessions(IDocumentStore store, TimeProvider clock, IdentityProvider provider)
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12), BrowserIdle = TimeSpan.FromMinutes(30), SigningIdle = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private const int TokenBytes = 32;
    public const string AccessTokenPrefix = "ctp_";

    public async Task<(string Token, UserSession Session)> Start(UserAccount account, bool isBrowser, string device, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var token = NewToken();
        var started = new UserSession
        {
            Id = Hash(token),
            User = account.Id,
            StartedAt = now,
            ExpiresAt = now + Longest,
            LastSeenAt = now,
            IsBrowser = isBrowser,
            IsOfProvider = provider.IsOn,
            Device = device,
        };
        await using var session = store.LightweightSession();
        session.DeleteWhere<UserSession>(s => s.User == account.Id && s.ExpiresAt < now);
        session.Insert(started);
        await session.SaveChangesAsync(ct);
        return (token, started);
    }

    public async Task<Admission> Admit(string token, string device, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        return token.StartsWith(AccessTokenPrefix, StringComparison.Ordinal)
            ? await AdmitToken(session, token, device, ct)
            : await AdmitSession(session, Hash(token), device, ct);
    }

    /// <summary>The same for a page that stays open: whether the session it was opened with still counts, at each command anew .</summary>
    public async Task<Admission> AdmitAgain(string sessionId, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        return await AdmitSession(session, sessionId, null, ct);
    }

    private async Task<Admission> AdmitSession(IDocumentSession session, string sessionId, string? device, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var found = await session.LoadAsync<UserSession>(sessionId, ct);
        if (found is null || now >= found.ExpiresAt || (provider.IsOn && !found.IsOfProvider) || (found.IsBrowser && now - found.LastSeenAt > BrowserIdle))
            return new(null, Codes.AuthExpired, "The session is over. Sign in again.");
        var (account, refused) = await Account(session, found.User, ct);
        if (account is null) return refused!;
        var mustIdentify = now - found.LastSeenAt > SigningIdle || (device is not null && found.Device != device);
        if (now - found.LastSeenAt >= SeenEvery || (mustIdentify && found.IdentifiedAt is not null))
        {
            found = found with { LastSeenAt = now, IdentifiedAt = mustIdentify ? null : found.IdentifiedAt };
            session.Store(found);
            // Need not wait for the disk: should it be lost, the session looks older than it is and the person identifies once more.
            session.QueueSqlCommand("select set_config('synchronous_commit', 'off', true)");
            await session.SaveChangesAsync(ct);
        }
        return new(new Caller(account.Actor() with { DeviceId = Address(device ?? found.Device) }, found, null));
    }

    private async Task<Admission> AdmitToken(IDocumentSession session, string token, string device, CancellationToken ct)
    {
        var found = await session.LoadAsync<AccessToken>(Hash(token), ct);
        if (found is not { RevokedAt: null } || clock.GetUtcNow() >= found.ExpiresAt) return new(null, Codes.AuthExpired, "The access token is revoked or expired.");
        var (account, refused) = await Account(session, found.User, ct);
        return account is null ? refused! : new(new Caller(account.Actor() with { DeviceId = Address(device) }, null, found));
    }

    private async Task<(UserAccount? Account, Admission? Refused)> Account(IQuerySession session, string user, CancellationToken ct) =>
        await session.LoadAsync<UserAccount>(user, ct) switch
        {
            null or { DeactivatedAt: not null } => (null, new(null, Codes.AuthExpired, "The account is not active.")),
            { IsLocked: true } => (null, new(null, Codes.AuthLocked, "The account is locked. An administrator can unlock it.")),
            // A reset unties the account from the provider's subject; until the next sign-in there nothing of it counts.
            { ProviderSubject: null } when provider.IsOn => (null, new(null, Codes.AuthExpired, "Sign in again at the identity provider.")),
            { MustChangePassword: true } when !provider.IsOn => (null, new(null, Codes.AuthPasswordChange, "Choose a new password first.")),
            var account => (account, null),
        };

    /// <summary>Remembers that the person signed with id and password, so that the password alone is enough next time.</summary>
    public async Task Identified(UserSession found, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Store(found with { IdentifiedAt = clock.GetUtcNow() });
        await session.SaveChangesAsync(ct);
    }

    public async Task End(UserSession found, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<UserSession>(found.Id);
        await session.SaveChangesAsync(ct);
    }

    public async Task<(string Token, AccessToken Kept)> Issue(Caller caller, string name, IReadOnlyList<string> scopes, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var token = AccessTokenPrefix + NewToken();
        var kept = new AccessToken
        {
            Id = Hash(token),
            TokenId = Guid.CreateVersion7(now).ToString("N"),
            Name = name,
            User = caller.User,
            Scopes = scopes,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        await using var session = store.LightweightSession();
        session.Insert(kept);
        await session.SaveChangesAsync(ct);
        return (token, kept);
    }

    /// <summary>False when the person has no such token.</summary>
    public async Task<bool> Revoke(Caller caller, string tokenId, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var kept = await session.Query<AccessToken>().FirstOrDefaultAsync(t => t.TokenId == tokenId && t.User == caller.User, ct);
        if (kept is not { RevokedAt: null }) return false;
        session.Store(kept with { RevokedAt = clock.GetUtcNow() });
        await session.SaveChangesAsync(ct);
        return true;
    }

    // Address and program, as a sign-in keeps them.
    private static string? Address(string device) => device.Split(' ')[0] is { Length: > 0 } address ? address : null;

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string NewToken() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
