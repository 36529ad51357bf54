using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;
using CultureTrack.Store.Readings;

namespace CultureTrack.Server.Demo;

/// <summary>Something that went wrong with one channel: from when, for how many minutes, and the value by the minute.</summary>
internal sealed record AirFault(DateTimeOffset From, int Minutes, string Channel, Func<int, double> Value);

/// <summary>
/// The past readings of one piece of equipment, minute by minute: chamber physics, sensor noise and resolution, people who open the door for their
/// work, and what went wrong. Repeatable: chance comes from the seed only.
/// </summary>
internal sealed class DemoAir(DemoEquipment equipment, DateTimeOffset start, int seed, string deviceId)
{
    // The door opens after one reading and is closed well before the next, as a minute's reading in a quiet lab mostly finds it.
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), OpensAfter = TimeSpan.FromSeconds(4), OpenFor = TimeSpan.FromSeconds(10), OneVisit = TimeSpan.FromMinutes(4);
    private const double FreezerSwingC = 0.8, FreezerSwingMin = 90, FullPct = 82, BoiledOffPct = 27, DaysBetweenFillings = 7;
    private readonly EquipmentProfile _profile = EquipmentProfiles.Get(equipment.Profile);
    private readonly Chamber _chamber = NewChamber(EquipmentProfiles.Get(equipment.Profile));
    private readonly Random _random = new(seed);
    private readonly HashSet<DateTimeOffset> _openings = [];
    private readonly List<AirFault> _faults = [];
    private readonly DateTimeOffset _start = start;
    private DateTimeOffset _lastOpening = DateTimeOffset.MinValue;
    private long _seq;

    public string Id => equipment.Id;
    public bool IsIncubator => equipment.IsIncubator;

    /// <summary>Time of the next reading.</summary>
    public DateTimeOffset Next { get; private set; } = start;

    public bool IsTroubled(DateTimeOffset from, DateTimeOffset to) => _faults.Any(f => f.From <= to && f.From.AddMinutes(f.Minutes) >= from);

    /// <summary>Somebody opens the door in that minute, or in the next one when its reading has been taken; who comes with others opens it once.</summary>
    public void Open(DateTimeOffset at)
    {
        var minute = Floor(at) < Next ? Next : Floor(at);
        if (minute - _lastOpening >= OneVisit && !_openings.Any(o => (o - minute).Duration() < OneVisit)) _openings.Add(minute);
    }

    /// <exception cref="DemoStoryException">Its time has already been written.</exception>
    public void Add(AirFault fault)
    {
        if (fault.From < Next) throw new DemoStoryException($"{Id} has readings up to {Next:O}; a fault cannot begin at {fault.From:O} any more.");
        _faults.Add(fault);
    }

    /// <summary>Readings after the last ones, up to and with <paramref name="until"/>.</summary>
    public IEnumerable<TelemetryMessage> Until(DateTimeOffset until)
    {
        for (; Next <= until; Next += Minute)
        {
            if ((Next - _start).TotalSeconds % equipment.PeriodSeconds < 1) yield return Message(Next, Values(Next));
            if (_openings.Remove(Next))
            {
                _lastOpening = Next;
                yield return Message(Next + OpensAfter, Door(1));
                yield return Message(Next + OpensAfter + OpenFor, Door(0));
                Pass(OpensAfter);
                _chamber.IsDoorOpen = true;
                Pass(OpenFor);
                _chamber.IsDoorOpen = false;
                Pass(Minute - OpensAfter - OpenFor);
            }
            else Pass(Minute);
        }
    }

    private void Pass(TimeSpan time) => _chamber.Advance(time);

    private ChannelValues Values(DateTimeOffset at)
    {
        var values = Door(0);
        foreach (var channel in _profile.Channels.Where(c => !c.Optional && c.SetPoint is not null))
            values[channel.Channel] = (double)Measured(channel, Faulty(channel.Channel, at) ?? Truth(channel, at) + Gauss() * (double)channel.Sigma);
        return values;
    }

    private double? Faulty(string channel, DateTimeOffset at)
    {
        foreach (var fault in _faults)
            if (fault.Channel == channel && at >= fault.From && (at - fault.From).TotalMinutes < fault.Minutes)
                return fault.Value((int)(at - fault.From).TotalMinutes);
        return null;
    }

    private double Truth(ChannelProfile channel, DateTimeOffset at) => (_profile.Kind, channel.Channel) switch
    {
        ("Incubator", Channels.Temperature) => _chamber.TemperatureCelsius,
        ("Incubator", Channels.Co2) => _chamber.Co2Pct,
        ("Incubator", Channels.O2) => _chamber.O2Pct,
        ("Incubator", Channels.Humidity) => _chamber.HumidityPct,
        // Nitrogen boils off and is filled up once a week.
        ("LN2", "level") => FullPct - BoiledOffPct * ((at - _start).TotalDays % DaysBetweenFillings / DaysBetweenFillings),
        // The compressor of a freezer comes and goes.
        _ => (double)channel.SetPoint!.Value + FreezerSwingC * Math.Sin((at - _start).TotalMinutes / FreezerSwingMin * 2 * Math.PI),
    };

    private decimal Measured(ChannelProfile channel, double value)
    {
        var resolution = equipment.Resolution(channel.Channel);
        return Math.Round((decimal)value / resolution, MidpointRounding.AwayFromZero) * resolution;
    }

    // Box–Muller; 1 − u keeps the logarithm finite.
    private double Gauss() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private static ChannelValues Door(double state) => new() { [Channels.Door] = state };

    private TelemetryMessage Message(DateTimeOffset at, ChannelValues values) => new()
    {
        IncubatorId = equipment.Id,
        DeviceId = deviceId,
        DeviceTime = at,
        ReceivedAt = at,
        Values = values,
        Seq = ++_seq,
    };

    private static Chamber NewChamber(EquipmentProfile profile)
    {
        var o2 = profile.Find(Channels.O2);
        return new(Set(Channels.Co2, 5.0), o2 is { IsJudged: true } ? (double?)o2.SetPoint : null, Set(Channels.Humidity, 95));
        double Set(string channel, double otherwise) => (double?)profile.Find(channel)?.SetPoint ?? otherwise;
    }

    private static DateTimeOffset Floor(DateTimeOffset at) => new(at.Ticks - at.Ticks % Minute.Ticks, TimeSpan.Zero);
}
