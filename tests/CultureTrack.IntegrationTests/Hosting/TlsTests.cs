using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using CultureTrack.IntegrationTests.Mqtt;
using CultureTrack.Ingest;
using MQTTnet;
using MQTTnet.Formatter;

namespace CultureTrack.IntegrationTests.Hosting;

/// <summary>The encrypted ways in: MQTT and HTTP.</summary>
public sealed class TlsTests(PostgresFixture postgres) : IDisposable
{
    readonly TestCertificate _certificate = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _certificate.Dispose();

    async Task<BrokerHarness> Broker() => await BrokerHarness.Start(await (await postgres.CreateDatabase()).Migrated(), options: new MqttOptions
    {
        Listen = new(IPAddress.Loopback, 0),
        ListenTls = new(IPAddress.Loopback, 0),
        CertificateFile = _certificate.CertificateFile,
        CertificateKeyFile = _certificate.KeyFile,
    });

    MqttClientOptions Options(int port, bool trusting) => new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500)
        .WithClientId("inc01").WithCredentials("inc01", "secret")
        .WithTlsOptions(tls => tls.UseTls().WithCertificateValidationHandler(shown => trusting && _certificate.IsThis(shown.Certificate))).Build();

    [Fact]
    public async Task A_device_publishes_over_TLS_and_is_answered_after_the_commit()
    {
        await using var lab = await Broker();
        using var device = new MqttClientFactory().CreateMqttClient();
        await device.ConnectAsync(Options(lab.Broker.TlsPort!.Value, trusting: true), Ct);
        (await BrokerHarness.Send(device, "culturetrack/main/INC-01/telemetry", """{"temperature":37.02}""")).ReasonCode.ShouldBe(MqttClientPublishReasonCode.Success);
        (await lab.Points("INC-01", "temperature")).ShouldHaveSingleItem().Value.ShouldBe(37.02);
        using var plain = await lab.Connect("inc02");    // the port without TLS goes on beside it
        (await BrokerHarness.Send(plain, "culturetrack/main/INC-02/telemetry", """{"temperature":37}""")).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_certificate_does_not_connect_and_the_broker_goes_on()
    {
        await using var lab = await Broker();
        using var suspicious = new MqttClientFactory().CreateMqttClient();
        await Should.ThrowAsync<Exception>(() => suspicious.ConnectAsync(Options(lab.Broker.TlsPort!.Value, trusting: false), Ct));
        using var device = new MqttClientFactory().CreateMqttClient();
        (await device.ConnectAsync(Options(lab.Broker.TlsPort!.Value, trusting: true), Ct)).ResultCode.ShouldBe(MqttClientConnectResultCode.Success);
    }

    [Fact]
    public async Task The_server_answers_over_HTTPS_and_says_where_it_takes_MQTT_over_TLS()
    {
        var database = await postgres.CreateDatabase();
        using var server = Process.Start(CommandLine.Start([
            ("ConnectionStrings:CultureTrack", database.RuntimeConnectionString), ("ConnectionStrings:CultureTrackOwner", database.OwnerConnectionString),
            ("Urls", "https://127.0.0.1:0"), ("Https:CertificateFile", _certificate.CertificateFile), ("Https:CertificateKeyFile", _certificate.KeyFile),
            ("Mqtt:Listen", "127.0.0.1:0"), ("Mqtt:ListenTls", "127.0.0.1:0"), ("Mqtt:CertificateFile", _certificate.CertificateFile), ("Mqtt:CertificateKeyFile", _certificate.KeyFile)]))!;
        var said = new List<string>();
        while (!said.Any(line => line.Contains("with TLS", StringComparison.Ordinal)))
            said.Add(await server.StandardOutput.ReadLineAsync(Ct) ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync(Ct)));
        var rest = server.StandardOutput.ReadToEndAsync(Ct);
        var url = Regex.Match(string.Join('\n', said), @"answers at (https://\S+)").Groups[1].Value;
        var mqttPort = int.Parse(Regex.Match(said[^1], @"TLS to port (\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => _certificate.IsThis(shown) };
        using var http = new HttpClient(handler);
        (await http.GetAsync(new Uri(new Uri(url), "/health/live"), Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var stranger = new MqttClientFactory().CreateMqttClient();
        (await stranger.ConnectAsync(Options(mqttPort, trusting: true), Ct)).ResultCode.ShouldBe(MqttClientConnectResultCode.BadUserNameOrPassword);
        (await CommandLine.Interrupt(server)).ShouldBe(0, await rest);
    }
}
