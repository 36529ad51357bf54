using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Simulator;

/// <summary>A device of a fleet: its credential and what it is.</summary>
/// <param name="Credential">Who publishes.</param>
/// <param name="ProfileId">Built-in profile: <c>P37-5</c>, <c>F-80</c>, …</param>
public sealed record FleetDevice(DeviceCredential Credential, string ProfileId = "P37-5");

/// <summary>Settings of a fleet.</summary>
/// <param name="Host">Broker.</param>
/// <param name="Port">Its port.</param>
/// <param name="Devices">Who publishes.</param>
/// <param name="Period">Real time between readings of one device.</param>
/// <param name="Speed">Model seconds per real second: 60 makes an hour of physics pass in a minute.</param>
/// <param name="Seed">The same seed gives the same fleet.</param>
/// <param name="Faults">Script of faults in model time.</param>
public sealed record FleetOptions(string Host, int Port, IReadOnlyList<FleetDevice> Devices, TimeSpan Period, double Speed, int Seed, FaultScript Faults)
{
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromSeconds(60);
}

/// <summary>Many simulated incubators, each on a connection of its own.</summary>
public sealed class IncubatorFleet : IDisposable
{
    private readonly SimulatedIncubator[] _devices;

    /// <exception cref="ArgumentOutOfRangeException">A profile is unknown.</exception>
    public IncubatorFleet(FleetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _devices = [.. options.Devices.Select((d, i) => new SimulatedIncubator(
            new(new(d.Credential.IncubatorId, EquipmentProfiles.Get(d.ProfileId), options.Seed + i, options.Faults, IsWaterJacketed: i % 3 == 2)),
            d.Credential, options.Host, options.Port, options.Period, options.Speed, clock))];
    }

    /// <summary>Counts by incubator, for a progress display.</summary>
    public IReadOnlyDictionary<string, DeviceCounts> Counts => _devices.ToDictionary(d => d.IncubatorId, d => d.Counts, StringComparer.Ordinal);

    /// <summary>Runs all devices until cancelled. A device that fails for a reason of its own fails the fleet.</summary>
    public Task Run(CancellationToken ct) => Task.WhenAll(_devices.Select(d => d.Run(ct)));

    public void Dispose()
    {
        foreach (var device in _devices) device.Dispose();
    }
}
