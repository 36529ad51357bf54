using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What follows from a result by itself (2.3, 3.1): cases, deviations and, after a release, holds.</summary>
public sealed class QcReactionTests
{
    private static Scenario Started(Scenario s, string test, string criterion, SampleMatrix matrix) => s
        .Force(new SampleTaken($"S-{test}", [criterion], matrix, 5, [], s.Now), "tech01").Force(new QcTestStarted($"T-{test}", $"S-{test}", criterion, 1, null), "qc01");

    private static QcResultRecorded Result(string test, decimal value, string? part = null, string? unitId = null) =>
        new($"R-{test}", $"T-{test}", ResultKind.Final, [new(part, value, UnitId: unitId)], true, null);

    private static string[] Cases(Scenario s) => [.. s.State.Of<OosOpened>().Select(o => o.Data.OosId)];
    private static string[] HoldsAfterRelease(Scenario s) => [.. s.State.Of<HoldPlaced>().Select(h => h.Data.Reason).Where(r => r.StartsWith("Failed after release: ", StringComparison.Ordinal))];

    [Fact]
    public void Each_criterion_that_fails_has_a_case_of_its_own_numbered_by_itself()
    {
        var s = Started(Started(Cea.Loose(), "1", "CEA-04", SampleMatrix.Cells), "2", "CEA-07", SampleMatrix.Cells);
        s.Given(Result("1", 60), Result("2", 1.1m));
        Cases(s).ShouldBe(["OOS-CEA-04-1", "OOS-CEA-07-1"]);
    }

    [Theory]
    [InlineData(70, false)]
    [InlineData(69.5, false)]
    [InlineData(69.4, true)]
    public void A_correction_that_makes_a_result_fail_opens_a_case_as_a_new_result_would(double corrected, bool opens)
    {
        var s = Started(Cea.Loose(), "1", "CEA-04", SampleMatrix.Cells).Given(Result("1", 86));
        Cases(s).ShouldBeEmpty();
        s.GivenBy("qc01", new RecordCorrected(s.Last<QcResultRecorded>(), "values[0].value", JsonSerializer.SerializeToElement(86), JsonSerializer.SerializeToElement(corrected), "Read from the wrong line"));
        Cases(s).ShouldBe(opens ? ["OOS-CEA-04-1"] : []);
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(100, true)]
    public void A_limit_that_only_the_fill_makes_known_is_judged_with_the_fill(int ml, bool fails)
    {
        // min(0.5, 20/mL per sheet): with 100 mL the limit is 0.2 EU/mL.
        var s = Started(Cea.Loose(), "1", "CEA-16", SampleMatrix.FinalProduct).Given(Result("1", 0.3m), Cea.Mounted).On("2026-03-19T10:00Z");
        Cases(s).ShouldBeEmpty();
        s.Given(Cea.Fill with { Containers = [.. Cea.Fill.Containers.Select(c => c with { VolumeMl = ml })] });
        Cases(s).ShouldBe(fails ? ["OOS-CEA-16-1"] : []);
    }

    [Fact]
    public void A_value_of_a_unit_that_is_withdrawn_opens_no_case()
    {
        var s = Started(Cea.Packed(), "1", "CEA-04", SampleMatrix.Cells).Given(new VesselDiscarded([Cea.Sheets[0]], 1, "Incineration", DiscardReason.Oos));
        Cases(s.Given(Result("1", 60, unitId: Cea.Sheets[0]))).ShouldBeEmpty();
        var kept = Started(Cea.Packed(), "1", "CEA-04", SampleMatrix.Cells);
        Cases(kept.Given(Result("1", 60, unitId: Cea.Sheets[0]))).ShouldBe(["OOS-CEA-04-1"]);
    }

    [Fact]
    public void Mycoplasma_found_again_opens_no_second_deviation()
    {
        var s = Started(Adsc.AtP2(), "1", "C-07", SampleMatrix.CellsAndSupernatant);
        QcResultRecorded Found(string id) => new(id, "T-1", ResultKind.Final, [new(Qualitative: Qualitative.Detected)], true, null);
        s.Given(new DeviationOpened("DEV-1", "Spill", DeviationClass.Minor), Found("R-1"), Found("R-2"));
        s.State.Of<DeviationOpened>().Select(d => (d.Data.Run, d.Data.Class)).ShouldBe([(null, DeviationClass.Minor), ("C-07", DeviationClass.Critical)]);
        (s.State.Holds.Count, Cases(s).Length).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(InterimReading.Signal, 1)]
    [InlineData(InterimReading.NegativeToDate, 0)]
    public void A_signal_in_a_test_holds_the_batch_and_names_what_is_tested(InterimReading reading, int holds)
    {
        var s = Adsc.AtP2().Force(new SampleTaken("S-1", ["C-04"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T14:00Z")), "tech01")
            .Force(new QcTestStarted("T-1", "S-1", "C-04", 1, Scenario.At("2026-04-24T14:00Z")), "qc01").On("2026-04-26T15:00Z").Given(new QcInterimReported("T-1", 49, reading));
        s.State.Holds.Count.ShouldBe(holds);
        s.State.Holds.Values.ShouldAllBe(h => h.Reason.StartsWith("Signal in C-04", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failure_found_after_the_release_holds_what_is_left_once()
    {
        var s = Cea.Released();
        var mixedUp = new CoiMismatchRecorded(CoiPoint.Ship, ["PT-0001"], ["PT-0002"], false);
        s.Given(mixedUp);
        HoldsAfterRelease(s).ShouldBe(["Failed after release: C-01"]);
        s.Given(mixedUp, new VesselDiscarded(Cea.Sheets[..1], 1, "Incineration", DiscardReason.Oos));
        HoldsAfterRelease(s).ShouldBe(["Failed after release: C-01"]);
    }

    [Fact]
    public void Before_a_release_and_when_caught_in_time_there_is_no_such_hold()
    {
        HoldsAfterRelease(Cea.Packed().Given(new CoiMismatchRecorded(CoiPoint.Fill, ["PT-0001"], ["PT-0002"], false))).ShouldBeEmpty();
        HoldsAfterRelease(Cea.Released().Given(new CoiMismatchRecorded(CoiPoint.Ship, ["PT-0001"], ["PT-0002"], true))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("C-01", false)]
    [InlineData("C-01(part)", false)]
    [InlineData("C-02", true)]
    [InlineData("C-011", true)]
    public void What_was_released_in_spite_of_a_failure_is_not_held_for_it(string reason, bool held)
    {
        var s = Cea.Packed().On("2026-03-19T11:30Z").Force(new DispositionSigned(DispositionKind.Exceptional, 0, "REJECT", [], ["CEA-04", reason]), "qa02")
            .Given(new CoiMismatchRecorded(CoiPoint.Ship, ["PT-0001"], ["PT-0002"], false));
        HoldsAfterRelease(s).Length.ShouldBe(held ? 1 : 0);
    }
}
