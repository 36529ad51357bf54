using CultureTrack.Ingest;
using CultureTrack.Ingest.Broker;
using CultureTrack.Web.Api;

namespace CultureTrack.Server.Hosting;

/// <summary>The real ports, for <c>GET /about</c>: a port of 0 in the settings means any free one.</summary>
internal sealed class AboutPorts(MqttOptions mqtt, IServiceProvider services, Database database) : IAboutSource
{
    public IEnumerable<KeyValuePair<string, object?>> Facts()
    {
        var broker = services.GetService<MqttBroker>();
        yield return new("mqttMode", mqtt.Mode == MqttMode.Embedded ? "embedded" : "external");
        yield return new("mqttHost", broker is null ? mqtt.Host : mqtt.Listen.Address.ToString());
        yield return new("mqttPort", broker?.Port ?? mqtt.Port);
        yield return new("mqttTlsPort", broker?.TlsPort);
        yield return new("postgres", database.EmbeddedPort is null ? "external" : "embedded");
        yield return new("postgresPort", database.EmbeddedPort);
    }
}
