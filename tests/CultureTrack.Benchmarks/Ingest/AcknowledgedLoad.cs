using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;
using Npgsql;

namespace CultureTrack.Benchmarks.Ingest;

/// <summary>A device of the load: who it is to the broker and where it publishes.</summary>
internal sealed record LoadDevice(string Id, string ClientId, string Username, string Password, string Topic);

/// <summary>
/// Devices that send without pause at QoS 1, connect again whenever they are dropped, and remember every reading that was acknowledged. Afterwards each of
/// those must be stored exactly once.
/// </summary>
internal sealed class AcknowledgedLoad(int inFlight)
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(5);

    // One count for all devices: no two readings of a run have the same identity. It begins a day back, so that it never runs ahead of the clock.
    private long _timeMs = TimeProvider.System.GetUtcNow().AddHours(-20).ToUnixTimeMilliseconds();
    private int _reconnects;

    private readonly record struct Sent(string Device, long TimeMs, double Value);

    private readonly ConcurrentBag<Sent> _acknowledged = [];

    public int Acknowledged => _acknowledged.Count;
    public int Reconnects => _reconnects;

    /// <summary>Sends until told to stop; a server that is gone is looked for again.</summary>
    public async Task Send(int port, LoadDevice device, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = new MqttClientFactory().CreateMqttClient();
                await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(device.ClientId)
                    .WithCredentials(device.Username, device.Password).WithTimeout(Patience).Build(), stop);
                await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
                {
                    while (!stop.IsCancellationRequested) await SendOne(client, device, stop);
                }));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Interlocked.Increment(ref _reconnects);
                await Task.Delay(ReconnectPause, CancellationToken.None);    // killed, or told to send again: what was not acknowledged counts as unsent
            }
        }
    }

    private async Task SendOne(IMqttClient client, LoadDevice device, CancellationToken stop)
    {
        var at = Interlocked.Increment(ref _timeMs);
        var sent = new Sent(device.Id, at, 36 + at % 1000 * 0.001);
        var json = string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{at}}},"buffered":true,"values":{"temperature":{{{sent.Value}}},"co2":5,"o2":18.7,"humidity":95}}""");
        var message = new MqttApplicationMessage { Topic = device.Topic, PayloadSegment = Encoding.UTF8.GetBytes(json), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
        if ((await client.PublishAsync(message, stop)).IsSuccess) _acknowledged.Add(sent);
    }

    /// <summary>Opens the data directory of the ended server and compares.</summary>
    /// <returns>0 when every acknowledged reading is stored exactly once, else 1: the exit code.</returns>
    public async Task<int> Verify(string folder)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(postgres.OwnerConnectionString);
        var stored = new Dictionary<(string, long), List<double>>();
        await using (var command = source.CreateCommand("select device_id, at, temperature from telemetry.readings union all select device_id, at, value from telemetry.reading_conflicts"))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
            {
                var key = (reader.GetString(0), new DateTimeOffset(reader.GetDateTime(1)).ToUnixTimeMilliseconds());
                if (!stored.TryGetValue(key, out var values)) stored.Add(key, values = []);
                values.Add(reader.GetDouble(2));
            }
        int lost = 0, wrong = 0, doubled = stored.Values.Count(v => v.Count != 1);
        foreach (var sent in _acknowledged)
            if (!stored.TryGetValue((sent.Device, sent.TimeMs), out var values)) lost++;
            else if (!values.Contains(sent.Value)) wrong++;
        Console.WriteLine($"{_acknowledged.Count} acknowledged, {stored.Count} stored: {lost} lost, {wrong} altered, {doubled} stored more than once");
        return lost + wrong + doubled == 0 ? 0 : 1;
    }
}
