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

    private string[] Register(Func<ControlRegistered, ControlRegistered> change)
    {
        var data = change(new("CTRL-1", "CD45, low", "ADSC-05", "CD45", "%", "CT-77", "low", Start.AddYears(1)));
        return Enter(data, "qc01", j => ControlRules.Check(data, null, j));
    }

    [Fact]
    public void A_control_without_a_name_a_unit_an_id_or_a_lot_in_date_is_refused()
    {
        Register(c => c with { Title = " " }).ShouldBe([Codes.ValRequired]);
        Register(c => c with { Unit = "" }).ShouldBe([Codes.ValRequired]);
        Register(c => c with { ControlId = "no blanks allowed" }).ShouldBe([Codes.ValFormat]);
        Register(c => c with { AssignedSd = 0.1m }).ShouldBe([Codes.ValRequired]);
        Register(c => c with { ExpiresAt = Start }).ShouldBe([Codes.ValLot], "expiring now is expired");
        Register(c => c with { ExpiresAt = Start.AddTicks(1) }).ShouldBeEmpty();
    }

    private string[] MeasureAt(DateTimeOffset at, bool runUsed = false, decimal value = 2.0m, string run = "RUN-X", params ControlSample[] others)
    {
        var data = new ControlMeasured("CTRL-1", run, value, "%", at);
        return Enter(data, "qc01", j => ControlRules.Check(data, _control!, others, runUsed, j), "Measured after the results were in");
    }

    [Fact]
    public void A_value_is_neither_of_the_future_nor_older_than_the_one_before_nor_of_an_expired_lot()
    {
        Register(c => c with { ExpiresAt = Start.AddHours(3), AssignedMean = 2.0m, AssignedSd = 0.1m }).ShouldBeEmpty();
        _run = 2;
        MeasureAt(Start.AddHours(2).AddSeconds(6)).ShouldBe([Codes.ValFuture]);
        MeasureAt(Start.AddHours(2).AddSeconds(5)).ShouldBeEmpty("clocks may differ by five seconds");
        MeasureAt(Start.AddHours(2).AddSeconds(4)).ShouldBe([Codes.ValOrder]);
        MeasureAt(Start.AddHours(2).AddSeconds(5)).ShouldBeEmpty("two of one moment have no order");
        _run = 4;
        MeasureAt(Start.AddHours(3)).ShouldBe([Codes.ValLot]);
        MeasureAt(Start.AddHours(3).AddTicks(-1)).ShouldBeEmpty();
    }

    private LabRecorded Decided(ControlMeasured data, bool runUsed)
    {
        var now = data.MeasuredAt.AddMinutes(1);
        var answer = LabDecider.Decide(new(data, Person("qc01"), now, Comment: "Late control"), new("control/CTRL-1", _control!.Version, "UTC"), j => ControlRules.Check(data, _control!, [], runUsed, j));
        var e = answer.ShouldBeOfType<LabAccepted>().Event;
        return new([.. e.Flags.Select(f => f.Code)], (string)e.Computed!.Values["outcome"]!, e.Computed.Inputs);
    }

    private sealed record LabRecorded(IReadOnlyList<string> Flags, string Outcome, IReadOnlyList<Guid> Inputs);

    [Fact]
    public void A_rejected_control_of_a_run_that_batches_have_used_is_flagged_and_only_then()
    {
        Register(2.0m, 0.1m).ShouldBeEmpty();
        Measure(2.05m).ShouldBeEmpty();
        Measure(2.06m).ShouldBeEmpty();
        ControlMeasured Of(decimal value) => new("CTRL-1", "RUN-Y", value, "%", Start.AddHours(3));
        Decided(Of(2.5m), runUsed: true).Flags.ShouldBe([Flags.OutOfWindow]);
        Decided(Of(2.5m), runUsed: false).Flags.ShouldBeEmpty();
        Decided(Of(2.05m), runUsed: true).Flags.ShouldBeEmpty();
        Decided(Of(2.05m), runUsed: true).Inputs.ShouldBe([_control!.Results[^1].EventId], "judged after the value before");
    }

    [Fact]
    public void Another_control_of_the_run_that_lies_on_the_other_side_rejects_it_but_not_its_voided_baseline_or_foreign_values()
    {
        static ControlSample Other(params (string Run, decimal Value, ControlOutcome Outcome, string? Void)[] values) => new()
        {
            ControlId = "CTRL-2",
            Title = "CD45, high",
            Criterion = "ADSC-05",
            Part = "CD45",
            Unit = "%",
            LotId = "CT-78",
            Level = "high",
            ExpiresAt = Start.AddYears(1),
            Mean = 10,
            Sd = 1,
            Version = 2,
            Results = [.. values.Select((v, i) => new ControlResult(i + 1, v.Run, v.Value, Start, "qc02", null, v.Outcome, [], null, Guid.CreateVersion7(Start), v.Void))],
        };
        string Rules(ControlSample other)
        {
            var data = new ControlMeasured("CTRL-1", "RUN-X", 2.25m, "%", Start.AddHours(1));
            var answer = LabDecider.Decide(new(data, Person("qc01"), Start.AddHours(2)), new("control/CTRL-1", _control!.Version, "UTC"), j => ControlRules.Check(data, _control!, [other], false, j));
            return (string)answer.ShouldBeOfType<LabAccepted>().Event.Computed!.Values["rules"]!;
        }

        Register(2.0m, 0.1m).ShouldBeEmpty();
        Rules(Other(("RUN-X", 7.5m, ControlOutcome.Warning, null))).ShouldBe("1-2s,R-4s");
        Rules(Other(("RUN-X", 12.5m, ControlOutcome.Warning, null))).ShouldBe("1-2s,2-2s");
        Rules(Other(("RUN-W", 7.5m, ControlOutcome.Warning, null), ("RUN-X", 7.5m, ControlOutcome.Warning, "Mistyped"), ("RUN-X", 7.5m, ControlOutcome.Baseline, null))).ShouldBe("1-2s");
    }

    [Fact]
    public void Only_a_value_that_is_there_and_counts_can_be_voided_by_somebody_else()
    {
        Register(2.0m, 0.1m).ShouldBeEmpty();
        Measure(2.05m).ShouldBeEmpty();
        string[] Void(int no, string who)
        {
            var data = new ControlResultVoided("CTRL-1", no, "Typed 2.4, the printout says 2.04");
            return Enter(data, who, j => ControlRules.Check(data, _control!, j));
        }

        Void(2, "qa01").ShouldBe([Codes.StateGuard]);
        Void(1, "qa01").ShouldBeEmpty();
        Void(1, "qa01").ShouldBe([Codes.StateTransition]);
        _control = _control! with { Results = [_control.Results[0] with { VoidReason = null, By = "qa02" }] };
        Void(1, "qa02").ShouldBe([Codes.SodApprover]);
    }

    [Fact]
    public void Limits_come_from_values_that_count_and_that_differ_and_a_run_is_covered_only_by_a_judged_control()
    {
        Register().ShouldBeEmpty();
        for (var i = 0; i < 20; i++) Measure(2.0m).ShouldBeEmpty();
        ControlRules.Baseline(_control!).ShouldBeNull("all are the same");
        Measure(2.2m).ShouldBeEmpty();
        ControlRules.Baseline(_control!)!.N.ShouldBe(21);
        ControlRules.Baseline(_control! with { Results = [.. _control.Results.Select((r, i) => i < 2 ? r with { VoidReason = "Mistyped" } : r)] }).ShouldBeNull();
        ControlRules.Run("RUN-01", [_control!]).ShouldBe(new RunFact("RUN-01", null, false), "a value without limits says nothing of the run");
        ControlLimits.Of([1.0]).ShouldBeNull();
        ControlLimits.Of([1.0, 3.0])!.Sd.ShouldBe(Math.Sqrt(2), 1e-12);
    }
}
