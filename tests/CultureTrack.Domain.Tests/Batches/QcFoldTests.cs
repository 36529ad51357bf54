using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What each laboratory entry leaves behind: samples, tests, results and cases.</summary>
public sealed class QcFoldTests
{
    private static readonly DateTimeOffset Noon = Scenario.At("2026-04-13T12:00Z");

    private static SampleTaken Sample(string id, params string[] sources) => new(id, ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, sources, Noon);
    private static QcResultRecorded Result(string id, string test, params ResultValue[] values) => new(id, test, ResultKind.Final, values, true, null);

    private static Scenario Sampled() => Adsc.AtP0().Force(Sample("S-1"), "tech01");
    private static Scenario Tested() => Sampled().Force(new QcTestStarted("T-1", "S-1", "C-04", 1, Noon), "qc01");

    [Fact]
    public void A_sample_is_on_its_way_from_its_dispatch_to_its_acceptance_and_again_from_the_next()
    {
        var s = Sampled();
        QcSample One() => s.State.Qc.Samples["S-1"];
        (One().IsOnItsWay, One().CollectedAt, One().AliquotOf, One().EventId).ShouldBe((false, Noon, null, s.Last<SampleTaken>()));
        s.On("2026-04-13T13:00Z").Force(new SampleDispatched("S-1", "LAB", 5, "courier"), "tech01");
        (One().IsOnItsWay, One().DispatchedAt, One().AcceptedAt).ShouldBe((true, s.Now, null));
        s.On("2026-04-13T14:00Z").Force(new SampleAccepted("S-1", 5, 2), "qc01");
        (One().IsOnItsWay, One().AcceptedAt).ShouldBe((false, s.Now));
        s.On("2026-04-13T15:00Z").Force(new SampleDispatched("S-1", "REF", 5, "courier"), "tech01");
        (One().IsOnItsWay, One().DispatchedAt, One().AcceptedAt).ShouldBe((true, s.Now, null));
    }

    [Fact]
    public void An_aliquot_is_as_old_as_what_it_was_divided_from_and_anything_else_as_old_as_it_says()
    {
        var later = Noon.AddHours(3);
        var s = Sampled().Force(Sample("S-2", "S-1") with { CollectedAt = later }, "tech01").Force(Sample("S-3", "V-01") with { CollectedAt = later }, "tech01")
            .Force(Sample("S-4", "S-2") with { CollectedAt = later }, "tech01");
        s.State.Qc.Samples.Values.Select(x => (x.SampleId, x.CollectedAt, x.AliquotOf)).ShouldBe([("S-1", Noon, null), ("S-2", Noon, "S-1"), ("S-3", later, null), ("S-4", Noon, "S-2")]);
    }

    [Fact]
    public void What_nobody_knows_of_changes_nothing()
    {
        var s = Tested();
        var before = s.State.Qc;
        foreach (var data in new EventData[]
        {
            new SampleDispatched("S-9", "LAB", 5, "courier"), new SampleAccepted("S-9", 5, 2), new QcInterimReported("T-9", 1, InterimReading.NegativeToDate), Result("R-9", "T-9"),
            new QcResultApproved("R-9"), new QcResultInvalidated("R-9", "Wrong plate", "DOC-1"), new OosConcluded("OOS-9", 1, OosConclusion.Confirmed, new string('x', 20)),
        })
            s.Force(data, data is QcResultInvalidated or OosConcluded ? "qa01" : "qc01");
        (s.State.Qc.Samples, s.State.Qc.Tests, s.State.Qc.Results, s.State.Qc.Oos).ShouldBe((before.Samples, before.Tests, before.Results, before.Oos));
    }

    [Fact]
    public void A_test_knows_its_sample_criterion_incubation_and_the_hours_last_reported()
    {
        var s = Tested().On("2026-04-15T12:00Z").Force(new QcInterimReported("T-1", 47.5m, InterimReading.NegativeToDate), "qc01");
        s.State.Qc.Tests.Values.ShouldBe([new QcTest("T-1", "S-1", "C-04", Noon, Noon, s.Last<QcTestStarted>()) { LastHours = 47.5m }]);
    }

