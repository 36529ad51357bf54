using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using StorageLayout = CultureTrack.Domain.Lab.StorageLayout;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Positions of a store, where the site has said how it is divided and where it has not (4.7).</summary>
public sealed class StorePositionTests
{
    private static Outcome Store(string position, StorageLayout? layout = null)
    {
        var s = Adsc.Filled();
        s.Lab.Equipment["FRZ-01"] = s.Lab.Equipment["FRZ-01"] with { Layout = layout };
        return s.When(new StoredAt(Adsc.Bags[..1], "FRZ-01", [position]));
    }

    private static readonly StorageLayout Drawers = new([new("drawer", "D1", "D4"), new("box", "B01", "B10")]);

    [Theory]
    [InlineData("FRZ-01/D1/B01", true)]
    [InlineData("FRZ-01/D4/B10", true)]
    [InlineData("FRZ-01/D5/B01", false)]
    [InlineData("FRZ-01/D1/B1", false)]
    [InlineData("FRZ-01/D1", false)]
    [InlineData("FRZ-01/D1/B01/A1", false)]
    [InlineData("FRZ-02/D1/B01", false)]
    public void A_divided_store_has_the_positions_of_its_layout(string position, bool there) => Expect(Store(position, Drawers), there);

    [Theory]
    [InlineData("FRZ-01/R1/B1", true)]
    [InlineData("FRZ-01/R1/B1/A1", true)]
    [InlineData("FRZ-01/R1", false)]
    [InlineData("FRZ-01/R1/B1/A1/X1", false)]
    [InlineData("FRZ-01/R1//A1", false)]
    [InlineData("FRZ-01/R1/B-1", false)]
    [InlineData("FRZ-01/R1/B1234567", true)]
    [InlineData("FRZ-01/R1/B12345678", false)]
    [InlineData("XFRZ-01/R1/B1", false)]
    public void A_store_nobody_has_divided_takes_two_or_three_levels(string position, bool there) => Expect(Store(position), there);

    private static void Expect(Outcome outcome, bool there)
    {
        if (there) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.ValFormat, "data.positions[0]");
    }

    [Theory]
    [InlineData("Freezer", true)]
    [InlineData("Refrigerator", true)]
    [InlineData("LN2", true)]
    [InlineData("Incubator", false)]
    [InlineData("Cabinet", false)]
    public void Containers_are_stored_in_what_stores_them(string kind, bool stores)
    {
        var s = Adsc.Filled();
        s.Lab.Equipment["FRZ-01"] = s.Lab.Equipment["FRZ-01"] with { Kind = kind };
        var outcome = s.When(new StoredAt(Adsc.Bags[..1], "FRZ-01", ["FRZ-01/R1/B1/A1"]));
        if (stores) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data.equipmentId");
    }

    [Fact]
    public void What_was_given_to_the_patient_is_not_stored()
    {
        var s = Adsc.Released();
        s.Given(new Shipped(Adsc.Bags[..2], 2, s.Now), new Administered(Adsc.Bags[..1], 2, s.Now));
        s.When(new StoredAt(Adsc.Bags[..1], "FRZ-01", ["FRZ-01/R1/B1/A1"])).ThenRejected(Codes.StateGuard, "data.containerIds[0]");
        s.When(new StoredAt(Adsc.Bags[2..3], "FRZ-01", ["FRZ-01/R1/B1/A1"])).ThenAccepted();
    }

    [Fact]
    public void A_position_is_free_again_when_its_container_was_taken_out()
    {
        StoredAt Store(int bag) => new([Adsc.Bags[bag]], "FRZ-01", ["FRZ-01/R1/B1/A1"]);
        var s = Adsc.Filled().Given(Store(0));
        s.When(Store(1)).ThenRejected(Codes.ValDuplicate, "data.positions[0]");
        s.Given(new RemovedFromStorage(Adsc.Bags[..1], RemovalPurpose.Move)).When(Store(1)).ThenAccepted();
    }
}
