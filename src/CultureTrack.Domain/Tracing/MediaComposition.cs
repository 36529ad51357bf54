using System.Collections.Concurrent;

namespace CultureTrack.Domain.Tracing;

/// <summary>Which lots each prepared medium was mixed from; lots of a supplier have no components. Mixed from mixed media, however deep.</summary>
public sealed class MediaComposition(IEnumerable<(string LotId, IReadOnlyList<string> Components)> media)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _components = media.GroupBy(m => m.LotId).ToDictionary(g => g.Key, g => g.First().Components, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlySet<string>> _roots = new(StringComparer.Ordinal);
    private ILookup<string, string>? _into;

    private ILookup<string, string> Into => _into ??= _components.SelectMany(m => m.Value.Distinct().Select(c => (Component: c, Medium: m.Key))).ToLookup(p => p.Component, p => p.Medium, StringComparer.Ordinal);

    /// <summary>The lot itself and everything it was mixed from.</summary>
    public IReadOnlySet<string> Roots(string lotId) => _roots.GetOrAdd(lotId, id => Closure.Of([id], l => _components.GetValueOrDefault(l) ?? []));

    /// <summary>The lots themselves and every medium mixed from one of them.</summary>
    public IReadOnlySet<string> Forward(IEnumerable<string> lotIds) => Closure.Of(lotIds, l => Into[l]);
}

/// <summary>Everything that can be reached, the start included; a loop in the data ends nowhere twice.</summary>
internal static class Closure
{
    public static IReadOnlySet<string> Of(IEnumerable<string> start, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(start, StringComparer.Ordinal);
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var id))
            foreach (var other in next(id))
                if (seen.Add(other)) open.Enqueue(other);
        return seen;
    }
}
