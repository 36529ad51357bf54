using System.Diagnostics;
using System.Net.Sockets;
using CultureTrack.Grains.People;
using MailKit.Net.Smtp;
using MailKit.Security;
using Marten;
using MimeKit;

namespace CultureTrack.Grains.Notices;

/// <summary>Hands e-mails in at the site's own mail server.</summary>
internal sealed class Mailer(MailSettings settings, IDocumentStore store)
{
    private const int LongestAnswer = 120, TimeoutMs = 20_000;

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
        catch (NotSupportedException) when (settings.Tls == SecureSocketOptions.StartTls) { return Failed("the server does not offer STARTTLS, which Mail:Tls asks for", true); }
        catch (MailKit.ServiceNotAuthenticatedException) { return Failed("the server wants a sign-in: Mail:Username and Mail:Password", true); }
        catch (SslHandshakeException) { return Failed("no encryption: the server's certificate is not trusted, or Mail:Tls does not fit the port", true); }
        catch (ParseException e) { return Failed($"not an address: {e.Message}", false); }
        catch (Exception e) when (e is SocketException or IOException or MailKit.ProtocolException or MailKit.ServiceNotConnectedException or AuthenticationException or TimeoutException or NotSupportedException)
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
