using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Grains.People;

/// <summary>A signature as a request gives it. <paramref name="User"/> may be left out by the session's own person, once identified .</summary>
public sealed record SignatureInput(string Meaning, string Password, string? User = null);

/// <summary>Turns what was typed into who signs, counting every wrong password.</summary>
public sealed class Signatures(PasswordGate gate, Sessions sessions, IdentityProvider provider)
{
    /// <param name="field">Path of the signature in the request.</param>
    /// <param name="own">True when the person who makes the entry signs; a second person always gives the user id.</param>
    public async Task<Signing?> Resolve(Caller caller, SignatureInput? given, string field, bool own, ICollection<Finding> findings, CancellationToken ct)
    {
        if (given is null) return null;
        if (caller.Session is not { } session)
        {
            findings.Add(new(Codes.SodRole, field, "An access token cannot sign."));
            return null;
        }
        if (provider.IsOn)
        {
            findings.Add(new(Codes.SigPassword, $"{field}.password", "Signatures are given at the identity provider, each with a sign-in of its own; make this entry in the web app."));
            return null;
        }
        if (given.User is null && (!own || session.IdentifiedAt is null))
        {
            findings.Add(new(Codes.ValRequired, $"{field}.user", own
                ? "The first signature of a session, and every one after 15 minutes without use, needs user id and password."
                : "The second person gives user id and password."));
            return null;
        }
        var user = UserAccount.NormalId(given.User ?? caller.User);
        var (verdict, account) = await gate.Check(user, given.Password, ct);
        var right = verdict == PasswordVerdict.Right && account is { MustChangePassword: false };
        if (right && given.User is not null && user == caller.User) await sessions.Identified(session, ct);
        return new(account?.Actor(), given.Meaning, right);
    }
}
