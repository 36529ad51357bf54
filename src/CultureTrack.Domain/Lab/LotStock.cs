using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Lab;

/// <summary>What all entries of batches took of one lot.</summary>
/// <param name="AmountMl">Sum of the amounts stated, in mL.</param>
/// <param name="WithAmount">Uses that state an amount; the others name the lot only.</param>
public sealed record LotUseSum(string LotId, int Batches, int Uses, int WithAmount, decimal AmountMl);

/// <summary>A lot as it was received and as far as entries say what was taken of it, in the unit of the lot.</summary>
/// <param name="UsedInMedia">Mixed into media prepared here.</param>
/// <param name="UsedInBatches">Stated by entries of batches; null when they state it in another kind of unit than the lot's.</param>
/// <param name="Remaining">Less than nothing when entries took more than was received: a use is never refused for that, only told.</param>
/// <param name="UsesWithoutAmount">Uses that took something of the lot that is not in <paramref name="Remaining"/>.</param>
public sealed record LotStock(string Unit, decimal Received, decimal UsedInMedia, decimal? UsedInBatches, decimal Remaining, int Batches, int Uses, int UsesWithoutAmount)
{
    public bool IsOverdrawn => Remaining < 0;

    public static LotStock Of(Material lot, LotUseSum? use)
    {
        var amount = Units.OfMillilitres(use?.AmountMl ?? 0, lot.Unit);
        var (batches, uses) = (use?.Batches ?? 0, use?.Uses ?? 0);
        return new(lot.Unit, lot.Quantity, lot.Used, amount, lot.Quantity - lot.Used - (amount ?? 0), batches, uses, amount is null ? uses : uses - (use?.WithAmount ?? 0));
    }
}
