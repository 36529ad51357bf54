using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Web.Api;

/// <summary>One of the two views that are compared.</summary>
/// <param name="At">What had happened by then; null = up to now.</param>
/// <param name="KnownAt">What was recorded by then; null = all that is known now.</param>
public sealed record DiffSide(DateTimeOffset? At, DateTimeOffset? KnownAt, long Version);

/// <param name="Path">Such as <c>vessels[V-21].status</c>.</param>
/// <param name="Before">Absent when there was nothing.</param>
/// <param name="After">Absent when there is nothing any more.</param>
public sealed record DiffChange(string Path, JsonNode? Before, JsonNode? After);

/// <param name="EventIds">Entries that only the second view knows.</param>
public sealed record DiffView(string BatchId, DiffSide Before, DiffSide After, IReadOnlyList<DiffChange> Changes, IReadOnlyList<Guid> EventIds, IReadOnlyList<Guid> CorrectedEventIds)
{
    public const string Example = """
        {"batchId":"ADSC-26-0007","before":{"at":null,"knownAt":"2026-04-24T12:00:00.000Z","version":22},"after":{"at":null,"knownAt":null,"version":23},"changes":[{"path":"vessels[V-21].status","before":"InUse","after":"Detached"}],"eventIds":["0197f3a2-5c1e-7000-8000-3f2a9d1c0b11"],"correctedEventIds":[]}
        """;

    public static DiffView Of(BatchState before, DiffSide one, BatchState after, DiffSide other)
    {
        var known = before.History.Select(e => e.EventId).ToHashSet();
        return new(after.BatchId, one with { Version = before.Version }, other with { Version = after.Version },
            [.. Compare("", Json(before), Json(after)).Where(c => c.Path != "version")],
            [.. after.History.Select(e => e.EventId).Where(id => !known.Contains(id))],
            [.. after.CorrectedAt.Keys.Where(id => !before.CorrectedAt.ContainsKey(id))]);
    }

    private static JsonNode? Json(BatchState state) => state.HasStarted ? JsonSerializer.SerializeToNode(BatchView.Of(state), ApiJson.Options) : null;

    private static IEnumerable<DiffChange> Compare(string path, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after)) return [];
        return (before, after) switch
        {
            (JsonObject a, JsonObject b) => Union(a, b).SelectMany(name => Compare(path.Length == 0 ? name : $"{path}.{name}", a[name], b[name])),
            (JsonArray a, JsonArray b) when Keyed(a) is { } x && Keyed(b) is { } y => Union(x, y).SelectMany(key => Compare($"{path}[{key}]", x[key], y[key])),
            _ => [new(path, before?.DeepClone(), after?.DeepClone())],
        };
    }

    private static IEnumerable<string> Union(JsonObject a, JsonObject b) => a.Select(m => m.Key).Union(b.Select(m => m.Key));

    /// <summary>Things of a list by their id, which is always the first member; null for a list of plain values.</summary>
    private static JsonObject? Keyed(JsonArray list)
    {
        var keyed = new JsonObject();
        foreach (var item in list)
        {
            if (item is not JsonObject { Count: > 0 } thing || thing.First().Value is not JsonValue id) return null;
            // Work is known by task and object together.
            var key = thing.TryGetPropertyValue("subject", out var subject) ? $"{id}/{subject}" : id.ToString();
            if (!keyed.TryAdd(key, thing.DeepClone())) return null;
        }
        return keyed;
    }
}
