using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CultureTrack.IntegrationTests.Oidc;

/// <summary>What the provider does wrong.</summary>
public enum Cheat { None, OldSignIn, NoSignInTime, SignInAhead, WrongNonce, NoNonce, WrongAudience, WrongIssuer, Unsigned, ForeignKey, Expired }

/// <summary>A way to the provider, as it was asked.</summary>
public sealed record Asked(string? Prompt, string? MaxAge, string Nonce, string State, string? Challenge, string? Method, string? LoginHint, string ResponseType);

/// <summary>
/// A small OpenID Connect provider over real HTTP: discovery, keys, authorization code with PKCE, RS256. Whoever <see cref="Person"/> names signs in at once;
/// it can also cheat.
/// </summary>
public sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "culturetrack", ClientSecret = "a-secret-of-this-test-run";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly RSA _key = RSA.Create(2048), _foreign = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (Asked Asked, string Redirect, string Name, string Subject, long AuthTime)> _codes = [];
    private readonly int _port;
    private WebApplication? _app;

    public TestProvider()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Who signs in: the name, and the subject unless it is the usual one of the name.</summary>
    public (string Name, string? Subject) Person { get; set; }
    public Cheat Cheat { get; set; }

    /// <summary>Gives the tokens of a code as often as it is shown.</summary>
    public bool TakesCodesAgain { get; set; }
    public bool Refuses { get; set; }
    public ConcurrentQueue<Asked> Ways { get; } = [];
    public string Authority => $"http://127.0.0.1:{_port}";

    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Authority);
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", Discovery);
        _app.MapGet("/jwks", Keys);
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", Token);
        await _app.StartAsync();
    }

    public async Task Stop()
    {
        if (_app is not null) await _app.DisposeAsync();
        _app = null;
    }

    private IResult Discovery() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Authority,
        ["authorization_endpoint"] = $"{Authority}/authorize",
        ["token_endpoint"] = $"{Authority}/token",
        ["jwks_uri"] = $"{Authority}/jwks",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        ["code_challenge_methods_supported"] = new[] { "S256" },
    });

    private IResult Keys()
    {
        var key = _key.ExportParameters(false);
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "one", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } } });
    }

    private IResult Authorize(HttpRequest request)
    {
        string? Said(string name) => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
        var asked = new Asked(Said("prompt"), Said("max_age"), Said("nonce")!, Said("state")!, Said("code_challenge"), Said("code_challenge_method"), Said("login_hint"), Said("response_type")!);
        Ways.Enqueue(asked);
        var redirect = Said("redirect_uri")!;
        if (Said("client_id") != ClientId) return Results.BadRequest();
        if (Refuses) return Results.Redirect($"{redirect}?error=access_denied&state={Uri.EscapeDataString(asked.State)}");
        var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(24));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        _codes[code] = (asked, redirect, Person.Name, Person.Subject ?? $"subject-of-{Person.Name}", Cheat switch { Cheat.OldSignIn => now - 60, Cheat.SignInAhead => now + 60, _ => now });
        return Results.Redirect($"{redirect}?code={code}&state={Uri.EscapeDataString(asked.State)}&iss={Uri.EscapeDataString(Authority)}");
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var code = form["code"].ToString();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret) return Error("invalid_client");
        if (!(TakesCodesAgain ? _codes.TryGetValue(code, out var known) : _codes.TryRemove(code, out known)) || form["redirect_uri"] != known.Redirect) return Error("invalid_grant");
        if (known.Asked.Method != "S256" || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != known.Asked.Challenge) return Error("invalid_grant");
        return Results.Json(new { access_token = "nothing", token_type = "Bearer", expires_in = 300, id_token = IdToken(known.Asked, known.Name, known.Subject, known.AuthTime) });
    }

    private static IResult Error(string code) => Results.Json(new { error = code }, statusCode: 400);

    private string IdToken(Asked asked, string name, string subject, long authTime)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object> { ["sub"] = subject, ["preferred_username"] = name, ["name"] = name.ToUpper(CultureInfo.InvariantCulture) };
        if (Cheat != Cheat.NoNonce) claims["nonce"] = Cheat == Cheat.WrongNonce ? "another" : asked.Nonce;
        if (Cheat != Cheat.NoSignInTime) claims["auth_time"] = authTime;
        var issued = Cheat == Cheat.Expired ? now.AddHours(-1) : now;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Cheat == Cheat.WrongIssuer ? "http://127.0.0.1:9" : Authority,
            Audience = Cheat == Cheat.WrongAudience ? "another-program" : ClientId,
            Claims = claims,
            IssuedAt = issued.UtcDateTime,
            NotBefore = issued.UtcDateTime,
            Expires = (issued + Life).UtcDateTime,
            SigningCredentials = Cheat == Cheat.Unsigned ? null : new(new RsaSecurityKey(Cheat == Cheat.ForeignKey ? _foreign : _key) { KeyId = "one" }, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _key.Dispose();
        _foreign.Dispose();
    }
}
