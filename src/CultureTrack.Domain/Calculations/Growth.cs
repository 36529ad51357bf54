namespace CultureTrack.Domain.Calculations;

/// <summary>Growth of one passage (domain.md 5.4–5.8). N are viable cells of the vessels that were harvested.</summary>
public static class Growth
{
    /// <summary>Population doublings = log2(harvested/seeded), may be negative (5.4). Both > 0.</summary>
    public static double Doublings(double harvested, double seeded)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(harvested);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seeded);
        return Math.Log2(harvested / seeded);
    }

    /// <summary>Doublings of P0 from a clonogenic fraction = log2(harvested/(seeded·f)) (5.5). f in (0, 1].</summary>
    public static double ClonogenicDoublings(double harvested, double seeded, double clonogenicFraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clonogenicFraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clonogenicFraction, 1);
        return Doublings(harvested, seeded * clonogenicFraction);
    }

    /// <summary>Cumulative doublings = the largest of the parents' + this passage's (5.6: a pool takes the maximum).</summary>
    public static double CumulativeDoublings(IEnumerable<double> parents, double passage) => parents.DefaultIfEmpty(0).Max() + passage;

    /// <summary>Doubling time, h = t·ln2/ln(harvested/seeded); null when the population did not grow (5.7).</summary>
    /// <param name="hours">Culture time, > 0.</param>
    /// <param name="harvested">Viable cells, > 0.</param>
    /// <param name="seeded">Viable cells, > 0.</param>
    public static double? DoublingTimeHours(double hours, double harvested, double seeded) => DoublingTimeHours(hours, Doublings(harvested, seeded));

    /// <summary>Doubling time, h = t/PD; null when PD ≤ 0 (5.7).</summary>
    public static double? DoublingTimeHours(double hours, double doublings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hours);
        return doublings <= 0 ? null : hours / doublings;
    }

    /// <summary>Specific growth rate, 1/h = ln(harvested/seeded)/t (5.8). hours > 0.</summary>
    public static double RatePerHour(double hours, double harvested, double seeded)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hours);
        return Doublings(harvested, seeded) * Math.Log(2) / hours;
    }
}
