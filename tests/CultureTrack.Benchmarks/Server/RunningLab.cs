using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace CultureTrack.Benchmarks.Server;

/// <summary>A server of its own in a folder of its own, on a manual clock, driven over HTTP like any client does.</summary>
public sealed class RunningLab : IAsyncDisposable
{
    private const string Token = "benchmark-token-benchmark-token-0001";
    public const string Password = "bench-Passw0rd-of-the-lab";
    private readonly ProcessStartInfo _start;
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private Process _process;

    private RunningLab(ProcessStartInfo start, string folder, Uri url, int mqttPort)
    {
        (_start, _folder, MqttPort) = (start, folder, mqttPort);
        _process = Launch();
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 100 }) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Http { get; }
    public int MqttPort { get; }
    public int ProcessId => _process.Id;
    public string DataFolder => Path.Combine(_folder, "data");
    public bool HasExited => _process.HasExited;

    /// <summary>Of the server, once ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>SIGKILLs the server and starts it again on the same data; what was under way fails for its senders. Answers when it is ready.</summary>
    public async Task KillAndStartAgain()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Launch();
        await WaitUntilReady();
    }

    /// <summary>The postmaster of the embedded cluster.</summary>
    public Process Postmaster() =>
        Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(DataFolder, "postgres", "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Ends the server in order; its data stay until this is disposed.</summary>
    public async Task Stop()
    {
        if (_process.HasExited) return;
        using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
    }

    public async Task<bool> IsReady()
    {
        using var answer = await Http.GetAsync("/health/ready");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    /// <param name="manualStart">Where a manual clock starts; null: real time.</param>
    /// <param name="on">A folder that exists, such as one on a small disk; it is deleted at the end. Null: one of the system's temporary ones.</param>
    public static async Task<RunningLab> Start(DateTimeOffset? manualStart, string? on = null)
    {
        var folder = on ?? Directory.CreateTempSubdirectory("culturetrack-bench-").FullName;
        var (port, mqtt) = (FreePort(), FreePort());
        var start = new ProcessStartInfo("dotnet", Executable()) { RedirectStandardOutput = true };
        start.Environment["CULTURETRACK_DataDirectory"] = Path.Combine(folder, "data");
        start.Environment["CULTURETRACK_Urls"] = $"http://127.0.0.1:{port}";
        start.Environment["CULTURETRACK_Mqtt__Listen"] = $"127.0.0.1:{mqtt}";
        start.Environment["CULTURETRACK_Setup__Token"] = Token;
        if (manualStart is { } at)
        {
            start.Environment["CULTURETRACK_Clock__Mode"] = "manual";
            start.Environment["CULTURETRACK_Clock__Start"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        }
        var lab = new RunningLab(start, folder, new($"http://127.0.0.1:{port}"), mqtt);
        await lab.WaitUntilReady();
        await lab.Post(null, "/setup", new JsonObject { ["token"] = Token, ["user"] = "adm01", ["fullName"] = "Ada Minde", ["password"] = Password });
        return lab;
    }

    private Process Launch()
    {
        var process = Process.Start(_start)!;
        // What the server says is of interest when something goes wrong.
        if (Environment.GetEnvironmentVariable("CULTURETRACK_BENCH_LOG") is { Length: > 0 } log)
            process.OutputDataReceived += (_, line) => { lock (process) File.AppendAllText(log, line.Data + "\n"); };
        process.BeginOutputReadLine();
        return process;
    }

    /// <summary>A verb of the program on this server's data directory.</summary>
    public ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Executable(), .. arguments]) { RedirectStandardOutput = true };
        start.Environment["CULTURETRACK_DataDirectory"] = DataFolder;
        return start;
    }

    /// <summary>Sends a request in somebody's session and expects success.</summary>
    public Task<JsonNode?> Post(string? user, string path, JsonNode body, HttpMethod? method = null) =>
        Send(user, () => new(method ?? HttpMethod.Post, "/api/v1" + path) { Content = JsonContent.Create(body) });

    public Task<JsonNode?> Get(string user, string path) => Send(user, () => new(HttpMethod.Get, "/api/v1" + path));

    public async Task AddUser(string user, params string[] roles)
    {
        var body = new JsonObject
        {
            ["user"] = user,
            ["fullName"] = user,
            ["email"] = $"{user}@lab.example",
            ["initialPassword"] = "first-" + Password,
            ["roles"] = new JsonArray([.. roles.Select(r => JsonValue.Create(r))]),
            ["qualifications"] = new JsonArray("*"),
        };
        await Post("adm01", "/users", body);
        await Post(null, "/me/password", new JsonObject { ["user"] = user, ["current"] = "first-" + Password, ["new"] = Password });
    }

    public static JsonObject Signature(string user, string meaning) => new() { ["meaning"] = meaning, ["user"] = user, ["password"] = Password };

    public Task Clock(DateTimeOffset now) =>
        Post("adm01", "/clock", new JsonObject { ["now"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture) }, HttpMethod.Put);

    private async Task<JsonNode?> Send(string? user, Func<HttpRequestMessage> make)
    {
        var (status, text) = await Try(user, make);
        // Moving the clock by hours ends sessions.
        if (status == HttpStatusCode.Unauthorized && user is not null && _sessions.TryRemove(user, out _)) (status, text) = await Try(user, make);
        if ((int)status is < 200 or > 299) throw new InvalidOperationException($"{make().RequestUri}: {(int)status} {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private async Task<(HttpStatusCode Status, string Text)> Try(string? user, Func<HttpRequestMessage> make)
    {
        using var request = make();
        if (user is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Session(user));
        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<string> Session(string user)
    {
        if (_sessions.TryGetValue(user, out var token)) return token;
        var answer = await Post(null, "/session", new JsonObject { ["user"] = user, ["password"] = Password });
        return _sessions[user] = (string)answer!["token"]!;
    }

    /// <summary>After a session ended or an account was locked: the next request signs in again.</summary>
    public async Task Unlock(string user)
    {
        _sessions.TryRemove(user, out _);
        await Try("adm01", () => new(HttpMethod.Post, $"/api/v1/users/{user}/unlock") { Content = JsonContent.Create(new JsonObject { ["reason"] = "locked by odd input" }) });
    }

    private async Task WaitUntilReady()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(100))
        {
            if (_process.HasExited) throw new InvalidOperationException($"The server ended with {_process.ExitCode}.");
            try
            {
                if ((await Http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException) { continue; }    // not listening yet
        }
        throw new TimeoutException("The server was not ready within two minutes.");
    }

    private static string Executable()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln")))
                return new[] { "Release", "Debug" }.Select(c => Path.Combine(folder.FullName, "src", "CultureTrack.Server", "bin", c, "net10.0", "culturetrack.dll"))
                    .FirstOrDefault(File.Exists) ?? throw new FileNotFoundException("Build src/CultureTrack.Server first.");
        throw new DirectoryNotFoundException("Run this from a checkout.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Stop();
        Directory.Delete(_folder, recursive: true);
    }
}
