using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

/// <summary>Specifications and product types: one writes a version, another one approves it.</summary>
public sealed class ApprovalRuleTests
{
    private static readonly Specification Spec = SpecificationRegister.BuiltIn[("CEA", 1)] with { ApprovedBy = null, Author = "qa01" };
    private static readonly SpecificationDrafted SpecDraft = new("CEA-SITE", 3, "CEA", Now, "sha");
    private static readonly ProductType Type = Own(ProductRegister.BuiltIn["CEA"]);
    private static readonly ProductTypeDrafted TypeDraft = new("XEA", 3, Now, "sha");

    private static ProductType Own(ProductType built) => built with { Code = "XEA", NotCultured = built.NotCultured is { } other ? other with { Code = "XEA" } : null };

    private static string[] Drafting(SpecificationDrafted e, Specification? spec = null, int latest = 2, bool productKnown = true) =>
        Found(e, j => SpecificationApproval.Check(e, spec ?? Spec, latest, productKnown, j));

    private static string[] Drafting(ProductTypeDrafted e, ProductType? type = null, int latest = 2) => Found(e, j => ProductTypeApproval.Check(e, type ?? Type, latest, j));
    private static string[] ApprovingSpec(bool approved, string by) => Found(new SpecificationApproved("CEA-SITE", 3, "sha"), j => SpecificationApproval.Check(approved, "qa01", j), Person(by));

    private static string[] ApprovingType(bool approved, string by, bool hasSpecification = true) =>
        Found(new ProductTypeApproved("XEA", 3, "sha"), j => ProductTypeApproval.Check("XEA", approved, "qa01", hasSpecification, j), Person(by));

    private static RegisteredProductType Version(int number, DateTimeOffset from, string? approvedBy = "qa02") => new(Type, number, from, "qa01", approvedBy);

    [Fact]
    public void A_specification_is_the_next_version_for_a_known_product_and_has_criteria()
    {
        Drafting(SpecDraft).ShouldBeEmpty();
        Drafting(SpecDraft with { SpecId = "CEA SITE" }).ShouldBe(["VAL-FORMAT specId"]);
        Drafting(SpecDraft, latest: 1).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(SpecDraft, latest: 3).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(SpecDraft with { Version = 1 }, latest: 0).ShouldBeEmpty();
        Drafting(SpecDraft, productKnown: false).ShouldBe(["VAL-SPEC productType"]);
        Drafting(SpecDraft, Spec with { Criteria = [] }).ShouldBe(["VAL-REQUIRED criteria"]);
    }

    [Fact]
    public void What_is_wrong_with_its_criteria_is_said_at_its_place() =>
        Drafting(SpecDraft, Spec with { Criteria = [Spec.Criteria[0] with { Parts = [] }, .. Spec.Criteria.Skip(1)] }).ShouldContain(f => f.Contains("criteria[0].parts", StringComparison.Ordinal));

    [Fact]
    public void A_specification_is_approved_once_by_another_person_than_its_author()
    {
        ApprovingSpec(false, "qa02").ShouldBeEmpty();
        ApprovingSpec(true, "qa02").ShouldBe(["STATE-TRANSITION version"]);
        ApprovingSpec(false, "qa01").ShouldBe(["SOD-AUTHOR signature.user"]);
    }

    [Fact]
    public void A_product_type_is_the_next_version_and_sound()
    {
        Drafting(TypeDraft).ShouldBeEmpty();
        Drafting(TypeDraft, latest: 1).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(TypeDraft, latest: 3).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(TypeDraft with { Version = 1 }, latest: 0).ShouldBeEmpty();
        Drafting(TypeDraft, Type with { Name = " " }).ShouldBe(["VAL-FORMAT definition.name"]);
    }

    [Fact]
    public void A_product_type_is_approved_once_by_another_person_and_has_a_specification()
    {
        ApprovingType(false, "qa02").ShouldBeEmpty();
        ApprovingType(true, "qa02").ShouldBe(["STATE-TRANSITION version"]);
        ApprovingType(false, "qa02", hasSpecification: false).ShouldBe(["STATE-GUARD code"]);
        ApprovingType(false, "qa01").ShouldBe(["SOD-AUTHOR signature.user"]);
    }

    [Fact]
    public void In_force_is_the_highest_version_that_is_approved_and_effective()
    {
        RegisteredProductType[] versions = [Version(2, Now), Version(1, Now.AddYears(-1)), Version(3, Now, approvedBy: null), Version(4, Now.AddSeconds(1))];
        RegisteredProductType.InForce(versions, Now)!.Version.ShouldBe(2);
        RegisteredProductType.InForce(versions, Now.AddSeconds(-1))!.Version.ShouldBe(1);
        RegisteredProductType.InForce(versions, Now.AddSeconds(1))!.Version.ShouldBe(4);
        RegisteredProductType.InForce(versions, Now.AddYears(-2)).ShouldBeNull();
    }

    [Fact]
    public void A_product_type_of_the_program_is_told_from_one_of_the_site()
    {
        Version(1, Now).IsBuiltIn.ShouldBeFalse();
        new RegisteredProductType(ProductRegister.BuiltIn["CEA"], 1, Now, null, null).IsBuiltIn.ShouldBeTrue();
    }
}
