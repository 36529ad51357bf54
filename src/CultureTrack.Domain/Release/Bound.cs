using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Release;

/// <summary>
/// One end of a limit as it is written in the specification. The way it is written decides how results are rounded before they are compared (G-3):
/// <c>2.0</c> rounds to one decimal, <c>5.0e4</c> rounds the mantissa to one decimal at 10⁴.
/// </summary>
/// <param name="Exponent">Power of ten of a limit in E notation, else null.</param>
[JsonConverter(typeof(BoundConverter))]
public sealed record Bound(string Text, decimal Value, int Decimals, int? Exponent)
{
    /// <summary>Reads <c>70</c>, <c>50.0</c> or <c>5.0e4</c>; anything else throws <see cref="FormatException"/>.</summary>
    public static Bound Parse(string text)
    {
        var parts = text.Split('e', 'E');
        var mantissa = decimal.Parse(parts[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : parts[0].Length - point - 1;
        if (parts.Length == 1) return new(text, mantissa, decimals, null);
        var exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return new(text, mantissa * LimitRounding.PowerOfTen(exponent), decimals, exponent);
    }

    /// <summary>A limit that was calculated: cut down to two significant digits and kept with the decimals of those (G-3).</summary>
    public static Bound Computed(decimal value)
    {
        var cut = LimitRounding.CutDownToTwoDigits(value);
        var decimals = 0;
        for (var step = 10m; cut > 0m && cut * LimitRounding.PowerOfTen(decimals) < step && decimals < 12;) decimals++;
        var text = cut.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return new(text, cut, decimals, null);
    }

    public decimal Round(decimal value) => Exponent is { } e ? LimitRounding.ToMantissa(value, e, Decimals) : LimitRounding.ToDecimals(value, Decimals);

    public override string ToString() => Text;
}

internal sealed class BoundConverter : JsonConverter<Bound>
{
    public override Bound Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try { return Bound.Parse(reader.GetString() ?? ""); }
        catch (FormatException e) { throw new JsonException("A limit is a number written as text, such as 50.0 or 5.0e4.", e); }
    }

    public override void Write(Utf8JsonWriter writer, Bound value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
