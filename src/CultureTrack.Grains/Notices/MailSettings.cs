using MailKit.Security;
using Microsoft.Extensions.Configuration;

namespace CultureTrack.Grains.Notices;

/// <summary>Where e-mail is handed in: <c>Mail:Host</c>, <c>Port</c> (25), <c>Tls</c> (none, starttls, tls; starttls unless said), <c>Username</c>, <c>Password</c>, <c>From</c>. Off without a host.</summary>
public sealed record MailSettings(string? Host, int Port, SecureSocketOptions Tls, string? Username, string? Password, string From)
{
    private const int UsualPort = 25;

    public bool IsOn => !string.IsNullOrEmpty(Host);

    public static MailSettings Read(IConfiguration configuration) => new(
        configuration["Mail:Host"], int.TryParse(configuration["Mail:Port"], System.Globalization.CultureInfo.InvariantCulture, out var port) ? port : UsualPort,
        configuration["Mail:Tls"] switch { "none" => SecureSocketOptions.None, "tls" => SecureSocketOptions.SslOnConnect, _ => SecureSocketOptions.StartTls },
        configuration["Mail:Username"], configuration["Mail:Password"], configuration["Mail:From"] ?? "culturetrack@localhost");
}
