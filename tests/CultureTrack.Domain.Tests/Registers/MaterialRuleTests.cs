using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class MaterialRuleTests
{
    private static readonly MaterialReceived Receipt = new("LOT-1", MaterialKind.Medium, "Northmed", Now.AddYears(1), 6, "bottle");
    private static readonly MaterialReleased Release = new("LOT-1");
    private static readonly Material Lot = Fold<Material>(Material.Apply, ("tech01", Receipt));

    private static string[] Receiving(MaterialReceived e, Material? known = null) => Found(e, j => MaterialRules.Check(e, known, j));
    private static string[] Releasing(Material lot, string by = "qa01", DateTimeOffset? at = null) => Found(Release, j => MaterialRules.Check(Release, lot, j), Person(by), at);
    private static string[] Recalling(Material lot, string reason) => Found(new MaterialRecalled("LOT-1", reason), j => MaterialRules.Check(new MaterialRecalled("LOT-1", reason), lot, j));

    [Fact]
    public void A_lot_is_received_once_under_a_good_id_and_in_some_quantity()
    {
        Receiving(Receipt).ShouldBeEmpty();
        Receiving(Receipt with { LotId = "LOT 1" }).ShouldBe(["VAL-FORMAT lotId"]);
        Receiving(Receipt, Lot).ShouldBe(["VAL-DUPLICATE lotId"]);
        Receiving(Receipt with { Quantity = 0 }).ShouldBe(["VAL-RANGE quantity"]);
        Receiving(Receipt with { Quantity = 0.001m }).ShouldBeEmpty();
    }

    [Fact]
    public void Feeder_cells_are_received_with_their_two_controls()
    {
        Receiving(Receipt with { Kind = MaterialKind.Feeder }).ShouldBe(["VAL-REQUIRED feeder"]);
        Receiving(Receipt with { Kind = MaterialKind.Feeder, Feeder = new(false, false) }).ShouldBeEmpty("they are judged at release");
    }

    [Fact]
    public void A_lot_is_released_out_of_quarantine_only()
    {
        Releasing(Lot).ShouldBeEmpty();
        Releasing(Lot with { Status = MaterialStatus.Released }).ShouldBe(["STATE-TRANSITION lotId"]);
        Releasing(Lot with { Status = MaterialStatus.Recalled }).ShouldBe(["STATE-TRANSITION lotId"]);
    }

    [Fact]
    public void A_lot_that_has_expired_when_it_is_released_is_refused()
    {
        Releasing(Lot with { ExpiresAt = Now }).ShouldBe(["VAL-LOT lotId"]);
        Releasing(Lot with { ExpiresAt = Now.AddSeconds(1) }).ShouldBeEmpty();
        Releasing(Lot with { ExpiresAt = Now }, at: Now.AddHours(-1)).ShouldBeEmpty("released an hour ago, entered now");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false, "STATE-GUARD feeder")]
    [InlineData(false, true, "STATE-GUARD feeder")]
    public void Feeder_cells_are_released_with_both_controls_passed(bool arrested, bool clean, params string[] found) => Releasing(Lot with { Feeder = new(arrested, clean) }).ShouldBe(found);

    [Fact]
    public void A_medium_whose_filter_failed_is_never_released()
    {
        Releasing(Lot with { Prepared = new("KGM-2", [], false) }).ShouldBe(["STATE-GUARD integrityPost"]);
        Releasing(Lot with { Prepared = new("KGM-2", [], true) }).ShouldBeEmpty();
    }

    [Fact]
    public void Who_received_a_lot_does_not_release_it() => Releasing(Lot, by: "tech01").ShouldBe(["SOD-AUTHOR signature.user"]);

    [Fact]
    public void A_lot_is_recalled_once_with_a_reason()
    {
        Recalling(Lot, "Maker's letter of 1 March").ShouldBeEmpty();
        Recalling(Lot with { Status = MaterialStatus.Released }, "Maker's letter of 1 March").ShouldBeEmpty();
        Recalling(Lot with { Status = MaterialStatus.Recalled }, "Maker's letter of 1 March").ShouldBe(["STATE-TRANSITION lotId"]);
        Recalling(Lot, "Letter").ShouldBe(["VAL-REASON reason"]);
    }

    [Fact]
    public void A_lot_received_waits_in_quarantine()
    {
        Lot.ShouldBe(new("LOT-1", MaterialKind.Medium, "Northmed", Now.AddYears(1), 6, "bottle", false, null, "tech01", Day(1), 1));
        (Lot.Status, Lot.ReleasedAt, Lot.RecalledAt, Lot.Used).ShouldBe((MaterialStatus.Quarantined, null, null, 0));
    }

    [Fact]
    public void The_register_knows_who_released_a_lot_when_and_why_it_was_recalled()
    {
        var released = Fold<Material>(Material.Apply, ("tech01", Receipt), ("qa01", Release));
        (released.Status, released.ReleasedBy, released.ReleasedAt, released.Version).ShouldBe((MaterialStatus.Released, "qa01", Day(2), 2));
        var recalled = Fold<Material>(Material.Apply, ("tech01", Receipt), ("qa01", Release), ("qa02", new MaterialRecalled("LOT-1", "Maker's letter")));
        (recalled.Status, recalled.ReleasedAt, recalled.RecalledAt, recalled.RecallReason, recalled.Version).ShouldBe((MaterialStatus.Recalled, Day(2), Day(3), "Maker's letter", 3));
    }

    [Fact]
    public void Batches_see_the_dates_the_origin_and_the_feeder_controls_of_a_lot()
    {
        Lot.Fact().ShouldBe(new("LOT-1", "Medium", Now.AddYears(1), null, null));
        var feeder = Fold<Material>(Material.Apply, ("tech01", Receipt with { Kind = MaterialKind.Feeder, Bovine = true, Feeder = new(true, false) }), ("qa01", Release), ("qa01", new MaterialRecalled("LOT-1", "Maker's letter")));
        feeder.Fact().ShouldBe(new("LOT-1", "Feeder", Now.AddYears(1), Day(2), Day(3), true, true, false));
    }

    [Fact]
    public void What_is_no_event_of_a_lot_or_comes_before_its_receipt_is_a_fault()
    {
        Should.Throw<InvalidOperationException>(() => Fold<Material>(Material.Apply, ("qa01", Release)));
        Should.Throw<InvalidOperationException>(() => Fold<Material>(Material.Apply, ("tech01", Receipt), ("tech01", Receipt)));
    }
}
