namespace CultureTrack.Domain.Controls;

/// <summary>The multirules of Westgard et al., Clin. Chem. 27 (1981) 493–501. All but the first reject.</summary>
public enum WestgardRule
{
    /// <summary>1-2s: beyond 2 sd; a warning.</summary>
    OneTwoS,

    /// <summary>1-3s: beyond 3 sd.</summary>
    OneThreeS,

    /// <summary>2-2s: two in a row beyond the same 2 sd, of one control over time or of two in one run.</summary>
    TwoTwoS,

    /// <summary>R-4s: in one run, one beyond +2 sd and another beyond −2 sd.</summary>
    RFourS,

    /// <summary>4-1s: four in a row beyond the same 1 sd.</summary>
    FourOneS,

    /// <summary>10-x: ten in a row on one side of the mean.</summary>
    TenX,
}

public enum ControlOutcome
{
    /// <summary>No limits yet: the value helps to establish them and can neither accept nor reject a run.</summary>
    Baseline,
    Accepted,
    Warning,
    Rejected,
}

/// <summary>Mean and standard deviation of a control in its own unit.</summary>
/// <param name="Sd">More than 0.</param>
public sealed record ControlLimits(double Mean, double Sd, int N)
{
    public double Z(double value) => (value - Mean) / Sd;

    /// <summary>Mean and sample standard deviation (n − 1); null for fewer than two values or when all are equal.</summary>
    public static ControlLimits? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2) return null;
        var mean = values.Average();
        var sd = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        return sd > 0 && double.IsFinite(sd) ? new(mean, sd, values.Count) : null;
    }
}

/// <summary>Judges one value of a control sample. Beyond means strictly beyond: a value on a limit is within it.</summary>
public static class Westgard
{
    private const int InARowBeyondOne = 4, InARowOnOneSide = 10;

    /// <param name="z">Distances from the mean in sd, of this control, oldest first; the last is the one to judge.</param>
    /// <param name="sameRun">Those of the other controls in the same run.</param>
    public static IReadOnlyList<WestgardRule> Broken(IReadOnlyList<double> z, IReadOnlyList<double> sameRun)
    {
        if (z.Count == 0) return [];
        var last = z[^1];
        var broken = new List<WestgardRule>();
        if (Math.Abs(last) > 2) broken.Add(WestgardRule.OneTwoS);
        if (Math.Abs(last) > 3) broken.Add(WestgardRule.OneThreeS);
        if (InARow(z, 2, v => Beyond(v, last, 2)) || (Math.Abs(last) > 2 && sameRun.Any(o => Beyond(o, last, 2)))) broken.Add(WestgardRule.TwoTwoS);
        if (sameRun.Any(o => (last > 2 && o < -2) || (last < -2 && o > 2))) broken.Add(WestgardRule.RFourS);
        if (InARow(z, InARowBeyondOne, v => Beyond(v, last, 1))) broken.Add(WestgardRule.FourOneS);
        if (InARow(z, InARowOnOneSide, v => Beyond(v, last, 0))) broken.Add(WestgardRule.TenX);
        return broken;
    }

    public static ControlOutcome Outcome(IReadOnlyCollection<WestgardRule> broken) =>
        broken.Any(r => r != WestgardRule.OneTwoS) ? ControlOutcome.Rejected : broken.Count > 0 ? ControlOutcome.Warning : ControlOutcome.Accepted;

    /// <summary>The usual way to write a rule: <c>1-3s</c>.</summary>
    public static string Name(this WestgardRule rule) => rule switch
    {
        WestgardRule.OneTwoS => "1-2s",
        WestgardRule.OneThreeS => "1-3s",
        WestgardRule.TwoTwoS => "2-2s",
        WestgardRule.RFourS => "R-4s",
        WestgardRule.FourOneS => "4-1s",
        _ => "10-x",
    };

    private static bool Beyond(double value, double side, double sd) => side > 0 ? value > sd : side < 0 && value < -sd;

    private static bool InARow(IReadOnlyList<double> z, int count, Func<double, bool> beyond) => z.Count >= count && z.Skip(z.Count - count).All(beyond);
}
