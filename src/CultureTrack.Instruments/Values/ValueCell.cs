using System.Text.RegularExpressions;
using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Values;

/// <summary>Turns one cell into a value with unit and qualifier. What is not clearly a number stays without a number.</summary>
internal static partial class ValueCell
{
    /// <param name="cell">Text, number, date or truth value.</param>
    /// <param name="unit">Unit after conversion.</param>
    /// <param name="scale">Factor from the file's unit to <paramref name="unit"/>.</param>
    /// <param name="format">The file's decimal mark.</param>
    /// <returns>Null for an empty cell.</returns>
    public static ResultValue? Read(object? cell, string unit, decimal scale, NumberFormat format)
    {
        var original = CellText.Of(cell);
        if (original.Length == 0) return null;
        if (cell is double number) return FromNumber(number, unit, scale, original);
        var match = Parts().Match(original);
        if (!match.Success) return new ResultValue(null, unit, '=', original, "not a number");
        var value = format.Parse(match.Groups["number"].Value);
        var qualifier = match.Groups["qualifier"] is { Success: true } q ? q.Value[0] : '=';
        return (value, match.Groups["remark"], match.Groups["percent"].Success) switch
        {
            (null, _, _) => new ResultValue(null, unit, '=', original, "not a number"),
            (_, { Success: true } remark, _) => new ResultValue(null, unit, qualifier, original, Blanks().Replace(remark.Value, " ")),
            (_, _, true) when unit != "%" => new ResultValue(null, unit, qualifier, original, $"a percent sign in a column of {(unit.Length == 0 ? "plain numbers" : unit)}"),
            ({ } plain, _, _) => new ResultValue(plain * scale, unit, qualifier, original),
        };
    }

    private static ResultValue FromNumber(double number, string unit, decimal scale, string original) =>
        double.IsFinite(number) && Math.Abs(number) <= 1e15
            ? new ResultValue((decimal)number * scale, unit, '=', original)
            : new ResultValue(null, unit, '=', original, "not a number");

    [GeneratedRegex(@"^(?<qualifier>[<>])?\s*(?<number>[+-]?\d[\d.,\u0020\u00A0\u2009\u202F]*([eE][+-]?\d+)?)\s*(?<percent>%)?\s*(\((?<remark>[^()]*)\))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
