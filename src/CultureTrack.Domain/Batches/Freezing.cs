using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum RemovalPurpose { Thaw, Ship, Discard, Move }

public sealed record FrozenContainer(string Id, decimal Viable, decimal VolumeMl);

public sealed record CellsFrozen(
    IReadOnlyList<FrozenContainer> Containers, decimal DmsoPct, decimal ContactMin, decimal RatePerMinC, decimal StorageC) : EventData;

public sealed record CellsThawed(IReadOnlyList<string> ContainerIds, decimal DurationMin, decimal ViabilityPct, decimal RecoveryPct) : EventData;

public sealed record StoredAt(IReadOnlyList<string> ContainerIds, string EquipmentId, IReadOnlyList<string> Positions) : EventData;

public sealed record RemovedFromStorage(IReadOnlyList<string> ContainerIds, RemovalPurpose Purpose) : EventData;

internal static class FreezingRules
{
    public static void Check(CellsFrozen e, Judgement j) { }
    public static void Check(CellsThawed e, Judgement j) { }
    public static void Check(StoredAt e, Judgement j) { }
    public static void Check(RemovedFromStorage e, Judgement j) { }
}
