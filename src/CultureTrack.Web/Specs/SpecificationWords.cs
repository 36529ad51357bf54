using System.Text.RegularExpressions;
using CultureTrack.Domain.Release;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Specs;

/// <summary>One change as a reader sees it: a limit with its sign and unit, a condition in words; null where there is none.</summary>
public sealed record ChangedMember(string Member, string? Was, string? Is);

/// <summary>The difference of two versions in words: <c>parts[CD45].limit.max</c> is <c>CD45: upper limit</c>. A limit and whether it belongs to the range are one change.</summary>
public static partial class SpecificationWords
{
    private static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["attribute"] = "Attribute",
        ["method"] = "Method",
        ["methodVersion"] = "version of the method",
        ["gate"] = "Gate",
        ["gateCases.when"] = "case of the gate",
        ["gateCases.gate"] = "Gate",
        ["stage"] = "Stage",
        ["source"] = "where the value comes from",
        ["reference"] = "Source",
        ["common"] = "common criterion",
        ["validity.hours"] = "Valid, h",
        ["validity.freshOnly"] = "validity only for fresh product",
        ["validatedHours"] = "validated duration, h",
        ["sampleBeforeFill.minHours"] = "sample at least this long before fill, h",
        ["sampleBeforeFill.maxHours"] = "sample at most this long before fill, h",
        ["matrices"] = "sample matrices",
        ["surrogates.criterion"] = "stands in while pending",
        ["surrogates.part"] = "part that stands in",
        ["surrogates.withoutAlert"] = "stands in only without alert",
        ["limitText"] = "limit in words",
        ["sterility"] = "sterility test",
        ["mycoplasma"] = "mycoplasma test",
        ["minimumVolume"] = "smallest sample volume",
        ["harvestViabilityAlert"] = "alert below this viability at harvest, %",
        ["parts.name"] = "Part",
        ["parts.unit"] = "Unit",
        ["parts.source"] = "where the value comes from",
        ["parts.optional"] = "optional",
        ["parts.oneOf"] = "one of these is reported",
        ["parts.notApplicableWhen"] = "not applicable when",
        ["parts.incubationHours"] = "incubation, h",
        ["parts.interimHours"] = "interim reading from, h",
        ["parts.perContainer"] = "judged per container",
        ["parts.limitCases.when"] = "case of the limit",
        ["min"] = "Lower limit",
        ["max"] = "Upper limit",
        ["alert.min"] = "lower alert limit",
        ["alert.max"] = "upper alert limit",
        ["expect"] = "words that pass",
        ["lodMax"] = "largest detection limit",
        ["lodUnit"] = "unit of the detection limit",
        ["formula"] = "limit computed for the batch",
    };

    private static readonly string[] Named = ["source", "when", "notApplicableWhen", "expect", "formula", "matrices"];

    public static IReadOnlyList<ChangedMember> Of(CriterionDifference difference, Specification was, Specification @is, IStringLocalizer l)
    {
        var (old, @new) = (Find(was, difference.Id), Find(@is, difference.Id));
        return [.. difference.Fields.Select(f => One(f, old, @new, l)).DistinctBy(m => m.Member)];
    }

    /// <summary>The limit of a part; findings in words as they are spoken, <c>no growth</c> and not <c>NoGrowth</c>.</summary>
    public static string Limit(CriterionPart part)
    {
        var range = part.Limit ?? new AcceptanceRange();
        return range.Expect.Aggregate(range.Text(Num.UnitText(part.Unit)), (text, word) => text.Replace(word.ToString(), Said.Words(word.ToString()).ToLowerInvariant(), StringComparison.Ordinal));
    }

    private static Criterion? Find(Specification spec, string id) => spec.WithCommon().Criteria.FirstOrDefault(c => c.Id == id);

    private static ChangedMember One(FieldDifference field, Criterion? was, Criterion? @is, IStringLocalizer l)
    {
        List<(string Name, string Key)> path = [.. Segment().Matches(field.Field).Select(m => (m.Groups[1].Value, m.Groups[2].Value))];
        var leaf = path[^1].Name;
        var isBound = leaf is "min" or "minExcluded" or "max" or "maxExcluded";
        if (isBound) leaf = leaf[..3];
        var whole = string.Join('.', path.SkipLast(1).Select(s => s.Name).Append(leaf));
        var word = Members.GetValueOrDefault(whole) ?? (path.Any(s => s.Name == "alert") ? Members.GetValueOrDefault("alert." + leaf) : null) ?? Members.GetValueOrDefault(leaf) ?? Said.Words(leaf);
        var scope = string.Join(", ", path.Where(s => s.Key.Length > 0 && !s.Key.All(char.IsAsciiDigit)).Select(s => s.Name.EndsWith("Cases", StringComparison.Ordinal) ? l[Said.Words(s.Key)].Value : s.Key));
        var said = l[word].Value;
        var member = scope.Length > 0 ? $"{scope}: {char.ToLowerInvariant(said[0])}{said[1..]}" : char.ToUpperInvariant(said[0]) + said[1..];
        return isBound ? new(member, Bound(was, path, leaf), Bound(@is, path, leaf)) : new(member, Value(leaf, field.From, l), Value(leaf, field.To, l));
    }

    private static string? Value(string leaf, string? text, IStringLocalizer l) => text switch
    {
        null => null,
        "true" => l["yes"],
        _ when Named.Contains(leaf) => string.Join(", ", text.Split(", ").Select(t => l[Said.Words(t)].Value)),
        _ when leaf == "unit" => Num.UnitText(text),
        _ => text,
    };

    private static string? Bound(Criterion? criterion, List<(string Name, string Key)> path, string leaf)
    {
        if (Part(criterion, path[0].Key) is not { } part) return null;
        var range = path[1].Name switch { "alert" => part.Alert, "limitCases" => part.LimitCases?.FirstOrDefault(c => c.When.ToString() == path[1].Key)?.Limit, _ => part.Limit };
        var written = (leaf == "min" ? range?.Min is { } min ? $"{(range.MinExcluded ? ">" : "≥")} {min}" : null : range?.Max is { } max ? $"{(range.MaxExcluded ? "<" : "≤")} {max}" : null);
        return written is null ? null : $"{written} {Num.UnitText(part.Unit)}".Trim();
    }

    // A part without a name is told by its place.
    private static CriterionPart? Part(Criterion? criterion, string key) =>
        criterion?.Parts.FirstOrDefault(p => p.Name == key) ?? (int.TryParse(key, out var place) ? criterion?.Parts.ElementAtOrDefault(place) : null);

    [GeneratedRegex(@"(\w+)(?:\[([^\]]*)\])?(?:\.|$)")]
    private static partial Regex Segment();
}
