using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Controls;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Controls;

/// <summary>Values on both sides of every line of a chart, and which values of a control count for what.</summary>
public sealed class ControlBoundTests
{
    private static readonly ControlSample Control = ControlSample.Apply(null, Event(new ControlRegistered("CTRL-1", "CD45, low", "ADSC-05", "CD45", "%", "CT-77", "low", Now.AddYears(1), "M-1", 2.0m, 0.1m)));

    private static string[] Broken(double[] z, params double[] sameRun) => [.. Westgard.Broken(z, sameRun).Select(r => r.Name())];

    [Fact]
    public void The_other_side_of_the_mean_is_judged_as_this_one()
    {
        Broken([0, -2.1, -2.2]).ShouldBe(["1-2s", "2-2s"]);
        Broken([0, -2.1], -2.2).ShouldBe(["1-2s", "2-2s"]);
        Broken([0, -2.1], 2.1).ShouldBe(["1-2s", "R-4s"]);
        Broken([.. Enumerable.Repeat(-0.1, 10)]).ShouldBe(["10-x"]);
        Broken([.. Enumerable.Repeat(-1.1, 10)]).ShouldBe(["4-1s", "10-x"]);
    }

    [Fact]
    public void A_value_on_a_line_is_within_it_and_one_on_the_mean_is_on_no_side()
    {
        Broken([2, 2]).ShouldBeEmpty();
        Broken([2.1, 2]).ShouldBeEmpty();
        Broken([2.1], 2).ShouldBe(["1-2s"]);
        Broken([2], 2.1).ShouldBeEmpty();
        Broken([2], -2.1).ShouldBeEmpty();
        Broken([-2], 2.1).ShouldBeEmpty();
        Broken([2.1], -2).ShouldBe(["1-2s"]);
        Broken([-2.1], 2).ShouldBe(["1-2s"]);
        Broken([3]).ShouldBe(["1-2s"]);
        Broken([-3]).ShouldBe(["1-2s"]);
        Broken([1, 1.1, 1.1, 1.1]).ShouldBeEmpty();
        Broken([-1, -1.1, -1.1, -1.1]).ShouldBeEmpty();
        Broken([.. Enumerable.Repeat(0.0, 12)]).ShouldBeEmpty();
        Broken([], 5).ShouldBeEmpty();
    }

    [Fact]
    public void Several_other_controls_of_a_run_are_looked_at_one_by_one()
    {
        Broken([2.1], 0, -2.1).ShouldBe(["1-2s", "R-4s"]);
        Broken([2.1], 0, 2.1).ShouldBe(["1-2s", "2-2s"]);
        Broken([2.1], 2.1, -2.1).ShouldBe(["1-2s", "2-2s", "R-4s"]);
    }

    [Fact]
    public void A_warning_alone_rejects_nothing()
    {
        Westgard.Outcome([]).ShouldBe(ControlOutcome.Accepted);
        Westgard.Outcome([WestgardRule.OneTwoS]).ShouldBe(ControlOutcome.Warning);
        foreach (var rule in Enum.GetValues<WestgardRule>().Where(r => r != WestgardRule.OneTwoS)) Westgard.Outcome([WestgardRule.OneTwoS, rule]).ShouldBe(ControlOutcome.Rejected);
        Enum.GetValues<WestgardRule>().Select(r => r.Name()).ShouldBe(["1-2s", "1-3s", "2-2s", "R-4s", "4-1s", "10-x"]);
    }

    [Fact]
    public void Limits_come_from_two_values_at_least_that_differ()
    {
        ControlLimits.Of([]).ShouldBeNull();
        ControlLimits.Of([1]).ShouldBeNull();
        ControlLimits.Of([1, 1]).ShouldBeNull();
        ControlLimits.Of([1, 3]).ShouldBe(new ControlLimits(2, Math.Sqrt(2), 2));
        ControlLimits.Of([1, double.PositiveInfinity]).ShouldBeNull();
        new ControlLimits(2, 0.5, 2).Z(1).ShouldBe(-2);
    }

    [Fact]
    public void A_registered_control_has_what_it_was_registered_with()
    {
        (Control.ControlId, Control.Title, Control.Criterion, Control.Part, Control.Unit, Control.LotId, Control.Level, Control.ExpiresAt, Control.MethodId, Control.Version)
            .ShouldBe(("CTRL-1", "CD45, low", "ADSC-05", "CD45", "%", "CT-77", "low", Now.AddYears(1), "M-1", 1L));
        (Control.Limits, Control.BaselineN, Control.Results.Count, ControlSample.Stream("CTRL-1")).ShouldBe((new ControlLimits(2.0, 0.1, 0), null, 0, "control/CTRL-1"));
        (Control with { Sd = null }).Limits.ShouldBeNull();
        (Control with { Mean = null }).Limits.ShouldBeNull();
        var established = ControlSample.Apply(Control, Event(new ControlBaselineEstablished("CTRL-1", 3m, 0.2m, 21), 2));
        (established.Limits, established.Version).ShouldBe((new ControlLimits(3.0, 0.2, 21), 2L));
        Should.Throw<InvalidOperationException>(() => ControlSample.Apply(null, Event(new ControlBaselineEstablished("CTRL-1", 3m, 0.2m, 21))));
        Should.Throw<InvalidOperationException>(() => ControlSample.Apply(Control, Event(new ControlRegistered("CTRL-1", "t", "c", null, "%", "l", "low", Now))));
    }

