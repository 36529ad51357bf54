using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class MethodRuleTests
{
    private static readonly MethodDrafted Draft = new("M-CD", 1, "Flow cytometry", ["ADSC-05", "ADSC-06"], Now, "SOP-17");
    private static readonly Method OneVersion = Fold<Method>(Method.Apply, ("qa01", Draft));
    private static readonly Method Retired = OneVersion with { RetiredFrom = Now };

    private static string[] Drafting(MethodDrafted e, Method? known = null, params Method[] others) => Found(e, j => MethodRules.Check(e, known, others, j));
    private static string[] Approving(Method method, int version, string by) => Found(new MethodApproved("M-CD", version), j => MethodRules.Check(new MethodApproved("M-CD", version), method, j), Person(by));
    private static string[] Retiring(Method method, string reason) => Found(new MethodRetired("M-CD", Now, reason), j => MethodRules.Check(new MethodRetired("M-CD", Now, reason), method, j));

    [Fact]
    public void A_method_has_a_good_id_a_title_a_document_and_criteria()
    {
        Drafting(Draft).ShouldBeEmpty();
        Drafting(Draft with { MethodId = "M/CD" }).ShouldBe(["VAL-FORMAT methodId"]);
        Drafting(Draft with { Title = " " }).ShouldBe(["VAL-REQUIRED title"]);
        Drafting(Draft with { DocumentRef = " " }).ShouldBe(["VAL-REQUIRED documentRef"]);
        Drafting(Draft with { Criteria = [] }).ShouldBe(["VAL-REQUIRED criteria"]);
        Drafting(Draft with { Criteria = ["ADSC-05"] }).ShouldBeEmpty();
    }

    [Fact]
    public void Versions_follow_one_another_from_one_on()
    {
        Drafting(Draft with { Version = 2 }).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(Draft with { Version = 0 }).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(Draft, OneVersion).ShouldBe(["VAL-DUPLICATE version"]);
        Drafting(Draft with { Version = 2 }, OneVersion).ShouldBeEmpty();
        Drafting(Draft with { Version = 3 }, OneVersion).ShouldBe(["VAL-DUPLICATE version"]);
    }

    [Fact]
    public void A_retired_method_has_no_next_version() => Drafting(Draft with { Version = 2 }, Retired).ShouldBe(["STATE-TRANSITION methodId"]);

    [Fact]
    public void A_criterion_belongs_to_one_method_at_a_time()
    {
        var other = Fold<Method>(Method.Apply, ("qa01", Draft with { MethodId = "M-OTHER", Criteria = ["ADSC-06"] }));
        Drafting(Draft, null, other).ShouldBe(["VAL-DUPLICATE criteria[1]"]);
        Drafting(Draft with { Criteria = ["ADSC-07"] }, null, other).ShouldBeEmpty();
        Drafting(Draft, null, other with { RetiredFrom = Now }).ShouldBeEmpty();
        Drafting(Draft with { Version = 2 }, OneVersion, OneVersion).ShouldBeEmpty("its own earlier version does not count");
    }

    [Fact]
    public void Only_the_newest_version_of_another_method_has_the_criterion()
    {
        var moved = Fold<Method>(Method.Apply,
            ("qa01", Draft with { MethodId = "M-OTHER", Criteria = ["ADSC-06"] }), ("qa01", Draft with { MethodId = "M-OTHER", Version = 2, Criteria = ["ADSC-09"] }));
        Drafting(Draft, null, moved).ShouldBeEmpty();
        Drafting(Draft with { Criteria = ["ADSC-09"] }, null, moved).ShouldBe(["VAL-DUPLICATE criteria[0]"]);
    }

    [Fact]
    public void A_version_is_approved_once_and_by_another_person_than_its_author()
    {
        Approving(OneVersion, 1, "qa02").ShouldBeEmpty();
        Approving(OneVersion, 1, "qa01").ShouldBe(["SOD-AUTHOR signature.user"]);
        Approving(OneVersion, 2, "qa02").ShouldBe(["STATE-GUARD version"]);
        var approved = Fold<Method>(Method.Apply, ("qa01", Draft), ("qa02", new MethodApproved("M-CD", 1)));
        Approving(approved, 1, "qa03").ShouldBe(["STATE-TRANSITION version"]);
    }

    [Fact]
    public void The_author_of_another_version_may_approve_this_one()
    {
        var two = Fold<Method>(Method.Apply, ("qa01", Draft), ("qa02", Draft with { Version = 2 }));
        Approving(two, 2, "qa01").ShouldBeEmpty();
        Approving(two, 2, "qa02").ShouldBe(["SOD-AUTHOR signature.user"]);
    }

    [Fact]
    public void A_method_is_retired_once_with_a_reason()
    {
        Retiring(OneVersion, "Replaced by M-NEW").ShouldBeEmpty();
        Retiring(OneVersion, "Replaced").ShouldBe(["VAL-REASON reason"]);
        Retiring(Retired, "Replaced by M-NEW").ShouldBe(["STATE-TRANSITION methodId"]);
    }

    [Fact]
    public void The_register_keeps_every_version_with_who_wrote_and_who_approved_it()
    {
        var method = Fold<Method>(Method.Apply,
            ("qa01", Draft), ("qa02", new MethodApproved("M-CD", 1)), ("qa02", Draft with { Version = 2, Title = "Flow cytometry, ten colours", QualificationRequired = false, ControlRequired = true }));
        method.StreamVersion.ShouldBe(3);
        method.RetiredFrom.ShouldBeNull();
        method.Versions.ShouldBe(
        [
            new(1, "Flow cytometry", Draft.Criteria, Now, "SOP-17", true, false, "qa01", "qa02", Recorded(2)),
            new(2, "Flow cytometry, ten colours", Draft.Criteria, Now, "SOP-17", false, true, "qa02"),
        ]);
    }

    [Fact]
    public void Batches_see_approved_versions_only()
    {
        OneVersion.Facts().ShouldBeEmpty();
        var method = Fold<Method>(Method.Apply, ("qa01", Draft), ("qa01", Draft with { Version = 2 }), ("qa02", new MethodApproved("M-CD", 2)));
        method.Facts().ShouldBe([new("M-CD", 2, Draft.Criteria, Now, null, true, false)]);
    }

    [Fact]
    public void A_retired_method_keeps_its_versions_and_says_from_when_it_ends()
    {
        var method = Fold<Method>(Method.Apply, ("qa01", Draft), ("qa02", new MethodApproved("M-CD", 1)), ("qa02", new MethodRetired("M-CD", Now.AddDays(7), "Replaced by M-NEW")));
        (method.RetiredFrom, method.StreamVersion, method.Versions.Count).ShouldBe((Now.AddDays(7), 3, 1));
        method.Facts().Single().RetiredFrom.ShouldBe(Now.AddDays(7));
    }

    [Fact]
    public void Nothing_can_precede_the_first_draft() =>
        Should.Throw<InvalidOperationException>(() => Fold<Method>(Method.Apply, ("qa02", new MethodApproved("M-CD", 1))));
}
