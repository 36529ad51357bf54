using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Controls;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Controls;

/// <summary>One control through its life, every entry decided as the register decides it.</summary>
public sealed class ControlSampleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Qualification[] Everything = [new("*", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)];
    private ControlSample? _control;
    private int _run;

    private static Actor Person(string user) => new(user, user, [user.StartsWith("qa", StringComparison.Ordinal) ? Roles.QualityAssurance : Roles.QualityControl], Everything);

    private string[] Enter(EventData data, string who, Action<LabJudgement> rule, string? comment = null)
    {
        var now = Start.AddHours(_run);
        var meaning = LabCatalogue.Of(data).Meaning;
        var entry = new LabEntry(data, Person(who), now, Comment: comment, Signature: meaning is null ? null : new(Person(who), meaning, true));
        switch (LabDecider.Decide(entry, new("control/CTRL-1", _control?.Version ?? 0, "UTC"), rule))
        {
            case LabAccepted yes: _control = ControlSample.Apply(_control, yes.Event); return [];
            case LabRefused no: return [.. no.Findings.Select(f => f.Code)];
            default: throw new InvalidOperationException();
        }
    }

    private string[] Register(decimal? mean = null, decimal? sd = null)
    {
        var data = new ControlRegistered("CTRL-1", "CD45, low", "ADSC-05", "CD45", "%", "CT-77", "low", Start.AddYears(1), null, mean, sd);
        return Enter(data, "qc01", j => ControlRules.Check(data, _control, j));
    }

    private string[] Measure(decimal value, string? run = null, string? action = null, string unit = "%")
    {
        _run++;
        var data = new ControlMeasured("CTRL-1", run ?? $"RUN-{_run:00}", value, unit, Start.AddHours(_run), action);
        return Enter(data, "qc01", j => ControlRules.Check(data, _control!, [], runUsed: false, j));
    }

    private string[] Establish(decimal mean = 1m, decimal sd = 1m)
    {
        var limits = ControlRules.Baseline(_control!);
        var data = new ControlBaselineEstablished("CTRL-1", (decimal)(limits?.Mean ?? 0), (decimal)(limits?.Sd ?? 0), limits?.N ?? 0);
        return Enter(data, "qa01", j => ControlRules.Check(data, _control!, j));
    }

    [Fact]
    public void Limits_stand_after_twenty_values_and_a_signature_and_reject_from_then_on()
    {
        Register().ShouldBeEmpty();
        for (var i = 0; i < 19; i++) Measure(2.0m + (i % 2 == 0 ? 0.1m : -0.1m)).ShouldBeEmpty();
        Establish().ShouldBe([Codes.StateGuard]);
        _control!.Results[^1].Outcome.ShouldBe(ControlOutcome.Baseline);
        Measure(1.9m).ShouldBeEmpty();
        Establish().ShouldBeEmpty();
        _control!.Limits!.Mean.ShouldBe(2.0, 1e-9);
        _control.Limits.Sd.ShouldBe(0.1026, 1e-4);
        Measure(2.05m);
        (_control.Results[^1].Outcome, _control.Results[^1].Rules.Count).ShouldBe((ControlOutcome.Accepted, 0));
        Measure(2.35m);
        (_control.Results[^1].Outcome, string.Join(",", _control.Results[^1].Rules)).ShouldBe((ControlOutcome.Rejected, "1-2s,1-3s"));
        Establish().ShouldBe([Codes.StateTransition]);
    }

    [Fact]
    public void A_run_is_rejected_for_good_by_one_rejected_control_until_its_value_is_voided_by_another_person()
    {
        Register(2.0m, 0.1m).ShouldBeEmpty();
        Measure(2.05m, "RUN-A");
        ControlRules.Run("RUN-A", [_control!]).ShouldBe(new RunFact("RUN-A", null, true));
        Measure(2.4m, "RUN-A");
        Measure(2.0m, "RUN-A");
        ControlRules.Run("RUN-A", [_control!])!.WhyRejected.ShouldBe("CTRL-1 1-2s 1-3s");
        ControlRules.Run("RUN-B", [_control!]).ShouldBeNull();
        var mistyped = new ControlResultVoided("CTRL-1", 2, "Typed 2.4, the printout says 2.04");
        Enter(mistyped with { Reason = "short" }, "qa01", j => ControlRules.Check(mistyped with { Reason = "short" }, _control!, j)).ShouldBe([Codes.ValReason]);
        Enter(mistyped, "qc01", j => ControlRules.Check(mistyped, _control!, j)).ShouldBe([Codes.SodRole]);
        Enter(mistyped, "qa01", j => ControlRules.Check(mistyped, _control!, j)).ShouldBeEmpty();
        ControlRules.Run("RUN-A", [_control!])!.IsRejected.ShouldBeFalse();
        _control!.Results.Count.ShouldBe(3);
    }

    [Fact]
    public void After_a_corrective_action_rules_over_several_runs_begin_anew()
    {
        Register(2.0m, 0.1m);
        for (var i = 0; i < 9; i++) Measure(2.05m);
        _control!.Results[^1].Outcome.ShouldBe(ControlOutcome.Accepted);
        Measure(2.05m);
        string.Join(",", _control.Results[^1].Rules).ShouldBe("10-x");
        Measure(2.05m, action: "short").ShouldBe([Codes.ValReason]);
        Measure(2.05m, action: "Recalibrated the cytometer with fresh beads").ShouldBeEmpty();
        _control.Results[^1].Outcome.ShouldBe(ControlOutcome.Accepted);
        for (var i = 0; i < 8; i++) Measure(2.05m);
        _control.Results[^1].Outcome.ShouldBe(ControlOutcome.Accepted);
        Measure(2.05m);
        _control.Results[^1].Outcome.ShouldBe(ControlOutcome.Rejected);
    }

    [Fact]
    public void What_cannot_be_a_value_of_the_control_is_refused()
    {
        Register(2.0m, 0m).ShouldBe([Codes.ValRange]);
        Register(2.0m).ShouldBe([Codes.ValRequired]);
        Register(2.0m, 0.1m).ShouldBeEmpty();
        Register(2.0m, 0.1m).ShouldBe([Codes.ValDuplicate]);
        Measure(2.0m, unit: "mg").ShouldBe([Codes.ValUnit]);
        Measure(2.0m, "no blanks allowed").ShouldBe([Codes.ValFormat]);
    }
}
