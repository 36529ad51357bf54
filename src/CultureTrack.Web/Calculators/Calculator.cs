using CultureTrack.Web.Entries;

namespace CultureTrack.Web.Calculators;

/// <summary>One number, or list of numbers or text, that a calculation needs.</summary>
/// <param name="Name">In the address of the page.</param>
/// <param name="Min">Smallest value allowed; excluded when <paramref name="Above"/> is set.</param>
public sealed record CalcInput(string Name, string Label, string Unit, decimal? Min = null, decimal? Max = null, bool Above = false, string? Usual = null)
{
    /// <summary>Several numbers, separated by blanks or commas.</summary>
    public bool IsList { get; init; }
    public bool IsText { get; init; }

    public string Range => (Min, Max) switch
    {
        ({ } low, { } high) => $"{(Above ? ">" : "")}{low:#,0.###}–{high:#,0.###}",
        ({ } low, null) => $"{(Above ? ">" : "≥")} {low:#,0.###}",
        (null, { } high) => $"≤ {high:#,0.###}",
        _ => "",
    };
}

/// <param name="Field">Field of an entry it can be put into, as the entry names it.</param>
public sealed record CalcResult(string Label, double? Value, string Unit, string? Field = null)
{
    public string? Text { get; init; }
    public bool IsBad { get; init; }
}

/// <summary>A formula of domain.md 5 to work with.</summary>
/// <param name="Entry">Entry that its results and inputs prefill; null: none.</param>
public sealed record Calculator(string Id, string Group, string Title, string Formula, IReadOnlyList<CalcInput> Inputs, Func<CalcValues, IReadOnlyList<CalcResult>> Compute, string? Entry = null);

/// <summary>What was typed, checked.</summary>
public sealed class CalcValues(IReadOnlyDictionary<string, string> typed)
{
    public string Text(string name) => typed.GetValueOrDefault(name, "").Trim();
    public decimal Number(string name) => FormNumber.TryRead(Text(name), out var n) ? n : 0;
    public double Real(string name) => (double)Number(name);
    public IReadOnlyList<double> List(string name) => [.. Parts(Text(name)).Select(p => FormNumber.TryRead(p, out var n) ? (double)n : double.NaN)];

    public static IEnumerable<string> Parts(string text) => text.Split([' ', ';', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What is wrong with one input; null when it is right or still empty.</summary>
    public string? Fault(CalcInput input)
    {
        var text = Text(input.Name);
        if (text.Length == 0 || input.IsText) return null;
        foreach (var part in input.IsList ? Parts(text) : [text])
        {
            if (!FormNumber.TryRead(part, out var n)) return $"{part}?";
            if (n < input.Min || n > input.Max || (input.Above && n == input.Min)) return input.Range;
        }
        return null;
    }

    public bool IsComplete(Calculator calculator) => calculator.Inputs.All(i => Text(i.Name).Length > 0 && Fault(i) is null);
}
