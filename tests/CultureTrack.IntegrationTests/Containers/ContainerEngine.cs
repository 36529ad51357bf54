using System.Net.Http.Json;
using System.Net.Sockets;

namespace CultureTrack.IntegrationTests.Containers;

/// <summary>Whether a Docker engine answers on this machine, found without starting anything.</summary>
static class ContainerEngine
{
    public const string Reason = "No Docker engine answers (DOCKER_HOST, else /var/run/docker.sock).";

    /// <summary>In CI the containers are what is tested: falling back to an embedded server would hide that they do not start.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") is { Length: > 0 };

    static readonly Lazy<Task<bool>> Found = new(Ask);

    public static Task<bool> Answers() => Found.Value;

    static async Task<bool> Ask()
    {
        var host = new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } named ? named : "unix:///var/run/docker.sock");
        using var handler = new SocketsHttpHandler { ConnectCallback = async (_, cancelled) => await Connect(host, cancelled) };
        using var engine = new HttpClient(handler) { BaseAddress = new("http://docker/"), Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            var version = await engine.GetFromJsonAsync<EngineVersion>("version");
            // Testcontainers asks for a newer API than older engines know (Debian 12 has 1.41) and does not negotiate.
            if (Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is null && version is not null)
                Environment.SetEnvironmentVariable("DOCKER_API_VERSION", version.ApiVersion);
            return version is not null;
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    static async Task<Stream> Connect(Uri host, CancellationToken cancelled)
    {
        var socket = host.Scheme == "unix"
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (host.Scheme == "unix") await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.AbsolutePath), cancelled);
        else await socket.ConnectAsync(host.Host, host.Port, cancelled);
        return new NetworkStream(socket, ownsSocket: true);
    }

    sealed record EngineVersion(string ApiVersion);
}
