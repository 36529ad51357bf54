using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What an investigation may set aside, when it may retest, and who verifies whose entry (3.1, G-10, R-18, R-25).</summary>
public sealed class InvestigationRuleTests
{
    private static readonly DateTimeOffset Packed = Scenario.At("2026-04-28T14:40Z");
    private static readonly string Rationale = new('x', 20);

    private static QcResultRecorded Result(string id, decimal value, string test = "T-5", bool controlsValid = true) =>
        new(id, test, ResultKind.Final, controlsValid ? [new("CD45", value, "%", "=")] : [], controlsValid, null);

    private static Scenario Tested() => Adsc.Filled().Force(new SampleTaken("S-5", ["ADSC-05", "ADSC-04"], SampleMatrix.Cells, 1, [], Packed), "tech01")
        .Force(new QcTestStarted("T-5", "S-5", "ADSC-05", 1, null), "qc01").Force(new QcTestStarted("T-4", "S-5", "ADSC-04", 1, null), "qc01");

    private static Scenario Failed() => Tested().Force(Result("R-5", 2.6m), "qc01").GivenBySoftware(new OosOpened("OOS-1", "R-5", "ADSC-05"));

    private static QcResultInvalidated SetAside(string result) => new(result, "Wrong gate", "DOC-1");
    private static OosConcluded Conclude(OosConclusion how, string oos = "OOS-1") => new(oos, 1, how, Rationale);

    [Fact]
    public void A_second_result_of_a_criterion_that_is_set_aside_is_flagged()
    {
        var s = Failed().Force(Result("R-6", 2.7m), "qc01");
        s.When(SetAside("R-5")).ThenNotFlagged();
        s.Given(SetAside("R-5")).When(SetAside("R-6")).ThenFlagged(Flags.OutOfWindow, "resultId");
    }

    [Fact]
    public void A_confirmed_case_keeps_every_result_recorded_while_it_was_open()
    {
        var s = Failed().Force(Result("R-6", 2.7m), "qc01").Given(Conclude(OosConclusion.Confirmed)).Force(Result("R-7", 1.0m), "qc01");
        s.When(SetAside("R-5")).ThenRejected(Codes.StateGuard, "data.resultId");
        s.When(SetAside("R-6")).ThenRejected(Codes.StateGuard, "data.resultId");
        s.When(SetAside("R-7")).ThenAccepted();
    }

    [Theory]
    [InlineData(OosConclusion.Confirmed, false)]
    [InlineData(OosConclusion.Inconclusive, false)]
    [InlineData(OosConclusion.AssignableLabError, true)]
    public void Only_a_failure_that_was_not_confirmed_is_set_aside(OosConclusion how, bool may)
    {
        var outcome = Failed().Given(Conclude(how)).When(SetAside("R-5"));
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data.resultId");
    }

    [Fact]
    public void A_run_whose_controls_failed_is_cause_enough_for_its_own_criterion()
    {
        var s = Tested().Force(Result("R-5", 0, controlsValid: false), "qc01");
        s.When(new QcRetestOrdered("ADSC-05", "S-5", 1)).ThenAccepted();
        s.When(new QcRetestOrdered("ADSC-04", "S-5", 1)).ThenRejected(Codes.StateGuard, "data.criterionId");
        Tested().Force(Result("R-5", 1.0m), "qc01").When(new QcRetestOrdered("ADSC-05", "S-5", 1)).ThenRejected(Codes.StateGuard, "data.criterionId");
    }

    [Fact]
    public void Each_case_has_a_retest_of_its_own()
    {
        var s = Failed().Given(new QcRetestOrdered("ADSC-05", "S-5", 1));
        s.When(new QcRetestOrdered("ADSC-05", "S-5", 1)).ThenRejected(Codes.StateGuard, "data.retestNo");
        s.Given(Conclude(OosConclusion.AssignableLabError)).Force(Result("R-6", 2.7m), "qc01").GivenBySoftware(new OosOpened("OOS-2", "R-6", "ADSC-05"));
        s.When(new QcRetestOrdered("ADSC-05", "S-5", 1)).ThenAccepted();
    }

