using System.Globalization;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Calculations;

/// <summary>How a value is compared with a limit; ≤ and ≥ include the boundary (domain.md G-2).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitSense>))]
public enum LimitSense { AtMost, Below, AtLeast, Above }

/// <summary>Sign before a reported value: exact, below the quantification limit, or above it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Censoring>))]
public enum Censoring { Exact, LessThan, GreaterThan }

/// <summary>Result of a comparison. <see cref="NotEvaluable"/>: a censored value that could lie on either side; the criterion stays pending.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitOutcome>))]
public enum LimitOutcome { Pass, Fail, NotEvaluable }

/// <summary>
/// One bound of a criterion with the decimals it is written with, which decide how far a result is rounded before the comparison (domain.md G-3).
/// </summary>
/// <param name="Sense">Direction and whether the boundary passes.</param>
/// <param name="Bound">The limit itself, in the unit of the criterion.</param>
/// <param name="Decimals">Decimals of the limit as written; of its mantissa when <paramref name="Exponent"/> is given.</param>
/// <param name="Exponent">Power of ten of a limit in E notation (5.0e4: 4), else null.</param>
public sealed record Limit(LimitSense Sense, decimal Bound, int Decimals, int? Exponent = null)
{
    /// <summary>Reads a limit as written: <c>≤2.0</c>, <c>&lt;0.25</c>, <c>≥5.0e4</c>, <c>>80.0</c>; <c>&lt;=</c> and <c>>=</c> are accepted.</summary>
    /// <exception cref="FormatException">No sense or no number.</exception>
    public static Limit Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var t = text.Trim();
        var (sense, skip) = t switch
        {
            _ when t.StartsWith('≤') => (LimitSense.AtMost, 1),
            _ when t.StartsWith('≥') => (LimitSense.AtLeast, 1),
            _ when t.StartsWith("<=", StringComparison.Ordinal) => (LimitSense.AtMost, 2),
            _ when t.StartsWith(">=", StringComparison.Ordinal) => (LimitSense.AtLeast, 2),
            _ when t.StartsWith('<') => (LimitSense.Below, 1),
            _ when t.StartsWith('>') => (LimitSense.Above, 1),
            _ => throw new FormatException($"'{text}' has no ≤, ≥, < or > before its number."),
        };
        return OfNumber(sense, t[skip..].Trim());
    }

    /// <summary>Makes a limit from a number as written (<c>2.0</c>, <c>5.0e4</c>), keeping its decimals.</summary>
    public static Limit OfNumber(LimitSense sense, string number)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(number);
        var split = number.IndexOfAny(['e', 'E']);
        var mantissa = split < 0 ? number : number[..split];
        int? exponent = split < 0 ? null : int.Parse(number[(split + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var value = decimal.Parse(mantissa, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        return new(sense, exponent is { } e ? value * Rounding.PowerOfTen(e) : value, decimals, exponent);
    }

    /// <summary>An upper limit from a computed value such as K/M: cut down to two significant digits first, its decimals are those that remain.</summary>
    public static Limit Computed(LimitSense sense, decimal value)
    {
        var cut = Rounding.CutDownToTwoDigits(value);
        var exponent = cut == 0m ? 0 : (int)Math.Floor(Math.Log10((double)cut));
        return new(sense, cut, Math.Max(0, 1 - exponent));
    }

    /// <summary>The smaller of a fixed and a computed upper limit, with its own decimals; the fixed one when they are equal.</summary>
    public static Limit Smaller(Limit fixedLimit, Limit computed)
    {
        ArgumentNullException.ThrowIfNull(fixedLimit);
        ArgumentNullException.ThrowIfNull(computed);
        return computed.Bound < fixedLimit.Bound ? computed : fixedLimit;
    }

    /// <summary>The value rounded as this limit is written.</summary>
    public decimal Round(decimal value) =>
        Exponent is { } e ? Rounding.ToMantissa(value, e, Decimals) : Rounding.ToDecimals(value, Decimals);

    /// <summary>Compares after rounding. A censored value passes only where every value it may stand for passes.</summary>
    public LimitOutcome Judge(decimal value, Censoring censoring = Censoring.Exact)
    {
        if (censoring == Censoring.Exact) return Holds(Round(value)) ? LimitOutcome.Pass : LimitOutcome.Fail;
        var safeSide = Sense is LimitSense.AtMost or LimitSense.Below ? Censoring.LessThan : Censoring.GreaterThan;
        return censoring == safeSide && Holds(Round(value)) ? LimitOutcome.Pass : LimitOutcome.NotEvaluable;
    }

    private bool Holds(decimal rounded) => Sense switch
    {
        LimitSense.AtMost => rounded <= Bound,
        LimitSense.Below => rounded < Bound,
        LimitSense.AtLeast => rounded >= Bound,
        _ => rounded > Bound,
    };

    public override string ToString()
    {
        var sign = Sense switch { LimitSense.AtMost => "≤", LimitSense.Below => "<", LimitSense.AtLeast => "≥", _ => ">" };
        var format = "F" + Decimals.ToString(CultureInfo.InvariantCulture);
        return Exponent is { } e
            ? sign + (Bound / Rounding.PowerOfTen(e)).ToString(format, CultureInfo.InvariantCulture) + "e" + e.ToString(CultureInfo.InvariantCulture)
            : sign + Bound.ToString(format, CultureInfo.InvariantCulture);
    }
}

/// <summary>Warns of a passing result close to its limit (domain.md 2.4, QcResultRecorded).</summary>
public static class NearLimit
{
    private const decimal Share = 0.05m;

    /// <summary>
    /// True for a passing exact value that, rounded as the limit is written, lies within 5 % of a one-sided limit, or within 5 % of the
    /// width of a two-sided range from either end.
    /// </summary>
    public static bool Applies(decimal value, Limit? lower, Limit? upper)
    {
        if (lower is not null && lower.Judge(value) != LimitOutcome.Pass) return false;
        if (upper is not null && upper.Judge(value) != LimitOutcome.Pass) return false;
        if (lower is not null && upper is not null)
        {
            var margin = Share * (upper.Bound - lower.Bound);
            return lower.Round(value) - lower.Bound <= margin || upper.Bound - upper.Round(value) <= margin;
        }
        var only = lower ?? upper;
        return only is not null && only.Bound != 0m && Math.Abs(only.Round(value) - only.Bound) <= Share * Math.Abs(only.Bound);
    }
}
