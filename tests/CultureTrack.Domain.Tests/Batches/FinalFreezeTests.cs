using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>A final product that is frozen keeps its containers (T08); a batch from a bank vial begins with its thaw (T03).</summary>
public sealed class FinalFreezeTests
{
    private static readonly string[] Bags = ["A-1", "A-2"];

    private static Scenario Formulated()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z").Given(Adsc.Registered with { Storage = Storage.Cryo }, Adsc.Consent, Adsc.Exempt)
            .On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted(), Adsc.Isolated);
        s.Given(Adsc.SeedP0(s.Last<IsolationPerformed>())).On("2026-04-20T12:00Z").Given(Adsc.Passage(Adsc.P0Vessels, 2.1e7m));
        s.Given(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P1Vessels, 636, 4000, 1)).On("2026-04-24T12:00Z");
        return s.Given(Adsc.Harvest with { VesselIds = Adsc.P1Vessels, Viable = 1.2e8m }, Adsc.Fill with { Containers = [.. Bags.Select(b => new FilledContainer(b, 2, 4e7m))], StorageC = -160 });
    }

    private static CellsFrozen Freeze(params string[] ids) => new([.. ids.Select(id => new FrozenContainer(id, 4e7m, 2))], 10, 15, -1.0m, -160);

    private static Scenario Frozen() => Formulated().Given(Freeze(Bags)).Given(new StoredAt(Bags, "FRZ-01", ["FRZ-01/R1/B1/A1", "FRZ-01/R1/B1/A2"])).Later(1);

    [Fact]
    public void Only_filled_containers_are_frozen_after_the_fill()
    {
        Formulated().When(Freeze("A-1", "F-1")).ThenRejected(Codes.StateGuard, "data.containers");
        Formulated().When(Freeze("V-01")).ThenRejected(Codes.ValDuplicate, "data.containers");
        Formulated().Given(new VesselDiscarded(["A-1"], 1, "Incineration", DiscardReason.Surplus)).When(Freeze("A-1")).ThenRejected(Codes.ValDuplicate, "data.containers");
        Formulated().When(Freeze("A-1", "A-1")).ThenRejected(Codes.ValDuplicate, "data.containers");
        Formulated().When(Freeze("A-2")).ThenAccepted();
    }

    [Fact]
    public void A_frozen_product_stays_formulated_and_keeps_its_containers_and_expiry()
    {
        var before = Formulated().State.Product;
        var s = Formulated().Given(Freeze(Bags));
        (s.State.State, s.State.Phase).ShouldBe((LifeState.Formulated, Phases.Freeze));
        s.State.Product.Containers.Values.Select(c => (c.Id, c.IsFilled, c.Viable, c.ExpiresAt)).ShouldBe(before.Containers.Values.Select(c => (c.Id, true, c.Viable, c.ExpiresAt)));
    }

    [Fact]
    public void It_may_be_used_for_four_hours_after_its_thaw_and_what_stays_frozen_longer()
    {
        var s = Frozen();
        var whole = s.State.Product.ExpiresAt;
        s.Given(new CellsThawed(["A-1"], 3, 85, 80));
        (s.State.State, s.State.Product.Containers["A-1"].ExpiresAt, s.State.Product.Containers["A-2"].ExpiresAt).ShouldBe((LifeState.Formulated, s.Now.AddHours(4), whole));
        s.State.Product.ExpiresAt.ShouldBe(whole);
    }

    [Fact]
    public void A_thaw_shortens_no_expiry_that_is_sooner()
    {
        var s = Frozen();
        s.Given(new ExpiryOverridden(Bags, s.Now.AddHours(3), "Freezer was warm for an hour.", "STAB-1"));
        s.Given(new CellsThawed(["A-1"], 3, 85, 80)).State.Product.Containers["A-1"].ExpiresAt.ShouldBe(s.Now.AddHours(3));
    }

    [Fact]
    public void Medium_is_frozen_without_cells()
    {
        CellsFrozen Medium(decimal viable) => new([.. Cm.Vials.Select(v => new FrozenContainer(v, viable, 5))], 0, 0, -1, -80);
        var s = Cm.Sterile().Given(Cm.Fill);
        s.When(Medium(0), comment: "As seen").ThenAccepted();
        s.When(Medium(1), comment: "As seen").ThenRejected(Codes.ValRange, "data.containers[0].viable");
        Formulated().When(Freeze("A-1") with { Containers = [new("A-1", 0, 2)] }).ThenRejected(Codes.ValRange, "data.containers[0].viable");
    }

    private static Scenario Vial() => Adsc.Planned().On("2026-04-13T08:30Z").Given(
        Adsc.Received with { Tissue = TissueKind.BankVial, Quantity = 1, QuantityUnit = TissueUnit.vial, TransitMinC = -180, TransitMaxC = -150 });

    [Fact]
    public void A_bank_vial_is_thawed_once_it_is_accepted_and_its_doublings_stay_unknown()
    {
        var thaw = new CellsThawed(["BV-1"], 3, 85, 80);
        Vial().When(thaw).ThenRejected(Codes.StateGuard, "data");
        var s = Vial().Given(new TissueAccepted()).Given(thaw);
        (s.State.State, s.State.Phase, s.State.Culture.FromBank, s.State.Culture.P0Unknown).ShouldBe((LifeState.InProcess, Phases.Thaw, true, true));
        var cells = s.State.Culture.Sources.Values.ShouldHaveSingleItem();
        (cells.Viable, cells.CellLine, cells.NextPassage, cells.Cpdl).ShouldBe((0m, null, null, 0d));
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<CellsThawed>(), ["V-21"], 636, 4000, 5)).ThenAccepted().State.Culture.Vessels["V-21"].Passage.ShouldBe(5);
    }

    [Fact]
    public void Tissue_that_is_no_vial_is_not_thawed() => Adsc.Taken().When(new CellsThawed(["BV-1"], 3, 85, 80)).ThenRejected(Codes.StatePhase, "type");

    [Fact]
    public void A_thaw_of_skin_is_no_step_of_its_product() => Cea.Taken().When(new CellsThawed(["BV-1"], 3, 85, 80)).ThenRejected(Codes.StatePhase, "type");

    [Fact]
    public void Vessels_of_the_last_passage_allowed_may_be_seeded_in_several_entries()
    {
        var s = Adsc.AtP2();
        foreach (var passage in new[] { 3, 4 })
        {
            s.Later(96).Given(Adsc.Passage([.. s.State.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.InUse).Select(v => v.Id)], 5.0e8m));
            s.Given(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), [$"P{passage}-1"], 6360, 4000, passage));
        }
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), ["P4-2"], 6360, 4000, 4)).ThenAccepted();
        s.When(Adsc.Seeded(SeedingPurpose.CfuF, s.Last<PassagePerformed>(), ["CF-4"], 100, 10, 4)).ThenAccepted();
    }
}
