using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Server.Demo;

/// <summary>One incubator or freezer of the demo lab.</summary>
internal sealed record DemoEquipment(string Id, string Profile, int PeriodSeconds = 60, int Shelves = 6, int? Positions = null)
{
    public const string Gateway = "GW-01", AirLiftIncubator = "INC-07", NitrogenVessel = "LN2-01", Refrigerator = "FRG-01";
    private const int SlowSeconds = 240;

    public static readonly IReadOnlyList<DemoEquipment> All =
    [
        new("INC-01", "P37-5"), new("INC-02", "P37-5"), new("INC-03", "P37-10"), new("INC-04", "P37-5"), new("INC-05", "P37-5"), new("INC-06", "P37-5-O5"), new(AirLiftIncubator, "P37-5-ALI"),
        new("FRZ-01", "F-80", PeriodSeconds: 120, Shelves: 0, Positions: 400),
        // Cold stores are slow; every four minutes stays below the five after which silence is an alarm.
        new(NitrogenVessel, "LN2-V", SlowSeconds, 0, 600), new(Refrigerator, "R-5", SlowSeconds, 0, 80),
    ];

    public bool IsIncubator => Kind == Domain.Lab.EquipmentKind.Incubator;
    public Domain.Lab.EquipmentKind Kind => Enum.Parse<Domain.Lab.EquipmentKind>(EquipmentProfiles.Get(Profile).Kind);

    /// <summary>Channels it sends, the door apart.</summary>
    public IEnumerable<ChannelProfile> Sensors => EquipmentProfiles.Get(Profile).Channels.Where(c => !c.Optional && c.SetPoint is not null);

    /// <summary>Smallest step of the sensor: thermometers of incubators show two decimals, everything else what the profile says.</summary>
    public decimal Resolution(string channel)
    {
        var usual = EquipmentProfiles.Get(Profile).Find(channel)!.DefaultResolution;
        return channel == Channels.Temperature && IsIncubator ? Math.Min(usual, 0.01m) : usual;
    }
}
