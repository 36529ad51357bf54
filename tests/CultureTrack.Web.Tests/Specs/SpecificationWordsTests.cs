using CultureTrack.Domain.Release;
using CultureTrack.Web.Specs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Specs;

public sealed class SpecificationWordsTests
{
    private static readonly Specification Adsc = SpecificationRegister.BuiltIn[("ADSC", 1)];

    private static IReadOnlyList<ChangedMember> Changes(string criterion, Func<Criterion, Criterion> change)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var next = Adsc with { Version = 2, Criteria = [.. Adsc.Criteria.Select(c => c.Id == criterion ? change(c) : c)] };
        return SpecificationWords.Of(SpecificationDiff.Of(Adsc, next).Single(), Adsc, next, services.GetRequiredService<IStringLocalizer<Words>>());
    }

    private static Criterion Part(Criterion c, string? name, Func<CriterionPart, CriterionPart> change) => c with { Parts = [.. c.Parts.Select(p => p.Name == name ? change(p) : p)] };

    [Fact]
    public void A_limit_is_told_with_its_part_its_sign_and_its_unit()
    {
        Changes("ADSC-05", c => Part(c, "CD45", p => p with { Limit = new() { Max = "1.5", MaxExcluded = true } })).ShouldBe([new("CD45: upper limit", "< 2.0 %", "< 1.5 %")]);
        Changes("ADSC-01", c => Part(c, null, p => p with { Limit = p.Limit! with { Min = "85" } })).Single().ShouldBe(new("Lower limit", "≥ 80 %", "≥ 85 %"));
    }

    [Fact]
    public void A_limit_that_belongs_to_the_range_from_now_on_is_one_change() =>
        Changes("ADSC-05", c => Part(c, "CD45", p => p with { Limit = new() { Max = "2.5" } })).ShouldBe([new("CD45: upper limit", "< 2.0 %", "≤ 2.5 %")]);

    [Fact]
    public void An_alert_and_what_is_no_limit_have_their_words()
    {
        Changes("ADSC-04", c => Part(c, "CD73", p => p with { Alert = null })).ShouldBe([new("CD73: lower alert limit", "≥ 90.0 %", null)]);
        Changes("ADSC-04", c => Part(c, "CD73", p => p with { Optional = true })).ShouldBe([new("CD73: optional", null, "yes")]);
        Changes("ADSC-04", c => c with { Gate = Gate.C, MethodVersion = 2 }).ShouldBe([new("Gate", "F", "C"), new("Version of the method", "1", "2")]);
    }

    [Fact]
    public void No_member_of_any_specification_is_shown_by_its_name_in_the_data()
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var words = services.GetRequiredService<IStringLocalizer<Words>>();
        foreach (var spec in SpecificationRegister.BuiltIn.Values)
        {
            var empty = spec with { Criteria = [] };
            foreach (var difference in SpecificationDiff.Of(empty, spec))
                foreach (var member in SpecificationWords.Of(difference, empty, spec, words)) member.Member.ShouldNotMatch(@"[\[\].]|[a-z][A-Z]", $"{difference.Id} {member.Member}");
        }
    }
}
