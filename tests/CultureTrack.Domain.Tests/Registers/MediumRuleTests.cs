using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class MediumRuleTests
{
    private static readonly MediumPrepared Mixed = new("GM-1", "KGM-2", [new("LOT-1", 50, "mL")], 500, Now, true, true, 7.3m);

    private static readonly Material Base = new("LOT-1", MaterialKind.Medium, "Northmed", Now.AddYears(1), 100, "mL", false, null, "tech01", Now.AddDays(-2), 1)
    {
        Status = MaterialStatus.Released,
        ReleasedAt = Now.AddDays(-1),
    };

    private static readonly Material Salt = Base with { LotId = "LOT-2", Unit = "g", Quantity = 5 };

    private static Dictionary<string, Material> Shelf(params Material[] lots) => lots.ToDictionary(l => l.LotId);
    private static string[] Preparing(MediumPrepared e, params Material[] lots) => Found(e, j => MediumRules.Check(e, null, Shelf(lots), j));
    private static DateTimeOffset Expiry(MediumPrepared e, params Material[] lots) => MediumRules.ExpiresAt(e, lots);

    [Fact]
    public void A_medium_is_a_new_lot_with_a_volume_and_components()
    {
        Preparing(Mixed, Base).ShouldBeEmpty();
        Preparing(Mixed with { LotId = "GM 1" }, Base).ShouldBe(["VAL-FORMAT lotId"]);
        Found(Mixed, j => MediumRules.Check(Mixed, Base, Shelf(Base), j)).ShouldBe(["VAL-DUPLICATE lotId"]);
        Preparing(Mixed with { VolumeMl = 0 }, Base).ShouldBe(["VAL-RANGE volumeMl"]);
        Preparing(Mixed with { VolumeMl = 0.1m }, Base).ShouldBeEmpty();
        Preparing(Mixed with { Components = [] }).ShouldBe(["VAL-REQUIRED components"]);
    }

    [Fact]
    public void It_has_been_prepared_give_or_take_five_seconds()
    {
        Preparing(Mixed with { PreparedAt = Now.AddSeconds(5) }, Base).ShouldBeEmpty();
        Preparing(Mixed with { PreparedAt = Now.AddSeconds(5.1) }, Base).ShouldBe(["VAL-FUTURE preparedAt"]);
    }

    [Theory]
    [InlineData(-0.1, "VAL-RANGE ph", "OutOfWindow ph: -0.1")]
    [InlineData(0.0, "OutOfWindow ph: 0")]
    [InlineData(6.9, "OutOfWindow ph: 6.9")]
    [InlineData(7.0)]
    [InlineData(7.6)]
    [InlineData(7.7, "OutOfWindow ph: 7.7")]
    [InlineData(14.0, "OutOfWindow ph: 14")]
    [InlineData(14.1, "VAL-RANGE ph", "OutOfWindow ph: 14.1")]
    public void Its_ph_is_between_seven_and_seven_point_six(double ph, params string[] found) => Preparing(Mixed with { Ph = (decimal)ph }, Base).ShouldBe(found);

    [Fact]
    public void A_filter_that_failed_afterwards_is_flagged() => Preparing(Mixed with { IntegrityPost = false }, Base).ShouldBe(["OutOfWindow integrityPost: False"]);

    [Fact]
    public void Each_component_is_a_lot_usable_when_it_was_mixed()
    {
        Preparing(Mixed, Salt).ShouldBe(["VAL-LOT components[0].lotId"], "LOT-1 is unknown");
        Preparing(Mixed, Base with { ReleasedAt = null }).ShouldBe(["VAL-LOT components[0].lotId"]);
        Preparing(Mixed with { PreparedAt = Now.AddHours(-2) }, Base with { ReleasedAt = Now.AddHours(-1) }).ShouldBe(["VAL-LOT components[0].lotId"], "released after mixing");
        Preparing(Mixed, Base with { ExpiresAt = Now }).ShouldBe(["VAL-LOT components[0].lotId"]);
        Preparing(Mixed, Base with { ExpiresAt = Now.AddSeconds(1) }).ShouldBeEmpty();
        Preparing(Mixed with { PreparedAt = Now.AddHours(-2) }, Base with { RecalledAt = Now.AddHours(-1) }).ShouldBe(["VAL-LOT components[0].lotId"], "recalled after mixing, before the entry");
    }

    [Fact]
    public void A_component_has_a_quantity_in_the_unit_of_its_lot()
    {
        Preparing(Mixed with { Components = [new("LOT-1", 0, "mL")] }, Base).ShouldBe(["VAL-RANGE components[0].quantity"]);
        Preparing(Mixed with { Components = [new("LOT-1", 50, "mL"), new("LOT-2", 5, "mg")] }, Base, Salt).ShouldBe(["VAL-UNIT components[1].unit"]);
        Preparing(Mixed with { Components = [new("LOT-1", 50, "mL"), new("LOT-2", 5, "g")] }, Base, Salt).ShouldBeEmpty();
        Preparing(Mixed with { Components = [new("LOT-1", 500, "µL")] }, Base).ShouldBe(["VAL-UNIT components[0].unit"], "amounts in another unit are not compared");
    }

    [Fact]
    public void No_more_is_taken_of_a_lot_than_is_left_of_it()
    {
        var opened = Base with { Used = 60 };
        Preparing(Mixed with { Components = [new("LOT-1", 40, "mL")] }, opened).ShouldBeEmpty();
        Preparing(Mixed with { Components = [new("LOT-1", 40.1m, "mL")] }, opened).ShouldBe(["VAL-RANGE components[0].quantity"]);
        Preparing(Mixed with { Components = [new("LOT-1", 20, "mL"), new("LOT-1", 20.1m, "mL")] }, opened).ShouldBe(["VAL-RANGE components[0].quantity", "VAL-RANGE components[1].quantity"]);
        Preparing(Mixed with { Components = [new("LOT-1", 40, "mL"), new("LOT-2", 5, "g")] }, opened, Salt).ShouldBeEmpty();
        var tooMuch = Mixed with { Components = [new("LOT-1", 41, "mL")] };
        Said(tooMuch, j => MediumRules.Check(tooMuch, null, Shelf(opened), j)).ShouldBe("Of lot LOT-1 40 mL are left.");
    }

    [Fact]
    public void It_keeps_four_weeks_and_no_longer_than_its_components()
    {
        Expiry(Mixed, Base).ShouldBe(Now.AddDays(28));
        Expiry(Mixed, Base, Salt with { ExpiresAt = Now.AddDays(3) }).ShouldBe(Now.AddDays(3));
    }

    [Theory]
    [InlineData("KGM-GF")]
    [InlineData("DMEM+serum")]
    [InlineData("FBS10")]
    [InlineData("fcs")]
    public void With_growth_factors_or_serum_it_keeps_two_weeks(string name)
    {
        Expiry(Mixed with { RecipeId = name }, Base).ShouldBe(Now.AddDays(14));
        Expiry(Mixed, Base, Salt with { LotId = name }).ShouldBe(Now.AddDays(14));
        Expiry(Mixed, Base, Salt with { Bovine = true }).ShouldBe(Now.AddDays(14));
    }

    [Fact]
    public void The_end_of_the_calendar_is_no_failure() =>
        Expiry(Mixed with { PreparedAt = DateTimeOffset.MaxValue.AddDays(-1) }, Base with { ExpiresAt = DateTimeOffset.MaxValue }).ShouldBe(DateTimeOffset.MaxValue);

    [Fact]
    public void Its_expiry_and_bovine_origin_are_computed_from_its_components()
    {
        LabJudgement Asked(params Material[] lots) => Ask(Mixed, j => MediumRules.Check(Mixed, null, Shelf(lots), j));
        Asked().Computed.ShouldBeNull();
        var plain = Asked(Base).Computed!;
        (plain.Values["expiresAt"], plain.Values["bovine"], plain.Formula).ShouldBe((Now.AddDays(28), false, "medium-expiry@1"));
        var bovine = Asked(Base, Salt with { Bovine = true }).Computed!;
        (bovine.Values["expiresAt"], bovine.Values["bovine"]).ShouldBe((Now.AddDays(14), true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_prepared_medium_is_a_lot_in_quarantine_with_the_computed_expiry(bool asStored)
    {
        var computed = new Computed(new Dictionary<string, object?> { ["expiresAt"] = asStored ? "2026-03-16T09:00:00.000Z" : Now.AddDays(14), ["bovine"] = true }, "medium-expiry@1", []);
        var lot = Material.Apply(null, Event(Mixed) with { Computed = computed });
        lot.ShouldBe(new("GM-1", MaterialKind.Medium, "prepared here", Now.AddDays(14), 500, "mL", true, null, "tech01", Day(1), 1) { Prepared = lot.Prepared });
        lot.Status.ShouldBe(MaterialStatus.Quarantined);
        lot.Prepared.ShouldBe(new("KGM-2", Mixed.Components, true));
    }

    [Fact]
    public void Without_a_bovine_component_the_lot_is_not_bovine() =>
        Material.Apply(null, Event(Mixed) with { Computed = new(new Dictionary<string, object?> { ["expiresAt"] = Now, ["bovine"] = false }, "medium-expiry@1", []) }).Bovine.ShouldBeFalse();
}
