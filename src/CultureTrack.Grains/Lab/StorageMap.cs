using CultureTrack.Domain.Lab;
using CultureTrack.Grains.Batches;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>One position of a store with what is in it.</summary>
public sealed record StoredContainer(string Position, string ContainerId, string BatchId);

/// <param name="IsUsual">The division is only what such stores mostly look like; the site has not told its own.</param>
/// <param name="Elsewhere">Containers in positions the division does not have.</param>
public sealed record StoreView(
    string EquipmentId, StorageLayout? Layout, bool IsUsual, long Positions, IReadOnlyList<StoredContainer> Occupied, IReadOnlyList<StoredContainer> Elsewhere)
{
    public long Free => Math.Max(0, Positions - Occupied.Count - Elsewhere.Count);
}

/// <summary>What is where in freezers, LN2 vessels and refrigerators.</summary>
public sealed class StorageMap(IDocumentStore store)
{
    /// <summary>Null when it is no equipment that stores containers.</summary>
    public async Task<StoreView?> Of(string equipmentId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Equipment>(equipmentId, ct) is not { } equipment || !StorageRules.Stores(equipment.Kind)) return null;
        var stored = (await session.Query<StoragePosition>().Where(p => p.EquipmentId == equipmentId).ToListAsync(ct))
            .OrderBy(p => p.Id, StringComparer.Ordinal).Select(p => new StoredContainer(p.Id, p.ContainerId, p.BatchId)).ToList();
        var layout = equipment.Layout ?? StorageLayout.Usual(equipment.Profile);
        var inside = stored.ToLookup(s => layout?.Parts(equipmentId, s.Position) is not null);
        return new(equipmentId, layout, equipment.Layout is null, Math.Min(layout?.Count ?? 0, equipment.Positions ?? long.MaxValue), [.. inside[true]], [.. inside[false]]);
    }

    /// <summary>The first free positions, preferably in a box that holds the batch already, else in an empty run.</summary>
    public async Task<IReadOnlyList<string>> Propose(string equipmentId, string? batchId, int count, CancellationToken ct)
    {
        if (count <= 0 || await Of(equipmentId, ct) is not { Layout: { } layout } view) return [];
        var taken = view.Occupied.Concat(view.Elsewhere).ToDictionary(s => s.Position, s => s.BatchId, StringComparer.Ordinal);
        var boxes = layout.Positions(equipmentId).Take((int)Math.Min(view.Positions, StorageLayout.MostPositions)).GroupBy(BoxOf)
            .Select(box => (Free: box.Where(p => !taken.ContainsKey(p)).ToList(), Mine: batchId is not null && box.Any(p => taken.GetValueOrDefault(p) == batchId), Foreign: box.Any(taken.ContainsKey))).ToList();
        return [.. boxes.OrderByDescending(b => b.Mine).ThenBy(b => b.Foreign && !b.Mine && b.Free.Count < count).SelectMany(b => b.Free).Take(count)];
    }

    private static string BoxOf(string position) => position[..position.LastIndexOf('/')];
}
