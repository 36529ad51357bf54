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
    private readonly Dictionary<string, string> _tokens = [];

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
        if (_tokens.TryGetValue(user, out var known)) return known;
        using var browser = await SignIn(user);
        return _tokens[user] = browser.Token ?? throw new InvalidOperationException($"{user} was not let in: {browser.Visited[^1].PathAndQuery}");
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

/// <summary>Follows redirects and keeps cookies by host, port and path, of the server and of the provider.</summary>
public sealed class Browser(Uri server) : IDisposable
{
    private readonly Dictionary<(string Authority, string Name), (string Path, string Value)> _cookies = [];
    private readonly HttpClient _http = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false });

    public List<Uri> Visited { get; } = [];
    public string? Token => _cookies.TryGetValue((server.Authority, RequestToken.Cookie), out var cookie) ? cookie.Value : null;

    /// <summary>Who pages think is signed in.</summary>
    public ClaimsPrincipal Person => new(new ClaimsIdentity([new(SessionScheme.SessionClaim, Grains.People.Sessions.Hash(Token!))], SessionScheme.Name));

    /// <summary>Path and query of where the way ends, and the page there.</summary>
    public async Task<(string Where, string Page)> Get(string path)
    {
        var at = new Uri(server, path);
        for (var hops = 0; hops < 10; hops++)
        {
            Visited.Add(at);
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            var own = _cookies.Where(c => c.Key.Authority == at.Authority && at.AbsolutePath.StartsWith(c.Value.Path, StringComparison.Ordinal)).Select(c => $"{c.Key.Name}={c.Value.Value}");
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", own));
            using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            if (answer.Headers.TryGetValues("Set-Cookie", out var set)) foreach (var cookie in set) Keep(at, cookie);
            if (answer.Headers.Location is not { } next) return (at.PathAndQuery, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
            at = new Uri(at, next);
        }
        throw new InvalidOperationException($"No end of redirects: {string.Join(" -> ", Visited)}");
    }

    private void Keep(Uri at, string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        var (name, value) = parts[0].Split('=', 2) is [var n, var v] ? (n, v) : throw new FormatException(header);
        var path = parts.FirstOrDefault(p => p.StartsWith("path=", StringComparison.OrdinalIgnoreCase))?[5..] ?? "/";
        if (value.Length == 0) _cookies.Remove((at.Authority, name));
        else _cookies[(at.Authority, name)] = (path, value);
    }

    public void Dispose() => _http.Dispose();
}
