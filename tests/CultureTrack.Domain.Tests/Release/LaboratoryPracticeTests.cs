using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Retests, custody, aliquots, values for each unit, methods and runs with controls.</summary>
public sealed class LaboratoryPracticeTests
{
    private const string Rationale = "A rationale of more than twenty characters.";

    private static OosConcluded Conclude(OosConclusion how, string oos = "OOS-ADSC-05-1") => new(oos, 1, how, Rationale);

    private static Story Ordered() => WorkedBatches.AdscTested(2.6m).Do("04-28 21:10", "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1));

    private static Story Run(Story s, string at, string id, decimal value, string analyst = "qc02", string approver = "qa01", string sample = "S-ADSC-05")
    {
        var back = new QcResultRecorded($"R-{id}", $"T-{id}", ResultKind.Final, [Number(value, "CD45")], true, null);
        return s.Do(at, analyst, new QcTestStarted($"T-{id}", sample, "ADSC-05", 1, null), comment: "Again").Do(at, analyst, back, comment: "Again").Do(at, approver, new QcResultApproved($"R-{id}"));
    }

    [Fact]
    public void Only_the_first_result_after_the_order_is_the_retest()
    {
        var s = Run(Run(Ordered(), "04-28 22:00", "1", 2.4m), "04-28 22:30", "2", 1.4m);
        s.Refusals("04-28 23:00", "qa01", Conclude(OosConclusion.NotConfirmed)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 23:00", "qa01", Conclude(OosConclusion.AssignableLabError)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 23:00", "qa01", Conclude(OosConclusion.Confirmed)).ShouldBeEmpty();
    }

    [Fact]
    public void A_retest_is_of_the_sample_it_was_ordered_on()
    {
        var s = Ordered().Do("04-28 21:20", "tech01", new SampleTaken("S-NEW", ["ADSC-05"], SampleMatrix.Cells, 2m, [], DateTimeOffset.Parse("2026-04-28T21:20:00Z", System.Globalization.CultureInfo.InvariantCulture)));
        Run(s, "04-28 22:00", "1", 1.4m, sample: "S-NEW").Refusals("04-28 23:00", "qa01", Conclude(OosConclusion.NotConfirmed)).ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    public void A_confirmed_failure_is_not_set_aside_later()
    {
        var s = WorkedBatches.AdscTested(2.6m).Do("04-28 21:10", "qa01", Conclude(OosConclusion.Confirmed));
        s.Refusals("04-28 21:20", "qa01", new QcResultInvalidated("R-ADSC-05", "Wrong gate", "DOC-1")).ShouldBe([Codes.StateGuard]);
        s.Status("04-28 21:30", "ADSC-05").Status.ShouldBe("FailConfirmed");
    }

    [Fact]
    public void Sterility_is_repeated_once_in_all()
    {
        var s = WorkedBatches.AdscTested().Recorded("04-29 09:00", "C-06", Word(Qualitative.Growth)).Do("04-29 10:00", "qa01", Conclude(OosConclusion.AssignableLabError, "OOS-C-06-1"))
            .Do("04-29 10:10", "qa01", new QcRetestOrdered("C-06", "S-C-06", 1));
        s.Do("04-29 11:00", "qc02", new QcTestStarted("T-2", "S-C-06", "C-06", 1, s.Time("04-29 11:00")), comment: "Repeat")
            .Do("04-30 11:00", "qc02", new QcResultRecorded("R-2", "T-2", ResultKind.Final, [Word(Qualitative.Growth)], true, null), comment: "Repeat");
        s.State.Qc.OpenOos("C-06")!.OosId.ShouldBe("OOS-C-06-2");
        s.Refusals("04-30 12:00", "qa01", new QcRetestOrdered("C-06", "S-C-06", 1)).ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    public void A_sample_on_its_way_is_not_tested_and_may_travel_on_once_it_is_accepted()
    {
        var s = WorkedBatches.AdscSubmitted();
        s.Do("04-28 15:10", "tech01", new SampleDispatched("S-ADSC-08", "GENLAB", 4m, "Courier 7"));
        s.Refusals("04-28 15:20", "qc01", new QcTestStarted("T-K", "S-ADSC-08", "ADSC-08", 1, null)).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 15:20", "tech01", new SampleDispatched("S-ADSC-08", "GENLAB", 4m, "Courier 8")).ShouldBe([Codes.StateGuard]);
        s.Do("04-28 16:00", "qc01", new SampleAccepted("S-ADSC-08", 4m, 2)).Refusals("04-28 16:10", "qc01", new QcTestStarted("T-K", "S-ADSC-08", "ADSC-08", 1, null)).ShouldBeEmpty();
        s.Do("04-28 16:20", "qc01", new SampleDispatched("S-ADSC-08", "REFLAB", 4m, "Courier 9"));
        s.Refusals("04-28 16:30", "qc01", new QcTestStarted("T-K", "S-ADSC-08", "ADSC-08", 1, null)).ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    public void An_aliquot_is_of_its_sample_and_as_old_as_it()
    {
        var s = WorkedBatches.AdscTested();
        var parent = s.State.Qc.Samples["S-ADSC-01"];
        SampleTaken Aliquot(decimal mL, SampleMatrix? matrix = null, string id = "A-1") => new(id, ["ADSC-01"], matrix ?? parent.Matrix, mL, ["S-ADSC-01"], s.Time("04-28 22:00"));
        s.Refusals("04-28 22:00", "qc01", Aliquot(parent.VolumeMl!.Value + 0.1m)).ShouldBe([Codes.ValRange]);
        s.Refusals("04-28 22:00", "qc01", Aliquot(0.1m, SampleMatrix.Plate)).ShouldBe([Codes.ValFormat]);
        s.Do("04-28 22:00", "qc01", Aliquot(parent.VolumeMl.Value / 2));
        s.Refusals("04-28 22:00", "qc01", Aliquot(parent.VolumeMl.Value / 2 + 0.1m, id: "A-2")).ShouldBe([Codes.ValRange]);
        (s.State.Qc.Samples["A-1"].CollectedAt, s.State.Qc.Samples["A-1"].AliquotOf).ShouldBe((parent.CollectedAt, "S-ADSC-01"));
    }

    [Fact]
    public void A_value_measured_on_a_unit_counts_until_that_unit_is_withdrawn()
    {
        var s = WorkedBatches.CeaSubmitted();
        var units = s.State.Product.Filled.Select(c => c.Id).ToList();
        ResultValue Of(string unit, decimal value) => new(null, value, UnitId: unit);
        s.Do("03-19 10:52", "qc01", new QcTestStarted("T-U", "S-CEA-04", "CEA-04", 1, null));
        s.Refusals("03-19 10:54", "qc01", new QcResultRecorded("R-U", "T-U", ResultKind.Final, [Of("TR-99", 80m)], true, null)).ShouldBe([Codes.ValFormat]);
        s.Do("03-19 10:54", "qc01", new QcResultRecorded("R-U", "T-U", ResultKind.Final, [.. units.Select((u, i) => Of(u, i == 0 ? 60m : 80m + i))], true, null), comment: "Each sheet")
            .Do("03-19 10:55", "qc02", new QcResultApproved("R-U"));
        s.Status("03-19 10:56", "CEA-04").Status.ShouldBe("FailUnconfirmed");
        s.Do("03-19 10:57", "tech01", new VesselDiscarded([units[0]], 1, "Autoclave", DiscardReason.Oos), verify: "tech02");
        s.Status("03-19 10:58", "CEA-04").Status.ShouldBe("Pass");
        s.Verdict("03-19 10:58").Reasons.Select(r => r.Id).ShouldContain("OOS(CEA-04)");
    }

    private static Story With(params MethodFact[] methods)
    {
        var s = WorkedBatches.AdscSubmitted();
        s.Facts = s.Facts with { Methods = methods };
        return s;
    }

    private static MethodFact Method(int version, string from, bool control = false, bool qualification = false) =>
        new("FLOW-1", version, ["ADSC-04", "ADSC-05"], DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture), null, qualification, control);

    [Fact]
    public void The_register_says_which_version_of_a_method_is_effective()
    {
        var start = new QcTestStarted("T-1", "S-ADSC-05", "ADSC-05", 2, null);
        var s = With(Method(1, "2026-01-01T00:00:00Z"), Method(2, "2026-04-28T15:30:00Z"));
        s.Refusals("04-28 15:29", "qc01", start).ShouldBe([Codes.ValSpec]);
        s.Refusals("04-28 15:30", "qc01", start).ShouldBeEmpty();
        s.Refusals("04-28 15:30", "qc01", start with { MethodVersion = 1 }).ShouldBe([Codes.ValSpec]);
        With(Method(1, "2026-05-01T00:00:00Z")).Refusals("04-28 15:30", "qc01", start with { MethodVersion = 1 }).ShouldBe([Codes.ValSpec]);
        With(Method(1, "2026-01-01T00:00:00Z") with { RetiredFrom = DateTimeOffset.Parse("2026-04-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture) })
            .Refusals("04-28 15:30", "qc01", start with { MethodVersion = 1 }).ShouldBe([Codes.ValSpec]);
    }

    [Fact]
    public void A_method_is_used_by_analysts_qualified_for_it()
    {
        var s = With(Method(1, "2026-01-01T00:00:00Z", qualification: true));
        var start = new QcTestStarted("T-1", "S-ADSC-05", "ADSC-05", 1, null);
        Qualification For(string what) => new(what, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        string[] Codes(params string[] qualified) => BatchDecider.Decide(
            s.State, new Entry(start, new Actor("qc09", "qc09", [Roles.QualityControl], [.. qualified.Select(For)]), s.Time("04-28 15:30")), s.Facts) is Refused no ? [.. no.Findings.Select(f => f.Code)] : [];
        Codes("QcTestStarted").ShouldBe([Records.Codes.SodRole]);
        Codes("QcTestStarted", "FLOW-1").ShouldBeEmpty();
        Codes("*").ShouldBeEmpty();
    }

    [Fact]
    public void A_rejected_control_leaves_no_valid_result_in_its_run()
    {
        var s = With(Method(1, "2026-01-01T00:00:00Z", control: true));
        s.Do("04-28 15:30", "qc01", new QcTestStarted("T-1", "S-ADSC-05", "ADSC-05", 1, null));
        QcResultRecorded Result(string? run, bool valid = true) => new("R-1", "T-1", ResultKind.Final, valid ? [Number(0.3m, "CD31"), Number(0.1m, "CD235a"), Number(1.0m, "CD45")] : [], valid, null, run);
        void Runs(params RunFact[] runs) => s.Facts = s.Facts with { Runs = runs.ToDictionary(r => r.RunId) };
        s.Refusals("04-28 16:00", "qc01", Result(null)).ShouldBe([Codes.ValRequired]);
        s.Refusals("04-28 16:00", "qc01", Result("RUN-1")).ShouldBe([Codes.StateGuard]);
        Runs(new RunFact("RUN-1", "CTRL-1 1-3s", false));
        s.Refusals("04-28 16:00", "qc01", Result("RUN-1")).ShouldBe([Codes.StateGuard]);
        s.Refusals("04-28 16:00", "qc01", Result("RUN-1", valid: false)).ShouldBeEmpty();
        Runs(new RunFact("RUN-1", null, false));
        s.Refusals("04-28 16:00", "qc01", Result("RUN-1")).ShouldBe([Codes.StateGuard]);
        Runs(new RunFact("RUN-1", null, true));
        s.Do("04-28 16:00", "qc01", Result("RUN-1"));
        // Found out after the result was recorded: no approval, and after approval it counts no longer.
        Runs(new RunFact("RUN-1", "CTRL-1 2-2s", false));
        s.Refusals("04-28 16:10", "qc02", new QcResultApproved("R-1")).ShouldBe([Codes.StateGuard]);
        Runs(new RunFact("RUN-1", null, true));
        s.Do("04-28 16:10", "qc02", new QcResultApproved("R-1")).Status("04-28 16:20", "ADSC-05").Status.ShouldBe("Pass");
        Runs(new RunFact("RUN-1", "CTRL-1 2-2s", false));
        s.Status("04-28 16:20", "ADSC-05").Status.ShouldBe("Pending");
        s.Refusals("04-28 16:30", "qa01", new QcResultInvalidated("R-1", "Control rejected", "RUN-1")).ShouldBeEmpty();
    }
}
