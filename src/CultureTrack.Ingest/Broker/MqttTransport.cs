using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet.AspNetCore;

namespace CultureTrack.Ingest.Broker;

/// <summary>
/// The broker's sockets: a Kestrel of its own, so that its addresses do not replace those of the web server and it can run without one.
/// </summary>
sealed class MqttTransport : IAsyncDisposable
{
    readonly KestrelServer _kestrel;
    readonly ServiceProvider _services;
    ListenOptions? _plain, _tls;

    public MqttTransport(MqttOptions options, ILoggerFactory loggers)
    {
        Handler = new MqttConnectionHandler();
        // An empty web application only for its services: TLS asks for some of Kestrel's own.
        var services = WebApplication.CreateEmptyBuilder(new());
        services.WebHost.UseKestrelCore();
        _services = services.Services.AddSingleton(loggers).AddSingleton(Handler).BuildServiceProvider();
        var kestrel = new KestrelServerOptions { ApplicationServices = _services };
        kestrel.Listen(options.Listen, listen => Use(_plain = listen));
        if (options.ListenTls is { } tls)
            kestrel.Listen(tls, listen =>
            {
                _tls = listen;
                var certificate = options.Certificate();
                listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate.Certificate, ServerCertificateChain = certificate.Chain });
                Use(listen);
            });
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _kestrel = new KestrelServer(Options.Create(kestrel), sockets, loggers);
    }

    public MqttConnectionHandler Handler { get; }

    public int Port => (_plain?.EndPoint as IPEndPoint)?.Port ?? 0;

    public int? TlsPort => (_tls?.EndPoint as IPEndPoint)?.Port;

    static void Use(ListenOptions listen)
    {
        listen.UsePacketSizeLimit();
        listen.UseMqtt();
    }

    /// <exception cref="UnusableSettingException">An address cannot be listened on.</exception>
    public async Task Start(CancellationToken ct)
    {
        try
        {
            await _kestrel.StartAsync(new NoHttp(), ct);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UnusableSettingException($"The MQTT broker cannot listen: {e.Message} Set Mqtt:Listen or Mqtt:ListenTls to a free address.", e);
        }
    }

    public Task Stop(CancellationToken ct) => _kestrel.StopAsync(ct);

    public async ValueTask DisposeAsync()
    {
        _kestrel.Dispose();
        await _services.DisposeAsync();
    }

    /// <summary>Kestrel asks for an HTTP application; every endpoint here ends in the MQTT handler, so this one is never called.</summary>
    sealed class NoHttp : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException("This server speaks MQTT only.");

        public Task ProcessRequestAsync(object context) => Task.CompletedTask;

        public void DisposeContext(object context, Exception? exception)
        {
        }
    }
}
