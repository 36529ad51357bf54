using CultureTrack.Ingest.Broker;
using CultureTrack.Simulator;

namespace CultureTrack.Server.Demo;

/// <summary>The incubators of the demo as they go on living: simulated devices behind one gateway, over real MQTT.</summary>
internal static class DemoFleet
{
    private const int Seed = 2600;

    /// <summary>Runs until cancelled.</summary>
    public static async Task Run(WebApplication app, DemoMemory memory, CancellationToken ct)
    {
        using var fleet = new IncubatorFleet(Options(app.Services.GetRequiredService<MqttBroker>().Port, memory), TimeProvider.System);
        await fleet.Run(ct);
    }

    private static FleetOptions Options(int port, DemoMemory memory)
    {
        var devices = DemoEquipment.All.Select(e => new FleetDevice(
            new DeviceCredential(DemoRegisters.Site, e.Id, $"{memory.ClientId}-{e.Id}", memory.Username, memory.Password), e.Profile));
        // Another seed at every start: noise that comes back after a restart would rightly be taken for old readings sent again.
        var seed = unchecked(Seed + (int)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        return new("127.0.0.1", port, [.. devices], FleetOptions.DefaultPeriod, 1, seed, FaultScript.None);
    }
}
