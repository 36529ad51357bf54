using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Versions of a specification: what is wrong with a draft, what differs, and what it would have meant.</summary>
public sealed class SpecificationVersionTests
{
    private static readonly Specification Adsc = SpecificationRegister.BuiltIn[("ADSC", 1)];

    private static Specification With(string criterion, Func<Criterion, Criterion> change) =>
        Adsc with { Version = 2, Criteria = [.. Adsc.Criteria.Select(c => c.Id == criterion ? change(c) : c)] };

    private static Specification WithLimit(string criterion, AcceptanceRange limit, string? part = null) =>
        With(criterion, c => c with { Parts = [.. c.Parts.Select(p => part is null || p.Name == part ? p with { Limit = limit } : p)] });

    private static string[] Fields(Specification spec) => [.. SpecificationRules.Problems(spec).Select(f => f.Field)];

    private static string At(string criterion, string member) => $"criteria[{Adsc.Criteria.Select((c, i) => (c, i)).First(x => x.c.Id == criterion).i}].{member}";

    [Fact]
    public void The_built_in_specifications_have_nothing_wrong_with_them()
    {
        foreach (var spec in SpecificationRegister.BuiltIn.Values) SpecificationRules.Problems(spec).ShouldBeEmpty(spec.Name);
    }

    [Theory]
    [InlineData("eighty", null, "limit.min")]
    [InlineData("80,0", null, "limit.min")]
    [InlineData("80", "70", "limit.min")]
    [InlineData(null, "1e999", "limit.max")]
    [InlineData("101", null, "limit")]
    public void A_limit_that_nothing_can_meet_or_nobody_can_read_is_told_at_its_place(string? min, string? max, string member) =>
        Fields(WithLimit("ADSC-01", new() { Min = min, Max = max })).ShouldContain(At("ADSC-01", $"parts[0].{member}"));

    [Fact]
    public void Words_and_numbers_alerts_and_parts_that_contradict_are_told_too()
    {
        Fields(WithLimit("ADSC-01", new() { Min = "80", Expect = [Qualitative.Pass] })).ShouldBe([At("ADSC-01", "parts[0].limit")]);
        Fields(WithLimit("ADSC-01", new() { Expect = [Qualitative.NotDetected], LodMax = "10" })).ShouldBe([At("ADSC-01", "parts[0].limit.lodUnit")]);
        Fields(With("ADSC-04", c => c with { Parts = [.. c.Parts.Select(p => p with { Alert = new() { Min = "50.0" } })] })).ShouldContain(At("ADSC-04", "parts[0].alert"));
        Fields(With("ADSC-04", c => c with { Parts = [c.Parts[0], c.Parts[0]] })).ShouldBe([At("ADSC-04", "parts")]);
        Fields(With("ADSC-08", c => c with { Surrogates = [new("ADSC-99")] })).ShouldBe([At("ADSC-08", "surrogates[0].criterion")]);
        Fields(With("C-06", c => c with { GateCases = [new(Condition.FinalSterilityPassed, Gate.I)] })).ShouldBe([At("C-06", "gateCases")], "it would look at itself without end");
        Fields(With("ADSC-01", c => c with { Gate = Gate.NotApplicable })).ShouldBe([At("ADSC-01", "gate")]);
    }

    [Fact]
    public void The_difference_names_each_member_as_it_was_and_is()
    {
        SpecificationDiff.Of(Adsc, Adsc with { Version = 2 }).ShouldBeEmpty();
        var tighter = SpecificationDiff.Of(Adsc, WithLimit("ADSC-05", new() { Max = "1.5", MaxExcluded = true }, "CD45")).Single();
        (tighter.Id, tighter.Change).ShouldBe(("ADSC-05", "Changed"));
        tighter.Fields.ShouldBe([new("parts[CD45].limit.max", "2.0", "1.5")]);
        var gone = Adsc with { Version = 2, Criteria = [.. Adsc.Criteria.Where(c => c.Id != "ADSC-09")] };
        SpecificationDiff.Of(Adsc, gone).Select(d => (d.Id, d.Change)).ShouldBe([("ADSC-09", "Removed")]);
        SpecificationDiff.Of(gone, Adsc).Select(d => (d.Id, d.Change)).ShouldBe([("ADSC-09", "Added")]);
    }

    [Fact]
    public void A_part_put_in_between_is_the_only_difference()
    {
        var more = With("ADSC-05", c => c with { Parts = [c.Parts[0], new CriterionPart("CD14", "%", new() { Max = "2.0" }), .. c.Parts.Skip(1)] });
        SpecificationDiff.Of(Adsc, more).Single().Fields.Select(f => f.Field).ShouldBe(["parts[CD14].limit.max", "parts[CD14].name", "parts[CD14].unit"]);
    }

