using System.Globalization;

namespace CultureTrack.Documents.Wording;

/// <summary>Numbers as people of the lab write them; in the reader's decimal mark, with the digits the quantity deserves.</summary>
public static class Num
{
    private static CultureInfo Reader => CultureInfo.CurrentCulture;

    /// <summary>Cells: three digits and a power of ten from 10 000 on, as <c>1.25 × 10⁶</c>.</summary>
    public static string Cells(decimal? n)
    {
        if (n is not { } value) return "–";
        if (Math.Abs(value) < 10_000) return value.ToString("#,0.##", Reader);
        var exponent = (int)Math.Floor(Math.Log10((double)Math.Abs(value)));
        var mantissa = Math.Round(value / (decimal)Math.Pow(10, exponent), 2);
        if (Math.Abs(mantissa) >= 10) { mantissa /= 10; exponent++; }
        return $"{mantissa.ToString("0.00", Reader)} × 10{Superscript(exponent)}";
    }

    /// <summary>At most <paramref name="digits"/> decimals, no useless zeros.</summary>
    public static string Plain(decimal? n, int digits = 2) => n?.ToString(digits == 0 ? "#,0" : "#,0." + new string('#', digits), Reader) ?? "–";

    public static string Fixed(double? n, int digits) => n?.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), Reader) ?? "–";

    /// <summary>A live value with the decimals its channel resolves.</summary>
    public static string Reading(string channel, decimal? value) => Minus(value?.ToString(Format(channel), Reader)) ?? "–";

    public static string Reading(string channel, double? value) => Minus(value?.ToString(Format(channel), Reader)) ?? "–";

    private static string? Minus(string? number) => number?.Replace('-', '−');

    /// <summary>A stretch of time in the two units that matter: <c>3 d 4 h</c>, <c>2 h 05 min</c>, <c>12 min</c>.</summary>
    public static string Span(TimeSpan t)
    {
        t = t.Duration();
        return t.TotalDays >= 2 ? $"{(int)t.TotalDays} d {t.Hours} h"
            : t.TotalHours >= 1 ? $"{(int)t.TotalHours} h {t.Minutes:00} min"
            : t.TotalMinutes >= 1 ? $"{(int)t.TotalMinutes} min" : $"{(int)t.TotalSeconds} s";
    }

    /// <summary>A unit of the data as people print it: <c>cm2</c> is cm².</summary>
    public static string UnitText(string? unit) => unit switch
    {
        null => "",
        "1/cm2" => "/cm²",
        "1/m3" => "/m³",
        "1/mL" => "/mL",
        _ => unit.Replace("cm2", "cm²", StringComparison.Ordinal).Replace("m3", "m³", StringComparison.Ordinal).Replace("10^6 ", "× 10⁶ ", StringComparison.Ordinal),
    };

    private static string Format(string channel) => channel switch
    {
        "temperature" or "co2" or "o2" or "gasPressure" => "0.00",
        "humidity" => "0.0",
        "shake" => "0",
        _ => "0.###",
    };

    private static string Superscript(int n) => string.Concat(n.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
