using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CultureTrack.Ingest.Broker;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Packets;
using MQTTnet.Server;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Ingest.Benchmarks;

/// <summary>
/// The least that stores before it answers: the same broker library, JSON to a wide row, group commit by binary COPY into a table without a key, the PUBACK held
/// back until the commit. No credentials, no rights, no limits, no identity of readings, no delivery. What the product costs is measured against it.
/// </summary>
sealed class MinimalBroker : IAsyncDisposable
{
    const string Table = "bench_minimal";
    static readonly string[] Channels = ["temperature", "co2", "o2", "humidity"];

    sealed record Sample(string Topic, DateTime At, double?[] Values);

    readonly Lock _gate = new();
    readonly SemaphoreSlim _filled = new(0, 1);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, ConcurrentDictionary<ushort, Task>> _owed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, ushort> _handled = new(StringComparer.Ordinal);
    readonly NpgsqlDataSource _source;
    readonly MqttServer _server;
    readonly MqttTransport? _transport;
    readonly Task _writing;
    (List<Sample> Samples, TaskCompletionSource Committed) _open = ([], new(TaskCreationOptions.RunContinuationsAsynchronously));

    MinimalBroker(NpgsqlDataSource source, bool onKestrel, int freePort)
    {
        _source = source;
        var factory = new MqttServerFactory();
        var options = factory.CreateServerOptionsBuilder();
        if (onKestrel)
        {
            _transport = new MqttTransport(new MqttOptions { Listen = new IPEndPoint(IPAddress.Loopback, freePort) }, NullLoggerFactory.Instance);
            _server = factory.CreateMqttServer(options.Build(), [_transport.Handler]);
        }
        else
        {
            _server = factory.CreateMqttServer(options.WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(freePort).Build());
        }
        _server.InterceptingInboundPacketAsync += e =>
        {
            if (e.Packet is MqttPublishPacket publish) _handled[e.ClientId] = publish.PacketIdentifier;
            return Task.CompletedTask;
        };
        _server.InterceptingPublishAsync += e =>
        {
            var stored = Append(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload);
            _owed.GetOrAdd(e.ClientId, _ => new())[_handled[e.ClientId]] = stored;
            return Task.CompletedTask;
        };
        _server.InterceptingOutboundPacketAsync += async e =>
        {
            if (e.Packet is MqttPubAckPacket ack && _owed[e.ClientId].TryRemove(ack.PacketIdentifier, out var stored)) await stored;
        };
        _writing = Task.Run(Write);
    }

    public static async Task<MinimalBroker> Start(NpgsqlDataSource owner, bool onKestrel, int freePort, CancellationToken ct)
    {
        await using (var make = owner.CreateCommand($"""
            drop table if exists {Table};
            create table {Table} (incubator text not null, at timestamptz not null, received_at timestamptz not null,
              temperature double precision, co2 double precision, o2 double precision, humidity double precision)
            """))
            await make.ExecuteNonQueryAsync(ct);
        var broker = new MinimalBroker(owner, onKestrel, freePort);
        await broker._server.StartAsync();
        if (broker._transport is { } transport) await transport.Start(ct);
        return broker;
    }

    Task Append(string topic, ReadOnlySequence<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        lock (_gate)
        {
            if (_open.Samples.Count == 0) _filled.Release();
            if (document.RootElement.ValueKind == JsonValueKind.Array) foreach (var element in document.RootElement.EnumerateArray()) _open.Samples.Add(Read(topic, element));
            else _open.Samples.Add(Read(topic, document.RootElement));
            return _open.Committed.Task;
        }
    }

    static Sample Read(string topic, JsonElement element)
    {
        var values = new double?[Channels.Length];
        foreach (var member in element.GetProperty("values").EnumerateObject())
            if (Array.IndexOf(Channels, member.Name) is >= 0 and var channel) values[channel] = member.Value.GetDouble();
        return new(topic, DateTimeOffset.FromUnixTimeMilliseconds(element.GetProperty("ts").GetInt64()).UtcDateTime, values);
    }

    async Task Write()
    {
        await using var connection = await _source.OpenConnectionAsync();
        while (!_stop.IsCancellationRequested)
        {
            await _filled.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var group = _open;
            lock (_gate) (group, _open) = (_open, ([], new(TaskCreationOptions.RunContinuationsAsynchronously)));
            if (group.Samples.Count > 0) await Copy(connection, group.Samples);
            group.Committed.SetResult();
        }
    }

    static async Task Copy(NpgsqlConnection connection, List<Sample> samples)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using var import = await connection.BeginBinaryImportAsync($"copy {Table} from stdin (format binary)");
        foreach (var sample in samples)
        {
            import.StartRow();
            import.Write(sample.Topic.Split('/')[2], NpgsqlDbType.Text);
            import.Write(sample.At, NpgsqlDbType.TimestampTz);
            import.Write(now, NpgsqlDbType.TimestampTz);
            foreach (var value in sample.Values)
                if (value is { } number) import.Write(number, NpgsqlDbType.Double);
                else import.WriteNull();
        }
        await import.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new MqttServerStopOptions());
        if (_transport is { } transport)
        {
            await transport.Stop(default);
            await transport.DisposeAsync();
        }
        await _stop.CancelAsync();
        await _writing;
        _server.Dispose();
        _stop.Dispose();
        _filled.Dispose();
    }
}
