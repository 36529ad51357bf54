using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A version of a site's own product type is written; no batch can be of it before somebody else approves it.</summary>
/// <param name="ContentSha256">Of the definition as JSON.</param>
public sealed record ProductTypeDrafted(string Code, int Version, DateTimeOffset EffectiveFrom, string ContentSha256) : EventData;

public sealed record ProductTypeApproved(string Code, int Version, string ContentSha256) : EventData;

/// <summary>A product type as the register has it: built in (version 1, in force since 2000), or written here and approved by another person (G-8).</summary>
public sealed record RegisteredProductType(
    ProductType Definition, int Version, DateTimeOffset EffectiveFrom, string? Author, string? ApprovedBy)
{
    public string Code => Definition.Code;
    public bool IsBuiltIn => ProductRegister.BuiltIn.ContainsKey(Code);

    /// <summary>The version new batches are registered with: the highest that is approved and effective by then.</summary>
    public static RegisteredProductType? InForce(IEnumerable<RegisteredProductType> versions, DateTimeOffset at) =>
        versions.Where(v => v.ApprovedBy is not null && v.EffectiveFrom <= at).MaxBy(v => v.Version);
}

public static class ProductTypeApproval
{
    public static string Stream(string code, int version) => $"product-type/{code}@{version}";

    /// <param name="latest">Highest version known; 0 = none.</param>
    public static void Check(ProductTypeDrafted e, ProductType definition, int latest, LabJudgement j)
    {
        j.Require(e.Version == latest + 1, Codes.ValDuplicate, "version", $"The next version of {e.Code} is {latest + 1}.");
        foreach (var field in ProductRules.Problems(definition).GroupBy(p => p.Field))
            j.Require(false, Codes.ValFormat, $"definition.{field.Key}", string.Join(" ", field.Select(p => p.Text).Distinct()));
    }

    /// <param name="hasSpecification">An approved specification for the product exists: without one no batch could ever be registered.</param>
    public static void Check(string code, bool approved, string author, bool hasSpecification, LabJudgement j)
    {
        j.Require(!approved, Codes.StateTransition, "version", "This version is approved already.");
        j.Require(hasSpecification, Codes.StateGuard, "code", $"There is no approved specification for {code} yet; write one and have it approved first.");
        j.Require(j.Entry.Actor.UserId != author, Codes.SodAuthor, "signature.user", "Who wrote a product type does not approve it.");
    }
}
