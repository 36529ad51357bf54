using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Where each container is, whose hands it is in, and when it expires.</summary>
public sealed class ContainerFoldTests
{
    private static readonly DateTimeOffset Expiry = Scenario.At("2026-04-29T14:40Z");

    private static Container Bag(Scenario s, int number = 0) => s.State.Product.Containers[Adsc.Bags[number]];
    private static Shipped Ship(Scenario s, params string[] ids) => new(ids, 2, s.Now);

    private static Scenario Stored() => Adsc.Filled().Given(new StoredAt(Adsc.Bags[..2], "FRZ-01", ["FRZ-01/R1/B1/A1", "FRZ-01/R1/B1/A2"])).Later(1);

    [Fact]
    public void A_filled_container_is_what_the_fill_says()
    {
        var s = Cea.Packed();
        var sheet = s.State.Product.Containers[Cea.Sheets[0]];
        (sheet.VolumeMl, sheet.Viable, sheet.AreaCm2, sheet.IsFilled, sheet.Withdrawn, sheet.ExpiresAt).ShouldBe((40m, null, 58.0m, true, false, Scenario.At("2026-03-20T10:00Z")));
        (s.State.Product.FilledAt, s.State.Product.FillExpiresAt).ShouldBe((Scenario.At("2026-03-19T10:00Z"), Scenario.At("2026-03-20T10:00Z")));
        s.State.Product.MountedSheetIds.ShouldBe(Cea.Sheets, ignoreOrder: true);
    }

