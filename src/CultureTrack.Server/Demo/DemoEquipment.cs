using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Server.Demo;

/// <summary>One incubator or freezer of the demo lab.</summary>
internal sealed record DemoEquipment(string Id, string Profile, int PeriodSeconds = 60, int Shelves = 4, int? Positions = null)
{
    public const string Gateway = "GW-01";

    public static readonly IReadOnlyList<DemoEquipment> All =
    [
        new("INC-01", "P37-5"), new("INC-02", "P37-5"), new("INC-03", "P37-10"), new("INC-04", "P37-5"), new("INC-05", "P37-5"), new("INC-06", "P37-5-O5"),
        new("FRZ-01", "F-80", PeriodSeconds: 120, Shelves: 0, Positions: 400),
    ];

    public bool IsIncubator => EquipmentProfiles.Get(Profile).Kind == "Incubator";

    /// <summary>Channels it sends, the door apart.</summary>
    public IEnumerable<ChannelProfile> Sensors => EquipmentProfiles.Get(Profile).Channels.Where(c => !c.Optional && c.SetPoint is not null);

    /// <summary>Smallest step of the sensor: thermometers of incubators show two decimals, everything else what the profile says.</summary>
    public decimal Resolution(string channel)
    {
        var usual = EquipmentProfiles.Get(Profile).Find(channel)!.DefaultResolution;
        return channel == Channels.Temperature && IsIncubator ? Math.Min(usual, 0.01m) : usual;
    }
}
