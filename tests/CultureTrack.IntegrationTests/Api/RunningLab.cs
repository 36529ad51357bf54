using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Server.Hosting;
using CultureTrack.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Api;

[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<RunningLab>
{
    public const string Name = "a running lab";
}

/// <summary>An answer of the server: status, JSON and headers.</summary>
public sealed record Reply(int Status, JsonNode? Json, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    public string? Code => Json is JsonObject o && Status >= 400 ? (string?)o["code"] : null;
    public JsonNode this[string member] => Json![member]!;

    public Reply ShouldBe(int status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    public Reply ShouldBeRefused(int status, string code)
    {
        (Status, Code).ShouldBe((status, code), Text);
        ContentType.ShouldBe("application/problem+json");
        return this;
    }
}

/// <summary>
/// The whole server in this process, on a manual clock, over HTTP, with PostgreSQL: an administrator, a site and the usual persons are there. Tests share
/// it and use ids of their own.
/// </summary>
public class RunningLab(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Admin = "adm01", Password = "correct-horse-battery", SetupToken = "0123456789abcdef0123456789abcdef";
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static int _serial;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"culturetrack-lab-{Guid.CreateVersion7():n}");
    private readonly Dictionary<string, string> _tokens = [];
    private WebApplication? _app;
    private Database? _database;
    private TestDatabase? _on;

    public HttpClient Http { get; private set; } = null!;
    public IServiceProvider Services => _app!.Services;
    public string RuntimeConnectionString => _database!.RuntimeConnectionString;
    public Reply Setup { get; private set; } = null!;

    /// <summary>An id nobody else uses.</summary>
    public static string Id(string prefix) => $"{prefix}-{Interlocked.Increment(ref _serial).ToString("0000", CultureInfo.InvariantCulture)}";

    public virtual async ValueTask InitializeAsync()
    {
        _on = await postgres.CreateDatabase();
        await StartServer();
        await People();
    }

    /// <summary>Ends the server without letting it put anything in order, as good as killed, and starts it on the same database when time has gone by.</summary>
    /// <param name="meanwhile">Happens while it is down.</param>
    public async Task Restart(TimeSpan downFor, Func<Task>? meanwhile = null)
    {
        var back = Services.GetRequiredService<TimeProvider>().GetUtcNow() + downFor;
        await StopServer(new CancellationToken(canceled: true));
        if (meanwhile is not null) await meanwhile();
        await using (var source = NpgsqlDataSource.Create(_on!.OwnerConnectionString)) await Installation.KeepManualNow(source, back, TestContext.Current.CancellationToken);
        await StartServer();
        _tokens.Clear();
        await Waiting.Until(async () => (await Http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode, "the server is ready");
    }

    private async Task StartServer()
    {
        var settings = new LabSettings(LabSettings.Read(Settings(_on!)), ".culturetrack-test");
        _database = await Database.Open(settings, NullLoggerFactory.Instance, CancellationToken.None);
        _app = LabHost.Build(settings, _database, Clock(await Clocks.Choose(settings, _database, CancellationToken.None)));
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    private async Task StopServer(CancellationToken patience)
    {
        Http?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _app.DisposeAsync();
        }
        if (_database is not null) await _database.DisposeAsync();
    }

    protected virtual Dictionary<string, string?> Settings(TestDatabase database) => new()
    {
        ["ConnectionStrings:CultureTrack"] = database.RuntimeConnectionString,
        ["ConnectionStrings:CultureTrackOwner"] = database.OwnerConnectionString,
        ["DataDirectory"] = _folder,
        ["Clock:Mode"] = "manual",
        ["Clock:Start"] = "2026-03-02T08:00:00Z",
        ["Setup:Token"] = SetupToken,
        ["Urls"] = "http://127.0.0.1:0",
        ["Mqtt:Listen"] = "127.0.0.1:0",
    };

    protected virtual TimeProvider Clock(TimeProvider chosen) => chosen;

    protected virtual async Task People()
    {
        Setup = await Send(null, HttpMethod.Post, "/setup", new { token = SetupToken, user = Admin, fullName = "Ada Minde", password = Password });
        await Post(Admin, "/sites", new { siteId = "main", name = "Main laboratory", zone = "Europe/Paris", jurisdiction = "US" });
        await AddUser("tech01", "T");
        await AddUser("tech02", "T");
        await AddUser("qc01", "QC");
        await AddUser("qc02", "QC");
        await AddUser("qa01", "QA");
        await AddUser("qa02", "QA", "QA-R");
        await AddUser("sup01", "SUPERVISOR");
    }

    /// <summary>A person who has chosen the usual password.</summary>
    public virtual async Task AddUser(string user, params string[] roles)
    {
        (await Post(Admin, "/users", NewUser(user, roles))).ShouldBe(201);
        (await Post(null, "/me/password", new { user, current = "given-once-to-change", @new = Password })).ShouldBe(204);
    }

    public static object NewUser(string user, params string[] roles) =>
        new { user, fullName = $"Person {user}", email = $"{user}@lab.example", roles, qualifications = new[] { "*" }, initialPassword = "given-once-to-change" };

    public static object Sign(string meaning, string user, string password = Password) => new { meaning, user, password };

    public Task<Reply> Get(string? user, string path) => Send(user, HttpMethod.Get, path, null);
    public Task<Reply> Post(string? user, string path, object? body, params (string Name, string Value)[] headers) => Send(user, HttpMethod.Post, path, body, headers);
    public Task<Reply> Put(string? user, string path, object? body) => Send(user, HttpMethod.Put, path, body);
    public Task<Reply> Delete(string? user, string path) => Send(user, HttpMethod.Delete, path, null);

    /// <summary>Puts the lab's clock forward.</summary>
    public async Task Advance(TimeSpan by)
    {
        var now = (await Get(Admin, "/clock"))["now"].GetValue<DateTimeOffset>();
        (await Put(Admin, "/clock", new { now = now + by })).ShouldBe(200);
    }

    /// <summary>Body: an object, or a string that is sent as it is.</summary>
    public async Task<Reply> Send(string? user, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await SendWith(user is null ? null : await Token(user), method, path, body, headers);
            if (reply.Code != "AUTH-EXPIRED" || user is null || attempt == 2) return reply;
            _tokens.Remove(user);    // the clock went on since the sign-in
        }
    }

    public async Task<Reply> SendWith(string? token, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal) ? path : "/api/v1" + path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Content = body switch
        {
            null => null,
            Func<HttpContent> content => content(),    // made anew for each attempt: sending disposes it
            string raw => new StringContent(raw, Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        return new((int)response.StatusCode, (type == "application/json" || type?.EndsWith("+json", StringComparison.Ordinal) == true) && text.Length > 0 ? JsonNode.Parse(text) : null, text, response.Headers, type);
    }

    public virtual async Task<string> Token(string user)
    {
        if (_tokens.TryGetValue(user, out var known)) return known;
        var reply = await SendWith(null, HttpMethod.Post, "/session", new { user, password = Password });
        return _tokens[user] = reply.ShouldBe(200)["token"].GetValue<string>();
    }

    /// <summary>A session begun just now, for a request that does not go through <see cref="Send"/>: the clock may have gone on since the last sign-in.</summary>
    public Task<string> FreshToken(string user)
    {
        _tokens.Remove(user);
        return Token(user);
    }

    /// <summary>A registered batch with its patient and donor.</summary>
    public async Task<string> NewBatch(DateTimeOffset? plannedUseAt = null)
    {
        var n = Id("X")[2..];
        await Post("tech01", "/patients", new { patientRef = $"PT-{n}", secondIdentifier = $"1958-03-{n}" });
        await Post("tech01", "/donors", new { donorRef = $"DN-{n}", autologousFor = $"PT-{n}" });
        var registration = Registration(n);
        if (plannedUseAt is { } use) registration["plannedUseAt"] = use;
        var reply = await Post("tech01", "/batches", registration);
        return reply.ShouldBe(201)["batchId"].GetValue<string>();
    }

    public static JsonObject Registration(string n) => JsonSerializer.SerializeToNode(new
    {
        productType = "ADSC",
        specId = "ADSC",
        specVersion = 1,
        site = "main",
        autologous = true,
        patientRef = $"PT-{n}",
        donorRef = $"DN-{n}",
        orderedQty = 4e8,
        orderedUnit = "cell",
        plannedUseAt = "2026-12-01T07:00:00Z",
        intendedUse = "Trial",
        storage = "Fresh",
        cultured = true,
        patientWeightKg = 68,
        doseVolumeMl = 20,
        administrationHours = 1,
        route = "Subcutaneous",
    })!.AsObject();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopServer(CancellationToken.None);
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
