using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

public sealed record MediumComponent(string LotId, decimal Quantity, string Unit);

/// <summary>A medium mixed here from released lots; itself a lot in quarantine until QA releases it.</summary>
public sealed record MediumPrepared(
    string LotId, string RecipeId, IReadOnlyList<MediumComponent> Components, decimal VolumeMl, DateTimeOffset PreparedAt, bool SterileFiltered,
    bool IntegrityPost, decimal Ph) : EventData;

/// <summary>What a lot of medium keeps of its preparation.</summary>
public sealed record PreparedMedium(string RecipeId, IReadOnlyList<MediumComponent> Components, bool IntegrityPost);

public static class MediumRules
{
    private const decimal PhLow = 7.0m, PhHigh = 7.6m;
    private static readonly TimeSpan ShelfLife = TimeSpan.FromDays(28), ShelfLifeWithGrowthFactors = TimeSpan.FromDays(14);
    private const string Preparer = "prepared here";

    /// <param name="components">The lots of the components as registered; unknown ones are absent.</param>
    public static void Check(MediumPrepared e, Material? known, IReadOnlyDictionary<string, Material> components, LabJudgement j)
    {
        j.Id("lotId", e.LotId);
        j.Require(known is null, Codes.ValDuplicate, "lotId", $"The lot {e.LotId} is registered already.");
        j.Above("volumeMl", e.VolumeMl, 0);
        j.Require(e.Ph is >= 0 and <= 14, Codes.ValRange, "ph", $"pH {e.Ph} is outside 0 to 14.");
        j.Require(e.PreparedAt <= j.Now.AddSeconds(5), Codes.ValFuture, "preparedAt", "preparedAt lies in the future.");
        j.Require(e.Components.Count > 0, Codes.ValRequired, "components", "A medium has at least one component.");
        for (var i = 0; i < e.Components.Count; i++) CheckComponent(e.Components, i, components, e.PreparedAt, j);
        j.FlagIf(e.Ph is < PhLow or > PhHigh, Flags.OutOfWindow, "ph", "7.0–7.6", e.Ph);
        j.FlagIf(!e.IntegrityPost, Flags.OutOfWindow, "integrityPost", "true", false);
        if (components.Count == 0) return;
        j.Computed = new(new Dictionary<string, object?>
        {
            ["expiresAt"] = ExpiresAt(e, components.Values),
            ["bovine"] = components.Values.Any(c => c.Bovine),
        }, "medium-expiry@1", []);
    }

    /// <summary>The earliest of the components' expiries and preparedAt + 28 d, or + 14 d with growth factors or serum (told by the recipe's or a component's name).</summary>
    public static DateTimeOffset ExpiresAt(MediumPrepared e, IEnumerable<Material> components)
    {
        var lots = components.ToList();
        var sensitive = IsSensitive(e.RecipeId) || lots.Any(c => c.Bovine || IsSensitive(c.LotId));
        var shelfLife = sensitive ? ShelfLifeWithGrowthFactors : ShelfLife;
        // A time at the end of the calendar is refused elsewhere; here it only must not overflow.
        var ownExpiry = e.PreparedAt < DateTimeOffset.MaxValue - shelfLife ? e.PreparedAt + shelfLife : DateTimeOffset.MaxValue;
        return lots.Select(c => c.ExpiresAt).Append(ownExpiry).Min();
    }

    private static readonly string[] ShortLived = ["GF", "SERUM", "FBS", "FCS"];

    private static bool IsSensitive(string name) => ShortLived.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static void CheckComponent(
        IReadOnlyList<MediumComponent> all, int index, IReadOnlyDictionary<string, Material> lots, DateTimeOffset at, LabJudgement j)
    {
        var component = all[index];
        var field = $"components[{index}]";
        j.Above($"{field}.quantity", component.Quantity, 0);
        if (!lots.TryGetValue(component.LotId, out var lot))
        {
            j.Require(false, Codes.ValLot, $"{field}.lotId", $"Lot {component.LotId} is unknown.");
            return;
        }
        // Also when it was mixed before the recall and is entered after it: what contains a recalled lot does not come into stock.
        var why = lot.RecalledAt is null ? lot.Fact().WhyNotUsable(at) : "is recalled";
        j.Require(why is null, Codes.ValLot, $"{field}.lotId", $"Lot {component.LotId} {why}.");
        j.Require(lot.Unit == component.Unit, Codes.ValUnit, $"{field}.unit", $"Lot {component.LotId} is counted in {lot.Unit}.");
        var wanted = all.Where(c => c.LotId == component.LotId).Sum(c => c.Quantity);
        j.Require(lot.Unit != component.Unit || lot.Used + wanted <= lot.Quantity, Codes.ValRange, $"{field}.quantity",
            $"Of lot {component.LotId} {lot.Quantity - lot.Used} {lot.Unit} are left.");
    }

    internal static Material Lot(MediumPrepared m, Recorded e) => new(
        m.LotId, MaterialKind.Medium, Preparer, (DateTimeOffset)At(e.Computed!.Values["expiresAt"]!), m.VolumeMl, "mL",
        e.Computed.Values.GetValueOrDefault("bovine") is true, null, e.ActorId, e.OccurredAt, e.Version)
    {
        Prepared = new(m.RecipeId, m.Components, m.IntegrityPost),
    };

    // Computed values come back from the store as text.
    private static object At(object stored) => stored is string text && EventReader.TryInstant(text, out var at) ? at : stored;
}
