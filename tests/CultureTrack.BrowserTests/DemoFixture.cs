using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MQTTnet;
using MQTTnet.Protocol;

[assembly: AssemblyFixture(typeof(CultureTrack.BrowserTests.DemoFixture))]
// One demo for all: tests that change it come one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace CultureTrack.BrowserTests;

/// <summary>The demo as a person starts it, in a folder of its own, and one Chromium for all tests.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    /// <summary>How long a page may take on a machine that is busy with something else, too. Nothing waits for it that is well.</summary>
    public const int PatienceMs = 120_000;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(6);
    private readonly string _folder = Directory.CreateTempSubdirectory("culturetrack-browser-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly List<IBrowserContext> _profiles = [];
    private string? _test;
    private Process? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static readonly IReadOnlyDictionary<string, string> Passwords = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["adm01"] = "harbour-lantern-71",
        ["tech01"] = "quiet-meadow-24",
        ["tech02"] = "amber-orchard-58",
        ["sup01"] = "granite-ferry-36",
        ["qa01"] = "velvet-compass-19",
        ["qc01"] = "copper-willow-83",
        ["qc02"] = "silver-thicket-47",
        ["qa02"] = "crimson-harvest-62",
    };

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>Where Chromium is; null when none is installed.</summary>
    public static string? Chromium { get; } = new[] { Environment.GetEnvironmentVariable("CULTURETRACK_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Chromium is null) return;
        // A folder that PostgreSQL's own user can pass through, when the tests run as root.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        Url = new($"http://127.0.0.1:{FreePort()}");
        _server = StartServer();
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A page of a fresh browser profile, open until another test opens one; skips with the reason where there is no Chromium.</summary>
    public async Task<IPage> Open(bool dark = false, int width = 1440, int height = 900)
    {
        Assert.SkipWhen(Chromium is null, "No Chromium is installed (/usr/bin/chromium, or CULTURETRACK_CHROMIUM).");
        await CloseThoseOfOtherTests();
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Url.ToString(),
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
        });
        _profiles.Add(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(PatienceMs);
        return page;
    }

    // A page left open goes on following the laboratory, and takes the processor from every test after it.
    private async Task CloseThoseOfOtherTests()
    {
        var test = TestContext.Current.Test?.UniqueID;
        if (test == _test) return;
        foreach (var profile in _profiles) await profile.CloseAsync();
        _profiles.Clear();
        _test = test;
    }

    public static async Task SignIn(IPage page, string user, string to = "/")
    {
        await page.GotoAsync("/login?returnUrl=" + Uri.EscapeDataString(to));
        await page.FillAsync("input[name=user]", user);
        await page.FillAsync("input[name=password]", Passwords[user]);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(u => new Uri(u).PathAndQuery == to);
        // Connected: from here on the page answers.
        await page.WaitForSelectorAsync("main[data-live=yes]");
    }

    /// <summary>Asks the API as one of the demo's people.</summary>
    public async Task<JsonNode> Get(string user, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "/api/v1" + path));
        return await Send(user, request);
    }

    public async Task<JsonNode> Post(string user, string path, JsonNode body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, "/api/v1" + path)) { Content = JsonContent.Create(body) };
        return await Send(user, request);
    }

    /// <summary>Id of the first batch that fits.</summary>
    public async Task<string> Batch(string filter, Func<JsonNode, bool> fits)
    {
        if (Chromium is null) return "";
        var items = (await Get("qa01", $"/batches?{filter}&pageSize=50"))["items"]!.AsArray();
        return (string)items.First(b => fits(b!))!["batchId"]!;
    }

    /// <summary>The batch that waits for its review and nothing else.</summary>
    public Task<string> BatchToReview() => Batch("state=PendingDisposition&productType=CEA", _ => true);

    private async Task<JsonNode> Send(string user, HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(user));
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{request.RequestUri}: {(int)answer.StatusCode} {text}");
    }

    private async Task<string> Token(string user)
    {
        if (_tokens.TryGetValue(user, out var known)) return known;
        using var session = await _http.PostAsJsonAsync(new Uri(Url, "/api/v1/session"), new { user, password = Passwords[user] });
        return _tokens[user] = (string)(await session.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
    }

    /// <summary>Publishes as the demo's gateway does, over MQTT, and returns once the server has stored it.</summary>
    /// <param name="topic">Below the incubator's own: <c>telemetry</c>, <c>alarm</c>.</param>
    public async Task Publish(string incubator, string topic, JsonNode message)
    {
        var memory = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "data", "demo.json")))!;
        var about = await Get("tech01", "/about");
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", (int)about["mqttPort"]!)
            .WithClientId($"{memory["clientId"]}-browser-tests").WithCredentials((string)memory["username"]!, (string)memory["password"]!).Build());
        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic($"culturetrack/main/{incubator}/{topic}")
            .WithPayload(message.ToJsonString()).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        await client.DisconnectAsync();
    }

    /// <returns>The file.</returns>
    public static async Task<string> Screenshot(IPage page, string name, bool fullPage = false)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("CULTURETRACK_TEST_ARTIFACTS") ?? Path.Combine(Root(), "artifacts"), "screenshots");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, name + ".png");
        await page.ScreenshotAsync(new() { Path = file, FullPage = fullPage });
        return file;
    }

    private Process StartServer()
    {
        // The configuration these tests were built in is the one the server was built in, too.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var dll = Path.Combine(Root(), "src", "CultureTrack.Server", "bin", configuration, "net10.0", "culturetrack.dll");
        var start = new ProcessStartInfo("dotnet", [dll, "demo"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CULTURETRACK_DataDirectory"] = Path.Combine(_folder, "data");
        start.Environment["CULTURETRACK_Urls"] = Url.ToString().TrimEnd('/');
        start.Environment["CULTURETRACK_Mqtt__Listen"] = "127.0.0.1:0";
        var server = Process.Start(start)!;
        var lines = new List<string>();
        using var up = new ManualResetEventSlim();
        void Heard(string? line)
        {
            if (line is null) return;
            lock (lines) lines.Add(line);
            if (line.StartsWith("This is a demo", StringComparison.Ordinal)) up.Set();
        }
        server.OutputDataReceived += (_, e) => Heard(e.Data);
        server.ErrorDataReceived += (_, e) => Heard(e.Data);
        server.Exited += (_, _) => up.Set();
        server.EnableRaisingEvents = true;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        var started = up.Wait(StartPatience) && !server.HasExited;
        lock (lines) return started ? server : throw new InvalidOperationException("The demo did not start:\n" + string.Join('\n', lines.TakeLast(40)));
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run from a checkout.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _http.Dispose();
        if (_server is { HasExited: false })
        {
            using var end = Process.Start("kill", ["-TERM", _server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await _server.WaitForExitAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
