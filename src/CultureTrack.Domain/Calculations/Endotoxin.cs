namespace CultureTrack.Domain.Calculations;

/// <summary>Endotoxin limits and loads (domain.md 5.20, 5.21; USP &lt;85>).</summary>
public static class Endotoxin
{
    /// <summary>Threshold pyrogenic dose for parenteral routes, EU/kg in one hour.</summary>
    public const decimal ParenteralEuPerKg = 5m;

    /// <summary>Threshold dose of the intrathecal route, EU/kg in one hour.</summary>
    public const decimal IntrathecalEuPerKg = 0.2m;

    /// <summary>
    /// Limit, EU/mL = K·kg·max(h, 1)/mL: K/M with M = the volume per kg of the worst hour; one division, last. Not yet cut down
    /// (see <see cref="Limit.Computed"/>).
    /// </summary>
    /// <param name="euPerKg">K, EU/kg, > 0.</param>
    /// <param name="weightKg">Patient weight, kg, > 0.</param>
    /// <param name="volumeMl">Dose volume, mL, > 0.</param>
    /// <param name="hours">Duration of administration, h; below 1 counts as 1.</param>
    public static decimal LimitEuPerMl(decimal euPerKg, decimal weightKg, decimal volumeMl, decimal hours)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(euPerKg);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weightKg);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(volumeMl);
        return euPerKg * weightKg * Math.Max(hours, 1m) / volumeMl;
    }

    /// <summary>Limit of a device rinse, EU/mL = EU per device/mL of fluid (5.21). volumeMl > 0.</summary>
    public static decimal DeviceLimitEuPerMl(decimal euPerDevice, decimal volumeMl)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(volumeMl);
        return euPerDevice / volumeMl;
    }

    /// <summary>Maximum valid dilution = limit/λ (5.21); both EU/mL, λ > 0.</summary>
    public static decimal MaximumValidDilution(decimal limitEuPerMl, decimal sensitivityEuPerMl)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sensitivityEuPerMl);
        return limitEuPerMl / sensitivityEuPerMl;
    }

    /// <summary>Patient load, EU/kg = result·mL/kg (5.21); a censored result gives a load censored alike.</summary>
    public static decimal PatientLoadEuPerKg(decimal resultEuPerMl, decimal volumeMl, decimal weightKg)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weightKg);
        return resultEuPerMl * volumeMl / weightKg;
    }
}
