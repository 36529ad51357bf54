using System.Globalization;
using System.Text.RegularExpressions;

namespace CultureTrack.Documents.Wording;

/// <summary>Limits and observations as people print them: units with their signs, powers of ten, results in words. The record keeps the exact text.</summary>
public static partial class Figures
{
    public static string Printed(string? text)
    {
        if (text is null) return "";
        text = PowerOfTen().Replace(text, m => Num.Cells(decimal.Parse(m.Value, NumberStyles.Float, CultureInfo.InvariantCulture)));
        text = LongNumber().Replace(text, m => Num.Plain(decimal.Parse(m.Value, CultureInfo.InvariantCulture)));
        text = text.Replace("1/cm2", "/cm²", StringComparison.Ordinal).Replace("1/mL", "/mL", StringComparison.Ordinal);
        return Num.UnitText(text).Replace("NotDetected", "not detected", StringComparison.Ordinal).Replace("NoGrowth", "no growth", StringComparison.Ordinal)
            .Replace("CO2", "CO₂", StringComparison.Ordinal).Replace("O2,", "O₂,", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?<![\w.-])\d+(\.\d+)?e\d+\b")]
    private static partial Regex PowerOfTen();

    // Five digits and more, or more decimals than anybody reads.
    [GeneratedRegex(@"(?<![\w.-])(\d{5,}(\.\d+)?|\d+\.\d{3,})(?![\w.-])")]
    private static partial Regex LongNumber();
}
