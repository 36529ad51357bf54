using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace CultureTrack.IntegrationTests.Mail;

/// <summary>A mail server of other authors, over real SMTP, on a port that stays the same when it is started anew.</summary>
internal sealed class MailServer : MessageStore, IAsyncDisposable
{
    private readonly List<(SmtpServer.SmtpServer Server, Task Running)> _started = [];

    public MailServer()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>What it says to a message.</summary>
    public SmtpResponse Answers { get; set; } = SmtpResponse.Ok;
    public ConcurrentQueue<MimeMessage> Taken { get; } = [];
    public ConcurrentQueue<(string User, string Password)> SignIns { get; } = [];

    public void Start(X509Certificate2? certificate = null, bool wantsSignIn = false)
    {
        var options = new SmtpServerOptionsBuilder().ServerName("mail.test").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port));
            if (certificate is not null) endpoint.Certificate(certificate);
            if (wantsSignIn) endpoint.AuthenticationRequired().AllowUnsecureAuthentication();
        }).Build();
        var services = new ServiceProvider();
        services.Add(this);
        services.Add(new DelegatingUserAuthenticator((user, password) => { SignIns.Enqueue((user, password)); return true; }));
        var server = new SmtpServer.SmtpServer(options, services);
        _started.Add((server, server.StartAsync(CancellationToken.None)));
    }

    public async Task Stop()
    {
        foreach (var (server, running) in _started)
        {
            server.Shutdown();
            await running;
        }
        _started.Clear();
    }

    public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        if (Answers != SmtpResponse.Ok) return Answers;
        using var content = new MemoryStream(buffer.ToArray());
        Taken.Enqueue(await MimeMessage.LoadAsync(content, cancellationToken));
        return Answers;
    }

    public async ValueTask DisposeAsync() => await Stop();
}