    [Fact]
    public void A_result_carries_who_recorded_who_approved_and_what_set_it_aside()
    {
        var s = Tested().On("2026-04-15T12:00Z").Force(Result("R-1", "T-1", new ResultValue(Qualitative: Qualitative.Negative)) with { RunId = "RUN-1" }, "qc01");
        QcResult One() => s.State.Qc.Results["R-1"];
        (One().TestId, One().CriterionId, One().Kind, One().RecordedBy, One().RecordedAt, One().EventId, One().Version, One().RunId)
            .ShouldBe(("T-1", "C-04", ResultKind.Final, "qc01", s.Now, s.Last<QcResultRecorded>(), s.State.Version, "RUN-1"));
        (One().ApprovedEventId, One().ApprovedBy, One().Counts).ShouldBe((null, null, true));
        s.Force(new QcResultApproved("R-1"), "qc02");
        (One().ApprovedEventId, One().ApprovedBy, One().ApprovedVersion, One().Counts).ShouldBe((s.Last<QcResultApproved>(), "qc02", s.State.Version, true));
        s.Force(new QcResultInvalidated("R-1", "Wrong plate", "DOC-1"), "qa01");
        (One().InvalidatedEventId, One().Counts).ShouldBe((s.Last<QcResultInvalidated>(), false));
    }

    [Fact]
    public void A_run_that_failed_or_says_nothing_does_not_count()
    {
        var s = Tested().Force(Result("R-1", "T-1"), "qc01").Force(Result("R-2", "T-1", new ResultValue(Value: 1)) with { ControlsValid = false }, "qc01").Force(Result("R-3", "T-1", new ResultValue(Value: 1)), "qc01");
        s.State.Qc.Results.Values.Select(r => r.Counts).ShouldBe([false, false, true]);
    }

    [Fact]
    public void Results_of_a_criterion_stand_in_the_order_they_were_recorded()
    {
        var s = Tested().Force(new QcTestStarted("T-2", "S-1", "C-07", 1, null), "qc01").Force(Result("R-9", "T-1"), "qc01").Force(Result("R-5", "T-2"), "qc01").Force(Result("R-1", "T-1"), "qc01");
        s.State.Qc.ResultsOf("C-04").Select(r => r.ResultId).ShouldBe(["R-9", "R-1"]);
        s.State.Qc.ResultsOf("C-07").Select(r => r.ResultId).ShouldBe(["R-5"]);
    }

    [Theory]
    [InlineData(OosConclusion.AssignableLabError, false, true)]
    [InlineData(OosConclusion.NotConfirmed, false, true)]
    [InlineData(OosConclusion.Confirmed, true, false)]
    [InlineData(OosConclusion.Inconclusive, true, false)]
    public void A_conclusion_confirms_a_failure_or_sets_it_aside(OosConclusion how, bool confirms, bool setsAside)
    {
        var s = Adsc.AtP0().GivenBySoftware(new OosOpened("OOS-1", "R-1", "C-04")).GivenBySoftware(new OosOpened("OOS-2", "R-2", "C-07"));
        OosCase One() => s.State.Qc.Oos["OOS-1"];
        (One().IsOpen, One().IsConfirmed, One().SetsAside, One().ResultId, One().CriterionId, One().OpenedAt).ShouldBe((true, false, false, "R-1", "C-04", s.Now));
        s.State.Qc.OpenOos("C-07")!.OosId.ShouldBe("OOS-2");
        s.Force(new OosConcluded("OOS-1", 1, how, new string('x', 20)), "qa01");
        (One().IsOpen, One().IsConfirmed, One().SetsAside, One().ConcludedEventId, One().ConcludedVersion).ShouldBe((false, confirms, setsAside, s.Last<OosConcluded>(), s.State.Version));
        s.State.Qc.OpenOos("C-04").ShouldBeNull();
        s.State.Qc.OpenOos("C-07")!.OosId.ShouldBe("OOS-2");
    }

    [Fact]
    public void Retests_are_kept_in_the_order_they_were_ordered()
    {
        var s = Sampled().Force(new QcRetestOrdered("C-07", "S-1", 1), "qa01").Force(new QcRetestOrdered("C-04", "S-1", 1), "qa01");
        s.State.Qc.Retests.Select(r => (r.CriterionId, r.SampleId, r.RetestNo, r.Version)).ShouldBe([("C-07", "S-1", 1, s.State.Version - 1), ("C-04", "S-1", 1, s.State.Version)]);
    }
}
