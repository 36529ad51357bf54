using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Products;

/// <summary>The products a site can make: the built-in ones, embedded as <c>Products/types/*.json</c>, beside those it has registered itself.</summary>
public static class ProductRegister
{
    /// <summary>How a product type is written. Unknown members are refused: a misspelt limit must not pass as no limit.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Name under which a registration keeps the definition of a type that is not built in.</summary>
    internal const string KeptAs = "productType";

    public static FrozenDictionary<string, ProductType> BuiltIn { get; } = Read().ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    public static ProductType Parse(string json) => JsonSerializer.Deserialize<ProductType>(json, Json) ?? throw new JsonException("A product type is an object.");

    public static string Write(ProductType product) => JsonSerializer.Serialize(product, Json);

    /// <summary>
    /// The definition a batch was registered with: a site's own type is kept with the registration itself, so that a later version of it never
    /// changes a batch under way; a built-in one is that of this program.
    /// </summary>
    public static ProductType? Of(Recorded<BatchRegistered> registration) =>
        (registration.Computed?.Values.GetValueOrDefault(KeptAs) is { } kept ? Parse(kept.ToString()!) : BuiltIn.GetValueOrDefault(registration.Data.ProductType))
        ?.For(registration.Data.Cultured);

    private static IEnumerable<ProductType> Read()
    {
        var assembly = typeof(ProductRegister).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("CultureTrack.Domain.Products.types.", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            yield return Parse(reader.ReadToEnd());
        }
    }
}
