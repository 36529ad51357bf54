using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Simulator;

/// <summary>What a simulated incubator is like.</summary>
/// <param name="IncubatorId">Such as <c>INC-02</c>.</param>
/// <param name="Profile">Gives set points, noise and resolutions: <c>P37-5</c>, <c>F-80</c>, …</param>
/// <param name="Seed">The same seed gives the same days.</param>
/// <param name="Faults">Script of faults; others' are ignored.</param>
/// <param name="IsWaterJacketed">Cools more slowly without power.</param>
/// <param name="OpensByItself">People open the door 4 to 12 times a day for 10 to 40 s.</param>
/// <param name="Probe">Which set of probes in the chamber: another number, other noise over the same days.</param>
public sealed record IncubatorPlan(
    string IncubatorId, EquipmentProfile Profile, int Seed, FaultScript Faults, bool IsWaterJacketed = false, bool OpensByItself = true, int Probe = 0);

/// <summary>Readings of all channels at one time of the device clock.</summary>
/// <param name="ModelTime">Time since the start.</param>
/// <param name="Values">Numbers of analog channels, words of state channels.</param>
/// <param name="IsBad">The device itself calls the readings bad.</param>
public sealed record SimulatedReadings(TimeSpan ModelTime, IReadOnlyDictionary<string, object> Values, bool IsBad = false);

