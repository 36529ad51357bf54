using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

public enum MaterialKind { Enzyme, Medium, Reagent, Feeder, Matrix, Scaffold, Filter, Excipient, Label }
public enum MaterialStatus { Quarantined, Released, Recalled }

/// <summary>Controls of a feeder lot: growth is arrested, no adventitious agents.</summary>
public sealed record FeederControls(bool ArrestControlPassed, bool AdventitiousAgentsNegative);

public sealed record MaterialReceived(
    string LotId, MaterialKind Kind, string Supplier, DateTimeOffset ExpiresAt, decimal Quantity, string Unit, bool Bovine = false,
    FeederControls? Feeder = null) : EventData;

public sealed record MaterialReleased(string LotId) : EventData;

public sealed record MaterialRecalled(string LotId, string Reason) : EventData;

/// <summary>One lot as the register knows it.</summary>
public sealed record Material(
    string LotId, MaterialKind Kind, string Supplier, DateTimeOffset ExpiresAt, decimal Quantity, string Unit, bool Bovine, FeederControls? Feeder,
    string ReceivedBy, DateTimeOffset ReceivedAt, long Version)
{
    public MaterialStatus Status { get; init; } = MaterialStatus.Quarantined;
    public DateTimeOffset? ReleasedAt { get; init; }
    public string? ReleasedBy { get; init; }
    public DateTimeOffset? RecalledAt { get; init; }
    public string? RecallReason { get; init; }

    /// <summary>Drawn for media so far, in <see cref="Unit"/>.</summary>
    public decimal Used { get; init; }

    /// <summary>Set for media prepared here; they may fail for good.</summary>
    public PreparedMedium? Prepared { get; init; }

    public static string Stream(string lotId) => $"material/{lotId}";

    public LotFact Fact() => new(LotId, Kind.ToString(), ExpiresAt, ReleasedAt, RecalledAt, Bovine, Feeder?.ArrestControlPassed, Feeder?.AdventitiousAgentsNegative);

    /// <summary>The lot after one more event; null before the first.</summary>
    public static Material Apply(Material? lot, Recorded e) => (lot, e.Body) switch
    {
        (null, MaterialReceived m) => new(m.LotId, m.Kind, m.Supplier, m.ExpiresAt, m.Quantity, m.Unit, m.Bovine, m.Feeder, e.ActorId, e.OccurredAt, e.Version),
        (null, MediumPrepared m) => MediumRules.Lot(m, e),
        ({ } l, MaterialReleased) => l with { Status = MaterialStatus.Released, ReleasedAt = e.OccurredAt, ReleasedBy = e.ActorId, Version = e.Version },
        ({ } l, MaterialRecalled m) => l with { Status = MaterialStatus.Recalled, RecalledAt = e.OccurredAt, RecallReason = m.Reason, Version = e.Version },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };
}

public static class MaterialRules
{
    public static void Check(MaterialReceived e, Material? known, LabJudgement j)
    {
        j.Id("lotId", e.LotId);
        j.Require(known is null, Codes.ValDuplicate, "lotId", $"The lot {e.LotId} is registered already.");
        j.Above("quantity", e.Quantity, 0);
        j.Require(e.Kind != MaterialKind.Feeder || e.Feeder is not null, Codes.ValRequired, "feeder", "A feeder lot needs its two controls.");
    }

    public static void Check(MaterialReleased e, Material lot, LabJudgement j)
    {
        j.Require(lot.Status == MaterialStatus.Quarantined, Codes.StateTransition, "lotId", $"The lot {e.LotId} is {lot.Status}.");
        j.Require(lot.ExpiresAt > j.At, Codes.ValLot, "lotId", $"The lot {e.LotId} expired at {lot.ExpiresAt:u}.");
        j.Require(lot.Feeder is null or { ArrestControlPassed: true, AdventitiousAgentsNegative: true }, Codes.StateGuard, "feeder",
            "A feeder lot is released only with growth arrest shown and adventitious agents negative.");
        j.Require(lot.Prepared is null or { IntegrityPost: true }, Codes.StateGuard, "integrityPost", "The filter failed after filtration; this medium is never releasable.");
        j.Require(lot.ReceivedBy != j.Entry.Actor.UserId, Codes.SodAuthor, "signature.user", "Who received or prepared a lot does not release it.");
    }

    public static void Check(MaterialRecalled e, Material lot, LabJudgement j)
    {
        j.Require(lot.Status != MaterialStatus.Recalled, Codes.StateTransition, "lotId", $"The lot {e.LotId} is recalled already.");
        LabDecider.RequireReason(j, e.Reason);
    }
}
