using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace CultureTrack.Ingest;

public enum MqttMode
{
    /// <summary>The broker is part of this process.</summary>
    Embedded,
    /// <summary>The broker is another one; several servers may share its load.</summary>
    External,
}

/// <summary>The settings <c>Mqtt:*</c>.</summary>
public sealed record MqttOptions
{
    public MqttMode Mode { get; init; }

    /// <summary>Address of the embedded broker; port 0 = any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 1883);

    /// <summary>Address of the embedded broker with TLS; null = off.</summary>
    public IPEndPoint? ListenTls { get; init; }

    /// <summary>PEM files for <see cref="ListenTls"/>.</summary>
    public string? CertificateFile { get; init; }

    public string? CertificateKeyFile { get; init; }

    /// <summary>The external broker.</summary>
    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = 1883;
    public bool Tls { get; init; }
    public string? Username { get; init; }
    public string? Password { get; init; }

    /// <summary>
    /// Client id at the external broker; the same after every restart, so that the broker keeps what came meanwhile. Several servers need one each:
    /// with <c>Orleans:Clustering=postgres</c> the machine's name is part of the default.
    /// </summary>
    public string ClientId { get; init; } = DefaultClientId;

    /// <summary>
    /// Name of the group of servers that share an external broker's messages; null = this server takes all of them. With
    /// <c>Orleans:Clustering=postgres</c> the servers form a group by default.
    /// </summary>
    public string? SharedGroup { get; init; }

    /// <summary>Pause before the first new attempt to reach the external broker; doubled after each failure.</summary>
    public TimeSpan ReconnectPauseMin { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause between two attempts.</summary>
    public TimeSpan ReconnectPauseMax { get; init; } = TimeSpan.FromSeconds(30);

    const string DefaultClientId = "culturetrack-server", DefaultGroup = "culturetrack";

    /// <summary>Reads the section <c>Mqtt</c>.</summary>
    /// <exception cref="UnusableSettingException">An address or number cannot be read; the message names the setting.</exception>
    public static MqttOptions From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Mqtt");
        var defaults = new MqttOptions();
        var several = configuration["Orleans:Clustering"] == "postgres";
        return new MqttOptions
        {
            Mode = section["Mode"] is { Length: > 0 } mode ? Enum.TryParse<MqttMode>(mode, ignoreCase: true, out var parsed) ? parsed : throw Wrong("Mode", mode, "embedded or external") : defaults.Mode,
            Listen = Address(section, "Listen") ?? defaults.Listen,
            ListenTls = Address(section, "ListenTls"),
            CertificateFile = section["CertificateFile"],
            CertificateKeyFile = section["CertificateKeyFile"],
            Host = section["Host"] ?? defaults.Host,
            Port = section["Port"] is { Length: > 0 } port ? int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("Port", port, "a number") : defaults.Port,
            Tls = bool.TryParse(section["Tls"], out var tls) && tls,
            Username = section["Username"],
            Password = section["Password"],
            ClientId = section["ClientId"] ?? (several ? $"{DefaultClientId}-{Environment.MachineName}" : DefaultClientId),
            SharedGroup = section["SharedGroup"] ?? (several ? DefaultGroup : null),
        };
    }

    /// <summary>The certificate of <see cref="ListenTls"/>.</summary>
    /// <exception cref="UnusableSettingException">There is none, or it cannot be used.</exception>
    public PemCertificate Certificate() => CertificateFile is { Length: > 0 } file
        ? PemCertificate.Load("Mqtt", file, CertificateKeyFile)
        : throw new UnusableSettingException("Mqtt:ListenTls needs Mqtt:CertificateFile and Mqtt:CertificateKeyFile.");

    static IPEndPoint? Address(IConfigurationSection section, string name) => section[name] switch
    {
        null or "" => null,
        var text when IPEndPoint.TryParse(text.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase).Replace("*", "0.0.0.0", StringComparison.Ordinal), out var at) => at,
        var text => throw Wrong(name, text, "an address such as 127.0.0.1:1883"),
    };

    static UnusableSettingException Wrong(string name, string value, string expected) => new($"Mqtt:{name} is {value}; expected {expected}.");
}
