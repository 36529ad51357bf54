using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum CoiPoint { Receipt, Seeding, Passage, Harvest, Fill, Label, Ship, Administration }

public sealed record TissueReceived(
    TissueKind Tissue, string Din, string DinFlag, string DinCheck, decimal Quantity, TissueUnit QuantityUnit, DateTimeOffset ProcuredAt,
    DateTimeOffset ReceivedAt, decimal TransitMinC, decimal TransitMaxC, bool ContainerIntact, IReadOnlyList<string> Coi, int CoiMatches) : EventData;

public sealed record TissueAccepted : EventData;

public sealed record TissueRefused(string Reason) : EventData;

public sealed record CoiMismatchRecorded(
    CoiPoint Point, IReadOnlyList<string> ExpectedIds, IReadOnlyList<string> ScannedIds, bool CaughtBeforeUse) : EventData;

internal static class ReceiptRules
{
    public static void Check(TissueReceived e, Judgement j) { }
    public static void Check(TissueAccepted e, Judgement j) { }
    public static void Check(TissueRefused e, Judgement j) { }
    public static void Check(CoiMismatchRecorded e, Judgement j) { }
}
