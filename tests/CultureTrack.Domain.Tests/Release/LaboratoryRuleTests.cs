using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

public sealed class LaboratoryRuleTests
{
    private readonly Story _s = WorkedBatches.AdscSubmitted().Sampled("04-28 15:10", SampleMatrix.Plate, null, "C-11");

    private SampleTaken Sample(string id = "S-NEW", SampleMatrix matrix = SampleMatrix.Cells, decimal? mL = 1m, params string[] criteria) =>
        new(id, criteria.Length == 0 ? ["ADSC-05"] : criteria, matrix, mL, [], _s.Time("04-28 15:20"));

    private string[] Refused(EventData data, string who = "tech01", string at = "04-28 15:20") => _s.Refusals(at, who, data, comment: "Explained");

    [Fact]
    public void A_sample_needs_a_new_id_a_possible_volume_a_known_criterion_and_a_fitting_matrix()
    {
        Refused(Sample()).ShouldBeEmpty();
        Refused(Sample("S-ADSC-05")).ShouldBe([Codes.ValDuplicate]);
        Refused(Sample(mL: 0m)).ShouldBe([Codes.ValRange]);
        Refused(Sample(mL: 100.1m)).ShouldBe([Codes.ValRange]);
        Refused(Sample(mL: 100m)).ShouldBeEmpty();
        Refused(Sample(mL: null)).ShouldBe([Codes.ValRequired]);
        Refused(Sample(matrix: SampleMatrix.Supernatant)).ShouldBe([Codes.ValFormat]);
        Refused(Sample(criteria: ["ADSC-99"])).ShouldBe([Codes.ValFormat]);
        Refused(Sample(criteria: ["ADSC-02"])).ShouldBe([Codes.ValFormat]);
        Refused(Sample() with { CollectedAt = _s.Time("04-28 15:21") }).ShouldBe([Codes.ValFuture]);
        Refused(Sample(matrix: SampleMatrix.Plate, mL: null, criteria: ["C-11"])).ShouldBeEmpty();
    }

    [Fact]
    public void A_sterility_sample_below_one_percent_of_the_batch_is_flagged()
    {
        _s.FlagsOf("04-28 15:20", "tech01", Sample(matrix: SampleMatrix.FinalProduct, mL: 0.19m, criteria: ["C-06"])).ShouldBe([Flags.OutOfWindow]);
        _s.FlagsOf("04-28 15:20", "tech01", Sample(matrix: SampleMatrix.FinalProduct, mL: 0.2m, criteria: ["C-06"])).ShouldBeEmpty();
        var growing = WorkedBatches.AdscGrowing();
        var sample = new SampleTaken("S-1", ["C-04"], SampleMatrix.CellsAndSupernatant, 50m, [], growing.Time("04-26 12:00"));
        growing.FlagsOf("04-26 12:00", "tech01", sample).ShouldBe([Flags.OutOfWindow]);
        growing.FlagsOf("04-26 12:00", "tech01", sample with { VolumeMl = 51m }).ShouldBeEmpty();
    }

    [Fact]
    public void A_sample_travels_in_one_unbroken_chain()
    {
        Refused(new SampleAccepted("S-ADSC-05", 5m, 2)).ShouldBe([Codes.StateGuard]);
        Refused(new SampleDispatched("S-NONE", "LAB", 5m, "courier")).ShouldBe([Codes.StateGuard]);
        _s.Do("04-28 15:20", "tech01", new SampleDispatched("S-ADSC-05", "LAB", 5m, "courier"));
        Refused(new SampleDispatched("S-ADSC-05", "LAB", 5m, "courier")).ShouldBe([Codes.StateGuard]);
        _s.Refusals("04-28 16:00", "qc01", new SampleAccepted("S-ADSC-05", 5m, 1)).ShouldBe([Codes.ValRange]);
        _s.FlagsOf("04-29 15:20", "qc01", new SampleAccepted("S-ADSC-05", 5m, 2)).ShouldBeEmpty();
        _s.FlagsOf("04-29 15:21", "qc01", new SampleAccepted("S-ADSC-05", 5m, 2)).ShouldBe([Flags.Transport]);
        _s.FlagsOf("04-28 16:00", "qc01", new SampleAccepted("S-ADSC-05", 26m, 2)).ShouldBe([Flags.Transport]);
    }

    private QcTestStarted Test(string criterion = "ADSC-05", int method = 1, string? incubates = null, string? sample = null) =>
        new("T-NEW", sample ?? $"S-{criterion}", criterion, method, incubates is null ? null : _s.Time(incubates));

