using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Tracing;
using CultureTrack.Store.Tracing;
using Marten;

namespace CultureTrack.Grains.Tracing;

/// <summary>One entry of a batch that used a lot: <c>mediumLot</c> of a medium change, <c>enzymeLot</c> of an isolation.</summary>
/// <param name="Id">Event id and field.</param>
/// <param name="AmountMl">How much went in; null where the entry does not say.</param>
public sealed record LotUseLine(string Id, string LotId, string BatchId, Guid EventId, string EventType, string Field, DateTimeOffset At, decimal? AmountMl);

/// <param name="Via">The lot itself, or the medium made from it.</param>
/// <param name="DeviationId">Opened here by the recall of the lot; null: not recalled, or the batch takes no deviation any more.</param>
public sealed record BatchUsingLot(string BatchId, IReadOnlyList<string> Via, IReadOnlyList<LotUseLine> Uses, string? DeviationId);

/// <param name="MadeFrom">Component lots, back to the beginning.</param>
/// <param name="MadeInto">Media made from the lot, directly or through others.</param>
/// <param name="DerivedBatches">Batches whose source cells come from one of <paramref name="Batches"/>, however far on.</param>
public sealed record LotTrace(
    string LotId, IReadOnlyList<string> MadeFrom, IReadOnlyList<string> MadeInto, IReadOnlyList<BatchUsingLot> Batches, IReadOnlyList<string> DerivedBatches);

/// <summary>Where a lot went and what it came from.</summary>
public sealed class LotTracing(IDocumentStore store, ContactTable contacts)
{
    public async Task<LotTrace?> Trace(string lotId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Material>(lotId, ct) is null) return null;
        var media = await Media(session, ct);
        var lots = media.Forward([lotId]);
        var uses = await contacts.UsesOf(lots, ct);
        var deviations = (await contacts.Of(ContactKind.Recall, lotId, ct)).GroupBy(r => r.BatchId).ToDictionary(g => g.Key, g => g.First().Part, StringComparer.Ordinal);
        var batches = uses.GroupBy(u => u.BatchId).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new BatchUsingLot(
            g.Key, [.. g.Select(u => u.Use.LotId).Distinct().Order(StringComparer.Ordinal)], [.. g.Select(u => Line(u.BatchId, u.Use))], deviations.GetValueOrDefault(g.Key))).ToList();
        return new(lotId, Sorted(media.Roots(lotId), lotId), Sorted(lots, lotId), batches, await Derived([.. batches.Select(b => b.BatchId)], ct));
    }

    /// <summary>What was received of the lots, used and is left.</summary>
    public async Task<IReadOnlyDictionary<string, LotStock>> Stocks(IReadOnlyCollection<Material> lots, CancellationToken ct)
    {
        var sums = await contacts.UseSums(lots.Select(l => l.LotId), ct);
        return lots.ToDictionary(l => l.LotId, l => LotStock.Of(l, sums.GetValueOrDefault(l.LotId)), StringComparer.Ordinal);
    }

    /// <summary>What every prepared medium was mixed from.</summary>
    public async Task<MediaComposition> Media(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await Media(session, ct);
    }

    private static async Task<MediaComposition> Media(IQuerySession session, CancellationToken ct) => new(
        (await session.Query<Material>().Where(m => m.Kind == MaterialKind.Medium).ToListAsync(ct)).Where(m => m.Prepared is not null)
            .Select(m => (m.LotId, (IReadOnlyList<string>)[.. m.Prepared!.Components.Select(c => c.LotId)])));

    private static LotUseLine Line(string batchId, Domain.Release.LotUse u) => new($"{u.EventId:N}/{u.Field}", u.LotId, batchId, u.EventId, u.EventType, u.Field, u.At, u.AmountMl);

    private static List<string> Sorted(IEnumerable<string> ids, string without) => [.. ids.Where(id => id != without).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> Derived(IReadOnlyCollection<string> batches, CancellationToken ct) =>
        [.. BatchFamily.Descendants(batches, await contacts.Family(batches, ct)).Except(batches).Order(StringComparer.Ordinal)];
}
