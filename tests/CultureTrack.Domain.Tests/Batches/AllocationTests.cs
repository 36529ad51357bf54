using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Cells of another batch: whose they are, who may take them, and what must have passed before they are used (T02, T03, T06).</summary>
public sealed class AllocationTests
{
    private static Outcome Allocate(Func<SourceFact, SourceFact> change, string? by = null, BatchRegistered? order = null)
    {
        var s = order is null ? Cm.Planned() : Planned(order);
        s.Lab.Source = change(Allocated.Source);
        return s.When(Allocated.Cells, by: by, comment: "As asked for");
    }

    private static Scenario Planned(BatchRegistered order)
    {
        var s = new Scenario();
        s.Lab.Donors["DN-5"] = new("DN-5", order.PatientRef);
        s.Lab.Patients["PT-5"] = new("PT-5", "1970-01-01");
        return s.On("2026-05-01T09:00Z").Given(order, new ConsentRecorded("CONS-5", Scenario.At("2026-03-31T09:00Z"), ["Trial"])).On("2026-05-04T08:00Z");
    }

    private static BatchRegistered ForPatient => Allocated.Order("CM", Storage.Cryo, OrderUnit.vial) with { Autologous = true, PatientRef = "PT-5" };

    [Fact]
    public void Cells_of_another_donor_are_not_taken() => Allocate(s => s with { DonorRef = "DN-6" }).ThenRejected(Codes.StateGuard, "data.sourceBatchId");

    [Fact]
    public void Cells_of_one_patient_are_taken_for_that_patient_only()
    {
        Allocate(s => s with { AutologousFor = "PT-5" }).ThenRejected(Codes.StateGuard, "data.sourceBatchId");
        Allocate(s => s with { AutologousFor = "PT-5" }, order: ForPatient).ThenAccepted();
        Allocate(s => s with { AutologousFor = "PT-6" }, order: ForPatient).ThenRejected(Codes.StateGuard, "data.sourceBatchId");
    }

    [Fact]
    public void Cells_of_a_donor_who_is_not_eligible_are_taken_for_nobody() => Allocate(s => s with { DonorIneligible = true }, by: "qa01").ThenRejected(Codes.StateGuard, "data.sourceBatchId");

    [Fact]
    public void A_batch_is_not_made_of_itself_however_far_back()
    {
        Allocate(s => s with { Ancestors = ["ADSC-26-0001", "CM-26-0003"] }).ThenRejected(Codes.StateGuard, "data.sourceBatchId");
        Allocate(s => s with { Ancestors = ["ADSC-26-0001"] }).ThenAccepted();
    }

    [Theory]
    [InlineData(LifeState.Released, "tech01", true, false)]
    [InlineData(LifeState.Formulated, "qa01", true, true)]
    [InlineData(LifeState.InProcess, "qa02", true, true)]
    [InlineData(LifeState.InProcess, "tech01", false, false)]
    public void Cells_of_a_source_that_is_not_released_are_taken_by_QA_and_flagged(LifeState state, string by, bool may, bool flagged)
    {
        var outcome = Allocate(s => s with { State = state }, by);
        if (may) outcome.ThenAccepted().Events[0].HasFlag(Flags.NotReleased).ShouldBe(flagged);
        else outcome.ThenRejected(Codes.SodRole, "type");
    }

    private static Scenario Frozen(Func<SourceFact, SourceFact> change)
    {
        var s = Cm.Planned();
        s.Lab.Source = change(Allocated.Source with { Cells = new Dictionary<string, SourceLineage> { ["F-1"] = new(3, 11.2), ["F-2"] = new(3, 11.2) } });
        return s;
    }

    private static SourceCellsAllocated Containers(params string[] ids) => Allocated.Cells with { SourceIds = ids, Vessels = null, ContainerIds = ids };

    [Fact]
    public void Containers_are_of_the_source_and_still_there()
    {
        Frozen(s => s).When(Containers("F-1", "F-2")).ThenAccepted();
        Frozen(s => s).When(Containers("F-1", "F-3")).ThenRejected(Codes.StateGuard, "data.containerIds[1]");
        Frozen(s => s with { Gone = ["F-2"] }).When(Containers("F-1", "F-2")).ThenRejected(Codes.StateGuard, "data.containerIds[1]");
        Frozen(s => s with { Gone = ["F-2"] }).When(Containers("F-1")).ThenAccepted();
    }

    [Fact]
    public void Allocated_containers_are_thawed_and_no_others()
    {
        var s = Frozen(x => x).Given(Containers("F-1"));
        s.When(new CellsThawed(["F-2"], 3, 85, 80)).ThenRejected(Codes.StateGuard, "data.containerIds");
        s.When(new CellsThawed(["F-1", "F-2"], 3, 85, 80)).ThenRejected(Codes.StateGuard, "data.containerIds");
        s.Given(new CellsThawed(["F-1"], 3, 85, 80));
        var cells = s.State.Culture.Sources.Values.ShouldHaveSingleItem();
        (s.State.State, cells.Viable, cells.NextPassage, cells.Cpdl).ShouldBe((LifeState.InProcess, 9.6e7m, 4, 11.2));
    }

    [Theory]
    [InlineData("C-02")]
    [InlineData("C-07")]
    public void They_are_used_once_donor_and_mycoplasma_tests_of_the_source_have_passed(string criterion)
    {
        SourceFact With(SourceFact s, Domain.Release.Outcome? outcome)
        {
            var outcomes = s.Outcomes.ToDictionary(o => o.Key, o => o.Value);
            outcomes.Remove(criterion);
            if (outcome is { } known) outcomes[criterion] = known;
            return s with { Outcomes = outcomes };
        }

        var s = Frozen(x => x).Given(Containers("F-1"));
        var thaw = new CellsThawed(["F-1"], 3, 85, 80);
        foreach (var outcome in new Domain.Release.Outcome?[] { null, Domain.Release.Outcome.Pending, Domain.Release.Outcome.FailConfirmed })
        {
            s.Lab.Source = With(Allocated.Source, outcome);
            s.When(thaw).ThenRejected(Codes.StateGuard, "data");
        }
        s.Lab.Source = With(Allocated.Source, Domain.Release.Outcome.Pass);
        s.When(thaw).ThenAccepted();
    }

    [Fact]
    public void Frozen_cells_of_a_source_on_hold_stay_frozen_while_living_ones_are_cared_for()
    {
        var s = Frozen(x => x).Given(Containers("F-1"));
        s.Lab.Source = s.Lab.Source! with { Holds = ["Growth"] };
        s.When(new CellsThawed(["F-1"], 3, 85, 80)).ThenRejected(Codes.StateHold, "type");
        var living = Cm.HasCells();
        living.Lab.Source = living.Lab.Source! with { Holds = ["Growth"] };
        living.When(Cm.Wash).ThenAccepted();
    }

    [Fact]
    public void Casts_and_scaffolds_without_names_are_numbered_one_after_the_other()
    {
        var s = Mss.HasCells().Given(Mss.Seeded with { Constructs = null, AreaCm2 = 50 }, Mss.Seeded with { Constructs = [], AreaCm2 = 60 });
        s.State.Culture.Vessels.Values.Where(v => v.IsConstruct).Select(v => (v.Id, v.AreaCm2)).ShouldBe([("MSS-26-0003-S1", 50m), ("MSS-26-0003-S2", 60m)]);
    }
}
