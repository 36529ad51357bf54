using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What passage, doublings and time at the air rest on (CEA-10, ADSC-07, ADSC-13, BLS-08, BLS-09).</summary>
public sealed class CultureEvidenceTests
{
    private static CriterionStatus Lineage(Story s) => s.Status("03-19 11:00", "CEA-10");

    private static Guid Only<T>(Story s) where T : Domain.Records.EventData => s.State.Of<T>().ShouldHaveSingleItem().EventId;

    [Fact]
    public void The_doublings_of_sheets_rest_on_the_count_of_the_tray_set_apart_its_detachment_and_every_seeding()
    {
        var s = WorkedBatches.CeaSubmitted();
        var found = Lineage(s);
        found.Status.ShouldBe("Pass");
        found.Evidence.ShouldContain(Only<CellCounted>(s));
        found.Evidence.ShouldContain(Only<SheetDetached>(s));
        found.Evidence.ShouldContain(Only<PassagePerformed>(s));
        foreach (var seeding in s.State.Of<VesselsSeeded>()) found.Evidence.ShouldContain(seeding.EventId);
        found.Evidence.ShouldNotContain(Only<FillPerformed>(s));
    }

    [Fact]
    public void Until_the_tray_set_apart_is_counted_the_doublings_are_open_and_the_detachment_says_why()
    {
        var s = WorkedBatches.CeaSubmitted();
        var open = Lineage(s.Without(Only<CellCounted>(s)));
        open.Status.ShouldBe("NotTested");
        open.Why.ShouldContain("The cells of TR-05 are not counted yet.");
        open.Evidence.ShouldContain(Only<SheetDetached>(s));
    }

    [Fact]
    public void A_count_of_another_tray_leaves_the_doublings_open()
    {
        var s = WorkedBatches.CeaSubmitted();
        var counted = s.State.Of<CellCounted>().Single();
        s.State = BatchFold.Fold(s.State.History.Select(e => e.EventId == counted.EventId ? counted with { Data = counted.Data with { VesselId = "TR-01" } } : e));
        Lineage(s).Why.ShouldContain("The cells of TR-05 are not counted yet.");
    }

    [Theory]
    [InlineData(typeof(CellCounted))]
    [InlineData(typeof(SheetDetached))]
    [InlineData(typeof(PassagePerformed))]
    public void An_entry_of_growth_that_nobody_verified_leaves_the_lineage_open(Type type)
    {
        var s = WorkedBatches.CeaSubmitted();
        var entry = s.State.History.Single(e => e.Body.GetType() == type);
        s.State = BatchFold.Fold(s.State.History.Select(e => e.EventId == entry.EventId ? e with { VerifiedBy = null } : e));
        var open = Lineage(s);
        open.Status.ShouldBe("NotTested");
        open.Why.ShouldContain($"{type.Name} of {entry.OccurredAt:u} is not verified by a second person.");
        open.Evidence.ShouldBe([entry.EventId]);
    }

    [Fact]
    public void The_doubling_time_rests_on_the_last_growth_alone()
    {
        var s = WorkedBatches.AdscSubmitted();
        var seedings = s.State.Of<VesselsSeeded>().Where(v => v.Data.Purpose != SeedingPurpose.CfuF).ToList();
        var found = s.Status("04-28 15:00", "ADSC-13");
        found.Evidence.ShouldBe([Only<HarvestPerformed>(s), seedings[^1].EventId], ignoreOrder: true);
        // log2(5) of 96 h, 41.34 h.
        found.Observed!.ShouldStartWith("41.34");
    }

    [Fact]
    public void Doublings_of_fat_cells_count_their_clonogenic_fraction_and_without_it_raise_the_alert()
    {
        var known = WorkedBatches.AdscSubmitted().Status("04-28 15:00", "ADSC-07");
        var unknown = WorkedBatches.AdscSubmitted(clonogenic: false).Status("04-28 15:00", "ADSC-07");
        (known.Status, known.Alert).ShouldBe(("Pass", false));
        (unknown.Status, unknown.Alert).ShouldBe(("Pass", true));
        known.Observed!.ShouldContain("cpdl 9.81");
        unknown.Observed!.ShouldContain("cpdl 4.90");
    }

    [Theory]
    [InlineData("03-26 08:45", "FailConfirmed")]
    [InlineData("03-26 09:00", "Pass")]
    [InlineData("04-02 11:00", "Pass")]
    [InlineData("04-02 11:30", "FailConfirmed")]
    public void Skin_lies_seven_to_fourteen_days_at_the_air(string until, string status)
    {
        var s = ProductLives.BilayeredSkin();
        s.Status("03-26 08:00", "BLS-08").Why.ShouldBe("The air lift has not ended yet.");
        s.Do(until, "tech01", new AirLiftEnded(Life.Ids("BT", 4)), comment: "As planned");
        var found = s.Status(until, "BLS-08");
        found.Status.ShouldBe(status);
        found.Evidence.ShouldBe([Only<AirLiftStarted>(s), Only<AirLiftEnded>(s)]);
    }

    [Fact]
    public void A_construct_still_at_the_air_leaves_the_time_open_unless_it_is_discarded()
    {
        var s = ProductLives.BilayeredSkin().Do("03-27 10:00", "tech01", new AirLiftEnded(Life.Ids("BT", 3)));
        s.Status("03-27 11:00", "BLS-08").Status.ShouldBe("NotTested");
        s.Do("03-27 10:10", "tech01", new VesselDiscarded(["BT-04"], 1, "Autoclave", DiscardReason.Oos), verify: "tech02");
        s.Status("03-27 11:00", "BLS-08").Observed.ShouldBe("8 d (3 values)");
    }

    [Fact]
    public void The_passages_of_two_lines_rest_on_their_seeding_and_their_casting()
    {
        var s = ProductLives.BilayeredSkin();
        var found = s.Status("03-27 11:00", "BLS-09");
        found.Observed.ShouldBe("keratinocyte 2; fibroblast 1");
        found.Evidence.ShouldContain(s.State.Of<VesselsSeeded>().Single(v => v.Data.Purpose == SeedingPurpose.EpidermalSeeding).EventId);
        found.Evidence.ShouldContain(Only<DermalEquivalentCast>(s));
        found.Evidence.ShouldNotContain(s.State.Of<VesselsSeeded>().First().EventId);
    }
}
