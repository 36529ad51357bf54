using System.Text.Json;
using System.Text.Json.Nodes;

namespace CultureTrack.Domain.Release;

/// <summary>A member of a criterion that differs, such as <c>parts[CD45].limit.max</c>, as it is written in each version; null where it is not there.</summary>
public sealed record FieldDifference(string Field, string? From, string? To);

/// <param name="Change">Added, Removed or Changed.</param>
public sealed record CriterionDifference(string Id, string Attribute, string Change, IReadOnlyList<FieldDifference> Fields);

/// <summary>What differs between two versions of a specification, criterion by criterion and member by member.</summary>
public static class SpecificationDiff
{
    // The id says which criterion it is; the others follow from its parts.
    private static readonly string[] Derived = ["id", "hasNamedParts", "laboratoryParts"];

    public static IReadOnlyList<CriterionDifference> Of(Specification from, Specification to)
    {
        var (old, @new) = (ById(from), ById(to));
        return [.. old.Keys.Union(@new.Keys).Order(StringComparer.Ordinal).Select(id => One(id, old.GetValueOrDefault(id), @new.GetValueOrDefault(id))).OfType<CriterionDifference>()];
    }

    private static Dictionary<string, Criterion> ById(Specification spec) => spec.WithCommon().Criteria.DistinctBy(c => c.Id).ToDictionary(c => c.Id, StringComparer.Ordinal);

    private static CriterionDifference? One(string id, Criterion? from, Criterion? to)
    {
        var (old, @new) = (Members(from), Members(to));
        List<FieldDifference> fields = [.. old.Keys.Union(@new.Keys).Where(k => old.GetValueOrDefault(k) != @new.GetValueOrDefault(k)).Order(StringComparer.Ordinal)
            .Select(k => new FieldDifference(k, old.GetValueOrDefault(k), @new.GetValueOrDefault(k)))];
        return fields.Count == 0 ? null : new(id, (to ?? from)!.Attribute, from is null ? "Added" : to is null ? "Removed" : "Changed", fields);
    }

    private static Dictionary<string, string> Members(Criterion? criterion)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        if (criterion is null) return members;
        var written = JsonSerializer.SerializeToNode(criterion, SpecificationRegister.Json)!.AsObject();
        foreach (var derived in Derived) written.Remove(derived);
        Flatten(written, "", members);
        return members;
    }

    // Parts are told by their name, not by their place: one put in between is no change of those after it.
    private static void Flatten(JsonNode? node, string path, Dictionary<string, string> into)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, value) in o) Flatten(value, path.Length == 0 ? name : $"{path}.{name}", into);
                break;
            case JsonArray a when a.Count > 0 && a.All(i => i is JsonObject):
                for (var i = 0; i < a.Count; i++) Flatten(a[i], $"{path}[{(string?)a[i]!["name"] ?? (string?)a[i]!["when"] ?? (string?)a[i]!["criterion"] ?? $"{i}"}]", into);
                break;
            case JsonArray { Count: 0 }: break;
            case JsonArray a:
                into[path] = string.Join(", ", a.Select(i => i?.ToString()));
                break;
            case null: break;
            default:
                if (node.GetValueKind() != JsonValueKind.False) into[path] = node.ToString();
                break;
        }
    }
}