/// <summary>
/// An incubator (or freezer) as its sensors show it: chamber physics, sensor noise and resolution, door openings of a working day, scripted faults.
/// Pure and repeatable: time passes only by <see cref="Advance"/>, chance comes only from the seed.
/// </summary>
public sealed class IncubatorModel
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private readonly IncubatorPlan _plan;
    private readonly Random _noise;
    private readonly Chamber? _chamber;
    private readonly FaultScript _faults;
    private readonly Dictionary<string, double> _stuck = new(StringComparer.Ordinal);
    private IReadOnlyList<(TimeSpan From, TimeSpan To)> _openings = [];
    private readonly bool _replays;
    private readonly Queue<(TimeSpan At, Dictionary<string, object> Values)> _measured = new();
    private const int MeasuredMax = 2000;
    private int _day = -1;

    public IncubatorModel(IncubatorPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (_plan, _noise, _faults) = (plan, new Random(unchecked(plan.Seed + 7919 * plan.Probe)), plan.Faults.Of(plan.IncubatorId));
        _replays = _faults.Faults.Any(f => f.Kind == FaultKind.Replay);
        if (plan.Profile.Kind != "Incubator") return;
        var o2 = plan.Profile.Find(Channels.O2);
        _chamber = new(Set(Channels.Co2, 5.0), o2 is { IsJudged: true } ? (double?)o2.SetPoint : null, Set(Channels.Humidity, 95), plan.IsWaterJacketed);
        double Set(string channel, double otherwise) => (double?)plan.Profile.Find(channel)?.SetPoint ?? otherwise;
    }

    /// <summary>Model time since the start.</summary>
    public TimeSpan Time { get; private set; }

    public bool IsDoorOpen { get; private set; }

    public bool IsPowerLost => _faults.Find(FaultKind.PowerCut, Time) is not null;

    /// <summary>No network: what is read now is to be sent later.</summary>
    public bool IsOffline => _faults.Find(FaultKind.Offline, Time) is not null;

    /// <summary>How far the device clock is ahead.</summary>
    public TimeSpan ClockSkew => _faults.Find(FaultKind.ClockStopped, Time) is { } stopped ? stopped.At - Time
        : _faults.Find(FaultKind.ClockSkew, Time) is { } f ? TimeSpan.FromSeconds(f.Amount ?? 120) : TimeSpan.Zero;

    /// <summary>True chamber values, for tests and drawings; null for storage equipment.</summary>
    public Chamber? Chamber => _chamber;

    /// <summary>Lets time pass in steps of one second.</summary>
    /// <returns>True when the door or the mains changed within.</returns>
    public bool Advance(TimeSpan time)
    {
        var (door, power, changed) = (IsDoorOpen, IsPowerLost, false);
        for (var left = time; left > TimeSpan.Zero; left -= Step)
        {
            var step = left < Step ? left : Step;
            IsDoorOpen = _faults.Find(FaultKind.DoorOpen, Time) is not null || IsPlannedOpen();
            if (_chamber is not null)
            {
                _chamber.IsDoorOpen = IsDoorOpen;
                _chamber.IsPowerLost = IsPowerLost;
                _chamber.IsCo2Empty = _faults.Find(FaultKind.Co2Empty, Time) is not null;
                _chamber.IsPanDry = _faults.Find(FaultKind.DryPan, Time) is not null;
                _chamber.RunawayPerMin = _faults.Find(FaultKind.HeaterRunaway, Time) is { } f ? f.Amount ?? 0.2 : null;
                _chamber.Advance(step);
            }
            Time += step;
            changed |= IsDoorOpen != door || IsPowerLost != power;
            (door, power) = (IsDoorOpen, IsPowerLost);
        }
        return changed;
    }

    /// <summary>What the sensors show now. Every call draws new noise.</summary>
    public SimulatedReadings Read()
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var isBad = false;
        foreach (var channel in _plan.Profile.Channels.Where(c => !c.Optional && c.SetPoint is not null))
        {
            var truth = True(channel);
            if (_faults.Find(FaultKind.DeadProbe, Time, channel.Channel) is not null) (truth, isBad) = ((double)(channel.Physical.Low ?? 0m) - 10, true);
            values[channel.Channel] = Measured(channel, truth);
        }
        if (_faults.Find(FaultKind.SwapProbes, Time) is { Channel: { } one, Other: { } other } && values.TryGetValue(one, out var first) && values.TryGetValue(other, out var second))
            (values[one], values[other]) = (second, first);
        if (_replays) Replayed(values);
        foreach (var (channel, value) in States()) values[channel] = value;
        return new(Time, values, isBad);
    }

    // Numbers alone are sent again: the door is told as it moves.
    private void Replayed(Dictionary<string, object> values)
    {
        _measured.Enqueue((Time, new(values, StringComparer.Ordinal)));
        while (_measured.Count > MeasuredMax) _measured.Dequeue();
        if (_faults.Find(FaultKind.Replay, Time) is not { } replay) return;
        var then = Time - TimeSpan.FromHours(replay.Amount ?? 6);
        if (_measured.FirstOrDefault(m => m.At >= then) is { Values: { } old })
            foreach (var (channel, value) in old) values[channel] = value;
    }

    /// <summary>Door and mains alone, for a message on change.</summary>
    public SimulatedReadings ReadStates() => new(Time, States().ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal));

    /// <summary>Readings of a past period at every whole <paramref name="period"/>, to seed a history.</summary>
    public IEnumerable<SimulatedReadings> Record(TimeSpan duration, TimeSpan period)
    {
        for (var end = Time + duration; Time < end;)
        {
            Advance(period);
            yield return Read();
        }
    }

    private IEnumerable<KeyValuePair<string, object>> States()
    {
        yield return new(Channels.Door, Channels.StateWord(Channels.Door, IsDoorOpen ? 1 : 0));
        if (_faults.Faults.Any(f => f.Kind == FaultKind.PowerCut)) yield return new(Channels.Power, Channels.StateWord(Channels.Power, IsPowerLost ? 1 : 0));
    }

    private double True(ChannelProfile channel) => (channel.Channel, _chamber) switch
    {
        (Channels.Temperature, { } c) => c.TemperatureCelsius,
        (Channels.Co2, { } c) => c.Co2Pct,
        (Channels.O2, { } c) => c.O2Pct,
        (Channels.Humidity, { } c) => c.HumidityPct,
        _ => (double)channel.SetPoint!.Value,
    };

    private decimal Measured(ChannelProfile channel, double truth)
    {
        var value = truth + Gauss() * (double)channel.Sigma;
        if (_faults.Find(FaultKind.OffsetProbe, Time, channel.Channel) is { } off) value += off.Amount ?? 1;
        if (_faults.Find(FaultKind.DriftProbe, Time, channel.Channel) is { } drift) value += (drift.Amount ?? 0.1) * (Time - drift.At).TotalDays;
        if (_faults.Find(FaultKind.StuckProbe, Time, channel.Channel) is not null) value = _stuck.TryGetValue(channel.Channel, out var held) ? held : _stuck[channel.Channel] = value;
        else _stuck.Remove(channel.Channel);
        // Demo incubators show one digit more than the register's default, as their data sheets promise.
        var resolution = Math.Min(channel.DefaultResolution, channel.Channel == Channels.Temperature && _chamber is not null ? 0.01m : channel.DefaultResolution);
        return Math.Round((decimal)value / resolution, MidpointRounding.AwayFromZero) * resolution;
    }

    private double Gauss()
    {
        // Box–Muller; 1 − u keeps the logarithm finite.
        var (u, v) = (1 - _noise.NextDouble(), _noise.NextDouble());
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }

    private bool IsPlannedOpen()
    {
        if (!_plan.OpensByItself) return false;
        if (Time.Days != _day) (_day, _openings) = (Time.Days, PlanDay(Time.Days));
        var time = Time;
        foreach (var (from, to) in _openings)
            if (time >= from && time < to) return true;
        return false;
    }

    private (TimeSpan, TimeSpan)[] PlanDay(int day)
    {
        var random = new Random(unchecked(_plan.Seed * 397 + day));
        return [.. Enumerable.Range(0, random.Next(4, 13)).Select(_ =>
        {
            var from = TimeSpan.FromDays(day) + TimeSpan.FromSeconds(random.Next(24 * 3600));
            return (from, from + TimeSpan.FromSeconds(random.Next(10, 41)));
        })];
    }
}
