using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using JasperFx.Events;
using Marten;
using Marten.Events.Projections;

namespace CultureTrack.Grains.Lab;

/// <summary>One entry of a batch that used a lot: <c>mediumLot</c> of a medium change, <c>enzymeLot</c> of an isolation.</summary>
public sealed record LotUse
{
    /// <summary>Event id and field.</summary>
    public required string Id { get; init; }
    public required string LotId { get; init; }
    public required string BatchId { get; init; }
    public required Guid EventId { get; init; }
    public required string EventType { get; init; }
    public required string Field { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A batch whose source cells come from another batch.</summary>
public sealed record SourceLink
{
    public required string Id { get; init; }
    public required string SourceBatchId { get; init; }
    public required string BatchId { get; init; }
}

/// <summary>Every field of a batch event whose name ends with Lot names a lot (3.11, C-13); so new event types are followed without a list.</summary>
public sealed class LotUseProjection : IProjection
{
    private const string SourceBatch = "SourceBatchId";
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Fields = new();

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (var r in events.Select(e => e.Data).OfType<Recorded>().Where(r => EventCatalogue.ByName.ContainsKey(r.Type)))
        {
            foreach (var (field, lot) in LotsOf(r.Body)) operations.Store(Use(r, field, lot));
            if (r.Body.GetType().GetProperty(SourceBatch)?.GetValue(r.Body) is string source)
                operations.Store(new SourceLink { Id = $"{source}/{r.StreamId}", SourceBatchId = source, BatchId = r.StreamId });
        }
        return Task.CompletedTask;
    }

    private static LotUse Use(Recorded r, string field, string lot) => new()
    {
        Id = $"{r.EventId:N}/{field}",
        LotId = lot,
        BatchId = r.StreamId,
        EventId = r.EventId,
        EventType = r.Type,
        Field = field,
        At = r.OccurredAt,
    };

    public static IEnumerable<(string Field, string LotId)> LotsOf(EventData data) =>
        from p in Fields.GetOrAdd(data.GetType(), t => [.. t.GetProperties().Where(p => p.PropertyType == typeof(string) && p.Name.EndsWith("Lot", StringComparison.Ordinal))])
        let lot = (string?)p.GetValue(data)
        where lot is not null
        select (JsonNamingPolicy.CamelCase.ConvertName(p.Name), lot);
}

/// <param name="Via">The lot itself, or the medium made from it.</param>
public sealed record BatchUsingLot(string BatchId, IReadOnlyList<string> Via, IReadOnlyList<LotUse> Uses);

/// <param name="MadeFrom">Component lots, back to the beginning.</param>
/// <param name="MadeInto">Media made from the lot, directly or through others.</param>
/// <param name="DerivedBatches">Batches whose source cells come from one of <paramref name="Batches"/>.</param>
public sealed record LotTrace(
    string LotId, IReadOnlyList<string> MadeFrom, IReadOnlyList<string> MadeInto, IReadOnlyList<BatchUsingLot> Batches, IReadOnlyList<string> DerivedBatches);

/// <summary>Where a lot went and what it came from.</summary>
public sealed class LotTracing(IDocumentStore store)
{
    public async Task<LotTrace?> Trace(string lotId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Material>(lotId, ct) is null) return null;
        var media = (await session.Query<Material>().Where(m => m.Kind == MaterialKind.Medium).ToListAsync(ct)).Where(m => m.Prepared is not null).ToList();
        var into = Closure(lotId, id => media.Where(m => m.Prepared!.Components.Any(c => c.LotId == id)).Select(m => m.LotId));
        var from = Closure(lotId, id => media.FirstOrDefault(m => m.LotId == id)?.Prepared!.Components.Select(c => c.LotId) ?? []);
        string[] lots = [lotId, .. into];
        var uses = await session.Query<LotUse>().Where(u => u.LotId.IsOneOf(lots)).ToListAsync(ct);
        var batches = uses.GroupBy(u => u.BatchId).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new BatchUsingLot(g.Key, [.. g.Select(u => u.LotId).Distinct()], [.. g.OrderBy(u => u.At)])).ToList();
        return new(lotId, from, into, batches, await Derived(session, [.. batches.Select(b => b.BatchId)], ct));
    }

    private static async Task<IReadOnlyList<string>> Derived(IQuerySession session, IReadOnlyCollection<string> batches, CancellationToken ct)
    {
        var links = await session.Query<SourceLink>().ToListAsync(ct);
        return [.. batches.SelectMany(b => Closure(b, id => links.Where(l => l.SourceBatchId == id).Select(l => l.BatchId))).Distinct().Except(batches).Order(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> Closure(string start, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var id))
            foreach (var other in next(id))
                if (seen.Add(other)) open.Enqueue(other);
        return [.. seen.Where(id => id != start).Order(StringComparer.Ordinal)];
    }
}
