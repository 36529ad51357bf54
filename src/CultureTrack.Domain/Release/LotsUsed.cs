using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>One use of a lot of material: which entry named it, in which field.</summary>
/// <param name="AmountMl">How much of the lot went in, where the entry says so.</param>
public sealed record LotUse(string LotId, DateTimeOffset At, Guid EventId, string EventType, string Field, bool IsExcipient, decimal? AmountMl = null);

/// <summary>Every lot a batch's entries name: members called …Lot, so that new event types are followed without a list, and the excipients of a fill (C-13).</summary>
public static class LotsUsed
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = new();

    /// <summary>Uses in the order of the entries, with corrected lots put in.</summary>
    public static IEnumerable<LotUse> Of(BatchState state) => state.History.SelectMany(Of);

    public static IEnumerable<LotUse> Of(Recorded e) =>
        Named(e.Body).Select(n => new LotUse(n.LotId, e.OccurredAt, e.EventId, e.Type, n.Field, n.IsExcipient, n.IsExcipient ? null : AmountMl(e.Body)));

    // Entries name one lot each. The volume of a dermal equivalent is that of the gel with its cells and not of the matrix lot in it, so it is not counted;
    // enzymes, reagents, feeders, scaffolds, filters and excipients are named without an amount.
    private static decimal? AmountMl(EventData data) => data switch
    {
        VesselsSeeded e => e.MediumMl,
        MediumChanged e => e.AddedMl,
        ConditioningStarted e => e.VolumeMl,
        _ => null,
    };

    public static IEnumerable<(string Field, string LotId, bool IsExcipient)> Named(EventData data)
    {
        var members = Members.GetOrAdd(data.GetType(),
            t => [.. t.GetProperties().Where(p => p.PropertyType == typeof(string) && p.Name.EndsWith("Lot", StringComparison.Ordinal))]);
        var fields = from m in members
                     let lot = (string?)m.GetValue(data)
                     where lot is not null
                     select (JsonNamingPolicy.CamelCase.ConvertName(m.Name), lot, false);
        return data is FillPerformed fill ? fields.Concat(fill.Excipients.Select((x, i) => ($"excipients[{i}]", x, true))) : fields;
    }
}
