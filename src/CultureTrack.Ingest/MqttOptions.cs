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

    /// <summary>Client id at the external broker; the same after every restart, so that the broker keeps what came meanwhile.</summary>
    public string ClientId { get; init; } = "culturetrack-server";

    /// <summary>Name of the group of servers that share an external broker's messages; null = this server takes all of them.</summary>
    public string? SharedGroup { get; init; }

    /// <summary>Reads the section <c>Mqtt</c>.</summary>
    /// <exception cref="FormatException">An address or number cannot be read; the message names the setting.</exception>
    public static MqttOptions From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Mqtt");
        var defaults = new MqttOptions();
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
            ClientId = section["ClientId"] ?? defaults.ClientId,
            SharedGroup = section["SharedGroup"],
        };
    }

    static IPEndPoint? Address(IConfigurationSection section, string name) => section[name] switch
    {
        null or "" => null,
        var text when IPEndPoint.TryParse(text.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase).Replace("*", "0.0.0.0", StringComparison.Ordinal), out var at) => at,
        var text => throw Wrong(name, text, "an address such as 127.0.0.1:1883"),
    };

    static FormatException Wrong(string name, string value, string expected) => new($"Mqtt:{name} is {value}; expected {expected}.");
}
