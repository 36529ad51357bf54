using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class LotStockTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static Material Lot(decimal quantity, string unit, decimal mixed = 0) =>
        new("MED-1", MaterialKind.Medium, "Northmed", Day.AddYears(1), quantity, unit, false, null, "tech01", Day, 1) { Used = mixed };

    [Theory]
    [InlineData("mL", 250d)]
    [InlineData("ml", 250d)]
    [InlineData("L", 0.25)]
    [InlineData("µL", 250_000d)]
    [InlineData("μL", 250_000d)]
    [InlineData("uL", 250_000d)]
    [InlineData("g", null)]
    [InlineData("bottle", null)]
    public void A_volume_is_counted_in_the_unit_of_the_lot_where_that_is_one(string unit, double? amount) => Units.OfMillilitres(250m, unit).ShouldBe((decimal?)amount);

    [Fact]
    public void Media_and_batches_both_take_from_the_lot() =>
        LotStock.Of(Lot(2m, "L", mixed: 0.5m), new("MED-1", 2, 5, 5, 250m)).ShouldBe(new("L", 2m, 0.5m, 0.25m, 1.25m, 2, 5, 0));

    [Fact]
    public void More_used_than_received_is_less_than_nothing_left()
    {
        LotStock.Of(Lot(100m, "mL"), new("MED-1", 1, 1, 1, 100m)).IsOverdrawn.ShouldBeFalse();
        LotStock.Of(Lot(100m, "mL"), new("MED-1", 1, 1, 1, 100.1m)).IsOverdrawn.ShouldBeTrue();
    }

    [Fact]
    public void Uses_that_cannot_be_counted_are_told()
    {
        LotStock.Of(Lot(100m, "mL"), new("MED-1", 1, 3, 1, 40m)).UsesWithoutAmount.ShouldBe(2);
        var bottles = LotStock.Of(Lot(6m, "bottle"), new("MED-1", 1, 3, 3, 40m));
        (bottles.UsedInBatches, bottles.Remaining, bottles.UsesWithoutAmount).ShouldBe((null, 6m, 3));
        LotStock.Of(Lot(6m, "bottle"), null).ShouldBe(new("bottle", 6m, 0m, null, 6m, 0, 0, 0));
    }
}