    [Fact]
    public void A_test_is_of_a_criterion_of_its_sample_by_the_method_in_force()
    {
        Refused(Test(), "qc01").ShouldBeEmpty();
        Refused(Test(), "tech01").ShouldBe([Codes.SodRole]);
        Refused(Test("ADSC-04", sample: "S-ADSC-05"), "qc01").ShouldBe([Codes.StateGuard]);
        Refused(Test(sample: "S-NONE"), "qc01").ShouldBe([Codes.StateGuard]);
        Refused(Test(method: 2), "qc01").ShouldBe([Codes.ValSpec]);
        Refused(Test("C-06"), "qc01").ShouldBe([Codes.ValRequired]);
        Refused(Test("C-06", incubates: "04-28 14:39"), "qc01").ShouldBe([Codes.ValOrder]);
        Refused(Test("C-06", incubates: "04-28 15:30"), "qc01").ShouldBe([Codes.ValFuture]);
        Refused(new QcTestStarted("T-C-04", "S-C-06", "C-06", 1, _s.Time("04-28 15:20")), "qc01").ShouldBe([Codes.ValDuplicate]);
        _s.FlagsOf("04-29 14:00", "qc01", Test()).ShouldBeEmpty();
        _s.FlagsOf("04-29 14:01", "qc01", Test()).ShouldBe([Flags.Interval]);
    }

    private static QcResultRecorded Result(string criterion, params ResultValue[] values) => new("R-NEW", $"T-{criterion}", ResultKind.Final, values, true, null);

    [Theory]
    [InlineData("ADSC-05", "CD45", 1.0, "%", "")]
    [InlineData("ADSC-05", "CD45", 1.0, null, "")]
    [InlineData("ADSC-05", "CD45", 1.0, "/mL", Codes.ValUnit)]
    [InlineData("ADSC-05", "CD46", 1.0, "%", Codes.ValFormat)]
    [InlineData("ADSC-05", null, 1.0, "%", Codes.ValRequired)]
    [InlineData("ADSC-05", "CD45", 100.1, "%", Codes.ValRange)]
    [InlineData("ADSC-05", "CD45", -0.1, "%", Codes.ValRange)]
    [InlineData("ADSC-09", null, -1.0, null, Codes.ValRange)]
    [InlineData("ADSC-09", null, 640.0, "pg/mL", Codes.ValUnit)]
    [InlineData("ADSC-09", "value", 640.0, "pg/1e6 cells/24 h", "")]
    [InlineData("ADSC-09", "VEGF", 640.0, "pg/1e6 cells/24 h", Codes.ValFormat)]
    public void A_value_is_of_a_known_part_in_the_specifications_unit_and_possible(string criterion, string? part, double value, string? unit, string code)
    {
        _s.Started("04-28 15:20", criterion);
        Refused(Result(criterion, Number((decimal)value, part, unit)), "qc01").ShouldBe(code.Length == 0 ? [] : [code]);
    }

    [Fact]
    public void A_value_is_a_word_where_words_are_asked_for_and_a_number_elsewhere()
    {
        _s.Started("04-28 15:20", "C-05").Started("04-28 15:20", "ADSC-09");
        Refused(Result("C-05", Word(Qualitative.Negative)), "qc01").ShouldBeEmpty();
        Refused(Result("C-05", Word(Qualitative.NoGrowth)), "qc01").ShouldBe([Codes.ValFormat]);
        Refused(Result("C-05", Number(0m)), "qc01").ShouldBe([Codes.ValFormat]);
        Refused(Result("ADSC-09", Word(Qualitative.Pass)), "qc01").ShouldBe([Codes.ValFormat]);
        Refused(Result("ADSC-09", Number(640m, qualifier: "~")), "qc01").ShouldBe([Codes.ValFormat]);
    }

    [Fact]
    public void A_run_whose_controls_failed_has_no_values_and_is_no_failure()
    {
        _s.Started("04-28 15:20", "C-07");
        Refused(Result("C-07", Word(Qualitative.NotDetected, lod: 10m)) with { ControlsValid = false }, "qc01").ShouldBe([Codes.ValRange]);
        Refused(Result("C-07"), "qc01").ShouldBe([Codes.ValRequired]);
        _s.Do("04-28 16:00", "qc01", Result("C-07") with { ControlsValid = false });
        _s.State.Qc.Oos.ShouldBeEmpty();
        _s.Status("04-28 16:00", "C-07").Status.ShouldBe("Pending");
    }

