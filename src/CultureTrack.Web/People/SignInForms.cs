using System.Security.Claims;
using System.Text.Encodings.Web;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CultureTrack.Web.People;

/// <summary>The web app's sign-in: forms that set a cookie with the same kind of session as the API, and who is signed in for its pages.</summary>
public static class SignInForms
{
    public static IServiceCollection AddSignIn(this IServiceCollection services, IdentityProvider provider)
    {
        services.AddScoped<SignIn>();
        services.AddAntiforgery();
        services.AddAuthentication(SessionScheme.Name).AddScheme<AuthenticationSchemeOptions, SessionScheme>(SessionScheme.Name, null).AddProvider(provider);
        services.AddAuthorization();
        return services;
    }

    public static void MapSignInForms(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/account").ExcludeFromDescription();
        account.MapPost("/login", Login);
        account.MapPost("/logout", Logout);
        account.MapPost("/password", Password);
        account.MapPost("/setup", Setup);
        account.MapProvider(routes.ServiceProvider.GetRequiredService<IdentityProvider>());
    }

    private static async Task<IResult> Login(
        HttpContext context, IAntiforgery antiforgery, SignIn signIn, AuditTrail audit, [FromForm] string user, [FromForm] string password, [FromForm] string? returnUrl)
    {
        await antiforgery.ValidateRequestAsync(context);
        var outcome = await signIn.Try(context, user, password, isBrowser: true);
        await Audit(context, audit, user, "login", outcome);
        if (!outcome.Accepted)
            return Results.Redirect(outcome.Findings[0].Code == Codes.AuthPasswordChange
                ? $"/account/password?user={Uri.EscapeDataString(user)}"
                : $"/account/login?code={outcome.Findings[0].Code}&user={Uri.EscapeDataString(user)}{(returnUrl is null ? "" : $"&returnUrl={Uri.EscapeDataString(returnUrl)}")}");
        SetCookie(context, outcome.Value!.Token);
        return Results.LocalRedirect(Local(returnUrl));
    }

    private static async Task<IResult> Logout(HttpContext context, IAntiforgery antiforgery, Grains.People.Sessions sessions)
    {
        await antiforgery.ValidateRequestAsync(context);
        if (RequestToken.Of(context).Token is { } token
            && await sessions.Admit(token, RequestToken.Device(context), context.RequestAborted) is { Caller.Session: { } session })
            await sessions.End(session, context.RequestAborted);
        context.Response.Cookies.Delete(RequestToken.Cookie);
        return Results.LocalRedirect("/account/login");
    }

    private static async Task<IResult> Password(
        HttpContext context, IAntiforgery antiforgery, PeopleRegister people, AuditTrail audit, [FromForm] string user, [FromForm] string current, [FromForm(Name = "new")] string next)
    {
        await antiforgery.ValidateRequestAsync(context);
        var outcome = await people.ChangePassword(user, current, next, context.RequestAborted);
        await Audit(context, audit, user, "password", outcome);
        return Results.Redirect(outcome.Accepted
            ? $"/account/login?changed=true&user={Uri.EscapeDataString(user)}"
            : $"/account/password?code={outcome.Findings[0].Code}&message={Uri.EscapeDataString(outcome.Findings[0].Message)}&user={Uri.EscapeDataString(user)}");
    }

    private static async Task<IResult> Setup(
        HttpContext context, IAntiforgery antiforgery, SetupGate gate, AuditTrail audit,
        [FromForm] string token, [FromForm] string user, [FromForm] string fullName, [FromForm] string password)
    {
        await antiforgery.ValidateRequestAsync(context);
        var outcome = await gate.Open(token, user, fullName, password, context.RequestAborted);
        await Audit(context, audit, user, "setup", outcome);
        return Results.Redirect(outcome.Accepted
            ? $"/account/login?user={Uri.EscapeDataString(user)}"
            : $"/account/setup?token={Uri.EscapeDataString(token)}&code={outcome.Findings[0].Code}&message={Uri.EscapeDataString(outcome.Findings[0].Message)}");
    }

    private static Task Audit<T>(HttpContext context, AuditTrail audit, string user, string what, Outcome<T> outcome) =>
        audit.Add(UserAccount.NormalId(user), $"POST /account/{what}", null, outcome.Accepted ? null : outcome.Findings[0].Code,
            context.Connection.RemoteIpAddress?.ToString(), CancellationToken.None);

    internal static void SetCookie(HttpContext context, string token) => context.Response.Cookies.Append(RequestToken.Cookie, token, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        IsEssential = true,
        Path = "/",
    });

    // Only a path of this server: a link cannot send somebody who signs in elsewhere.
    internal static string Local(string? returnUrl) => returnUrl is ['/', ..] and not ['/', '/' or '\\', ..] ? returnUrl : "/";
}

/// <summary>Who is signed in, for pages: the cookie's or the header's session.</summary>
public sealed class SessionScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Grains.People.Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Claim with the id of the session; pages give it to <see cref="Grains.People.Sessions.AdmitAgain"/> before each command.</summary>
    public const string SessionClaim = "session";
    public const string Name = "session", FullNameClaim = "fullName";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // The API admits by itself and says more than yes or no.
        if (Request.Path.StartsWithSegments("/api/v1") || RequestToken.Of(Context).Token is not { } token) return AuthenticateResult.NoResult();
        var admission = await sessions.Admit(token, RequestToken.Device(Context), Context.RequestAborted);
        if (admission.Caller is not { Session: { } session } caller) return AuthenticateResult.Fail(admission.Message ?? "Only sessions sign in here.");
        Claim[] claims =
        [
            new(ClaimTypes.Name, caller.User), new(FullNameClaim, caller.Actor.FullName), new(SessionClaim, session.Id),
            .. caller.Actor.Roles.Select(r => new Claim(ClaimTypes.Role, r)),
        ];
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Redirect($"/account/login?returnUrl={Uri.EscapeDataString(Request.Path + Request.QueryString)}");
        return Task.CompletedTask;
    }
}
