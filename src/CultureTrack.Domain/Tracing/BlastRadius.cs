using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tracing;

/// <summary>Why a batch is within reach, strongest first; docs/blast-radius.md explains the order in words.</summary>
public enum ReachKind { MadeFromIt, MadeInto, SameSource, SameTissue, SameDonor, SameShelf, SameCabinet, SameIncubator, SameStorage, SameLot, SameRoom, LotInMedium, SameOperator }

/// <summary>One reason with its evidence.</summary>
/// <param name="Key">What is shared: donor, DIN, batch, lot, equipment, room or person.</param>
/// <param name="Via">The medium through which a lot was shared, the day of an operator, the shelf; else null.</param>
/// <param name="From">Beginning of the time in common, or of this batch's use.</param>
/// <param name="Events">Entries of this batch, or of the room, that show it.</param>
/// <param name="OriginEvents">Entries of the origin that show it; empty where the origin is a thing and not a batch.</param>
public sealed record Reach(
    ReachKind Kind, string Key, string? Via, DateTimeOffset From, DateTimeOffset? To, IReadOnlyList<Guid> Events, IReadOnlyList<Guid> OriginEvents)
{
    public int Weight => BlastRadius.WeightOf(Kind);
}

/// <param name="Score">Each kind of reason counts once with its weight.</param>
public sealed record ReachedBatch(string BatchId, int Score, IReadOnlyList<Reach> Reasons);

/// <summary>What a batch is compared with: a kind and key, with a part and a time where they matter.</summary>
/// <param name="Part">Null: any shelf or day.</param>
/// <param name="Events">Entries of the origin that name it.</param>
public sealed record Trace(ContactKind Kind, string Key, string? Part = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null)
{
    public IReadOnlyList<Guid> Events { get; init; } = [];

    /// <summary>Shelf of the origin's own stay.</summary>
    public string? Shelf { get; init; }

    public bool Finds(Contact c) => c.Kind == Kind && c.Key == Key && (Part is null || c.Part == Part) && c.Meets(Since, Until);
}

/// <summary>Where something went wrong.</summary>
/// <param name="Batches">The batches it went wrong in; never in the answer themselves.</param>
/// <param name="Traces">What others are compared with.</param>
/// <param name="Lots">Lots whose presence in another batch counts, also inside a medium: those the origin used with everything they were mixed from, or the bad lot alone.</param>
/// <param name="UsedLots">Lots the origin itself named.</param>
/// <param name="ReachesDescendants">Also what was made of the batches that are found: a bad lot or a failed incubator lives on in their cells.</param>
public sealed record BlastOrigin(
    IReadOnlySet<string> Batches, IReadOnlyList<Trace> Traces, IReadOnlySet<string> Lots, IReadOnlySet<string> UsedLots, bool ReachesDescendants);

/// <summary>
/// Every batch that shared something with an origin, ranked, with reasons and evidence. Pure: it is given contacts that may match, finds those that do and says
/// why. Instants in common count; the weights are set here and nowhere else.
/// </summary>
public static class BlastRadius
{
    public static int WeightOf(ReachKind kind) => kind switch
    {
        ReachKind.MadeFromIt => 100,
        ReachKind.MadeInto => 90,
        ReachKind.SameSource or ReachKind.SameTissue => 80,
        ReachKind.SameDonor => 60,
        ReachKind.SameShelf => 50,
        ReachKind.SameCabinet => 45,
        ReachKind.SameIncubator or ReachKind.SameStorage => 35,
        ReachKind.SameLot => 30,
        ReachKind.SameRoom or ReachKind.LotInMedium => 25,
        _ => 10,
    };

    /// <summary>The origin that one or several batches are.</summary>
    /// <param name="own">Contacts of these batches, with what clean rooms say of them.</param>
    /// <param name="from">Only what the batches met from then on, and <paramref name="to"/> until then; null: their whole lives.</param>
    public static BlastOrigin OfBatches(IReadOnlySet<string> batches, IEnumerable<Contact> own, MediaComposition media, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var contacts = own.Where(c => batches.Contains(c.BatchId) && c.Meets(from, to)).ToList();
        var used = contacts.Where(c => c.Kind == ContactKind.Lot).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        var roots = used.SelectMany(media.Roots).ToHashSet(StringComparer.Ordinal);
        var traces = contacts.Select(c => TraceOf(c, from, to)).OfType<Trace>().Concat(media.Forward(roots).Select(l => new Trace(ContactKind.Lot, l) { Events = EventsOfLot(l, contacts, media) }));
        return new(batches, [.. traces], roots, used, ReachesDescendants: false);
    }

    private static Trace? TraceOf(Contact c, DateTimeOffset? from, DateTimeOffset? to) => c.Kind switch
    {
        ContactKind.Donor or ContactKind.Tissue => new(c.Kind, c.Key) { Events = c.Events },
        ContactKind.Operator => new(c.Kind, c.Key, c.Part) { Events = c.Events },
        ContactKind.Incubator => new(c.Kind, c.Key, null, Later(c.Since, from), Earlier(c.Until, to)) { Events = c.Events, Shelf = c.Part },
        ContactKind.Cabinet or ContactKind.Room => new(c.Kind, c.Key, null, Later(c.Since, from), Earlier(c.Until, to)) { Events = c.Events },
        _ => null,
    };

