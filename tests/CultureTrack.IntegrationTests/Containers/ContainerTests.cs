using System.Text;
using DotNet.Testcontainers.Builders;
using MQTTnet;
using MQTTnet.Protocol;
using Npgsql;
using Testcontainers.PostgreSql;

namespace CultureTrack.IntegrationTests.Containers;

/// <summary>The two images that compose and the tests name do what they must, pulled from a registry or made by infra/images.</summary>
public sealed class ContainerTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_PostgreSQL_container_serves_the_user_and_database_it_was_asked_for()
    {
        Assert.SkipUnless(await ContainerEngine.Answers(), ContainerEngine.Reason);
        await using var postgres = new PostgreSqlBuilder("postgres:15").WithDatabase("lab").WithUsername("owner").Build();
        await postgres.StartAsync(Cancelled);

        await using var source = NpgsqlDataSource.Create(postgres.GetConnectionString());
        await using var command = source.CreateCommand("select current_database() || ' ' || current_user || ' ' || pg_encoding_to_char(6)");

        (await command.ExecuteScalarAsync(Cancelled)).ShouldBe("lab owner UTF8");
    }

    [Fact]
    public async Task A_Mosquitto_container_carries_a_message_at_least_once()
    {
        Assert.SkipUnless(await ContainerEngine.Answers(), ContainerEngine.Reason);
        await using var broker = new ContainerBuilder("eclipse-mosquitto:2").WithPortBinding(1883, assignRandomHostPort: true)
            .WithResourceMapping(Encoding.UTF8.GetBytes("listener 1883\nallow_anonymous true\n"), "/mosquitto/config/mosquitto.conf")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilInternalTcpPortIsAvailable(1883)).Build();
        await broker.StartAsync(Cancelled);

        using var client = new MqttClientFactory().CreateMqttClient();
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += message =>
        {
            received.TrySetResult(message.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer(broker.Hostname, broker.GetMappedPublicPort(1883)).Build();
        await client.ConnectAsync(options, Cancelled);
        await client.SubscribeAsync("culturetrack/main/INC-01/telemetry", MqttQualityOfServiceLevel.AtLeastOnce, Cancelled);
        await client.PublishStringAsync("culturetrack/main/INC-01/telemetry", """{"temperature":37.02}""",
            MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Cancelled);

        (await received.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled)).ShouldBe("""{"temperature":37.02}""");
    }
}
