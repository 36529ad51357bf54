using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Incubators;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>The register of equipment as the grains read it.</summary>
public sealed class EquipmentSource(IDocumentStore store) : IEquipmentRegister
{
    public async Task<EquipmentInfo?> Find(string incubatorId)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Equipment>(incubatorId) is { } equipment
            ? Info(equipment, (await session.LoadAsync<Site>(equipment.Site))?.Zone) : null;
    }

    public async Task<IReadOnlyList<EquipmentInfo>> All()
    {
        await using var session = store.QuerySession();
        var zones = (await session.Query<Site>().ToListAsync()).ToDictionary(s => s.SiteId, s => s.Zone, StringComparer.Ordinal);
        return [.. (await session.Query<Equipment>().ToListAsync()).Where(e => e.Status != ServiceStatus.Retired)
            .Select(e => Info(e, zones.GetValueOrDefault(e.Site)))];
    }

    public async Task<IReadOnlyList<Calibration>> Calibrations(string incubatorId)
    {
        await using var session = store.QuerySession();
        var events = (await session.Events.FetchStreamAsync(Equipment.Stream(incubatorId))).Select(e => ((Recorded)e.Data).Body);
        return [.. events.SelectMany(Calibrations).OrderBy(c => c.PerformedAt)];
    }

    // The register's first dates count as a calibration that found the sensor within tolerance.
    private static IEnumerable<Calibration> Calibrations(EventData data) => data switch
    {
        EquipmentRegistered r => r.Channels.Select(c => new Calibration(c.Channel, c.CalibratedAt, c.DueAt)),
        CalibrationRecorded c => [new(c.Channel, c.PerformedAt, c.DueAt, c.AsFound == AsFound.Out)],
        _ => [],
    };

    private static EquipmentInfo Info(Equipment e, string? zone) => new(
        e.EquipmentId, e.Site, zone ?? "UTC", e.Kind.ToString(), e.Profile, TimeSpan.FromSeconds(e.PeriodSeconds), e.Shelves, e.Status.ToString(),
        e.Status == ServiceStatus.InService ? e.History.LastOrDefault(h => h.Status == ServiceStatus.InService)?.At ?? e.RegisteredAt : null,
        [.. e.Channels.Select(c => new Incubators.EquipmentChannel(c.Channel, c.Resolution, c.CalibratedAt, c.DueAt))]);
}

/// <summary>Tells an incubator's grain that its entry in the register changed.</summary>
public sealed class IncubatorListener(IGrainFactory grains) : IEquipmentListener
{
    public Task Changed(string equipmentId) => grains.GetGrain<IIncubatorGrain>(equipmentId).RegisterChanged();
}
