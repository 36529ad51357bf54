namespace CultureTrack.Domain.Calculations;

/// <summary>A time at one temperature.</summary>
/// <param name="Hours">Duration, h, > 0; only the proportions matter.</param>
/// <param name="Celsius">°C, above −273.15.</param>
public readonly record struct Held(double Hours, double Celsius);

/// <summary>
/// Mean kinetic temperature, °C = (ΔH/R)/(−ln(Σt·e^(−ΔH/RT)/Σt)) − 273.15 with ΔH/R = 10000 K (83.144 kJ/mol) (domain.md 5.22). For storage
/// and transport logs of reagents and conditioned medium, never for living culture.
/// </summary>
public static class MeanKineticTemperature
{
    private const double ActivationKelvin = 10000;
    private const double ZeroCelsiusKelvin = 273.15;

    /// <summary>Null for an empty log; the order of the parts does not matter.</summary>
    public static double? Celsius(IReadOnlyCollection<Held> log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var hours = log.Sum(p => p.Hours);
        if (log.Count == 0 || hours <= 0) return null;
        // Measured against the warmest part, so that e^(−10000/T) of deep cold does not fade to zero.
        var warmest = log.Max(p => p.Celsius) + ZeroCelsiusKelvin;
        var mean = log.Sum(p => p.Hours * Math.Exp(ActivationKelvin / warmest - ActivationKelvin / (p.Celsius + ZeroCelsiusKelvin))) / hours;
        return ActivationKelvin / (ActivationKelvin / warmest - Math.Log(mean)) - ZeroCelsiusKelvin;
    }
}
