namespace CultureTrack.Domain.Tracing;

/// <summary>Which batches were made of which others.</summary>
public static class BatchFamily
{
    /// <param name="links">Contacts of kind Source.</param>
    public static IReadOnlySet<string> Descendants(IEnumerable<string> batches, IEnumerable<Contact> links) => new Family(links).Descendants(batches);

    /// <inheritdoc cref="Descendants"/>
    public static IReadOnlySet<string> Ancestors(IEnumerable<string> batches, IEnumerable<Contact> links) => new Family(links).Ancestors(batches);
}

/// <summary>Which batches are made of which, from contacts of kind Source.</summary>
internal sealed class Family
{
    private readonly ILookup<string, Contact> _parents;
    private readonly ILookup<string, Contact> _children;

    public Family(IEnumerable<Contact> links)
    {
        var all = links.Where(l => l.Kind == ContactKind.Source).ToList();
        (_parents, _children) = (all.ToLookup(l => l.BatchId, StringComparer.Ordinal), all.ToLookup(l => l.Key, StringComparer.Ordinal));
    }

    public IReadOnlySet<string> Ancestors(IEnumerable<string> batches) => Closure.Of(batches, b => _parents[b].Select(l => l.Key));
    public IReadOnlySet<string> Descendants(IEnumerable<string> batches) => Closure.Of(batches, b => _children[b].Select(l => l.BatchId));

    /// <summary>What was made of the batches and, where asked, what they are made of and what else was made of that.</summary>
    public IEnumerable<(string BatchId, Reach Reason)> Around(IReadOnlySet<string> batches, bool ancestors)
    {
        foreach (var found in batches.SelectMany(b => Descendants([b]).Where(d => d != b).SelectMany(d => Because(ReachKind.MadeFromIt, d, b, _parents[d])))) yield return found;
        if (!ancestors) yield break;
        var down = Descendants(batches);
        foreach (var above in batches.SelectMany(b => Ancestors([b])).Where(a => !batches.Contains(a)).Distinct())
        {
            foreach (var found in Because(ReachKind.MadeInto, above, batches.First(b => Ancestors([b]).Contains(above)), _children[above])) yield return found;
            foreach (var found in Descendants([above]).Where(d => d != above && !down.Contains(d) && !Ancestors(batches).Contains(d)).SelectMany(d => Because(ReachKind.SameSource, d, above, _parents[d]))) yield return found;
        }
    }

    private static IEnumerable<(string, Reach)> Because(ReachKind kind, string batch, string key, IEnumerable<Contact> evidence)
    {
        var links = evidence.ToList();
        if (links.Count > 0) yield return (batch, new(kind, key, null, links.Min(l => l.Since), null, [.. links.SelectMany(l => l.Events)], []));
    }
}
