using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What inspections say of filled units: their result, their size and their soundness (C-09, BLS-01, BLS-11, MSS-01, MSS-07).</summary>
public sealed class UnitSizeTests
{
    private const string Now = "03-27 11:20";
    private static readonly string[] Trays = Life.Ids("BT", 3);

    private static Story Packed(string form = "8×12.5 cm tray", decimal areaCm2 = 100, Func<string, string>? unit = null, Func<string, string?>? source = null) =>
        ProductLives.BilayeredSkin(form, areaCm2).Do("03-27 10:00", "tech01", new AirLiftEnded(Life.Ids("BT", 4)))
            .Do("03-27 11:00", "tech01", new FillPerformed([.. Trays.Select(t => new FilledContainer(unit?.Invoke(t) ?? t, 50, AreaCm2: areaCm2, SourceId: source is null ? t : source(t)))], [], 21, 2), verify: "tech02");

    private static InspectedUnit Unit(string id, decimal? area = 98, decimal? tear = 0, decimal? thickness = 1.1m, UnitResult result = UnitResult.Pass) => new(id, result, [], area, tear, thickness);

    private static Story Seen(Story s, params InspectedUnit[] units) => s.Do("03-27 11:10", "tech01", new UnitsInspected(units), verify: "tech02", comment: "As seen");

    private static CriterionStatus Sized(string form, decimal construct, decimal first, decimal second) =>
        Seen(Packed(form, construct), Unit("BT-01", first), Unit("BT-02", second), Unit("BT-03", first)).Status(Now, "BLS-01");

    [Theory]
    [InlineData(95.0, "Pass")]
    [InlineData(94.95, "Pass")]
    [InlineData(94.94, "FailConfirmed")]
    public void A_unit_of_a_tray_has_95_cm2(double area, string status)
    {
        var found = Sized("8×12.5 cm tray", 100, 98, (decimal)area);
        found.Status.ShouldBe(status);
        found.Why.ShouldBe(status == "Pass" ? "Every unit is large enough." : "Too small: BT-02.");
    }

    [Theory]
    [InlineData(40.0, "Pass")]
    [InlineData(39.95, "Pass")]
    [InlineData(39.94, "FailConfirmed")]
    public void A_unit_of_an_insert_has_40_cm2(double area, string status)
    {
        var found = Sized("75 mm insert", 44, 42, (decimal)area);
        found.Status.ShouldBe(status);
        found.Why.ShouldBe(status == "Pass" ? "Every unit is large enough." : "Too small: BT-02.");
    }

    [Fact]
    public void Every_unit_that_is_too_small_is_named_and_the_range_tells_the_smallest_and_the_largest()
    {
        var found = Sized("8×12.5 cm tray", 100, 60, 99);
        found.Why.ShouldBe("Too small: BT-01, BT-03.");
        found.Observed.ShouldBe("60–99 cm² (3 units)");
    }

    [Fact]
    public void A_construct_of_95_cm2_is_no_insert() => Sized("Own tray", 95, 95, 60).Why.ShouldBe("Too small: BT-02.");

    [Fact]
    public void An_insert_is_known_by_the_source_of_its_container_or_by_its_own_id()
    {
        Seen(Packed("75 mm insert", 44, t => $"U{t}"), [.. Trays.Select(t => Unit($"U{t}", 42))]).Status(Now, "BLS-01").Status.ShouldBe("Pass");
        Seen(Packed("75 mm insert", 44, source: _ => null), [.. Trays.Select(t => Unit(t, 42))]).Status(Now, "BLS-01").Status.ShouldBe("Pass");
    }

    [Fact]
    public void A_unit_that_is_not_measured_or_not_inspected_leaves_the_size_open()
    {
        Seen(Packed(), Unit("BT-01"), Unit("BT-02", area: null), Unit("BT-03")).Status(Now, "BLS-01").Why.ShouldBe("The area of BT-02 is not measured.");
        var s = Packed();
        foreach (var id in new[] { "C-09", "BLS-01", "BLS-11" })
        {
            s.Status(Now, id).Status.ShouldBe("NotTested", id);
            s.Status(Now, id).Why.ShouldContain("Not every filled unit has a verified inspection.");
        }
    }

    [Fact]
    public void An_inspection_that_left_out_a_unit_speaks_once_that_unit_is_withdrawn()
    {
        var s = Packed();
        var imported = new Stamp(s.State.BatchId, s.Time("03-27 11:08"), s.Time("03-27 11:08"), s.Person("tech01"), Roles.Technician, "UTC")
            .Record(new UnitsInspected([Unit("BT-01"), Unit("BT-02")]), s.State.Version + 1);
        s.State = BatchFold.Apply(s.State, imported);
        s.Do("03-27 11:09", "tech02", new EntryVerified(imported.EventId));
        s.Status(Now, "BLS-01").Why.ShouldBe("Not every filled unit has a verified inspection.");
        s.Do("03-27 11:12", "tech01", new VesselDiscarded(["BT-03"], 1, "Autoclave", DiscardReason.Oos), verify: "tech02").Status(Now, "BLS-01").Status.ShouldBe("Pass");
    }

    [Fact]
    public void The_latest_inspection_speaks_for_a_unit_and_one_failed_unit_fails_the_lot()
    {
        var s = Seen(Packed(), Unit("BT-01"), Unit("BT-02", result: UnitResult.Fail), Unit("BT-03"));
        (s.Status(Now, "C-09").Status, s.Status(Now, "C-09").Why, s.Status(Now, "C-09").Observed).ShouldBe(("FailConfirmed", "Failed: BT-02.", "2 of 3 units pass"));
        Seen(s, Unit("BT-01"), Unit("BT-02"), Unit("BT-03"));
        (s.Status(Now, "C-09").Status, s.Status(Now, "C-09").Why, s.Status(Now, "C-09").Observed).ShouldBe(("Pass", "Every unit passed.", "3 of 3 units pass"));
    }

    [Theory]
    [InlineData(0, 0.4, "Pass")]
    [InlineData(0, 2.0, "Pass")]
    [InlineData(0, 2.05, "FailConfirmed")]
    [InlineData(0, 0.34, "FailConfirmed")]
    [InlineData(1, 1.0, "FailConfirmed")]
    public void Each_unit_is_whole_and_0_4_to_2_0_mm_thick(double tear, double thickness, string status) =>
        Seen(Packed(), Unit("BT-01"), Unit("BT-02", 98, (decimal)tear, (decimal)thickness), Unit("BT-03")).Status(Now, "BLS-11").Status.ShouldBe(status);

    [Fact]
    public void A_thickness_nobody_recorded_leaves_the_integrity_open()
    {
        var found = Seen(Packed(), Unit("BT-01"), Unit("BT-02", thickness: null), Unit("BT-03")).Status(Now, "BLS-11");
        found.Status.ShouldBe("NotTested");
        found.Why.ShouldBe("thickness: thickness of BT-02 is not recorded.");
        found.Observed.ShouldBe("tear 0 mm (3 values)");
    }
}
