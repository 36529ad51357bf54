using System.Net;
using System.Net.Sockets;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

/// <summary>The database commits, and the connection ends before its answer arrives: the sender is told nothing, and the reading is judged all the same.</summary>
public sealed class LostAnswerTests(PostgresFixture postgres)
{
    static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static TelemetryMessage Message(DateTimeOffset at, double temperature, DateTimeOffset? receivedAt = null) => new()
    {
        IncubatorId = "INC-01",
        DeviceId = "dev-1",
        DeviceTime = at,
        ReceivedAt = receivedAt ?? at,
        Values = new() { [CanonicalChannel.Temperature] = temperature },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reading_whose_commit_was_not_answered_is_handed_on_once_whether_it_is_sent_again_or_not(bool isSentAgain)
    {
        var database = await (await postgres.CreateDatabase()).Migrated();
        await using var relay = new Relay(database.RuntimeConnectionString);
        await using var source = NpgsqlDataSource.Create(relay.ConnectionString);
        await using var writer = new ReadingWriter(source, new ReadingWriterOptions { FailurePause = TimeSpan.Zero }, TimeProvider.System, NullLogger<ReadingWriter>.Instance);
        var handedOn = new List<ReadingRow>();
        writer.Committed = group => handedOn.AddRange(group.Readings);
        await writer.Append([Message(Noon, 37)], Ct);

        relay.LosesNextAnswer = true;
        await Should.ThrowAsync<NpgsqlException>(() => writer.Append([Message(Noon.AddMinutes(1), 39.5)], Ct));
        handedOn.Count.ShouldBe(1);
        if (isSentAgain) await writer.Append([Message(Noon.AddMinutes(1), 39.5, receivedAt: Noon.AddMinutes(2))], Ct);
        await writer.Append([Message(Noon.AddMinutes(3), 37)], Ct);

        handedOn.Select(r => (r.At, r.ReceivedAt, r.Values[CanonicalChannel.Temperature])).ShouldBe(
            [(Noon, Noon, 37.0), (Noon.AddMinutes(1), Noon.AddMinutes(1), 39.5), (Noon.AddMinutes(3), Noon.AddMinutes(3), 37.0)]);
        (await new ReadingStore(source).Query("INC-01", "temperature", Noon, Noon.AddHours(1), Ct).CountAsync(Ct)).ShouldBe(3);
    }

    /// <summary>Stands between the writer and the database.</summary>
    sealed class Relay : IAsyncDisposable
    {
        const byte CommandComplete = (byte)'C';

        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly string _host;
        readonly int _port;
        readonly Task _accepting;

        public Relay(string connectionString)
        {
            var to = new NpgsqlConnectionStringBuilder(connectionString);
            (_host, _port) = (to.Host!, to.Port);
            _listener.Start();
            to.NoResetOnClose = true;    // so that a command's end is what a group's commit is answered with, and nothing else
            (to.Host, to.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
            ConnectionString = to.ConnectionString;
            _accepting = Accept();
        }

        public string ConnectionString { get; }

        /// <summary>The next answer of the database that begins with the end of a command is not passed on; the connection ends instead.</summary>
        public bool LosesNextAnswer { get; set; }

        async Task Accept()
        {
            var pipes = new List<Task>();
            try
            {
                while (true) pipes.Add(Pipe(await _listener.AcceptTcpClientAsync(Ct)));
            }
            catch (SocketException) { await Task.WhenAll(pipes); }    // stopped
        }

        async Task Pipe(TcpClient client)
        {
            using var server = new TcpClient();
            using (client)
            {
                await server.ConnectAsync(_host, _port, Ct);
                var up = client.GetStream().CopyToAsync(server.GetStream(), Ct);
                await Task.WhenAny(up, Down(server.GetStream(), client.GetStream()));
            }
        }

        async Task Down(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[1 << 16];
            while (await from.ReadAsync(buffer, Ct) is > 0 and var read)
            {
                if (LosesNextAnswer && buffer[0] == CommandComplete)
                {
                    LosesNextAnswer = false;
                    return;
                }
                await to.WriteAsync(buffer.AsMemory(0, read), Ct);
            }
        }

        public async ValueTask DisposeAsync()
        {
            NpgsqlConnection.ClearAllPools();
            _listener.Stop();
            await _accepting;
            _listener.Dispose();
        }
    }
}
