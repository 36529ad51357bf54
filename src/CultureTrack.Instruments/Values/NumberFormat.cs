using System.Globalization;
using System.Text.RegularExpressions;

namespace CultureTrack.Instruments.Values;

/// <summary>
/// The decimal mark of one file, decided from all of its numbers together and never for a single cell. <c>1.234</c> or <c>1,234</c>
/// alone can mean two things; <c>96.9</c>, <c>0.872</c> or <c>7,80</c> cannot.
/// </summary>
internal sealed partial record NumberFormat(DecimalMark Mark)
{
    /// <summary>Beyond this no laboratory instrument reports; such digits are damage.</summary>
    private const decimal ValueMax = 1e15m;

    public static NumberFormat Point { get; } = new(DecimalMark.Point);

    /// <summary>Decides from the cells, then from the setting; otherwise asks.</summary>
    public static Decided<NumberFormat> Decide(IEnumerable<string> cells, DecimalMark? setting)
    {
        string? point = null, comma = null, open = null;
        foreach (var cell in cells)
        {
            var match = Numeric().Match(cell);
            if (!match.Success) continue;
            switch (Evidence(match.Groups["number"].Value))
            {
                case DecimalMark.Point: point ??= cell; break;
                case DecimalMark.Comma: comma ??= cell; break;
                case null when match.Groups["number"].ValueSpan.IndexOfAny('.', ',') is >= 0 and var at && match.Groups["number"].ValueSpan[(at + 1)..].IndexOfAny('.', ',') < 0: open ??= cell; break;
            }
        }
        return (point, comma, open, setting) switch
        {
            (not null, not null, _, _) => new($"The file has decimal points ({point}) and decimal commas ({comma}). It was edited or damaged; export it again."),
            (not null, null, _, DecimalMark.Comma) => new($"The setting says decimal comma, but the file has decimal points ({point})."),
            (null, not null, _, DecimalMark.Point) => new($"The setting says decimal point, but the file has decimal commas ({comma})."),
            (not null, null, _, _) => new(new NumberFormat(DecimalMark.Point)),
            (null, not null, _, _) => new(new NumberFormat(DecimalMark.Comma)),
            (null, null, not null, null) => new(new ReadQuestion("decimalMark", $"Is the sign in {open.Trim()} a decimal mark or does it group thousands? Which decimal mark does the instrument's PC use?", ["Point", "Comma"])),
            _ => new(new NumberFormat(setting ?? DecimalMark.Point)),
        };
    }

    /// <summary>The number in the text, or null. Blanks of all widths and the other mark may group thousands, in threes only.</summary>
    public decimal? Parse(string text)
    {
        var (mark, group) = Mark == DecimalMark.Point ? ('.', ',') : (',', '.');
        var plain = GroupBlank().Replace(text.Trim(), "");
        if (plain.Contains(group))
        {
            var whole = plain.Split(mark)[0];
            if (!(group == ',' ? GroupedByComma() : GroupedByPoint()).IsMatch(whole) || plain.AsSpan(whole.Length).Contains(group)) return null;
            plain = plain.Replace(group.ToString(), "", StringComparison.Ordinal);
        }
        plain = plain.Replace(mark, '.');
        return decimal.TryParse(plain, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= ValueMax ? value : null;
    }

    private static DecimalMark? Evidence(string number)
    {
        var exponent = number.AsSpan().IndexOfAny('E', 'e');
        var digits = (exponent < 0 ? number : number[..exponent]).TrimStart('+', '-');
        var point = digits.LastIndexOf('.');
        var comma = digits.LastIndexOf(',');
        if (point < 0 && comma < 0) return null;
        if (point >= 0 && comma >= 0) return point > comma ? DecimalMark.Point : DecimalMark.Comma;
        var at = Math.Max(point, comma);
        var found = point >= 0 ? DecimalMark.Point : DecimalMark.Comma;
        if (digits.AsSpan(0, at).IndexOfAny('.', ',') >= 0) // 1.234.567 groups, so the mark is the other one; 1.2.3 is no number
            return GroupedByPoint().IsMatch(digits) ? DecimalMark.Comma : GroupedByComma().IsMatch(digits) ? DecimalMark.Point : null;
        var groupPossible = digits.Length - at - 1 == 3 && at is >= 1 and <= 3 && digits[0] != '0' && exponent < 0;
        return groupPossible ? null : found;
    }

    [GeneratedRegex(@"^\s*[<>]?\s*(?<number>[+-]?\d[\d.,]*([eE][+-]?\d+)?)\s*%?(\s*\(.*\))?\s*$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Numeric();

    [GeneratedRegex(@"(?<=\d)[\u0020\u00A0\u2009\u202F](?=\d{3}(\D|$))", RegexOptions.CultureInvariant)]
    private static partial Regex GroupBlank();

    [GeneratedRegex(@"^[+-]?\d{1,3}(,\d{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex GroupedByComma();

    [GeneratedRegex(@"^[+-]?\d{1,3}(\.\d{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex GroupedByPoint();
}
