using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Sheets on a scaffold against their order (MSS-01) and their scaffold (MSS-07).</summary>
public sealed class ScaffoldSheetTests
{
    private const string Now = "03-09 10:30";

    private static Story Packed(decimal[] areas, decimal ordered = 100, OrderUnit unit = OrderUnit.cm2, decimal tear = 0, decimal attachedPct = 91)
    {
        var s = ProductLives.SheetOnScaffold(ordered, unit);
        s.Do("03-05 10:00", "tech01", new AttachmentAssessed(["SH-1", "SH-2", "SH-3"], 24, attachedPct), comment: "As seen");
        string[] ids = [.. areas.Select((_, i) => $"SH-{i + 1}")];
        return s.Do("03-09 10:00", "tech01", new FillPerformed([.. ids.Select(id => new FilledContainer(id, 40, AreaCm2: 20))], [], 5, 2), verify: "tech02")
            .Do("03-09 10:10", "tech01", new UnitsInspected([.. ids.Select((id, i) => new InspectedUnit(id, UnitResult.Pass, [], areas[i], tear))]), verify: "tech02");
    }

    [Theory]
    [InlineData(45, 45, "Pass")]
    [InlineData(45, 44.5, "Pass")]
    [InlineData(45, 44.4, "FailConfirmed")]
    [InlineData(55, 55, "Pass")]
    [InlineData(55, 55.4, "Pass")]
    [InlineData(55, 55.5, "FailConfirmed")]
    [InlineData(90, 9.95, "Pass")]
    [InlineData(90, 9.94, "FailConfirmed")]
    public void All_sheets_together_are_90_to_110_percent_of_the_order_and_each_has_10_cm2(double first, double second, string status)
    {
        var found = Packed([(decimal)first, (decimal)second]).Status(Now, "MSS-01");
        found.Status.ShouldBe(status);
        found.Why.ShouldStartWith(status == "Pass" ? "Within 90–110 %" : "Not within 90–110 %");
    }

    [Fact]
    public void The_order_may_be_in_sheets()
    {
        Packed([50, 49], 2, OrderUnit.sheet).Status(Now, "MSS-01").Observed.ShouldBe("49–50 cm² (2 units), 100 % of the order");
        Packed([50, 50], 2, OrderUnit.sheet).Status(Now, "MSS-01").Status.ShouldBe("Pass");
        Packed([50, 50], 3, OrderUnit.sheet).Status(Now, "MSS-01").Status.ShouldBe("FailConfirmed");
        Packed([50, 40], 100).Status(Now, "MSS-01").Observed.ShouldBe("40–50 cm² (2 units), 90 % of the order");
    }

    private static CriterionStatus Scaffold(Story s) => s.Status(Now, "MSS-07");

    [Theory]
    [InlineData(2.4, "Pass")]
    [InlineData(2.5, "FailConfirmed")]
    public void A_tear_of_2_mm_is_borne(double tear, string status) => Scaffold(Packed([50, 50], tear: (decimal)tear)).Status.ShouldBe(status);

    [Theory]
    [InlineData(79.5, "Pass")]
    [InlineData(79.4, "FailConfirmed")]
    public void Four_cells_of_five_are_attached_after_a_day(double pct, string status) => Scaffold(Packed([50, 50], attachedPct: (decimal)pct)).Status.ShouldBe(status);

    [Fact]
    public void Every_construct_is_assessed_at_a_day_by_one_entry_or_by_several()
    {
        const string open = "Not every construct is assessed at 24 h.";
        var s = ProductLives.SheetOnScaffold();
        Scaffold(s).Why.ShouldContain(open);
        Scaffold(s.Do("03-04 14:00", "tech01", new AttachmentAssessed(["SH-1", "SH-2", "SH-3"], 4, 60))).Why.ShouldContain(open);
        Scaffold(s.Do("03-05 10:00", "tech01", new AttachmentAssessed(["SH-1"], 24, 91))).Why.ShouldContain(open);
        Scaffold(s.Do("03-05 10:10", "tech01", new AttachmentAssessed(["SH-2"], 24, 88))).Why.ShouldContain(open);
        var discarded = s.Without(Guid.Empty).Do("03-05 10:20", "tech01", new VesselDiscarded(["SH-3"], 1, "Autoclave", DiscardReason.Oos), verify: "tech02");
        Scaffold(discarded).Observed.ShouldBe("lot SCF-1; attachment 88–91 % (2 values)");
        Scaffold(s.Do("03-05 10:20", "tech01", new AttachmentAssessed(["SH-3"], 24, 84))).Observed.ShouldBe("lot SCF-1; attachment 84–91 % (3 values)");
    }

    [Fact]
    public void The_scaffold_was_released_and_in_date_when_it_was_used()
    {
        var s = Packed([50, 50]);
        CriterionStatus With(LotFact? lot)
        {
            var copy = s.Without(Guid.Empty);
            var lots = copy.Facts.Lots.Where(l => l.Key != "SCF-1").ToDictionary();
            if (lot is not null) lots["SCF-1"] = lot;
            copy.Facts = copy.Facts with { Lots = lots };
            return Scaffold(copy);
        }
        var lot = s.Facts.Lots["SCF-1"];
        With(lot).Status.ShouldBe("Pass");
        var used = s.Time("03-04 10:00");
        With(lot with { ExpiresAt = used }).Why.ShouldContain("Scaffold lot SCF-1 is expired.");
        With(lot with { ExpiresAt = used.AddMinutes(1) }).Status.ShouldBe("Pass");
        With(lot with { RecalledAt = used }).Status.ShouldBe("FailConfirmed");
        With(lot with { RecalledAt = used.AddMinutes(1) }).Status.ShouldBe("Pass");
        With(lot with { ReleasedAt = null }).Status.ShouldBe("FailConfirmed");
        With(lot with { ReleasedAt = used.AddMinutes(1) }).Status.ShouldBe("FailConfirmed");
        With(lot with { ReleasedAt = used }).Status.ShouldBe("Pass");
        With(null).Status.ShouldBe("NotTested");
    }
}
