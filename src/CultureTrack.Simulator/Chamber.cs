namespace CultureTrack.Simulator;

/// <summary>One quantity of the chamber air with its time constants (domain.md 4.2).</summary>
/// <param name="Set">Set point.</param>
/// <param name="Room">Value of the room.</param>
/// <param name="OpenTauSeconds">Time constant towards the room while the door is open.</param>
/// <param name="ReturnTauSeconds">Time constant back to the set point.</param>
/// <param name="Overshoot">Height of the overshoot after a door opening.</param>
public sealed record AirQuantity(double Set, double Room, double OpenTauSeconds, double ReturnTauSeconds, double Overshoot = 0);

/// <summary>
/// The physics of one chamber without sensors: first-order air, medium that lags behind. Exact for any step in which nothing changes.
/// </summary>
public sealed class Chamber
{
    private const double MediumTauSeconds = 20 * 60;
    private const double GasLeakTauSeconds = 5 * 3600;
    private const double DryPanPerHour = 1.5;
    private const double DryPanFloor = 45;
    private const double CutOutAboveSet = 5;
    private readonly AirQuantity _temperature, _co2, _o2, _humidity;
    private readonly double _coolingTauSeconds;
    private double _sinceCloseSeconds = double.PositiveInfinity;
    private double _openSeconds;
    private double _t, _c, _o, _h;

    /// <param name="co2Set">CO2 set point, % v/v.</param>
    /// <param name="o2Set">O2 set point when controlled, else null: about 18.7 % in humid air with CO2.</param>
    /// <param name="humiditySet">Relative humidity, %.</param>
    /// <param name="isWaterJacketed">Cools with τ 12 h instead of 4 h without power.</param>
    public Chamber(double co2Set = 5.0, double? o2Set = null, double humiditySet = 95, bool isWaterJacketed = false)
    {
        _temperature = new(37.0, 21, 120, 150, 0.2);
        _co2 = new(co2Set, 0.04, 20, 90, 0.2);
        _o2 = new(o2Set ?? 18.7, 20.9, 20, 480);
        _humidity = new(humiditySet, 40, 15, 600);
        _coolingTauSeconds = (isWaterJacketed ? 12 : 4) * 3600;
        (_t, _c, _o, _h, MediumCelsius) = (37.0, co2Set, o2Set ?? 18.7, humiditySet, 37.0);
    }

    public bool IsDoorOpen { get; set; }

    public bool IsPowerLost { get; set; }

    public bool IsCo2Empty { get; set; }

    public bool IsPanDry { get; set; }

    /// <summary>Runaway of the heater, °C per minute; null: it regulates.</summary>
    public double? RunawayPerMin { get; set; }

    public double TemperatureCelsius => _t + Bump(_temperature);

    public double Co2Pct => Math.Max(0, _c + (IsCo2Empty ? 0 : Bump(_co2)));

    public double O2Pct => _o;

    public double HumidityPct => _h;

    public double MediumCelsius { get; private set; }

    /// <summary>Lets time pass with the present door, power and supplies.</summary>
    public void Advance(TimeSpan time)
    {
        var seconds = time.TotalSeconds;
        var before = TemperatureCelsius;
        if (IsDoorOpen)
        {
            (_openSeconds, _sinceCloseSeconds) = (double.IsPositiveInfinity(_sinceCloseSeconds) || _sinceCloseSeconds > 0 ? seconds : _openSeconds + seconds, 0);
            _t = Toward(_t, _temperature.Room, _temperature.OpenTauSeconds, seconds);
            _c = Toward(_c, _co2.Room, _co2.OpenTauSeconds, seconds);
            _o = Toward(_o, _o2.Room, _o2.OpenTauSeconds, seconds);
            _h = Toward(_h, _humidity.Room, _humidity.OpenTauSeconds, seconds);
        }
        else
        {
            _sinceCloseSeconds += seconds;
            _t = ClosedTemperature(seconds);
            _c = IsCo2Empty || IsPowerLost ? Toward(_c, _co2.Room, GasLeakTauSeconds, seconds) : Toward(_c, _co2.Set, _co2.ReturnTauSeconds, seconds);
            _o = Toward(_o, _o2.Set, _o2.ReturnTauSeconds, seconds);
            _h = IsPanDry ? Math.Min(_h, Math.Max(DryPanFloor, _h - DryPanPerHour * seconds / 3600)) : Toward(_h, _humidity.Set, _humidity.ReturnTauSeconds, seconds);
        }
        MediumCelsius = Toward(MediumCelsius, (before + TemperatureCelsius) / 2, MediumTauSeconds, seconds);
    }

    private double ClosedTemperature(double seconds)
    {
        if (IsPowerLost) return Toward(_t, _temperature.Room, _coolingTauSeconds, seconds);
        if (RunawayPerMin is { } rate) return Math.Min(Math.Max(_t, _temperature.Set + CutOutAboveSet), _t + rate * seconds / 60);
        return Toward(_t, _temperature.Set, _temperature.ReturnTauSeconds, seconds);
    }

    // The controller overshoots once the value is nearly back: a soft hump that begins three time constants after the close. A short opening
    // gives a small one.
    private double Bump(AirQuantity quantity)
    {
        var u = (_sinceCloseSeconds - 3 * quantity.ReturnTauSeconds) / (2 * quantity.ReturnTauSeconds);
        if (IsPowerLost || RunawayPerMin is not null || u <= 0 || double.IsPositiveInfinity(u)) return 0;
        return quantity.Overshoot * Math.Min(1, _openSeconds / 30) * u * Math.Exp(1 - u);
    }

    private static double Toward(double value, double target, double tauSeconds, double seconds) => target + (value - target) * Math.Exp(-seconds / tauSeconds);
}
