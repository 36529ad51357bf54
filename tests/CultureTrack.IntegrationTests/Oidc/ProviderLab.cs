using System.Net;
using System.Security.Claims;
using CultureTrack.Grains.People;
using CultureTrack.IntegrationTests.Api;
using CultureTrack.Web.People;
using Marten;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.IntegrationTests.Oidc;

/// <summary>The whole server whose people sign in at <see cref="TestProvider"/>.</summary>
public sealed class ProviderLab(PostgresFixture postgres) : RunningLab(postgres)
{
    public TestProvider Provider { get; } = new();

    /// <summary>The provider does not answer when the server starts, and nobody has an account.</summary>
    public bool StartsWithoutProvider { get; init; }

    public override async ValueTask InitializeAsync()
    {
        if (!StartsWithoutProvider) await Provider.Start();
        await base.InitializeAsync();
    }

    protected override Dictionary<string, string?> Settings(TestDatabase database) => new(base.Settings(database))
    {
        ["Auth:Oidc:Authority"] = Provider.Authority,
        ["Auth:Oidc:ClientId"] = TestProvider.ClientId,
        ["Auth:Oidc:ClientSecret"] = TestProvider.ClientSecret,
    };

    protected override Task People() => StartsWithoutProvider ? Task.CompletedTask : base.People();

    // The password is never chosen: nobody signs in with it.
    public override async Task AddUser(string user, params string[] roles) => (await Post(Admin, "/users", NewUser(user, roles))).ShouldBe(201);

    public override async Task<string> Token(string user)
    {
        using var browser = await SignIn(user);
        return browser.Token!;
    }

    /// <summary>A browser in which somebody signed in.</summary>
    public async Task<Browser> SignIn(string user, string? subject = null)
    {
        var browser = new Browser(Http.BaseAddress!);
        Provider.Person = (user, subject);
        await browser.Get("/account/oidc?returnUrl=/account/signed");
        return browser;
    }

    public async Task<UserAccount> Account(string user)
    {
        await using var session = Services.GetRequiredService<IDocumentStore>().QuerySession();
        return (await session.LoadAsync<UserAccount>(user, TestContext.Current.CancellationToken))!;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>Follows redirects and keeps cookies, of the server and of the provider.</summary>
public sealed class Browser : IDisposable
{
    private readonly Uri _server;
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public Browser(Uri server)
    {
        _server = server;
        _http = new(new HttpClientHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = server };
    }

    public List<Uri> Visited { get; } = [];
    public string? Token => _cookies.GetCookies(_server)[RequestToken.Cookie]?.Value is { Length: > 0 } token ? token : null;

    /// <summary>Who pages think is signed in.</summary>
    public ClaimsPrincipal Person => new(new ClaimsIdentity([new(SessionScheme.SessionClaim, Grains.People.Sessions.Hash(Token!))], SessionScheme.Name));

    /// <summary>Path and query of where the way ends, and the page there.</summary>
    public async Task<(string Where, string Page)> Get(string path)
    {
        var at = new Uri(_server, path);
        for (var hops = 0; hops < 10; hops++)
        {
            Visited.Add(at);
            using var answer = await _http.GetAsync(at, TestContext.Current.CancellationToken);
            if (answer.Headers.Location is not { } next) return (at.PathAndQuery, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
            at = new Uri(at, next);
        }
        throw new InvalidOperationException($"No end of redirects: {string.Join(" -> ", Visited)}");
    }

    public void Dispose() => _http.Dispose();
}