    private static ControlResult Value(int no, decimal value, ControlOutcome outcome = ControlOutcome.Accepted, string? action = null, string? voided = null, string run = "RUN-1", params string[] rules) =>
        new(no, run, value, Now.AddHours(no - 10), "qc01", null, outcome, rules, action, Guid.Empty, voided);

    [Fact]
    public void The_sequence_is_of_the_values_that_count_since_the_last_corrective_action()
    {
        double[] Sequence(params ControlResult[] results) => [.. (Control with { Results = results }).Sequence().Select(z => Math.Round(z, 6))];
        Sequence(Value(1, 2.1m), Value(2, 2.2m)).ShouldBe([1, 2]);
        Sequence(Value(1, 2.1m, action: "Cleaned the cell"), Value(2, 2.2m, action: "Cleaned the cell"), Value(3, 2.3m)).ShouldBe([2, 3]);
        Sequence(Value(1, 2.1m), Value(2, 2.2m, voided: "Mistyped"), Value(3, 2.3m, ControlOutcome.Baseline), Value(4, 2.4m)).ShouldBe([1, 4]);
        Sequence(Value(1, 2.1m), Value(2, 2.2m, action: "Cleaned the cell", voided: "Mistyped")).ShouldBe([1]);
        (Control with { Mean = null, Results = [Value(1, 2.1m)] }).Sequence().ShouldBeEmpty();
    }

    [Fact]
    public void A_void_is_of_one_value_only()
    {
        var voided = ControlSample.Apply(Control with { Results = [Value(1, 2.1m), Value(2, 2.2m)] }, Event(new ControlResultVoided("CTRL-1", 2, "Mistyped"), 4));
        voided.Results.Select(r => (r.No, r.VoidReason, r.Counts)).ShouldBe([(1, null, true), (2, "Mistyped", false)]);
        voided.Version.ShouldBe(4);
    }

    [Fact]
    public void A_run_is_covered_by_an_accepted_or_warning_value_and_rejected_by_any_rejected_one()
    {
        RunFact? Run(params ControlResult[] results) => ControlRules.Run("RUN-1", [Control with { Results = results }]);
        Run(Value(1, 2.1m, ControlOutcome.Warning)).ShouldBe(new RunFact("RUN-1", null, true));
        Run(Value(1, 2.1m, ControlOutcome.Baseline)).ShouldBe(new RunFact("RUN-1", null, false));
        Run(Value(1, 2.1m, ControlOutcome.Baseline), Value(2, 2.1m)).ShouldBe(new RunFact("RUN-1", null, true));
        Run(Value(1, 2.1m), Value(2, 2.5m, ControlOutcome.Rejected, rules: ["1-2s", "1-3s"]), Value(3, 1.5m, ControlOutcome.Rejected, rules: "R-4s")).ShouldBe(new RunFact("RUN-1", "CTRL-1 1-2s 1-3s; CTRL-1 R-4s", false));
        Run(Value(1, 2.1m, voided: "Mistyped")).ShouldBeNull();
        Run(Value(1, 2.1m, run: "RUN-2")).ShouldBeNull();
    }

    private static string[] Measured(string? action = null, string unit = "%", decimal value = 2.0m)
    {
        var data = new ControlMeasured("CTRL-1", "RUN-9", value, unit, Now, action);
        return Found(data, j => ControlRules.Check(data, Control, [], false, j));
    }

    [Fact]
    public void A_corrective_action_is_told_in_ten_characters_not_counting_blanks_around_it()
    {
        Measured("0123456789").ShouldBeEmpty();
        Measured("  012345678  ").ShouldBe(["VAL-REASON correctiveAction"]);
        Measured(unit: "mg").ShouldBe(["VAL-UNIT unit"]);
    }

    [Fact]
    public void What_was_computed_of_a_value_is_kept_with_it()
    {
        var data = new ControlMeasured("CTRL-1", "RUN-9", 2.25m, "%", Now);
        var computed = Ask(data, j => ControlRules.Check(data, Control, [], false, j)).Computed!;
        computed.Values.ShouldBe(new Dictionary<string, object?> { ["resultNo"] = 1, ["z"] = 2.5, ["outcome"] = "Warning", ["rules"] = "1-2s" }, ignoreOrder: true);
        var kept = ControlSample.Apply(Control, Event(data, 2, "qc01") with { Computed = computed }).Results.ShouldHaveSingleItem();
        (kept.No, kept.RunId, kept.Value, kept.MeasuredAt, kept.By, kept.Z, kept.Outcome, string.Join(',', kept.Rules)).ShouldBe((1, "RUN-9", 2.25m, Now, "qc01", 2.5, ControlOutcome.Warning, "1-2s"));
        var bare = ControlSample.Apply(Control, Event(data, 2)).Results.ShouldHaveSingleItem();
        (bare.Outcome, bare.Rules.Count, bare.Z).ShouldBe((ControlOutcome.Baseline, 0, null));
    }
}
