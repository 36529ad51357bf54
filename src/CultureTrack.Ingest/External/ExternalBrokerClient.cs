using System.Threading.Channels;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using System.Buffers;

namespace CultureTrack.Ingest.External;

/// <summary>
/// Takes telemetry from an external broker. A message is acknowledged to the broker after its commit; when one is not committed the
/// connection is dropped, and the broker, which keeps the session, sends everything unacknowledged again.
/// </summary>
public sealed class ExternalBrokerClient(MqttOptions options, TelemetryPipeline pipeline, IDeviceDirectory directory, ILogger<ExternalBrokerClient> logger)
    : BackgroundService, IStatePublisher
{
    const ushort InFlightMax = 2000;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    IMqttClient? _connected;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunConnection(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "Connection to the MQTT broker {Host}:{Port} ended; connecting again", options.Host, options.Port);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                logger.LogDebug(e, "Connection to the MQTT broker closed with the server");
            }
        }
    }

    async Task RunConnection(CancellationToken ct)
    {
        // Answers go out in order of arrival, so the oldest unstored message is the only one waited for.
        var answers = Channel.CreateBounded<(MqttApplicationMessageReceivedEventArgs Message, Task Stored)>(InFlightMax);
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += async e =>
        {
            e.AutoAcknowledge = false;
            await answers.Writer.WriteAsync((e, await Receive(e, ct)), ct);
        };
        client.DisconnectedAsync += e =>
        {
            answers.Writer.TryComplete(e.Exception);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(Options(), ct);
        var subscriptions = new MqttClientSubscribeOptionsBuilder();
        foreach (var topic in (string[])["telemetry", "status", "alarm"])
            subscriptions.WithTopicFilter(f => f.WithTopic(Filter($"{Topics.Root}/+/+/{topic}")).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce));
        await client.SubscribeAsync(subscriptions.Build(), ct);
        logger.LogInformation("Taking telemetry from the MQTT broker {Host}:{Port}", options.Host, options.Port);
        _connected = client;
        try
        {
            await foreach (var (message, stored) in answers.Reader.ReadAllAsync(ct))
            {
                await stored;    // throws when not committed: the connection goes, and the broker sends again
                if (client.IsConnected) await message.AcknowledgeAsync(ct);
            }
        }
        finally
        {
            _connected = null;
        }
    }

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
            .WithTlsOptions(tls => tls.UseTls(options.Tls));
        return options.Username is { } user ? builder.WithCredentials(user, options.Password).Build() : builder.Build();
    }

    async Task<Task> Receive(MqttApplicationMessageReceivedEventArgs e, CancellationToken ct)
    {
        // What the broker had kept as retained is no new reading.
        if (e.ApplicationMessage.Retain) return Task.CompletedTask;
        var topic = e.ApplicationMessage.Topic;
        var levels = topic.Split('/');
        var owner = levels is [_, var site, var incubator, _] ? directory.OwnerOf(site, incubator) ?? Unknown(site) : Unknown("");
        return (await pipeline.Receive(owner, e.ClientId, topic, e.ApplicationMessage.Payload, ct)).Stored;
    }

    /// <summary>Nobody's topic: the pipeline refuses it and keeps it in the reject log.</summary>
    static DeviceIdentity Unknown(string site) => new("", "", site, [], DeviceKind.Device);

    public async Task Publish(string site, string incubatorId, ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        if (_connected is not { IsConnected: true } client) return;    // the state is published again with the next reading
        await client.PublishAsync(new MqttApplicationMessage
        {
            Topic = Topics.State(site, incubatorId),
            Payload = new ReadOnlySequence<byte>(json),
            Retain = true,
            ContentType = "application/json",
        }, ct);
    }
}
