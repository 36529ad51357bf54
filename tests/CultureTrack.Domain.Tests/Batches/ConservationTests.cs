using CultureTrack.Domain.Batches;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Cells are neither made nor lost by writing them down: in = out + measured loss, and nothing descends from itself.</summary>
public sealed class ConservationTests
{
    [Law(Runs = 40)]
    public void Whatever_is_entered_cells_in_are_cells_out_and_measured_loss(byte[] dice)
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        foreach (var d in dice.Take(40))
        {
            var data = d % 4 == 0 ? Moves.Anything(s, d) : Moves.Next(s, d);
            if (s.When(data, comment: "As seen").Decision is Accepted yes) s.Take(yes);
            s.Later(6);
            Balanced(s.State);
        }
    }

    [Fact]
    public void A_life_with_constructs_is_balanced_and_its_lineage_has_no_cycle()
    {
        Balanced(Bls.Lifted().State);
        Balanced(Mss.OnScaffold().State);
        Balanced(Cm.Filled().State);
    }

    [Fact]
    public void A_vessel_that_were_its_own_ancestor_would_be_found()
    {
        var culture = CultureState.Empty with
        {
            Vessels = CultureState.Empty.Vessels.Add("A", new("A", "T175", 175) { ParentVesselIds = ["B"] }).Add("B", new("B", "T175", 175) { ParentVesselIds = ["A"] }),
        };
        CellBalance.HasNoCycle(culture).ShouldBeFalse();
    }

    // From a passage on: cells are seeded, pooled, split, frozen, thawed and thrown away in any order that the rules allow.
    [Law(Runs = 40)]
    public void Pools_splits_freezing_thawing_and_discarding_keep_every_cell_accounted_for(byte[] dice)
    {
        var s = FreezingTests.Passed(Adsc.AtP1().On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels[..4], 6.0e7m), Adsc.Passage(Adsc.P1Vessels[4..], 6.0e7m))
            .Force(new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01"));
        var counted = s.State.Culture.Sources.Values.Sum(x => x.Left);
        foreach (var (d, i) in dice.Take(30).Select((d, i) => (d, i)))
        {
            if (s.When(Handling(s, d, i), comment: "As seen").Decision is Accepted yes) s.Take(yes);
            s.Later(0.1);
            Balanced(s.State);
            // Nothing was harvested since: what is at hand and kept is never more than what there was, within the counting errors of 2.4.
            (s.State.Culture.Sources.Values.Sum(x => Math.Max(0, x.Left)) + CellBalance.Of(s.State).Sum(b => b.Kept)).ShouldBeLessThanOrEqualTo(counted * 1.05m * 1.10m * 1.05m);
        }
    }

    private static Records.EventData Handling(Scenario s, byte dice, int step)
    {
        var sources = s.State.Culture.Sources.Values.Where(x => x.Left > 0).OrderBy(x => x.Id, StringComparer.Ordinal).ToList();
        var kept = s.State.Product.Containers.Values.Where(c => !c.Thawed).Select(c => c.Id).Order(StringComparer.Ordinal).ToList();
        var one = sources.Count == 0 ? null : sources[dice % sources.Count];
        return (dice % 7) switch
        {
            0 when one is not null => Adsc.Seeded(SeedingPurpose.Expansion, Guid.Empty, [$"W-{step}"], Math.Max(1, Math.Floor(one.Left / 4000 / 3)), 4000, 2) with { SourceIds = [one.Id] },
            1 when sources.Count > 1 => new CulturesPooled([sources[0].Id, sources[1].Id], [$"POOL-{step}"], [sources[0].Left, sources[1].Left]),
            2 when one is not null => new SubLotSplit([one.Id], [$"A-{step}", $"B-{step}"], [one.Left / 2, one.Left * (dice % 2 == 0 ? 0.5m : 0.4m)]),
            3 when one is not null => new CellsFrozen([new($"F-{step}", Math.Floor(one.Left / 2) + 1, 5)], 10, 15, -1, -160),
            4 when kept.Count > 0 => new StoredAt([kept[0]], "FRZ-01", [$"FRZ-01/R1/B1/A{step}"]),
            5 when kept.Count > 0 => new CellsThawed([kept[0]], 3, 85, 60 + dice % 50),
            _ when dice % 3 == 0 && kept.Count > 0 => new VesselDiscarded([kept[^1]], 1, "Incineration", DiscardReason.Surplus),
            _ => new VesselDiscarded([one?.Id ?? "NONE"], one?.Left ?? 1, "Incineration", DiscardReason.Surplus, "cell"),
        };
    }

    [Fact]
    public void What_is_left_in_a_tube_can_be_thrown_away_once()
    {
        var s = Adsc.AfterP1();
        var tube = s.Last<PassagePerformed>().ToString();
        var discard = new VesselDiscarded([tube], 1.22112e8m, "Incineration", DiscardReason.Surplus, "cell");
        s.Given(discard);
        CellBalance.Of(s.State).Single(b => b.Id == tube).ShouldBe(new(tube, 1.22112e8m, 0, 1.22112e8m));
        s.When(discard).ThenRejected(Records.Codes.StateGuard, "data.ids[0]");
        s.When(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), ["V-31"], 6360, 4000, 2)).ThenRejected(Records.Codes.ValRange, "data.viableSeeded");
    }

    [Fact]
    public void A_harvest_is_filled_into_containers_and_the_rest_is_loss()
    {
        var s = Adsc.Filled();
        var harvest = CellBalance.Of(s.State).Single(b => b.Id == s.Last<HarvestPerformed>().ToString());
        (harvest.In, harvest.Out, harvest.Loss).ShouldBe((5.088e8m, 4.0e8m, 1.088e8m));
    }

    private static void Balanced(BatchState state)
    {
        var balances = CellBalance.Of(state);
        var frozen = state.Culture.Frozen;
        balances.ShouldAllBe(b => b.In == b.Out + b.Discarded + b.Kept + b.Loss && b.Out >= 0 && b.Discarded >= 0 && b.Kept >= 0);
        balances.ShouldAllBe(b => b.In == 0 || b.Out + b.Discarded + b.Kept <= b.In * (frozen.ContainsKey(b.Id) ? 1.10m : 1.05m));
        balances.Where(b => !frozen.ContainsKey(b.Id)).Sum(b => b.Out).ShouldBe(CellBalance.Drawn(state));
        CellBalance.HasNoCycle(state.Culture).ShouldBeTrue();
    }
}