    [Fact]
    public void No_growth_is_final_from_the_last_hour_of_the_validated_incubation_on()
    {
        _s.Started("04-28 15:20", "C-06", incubates: true);
        var result = Result("C-06", Word(Qualitative.NoGrowth));
        Refused(result, "qc01", "05-12 15:19").ShouldBe([Codes.ValSterEarly]);
        Refused(result, "qc01", "05-12 15:20").ShouldBeEmpty();
        Refused(result with { Kind = ResultKind.Interim }, "qc01", "04-30 15:19").ShouldBe([Codes.ValSterEarly]);
        Refused(result with { Kind = ResultKind.Interim }, "qc01", "04-30 15:20").ShouldBeEmpty();
        Refused(Result("C-06", Word(Qualitative.Growth)), "qc01", "04-29 15:20").ShouldBeEmpty();
    }

    [Fact]
    public void Plates_are_read_after_72_hours()
    {
        _s.Started("04-28 15:20", "C-11", incubates: true);
        Refused(Result("C-11", Word(Qualitative.NoGrowth, "plates")), "qc01", "05-01 15:19").ShouldBe([Codes.ValSterEarly]);
        Refused(Result("C-11", Word(Qualitative.NoGrowth, "plates")), "qc01", "05-01 15:20").ShouldBeEmpty();
        Refused(Result("C-11", Word(Qualitative.NoGrowth, "particles")), "qc01", "05-01 15:20").ShouldBe([Codes.ValFormat]);
    }

    [Fact]
    public void Interim_hours_only_grow_and_never_exceed_the_time_that_has_passed()
    {
        _s.Do("04-28 15:20", "qc01", new QcInterimReported("T-C-04", 49m, InterimReading.NegativeToDate));
        Refused(new QcInterimReported("T-C-04", 48.9m, InterimReading.NegativeToDate), "qc01", "04-28 16:00").ShouldBe([Codes.ValRange]);
        Refused(new QcInterimReported("T-C-04", 50m, InterimReading.NegativeToDate), "qc01", "04-28 16:00").ShouldBeEmpty();
        Refused(new QcInterimReported("T-C-04", 50.1m, InterimReading.NegativeToDate), "qc01", "04-28 16:00").ShouldBe([Codes.ValRange]);
        _s.FlagsOf("04-28 16:00", "qc01", new QcInterimReported("T-C-04", 50m, InterimReading.Signal)).ShouldBe([Flags.SuspectedContamination]);
        _s.Do("04-28 16:00", "qc01", new QcInterimReported("T-C-04", 50m, InterimReading.Signal), comment: "Bottle positive").State.Holds.Count.ShouldBe(1);
    }

    [Fact]
    [Trait("Rule", "R-19")]
    public void Another_person_approves_a_result_once()
    {
        _s.Started("04-28 15:20", "ADSC-09").Recorded("04-28 17:00", "ADSC-09", Number(640m));
        Refused(new QcResultApproved("R-ADSC-09"), "qc01", "04-28 17:10").ShouldBe([Codes.SodApprover]);
        Refused(new QcResultApproved("R-NONE"), "qc02", "04-28 17:10").ShouldBe([Codes.StateGuard]);
        _s.FlagsOf("05-01 17:00", "qc02", new QcResultApproved("R-ADSC-09")).ShouldBeEmpty();
        _s.FlagsOf("05-01 17:01", "qc02", new QcResultApproved("R-ADSC-09")).ShouldBe([Flags.Interval]);
        _s.Approved("04-28 17:10", "ADSC-09");
        Refused(new QcResultApproved("R-ADSC-09"), "qc02", "04-28 17:20").ShouldBe([Codes.StateGuard]);
    }

    [Fact]
    public void A_value_far_from_the_last_twenty_lots_is_flagged_as_a_trend()
    {
        _s.Started("04-28 15:20", "ADSC-09");
        var lots = Enumerable.Range(0, 20).Select(i => 600m + i).ToList();
        _s.Facts = _s.Facts with { EarlierLots = new Dictionary<string, IReadOnlyList<decimal>> { ["ADSC-09"] = lots } };
        _s.FlagsOf("04-28 17:00", "qc01", Result("ADSC-09", Number(620m))).ShouldBeEmpty();
        _s.FlagsOf("04-28 17:00", "qc01", Result("ADSC-09", Number(640m))).ShouldBe([Flags.Trend]);
        _s.Facts = _s.Facts with { EarlierLots = new Dictionary<string, IReadOnlyList<decimal>> { ["ADSC-09"] = [.. lots.Take(19)] } };
        _s.FlagsOf("04-28 17:00", "qc01", Result("ADSC-09", Number(640m))).ShouldBeEmpty();
    }
}
