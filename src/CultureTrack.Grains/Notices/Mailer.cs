using System.Diagnostics;
using System.Net.Sockets;
using CultureTrack.Grains.People;
using MailKit.Net.Smtp;
using Marten;
using MimeKit;

namespace CultureTrack.Grains.Notices;

/// <summary>Hands e-mails in at the site's own mail server.</summary>
internal sealed class Mailer(MailSettings settings, IDocumentStore store)
{
    private const int LongestAnswer = 60, TimeoutMs = 20_000;

    public async Task<Handed> Post(Delivery delivery, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        Handed Failed(string why, bool isAway) => new(false, why.Length > LongestAnswer ? why[..LongestAnswer] : why, (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds, isAway);
        await using var session = store.QuerySession();
        if (await session.LoadAsync<UserAccount>(delivery.Target, ct) is not { IsActive: true, Email: { } address } person) return Failed("no active account with an address", false);
        try
        {
            using var client = new SmtpClient { Timeout = TimeoutMs };
            await client.ConnectAsync(settings.Host!, settings.Port, settings.Tls, ct);
            if (settings.Username is { Length: > 0 } user) await client.AuthenticateAsync(user, settings.Password ?? "", ct);
            await client.SendAsync(Message(delivery, person.FullName, address), ct);
            await client.DisconnectAsync(true, ct);
            return new(true, "handed in", (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds, false);
        }
        catch (SmtpCommandException e) { return Failed($"{(int)e.StatusCode} {e.Message}", (int)e.StatusCode < 500); }
        catch (Exception e) when (e is SocketException or IOException or MailKit.ProtocolException or MailKit.ServiceNotConnectedException or MailKit.Security.AuthenticationException
            or MailKit.Security.SslHandshakeException or TimeoutException or NotSupportedException)
        {
            return Failed(e.Message, true);
        }
    }

    private MimeMessage Message(Delivery delivery, string name, string address)
    {
        var message = new MimeMessage { Subject = delivery.Subject, Body = new TextPart("plain") { Text = delivery.Body } };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(new MailboxAddress(name, address));
        message.MessageId = $"{delivery.Id}@culturetrack";    // the same for every attempt, so that a mailbox shows it once
        return message;
    }
}
