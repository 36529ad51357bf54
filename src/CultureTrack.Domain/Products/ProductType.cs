using System.Collections.Frozen;
using System.Text.Json;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Products;

/// <summary>How long a filled product may be used (3.10): hours from fill, or calendar months to the end of that day in the batch's zone.</summary>
public sealed record ExpiryRule(Storage Storage, decimal? Hours, int? Months, decimal? AfterThawHours, decimal StorageMinC, decimal StorageMaxC, string StorageText);

/// <summary>An entry of the product register (G-8): what a site makes. Data, open to further types.</summary>
/// <param name="Path">For each phase ("" = none yet) the phases that may be entered from it; a phase that lists itself may repeat.</param>
/// <param name="MaxRepeats">How often a repeating phase may be entered at most.</param>
/// <param name="MinimumProcessHours">From tissue receipt to fill at the very least; an earlier planned use is flagged.</param>
/// <param name="FillLeadHours">Planned fill F = plannedUseAt − this (2.5).</param>
public sealed record ProductType(
    string Code, string Name, IReadOnlyDictionary<string, IReadOnlyList<string>> Path, IReadOnlyDictionary<string, int> MaxRepeats,
    bool ConditionalAllowed, bool NeedsPatientDose, decimal MinimumProcessHours, decimal FillLeadHours, IReadOnlyList<ExpiryRule> Expiry)
{
    public ExpiryRule ExpiryFor(Storage storage) => Expiry.First(e => e.Storage == storage);
}

/// <summary>The built-in products, read from the embedded <c>products.json</c>.</summary>
public static class ProductRegister
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
        RespectRequiredConstructorParameters = true,
    };

    public static FrozenDictionary<string, ProductType> BuiltIn { get; } = Read();

    private static FrozenDictionary<string, ProductType> Read()
    {
        using var stream = typeof(ProductRegister).Assembly.GetManifestResourceStream("CultureTrack.Domain.Products.products.json")
            ?? throw new InvalidOperationException("products.json is not embedded.");
        return JsonSerializer.Deserialize<List<ProductType>>(stream, Json)!.ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);
    }
}
