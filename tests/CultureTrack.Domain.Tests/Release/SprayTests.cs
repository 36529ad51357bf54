using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>A spray: how dense it lies (SPR-03), and how far its culture had grown when it was harvested (SPR-07).</summary>
public sealed class SprayTests
{
    private const string Now = "03-08 11:40";

    private static ConfluenceObserved Look(string vessel, decimal pct) => new(vessel, pct, LookMethod.Visual, "Cobblestone", Contamination.None);

    private static Story Looked(params (string At, string Vessel, decimal Pct)[] looks)
    {
        var s = ProductLives.Spray();
        foreach (var (at, vessel, pct) in looks) s.Do(at, "tech01", Look(vessel, pct), comment: "As seen");
        return s.Do("03-08 10:00", "tech01", new HarvestPerformed(CellLine.Keratinocyte, Life.Ids("V", 2), 3.5e7m, 92, 20), verify: "tech02");
    }

    [Fact]
    public void The_last_look_at_each_vessel_before_the_harvest_counts()
    {
        var s = Looked(("03-07 09:00", "V-01", 50), ("03-08 09:00", "V-01", 65), ("03-08 09:10", "V-02", 85));
        var found = s.Status(Now, "SPR-07");
        (found.Status, found.Observed).ShouldBe(("Pass", "passage 0; confluence 65–85 % (2 values)"));
        var looks = s.State.Of<ConfluenceObserved>().ToList();
        found.Evidence.ShouldContain(looks[1].EventId);
        found.Evidence.ShouldContain(looks[2].EventId);
        found.Evidence.ShouldContain(s.State.Last<HarvestPerformed>()!.EventId);
        found.Evidence.ShouldNotContain(looks[0].EventId);
    }

    [Theory]
    [InlineData(60, 90, "Pass")]
    [InlineData(55, 90, "FailConfirmed")]
    [InlineData(60, 95, "FailConfirmed")]
    public void A_culture_is_harvested_at_60_to_90_percent(int first, int second, string status) =>
        Looked(("03-08 09:00", "V-01", first), ("03-08 09:10", "V-02", second)).Status(Now, "SPR-07").Status.ShouldBe(status);

    [Fact]
    public void Nobody_having_looked_leaves_the_confluence_open()
    {
        var s = Looked();
        (s.Status(Now, "SPR-07").Status, s.Status(Now, "SPR-07").Observed).ShouldBe(("NotTested", "passage 0"));
        s.Status(Now, "SPR-07").Why.ShouldContain("Nobody looked at the confluence before the harvest.");
        ProductLives.Spray().Status(Now, "SPR-07").Why.ShouldContain("No verified harvest yet.");
    }

    [Fact]
    public void The_passage_rests_on_the_seeding_of_that_passage()
    {
        var s = ProductLives.Spray().Passaged("03-06 10:00", CellLine.Keratinocyte, Life.Ids("V", 2), 2.0e7m);
        s.Seeded("03-06 12:00", SeedingPurpose.Culture, CellLine.Keratinocyte, s.Source<PassagePerformed>(), Life.Vessels("W", 2, "T175", 175), 15000, 1);
        var seedings = s.State.Of<VesselsSeeded>().ToList();
        var found = s.Status("03-07 10:00", "SPR-07");
        found.Observed.ShouldBe("passage 1");
        found.Evidence.ShouldContain(seedings[1].EventId);
        found.Evidence.ShouldNotContain(seedings[0].EventId);
    }

    private static Story Filled(decimal ordered = 320, OrderUnit unit = OrderUnit.cm2)
    {
        var s = ProductLives.Spray(ordered, unit).Do("03-08 09:00", "tech01", Look("V-01", 80))
            .Do("03-08 10:00", "tech01", new HarvestPerformed(CellLine.Keratinocyte, Life.Ids("V", 2), 3.5e7m, 92, 20), verify: "tech02");
        s.Status("03-08 10:10", "SPR-03").Why.ShouldBe("Not filled yet.");
        return s.Do("03-08 10:30", "tech01", new FillPerformed([new("SPR-1", 4, 4.0e6m), new("SPR-2", 6, 6.0e6m)], ["EXC-1"], 5, 2), verify: "tech02")
            .Sampled("03-08 11:00", SampleMatrix.FinalProduct, 2, "SPR-01").Started("03-08 11:05", "SPR-01");
    }

    // 10 mL on 320 cm²: cells on a cm² are cells in a mL / 32.
    [Theory]
    [InlineData(3.04e5, "Pass")]
    [InlineData(3.03e5, "FailConfirmed")]
    [InlineData(3.35e6, "Pass")]
    [InlineData(3.36e6, "FailConfirmed")]
    public void Ten_to_a_hundred_thousand_cells_lie_on_a_cm2(double perMl, string status) =>
        Filled().Tested("03-08 11:20", "SPR-01", Number((decimal)perMl)).Status(Now, "SPR-03").Status.ShouldBe(status);

    [Fact]
    public void The_density_waits_for_an_approved_concentration_and_an_area_to_treat()
    {
        var s = Filled();
        s.Status(Now, "SPR-03").Why.ShouldBe("No approved concentration yet.");
        s.Recorded("03-08 11:20", "SPR-01", Number(1.0e6m)).Status(Now, "SPR-03").Why.ShouldBe("No approved concentration yet.");
        (s.Approved("03-08 11:30", "SPR-01").Status(Now, "SPR-03").Status, s.Status(Now, "SPR-03").Observed).ShouldBe(("Pass", "31250 1/cm2"));
        s.State = s.State with { Registration = s.State.Registration! with { OrderedUnit = OrderUnit.mL } };
        s.Status(Now, "SPR-03").Why.ShouldBe("No area to treat is ordered (cm2).");
    }

    [Fact]
    public void The_latest_approved_concentration_counts_and_a_withdrawn_vial_does_not()
    {
        var s = Filled().Tested("03-08 11:20", "SPR-01", Number(1.0e6m));
        s.Do("03-08 11:22", "qc01", new QcTestStarted("T-2", "S-SPR-01", "SPR-01", 1, null)).Do("03-08 11:24", "qc01", new QcResultRecorded("R-2", "T-2", ResultKind.Final, [Number(6.4e5m)], true, null), comment: "As read");
        s.Status(Now, "SPR-03").Observed.ShouldBe("31250 1/cm2");
        s.Do("03-08 11:26", "qc02", new QcResultApproved("R-2")).Status(Now, "SPR-03").Observed.ShouldBe("20000 1/cm2");
        s.Do("03-08 11:28", "tech01", new VesselDiscarded(["SPR-1"], 1, "Autoclave", DiscardReason.Oos), verify: "tech02").Status(Now, "SPR-03").Observed.ShouldBe("12000 1/cm2");
    }
}
