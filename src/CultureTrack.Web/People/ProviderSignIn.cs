using System.Globalization;
using System.Security.Claims;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CultureTrack.Web.People;

/// <summary>
/// The way to the identity provider and back: authorization code with PKCE. For a sign-in and for a signature alike the provider is asked to have the person
/// prove who they are anew (<c>prompt=login</c>, <c>max_age=0</c>), and what comes back counts only if it says that this happened after the asking (R-14).
/// </summary>
internal static class ProviderSignIn
{
    public const string Scheme = "provider", Callback = "/account/oidc/callback", Away = "away", Unusable = "unusable", NotFresh = "stale";
    private const string SigningItem = "signing", RoundItem = "round", HashItem = "hash", BegunItem = "begun";
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    public static AuthenticationBuilder AddProvider(this AuthenticationBuilder builder, IdentityProvider provider) => !provider.IsOn ? builder : builder.AddOpenIdConnect(Scheme, o =>
    {
        o.Authority = provider.Authority!.ToString();
        (o.ClientId, o.ClientSecret) = (provider.ClientId, provider.ClientSecret);
        o.RequireHttpsMetadata = provider.Authority.Scheme == Uri.UriSchemeHttps;
        (o.ResponseType, o.ResponseMode, o.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
        o.CallbackPath = Callback;
        (o.Prompt, o.MaxAge) = ("login", TimeSpan.Zero);
        o.RemoteAuthenticationTimeout = IdentityProvider.Patience;
        o.ProtocolValidator.NonceLifetime = IdentityProvider.Patience;
        o.BackchannelTimeout = Answer;
        o.Scope.Clear();
        o.Scope.Add("openid");
        o.Scope.Add(provider.NameClaim == IdentityProvider.EmailClaim ? "email" : "profile");
        (o.SaveTokens, o.GetClaimsFromUserInfoEndpoint) = (false, false);
        o.TokenHandler = new SignedTokens { MapInboundClaims = false };
        o.ClaimActions.Clear();    // they would take away issuer and times, which are looked at
        o.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        // The answer is a redirect of the whole page, so the cookies of the way need not travel with requests that other sites make.
        foreach (var cookie in new[] { o.CorrelationCookie, o.NonceCookie }) (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
        o.Events.OnRedirectToIdentityProvider = context =>
        {
            if (provider.PublicUrl is { } url) context.ProtocolMessage.RedirectUri = new Uri(url, Callback).ToString();
            context.ProtocolMessage.LoginHint = context.Properties.GetParameter<string>(OpenIdConnectParameterNames.LoginHint);
            return Task.CompletedTask;
        };
        o.Events.OnTicketReceived = Received;
        o.Events.OnRemoteFailure = Failed;
    });

    public static void MapProvider(this IEndpointRouteBuilder account, IdentityProvider provider)
    {
        if (!provider.IsOn) return;
        account.MapGet("/oidc", Start);
        account.MapGet("/sign/{id}", Sign);
    }

    /// <summary>Whether the provider can be asked at the moment.</summary>
    public static async Task<bool> Answers(IServiceProvider services, CancellationToken ct)
    {
        try
        {
            var options = services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(Scheme);
            await options.ConfigurationManager!.GetConfigurationAsync(ct);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException && !ct.IsCancellationRequested)
        {
            Log(services).LogWarning("The identity provider does not answer: {Reason}", e.InnerException?.Message ?? e.Message);
            return false;
        }
    }

    private static async Task<IResult> Start(HttpContext context, string? returnUrl)
    {
        var back = SignInForms.Local(returnUrl);
        if (!await Answers(context.RequestServices, context.RequestAborted)) return Results.Redirect(Login(Away, back));
        return Results.Challenge(Properties(back, await FreshLogin.NextSecond(context.RequestAborted)), [Scheme]);
    }

    private static async Task<IResult> Sign(string id, HttpContext context, SigningRequests requests)
    {
        if (context.User.FindFirst(SessionScheme.SessionClaim)?.Value is not { } session || await requests.Begin(id, session, context.RequestAborted) is not { } asked)
            return Results.Redirect("/account/signed?what=over");
        if (!await Answers(context.RequestServices, context.RequestAborted)) return Results.Redirect("/account/signed?what=away");
        var properties = Properties("/", asked.BegunAt!.Value);
        (properties.Items[SigningItem], properties.Items[RoundItem], properties.Items[HashItem]) = (asked.Id, asked.Round, asked.ContentHash);
        properties.SetParameter(OpenIdConnectParameterNames.LoginHint, asked.Signer);
        return Results.Challenge(properties, [Scheme]);
    }

    private static AuthenticationProperties Properties(string back, DateTimeOffset begunAt) => new()
    {
        RedirectUri = back,
        Items = { [BegunItem] = begunAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) },
    };

    // Comes after signature, issuer, audience, lifetime, nonce and state were checked.
    private static async Task Received(TicketReceivedContext context)
    {
        context.HandleResponse();
        var (services, http, ct) = (context.HttpContext.RequestServices, context.HttpContext, context.HttpContext.RequestAborted);
        var items = context.Properties!.Items;
        var (identity, fault) = Judge(services, context.Principal!, items);
        var account = fault is not null ? Outcome.Refuse<UserAccount>(Codes.AuthCredentials, NotFresh, fault) : await services.GetRequiredService<ProviderIdentities>().Find(identity!, ct);
        if (items.TryGetValue(SigningItem, out var signing)) await Signed(http, signing!, items, identity?.Name, account);
        else await SignedIn(http, identity?.Name, account, context.ReturnUri ?? "/");
    }

    private static (ProvenIdentity? Identity, string? Fault) Judge(IServiceProvider services, ClaimsPrincipal who, IDictionary<string, string?> items)
    {
        var provider = services.GetRequiredService<IdentityProvider>();
        string? Said(string claim) => who.FindFirst(claim)?.Value is { Length: > 0 } value ? value : null;
        if (Said("sub") is not { } subject || Said("iss") is not { } issuer || Said(provider.NameClaim) is not { } name)
            return (null, $"The identity provider does not say who you are ({provider.NameClaim}).");
        var identity = new ProvenIdentity(issuer, subject, name);
        if (provider.NameClaim == IdentityProvider.EmailClaim && Said("email_verified") == "false") return (identity, "Your e-mail address is not confirmed at the identity provider.");
        return (identity, FreshLogin.Fault(Time(Said("auth_time")), Time(Said("iat")) ?? DateTimeOffset.MinValue, Time(items[BegunItem])!.Value, SigningRequests.Clock.GetUtcNow()));
    }

    private static DateTimeOffset? Time(string? seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var s) && s <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(s) : null;

    private static async Task SignedIn(HttpContext http, string? name, Outcome<UserAccount> account, string back)
    {
        await Audit(http, account.Value?.Id ?? name, "sign-in at the identity provider", null, account.Accepted ? null : account.Findings[0].Code);
        if (!account.Accepted)
        {
            http.Response.Redirect(Login(account.Findings[0].Field, back));
            return;
        }
        var (token, _) = await http.RequestServices.GetRequiredService<Grains.People.Sessions>().Start(account.Value!, isBrowser: true, RequestToken.Device(http), http.RequestAborted);
        SignInForms.SetCookie(http, token);
        http.Response.Redirect(SignInForms.Local(back));
    }

    private static async Task Signed(HttpContext http, string id, IDictionary<string, string?> items, string? name, Outcome<UserAccount> account)
    {
        var requests = http.RequestServices.GetRequiredService<SigningRequests>();
        var asked = await requests.Find(id, http.RequestAborted);
        // The answer is taken before the pipeline knows who sends it.
        var session = (await http.AuthenticateAsync(SessionScheme.Name)).Principal?.FindFirst(SessionScheme.SessionClaim)?.Value;
        if (asked is not { IsOpen: true } || asked.Round != items[RoundItem] || asked.ContentHash != items[HashItem] || asked.SessionId != session || SigningRequests.Clock.GetUtcNow() >= asked.ExpiresAt)
        {
            await Audit(http, account.Value?.Id ?? name, "signing at the identity provider", asked?.Target, Codes.SigPassword);
            http.Response.Redirect("/account/signed?what=over");
            return;
        }
        var refusal = !account.Accepted ? account.Findings[0].Message
            : account.Value!.Id != asked.Signer ? $"{account.Value.Id} signed in at the identity provider, not {asked.Signer}." : null;
        var ended = await requests.End(asked, refusal is null ? SigningRequests.Clock.GetUtcNow() : null, refusal, http.RequestAborted);
        await Audit(http, account.Value?.Id ?? name, $"signing at the identity provider {asked.Type}", asked.Target, ended is null || refusal is not null ? Codes.SigPassword : null);
        http.Response.Redirect($"/account/signed?what={(ended is null ? "over" : refusal is null ? "done" : "refused")}");
    }

    private static async Task Failed(RemoteFailureContext context)
    {
        context.HandleResponse();
        var (http, items) = (context.HttpContext, context.Properties?.Items);
        Log(http.RequestServices).LogWarning("What came back from the identity provider is not accepted: {Reason}", context.Failure?.Message);
        if (items is null || !items.TryGetValue(SigningItem, out var id))
        {
            await Audit(http, null, "sign-in at the identity provider", null, Codes.AuthCredentials);
            http.Response.Redirect(Login(Unusable, context.Properties?.RedirectUri ?? "/"));
            return;
        }
        var requests = http.RequestServices.GetRequiredService<SigningRequests>();
        var asked = await requests.Find(id!, http.RequestAborted);
        await Audit(http, null, $"signing at the identity provider {asked?.Type}", asked?.Target, Codes.SigPassword);
        if (asked is { IsOpen: true } && asked.Round == items[RoundItem])
            await requests.End(asked, null, "The identity provider's answer was not valid; the server's log says why.", http.RequestAborted);
        http.Response.Redirect("/account/signed?what=refused");
    }

    /// <summary>ASP.NET Core takes an unsigned id token from the token endpoint, where TLS vouches for it. What signatures rest on is signed.</summary>
    private sealed class SignedTokens : JsonWebTokenHandler
    {
        public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
        {
            validationParameters.RequireSignedTokens = true;
            return base.ValidateTokenAsync(token, validationParameters);
        }
    }

    private static string Login(string reason, string back) =>
        $"/account/login?reason={reason}&returnUrl={Uri.EscapeDataString(SignInForms.Local(back))}";

    private static Task Audit(HttpContext http, string? user, string what, string? target, string? code) => http.RequestServices.GetRequiredService<AuditTrail>()
        .Add(user is null ? null : UserAccount.NormalId(user), what, target, code, http.Connection.RemoteIpAddress?.ToString(), CancellationToken.None);

    private static ILogger Log(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProviderSignIn));
}