    [Fact]
    public void What_if_asks_about_the_moment_of_the_decision_and_tells_what_changes()
    {
        var s = WorkedBatches.CeaConditional();
        var (history, at) = WhatIf.Moment(s.State.History, s.Time("06-01 09:00"));
        at.ShouldBe(s.Time("03-19 11:30"));
        history[^1].Body.ShouldNotBeOfType<DispositionSigned>();
        var own = SpecificationRegister.BuiltIn[("CEA", 1)];
        var stricter = own with { Version = 2, Criteria = [.. own.Criteria.Select(c => c.Id == "CEA-07" ? c with { Parts = [c.Parts[0] with { Limit = new() { Max = "0.3" } }] } : c)] };
        var result = WhatIf.Compare(BatchFold.Fold(history), s.State.State, own, stricter, s.Facts, at);
        (result.Verdict, result.WhatIf, result.State).ShouldBe((Verdicts.Conditional, Verdicts.Blocked, LifeState.ConditionallyReleased));
        result.Changed.ShouldBe([new("CEA-07", "Pass", "FailUnconfirmed", "≤1.0 %", "≤0.3 %", "0.4 %")]);
        result.Reasons.ShouldBe(["CEA-07"]);
        WhatIf.Compare(BatchFold.Fold(history), s.State.State, own, own, s.Facts, at).Differs.ShouldBeFalse();
        var summary = WhatIfSummary.Of([result, result with { WhatIf = Verdicts.Conditional, Changed = [] }]);
        (summary.Batches, summary.Changed, summary.Moves["CONDITIONAL → BLOCKED"], summary.Criteria["CEA-07"]).ShouldBe((2, 1, 1, 1));
    }

    [Fact]
    public void What_if_judges_as_a_verdict_under_the_other_specification_would_whatever_of_it_differs()
    {
        foreach (var s in new[] { WorkedBatches.AdscTested(cd45: 2.4m, clonogenic: false), WorkedBatches.CeaConditional() })
        {
            var own = SpecificationRegister.BuiltIn[(s.State.ProductType, 1)].WithCommon();
            var (history, at) = WhatIf.Moment(s.State.History, s.State.History[^1].OccurredAt.AddHours(1));
            var state = BatchFold.Fold(history);
            var before = ReleaseEvaluator.Evaluate(state, own, s.Facts, at);
            foreach (var other in own.Criteria.SelectMany(c => Changed(own, c)).Where((_, i) => !Examples.Few || i % 7 == 0))
            {
                var expected = ReleaseEvaluator.Evaluate(state, other, s.Facts, at);
                var result = WhatIf.Compare(state, s.State.State, own, other, s.Facts, at);
                (result.Verdict, result.WhatIf).ShouldBe((before.Value, expected.Value));
                result.Reasons.ShouldBe(expected.Reasons.Select(r => r.Id));
                result.Changed.Select(c => (c.Id, c.From, c.To)).ShouldBe(Statuses(before).Union(Statuses(expected)).Select(c => c.Id).Distinct().Order(StringComparer.Ordinal)
                    .Select(id => (id, Status(before, id), Status(expected, id))).Where(c => c.Item2 != c.Item3));
            }
        }

        static IEnumerable<(string Id, string Status)> Statuses(Verdict v) => v.Criteria.Select(c => (c.Id, c.Status));
        static string? Status(Verdict v, string id) => v.Criteria.FirstOrDefault(c => c.Id == id)?.Status;
        static IEnumerable<Specification> Changed(Specification own, Criterion criterion)
        {
            Criterion[] others =
            [
                criterion with { Gate = criterion.Gate == Gate.I ? Gate.F : Gate.I, GateCases = null },
                criterion with { Parts = [.. criterion.Parts.Select(p => p with { Limit = new() { Max = "0" }, LimitCases = null })] },
                criterion with { Parts = [.. criterion.Parts.Select(p => p with { Optional = true })], SampleBeforeFill = new(1000) },
                criterion with { GateCases = [new(criterion.Id == "C-06" ? Condition.Fresh : Condition.FinalSterilityPassed, Gate.I)], Validity = new(0.1m) },
            ];
            return others.Select(o => own with { Version = 2, Criteria = [.. own.Criteria.Select(c => c.Id == o.Id ? o : c)] })
                .Append(own with { Version = 2, Criteria = [.. own.Criteria.Where(c => c.Id != criterion.Id)] });
        }
    }
}
