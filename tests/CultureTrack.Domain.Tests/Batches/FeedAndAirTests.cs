using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Feeding of several vessels at once, constructs at the air, and medium from the cells to the filter (2.2, 2.4).</summary>
public sealed class FeedAndAirTests
{
    private static MediumChanged Feed(decimal added, params string[] ids) => new(ids, "MED-26-01", 0, added, FeedKind.TopUp);

    [Fact]
    public void One_vessel_of_several_that_waited_too_long_is_enough_to_be_flagged()
    {
        var s = Adsc.AtP0().On("2026-04-15T12:00Z").Given(new MediumChanged(Adsc.P0Vessels[1..], "MED-26-01", 315, 315, FeedKind.Full)).On("2026-04-18T12:00Z");
        s.When(Feed(35, "V-01", "V-02")).ThenFlagged(Flags.Interval, "vesselIds");
        s.When(Feed(35, "V-03", "V-02")).ThenNotFlagged();
    }

    [Fact]
    public void A_depth_is_computed_from_what_is_left_and_names_the_seedings()
    {
        var s = Adsc.AtP0().On("2026-04-15T12:00Z");
        var made = s.When(new MediumChanged(["V-01", "V-02"], "MED-26-01", 20, 55, FeedKind.Half)).ThenAccepted().Events[0].Computed!;
        made.Number("depthMlPerCm2").ShouldBe(0.3m);
        made.Inputs.ShouldBe([s.Last<VesselsSeeded>()]);
    }

    [Fact]
    public void Only_when_all_are_at_the_air_less_medium_is_usual()
    {
        // 0.1 mL/cm² is usual at the air and too little elsewhere.
        var s = Bls.Covered().Given(Bls.Lift with { ConstructIds = ["BT-1"] });
        MediumChanged Thin(params string[] ids) => new(ids, "MED-26-01", ids.Sum(id => s.State.Culture.Vessels[id].MediumMl), 10 * ids.Length, FeedKind.Full);
        s.When(Thin("BT-1")).ThenNotFlagged();
        s.When(Thin("BT-2")).ThenFlagged(Flags.OutOfWindow, "depthMlPerCm2");
        s.When(Thin("BT-1", "BT-2")).ThenFlagged(Flags.OutOfWindow, "depthMlPerCm2");
        s.On("2026-03-27T10:00Z").Given(new AirLiftEnded(["BT-1"]));
        s.On("2026-03-27T12:00Z").When(Thin("BT-1")).ThenFlagged(Flags.OutOfWindow, "depthMlPerCm2");
    }

    // Seeded on 15 March at 10:00; days are rounded before they are compared (G-4).
    [Theory]
    [InlineData("2026-03-16T21:00Z", false)]
    [InlineData("2026-03-16T23:00Z", true)]
    [InlineData("2026-03-20T21:00Z", true)]
    [InlineData("2026-03-20T23:00Z", false)]
    public void A_construct_is_submerged_two_to_five_days(string lifted, bool usual)
    {
        var outcome = Bls.Covered().On(lifted).When(Bls.Lift);
        if (usual) outcome.ThenNotFlagged();
        else outcome.ThenFlagged(Flags.OutOfWindow, "occurredAt");
    }

    [Fact]
    public void A_construct_lifted_before_is_not_lifted_again_and_a_dermis_alone_not_at_all()
    {
        Bls.Covered().Given(Bls.Lift).Later(1).When(Bls.Lift).ThenRejected(Codes.StateGuard, "data.constructIds");
        Bls.IsCast().When(Bls.Lift).ThenRejected(Codes.StatePhase, "type");
    }

    [Fact]
    public void A_look_compares_with_the_last_look_at_the_same_vessel()
    {
        static ConfluenceObserved Look(string id, decimal pct) => new(id, pct, LookMethod.Visual, "Spindle", Contamination.None);
        var s = Adsc.AtP0().Given(Look("V-01", 60));
        s.When(Look("V-01", 50)).ThenNotFlagged();
        s.When(Look("V-01", 45)).ThenFlagged(Flags.OutOfWindow, "pct");
        s.When(Look("V-02", 5)).ThenNotFlagged();
    }

    [Fact]
    public void What_is_recovered_of_the_medium_counts_every_portion_since_it_was_put_on()
    {
        var s = Cm.Conditioning();
        var first = s.When(Cm.Collected with { VolumeMl = 400 }, comment: "Half of the stacks").ThenAccepted();
        first.Events[0].Computed!.Number("recoveryPct").ShouldBe(40m);
        first.Events[0].Computed!.Inputs.ShouldBe([s.Last<ConditioningStarted>()]);
        s.Take(first);
        s.When(Cm.Collected with { VolumeMl = 500 }, comment: "The rest").ThenAccepted().Events[0].Computed!.Number("recoveryPct").ShouldBe(90m);
    }

    [Fact]
    public void Each_filtration_tells_what_came_through()
    {
        Cm.Harvested().When(Cm.Clarified).ThenComputed("recoveryPct", 100 * 960.0 / 970);
        Cm.Clear().When(Cm.Concentrated).ThenComputed("recoveryPct", 100);
        Cm.Thick().When(Cm.Filtered).ThenComputed("recoveryPct", 100 * 95.0 / 96);
        Cm.Washed().When(Cm.Start).ThenComputed("depthMlPerCm2", 1000.0 / 6360);
    }

    [Theory]
    [InlineData("2026-04-13T00:00Z", "20260413", false)]
    [InlineData("2026-04-13T23:59Z", "20260413", false)]
    [InlineData("2026-04-14T00:00Z", "20260413", true)]
    [InlineData("2026-04-14T00:00Z", "00000000", false)]
    public void A_european_code_is_good_to_the_end_of_its_day(string received, string expires, bool flagged)
    {
        var s = Adsc.Planned().On(received);
        var tissue = Adsc.Received with { ReceivedAt = s.Now, ProcuredAt = s.Now.AddHours(-3), Sec = $"FR000001A999926000002A0000123001{expires}" };
        if (flagged) s.When(tissue).ThenFlagged(Flags.OutOfWindow, "sec");
        else s.When(tissue).ThenNotFlagged();
    }
}