    // The entries of the origin that used the lot, or something mixed from a part of it.
    private static List<Guid> EventsOfLot(string lot, IEnumerable<Contact> own, MediaComposition media) =>
        [.. own.Where(c => c.Kind == ContactKind.Lot && (c.Key == lot || media.Roots(c.Key).Overlaps(media.Roots(lot)))).SelectMany(c => c.Key == lot ? c.Events : c.Events.Take(1))];

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;
    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;

    /// <summary>The origin that a bad lot is: whoever used it, or a medium mixed from it.</summary>
    public static BlastOrigin OfLot(string lotId, MediaComposition media) => new(
        new HashSet<string>(), [.. media.Forward([lotId]).Select(l => new Trace(ContactKind.Lot, l))], new HashSet<string>([lotId], StringComparer.Ordinal), new HashSet<string>([lotId], StringComparer.Ordinal), true);

    /// <summary>The origin that a thing or a person is for a time.</summary>
    public static BlastOrigin OfThing(IEnumerable<ContactKind> kinds, string key, DateTimeOffset? from, DateTimeOffset? to, string? shelf = null) => new(
        new HashSet<string>(), [.. kinds.Select(k => new Trace(k, key, k == ContactKind.Incubator ? shelf : null, from, to) { Shelf = shelf })], new HashSet<string>(), new HashSet<string>(), true);

    /// <param name="candidates">Contacts among which all that a trace finds are; others do no harm.</param>
    /// <param name="links">Contacts of kind Source: those of all ancestors and descendants of the batches concerned.</param>
    public static IReadOnlyList<ReachedBatch> Of(BlastOrigin origin, IEnumerable<Contact> candidates, IEnumerable<Contact> links, MediaComposition media)
    {
        var traces = origin.Traces.ToLookup(t => (t.Kind, t.Key));
        var direct = candidates.Where(c => !origin.Batches.Contains(c.BatchId)).SelectMany(c => traces[(c.Kind, c.Key)].Where(t => t.Finds(c)).SelectMany(t => Reasons(t, c, origin, media).Select(r => (c.BatchId, Reason: r)))).ToList();
        var family = new Family(links);
        var start = origin.ReachesDescendants ? direct.Select(d => d.BatchId).ToHashSet(StringComparer.Ordinal) : origin.Batches;
        return [.. direct.Concat(family.Around(start, ancestors: !origin.ReachesDescendants).Where(f => !origin.Batches.Contains(f.BatchId)))
            .GroupBy(d => d.BatchId, d => d.Reason).Select(g => Ranked(g.Key, g)).OrderByDescending(b => b.Score).ThenByDescending(b => b.Reasons.Count).ThenBy(b => b.BatchId, StringComparer.Ordinal)];
    }

    private static IEnumerable<Reach> Reasons(Trace t, Contact c, BlastOrigin origin, MediaComposition media)
    {
        Reach Because(ReachKind kind, string key, string? via, DateTimeOffset from, DateTimeOffset? to) => new(kind, key, via, from, to, c.Events, t.Events);
        var (since, until) = (Later(c.Since, t.Since), Earlier(c.Until, t.Until));
        switch (c.Kind)
        {
            case ContactKind.Donor: yield return Because(ReachKind.SameDonor, c.Key, null, c.Since, null); break;
            case ContactKind.Tissue: yield return Because(ReachKind.SameTissue, c.Key, null, c.Since, null); break;
            case ContactKind.Incubator: yield return Because(t.Shelf == c.Part ? ReachKind.SameShelf : ReachKind.SameIncubator, c.Key, t.Shelf == c.Part ? c.Part : null, since, until); break;
            case ContactKind.Storage: yield return Because(ReachKind.SameStorage, c.Key, null, since, until); break;
            case ContactKind.Cabinet: yield return Because(ReachKind.SameCabinet, c.Key, null, since, until); break;
            case ContactKind.Room: yield return Because(ReachKind.SameRoom, c.Key, null, since, until); break;
            case ContactKind.Operator: yield return Because(ReachKind.SameOperator, c.Key, c.Part, c.Since, c.Until); break;
            case ContactKind.Lot when origin.UsedLots.Contains(c.Key): yield return Because(ReachKind.SameLot, c.Key, null, c.Since, c.Until); break;
            case ContactKind.Lot:
                foreach (var shared in media.Roots(c.Key).Where(origin.Lots.Contains)) yield return Because(ReachKind.LotInMedium, shared, c.Key, c.Since, c.Until);
                break;
        }
    }

    // Several stays in one incubator, or several media of one lot, are one reason with all its evidence.
    private static ReachedBatch Ranked(string batchId, IEnumerable<Reach> found)
    {
        var reasons = found.GroupBy(r => (r.Kind, r.Key, Via: r.Kind == ReachKind.LotInMedium ? null : r.Via)).Select(g => new Reach(
                g.Key.Kind, g.Key.Key, g.Select(r => r.Via).Order(StringComparer.Ordinal).First(), g.Min(r => r.From), g.Any(r => r.To is null) ? null : g.Max(r => r.To), [.. g.SelectMany(r => r.Events).Distinct()], [.. g.SelectMany(r => r.OriginEvents).Distinct()]))
            .OrderByDescending(r => r.Weight).ThenBy(r => r.Kind).ThenBy(r => r.From).ThenBy(r => r.Key, StringComparer.Ordinal).ThenBy(r => r.Via, StringComparer.Ordinal).ToList();
        return new(batchId, reasons.Select(r => r.Kind).Distinct().Sum(WeightOf), reasons);
    }
}
