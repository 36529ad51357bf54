using System.Globalization;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Release;

/// <summary>A limit that depends on the batch; always the smaller of it and the fixed one (G-3, 5.20).</summary>
public enum LimitFormula
{
    /// <summary>20 EU per unit of product over the mL of fluid around one unit (USP &lt;161&gt;).</summary>
    TwentyPerUnitVolume,

    /// <summary>K/M = K·kg·max(h, 1)/mL, K 5 EU/kg, intrathecal 0.2 (USP &lt;85&gt;).</summary>
    DoseOverVolume,
}

public enum Judged { Pass, Fail, NotEvaluable }

/// <summary>What a result is compared with: a number range, or the words that pass. Boundaries belong to the limit unless excluded (G-2).</summary>
public sealed record Limit
{
    public Bound? Min { get; init; }
    public bool MinExcluded { get; init; }
    public Bound? Max { get; init; }
    public bool MaxExcluded { get; init; }

    /// <summary>The words that pass; the opposite of each fails.</summary>
    public IReadOnlyList<Qualitative> Expect { get; init; } = [];

    /// <summary>A negative finding counts only with a detection limit at or below this.</summary>
    public Bound? LodMax { get; init; }
    public string? LodUnit { get; init; }
    public LimitFormula? Formula { get; init; }

    public bool IsQualitative => Expect.Count > 0;

    public Judged Judge(ResultValue value) => IsQualitative
        ? JudgeWord(value)
        : value.Value is { } number ? Judge(number, value.Qualifier ?? "=") : Judged.NotEvaluable;

    /// <summary>
    /// Censored values: <c>&lt;x</c> passes an upper limit and <c>&gt;x</c> a lower limit if x itself does; otherwise they cannot be judged (G-3).
    /// </summary>
    public Judged Judge(decimal value, string qualifier = "=")
    {
        var low = Min is null || (MinExcluded ? Min.Round(value) > Min.Value : Min.Round(value) >= Min.Value);
        var high = Max is null || (MaxExcluded ? Max.Round(value) < Max.Value : Max.Round(value) <= Max.Value);
        return qualifier switch
        {
            "<" => Min is null && high ? Judged.Pass : Judged.NotEvaluable,
            ">" => Max is null && low ? Judged.Pass : Judged.NotEvaluable,
            _ => low && high ? Judged.Pass : Judged.Fail,
        };
    }

    private Judged JudgeWord(ResultValue value)
    {
        if (value.Qualitative is not { } word) return Judged.NotEvaluable;
        if (!Expect.Contains(word)) return Judged.Fail;
        return LodMax is null || (value.Lod is { } lod && LodMax.Round(lod) <= LodMax.Value) ? Judged.Pass : Judged.NotEvaluable;
    }

    /// <summary>The words this limit knows: those that pass and their opposites.</summary>
    public bool Knows(Qualitative word) => Expect.Contains(word) || Expect.Any(e => Opposite(e) == word);

    private static Qualitative Opposite(Qualitative word) => word switch
    {
        Qualitative.NotDetected => Qualitative.Detected,
        Qualitative.NoGrowth => Qualitative.Growth,
        Qualitative.Negative => Qualitative.Positive,
        Qualitative.Positive => Qualitative.Negative,
        Qualitative.Pass => Qualitative.Fail,
        Qualitative.Detected => Qualitative.NotDetected,
        Qualitative.Growth => Qualitative.NoGrowth,
        _ => Qualitative.Pass,
    };

    /// <summary>A passing value within 5 % of a one-sided limit, or within 5 % of the width of a range from either end, after rounding (2.4).</summary>
    public bool IsNear(decimal value)
    {
        if (IsQualitative || Judge(value) != Judged.Pass) return false;
        if (Min is not null && Max is not null)
        {
            var margin = 0.05m * (Max.Value - Min.Value);
            return Min.Round(value) - Min.Value <= margin || Max.Value - Max.Round(value) <= margin;
        }
        return (Min is not null && Min.Round(value) - Min.Value <= 0.05m * Math.Abs(Min.Value))
            || (Max is not null && Max.Value - Max.Round(value) <= 0.05m * Math.Abs(Max.Value));
    }

    public string Text(string? unit)
    {
        var suffix = unit is null ? "" : $" {unit}";
        if (IsQualitative)
            return string.Join(" or ", Expect) + (LodMax is null ? "" : $", LOD ≤ {LodMax} {LodUnit}");
        return (Min, Max) switch
        {
            ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"{min}–{max}{suffix}"),
            ({ } min, null) => $"{(MinExcluded ? ">" : "≥")} {min}{suffix}",
            (null, { } max) => $"{(MaxExcluded ? "<" : "≤")} {max}{suffix}",
            _ => "report",
        };
    }
}
