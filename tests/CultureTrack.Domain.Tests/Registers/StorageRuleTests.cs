using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class StorageRuleTests
{
    private static readonly StorageLevel Racks = new("rack", "R1", "R2"), Boxes = new("box", "B01", "B10"), Wells = new("well", "A01", "H12");
    private static readonly Equipment Freezer = new("FRZ-01", EquipmentKind.Freezer, "main", "F-80", 60, 0, null, Now.AddYears(-1), 1);
    private static readonly WalkRoundDone Look = new([new("Door closed", true)]);

    private static IReadOnlyList<string> Run(string from, string to) => StorageLayout.Ids(new("level", from, to));

    private static string[] Dividing(Equipment store, IReadOnlyList<StorageLevel> levels, params string[] occupied) =>
        Found(new StorageLayoutDefined(levels), j => StorageRules.Check(new StorageLayoutDefined(levels), store, occupied, j));

    private static string[] Looking(WalkRoundDone e, Equipment? store = null) => Found(e, j => StorageRules.Check(e, store ?? Freezer, j));

    [Fact]
    public void A_run_of_ids_goes_through_its_letters_and_its_numbers()
    {
        Run("R1", "R4").ShouldBe(["R1", "R2", "R3", "R4"]);
        Run("B09", "B11").ShouldBe(["B09", "B10", "B11"]);
        Run("A1", "B2").ShouldBe(["A1", "A2", "B1", "B2"]);
        Run("7", "9").ShouldBe(["7", "8", "9"]);
        Run("R3", "R3").ShouldBe(["R3"]);
        Run("RACK1", "RACK2").ShouldBe(["RACK1", "RACK2"]);
        Run("R0001", "R0002").ShouldBe(["R0001", "R0002"]);
        Run("ABCDEFG1", "ABCDEFG2").Count.ShouldBe(2, "eight characters");
    }

    [Theory]
    [InlineData("R2", "R1")]
    [InlineData("B1", "A9")]
    [InlineData("A1", "A01")]
    [InlineData("A1", "AB1")]
    [InlineData("AA1", "AB1")]
    [InlineData("AB1", "B1")]
    [InlineData("R", "R4")]
    [InlineData("R1", "R")]
    [InlineData("r1", "r4")]
    [InlineData("R00001", "R00002")]
    [InlineData("ABCDEFGH1", "ABCDEFGH2")]
    [InlineData("R1a", "R2a")]
    public void Ends_that_do_not_fit_together_make_no_run(string from, string to) => Run(from, to).ShouldBeEmpty();

    [Fact]
    public void A_run_has_up_to_a_hundred_thousand_ids()
    {
        Run("A0000", "J9999").Count.ShouldBe(100_000);
        Run("A0000", "Y4000").ShouldBeEmpty("25 times 4001");
    }

    [Fact]
    public void Stores_that_have_not_been_divided_look_as_stores_of_their_profile_mostly_do()
    {
        StorageLayout.Usual("F-80")!.Count.ShouldBe(4 * 10 * 96);
        StorageLayout.Usual("LN2-V")!.Count.ShouldBe(6 * 10 * 100);
        StorageLayout.Usual("F-20")!.Count.ShouldBe(5 * 20);
        StorageLayout.Usual("R-5")!.Count.ShouldBe(5 * 20);
        StorageLayout.Usual("P37-5").ShouldBeNull();
    }

    [Fact]
    public void A_store_has_two_or_three_levels()
    {
        Dividing(Freezer, [Racks]).ShouldBe(["VAL-FORMAT levels"]);
        Dividing(Freezer, [Racks, Boxes]).ShouldBeEmpty();
        Dividing(Freezer, [Racks, Boxes, Wells]).ShouldBeEmpty();
        Dividing(Freezer, [Racks, Boxes, Boxes, Boxes]).ShouldBe(["VAL-FORMAT levels"]);
    }

    [Fact]
    public void Each_level_is_a_run_of_ids_and_nothing_else_is_said_before_it_is() =>
        Dividing(Freezer, [Racks, Boxes with { To = "B1" }], "FRZ-01/R9/B01").ShouldBe(["VAL-FORMAT levels[1]"]);

    [Fact]
    public void It_has_no_more_positions_than_the_equipment()
    {
        Dividing(Freezer with { Positions = 20 }, [Racks, Boxes]).ShouldBeEmpty();
        Dividing(Freezer with { Positions = 19 }, [Racks, Boxes]).ShouldBe(["VAL-RANGE levels"]);
        Dividing(Freezer, [new("rack", "R001", "R100"), new("box", "B001", "B999")]).ShouldBeEmpty();
        Dividing(Freezer, [new("rack", "R001", "R101"), new("box", "B001", "B999")]).ShouldBe(["VAL-RANGE levels"], "100 899 positions");
    }

    [Fact]
    public void Only_freezers_nitrogen_vessels_and_refrigerators_store_containers()
    {
        foreach (var kind in new[] { EquipmentKind.Freezer, EquipmentKind.LN2, EquipmentKind.Refrigerator }) Dividing(Freezer with { Kind = kind }, [Racks, Boxes]).ShouldBeEmpty();
        foreach (var kind in new[] { EquipmentKind.Incubator, EquipmentKind.Cabinet }) Dividing(Freezer with { Kind = kind }, [Racks, Boxes]).ShouldBe(["STATE-GUARD levels"]);
    }

    [Fact]
    public void A_layout_has_room_for_the_containers_that_are_there()
    {
        Dividing(Freezer, [Racks, Boxes], "FRZ-01/R2/B10").ShouldBeEmpty();
        Dividing(Freezer, [Racks, Boxes], "FRZ-01/R3/B10").ShouldBe(["STATE-GUARD levels"]);
        var e = new StorageLayoutDefined([Racks, Boxes]);
        Said(e, j => StorageRules.Check(e, Freezer, ["FRZ-01/R1/B01", "FRZ-01/R3/B01", "FRZ-01/R4/B01", "FRZ-01/R5/B01", "FRZ-01/R6/B01"], j))
            .ShouldBe("Containers are in positions this layout does not have: FRZ-01/R3/B01, FRZ-01/R4/B01, FRZ-01/R5/B01.");
    }

    [Fact]
    public void A_walk_round_names_what_was_looked_at_and_what_was_not_in_order()
    {
        Looking(Look).ShouldBeEmpty();
        Looking(Look with { Items = [] }).ShouldBe(["VAL-REQUIRED items"]);
        Looking(new([new("Door closed", true), new(" ", true)])).ShouldBe(["VAL-REQUIRED items[1].item"]);
        Looking(new([new(new('x', 200), true)])).ShouldBeEmpty();
        Looking(new([new(new('x', 201), true)])).ShouldBe(["VAL-FORMAT items[0].item"]);
        Looking(new([new("Door closed", false)])).ShouldBe(["VAL-REQUIRED items[0].note"]);
        Looking(new([new("Door closed", false, " ")])).ShouldBe(["VAL-REQUIRED items[0].note"]);
        Looking(new([new("Door closed", false, "Seal torn")])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0.0, -210.0)]
    [InlineData(100.0, 100.0)]
    [InlineData(-0.1, null, "VAL-RANGE shownLevelPct")]
    [InlineData(100.1, null, "VAL-RANGE shownLevelPct")]
    [InlineData(null, -210.1, "VAL-RANGE shownTemperatureC")]
    [InlineData(null, 100.1, "VAL-RANGE shownTemperatureC")]
    public void What_its_displays_show_is_possible(double? levelPct, double? temperatureC, params string[] found) =>
        Looking(Look with { ShownLevelPct = (decimal?)levelPct, ShownTemperatureC = (decimal?)temperatureC }).ShouldBe(found);

    [Fact]
    public void A_walk_round_is_of_this_equipment_and_of_a_store()
    {
        Looking(Look with { EquipmentId = "FRZ-01" }).ShouldBeEmpty();
        Looking(Look with { EquipmentId = "FRZ-02" }).ShouldBe(["VAL-FORMAT equipmentId"]);
        Looking(Look, Freezer with { Kind = EquipmentKind.Incubator }).ShouldBe(["STATE-GUARD equipmentId"]);
    }

    [Fact]
    public void What_is_looked_at_depends_on_the_kind_of_store()
    {
        StorageRules.Checklist(EquipmentKind.LN2).ShouldContain("Level above the mark");
        StorageRules.Checklist(EquipmentKind.Freezer).ShouldContain("No unusual ice");
        StorageRules.Checklist(EquipmentKind.Refrigerator).ShouldContain("No water inside");
    }
}
