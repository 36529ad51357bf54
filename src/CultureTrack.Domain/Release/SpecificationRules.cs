namespace CultureTrack.Domain.Release;

/// <summary>Whether a site's own list of criteria can be used at all; asked before it is stored, so that no batch meets a limit that cannot be read.</summary>
public static class SpecificationRules
{
    /// <summary>What is wrong with it, in words; empty when it can be stored.</summary>
    public static IReadOnlyList<string> Problems(Specification spec) => [.. Found(spec)];

    private static IEnumerable<string> Found(Specification spec)
    {
        if (string.IsNullOrWhiteSpace(spec.SpecId) || spec.Version < 1) yield return "A specification has an id and a version from 1 on.";
        if (spec.ApprovedBy is not null && spec.ApprovedBy == spec.Author) yield return "The author of a specification does not approve it.";
        foreach (var twice in spec.Criteria.GroupBy(c => c.Id).Where(g => g.Count() > 1)) yield return $"{twice.Key} is listed twice.";
        var ids = spec.WithCommon().Criteria.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var criterion in spec.Criteria)
        {
            if (criterion.Parts.Count == 0) yield return $"{criterion.Id} has no part.";
            foreach (var surrogate in (criterion.Surrogates ?? []).Where(s => !ids.Contains(s.Criterion))) yield return $"{criterion.Id}: {surrogate.Criterion} cannot stand in, it is not listed.";
            foreach (var range in criterion.Parts.SelectMany(p => new[] { p.Limit, p.Alert }.Concat((p.LimitCases ?? []).Select(c => c.Limit))).OfType<AcceptanceRange>())
                if (!IsReadable(range)) yield return $"{criterion.Id}: a limit is a number written as text, such as 50.0 or 5.0e4, the lower one not above the upper one.";
        }
    }

    private static bool IsReadable(AcceptanceRange range)
    {
        try { return range.Lower is not { } low || range.Upper is not { } high || low.Bound <= high.Bound; }
        catch (FormatException) { return false; }
        catch (OverflowException) { return false; }
    }
}
