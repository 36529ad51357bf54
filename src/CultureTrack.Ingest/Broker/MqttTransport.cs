using System.Net;
using System.Security.Cryptography.X509Certificates;
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
        _services = new ServiceCollection().AddSingleton(loggers).AddLogging().AddSingleton(Handler).BuildServiceProvider();
        var kestrel = new KestrelServerOptions { ApplicationServices = _services };
        kestrel.Listen(options.Listen, listen => Use(_plain = listen));
        if (options.ListenTls is { } tls)
            kestrel.Listen(tls, listen =>
            {
                _tls = listen;
                listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = Certificate(options) });
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

    static X509Certificate2 Certificate(MqttOptions options) => options.CertificateFile is { } file
        ? X509Certificate2.CreateFromPemFile(file, options.CertificateKeyFile)
        : throw new InvalidOperationException("Mqtt:ListenTls needs Mqtt:CertificateFile and Mqtt:CertificateKeyFile.");

    public Task Start(CancellationToken ct) => _kestrel.StartAsync(new NoHttp(), ct);

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
