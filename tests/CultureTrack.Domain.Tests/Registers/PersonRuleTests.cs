using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class PersonRuleTests
{
    private static readonly PersonRegistered Registration = new("tech07", "Ada Byron", "ada@lab.example", [Roles.Technician], false, ["*"]);
    private static readonly RolesChanged Change = new([Roles.QualityAssurance], false, "Moves to quality");

    private static string[] Registering(PersonRegistered e, bool known = false, bool emailTaken = false) => Found(e, j => PersonRules.Check(e, known, emailTaken, j));
    private static string[] Changing(RolesChanged e, string by = "adm01") => Found(e, j => PersonRules.Check(e, "tech07", j), Person(by));

    [Fact]
    public void An_account_has_an_id_and_an_address_never_used_before()
    {
        Registering(Registration).ShouldBeEmpty();
        Registering(Registration with { User = "tech 07" }).ShouldBe(["VAL-FORMAT user"]);
        Registering(Registration, known: true).ShouldBe(["VAL-DUPLICATE user"]);
        Registering(Registration, emailTaken: true).ShouldBe(["VAL-DUPLICATE email"]);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("Shared")]
    [InlineData("OPERATOR")]
    [InlineData("sys")]
    public void An_account_belongs_to_a_person(string id) => Registering(Registration with { User = id }).ShouldBe(["VAL-FORMAT user"]);

    [Theory]
    [InlineData(1, "VAL-FORMAT fullName")]
    [InlineData(2)]
    [InlineData(200)]
    [InlineData(201, "VAL-FORMAT fullName")]
    public void A_full_name_has_two_to_two_hundred_characters(int length, params string[] found) => Registering(Registration with { FullName = new('x', length) }).ShouldBe(found);

    [Theory]
    [InlineData(null)]
    [InlineData("a@b.c")]
    [InlineData("ada.byron@sub.lab.example")]
    public void An_address_may_be_left_out_or_is_one(string? email) => Registering(Registration with { Email = email }).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@lab.example")]
    [InlineData("ada@.x")]
    [InlineData("ada@lab")]
    [InlineData("ada@lab@example.org")]
    [InlineData("ada byron@lab.example")]
    [InlineData("ada@lab.exam\u0001ple")]
    public void What_is_no_address_is_refused(string email) => Registering(Registration with { Email = email }).ShouldBe(["VAL-FORMAT email"]);

    [Fact]
    public void An_address_has_up_to_254_characters()
    {
        Registering(Registration with { Email = new string('a', 242) + "@lab.example" }).ShouldBeEmpty();
        Registering(Registration with { Email = new string('a', 243) + "@lab.example" }).ShouldBe(["VAL-FORMAT email"]);
    }

    [Fact]
    public void A_person_has_known_roles()
    {
        Registering(Registration with { Roles = [] }).ShouldBe(["VAL-REQUIRED roles"]);
        Registering(Registration with { Roles = ["T", "BOSS"] }).ShouldBe(["VAL-FORMAT roles"]);
        Registering(Registration with { Roles = ["SYS"] }).ShouldBe(["VAL-FORMAT roles"]);
        Registering(Registration with { Roles = ["T", "QC", "QA", "QA-R", "SUPERVISOR"] }).ShouldBeEmpty();
        Registering(Registration with { Roles = ["ADMIN"] }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("T")]
    [InlineData("QC")]
    [InlineData("QA")]
    [InlineData("QA-R")]
    [InlineData("SUPERVISOR")]
    public void Who_hands_out_accounts_makes_reviews_and_releases_nothing(string role)
    {
        Registering(Registration with { Roles = ["ADMIN", role] }).ShouldBe(["SOD-SELF-GRANT roles"]);
        Changing(Change with { Roles = [role, "ADMIN"] }).ShouldBe(["SOD-SELF-GRANT roles"]);
    }

    [Fact]
    public void Only_a_releaser_is_marked_qualified_person()
    {
        Registering(Registration with { QualifiedPerson = true, Roles = ["QA"] }).ShouldBe(["VAL-FORMAT qualifiedPerson"]);
        Registering(Registration with { QualifiedPerson = true, Roles = ["QA-R"] }).ShouldBeEmpty();
        Changing(Change with { QualifiedPerson = true }).ShouldBe(["VAL-FORMAT qualifiedPerson"]);
    }

    [Fact]
    public void Qualifications_have_names()
    {
        Registering(Registration with { Qualifications = [] }).ShouldBeEmpty();
        Registering(Registration with { Qualifications = ["Gowning", ""] }).ShouldBe(["VAL-FORMAT qualifications"]);
    }

    [Fact]
    public void Roles_are_changed_with_a_reason_and_by_somebody_else()
    {
        Changing(Change).ShouldBeEmpty();
        Changing(Change with { Reason = "Moves" }).ShouldBe(["VAL-REASON reason"]);
        Changing(Change with { Roles = [] }).ShouldBe(["VAL-REQUIRED roles"]);
        Changing(Change, by: "tech07").ShouldBe(["SOD-SELF-GRANT roles"]);
    }
}
