using System.Text.Json.Serialization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Domain.Release;

/// <summary>A limit that depends on the batch; always the smaller of it and the fixed one (G-3, 5.20).</summary>
public enum LimitFormula
{
    /// <summary>20 EU per unit of product over the mL of fluid around one unit (USP &lt;161&gt;).</summary>
    TwentyPerUnitVolume,

    /// <summary>K/M = K·kg·max(h, 1)/mL, K 5 EU/kg, intrathecal 0.2 (USP &lt;85&gt;).</summary>
    DoseOverVolume,
}

/// <summary>
/// What a result is compared with: a number range as written in the specification (<c>2.0</c>, <c>5.0e4</c>: the way it is written decides the
/// rounding, G-3), or the words that pass. Boundaries belong to the range unless excluded (G-2).
/// </summary>
public sealed record AcceptanceRange
{
    public string? Min { get; init; }
    public bool MinExcluded { get; init; }
    public string? Max { get; init; }
    public bool MaxExcluded { get; init; }

    /// <summary>The words that pass; the opposite of each fails.</summary>
    public IReadOnlyList<Qualitative> Expect { get; init; } = [];

    /// <summary>A negative finding counts only with a detection limit at or below this.</summary>
    public string? LodMax { get; init; }
    public string? LodUnit { get; init; }
    public LimitFormula? Formula { get; init; }

    /// <summary>The result of <see cref="Formula"/> for one batch; replaces <see cref="Max"/> when smaller.</summary>
    [JsonIgnore] public Limit? ComputedUpper { get; init; }

    [JsonIgnore] public bool IsQualitative => Expect.Count > 0;

    [JsonIgnore] public Limit? Lower => Min is null ? null : Limit.OfNumber(MinExcluded ? LimitSense.Above : LimitSense.AtLeast, Min);

    [JsonIgnore]
    public Limit? Upper
    {
        get
        {
            if (Max is null) return ComputedUpper;
            var written = Limit.OfNumber(MaxExcluded ? LimitSense.Below : LimitSense.AtMost, Max);
            return ComputedUpper is null ? written : Limit.Smaller(written, ComputedUpper);
        }
    }

    public LimitOutcome Judge(ResultValue value)
    {
        if (IsQualitative) return JudgeWord(value);
        if (value.Value is not { } number) return LimitOutcome.NotEvaluable;
        return Judge(number, value.Qualifier switch { "<" => Censoring.LessThan, ">" => Censoring.GreaterThan, _ => Censoring.Exact });
    }

    /// <summary>Both ends must pass; one that cannot be judged leaves the whole not evaluable, a failed one fails it.</summary>
    public LimitOutcome Judge(decimal value, Censoring censoring = Censoring.Exact)
    {
        LimitOutcome[] ends = [Lower?.Judge(value, censoring) ?? LimitOutcome.Pass, Upper?.Judge(value, censoring) ?? LimitOutcome.Pass];
        return ends.Contains(LimitOutcome.NotEvaluable) ? LimitOutcome.NotEvaluable
            : ends.Contains(LimitOutcome.Fail) ? LimitOutcome.Fail : LimitOutcome.Pass;
    }

    private LimitOutcome JudgeWord(ResultValue value)
    {
        if (value.Qualitative is not { } word) return LimitOutcome.NotEvaluable;
        if (!Expect.Contains(word)) return LimitOutcome.Fail;
        if (LodMax is null) return LimitOutcome.Pass;
        return value.Lod is { } lod && Limit.OfNumber(LimitSense.AtMost, LodMax).Judge(lod) == LimitOutcome.Pass
            ? LimitOutcome.Pass : LimitOutcome.NotEvaluable;
    }

    /// <summary>The words this range knows: those that pass and their opposites.</summary>
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

    public bool IsNear(decimal value) => !IsQualitative && NearLimit.Applies(value, Lower, Upper);

    public string Text(string? unit)
    {
        var suffix = unit is null ? "" : $" {unit}";
        if (IsQualitative) return string.Join(" or ", Expect) + (LodMax is null ? "" : $", LOD ≤ {LodMax} {LodUnit}");
        return (Lower, Upper) switch
        {
            // A dash reads as with both ends: an end that does not belong to the range is written with its sign.
            ({ } lower, { } upper) when MinExcluded || MaxExcluded => $"{lower} and {upper}{suffix}",
            (not null, not null) => $"{Min}–{Max}{suffix}",
            ({ } lower, null) => $"{lower}{suffix}",
            (null, { } upper) => $"{upper}{suffix}",
            _ => "reported",
        };
    }
}
