using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Lab;

/// <summary>A version of a specification is written; no batch can use it before somebody else approves it .</summary>
/// <param name="ContentSha256">Of the list of criteria as JSON.</param>
public sealed record SpecificationDrafted(string SpecId, int Version, string ProductType, DateTimeOffset EffectiveFrom, string ContentSha256) : EventData;

public sealed record SpecificationApproved(string SpecId, int Version, string ContentSha256) : EventData;

public static class SpecificationApproval
{
    public static string Stream(string specId, int version) => $"specification/{specId}@{version}";

    /// <param name="latest">Highest version known; 0 = none.</param>
    public static void Check(SpecificationDrafted e, Specification draft, int latest, bool productKnown, LabJudgement j)
    {
        j.Id("specId", e.SpecId);
        j.Require(e.Version == latest + 1, Codes.ValDuplicate, "version", $"The next version of {e.SpecId} is {latest + 1}.");
        j.Require(productKnown, Codes.ValSpec, "productType", $"{e.ProductType} is not in the product register.");
        j.Require(draft.Criteria.Count > 0, Codes.ValRequired, "criteria", "A specification has criteria.");
        foreach (var problem in SpecificationRules.Problems(draft)) j.Require(false, problem.Code, problem.Field, problem.Message);
    }

    public static void Check(bool approved, string author, LabJudgement j)
    {
        j.Require(!approved, Codes.StateTransition, "version", "This version is approved already.");
        j.Require(j.Entry.Actor.UserId != author, Codes.SodAuthor, "signature.user", "Who wrote a specification does not approve it.");
    }
}
