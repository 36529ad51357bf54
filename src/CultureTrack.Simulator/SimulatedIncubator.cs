using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace CultureTrack.Simulator;

/// <summary>How a device reaches the broker.</summary>
/// <param name="Site">Site of the topics.</param>
/// <param name="IncubatorId">Incubator of the topics.</param>
/// <param name="ClientId">MQTT client id.</param>
/// <param name="Username">Device user.</param>
/// <param name="Password">Device password.</param>
public sealed record DeviceCredential(string Site, string IncubatorId, string ClientId, string Username, string Password);

/// <summary>Counts of one device.</summary>
/// <param name="Acknowledged">Elements the broker acknowledged, those from memory included.</param>
/// <param name="Forwarded">Of these, sent from memory.</param>
/// <param name="Refused">Messages the broker answered with a reason other than success.</param>
/// <param name="Waiting">Elements in memory.</param>
/// <param name="Lost">Elements lost because the memory was full.</param>
/// <param name="IsConnected">Connected now.</param>
public readonly record struct DeviceCounts(long Acknowledged, long Forwarded, long Refused, int Waiting, long Lost, bool IsConnected);

/// <summary>
/// Publishes a model's readings over MQTT 5 with QoS 1. What is not acknowledged stays in memory for a day and is sent as buffered when the broker
/// is back, oldest first. The loop is the only user of the connection and the memory.
/// </summary>
public sealed class SimulatedIncubator : IDisposable
{
    private const int ElementsAMessage = 200;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MemoryFor = TimeSpan.FromHours(24);
    private readonly IncubatorModel _model;
    private readonly DeviceCredential _credential;
    private readonly MqttClientOptions _options;
    private readonly TimeSpan _period;
    private readonly double _speed;
    private readonly TimeProvider _clock;
    private readonly StoreAndForward _memory;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private DateTimeOffset? _nextReading;
    private long _acknowledged, _forwarded, _refused, _seq;

    /// <param name="model">What the sensors show.</param>
    /// <param name="credential">Who publishes.</param>
    /// <param name="host">Broker.</param>
    /// <param name="port">Its port.</param>
    /// <param name="period">Real time between readings.</param>
    /// <param name="speed">Model seconds per real second; times sent are always real ones.</param>
    /// <param name="clock">Source of time.</param>
    public SimulatedIncubator(IncubatorModel model, DeviceCredential credential, string host, int port, TimeSpan period, double speed, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        (_model, _credential, _period, _speed, _clock) = (model, credential, period, speed, clock);
        _memory = new((int)Math.Clamp(MemoryFor / period, 100, 200_000));
        _options = new MqttClientOptionsBuilder().WithTcpServer(host, port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
            .WithClientId(credential.ClientId).WithCredentials(credential.Username, credential.Password).WithCleanStart(true)
            .WithTimeout(TimeSpan.FromSeconds(10)).WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithWillTopic(Topic("status")).WithWillPayload("offline").WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
    }

    public string IncubatorId => _credential.IncubatorId;

    public DeviceCounts Counts => new(Interlocked.Read(ref _acknowledged), Interlocked.Read(ref _forwarded), Interlocked.Read(ref _refused), _memory.Count, _memory.Lost, _client.IsConnected);

    /// <summary>Runs until cancelled; a broker that is away is tried again at every tick.</summary>
    public async Task Run(CancellationToken ct)
    {
        var tick = _period < Tick ? _period : Tick;
        using var timer = new PeriodicTimer(tick, _clock);
        try
        {
            do await Step(tick, ct);
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller stopped the simulation; saying goodbye keeps the will from being sent.
            if (_client.IsConnected) await Goodbye();
        }
    }

    /// <summary>Lets one tick pass: physics, a reading when one is due, sending. Public for tests and for drivers with a clock of their own.</summary>
    public async Task Step(TimeSpan passed, CancellationToken ct)
    {
        var changed = _model.Advance(passed * _speed);
        var now = _clock.GetUtcNow();
        var isDue = _nextReading is null || now >= _nextReading;
        if (isDue) _nextReading = (_nextReading is { } next && next + _period > now ? next : now) + _period;
        if (isDue || changed)
        {
            var readings = isDue ? _model.Read() : _model.ReadStates();
            _memory.Keep(new(now + _model.ClockSkew, readings.Values, ++_seq, readings.IsBad));
        }
        if (_model.IsOffline)
        {
            if (_client.IsConnected) await Goodbye();
            return;
        }
        if (_memory.Count > 0) await Send(isFresh: isDue || changed, ct);
    }

    public void Dispose() => _client.Dispose();

    private async Task Send(bool isFresh, CancellationToken ct)
    {
        try
        {
            if (!_client.IsConnected && !await Connect(ct)) return;
            while (_memory.Count > (isFresh ? 1 : 0) && await Forward(isFresh, ct)) { }
            if (isFresh && _memory.Count == 1 && await Publish(Payload.Live(_memory.Peek(1)[0]), ct)) Taken(1, forwarded: false);
        }
        catch (Exception e) when (e is MqttCommunicationException or MqttConnectingFailedException or MqttClientDisconnectedException or MqttProtocolViolationException
                                      or InvalidOperationException    // the client is still busy with an ended connection
                                  || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The broker is away or closed the connection before it acknowledged. Nothing is lost: the elements are still in memory, and the next
            // tick connects again.
            if (_client.IsConnected) await Goodbye();
        }
    }

    // False: the broker refused this device. It is counted, and tried again at the next tick, for a credential may be mended meanwhile.
    private async Task<bool> Connect(CancellationToken ct)
    {
        var result = await _client.ConnectAsync(_options, ct);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            Interlocked.Increment(ref _refused);
            return false;
        }
        await _client.PublishStringAsync(Topic("status"), "online", MqttQualityOfServiceLevel.AtLeastOnce, retain: true, cancellationToken: ct);
        return true;
    }

    private async Task<bool> Forward(bool isFresh, CancellationToken ct)
    {
        var chunk = _memory.Peek(Math.Min(ElementsAMessage, _memory.Count - (isFresh ? 1 : 0)));
        if (!await Publish(Payload.Buffered(chunk), ct)) return false;
        Taken(chunk.Count, forwarded: true);
        return true;
    }

    // A refusal is final (MQTT-4.4.0-2): the message is not sent again, only counted.
    private async Task<bool> Publish(byte[] payload, CancellationToken ct)
    {
        var message = new MqttApplicationMessage { Topic = Topic("telemetry"), PayloadSegment = payload, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
        var result = await _client.PublishAsync(message, ct);
        if (!result.IsSuccess) Interlocked.Increment(ref _refused);
        return true;
    }

    private void Taken(int count, bool forwarded)
    {
        _memory.Forget(count);
        Interlocked.Add(ref _acknowledged, count);
        if (forwarded) Interlocked.Add(ref _forwarded, count);
    }

    private async Task Goodbye()
    {
        try { await _client.DisconnectAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.NormalDisconnection }); }
        catch (MqttCommunicationException) when (!_client.IsConnected)
        {
            // The other side was faster; the connection is gone either way.
        }
    }

    private string Topic(string leaf) => $"culturetrack/{_credential.Site}/{_credential.IncubatorId}/{leaf}";
}
