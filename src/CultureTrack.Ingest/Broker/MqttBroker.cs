using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Npgsql;

namespace CultureTrack.Ingest.Broker;

/// <summary>
/// The embedded broker. A publish is decoded and handed to the writer at once; its PUBACK or PUBREC is held back in the outbound hook
/// until the group with the message is committed, so that one slow commit holds up nobody else's publishes. A failed commit closes the
/// connection without an answer, and the device sends again.
/// </summary>
public sealed class MqttBroker : IHostedService, IStatePublisher, IAsyncDisposable
{
    /// <summary>Sender of the server's own messages; no client may call itself so.</summary>
    const string ServerClientId = "$culturetrack";

    const int PendingMessagesPerClientMax = 1000;

    readonly ConcurrentDictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    readonly TelemetryPipeline _pipeline;
    readonly IDeviceDirectory _directory;
    readonly IngestMetrics _metrics;
    readonly ILogger<MqttBroker> _logger;
    readonly MqttTransport _transport;
    readonly MqttServer _server;
    readonly RetainedMessages _retained;
    bool _stopped;

    public MqttBroker(MqttOptions options, TelemetryPipeline pipeline, IDeviceDirectory directory, NpgsqlDataSource source, TimeProvider time,
        IngestMetrics metrics, ILoggerFactory loggers)
    {
        (_pipeline, _directory, _metrics, _logger) = (pipeline, directory, metrics, loggers.CreateLogger<MqttBroker>());
        _transport = new MqttTransport(options, loggers);
        _retained = new RetainedMessages(source, time, _logger);
        var factory = new MqttServerFactory();
        var serverOptions = factory.CreateServerOptionsBuilder().WithPersistentSessions().WithMaxPendingMessagesPerClient(PendingMessagesPerClientMax).Build();
        _server = factory.CreateMqttServer(serverOptions, [new NamelessClients(_transport.Handler)]);
        _server.ValidatingConnectionAsync += Validate;
        _server.InterceptingInboundPacketAsync += Inbound;
        _server.InterceptingPublishAsync += Publish;
        _server.InterceptingOutboundPacketAsync += Outbound;
        _server.InterceptingSubscriptionAsync += Subscribe;
        _server.SessionDeletedAsync += e =>
        {
            _sessions.TryRemove(e.Id, out _);
            return Task.CompletedTask;
        };
        _server.LoadingRetainedMessageAsync += async e => e.LoadedRetainedMessages = await _retained.Load(CancellationToken.None);
        _server.RetainedMessageChangedAsync += e =>
        {
            _retained.Changed(e.ChangedRetainedMessage);
            return Task.CompletedTask;
        };
    }

    /// <summary>Real port without TLS, once started.</summary>
    public int Port => _transport.Port;

