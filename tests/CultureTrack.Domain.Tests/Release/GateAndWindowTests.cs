using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

public sealed class GateAndWindowTests
{
    private static string[] Ids(Verdict v) => [.. v.Reasons.Select(r => r.Id)];

    private static Story Registered(Action<Story>? change = null, Storage storage = Storage.Fresh, bool autologous = true, bool cultured = true)
    {
        var s = WorkedBatches.AdscReady();
        s.State = s.State with { Registration = s.State.Registration! with { Storage = storage, Autologous = autologous, Cultured = cultured } };
        change?.Invoke(s);
        return s;
    }

    private static string Gate(Story s, string id) => s.Status("04-28 22:00", id) is var c && c.Status == "NotApplicable" ? "n/a" : c.Gate;

    [Fact]
    public void In_process_tests_are_needed_until_the_final_sterility_test_passes_then_they_inform()
    {
        Gate(WorkedBatches.AdscReady(), "C-04").ShouldBe("F");
        Gate(WorkedBatches.AdscReady(), "C-05").ShouldBe("F");
        var s = WorkedBatches.CeaConditional();
        s.Status("04-02 13:00", "C-04").Gate.ShouldBe("F");
        s.Tested("04-02 13:10", "C-06", Story.Word(Qualitative.NoGrowth));
        s.Status("04-02 13:20", "C-04").Gate.ShouldBe("I");
        s.Status("04-02 13:20", "C-05").Gate.ShouldBe("I");
    }

    [Fact]
    public void A_frozen_product_waits_for_sterility_clean_room_and_karyotype_and_needs_no_in_process_sterility()
    {
        var s = Registered(storage: Storage.Cryo);
        new[] { "C-04", "C-05", "C-06", "C-11", "ADSC-08" }.Select(id => Gate(s, id)).ShouldBe(["n/a", "n/a", "F", "F", "F"]);
        s.Verdict("04-28 22:00").Value.ShouldBe("BLOCKED");
        Ids(s.Verdict("04-28 22:00")).ShouldContain("C-06");
    }

    [Fact]
    public void Karyotype_may_be_pending_only_for_fresh_autologous_cells_up_to_passage_3()
    {
        Gate(Registered(), "ADSC-08").ShouldBe("C");
        Gate(Registered(autologous: false), "ADSC-08").ShouldBe("F");
        Gate(Registered(Passage(3)), "ADSC-08").ShouldBe("C");
        Gate(Registered(Passage(4)), "ADSC-08").ShouldBe("F");
    }

    private static Action<Story> Passage(int passage) => s => s.State = s.State with
    {
        Culture = s.State.Culture with { Vessels = s.State.Culture.Vessels.SetItem("X-99", new Vessel("X-99", "T25", 25m) { Purpose = SeedingPurpose.Expansion, Passage = passage }) },
    };

    [Fact]
    public void Cells_never_cultured_need_no_incubator_mycoplasma_or_in_process_sterility()
    {
        var s = Registered(cultured: false);
        new[] { "C-04", "C-07", "E-01", "E-14" }.Select(id => Gate(s, id)).ShouldAllBe(g => g == "n/a");
    }

    [Fact]
    public void Residual_serum_is_asked_for_only_when_a_bovine_lot_was_used_and_dmso_only_when_frozen()
    {
        Gate(Registered(), "ADSC-12").ShouldBe("n/a");
        var bovine = Registered(s => s.Facts = s.Facts with { Lots = s.Facts.Lots.ToDictionary(l => l.Key, l => l.Value with { Bovine = true }) });
        bovine.Status("04-28 22:00", "ADSC-12").Status.ShouldBe("NotTested");
        Ids(bovine.Verdict("04-28 22:00")).ShouldBe(["ADSC-12"]);
        Gate(Registered(storage: Storage.Cryo), "ADSC-12").ShouldBe("F");
    }

    [Fact]
    public void Without_feeder_its_lot_is_not_asked_for()
    {
        var s = WorkedBatches.CeaReady();
        s.Status("03-19 11:16", "CEA-14").Status.ShouldBe("Pass");
        s.State = BatchFold.Fold(s.State.History.Where(e => e.Body is not FeederPlated));
        s.Status("03-19 11:16", "CEA-14").Status.ShouldBe("NotApplicable");
    }

    [Fact]
    public void Informational_criteria_never_enter_a_verdict()
    {
        var s = WorkedBatches.AdscReady();
        s.Status("04-28 22:00", "ADSC-11").Status.ShouldBe("NotTested");
        s.Status("04-28 22:00", "ADSC-10").Gate.ShouldBe("I");
        s.Verdict("04-28 22:00").Value.ShouldBe("CONDITIONAL");
    }

    [Theory]
    [InlineData("04-29 02:30", "Pass")]
    [InlineData("04-29 02:31", "Expired")]
    public void A_viability_counts_to_the_twelfth_hour_after_its_sample(string at, string status)
    {
        var s = WorkedBatches.AdscReady();
        s.Status(at, "ADSC-01").Status.ShouldBe(status);
        s.Status(at, "ADSC-01").ValidUntil.ShouldBe(s.Time("04-29 02:30"));
        Ids(s.Verdict(at)).Contains("ADSC-01").ShouldBe(status == "Expired");
    }

    [Fact]
    public void Windows_are_frozen_at_the_first_release_signature()
    {
        var s = WorkedBatches.CeaConditional();
        s.Status("04-02 15:00", "CEA-04").Status.ShouldBe("Pass");
        s.Verdict("04-02 15:00").Reasons.ShouldNotContain(r => r.Id == "EXPIRED");
        WorkedBatches.CeaReady().Status("03-20 09:00", "CEA-04").Status.ShouldBe("Expired");
    }

    [Theory]
    [InlineData("04-29 14:29", "Pending")]
    [InlineData("04-29 14:30", "Pending")]
    [InlineData("04-29 14:31", "NotTested")]
    public void A_sample_whose_test_does_not_start_within_24_hours_counts_as_not_tested(string at, string status) =>
        WorkedBatches.AdscSubmitted().Status(at, "ADSC-14").Status.ShouldBe(status);

    [Fact]
    public void A_sample_taken_at_another_stage_does_not_stand_for_the_product()
    {
        var s = WorkedBatches.AdscReady();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Records.Recorded<SampleTaken> { Data.SampleId: "S-C-07" } r
            ? r.WithBody(r.Data with { CollectedAt = s.Time("04-25 14:39") }) : e));
        var c07 = s.Status("04-28 22:00", "C-07");
        (c07.Status, c07.Why).ShouldBe(("NotTested", "The sample was not taken at the stage it must be (cells and supernatant before wash, at most 72 h before fill)."));
    }

    [Fact]
    public void A_computed_endotoxin_limit_is_the_smaller_one_and_unknown_before_the_fill()
    {
        var s = WorkedBatches.AdscReady();
        s.Status("04-28 22:00", "ADSC-14").Limit.ShouldBe("≤2.0 EU/mL");
        s.State = s.State with { Registration = s.State.Registration! with { PatientWeightKg = 3m, DoseVolumeMl = 50m } };
        s.Status("04-28 22:00", "ADSC-14").Limit.ShouldBe("≤0.30 EU/mL");
        s.State = s.State with { Registration = s.State.Registration! with { PatientWeightKg = 68m, DoseVolumeMl = 20m, Route = Route.Intrathecal } };
        s.Status("04-28 22:00", "ADSC-14").Limit.ShouldBe("≤0.68 EU/mL");
        WorkedBatches.CeaReady().Status("03-19 11:16", "CEA-16").Limit.ShouldBe("≤0.5 EU/mL");
    }
}
