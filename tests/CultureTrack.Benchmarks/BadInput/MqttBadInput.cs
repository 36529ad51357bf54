using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CultureTrack.Benchmarks.Ingest;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace CultureTrack.Benchmarks.BadInput;

/// <summary>
/// Sends bad messages over real connections, a good one among every ten on the same connection. Every message must be answered, the connection must stay, and
/// every good one must be stored; broken frames go over throwaway connections, which the broker may close.
/// </summary>
internal sealed class MqttBadInput(int port, LoadDevice gateway, LoadDevice device, int count, int seed)
{
    public const string GoodIncubator = "INC-02";
    private const int Connections = 8, InFlight = 16, GoodEvery = 10, FramesEvery = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Valid =
    [
        """{"ts":1764000000000,"values":{"temperature":37.02,"co2":5.01,"o2":18.7,"humidity":94.7,"door":"closed"},"seq":17,"quality":"good"}""",
        """[{"ts":"2026-03-02T08:00:00Z","values":{"temperature":37}},{"ts":1764000060000,"values":{"rh":95,"power":"ok"},"buffered":true}]""",
        """{"temperature":37.02,"co2":5.01}""", "online", """{"online":true,"firmware":"2.1"}""", """{"ts":1764000000000,"code":"E07","text":"fan","active":true}""",
        """{"INC-01":[{"ts":1764000000000,"values":{"o2":18.7}}],"INC-03":[{"o2":18.6}]}""",
    ];

    private static readonly string[] Topics =
    [
        "culturetrack/main/INC-01/telemetry", "culturetrack/main/INC-01/telemetry", "culturetrack/main/INC-01/telemetry", "culturetrack/main/INC-01/status", "culturetrack/main/INC-01/alarm",
        "culturetrack/main/INC-03/telemetry", "culturetrack/main/INC-99/telemetry", "culturetrack/elsewhere/INC-01/telemetry", "culturetrack/main/INC-01/state", "culturetrack/main//telemetry",
        "culturetrack/main/INC-01/telemetry/more", "v1/devices/me/telemetry", "v1/gateway/telemetry", "v1/devices/me/attributes", "v2/t", "spBv1.0/g/NDATA/e", "$SYS/broker", "home/kitchen", "/", "a",
    ];

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(DateTimeOffset At, double Value)> _good = new();
    private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow().AddHours(-20);
    private int _sent, _unanswered, _closed, _frames, _framesLeftOpen, _goodSent;

    public IReadOnlyCollection<(DateTimeOffset At, double Value)> Good => _good;
    public string Report => $"MQTT: {_sent} messages ({_good.Count} good) and {_frames} broken frames; {_unanswered} unanswered, {_closed} connections lost, {_framesLeftOpen} broken ones left open; answers {string.Join(", ", _answers.OrderByDescending(a => a.Value).Select(a => $"{a.Value} {a.Key}"))}";
    public bool Passed => _unanswered == 0 && _closed == 0 && _framesLeftOpen == 0 && _good.Count == _goodSent;

    public async Task Run()
    {
        var frames = BrokenFrames();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(Connection));
        await frames;
    }

    private async Task Connection(int number)
    {
        var (who, version) = (number % 4 == 3 ? device : gateway, number % 3 == 2 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500);
        using var client = new MqttClientFactory().CreateMqttClient();
        client.DisconnectedAsync += e =>
        {
            if (e.ClientWasConnected && e.Reason != MqttClientDisconnectReason.NormalDisconnection) Interlocked.Increment(ref _closed);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(version).WithClientId($"{who.ClientId}-{number}")
            .WithCredentials(who.Username, who.Password).WithTimeout(Patience).Build());
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(lane => Lane(client, new Mutations(seed + number * 1000 + lane), who == gateway)));
        await client.DisconnectAsync();
    }

    private async Task Lane(IMqttClient client, Mutations mutations, bool mayGood)
    {
        for (var n = 1; n <= count / (Connections * InFlight) && client.IsConnected; n++)
        {
            if (mayGood && n % GoodEvery == 0) await SendGood(client);
            else await SendBad(client, mutations);
        }
    }

    private async Task SendGood(IMqttClient client)
    {
        var number = Interlocked.Increment(ref _goodSent);
        var (at, value) = (DateTimeOffset.FromUnixTimeMilliseconds(_began.ToUnixTimeMilliseconds() + number), 36 + number % 1000 * 0.001);
        var json = string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{at.ToUnixTimeMilliseconds()}}},"buffered":true,"values":{"temperature":{{{value}}}}}""");
        if (await Publish(client, $"culturetrack/main/{GoodIncubator}/telemetry", Encoding.UTF8.GetBytes(json), 1)) _good.Enqueue((at, value));
    }

    private Task<bool> SendBad(IMqttClient client, Mutations mutations)
    {
        var random = mutations.Random;
        var topic = random.Next(10) == 0 ? new string([.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (char)random.Next(0x2C, 0x24F))]).Replace('+', '-') : Topics[random.Next(Topics.Length)];
        return Publish(client, topic, mutations.Json(Valid[random.Next(Valid.Length)]), random.Next(3));
    }

    private async Task<bool> Publish(IMqttClient client, string topic, byte[] payload, int qos)
    {
        Interlocked.Increment(ref _sent);
        try
        {
            var result = await client.PublishAsync(new MqttApplicationMessage { Topic = topic, PayloadSegment = payload, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos });
            if (qos > 0) _answers.AddOrUpdate(result.ReasonCode.ToString(), 1, (_, n) => n + 1);
            return result.IsSuccess;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Interlocked.Increment(ref _unanswered);
            _answers.AddOrUpdate(e.GetType().Name, 1, (_, n) => n + 1);
            return false;
        }
    }

    private async Task BrokenFrames()
    {
        var mutations = new Mutations(seed - 1);
        for (; _frames < count / FramesEvery; _frames++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port);
            var stream = socket.GetStream();
            var connect = Connect($"{device.ClientId}-frame", device.Username, device.Password);
            try
            {
                await stream.WriteAsync(mutations.Random.Next(4) == 0 ? mutations.Bytes(connect) : connect);
                for (var n = mutations.Random.Next(1, 4); n > 0; n--)
                    await stream.WriteAsync(mutations.Random.Next(4) == 0 ? mutations.Noise() : mutations.PublishFrame("culturetrack/main/INC-01/telemetry", mutations.Json(Valid[0])));
                socket.Client.Shutdown(SocketShutdown.Send);
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                var answer = new byte[4096];
                while (await stream.ReadAsync(answer, patience.Token) > 0) continue;
            }
            catch (OperationCanceledException)
            {
                _framesLeftOpen++;    // we have hung up, and the broker has not noticed
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                continue;    // closed in our face: the broker's right
            }
        }
    }

    private static byte[] Connect(string clientId, string user, string password)
    {
        static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
        byte[] body = [.. Text("MQTT"), 5, 0xC2, 0, 60, 0, .. Text(clientId), .. Text(user), .. Text(password)];
        return [0x10, .. body.Length < 128 ? (byte[])[(byte)body.Length] : [(byte)(body.Length % 128 | 0x80), (byte)(body.Length / 128)], .. body];
    }
}
