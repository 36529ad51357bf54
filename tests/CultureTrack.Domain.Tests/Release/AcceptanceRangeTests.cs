using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

public sealed class AcceptanceRangeTests
{
    private static AcceptanceRange Of(string spec, string criterion, string? part = null) =>
        SpecificationRegister.BuiltIn[(spec, 1)].Find(criterion)!.LaboratoryPart(part)!.Limit!;

    [Theory]
    [InlineData("CEA", "CEA-04", null, 69.5, LimitOutcome.Pass)]
    [InlineData("CEA", "CEA-04", null, 69.4, LimitOutcome.Fail)]
    [InlineData("CEA", "CEA-05", null, 49490, LimitOutcome.Fail)]
    [InlineData("CEA", "CEA-05", null, 49500, LimitOutcome.Pass)]
    [InlineData("CEA", "CEA-07", null, 1.04, LimitOutcome.Pass)]
    [InlineData("CEA", "CEA-07", null, 1.05, LimitOutcome.Fail)]
    [InlineData("CEA", "CEA-02", "confluence", 94.5, LimitOutcome.Pass)]
    [InlineData("CEA", "CEA-02", "confluence", 94.4, LimitOutcome.Fail)]
    [InlineData("CEA", "CEA-03", "max", 8.4, LimitOutcome.Pass)]
    [InlineData("CEA", "CEA-03", "max", 8.5, LimitOutcome.Fail)]
    [InlineData("ADSC", "ADSC-05", "CD45", 1.94, LimitOutcome.Pass)]
    [InlineData("ADSC", "ADSC-05", "CD45", 1.95, LimitOutcome.Fail)]
    [InlineData("ADSC", "ADSC-04", "CD73", 80.04, LimitOutcome.Fail)]
    [InlineData("ADSC", "ADSC-04", "CD73", 80.05, LimitOutcome.Pass)]
    [InlineData("ADSC", "ADSC-03", null, 949_999, LimitOutcome.Fail)]
    [InlineData("ADSC", "ADSC-03", null, 950_000, LimitOutcome.Pass)]
    [InlineData("ADSC", "ADSC-03", null, 50_499_999, LimitOutcome.Pass)]
    [InlineData("ADSC", "ADSC-03", null, 50_500_000, LimitOutcome.Fail)]
    public void Built_in_limits_round_results_to_their_own_decimals(string spec, string criterion, string? part, double value, LimitOutcome outcome) =>
        Of(spec, criterion, part).Judge((decimal)value).ShouldBe(outcome);

    [Theory]
    [InlineData("ADSC-05", "CD45", 1.9, "<", LimitOutcome.Pass)]
    [InlineData("ADSC-05", "CD45", 2.0, "<", LimitOutcome.NotEvaluable)]
    [InlineData("ADSC-05", "CD45", 0.1, ">", LimitOutcome.NotEvaluable)]
    [InlineData("ADSC-04", "CD73", 99.0, ">", LimitOutcome.Pass)]
    [InlineData("ADSC-04", "CD73", 99.0, "<", LimitOutcome.NotEvaluable)]
    [InlineData("ADSC-03", null, 2.0e7, ">", LimitOutcome.NotEvaluable)]
    public void A_censored_value_passes_only_the_end_it_can_prove(string criterion, string? part, double value, string qualifier, LimitOutcome outcome) =>
        Of("ADSC", criterion, part).Judge(Number((decimal)value, qualifier: qualifier)).ShouldBe(outcome);

    [Theory]
    [InlineData(Qualitative.NotDetected, 10, LimitOutcome.Pass)]
    [InlineData(Qualitative.NotDetected, 11, LimitOutcome.NotEvaluable)]
    [InlineData(Qualitative.NotDetected, null, LimitOutcome.NotEvaluable)]
    [InlineData(Qualitative.Detected, null, LimitOutcome.Fail)]
    public void Not_detected_needs_a_sensitive_enough_method(Qualitative word, int? lod, LimitOutcome outcome) =>
        Of("CEA", "C-07").Judge(Word(word, lod: lod)).ShouldBe(outcome);

    [Theory]
    [InlineData("CEA-07", null, 0.94, false)]
    [InlineData("CEA-07", null, 0.95, true)]
    [InlineData("CEA-07", null, 1.04, true)]
    [InlineData("CEA-07", null, 1.05, false)]
    [InlineData("CEA-04", null, 74, false)]
    [InlineData("CEA-04", null, 73, true)]
    public void A_passing_value_within_five_percent_of_a_limit_is_near_it(string criterion, string? part, double value, bool near) =>
        Of("CEA", criterion, part).IsNear((decimal)value).ShouldBe(near);

