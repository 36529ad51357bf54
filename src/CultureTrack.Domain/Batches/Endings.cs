using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum DiscardReason { Contamination, GrowthFailure, EnvFail, Oos, Expired, DonorWithdrawal, Surplus }

public sealed record VesselDiscarded(IReadOnlyList<string> Ids, decimal Quantity, string Method, DiscardReason Reason, string? Unit = null) : EventData;

public sealed record BatchDiscarded(IReadOnlyList<string> Ids, decimal Quantity, string Method, DiscardReason Reason, string? Unit = null) : EventData;

public sealed record TerminationProposed(IReadOnlyList<string> Ids, decimal? Quantity, string? Method, DiscardReason Reason) : EventData;

public sealed record BatchTerminated(DiscardReason Reason, IReadOnlyList<string>? Ids = null, decimal? Quantity = null, string? Method = null) : EventData;

public sealed record BatchClosed(bool DistributionFinal, int OpenTests, int OpenDeviations, DateTimeOffset RetentionUntil) : EventData;

internal static class EndingRules
{
    public static void Check(VesselDiscarded e, Judgement j) { }
    public static void Check(BatchDiscarded e, Judgement j) { }
    public static void Check(TerminationProposed e, Judgement j) { }
    public static void Check(BatchTerminated e, Judgement j) { }
    public static void Check(BatchClosed e, Judgement j) { }
}
