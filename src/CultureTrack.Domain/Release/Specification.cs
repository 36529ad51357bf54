using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>A versioned list of criteria, fixed to a batch at registration. Built-in ones are data (<c>Release/specs/*.json</c>).</summary>
/// <param name="ApprovedBy">Who approved it; null while it is a draft, which no batch can use. Never the author.</param>
public sealed record Specification(
    string SpecId, int Version, string ProductType, DateTimeOffset EffectiveFrom, string? ApprovedBy, IReadOnlyList<Criterion> Criteria,
    string? Author = null)
{
    [JsonIgnore] public string Name => $"{SpecId}@{Version}";

    public Criterion? Find(string id) => Criteria.FirstOrDefault(c => c.Id == id);

    /// <summary>Adds the common criteria (3.2) and the environment rows that are not named: they hold for every product, whoever wrote its list.</summary>
    public Specification WithCommon()
    {
        var own = Criteria.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var missing = SpecificationRegister.Common.Where(c => !own.Contains(c.Id)).ToList();
        return missing.Count == 0 ? this : this with { Criteria = [.. missing, .. Criteria] };
    }
}

/// <summary>The built-in specifications: approved, version 1, effective from 2000-01-01.</summary>
public static class SpecificationRegister
{
    /// <summary>How a specification is written as JSON, in the embedded files and by the API. Unknown members are refused.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new InstantConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>C-01…C-13 and E-01…E-14. C-08 and C-10 have rows of their own: the product's endotoxin row and the E rows.</summary>
    public static IReadOnlyList<Criterion> Common { get; } = Read("common-1").Criteria;

    public static FrozenDictionary<(string SpecId, int Version), Specification> BuiltIn { get; } =
        new[] { "CEA-1", "BLS-1", "MSS-1", "SPR-1", "ADSC-1", "BMMSC-1", "CM-1" }.Select(Read).Select(s => s.WithCommon()).ToFrozenDictionary(s => (s.SpecId, s.Version));

    private static Specification Read(string name)
    {
        using var stream = typeof(SpecificationRegister).Assembly.GetManifestResourceStream($"CultureTrack.Domain.Release.specs.{name}.json")
            ?? throw new InvalidOperationException($"{name}.json is not embedded.");
        return JsonSerializer.Deserialize<Specification>(stream, Json)!;
    }
}