    /// <summary>Real port with TLS; null when off.</summary>
    public int? TlsPort => _transport.TlsPort;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync();
        _retained.Start();
        await _transport.Start(cancellationToken);
        _logger.LogInformation("The MQTT broker listens on port {Port}, TLS {TlsPort}", Port, TlsPort?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "off");
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped) return;
        _stopped = true;
        await _server.StopAsync(new MqttServerStopOptionsBuilder().WithDefaultClientDisconnectOptions(o => o.WithReasonCode(MqttDisconnectReasonCode.ServerShuttingDown)).Build());
        await _transport.Stop(cancellationToken);
        await _retained.DisposeAsync();
    }

    public Task Publish(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct) => Inject(Topics.State(site, incubatorId), json, retain: true, ct);

    public async Task<bool> Tell(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        if (_stopped || !_server.IsStarted) return false;
        await Inject(Topics.Alarms(site, incubatorId), json, retain: false, ct);
        return true;
    }

    Task Inject(string topic, ReadOnlyMemory<byte> json, bool retain, CancellationToken ct) =>
        _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(json),
            Retain = retain,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            ContentType = "application/json",
        })
        { SenderClientId = ServerClientId }, ct);

    async Task Validate(ValidatingConnectionEventArgs e)
    {
        if (string.IsNullOrEmpty(e.ClientId)) e.AssignedClientIdentifier = $"auto-{Guid.CreateVersion7():n}";
        var clientId = string.IsNullOrEmpty(e.ClientId) ? e.AssignedClientIdentifier : e.ClientId;
        var password = e.RawPassword is { Length: > 0 } raw ? Encoding.UTF8.GetString(raw) : null;
        if (clientId == ServerClientId) e.ReasonCode = MqttConnectReasonCode.ClientIdentifierNotValid;
        else if (await _directory.Verify(clientId, e.UserName, password, e.CancellationToken) is not { } identity) e.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        else
        {
            var session = _sessions.GetOrAdd(clientId, _ => new ClientSession(identity));
            // Another device must not get at the waiting messages of a session by taking its client id.
            if (session.Identity.DeviceId != identity.DeviceId)
            {
                e.ReasonCode = MqttConnectReasonCode.ClientIdentifierNotValid;
                return;
            }
            session.Identity = identity;
            session.Reconnected(e.CleanSession ?? true);
        }
    }

    Task Inbound(InterceptingPacketEventArgs e)
    {
        if (!_sessions.TryGetValue(e.ClientId, out var session)) return Task.CompletedTask;
        if (e.Packet is MqttPublishPacket publish) session.HandledPacketId = publish.PacketIdentifier;
        else if (e.Packet is MqttPubRelPacket release) session.Release(release.PacketIdentifier);
        return Task.CompletedTask;
    }

    async Task Publish(InterceptingPublishEventArgs e)
    {
        if (e.ClientId == ServerClientId) return;
        if (!_sessions.TryGetValue(e.ClientId, out var session))
        {
            (e.ProcessPublish, e.CloseConnection) = (false, true);
            return;
        }
        var message = e.ApplicationMessage;
        var (packetId, exactlyOnce) = (session.HandledPacketId, message.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce);
        session.HandledPacketId = 0;
        if (exactlyOnce && session.IsRepeat(packetId))
        {
            e.ProcessPublish = false;
            session.OweAgain(packetId);
            return;
        }
        var reception = await _pipeline.Receive(session.Identity, e.ClientId, message.Topic ?? "", message.Payload, e.CancellationToken);
        e.ProcessPublish = reception.Forward;
        e.Response.ReasonCode = (MqttPubAckReasonCode)reception.Code;
        if (reception.Reason.Length > 0) e.Response.ReasonString = reception.Reason;
        if (packetId != 0 && message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce)
            session.Owe(packetId, reception.Stored, untilReleased: exactlyOnce && reception.Code == ReasonCodes.Success);
    }

    Task Outbound(InterceptingPacketEventArgs e) => e.Packet switch
    {
        MqttPubAckPacket ack => Answer(e, ack.PacketIdentifier, () => ack.ReasonCode = Plain(ack.ReasonCode)),
        MqttPubRecPacket received => Answer(e, received.PacketIdentifier, () =>
            received.ReasonCode = received.ReasonCode == MqttPubRecReasonCode.NoMatchingSubscribers ? MqttPubRecReasonCode.Success : received.ReasonCode),
        _ => Task.CompletedTask,
    };

    /// <summary>The store is the subscriber that counts: "no matching subscribers" would only alarm a sender.</summary>
    static MqttPubAckReasonCode Plain(MqttPubAckReasonCode code) => code == MqttPubAckReasonCode.NoMatchingSubscribers ? MqttPubAckReasonCode.Success : code;

    async Task Answer(InterceptingPacketEventArgs e, ushort packetId, Action settle)
    {
        if (!_sessions.TryGetValue(e.ClientId, out var session) || session.Answer(packetId) is not { } stored)
        {
            e.ProcessPacket = false;    // left over from an earlier connection, whose message may not be committed
            return;
        }
        if (!stored.IsCompletedSuccessfully)
        {
            await stored.WaitAsync(e.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stored.IsCompletedSuccessfully)
            {
                e.ProcessPacket = false;
                session.Release(packetId);
                await Disconnect(e.ClientId);
                return;
            }
        }
        settle();
    }

    async Task Disconnect(string clientId)
    {
        _metrics.Unacknowledged();
        try
        {
            await _server.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.UnspecifiedError, ReasonString = "not stored, send again" });
        }
        catch (InvalidOperationException e)
        {
            _logger.LogDebug(e, "Client {Client} had gone already", clientId);
        }
    }

    Task Subscribe(InterceptingSubscriptionEventArgs e)
    {
        if (_sessions.TryGetValue(e.ClientId, out var session) && Topics.MaySubscribe(e.TopicFilter.Topic, session.Identity)) return Task.CompletedTask;
        e.ProcessSubscription = false;
        e.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _server.Dispose();
        await _transport.DisposeAsync();
    }
}
