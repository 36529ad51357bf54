using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Web.Api;
using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.People;

public sealed record SignedIn(string Token, UserSession Session, UserAccount Account);

/// <summary>Sign-in with user id and password, the same for the API and the web app.</summary>
public sealed class SignIn(PasswordGate gate, PasswordPolicy policy, Grains.People.Sessions sessions, IdentityProvider provider)
{
    public async Task<Outcome<SignedIn>> Try(HttpContext context, string user, string password, bool isBrowser)
    {
        if (provider.IsOn) return Outcome.Refuse<SignedIn>(Codes.AuthCredentials, "", "People sign in at the identity provider, in the web app; no password signs in here.");
        var (verdict, account) = await gate.Check(UserAccount.NormalId(user), password, context.RequestAborted);
        if (verdict == PasswordVerdict.Locked) return Outcome.Refuse<SignedIn>(Codes.AuthLocked, "", "The account is locked. An administrator can unlock it.");
        if (verdict == PasswordVerdict.Wrong) return Outcome.Refuse<SignedIn>(Codes.AuthCredentials, "", "User or password is wrong.");
        if (account!.MustChangePassword) return Outcome.Refuse<SignedIn>(Codes.AuthPasswordChange, "", "Choose a new password first: POST /api/v1/me/password.");
        if (policy.HasExpired(account, context.Now()))
            return Outcome.Refuse<SignedIn>(Codes.AuthPasswordChange, "", "The password has served its time. Choose a new one: POST /api/v1/me/password.");
        var (token, session) = await sessions.Start(account, isBrowser, RequestToken.Device(context), context.RequestAborted);
        return Outcome.Of(new SignedIn(token, session, account));
    }
}
