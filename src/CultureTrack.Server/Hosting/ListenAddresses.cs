using System.Net;
using System.Net.Sockets;
using CultureTrack.Ingest;

namespace CultureTrack.Server.Hosting;

/// <summary>
/// Looks at the addresses this server is to listen on before anything is started or filled, so that a taken port or a wrong certificate is told at
/// once and by the setting's name.
/// </summary>
internal static class ListenAddresses
{
    /// <exception cref="SettingException">An address is taken, forbidden or unreadable.</exception>
    /// <exception cref="UnusableSettingException">A certificate cannot be used, or a setting of MQTT is unreadable.</exception>
    public static void Check(LabSettings settings)
    {
        foreach (var url in settings.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) CheckUrl(url, settings);
        if (settings.HttpsCertificateFile is not null && !settings.Urls.Contains("https://", StringComparison.OrdinalIgnoreCase))
            throw new SettingException($"Https:CertificateFile is set, but Urls ({settings.Urls}) names no https address.");
        if (settings.HttpsCertificateFile is { } file) _ = PemCertificate.Load("Https", file, settings.HttpsCertificateKeyFile);
        if (settings.PostgresPort != 0 && settings.Runtime is null) Probe("Postgres:Port", new IPEndPoint(IPAddress.Loopback, settings.PostgresPort));
        var mqtt = MqttOptions.From(settings.Configuration);
        if (mqtt.Mode == MqttMode.External) return;
        if (settings.ClusteredSilos) throw new SettingException("Several servers (Orleans:Clustering=postgres) need a broker they share: set Mqtt:Mode=external.");
        Probe("Mqtt:Listen", mqtt.Listen);
        if (mqtt.ListenTls is not { } tls) return;
        Probe("Mqtt:ListenTls", tls);
        _ = mqtt.Certificate();
    }

    private static void CheckUrl(string url, LabSettings settings)
    {
        BindingAddress address;
        try { address = BindingAddress.Parse(url); }
        catch (FormatException e) { throw new SettingException($"Urls names {url}, which is no address such as http://localhost:8080: {e.Message}"); }
        if (address.Scheme == "https" && settings.HttpsCertificateFile is null)
            throw new SettingException($"Urls names {url}, which needs a certificate: set Https:CertificateFile and Https:CertificateKeyFile, or use http.");
        foreach (var host in Hosts(address.Host)) Probe("Urls", new IPEndPoint(host, address.Port));
    }

    private static IEnumerable<IPAddress> Hosts(string host) => host switch
    {
        _ when host.Equals("localhost", StringComparison.OrdinalIgnoreCase) => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var ip) => [ip],
        _ => [IPAddress.Any],
    };

    private static void Probe(string setting, IPEndPoint address)
    {
        if (address.Port == 0) return;
        using var probe = new TcpListener(address);
        try { probe.Start(); }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new SettingException($"Port {address.Port} of {setting} is in use by another program, perhaps by a CultureTrack that runs already. Stop it, or set {setting} to a free port.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new SettingException($"This account may not listen on port {address.Port} of {setting}. Set {setting} to a port above 1023.");
        }
        catch (SocketException e)
        {
            // Where there is no IPv6, localhost is IPv4 alone; any other address that this machine lacks is a mistake.
            if (!Equals(address.Address, IPAddress.IPv6Loopback)) throw new SettingException($"{setting} names {address}, which cannot be listened on: {e.Message}.");
        }
    }
}