    [Fact]
    public void Containers_stand_in_their_positions_until_they_are_taken_out()
    {
        var s = Stored();
        var stored = Scenario.At("2026-04-28T14:40Z");
        (Bag(s).Position, Bag(s).StoredIn, Bag(s, 1).Position, Bag(s, 2).Position).ShouldBe(("FRZ-01/R1/B1/A1", "FRZ-01", "FRZ-01/R1/B1/A2", null));
        s.Given(new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Move));
        (Bag(s).Position, Bag(s).StoredIn, Bag(s).RemovedAt, Bag(s).RemovedFor).ShouldBe((null, null, s.Now, RemovalPurpose.Move));
        Bag(s).Stays.ShouldBe([new StorageStay("FRZ-01", stored, s.Now)]);
        (Bag(s, 1).StoredIn, Bag(s, 1).RemovedAt).ShouldBe(("FRZ-01", null));
        var away = s.Now;
        s.Later(0.05).Given(new StoredAt(Adsc.Bags[..1], "FRZ-01", ["FRZ-01/R1/B1/A3"]));
        (Bag(s).Position, Bag(s).RemovedAt, Bag(s).RemovedFor).ShouldBe(("FRZ-01/R1/B1/A3", null, null));
        Bag(s).Stays.ShouldBe([new("FRZ-01", stored, away), new("FRZ-01", s.Now, null)]);
    }

    [Fact]
    public void A_withdrawn_container_leaves_its_place()
    {
        var s = Stored().Given(new VesselDiscarded(Adsc.Bags[..1], 1, "Incineration", DiscardReason.Oos));
        (Bag(s).Withdrawn, Bag(s).Position, Bag(s).StoredIn, Bag(s, 1).Withdrawn).ShouldBe((true, null, null, false));
        s.State.Product.Filled.Select(c => c.Id).ShouldBe(Adsc.Bags[1..]);
    }

    [Fact]
    public void A_discarded_sheet_is_gone_with_its_container()
    {
        var s = Cea.Loose().Given(new VesselDiscarded([Cea.Sheets[1]], 1, "Incineration", DiscardReason.Surplus));
        s.State.Product.Sheets.Keys.ShouldBe([Cea.Sheets[0], Cea.Sheets[2], Cea.Sheets[3]]);
        var packed = Cea.Packed().Given(new VesselDiscarded([Cea.Sheets[1]], 1, "Incineration", DiscardReason.Surplus));
        (packed.State.Product.Sheets.ContainsKey(Cea.Sheets[1]), packed.State.Product.Containers[Cea.Sheets[1]].Withdrawn).ShouldBe((false, true));
    }

    [Fact]
    public void The_batch_expires_with_the_first_of_its_units_that_are_left()
    {
        var s = Adsc.Filled();
        s.State.Product.ExpiresAt.ShouldBe(Expiry);
        s.Given(new ExpiryOverridden(Adsc.Bags[..1], Expiry.AddHours(-2), "Transport took longer than planned.", "STAB-1"));
        (s.State.Product.ExpiresAt, Bag(s, 1).ExpiresAt).ShouldBe((Expiry.AddHours(-2), Expiry));
        s.Given(new VesselDiscarded(Adsc.Bags[..1], 1, "Incineration", DiscardReason.Surplus));
        s.State.Product.ExpiresAt.ShouldBe(Expiry);
        s.Given(new VesselDiscarded(Adsc.Bags[1..], 9, "Incineration", DiscardReason.Surplus));
        s.State.Product.ExpiresAt.ShouldBe(Expiry);
    }

    [Fact]
    public void A_unit_thawed_alone_expires_alone_and_for_the_batch_only_when_it_is_the_last()
    {
        var s = Cm.Filled();
        var product = s.State.Product;
        var thawed = product.Containers[Cm.Vials[0]] with { Thawed = true, ExpiresAt = s.Now.AddHours(24) };
        var year = product.ExpiresAt;
        (product with { Containers = product.Containers.SetItem(thawed.Id, thawed) }).ExpiresAt.ShouldBe(year);
        (product with { Containers = product.Containers.Clear().Add(thawed.Id, thawed) }).ExpiresAt.ShouldBe(s.Now.AddHours(24));
        (product with { Containers = product.Containers.Clear() }).ExpiresAt.ShouldBe(year);
    }

    [Fact]
    public void Freeze_dried_product_keeps_longer()
    {
        var s = Cm.Filled();
        s.State.Product.ExpiresAt.ShouldBe(Scenario.At("2027-05-06T23:59:59Z"));
        s.Given(Cm.Dried);
        (s.State.Product.Containers[Cm.Vials[0]].Lyophilised, s.State.Product.ExpiresAt).ShouldBe((true, Scenario.At("2028-05-06T23:59:59Z")));
    }

    [Fact]
    public void What_is_frozen_before_the_fill_is_a_container_that_was_not_filled()
    {
        var s = Adsc.AfterP1().Force(new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01")
            .Given(new CellsFrozen([new("F-1", 5e7m, 5)], 10, 15, -1.0m, -160));
        var frozen = s.State.Product.Containers["F-1"];
        (frozen.VolumeMl, frozen.Viable, frozen.AreaCm2, frozen.IsFilled, frozen.ExpiresAt).ShouldBe((5m, 5e7m, null, false, null));
        s.State.Product.Filled.ShouldBeEmpty();
        s.State.Product.ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public void Each_step_of_the_way_to_the_patient_is_kept_with_the_container()
    {
        var s = Adsc.Released();
        (Bag(s).IsInHouse, s.State.Distribution).ShouldBe((true, Distribution.None));
        s.Given(Ship(s, Adsc.Bags[..3]));
        (Bag(s).Shipped, Bag(s).IsInHouse, s.State.Distribution).ShouldBe((true, false, Distribution.Shipped));
        s.Given(new Delivered(Adsc.Bags[..2], 2, s.Now));
        (Bag(s).Delivered, Bag(s, 2).Delivered, s.State.Distribution).ShouldBe((true, false, Distribution.Delivered));
        s.Given(new Returned(Adsc.Bags[..2], 2, s.Now));
        (Bag(s).Returned, Bag(s).IsInHouse, s.State.Distribution).ShouldBe((true, true, Distribution.Shipped));
        s.Given(new Returned(Adsc.Bags[2..3], 2, s.Now));
        s.State.Distribution.ShouldBe(Distribution.Returned);
        s.Given(Ship(s, Adsc.Bags[0]));
        (Bag(s).Shipped, Bag(s).Delivered, Bag(s).Returned, s.State.Distribution).ShouldBe((true, false, false, Distribution.Shipped));
        s.Given(new Administered(Adsc.Bags[..1], 2, s.Now));
        (Bag(s).Administered, Bag(s).IsInHouse, s.State.Distribution).ShouldBe((true, false, Distribution.Administered));
    }

    [Fact]
    public void What_was_given_to_one_counts_though_the_rest_came_back()
    {
        var s = Adsc.Released();
        s.Given(Ship(s, Adsc.Bags[..2])).Given(new Administered(Adsc.Bags[..1], 2, s.Now), new Returned(Adsc.Bags[1..2], 2, s.Now));
        s.State.Distribution.ShouldBe(Distribution.Administered);
    }

    [Theory]
    [InlineData(false, false, false, false, true)]
    [InlineData(true, false, false, false, false)]
    [InlineData(false, true, false, false, false)]
    [InlineData(false, true, true, false, true)]
    [InlineData(false, true, false, true, false)]
    [InlineData(false, true, true, true, false)]
    [InlineData(true, true, true, false, false)]
    public void A_container_is_in_the_house_unless_it_was_withdrawn_sent_off_or_given(bool withdrawn, bool shipped, bool returned, bool given, bool inHouse) =>
        new Container("B-1", 2, 1e6m, null, null, true) { Withdrawn = withdrawn, Shipped = shipped, Returned = returned, Administered = given }.IsInHouse.ShouldBe(inHouse);

    [Fact]
    public void Shipping_takes_a_container_out_of_storage()
    {
        var s = Adsc.Filled().Given(new StoredAt(Adsc.Bags[..1], "FRZ-01", ["FRZ-01/R1/B1/A1"])).On("2026-04-28T22:00Z")
            .Force(new DispositionSigned(DispositionKind.Conditional, 0, "CONDITIONAL", [], []), "qa02").Given(new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Ship));
        s.Later(0.05).Given(Ship(s, Adsc.Bags[0]));
        (Bag(s).RemovedAt, Bag(s).StoredIn, Bag(s).Position).ShouldBe((null, null, null));
        s.Force(new StoredAt(Adsc.Bags[1..2], "FRZ-01", ["FRZ-01/R1/B1/A2"]), "tech01").Later(1).Force(Ship(s, Adsc.Bags[1]), "tech01");
        (Bag(s, 1).StoredIn, Bag(s, 1).Stays[^1].To).ShouldBe((null, s.Now));
    }

    [Fact]
    public void A_container_too_long_out_of_storage_is_flagged_when_it_is_sent()
    {
        var s = Adsc.Filled().Given(new StoredAt(Adsc.Bags[..1], "FRZ-01", ["FRZ-01/R1/B1/A1"])).On("2026-04-28T22:00Z")
            .Force(new DispositionSigned(DispositionKind.Conditional, 0, "CONDITIONAL", [], []), "qa02").Given(new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Ship)).Later(0.1);
        s.When(Ship(s, Adsc.Bags[0])).ThenFlagged(Flags.Interval, "containerIds[0]");
        s.When(Ship(s, Adsc.Bags[1])).ThenNotFlagged();
    }
}
