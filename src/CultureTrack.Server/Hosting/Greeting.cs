using CultureTrack.Grains.People;
using CultureTrack.Ingest;
using CultureTrack.Ingest.Broker;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CultureTrack.Server.Hosting;

/// <summary>What a person sees when the server is up.</summary>
internal static class Greeting
{
    public static async Task Print(WebApplication app, LabSettings settings, CancellationToken ct)
    {
        foreach (var url in Urls(app)) Console.WriteLine($"CultureTrack answers at {url}");
        if (app.Services.GetService<MqttBroker>() is { } broker) Console.WriteLine($"Incubators publish to MQTT port {broker.Port}{(broker.TlsPort is { } tls ? $", with TLS to port {tls}" : "")}");
        else if (app.Services.GetRequiredService<MqttOptions>() is var mqtt) Console.WriteLine($"Incubators publish to the MQTT broker {mqtt.Host}:{mqtt.Port}");
        if (settings.ManualStart is not null) Console.WriteLine("REHEARSAL: this store runs on a manual clock and is marked as a rehearsal for ever.");
        await using var scope = app.Services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<SetupGate>().IsOpen(ct))
            Console.WriteLine($"Create the first administrator, once, at {Urls(app).FirstOrDefault()}/setup?token={app.Services.GetRequiredService<SetupToken>().Value}");
    }

    public static IReadOnlyCollection<string> Urls(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];
}
