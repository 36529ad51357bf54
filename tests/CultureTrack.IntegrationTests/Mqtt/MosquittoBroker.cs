using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CultureTrack.IntegrationTests.Mqtt;

/// <summary>A real Mosquitto with a password file and the topic rules of <c>infra/mosquitto/acl</c>, on a port of its own; it can be stopped and started again.</summary>
sealed class MosquittoBroker : IAsyncDisposable
{
    public const string ServerUser = "culturetrack", Password = "only-in-this-test";

    readonly string _folder = Directory.CreateTempSubdirectory("culturetrack-mosquitto-").FullName;
    Process? _process;

    MosquittoBroker()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>A broker that is set up but not running; the test is skipped where Mosquitto is not installed.</summary>
    public static async Task<MosquittoBroker> Prepare(params string[] devices)
    {
        var broker = new MosquittoBroker();
        var passwords = Path.Combine(broker._folder, "passwords");
        await File.WriteAllLinesAsync(passwords, devices.Append(ServerUser).Select(user => $"{user}:{Password}"));
        using (var hashing = Start("mosquitto_passwd", "-U", passwords))
        {
            await hashing.WaitForExitAsync();
            hashing.ExitCode.ShouldBe(0);
        }
        // user: started as root, Mosquitto would otherwise become another user, who may not read this folder.
        await File.WriteAllTextAsync(Path.Combine(broker._folder, "mosquitto.conf"), $"""
            listener {broker.Port.ToString(CultureInfo.InvariantCulture)} 127.0.0.1
            allow_anonymous false
            user {Environment.UserName}
            password_file {passwords}
            acl_file {Path.Combine(RepositoryFolder(), "infra", "mosquitto", "acl")}
            persistence true
            persistence_location {broker._folder}/
            max_queued_messages 1000000
            log_dest none

            """);
        return broker;
    }

    static string RepositoryFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("Run from a checkout.");
        return folder.FullName;
    }

    static Process Start(string program, params string[] words)
    {
        // Debian keeps the broker where only root's PATH looks.
        var path = new[] { "/usr/sbin", "/usr/local/sbin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) ?? program;
        try
        {
            return Process.Start(new ProcessStartInfo(path, words) { RedirectStandardError = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed (apt-get install mosquitto).");
            throw;
        }
    }

    public async Task Start()
    {
        _process = Start("mosquitto", "-c", Path.Combine(_folder, "mosquitto.conf"));
        await Waiting.Until(async () =>
        {
            _process.HasExited.ShouldBeFalse("mosquitto ended");
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                return false;    // not listening yet
            }
        }, "mosquitto listens");
    }

    /// <summary>Orderly: it keeps its sessions in its folder.</summary>
    public async Task Stop()
    {
        if (_process is not { } process) return;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(_folder, recursive: true);
    }
}
