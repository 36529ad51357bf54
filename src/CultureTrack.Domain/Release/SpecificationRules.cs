using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>Whether a site's own list of criteria can be used at all; asked before it is stored, so that no batch meets a limit that cannot be read.</summary>
public static class SpecificationRules
{
    private const string Number = "A limit is a number written as text, such as 50.0 or 5.0e4: the way it is written decides the rounding.";

    /// <summary>What is wrong with it, each finding at its place; empty when it can be stored.</summary>
    public static IReadOnlyList<Finding> Problems(Specification spec) => [.. Found(spec)];

    private static IEnumerable<Finding> Found(Specification spec)
    {
        if (string.IsNullOrWhiteSpace(spec.SpecId) || spec.Version < 1) yield return Wrong("specId", "A specification has an id and a version from 1 on.");
        if (spec.ApprovedBy is not null && spec.ApprovedBy == spec.Author) yield return Wrong("approvedBy", "The author of a specification does not approve it.");
        var ids = spec.WithCommon().Criteria.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (criterion, i) in spec.Criteria.Select((c, i) => (c, i)))
        {
            if (spec.Criteria.Take(i).Any(c => c.Id == criterion.Id)) yield return Wrong($"criteria[{i}].id", $"{criterion.Id} is listed twice.");
            foreach (var finding in Of(criterion, $"criteria[{i}]", ids)) yield return finding;
        }
    }

    private static IEnumerable<Finding> Of(Criterion criterion, string at, HashSet<string> ids)
    {
        if (string.IsNullOrWhiteSpace(criterion.Id)) yield return Wrong($"{at}.id", "A criterion has an id.");
        if (criterion.Gate == Gate.NotApplicable) yield return Wrong($"{at}.gate", $"{criterion.Id} has gate F, C or I; where it does not apply is said by gateCases.");
        if (criterion.Parts.Count == 0) yield return Wrong($"{at}.parts", $"{criterion.Id} has no part.");
        if (criterion.Parts.Count > 1 && criterion.Parts.Any(p => string.IsNullOrWhiteSpace(p.Name))) yield return Wrong($"{at}.parts", $"{criterion.Id} has several parts; each has a name.");
        if (criterion.Parts.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { Key: { } twice }) yield return Wrong($"{at}.parts", $"{criterion.Id} has the part {twice} twice.");
        if (criterion.Id == BatchEvaluation.FinalSterility && criterion.LooksAt(Condition.FinalSterilityPassed))
            yield return Wrong($"{at}.gateCases", $"{criterion.Id} is the final sterility; whether it passed cannot decide how it is judged.");
        if (criterion.Validity is { Hours: <= 0 }) yield return Wrong($"{at}.validity.hours", "A validity is more than 0 hours.");
        if (criterion.ValidatedHours is < 0) yield return Wrong($"{at}.validatedHours", "The duration of a method is not negative.");
        if (criterion.SampleBeforeFill is { } w && (w.MinHours < 0 || w.MaxHours < w.MinHours)) yield return Wrong($"{at}.sampleBeforeFill", "The window of the sample begins before it ends, and not after the fill.");
        foreach (var (surrogate, i) in (criterion.Surrogates ?? []).Select((s, i) => (s, i)))
            if (!ids.Contains(surrogate.Criterion)) yield return Wrong($"{at}.surrogates[{i}].criterion", $"{criterion.Id}: {surrogate.Criterion} cannot stand in, it is not listed.");
        foreach (var (part, i) in criterion.Parts.Select((p, i) => (p, i)))
            foreach (var finding in Of(criterion, part, $"{at}.parts[{i}]")) yield return finding;
    }

    private static IEnumerable<Finding> Of(Criterion criterion, CriterionPart part, string at)
    {
        var name = part.Name is null ? criterion.Id : $"{criterion.Id}({part.Name})";
        if (part.IncubationHours is < 0 || part.InterimHours is < 0) yield return Wrong($"{at}.incubationHours", $"{name}: an incubation is not shorter than nothing.");
        if (part.InterimHours > part.IncubationHours) yield return Wrong($"{at}.interimHours", $"{name}: an interim reading comes before the end of the incubation.");
        var ranges = new[] { (Range: part.Limit, At: $"{at}.limit"), (Range: part.Alert, At: $"{at}.alert") }
            .Concat((part.LimitCases ?? []).Select((c, i) => (Range: (AcceptanceRange?)c.Limit, At: $"{at}.limitCases[{i}].limit")));
        foreach (var (range, where) in ranges)
            if (range is not null)
                foreach (var finding in Of(name, range, part.Unit, where)) yield return finding;
        if (part is { Limit: { } limit, Alert: { } alert } && IsReadable(limit) && IsReadable(alert) && (alert.Lower?.Bound < limit.Lower?.Bound || alert.Upper?.Bound > limit.Upper?.Bound))
            yield return Wrong($"{at}.alert", $"{name}: the alert lies inside the limit, not outside.");
    }

    private static IEnumerable<Finding> Of(string name, AcceptanceRange range, string? unit, string at)
    {
        foreach (var (text, member) in new[] { (range.Min, "min"), (range.Max, "max"), (range.LodMax, "lodMax") })
            if (text is not null && !IsNumber(text)) yield return Wrong($"{at}.{member}", $"{name}: {text} is no limit. {Number}");
        if (!IsReadable(range)) yield break;
        if (range.IsQualitative && (range.Min ?? range.Max) is not null) yield return Wrong(at, $"{name}: a limit is in words or in numbers, not both.");
        if (range.LodMax is not null && !range.IsQualitative) yield return Wrong($"{at}.lodMax", $"{name}: a detection limit belongs to a finding in words.");
        if (range.LodMax is not null && string.IsNullOrWhiteSpace(range.LodUnit)) yield return Wrong($"{at}.lodUnit", $"{name}: the detection limit has a unit.");
        if (range.Lower is { } low && range.Upper is { } high && (low.Bound > high.Bound || (low.Bound == high.Bound && (range.MinExcluded || range.MaxExcluded))))
            yield return Wrong($"{at}.min", $"{name}: nothing is at least {range.Min} and at most {range.Max}.");
        if (unit == "%" && (range.Lower?.Bound > 100m || range.Upper?.Bound < 0m)) yield return Wrong(at, $"{name}: no percentage can meet {range.Text(unit)}.");
    }

    private static bool IsReadable(AcceptanceRange range) => new[] { range.Min, range.Max, range.LodMax }.All(t => t is null || IsNumber(t));

    private static bool IsNumber(string text)
    {
        try { Limit.OfNumber(LimitSense.AtLeast, text); return true; }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException) { return false; }
    }

    private static Finding Wrong(string field, string message) => new(Codes.ValFormat, field, message);
}
