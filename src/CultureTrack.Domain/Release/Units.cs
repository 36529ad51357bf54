namespace CultureTrack.Domain.Release;

/// <summary>Units as laboratories write them (K-05): <c>/mL</c> is <c>1/mL</c>, <c>/cm²</c> is <c>1/cm2</c>, volume fractions are <c>%</c>.</summary>
public static class Units
{
    public static bool Same(string a, string b) => Normal(a) == Normal(b);

    /// <summary>A volume in mL as an amount in <paramref name="unit"/>; null when that is no volume.</summary>
    public static decimal? OfMillilitres(decimal ml, string unit) => Normal(unit).ToUpperInvariant() switch
    {
        "ML" => ml,
        "L" => ml / 1000m,
        // Upper case of the micro sign is the Greek letter.
        "UL" or "\u039cL" => ml * 1000m,
        _ => null,
    };

    private static string Normal(string unit)
    {
        var text = unit.Trim().Replace("²", "2", StringComparison.Ordinal).Replace("³", "3", StringComparison.Ordinal)
            .Replace("^", "", StringComparison.Ordinal).Replace("μ", "µ", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (text.StartsWith("1/", StringComparison.Ordinal)) text = text[1..];
        if (text.StartsWith("cells/", StringComparison.OrdinalIgnoreCase)) text = text[5..];
        if (text is "%v/v" or "%(v/v)") text = "%";
        return text.Replace("/ml", "/mL", StringComparison.Ordinal);
    }
}
