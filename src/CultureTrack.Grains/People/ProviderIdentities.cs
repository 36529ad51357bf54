using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using JasperFx;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>Somebody as the identity provider names them: the name to look up here, and the subject that stays the same whatever they are called.</summary>
public sealed record ProvenIdentity(string Issuer, string Subject, string Name);

/// <summary>
/// Whose account an identity of the provider is. The register decides: nobody gets an account by signing in. The first sign-in ties the account to the
/// provider's subject, so that a name given to somebody else there opens nothing here; a reset of the password by an administrator unties it.
/// </summary>
public sealed class ProviderIdentities(IDocumentStore store, IdentityProvider provider)
{
    /// <summary>Why somebody is not let in, as the sign-in page knows it: the field of the finding.</summary>
    public const string Unknown = "unknown", Closed = "closed", Locked = "locked", Taken = "taken", Twice = "twice", Again = "again";

    public async Task<Outcome<UserAccount>> Find(ProvenIdentity identity, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await Named(session, identity.Name, ct) is not { } account)
            return Refuse(Codes.AuthCredentials, Unknown, "You are not registered here. An administrator registers people.");
        if (!account.IsActive) return Refuse(Codes.AuthExpired, Closed, "Your account here is closed.");
        if (account.IsLocked) return Refuse(Codes.AuthLocked, Locked, "Your account here is locked. An administrator can unlock it.");
        if (account.ProviderIssuer == identity.Issuer && account.ProviderSubject is { } known)
            return known == identity.Subject ? Outcome.Of(account) : Refuse(Codes.AuthCredentials, Taken, "Your name belongs to somebody else here. Tell an administrator.");
        return await Tie(session, account, identity, ct);
    }

    private async Task<UserAccount?> Named(IQuerySession session, string name, CancellationToken ct)
    {
        if (provider.NameClaim != IdentityProvider.EmailClaim) return await session.LoadAsync<UserAccount>(UserAccount.NormalId(name), ct);
        var email = UserAccount.NormalEmail(name);
        return await session.Query<UserAccount>().FirstOrDefaultAsync(u => u.NormalizedEmail == email, ct);
    }

    private static async Task<Outcome<UserAccount>> Tie(IDocumentSession session, UserAccount account, ProvenIdentity identity, CancellationToken ct)
    {
        var (issuer, subject) = (identity.Issuer, identity.Subject);
        if (await session.Query<UserAccount>().AnyAsync(u => u.ProviderIssuer == issuer && u.ProviderSubject == subject, ct))
            return Refuse(Codes.AuthCredentials, Twice, "You already have another account here. Tell an administrator.");
        (account.ProviderIssuer, account.ProviderSubject) = (issuer, subject);
        session.Store(account);
        try { await session.SaveChangesAsync(ct); }
        catch (ConcurrencyException) { return Refuse(Codes.AuthCredentials, Again, "Your account was changed at this moment. Sign in again."); }
        return Outcome.Of(account);
    }

    private static Outcome<UserAccount> Refuse(string code, string reason, string message) => Outcome.Refuse<UserAccount>(code, reason, message);
}
