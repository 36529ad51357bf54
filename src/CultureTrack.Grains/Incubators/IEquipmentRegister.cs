using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Grains.Incubators;

/// <param name="Resolution">Smallest step of the sensor, in the unit of the channel; null = the profile's default.</param>
public sealed record EquipmentChannel(string Channel, decimal? Resolution, DateTimeOffset? CalibratedAt, DateTimeOffset? DueAt);

/// <summary>One piece of equipment as its register stream says.</summary>
/// <param name="Status">InService, OutOfService, Decon or Retired.</param>
/// <param name="InServiceSince">Since when readings are expected; null while not in service.</param>
public sealed record EquipmentInfo(
    string IncubatorId, string Site, string Zone, string Kind, string Profile, TimeSpan Period, int Shelves, string Status, DateTimeOffset? InServiceSince,
    IReadOnlyList<EquipmentChannel> Channels);

/// <summary>The equipment register as the grains read it.</summary>
public interface IEquipmentRegister
{
    Task<EquipmentInfo?> Find(string incubatorId);

    /// <summary>All calibrations of its channels, the first dates of the register included, by time.</summary>
    Task<IReadOnlyList<Calibration>> Calibrations(string incubatorId);

    /// <summary>Everything that is not retired.</summary>
    Task<IReadOnlyList<EquipmentInfo>> All();
}
