using System.Globalization;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Domain.Release;

/// <summary>What the process record says about one part: numbers to compare with the limit, or a decision already made.</summary>
/// <param name="Numbers">Every released unit's value; all must pass.</param>
internal sealed record ProcessValue(string? Part, IReadOnlyList<decimal> Numbers, Outcome? Decided, string Why, IReadOnlyList<Guid> Evidence)
{
    public string? Observed { get; init; }
    public bool Alert { get; init; }
    public string? Code { get; init; }

    public static ProcessValue Missing(string why, string? part = null, params IEnumerable<Guid> evidence) => new(part, [], Outcome.NotTested, why, [.. evidence]);

    public static ProcessValue Met(bool met, string observed, string why, IEnumerable<Guid> evidence, string? part = null) =>
        new(part, [], met ? Outcome.Pass : Outcome.FailConfirmed, why, [.. evidence]) { Observed = observed };

    public static ProcessValue Measured(IEnumerable<decimal> numbers, IEnumerable<Guid> evidence, string? part = null) =>
        new(part, [.. numbers], null, "", [.. evidence]);
}

/// <summary>Values of the process record against their limits: rounded as QC results are (G-4), failing confirmed at once (3.1).</summary>
internal static class ProcessEvaluation
{
    public static PartResult Of(Criterion criterion, CriterionPart part, IReadOnlyList<ProcessValue> values)
    {
        var value = values.FirstOrDefault(v => v.Part == part.Name) ?? values.FirstOrDefault(v => v.Part is null)
            ?? ProcessValue.Missing($"The process record has no value for {criterion.Id}.");
        var judged = value.Decided is { } decided ? new PartResult(part, decided, value.Why) : Compare(part, value);
        return judged with
        {
            Observed = value.Observed ?? Range(part, value.Numbers),
            Limit = part.Limit?.Text(part.Unit) ?? criterion.LimitText,
            Alert = value.Alert || (part.Alert is { } alert && value.Numbers.Any(n => alert.Judge(n) == LimitOutcome.Fail)),
            HasResult = judged.Outcome is not (Outcome.NotTested or Outcome.Pending),
            Code = value.Code,
            Evidence = value.Evidence,
        };
    }

    private static PartResult Compare(CriterionPart part, ProcessValue value)
    {
        var failing = value.Numbers.Where(n => part.Limit?.Judge(n) == LimitOutcome.Fail).ToList();
        return failing.Count == 0
            ? new(part, Outcome.Pass, $"{Range(part, value.Numbers)} is within the limit.")
            : new(part, Outcome.FailConfirmed, $"{Range(part, failing)} is outside the limit {part.Limit!.Text(part.Unit)}.");
    }

    private static string? Range(CriterionPart part, IReadOnlyList<decimal> numbers)
    {
        if (numbers.Count == 0) return null;
        var (min, max) = (numbers.Min(), numbers.Max());
        var range = min == max ? string.Create(CultureInfo.InvariantCulture, $"{min:0.####} {part.Unit}") : string.Create(CultureInfo.InvariantCulture, $"{min:0.####}–{max:0.####} {part.Unit}");
        return numbers.Count == 1 ? range.TrimEnd() : $"{range.TrimEnd()} ({numbers.Count} values)";
    }
}
