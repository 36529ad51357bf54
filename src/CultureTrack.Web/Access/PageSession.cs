using System.Security.Claims;
using System.Text.Encodings.Web;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.People;
using CultureTrack.Web.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CultureTrack.Web.Access;

/// <summary>
/// Turns the session cookie into the person a page works for. The token stays in the principal on the server, so that every command of a page that is
/// open for hours asks anew whether the session still stands.
/// </summary>
public sealed class PageSession(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Grains.People.Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "pages";
    private const string TokenClaim = "session", DeviceClaim = "device", AddressClaim = "address", FullNameClaim = "fullName";

    public static string? Token(ClaimsPrincipal person) => person.FindFirst(TokenClaim)?.Value;
    public static string Device(ClaimsPrincipal person) => person.FindFirst(DeviceClaim)?.Value ?? "";
    public static string? Address(ClaimsPrincipal person) => person.FindFirst(AddressClaim)?.Value;
    public static string FullName(ClaimsPrincipal person) => person.FindFirst(FullNameClaim)?.Value ?? person.Identity?.Name ?? "";

    public static ClaimsPrincipal Principal(Actor actor, string token, string device, string? address) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.Name, actor.UserId), new(FullNameClaim, actor.FullName), new(TokenClaim, token), new(DeviceClaim, device), new(AddressClaim, address ?? ""),
            .. actor.Roles.Select(r => new Claim(ClaimTypes.Role, r)),
        ], SchemeName));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (RequestToken.Of(Context) is not { Token: { } token, FromCookie: true }) return AuthenticateResult.NoResult();
        var device = RequestToken.Device(Context);
        return (await sessions.Admit(token, device, Context.RequestAborted)).Caller is { } caller
            ? AuthenticateResult.Success(new(Principal(caller.Actor, token, device, Context.Connection.RemoteIpAddress?.ToString()), SchemeName))
            : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Redirect("/login?returnUrl=" + Uri.EscapeDataString(Request.Path + Request.QueryString));
        return Task.CompletedTask;
    }

    /// <summary>Only ways inside this site, so that a link cannot send a person who just signed in elsewhere.</summary>
    public static string Inside(string? returnUrl) =>
        returnUrl is { Length: > 0 } url && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\')) ? url : "/";
}
