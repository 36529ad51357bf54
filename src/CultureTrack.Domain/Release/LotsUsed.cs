using System.Collections.Concurrent;
using System.Reflection;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>One use of a lot of material.</summary>
public sealed record LotUse(string LotId, DateTimeOffset At, Guid EventId, bool IsExcipient);

/// <summary>Every lot a batch's entries name: members called …Lot, and the excipients of a fill (C-13).</summary>
public static class LotsUsed
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = new();

    public static IEnumerable<LotUse> Of(BatchState state) => state.History.SelectMany(e =>
        Named(e.Body).Select(lot => new LotUse(lot, e.OccurredAt, e.EventId, false))
            .Concat(e.Body is FillPerformed f ? f.Excipients.Select(x => new LotUse(x, e.OccurredAt, e.EventId, true)) : []));

    private static IEnumerable<string> Named(EventData data) => Members
        .GetOrAdd(data.GetType(), t => [.. t.GetProperties().Where(p => p.PropertyType == typeof(string) && p.Name.EndsWith("Lot", StringComparison.Ordinal))])
        .Select(m => (string?)m.GetValue(data)).OfType<string>();
}