    [Theory]
    [InlineData("/mL", "1/mL", true)]
    [InlineData("/cm²", "1/cm2", true)]
    [InlineData("/cm2", "1/cm²", true)]
    [InlineData("% v/v", "%", true)]
    [InlineData("pg/1e6 cells/24 h", "pg/1e6 cells/24h", true)]
    [InlineData("EU/mL", "IU/mL", false)]
    [InlineData("/mL", "/L", false)]
    [InlineData("mg/mL", "ng/mL", false)]
    public void Units_are_read_as_laboratories_write_them(string a, string b, bool same) => Units.Same(a, b).ShouldBe(same);

    [Theory]
    [InlineData(false, false, "2.0–8.0 h")]
    [InlineData(true, false, ">2.0 and ≤8.0 h")]
    [InlineData(false, true, "≥2.0 and <8.0 h")]
    public void An_end_that_does_not_belong_to_a_range_is_written_so(bool minExcluded, bool maxExcluded, string text) =>
        new AcceptanceRange { Min = "2.0", MinExcluded = minExcluded, Max = "8.0", MaxExcluded = maxExcluded }.Text("h").ShouldBe(text);

    [Fact]
    public void Built_in_specifications_are_complete_approved_and_survive_a_round_trip()
    {
        foreach (var spec in SpecificationRegister.BuiltIn.Values)
        {
            spec.ApprovedBy.ShouldNotBeNull();
            spec.EffectiveFrom.Year.ShouldBe(2000);
            spec.Criteria.Select(c => c.Id).ShouldBeUnique();
            var json = JsonSerializer.Serialize(spec, SpecificationRegister.Json);
            JsonSerializer.Serialize(JsonSerializer.Deserialize<Specification>(json, SpecificationRegister.Json), SpecificationRegister.Json).ShouldBe(json);
            foreach (var part in spec.Criteria.SelectMany(c => c.Parts).Where(p => p.Limit is not null)) part.Limit!.Text(part.Unit).ShouldNotBeEmpty();
        }
        Numbers("CEA").ShouldBe(Enumerable.Range(1, 16));
        Numbers("ADSC").ShouldBe(Enumerable.Range(1, 14));
        SpecificationRegister.Common.Select(c => c.Id).ShouldBe(
            ["C-01", "C-02", "C-03", "C-04", "C-05", "C-06", "C-07", "C-09", "C-11", "C-12", "C-13", .. Enumerable.Range(1, 14).Select(n => $"E-{n:00}")]);
    }

    private static IEnumerable<int> Numbers(string spec) => SpecificationRegister.BuiltIn[(spec, 1)].Criteria.Where(c => c.Id.StartsWith($"{spec}-", StringComparison.Ordinal))
        .Select(c => int.Parse(c.Id.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)).Order();

    [Fact]
    public void A_list_without_the_common_criteria_gets_them()
    {
        var own = SpecificationRegister.BuiltIn[("ADSC", 1)];
        var bare = own with { Criteria = [.. own.Criteria.Where(c => c.Id.StartsWith("ADSC", StringComparison.Ordinal))] };
        bare.WithCommon().Criteria.Select(c => c.Id).ShouldBe(own.Criteria.Select(c => c.Id), ignoreOrder: true);
    }
}

public sealed class SpecificationRulesTests
{
    private static readonly Specification Own = SpecificationRegister.BuiltIn[("ADSC", 1)];

    [Fact]
    public void Built_in_specifications_have_no_problem() =>
        SpecificationRegister.BuiltIn.Values.SelectMany(SpecificationRules.Problems).ShouldBeEmpty();

    [Theory]
    [InlineData("about 5", null)]
    [InlineData("80.0", "20.0")]
    public void A_limit_that_cannot_be_read_is_found_before_it_is_used(string min, string? max)
    {
        var criterion = Own.Find("ADSC-09")!;
        var changed = criterion with { Parts = [criterion.Parts[0] with { Limit = new AcceptanceRange { Min = min, Max = max } }] };
        SpecificationRules.Problems(Own with { Criteria = [.. Own.Criteria.Where(c => c != criterion), changed] })[0].Message.ShouldStartWith("ADSC-09");
    }

    [Fact]
    [Trait("Rule", "R-24")]
    public void An_author_does_not_approve_and_a_criterion_is_listed_once()
    {
        SpecificationRules.Problems(Own with { Author = "qa01", ApprovedBy = "qa01" }).ShouldHaveSingleItem();
        SpecificationRules.Problems(Own with { Criteria = [.. Own.Criteria, Own.Criteria[0]] }).ShouldHaveSingleItem();
    }
}
