using System.Net;
using System.Net.Sockets;
using CultureTrack.Grains.Time;
using Npgsql;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>A lab on real time whose clock can be set and whose database can be taken away.</summary>
public sealed class DisturbedLab(PostgresFixture postgres) : RunningLab(postgres)
{
    internal Forwarder Way { get; private set; } = null!;
    internal SettableClock Wall { get; private set; } = null!;

    /// <summary>Connects as the owner of the tables, past the way that can be cut.</summary>
    internal string OwnerConnectionString { get; private set; } = "";

    protected override Dictionary<string, string?> Settings(TestDatabase database)
    {
        var settings = base.Settings(database);
        settings.Remove("Clock:Mode");
        settings.Remove("Clock:Start");
        var runtime = new NpgsqlConnectionStringBuilder(database.RuntimeConnectionString);
        Way = new(runtime.Host!, runtime.Port);
        OwnerConnectionString = database.OwnerConnectionString;
        settings["ConnectionStrings:CultureTrack"] = new NpgsqlConnectionStringBuilder(runtime.ConnectionString) { Host = "127.0.0.1", Port = Way.Port, Timeout = 3 }.ConnectionString;
        return settings;
    }

    protected override TimeProvider Clock(TimeProvider chosen) => Wall = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Way.Dispose();
    }
}

/// <summary>The machine's clock, which somebody can set wrong.</summary>
internal sealed class SettableClock : TimeProvider
{
    private readonly SystemLabClock _right = new();
    private long _aheadTicks;

    public override DateTimeOffset GetUtcNow() => _right.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    public void Set(TimeSpan ahead) => Interlocked.Exchange(ref _aheadTicks, ahead.Ticks);
}

/// <summary>The way to a server, which can be cut: connections break and new ones are refused until it is there again.</summary>
internal sealed class Forwarder : IDisposable
{
    private readonly (string Host, int Port) _to;
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private TcpListener _listener;

    public Forwarder(string host, int port)
    {
        _to = (host, port);
        _listener = Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public void Cut()
    {
        _listener.Stop();
        lock (_gate)
        {
            foreach (var socket in _open) socket.Close();
            _open.Clear();
        }
    }

    public void Mend() => _listener = Listen(Port);

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _ = Accept(listener);
        return listener;
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var from = await listener.AcceptSocketAsync();
                var to = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                from.NoDelay = true;
                await to.ConnectAsync(_to.Host, _to.Port);
                lock (_gate) _open.AddRange([from, to]);
                _ = Copy(from, to);
                _ = Copy(to, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException) { Console.WriteLine($"The way on port {Port} is cut: {e.Message}"); }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        try
        {
            await using var source = new NetworkStream(from, ownsSocket: true);
            await using var target = new NetworkStream(to, ownsSocket: true);
            await source.CopyToAsync(target);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException) { Console.WriteLine($"A connection broke: {e.Message}"); }
    }
}