    [Theory]
    [InlineData(168, false)]
    [InlineData(168.1, true)]
    public void A_sample_retained_longer_than_it_is_stable_is_flagged(double hours, bool flagged)
    {
        var outcome = Failed().On("2026-04-28T14:40Z").Later(hours).When(new QcRetestOrdered("ADSC-05", "S-5", 1));
        if (flagged) outcome.ThenFlagged(Flags.Interval, "sampleId");
        else outcome.ThenNotFlagged();
    }

    [Theory]
    [InlineData("C-04")]
    [InlineData("C-05")]
    [InlineData("C-06")]
    [InlineData("C-07")]
    [InlineData("C-02")]
    public void Safety_is_never_argued_away_by_a_retest(string criterion) => Adsc.Filled().GivenBySoftware(new OosOpened("OOS-1", "R-1", criterion))
        .When(Conclude(OosConclusion.NotConfirmed)).ThenRejected(Codes.StateGuard, "data.conclusion").Findings.ShouldContain(f => f.Message.Contains("never argued away", StringComparison.Ordinal));

    [Fact]
    public void Repeats_of_sterility_wait_for_the_laboratory_to_blame_itself()
    {
        var s = Adsc.Filled().Force(new SampleTaken("S-6", ["C-06"], SampleMatrix.FinalProduct, 5, [], Packed), "tech01").Force(new QcTestStarted("T-6", "S-6", "C-06", 1, Packed), "qc01")
            .Force(new QcResultRecorded("R-6", "T-6", ResultKind.Final, [new(Qualitative: Qualitative.Growth)], true, null), "qc01").GivenBySoftware(new OosOpened("OOS-6", "R-6", "C-06"));
        var repeat = new QcRetestOrdered("C-06", "S-6", 1);
        s.When(repeat).ThenRejected(Codes.StateGuard, "data.criterionId");
        s.Given(SetAside("R-6")).When(repeat).ThenAccepted();
    }

    [Fact]
    public void Who_corrected_an_entry_does_not_verify_it()
    {
        var s = Adsc.AfterP0();
        var passage = s.Last<PassagePerformed>();
        s.GivenBy("qa01", new RecordCorrected(passage, "exposureMin", System.Text.Json.JsonSerializer.SerializeToElement(6), System.Text.Json.JsonSerializer.SerializeToElement(7), "Read from the wrong line"));
        s.When(new EntryVerified(passage), by: "qa01").ThenRejected(Codes.SodVerifier, "data.eventId");
        s.When(new EntryVerified(passage), by: "tech01").ThenRejected(Codes.SodVerifier, "data.eventId");
        s.When(new EntryVerified(passage), by: "tech02").ThenAccepted();
    }

    [Fact]
    public void An_earlier_expiry_is_verified_later_by_a_releaser_only()
    {
        var s = Adsc.Filled().Force(new ExpiryOverridden(Adsc.Bags, Scenario.At("2026-04-29T08:00Z"), "Transport took longer than planned.", "STAB-1"), "qa01");
        s.When(new EntryVerified(s.Last<ExpiryOverridden>()), by: "tech02").ThenRejected(Codes.SodRole, "data.eventId");
        s.When(new EntryVerified(s.Last<ExpiryOverridden>()), by: "qa02").ThenAccepted();
    }

    [Fact]
    public void A_record_is_submitted_with_labels_reconciled_units_inspected_and_every_entry_verified()
    {
        string[] Missing(Scenario s) => [.. s.When(new ReviewSubmitted([])).ThenRejected(Codes.StateGuard).Findings.Select(f => f.Field)];
        var s = Adsc.Filled();
        Missing(s).ShouldBe(["type", "data.openItems"], ignoreOrder: true);
        s.Given(new LabelsReconciled(12, 10, 2, 0));
        Missing(s).ShouldBe(["data.openItems"]);
        s.Given(new LabelsReconciled(12, 10, 1, 0));
        Missing(s).ShouldContain("type");
        s.Given(new LabelsReconciled(12, 10, 2, 0)).Force(Adsc.Inspected, "tech01");
        Missing(s).ShouldContain("data");
        s.When(new EntryVerified(s.Last<UnitsInspected>()), by: "tech02").ThenAccepted();
    }
}
