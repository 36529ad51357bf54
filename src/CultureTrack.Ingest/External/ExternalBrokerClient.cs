using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace CultureTrack.Ingest.External;

/// <summary>
/// Takes telemetry from an external broker. A message is acknowledged to the broker after its commit; when one is not committed the
/// connection is dropped, and the broker, which keeps the session, sends everything unacknowledged again. While the broker is away it is
/// looked for again and again, at growing intervals.
/// </summary>
public sealed class ExternalBrokerClient(MqttOptions options, TelemetryPipeline pipeline, IDeviceDirectory directory, ILogger<ExternalBrokerClient> logger)
    : BackgroundService, IStatePublisher
{
    const ushort InFlightMax = 2000;
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    volatile IMqttClient? _connected;

    /// <summary>True while the subscription is in force.</summary>
    public bool Connected => _connected is { IsConnected: true };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Starting a server does not wait for its broker.
        await Task.Yield();
        var pause = options.ReconnectPauseMin;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var acknowledged = new Counter();
            try
            {
                await RunConnection(acknowledged, stoppingToken);
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested) return;
                // A connection that did its work was a good one; one that only fails is tried less and less often.
                if (acknowledged.Value > 0 || Stopwatch.GetElapsedTime(began) > options.ReconnectPauseMax) pause = options.ReconnectPauseMin;
                logger.LogWarning("No telemetry from the MQTT broker {Host}:{Port}: {Reason}. Next attempt in {Seconds:0.0} s", options.Host, options.Port, Reason(e), pause.TotalSeconds);
                logger.LogDebug(e, "Connection to the MQTT broker ended");
                await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < options.ReconnectPauseMax ? pause * 2 : options.ReconnectPauseMax;
            }
        }
    }

    // The outer exception of a connection says only that it failed.
    static string Reason(Exception e) => e.InnerException is { } inner && e is MQTTnet.Exceptions.MqttCommunicationException ? Reason(inner) : e.Message.TrimEnd('.');

    async Task RunConnection(Counter acknowledged, CancellationToken ct)
    {
        // Answers go out in order of arrival, so the oldest unstored message is the only one waited for. The pipeline holds back who is too fast.
        var answers = Channel.CreateUnbounded<(MqttApplicationMessageReceivedEventArgs Message, Task Stored)>(new() { SingleReader = true });
        var taking = new SemaphoreSlim(1, 1);
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += async e =>
        {
            e.AutoAcknowledge = false;
            await taking.WaitAsync(CancellationToken.None);
            // What comes after the server was told to end stays unanswered and unstored: the broker keeps it.
            if (!ct.IsCancellationRequested) answers.Writer.TryWrite((e, await Receive(e, ct)));
            taking.Release();
        };
        client.DisconnectedAsync += e =>
        {
            answers.Writer.TryComplete(new BrokerConnectionException(Ended(e), e.Exception));
            return Task.CompletedTask;
        };
        await Connect(client, ct);
        _connected = client;
        // At the server's end what is in hand is still committed and acknowledged, so that it does not come again.
        await using var ending = ct.Register(() => _ = Task.Run(async () =>
        {
            await taking.WaitAsync();
            answers.Writer.TryComplete();
            taking.Release();
        }, CancellationToken.None));
        try
        {
            await foreach (var (message, stored) in answers.Reader.ReadAllAsync(CancellationToken.None))
            {
                await stored;    // throws when not committed: the connection goes, and the broker sends again
                if (!client.IsConnected) continue;
                await message.AcknowledgeAsync(CancellationToken.None);
                acknowledged.Value++;
            }
            // Its answer means that the broker has read the acknowledgements; closing while it still sends would reset the connection and lose them.
            await client.PingAsync(CancellationToken.None);
            await client.DisconnectAsync(new MqttClientDisconnectOptionsBuilder().WithReason(MqttClientDisconnectOptionsReason.NormalDisconnection).Build(), CancellationToken.None);
        }
        finally
        {
            _connected = null;
            answers.Writer.TryComplete();
        }
    }

    async Task Connect(IMqttClient client, CancellationToken ct)
    {
        var connected = await client.ConnectAsync(Options(), ct);
        if (connected.ResultCode != MqttClientConnectResultCode.Success)
            throw new BrokerConnectionException(connected.ResultCode is MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized
                ? "it refuses Mqtt:Username and Mqtt:Password" : $"it refuses the connection ({connected.ResultCode} {connected.ReasonString})");
        var subscriptions = new MqttClientSubscribeOptionsBuilder();
        foreach (var topic in (string[])["telemetry", "status", "alarm"])
            subscriptions.WithTopicFilter(f => f.WithTopic(Filter($"{Topics.Root}/+/+/{topic}")).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce));
        var granted = await client.SubscribeAsync(subscriptions.Build(), ct);
        if (granted.Items.FirstOrDefault(i => i.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2) is { } refused)
            throw new BrokerConnectionException($"it refuses the subscription to {refused.TopicFilter.Topic} ({refused.ResultCode}); its topic rules must let Mqtt:Username read {Topics.Root}/#");
        logger.LogInformation("Taking telemetry from the MQTT broker {Host}:{Port} as {ClientId}, {Session}", options.Host, options.Port, options.ClientId,
            connected.IsSessionPresent ? "with what it kept for us" : "in a new session");
    }

    string Ended(MqttClientDisconnectedEventArgs e) => e.Reason switch
    {
        MqttClientDisconnectReason.SessionTakenOver => $"another client connected as {options.ClientId}; every server needs an Mqtt:ClientId of its own",
        _ when e.Exception is { } cause => Reason(cause),
        _ => $"it closed the connection ({e.Reason} {e.ReasonString})".Replace(" )", ")", StringComparison.Ordinal),
    };

    string Filter(string topic) => options.SharedGroup is { Length: > 0 } group ? $"$share/{group}/{topic}" : topic;

    MqttClientOptions Options()
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(options.ClientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval(uint.MaxValue)
            .WithReceiveMaximum(InFlightMax)
            .WithTimeout(ConnectPatience)
            .WithTlsOptions(tls => tls.UseTls(options.Tls));
        return options.Username is { } user ? builder.WithCredentials(user, options.Password).Build() : builder.Build();
    }

    /// <summary>Hands a message to the pipeline; every failure is the task's, so that the message is known to be unanswered.</summary>
    async Task<Task> Receive(MqttApplicationMessageReceivedEventArgs e, CancellationToken ct)
    {
        try
        {
            var topic = e.ApplicationMessage.Topic;
            // What the broker had kept as retained is no new reading, and no new alarm; a status is what it still says.
            if (e.ApplicationMessage.Retain && !topic.EndsWith("/status", StringComparison.Ordinal)) return Task.CompletedTask;
            var levels = topic.Split('/');
            var owner = levels is [_, var site, var incubator, _] ? directory.OwnerOf(site, incubator) ?? Unknown(site) : Unknown("");
            return (await pipeline.Receive(owner, e.ClientId, topic, e.ApplicationMessage.Payload, ct)).Stored;
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
    }

    /// <summary>Nobody's topic: the pipeline refuses it and keeps it in the reject log.</summary>
    static DeviceIdentity Unknown(string site) => new("", "", site, [], DeviceKind.Device);

    public async Task Publish(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        if (_connected is not { IsConnected: true } client) return;    // the state is published again with the next reading
        try
        {
            await client.PublishAsync(new MqttApplicationMessage
            {
                Topic = Topics.State(site, incubatorId),
                Payload = new ReadOnlySequence<byte>(json),
                Retain = true,
                ContentType = "application/json",
            }, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.LogDebug(e, "The state of {Incubator} was not published: the broker has just gone", incubatorId);
        }
    }

    public async Task<bool> Tell(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        if (_connected is not { IsConnected: true } client) return false;
        try
        {
            var answer = await client.PublishAsync(new MqttApplicationMessage
            {
                Topic = Topics.Alarms(site, incubatorId),
                Payload = new ReadOnlySequence<byte>(json),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                ContentType = "application/json",
            }, ct);
            return answer.IsSuccess;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.LogDebug(e, "An alarm of {Incubator} was not published: the broker has just gone", incubatorId);
            return false;
        }
    }

    sealed class Counter
    {
        public long Value { get; set; }
    }
}

/// <summary>The external broker does not take this server, or has ended its connection; the message says why.</summary>
public sealed class BrokerConnectionException(string message, Exception? inner = null) : Exception(message, inner);
